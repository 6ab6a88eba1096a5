"""Look again when a payment is booked and paid: whose fund is overdrawn, and in which year the cost falls."""

from __future__ import annotations

from datetime import date

from ledger.actions.authorise import authorise, check_overspend
from ledger.actions.spend_grant import covered
from ledger.rules.authority import BUDGET, AuthorityKind, Matter, Need
from ledger.rules.fund import check_spendable
from ledger.rules.payment import EXPENSE, TERMS, drain
from ledger.store import authorities
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.disbursements import lines_of, pairs, progress
from ledger.store.tables import Act, Disbursement


def check_solvent(journal: Journal, row: Disbursement) -> None:
    """Refuse to pay out of a fund that is overdrawn or would be, unless a vote lets it (chart 2.3).

    Raises:
        FundShort: it is.
    """
    found = authorities.granted(journal.session, journal.compound, row.authority)
    if row.kind not in TERMS or (found is not None and found.matter is Matter.NEGATIVE_FUND):
        return
    lines = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    minor = 0 if row.kind == EXPENSE else max(0, drain(lines) - covered(journal, row.fund, lines))
    check_spendable(balances(journal.session, journal.compound), row.fund, minor)


def check_year(journal: Journal, row: Disbursement, effective_on: date) -> None:
    """Refuse to book a cost in another year than that of its approval, unless that year's budget has the room.

    Raises:
        BudgetMissing, BudgetExceeded: it has not.
    """
    if effective_on.year == _approved_year(journal, row):
        return
    lines = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    costs = tuple((account, minor) for account, minor in lines if account.startswith("Expenses:"))
    need = Need(row.fund, 0, effective_on, lines=costs, besides=row.id)
    if row.authority == BUDGET:
        authorise(journal, BUDGET, need)
        return
    found = authorities.granted(journal.session, journal.compound, row.authority)
    if found is not None and found.kind is not AuthorityKind.VOTE:
        check_overspend(journal, found, need)


def _approved_year(journal: Journal, row: Disbursement) -> int:
    steps = progress(journal.session, journal.compound, row.id).steps
    seq = max((seq for step, seq in steps if step == "approved"), default=row.seq)
    act = journal.session.get(Act, (journal.compound, seq))
    return 0 if act is None else act.effective_on.year
