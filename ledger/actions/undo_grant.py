"""Take back what was done with grants, points and projects: as much as may be taken back by now, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from ledger.actions.spend_grant import release_of_grant, release_postings
from ledger.actions.undo_relief import Rows
from ledger.errors import ReversalRefused
from ledger.rules.entry import Entry, Kind, Posting
from ledger.store import grants, points
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.charged import settled_by
from ledger.store.projects import bridged_by
from ledger.store.tables import GrantMoney, ProjectSubsidy, Settlement

_CONDITIONAL = ("Governance:", "Project:")


def expense_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back an expense; what it released becomes unspent again, as far as that is right by now.

    Money may have come or been spent since, so the original's own split between income and unspent may be past.
    """
    del seq
    costs = [line for line in entry.postings if line.account.startswith("Expenses:")]
    funds = {line.fund for line in costs if line.fund.startswith(_CONDITIONAL)}
    for fund in funds:
        kept = _without_release(entry, fund)
        entry = replace(entry, postings=(*kept, *release_postings(journal, fund, costs)))
    return entry, {}


def money_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back money of a grant or a subsidy that came: not what has been set aside, spent or given back since.

    Raises:
        ReversalRefused: it has.
    """
    session, compound = journal.session, journal.compound
    given = session.get(GrantMoney, (compound, seq))
    subsidy = session.get(ProjectSubsidy, (compound, seq))
    fund = next(line.fund for line in entry.postings)
    if given is not None and given.code is None:
        if -balances(session, compound).get(f"Liabilities:{fund}:Unallocated", 0) < given.amount_minor:
            raise _refused(
                seq, "已安排给项目,先冲销安排", "it was set aside for a project; reverse that first"
            )
        return entry, {}
    if subsidy is not None and subsidy.kind != "conditional":
        return entry, {}
    row: Any = given or subsidy
    purse = (
        grants.purse_of_project(session, compound, row.code)
        if given is None
        else grants.purse_of_grant(session, compound, fund, row.code)
    )
    if purse.given_minor < row.amount_minor:
        raise _refused(seq, "已清算退回", "it has been cleared and is owed back")
    income = release_of_grant(journal, purse, {}, -row.amount_minor)
    lines = ((purse.income, -income), (purse.unspent, row.amount_minor + income))
    kept = _without_release(entry, fund)
    return replace(entry, postings=(*kept, *(Posting(code, minor) for code, minor in lines if minor))), {}


def return_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back that money is owed to a grantor, unless it has been paid.

    Raises:
        ReversalRefused: it has.
    """
    standing = balances(journal.session, journal.compound)
    for line in entry.postings:
        owed = -standing.get(line.account, 0)
        if line.account.endswith(":Payable:Grantor") and line.amount_minor > owed:
            raise _refused(seq, "应退款已付出,先冲销付款", "it has been paid; reverse the payment first")
    return entry, {}


def points_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back points, unless they have been redeemed.

    Raises:
        ReversalRefused: they have.
    """
    for line in entry.postings:
        if line.account.startswith("Liabilities:") and line.amount_minor > points.outstanding(
            journal.session, journal.compound, line.fund, line.unit
        ):
            raise _refused(seq, "积分已兑换", "the points have been redeemed")
    return entry, {}


def bridge_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back a bridge, unless it has gone back or settled a share.

    Raises:
        ReversalRefused: it has.
    """
    for line in entry.postings:
        if line.unit is not None:
            lots = bridged_by(journal.session, journal.compound, line.fund, line.unit, line.debtor or 0)
            left = sum(lot.left_minor for lot in lots if lot.receipt == line.receipt)
            if line.amount_minor > left:
                raise _refused(seq, "垫付已退还或已冲抵", "it has gone back, or has settled a share")
    return entry, {}


def bridge_release_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Take back that a bridge settled a share: the share is open again.

    Raises:
        ReversalRefused: the share has been corrected since.
    """
    query = select(Settlement).where(Settlement.compound == journal.compound, Settlement.seq == seq)
    rows: list[dict[str, Any]] = []
    for row in journal.session.exec(query.order_by(col(Settlement.line))):
        held = dict(settled_by(journal.session, journal.compound, row.charge_seq, row.charge_line))
        if held.get(row.receipt, 0) < row.amount_minor:
            raise _refused(seq, "应收已更正", "the share has been corrected since")
        rows.append(
            {
                "line": row.line,
                "charge_seq": row.charge_seq,
                "charge_line": row.charge_line,
                "receipt": row.receipt,
                "amount_minor": -row.amount_minor,
            }
        )
    return entry, {Settlement: rows}


def _without_release(entry: Entry, fund: str) -> list[Posting]:
    released = (f"Liabilities:{fund}:Unspent:", f"Income:{fund}:Grant", f"Income:{fund}:Subsidy")
    return [line for line in entry.postings if not line.account.startswith(released)]


def _refused(seq: int, zh: str, en: str) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=zh, why_en=en)


UNDO = {
    Kind.EXPENSE: expense_back,
    Kind.GRANT: money_back,
    Kind.SUBSIDY: money_back,
    Kind.GRANT_RETURN: return_back,
    Kind.POINTS: points_back,
    Kind.BRIDGE: bridge_back,
    Kind.BRIDGE_RELEASE: bridge_release_back,
}
