"""Take back what came of payments, and what it took of authorities: refunds, petty cash, explanations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlmodel import col, select

from ledger.actions.spend_grant import check_grant_budget
from ledger.actions.undo_grant import expense_back
from ledger.actions.undo_relief import Rows
from ledger.errors import ReversalRefused
from ledger.rules.authority import BUDGET
from ledger.rules.budget import check_room
from ledger.rules.entry import Entry, Kind
from ledger.store import authorities, budgets
from ledger.store.append import Journal
from ledger.store.tables import AuthorityUse, Disbursement, Explanation, UnexplainedDebit, VendorRefund


def _uses_back(journal: Journal, seq: int) -> list[dict[str, Any]]:
    query = select(AuthorityUse).where(AuthorityUse.compound == journal.compound, AuthorityUse.seq == seq)
    return [
        {"line": row.line, "code": row.code, "amount_minor": -row.amount_minor, "purpose": row.purpose}
        for row in journal.session.exec(query.order_by(col(AuthorityUse.line)))
    ]


def _refund_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    row = journal.session.get_one(VendorRefund, (journal.compound, seq))
    back = {"id": row.id, "amount_minor": -row.amount_minor}
    uses = _uses_back(journal, seq)
    _check_room(journal, seq, row.id, entry, uses)
    entry, _ = expense_back(journal, seq, entry)
    return entry, {VendorRefund: [back], AuthorityUse: uses}


def _check_room(
    journal: Journal, seq: int, disbursement: str, entry: Entry, uses: list[dict[str, Any]]
) -> None:
    """Refuse to make a cost stand again of which the room has been given to another since.

    Raises:
        ReversalRefused: the authority has less left than the cost takes again.
        BudgetExceeded, GrantBudgetExceeded: the budget that allowed it has.
    """
    session, compound = journal.session, journal.compound
    for use in uses:
        granted = authorities.granted(session, compound, use["code"])
        left = granted.left_minor if granted is not None else None
        if left is not None and use["amount_minor"] > left:
            raise ReversalRefused(
                pointer="/seq",
                seq=seq,
                why_zh=f"依据“{use['code']}”退回的额度已另行使用,先退回或冲销后来的支出",
                why_en=f"what it gave back of {use['code']} has been taken since; undo that first",
            )
    row = session.get_one(Disbursement, (compound, disbursement))
    costs = {
        line.account: line.amount_minor for line in entry.postings if line.account.startswith("Expenses:")
    }
    check_grant_budget(journal, row.fund, costs.items())
    plan = budgets.in_force(session, compound, row.fund, entry.effective_on)
    if row.authority == BUDGET and plan is not None:
        check_room(budgets.rooms(session, compound, plan), costs)


def _explanation_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    row = journal.session.get_one(Explanation, (journal.compound, seq))
    back = {"debit_seq": row.debit_seq, "amount_minor": -row.amount_minor}
    entry, _ = expense_back(journal, seq, entry)
    return entry, {Explanation: [back], AuthorityUse: _uses_back(journal, seq)}


def _debit_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Say of a debit that never was that nothing of it is left to explain."""
    row = journal.session.get_one(UnexplainedDebit, (journal.compound, seq))
    return entry, {Explanation: [{"debit_seq": seq, "amount_minor": row.amount_minor}]}


def _count_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back a count; what was short in it may wait to be explained."""
    if journal.session.get(UnexplainedDebit, (journal.compound, seq)) is None:
        return entry, {}
    return _debit_back(journal, seq, entry)


def _slips_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    return entry, {AuthorityUse: _uses_back(journal, seq)}


#: How entries of these kinds are taken back.
UNDO: dict[Kind, Callable[[Journal, int, Entry], tuple[Entry, Rows]]] = {
    Kind.VENDOR_REFUND: _refund_back,
    Kind.EXPLANATION: _explanation_back,
    Kind.SUSPENSE: _debit_back,
    Kind.CASH_COUNT: _count_back,
    Kind.PETTY_CASH: _slips_back,
    Kind.GENERAL: _slips_back,  # category 9 gives the vote back that allowed it (L16)
}
