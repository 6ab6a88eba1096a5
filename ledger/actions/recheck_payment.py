"""Look again when a payment is booked and paid: whose fund is overdrawn, and in which year the cost falls."""

from __future__ import annotations

from datetime import date

from ledger.actions.authorise import authorise, check_not_ended, check_overspend
from ledger.actions.spend_grant import check_projects_run, covered
from ledger.actions.weigh_emergency import check_still_urgent
from ledger.errors import PaidTooEarly
from ledger.rules.authority import BUDGET, EMERGENCY, AuthorityKind, Matter, Need
from ledger.rules.fund import check_spendable
from ledger.rules.payment import EXPENSE, TERMS, drain
from ledger.store import authorities, budgets
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.disbursements import lines_of, pairs, progress
from ledger.store.tables import Act, Disbursement, EntryRow


def check_still_allowed(journal: Journal, row: Disbursement, effective_on: date) -> None:
    """Refuse to book or pay what is allowed no more, or on a day on which nothing allowed it yet.

    Raises:
        AuthorityEnded: its authority, or the vote that put its budget in force, was withdrawn, annulled or replaced.
        EmergencyOpen: it is an emergency that nobody has ratified in time.
        GrantState: the pool's project has been cleared.
        PaidTooEarly: the day lies before that on which its authority was given.
    """
    check_still_urgent(journal, row)
    check_projects_run(
        journal, row.fund, pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    )
    found = authorities.granted(journal.session, journal.compound, row.authority)
    first = _approved_on(journal, row) if row.authority == EMERGENCY else found.decided_on if found else None
    _check_not_before(first, effective_on)
    _check_not_ended(journal, row)


def check_paid_after(journal: Journal, row: Disbursement, effective_on: date) -> None:
    """Refuse a payment dated before its last approval, or before the entry that booked the debt.

    A cost belongs to the month in which it arose, whenever it is approved. Money that left the bank before anybody
    agreed is a debit to be explained, and no payment.

    Raises:
        PaidTooEarly: it is.
    """
    _check_not_before(_approved_on(journal, row), effective_on)
    posted = [
        seq for step, seq in progress(journal.session, journal.compound, row.id).steps if step == "posted"
    ]
    if posted:
        entry = journal.session.get_one(EntryRow, (journal.compound, posted[-1]))
        _check_not_before(entry.effective_on, effective_on)


def _check_not_before(first: date | None, effective_on: date) -> None:
    if first is not None and effective_on < first:
        raise PaidTooEarly(pointer="/effective_on", day=first.isoformat())


def _check_not_ended(journal: Journal, row: Disbursement) -> None:
    check_not_ended(journal, row.authority)
    if row.authority != BUDGET:
        return
    kept_by = journal.session.get(Disbursement, (journal.compound, row.settles or ""))
    day = _approved_on(journal, kept_by or row)  # what was kept back was allowed with the cost itself
    plan = budgets.in_force(journal.session, journal.compound, row.fund, day) if day else None
    if plan is not None and plan.adopted is not None:
        check_not_ended(journal, plan.adopted.authority)


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
    day = _approved_on(journal, row)
    if day is not None and effective_on.year == day.year:
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


def _approved_on(journal: Journal, row: Disbursement) -> date | None:
    """Return the day of the last approval; of a request that takes none, its own."""
    steps = progress(journal.session, journal.compound, row.id).steps
    seq = max((seq for step, seq in steps if step == "approved"), default=row.seq)
    act = journal.session.get(Act, (journal.compound, seq))
    return None if act is None else act.effective_on
