"""Utilities behind main meters: what suppliers bill a group, what its units are charged and pay, what is paid on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.rules.between import MoveKind
from ledger.rules.charge import fee_item
from ledger.rules.entry import Kind
from ledger.rules.period import last_day
from ledger.store.balances import balances
from ledger.store.between import loans, moves
from ledger.store.tables import (
    Charge,
    EntryRow,
    MeterGroup,
    PostingRow,
    Settlement,
    Unit,
    UtilityBill,
)

#: What takes the group's own money; a bridge takes the lender's.
_TAKES = frozenset({MoveKind.SUPPLIER, MoveKind.REPAYMENT})
_ANY_MONTH = "9999-12"


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One meter group's figures in fen, from the beginning up to a month.

    ``paid_minor`` is what the supplier has got, ``bridged_minor`` what of it a fund has lent and is not back, and
    ``borne_minor`` what a fund bears because nobody paid it. ``surplus_minor`` is what the units were charged above
    the bills: rounding at most (L19).
    """

    billed_minor: int
    charged_minor: int
    collected_minor: int
    paid_minor: int
    bridged_minor: int
    borne_minor: int
    surplus_minor: int


def meter_groups(session: Session, compound: str, item: str | None = None) -> list[MeterGroup]:
    """Return the meter groups, by code: of one fee item if named."""
    query = select(MeterGroup).where(MeterGroup.compound == compound)
    if item is not None:
        query = query.where(MeterGroup.item == item)
    return list(session.exec(query.order_by(col(MeterGroup.code))))


def buildings_of(session: Session, compound: str) -> dict[str, str]:
    """Return every unit's building."""
    rows = session.exec(select(Unit.code, Unit.building).where(Unit.compound == compound))
    return {code: building for code, building in rows}  # noqa: C416 - rows are no pairs to mypy


def group_of_unit(groups: list[MeterGroup], building: str) -> MeterGroup | None:
    """Return the group that a building's units belong to: its own, else the one of the whole compound."""
    own = [one for one in groups if one.building == building]
    return next(iter(own or [one for one in groups if one.building is None]), None)


def billed(
    session: Session, compound: str, group: str, through: str | None = None, *, period: str = ""
) -> int:
    """Return what the supplier has billed a group, in fen: for one month, or up to a month."""
    query = select(func.coalesce(func.sum(col(UtilityBill.amount_minor)), 0)).where(
        UtilityBill.compound == compound, UtilityBill.meter_group == group
    )
    if period:
        query = query.where(UtilityBill.period == period)
    if through is not None:
        query = query.where(UtilityBill.period <= through)
    return int(session.exec(query).one())


def charged_by_unit(session: Session, compound: str, item: str, period: str) -> dict[str, int]:
    """Return what each unit is charged for an item and month, corrections included, in fen."""
    return _by_unit(session, compound, item, period, period)


def _by_unit(session: Session, compound: str, item: str, first: str, last: str) -> dict[str, int]:
    query = (
        select(Charge.unit, func.sum(col(Charge.amount_minor)))
        .where(
            Charge.compound == compound, Charge.item == item, Charge.period >= first, Charge.period <= last
        )
        .group_by(col(Charge.unit))
    )
    return {unit: int(minor) for unit, minor in session.exec(query)}


def _settled_by_unit(session: Session, compound: str, item: str, through: str) -> dict[str, int]:
    query = (
        select(Charge.unit, func.sum(col(Settlement.amount_minor)))
        .join(
            Settlement,
            (col(Settlement.compound) == Charge.compound)
            & (col(Settlement.charge_seq) == Charge.seq)
            & (col(Settlement.charge_line) == Charge.line),
        )
        .where(Charge.compound == compound, Charge.item == item, Charge.period <= through)
        .group_by(col(Charge.unit))
    )
    return {unit: int(minor) for unit, minor in session.exec(query)}


def unpaid_bills(session: Session, compound: str, group: str) -> int:
    """Return what of the supplier's bills has neither been paid nor approved to be, in fen."""
    taken = sum(
        one.row.amount_minor
        for one in moves(session, compound)
        if one.row.meter_group == group
        and one.kind in {MoveKind.SUPPLIER, MoveKind.LOAN}
        and (one.is_done or one.state == "approved")
    )
    return billed(session, compound, group) - taken


def held_of_group(session: Session, compound: str, group: MeterGroup, *, with_approved: bool) -> int:
    """Return what there is of a group's own money in fen: collected, not paid on, and not given back for a bridge.

    What was brought forward for its item counts as far as no other group has taken it. ``with_approved``: what is
    approved and not yet paid has gone, too.
    """
    groups, buildings = meter_groups(session, compound, group.item), buildings_of(session, compound)
    left = {one.code: 0 for one in groups}
    for unit, minor in _settled_by_unit(session, compound, group.item, _ANY_MONTH).items():
        found = group_of_unit(groups, buildings.get(unit, ""))
        if found is not None:
            left[found.code] += minor
    waiting = 0
    for one in moves(session, compound):
        is_waiting = with_approved and one.state == "approved"
        if one.row.meter_group in left and one.kind in _TAKES and (one.is_done or is_waiting):
            left[one.row.meter_group] -= one.row.amount_minor
            waiting += 0 if one.is_done else one.row.amount_minor
    code = fee_item(group.item).owner_income
    beyond = sum(max(-minor, 0) for other, minor in left.items() if other != group.code)
    own = left[group.code] + max(_brought_forward(session, compound, code) - beyond, 0)
    bridged = sum(one.open_minor for one in loans(session, compound) if one.meter_group in left)
    return min(own, bridged - balances(session, compound).get(code, 0) - waiting)


def _brought_forward(session: Session, compound: str, code: str) -> int:
    """Return what an opening that stands brought forward on an account of a supplier, in fen."""
    undone = aliased(EntryRow)
    query = (
        select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0))
        .join(
            EntryRow, (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq)
        )
        .outerjoin(
            undone, (col(undone.compound) == EntryRow.compound) & (col(undone.reverses) == EntryRow.seq)
        )
        .where(
            PostingRow.compound == compound,
            PostingRow.account == code,
            EntryRow.kind == str(Kind.OPENING),
            col(undone.seq).is_(None),
        )
    )
    return -int(session.exec(query).one())


def group_figures(session: Session, compound: str, group: MeterGroup, through: str) -> GroupFigures:
    """Return one group's figures up to the end of a month; what was collected counts as it stands."""
    groups, buildings = meter_groups(session, compound, group.item), buildings_of(session, compound)

    def of_group(by_unit: dict[str, int]) -> int:
        return sum(
            minor
            for unit, minor in by_unit.items()
            if (found := group_of_unit(groups, buildings.get(unit, ""))) and found.code == group.code
        )

    moved: dict[MoveKind, int] = defaultdict(int)
    for one in moves(session, compound, meter_group=group.code):
        if one.as_of(last_day(through)).is_done:
            moved[one.kind] += one.row.amount_minor
    supplied = billed(session, compound, group.code, through)
    charged = of_group(_by_unit(session, compound, group.item, "", through))
    return GroupFigures(
        billed_minor=supplied,
        charged_minor=charged,
        collected_minor=of_group(_settled_by_unit(session, compound, group.item, through)),
        paid_minor=moved[MoveKind.SUPPLIER] + moved[MoveKind.LOAN],
        bridged_minor=moved[MoveKind.LOAN] - moved[MoveKind.REPAYMENT] - moved[MoveKind.LOSS],
        borne_minor=moved[MoveKind.LOSS],
        surplus_minor=max(charged - supplied, 0),
    )
