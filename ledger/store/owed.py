"""What units owe and what they have paid ahead: open charges, lots of prepayment, deposits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.rules.settle import OpenCharge
from ledger.rules.unit import Party, State
from ledger.store.tables import (
    Charge,
    Debtor,
    PostingRow,
    Receipt,
    Settlement,
    TariffRow,
    Tenure,
    Unit,
    UnitArea,
)


def _settled() -> ScalarSelect[Any]:
    return (
        select(func.coalesce(func.sum(col(Settlement.amount_minor)), 0))
        .where(
            col(Settlement.compound) == col(Charge.compound),
            col(Settlement.charge_seq) == col(Charge.seq),
            col(Settlement.charge_line) == col(Charge.line),
        )
        .correlate(Charge)
        .scalar_subquery()
    )


def _taken_back() -> ScalarSelect[Any]:
    other = aliased(Charge)
    return (
        select(func.coalesce(func.sum(other.amount_minor), 0))
        .where(
            col(other.compound) == col(Charge.compound),
            col(other.corrects_seq) == col(Charge.seq),
            col(other.corrects_line) == col(Charge.line),
        )
        .correlate(Charge)
        .scalar_subquery()
    )


def open_charges(
    session: Session,
    compound: str,
    *,
    units: set[str] | None = None,
    debtor: int | None = None,
    through: str | None = None,
) -> list[OpenCharge]:
    """Return the charges on which something is open, in order of act and line.

    Args:
        session: an open session.
        compound: the compound's code.
        units: only charges of these units.
        debtor: only charges of this debtor number (settlement never crosses debtors).
        through: only charges of periods up to this month.
    """
    owed = col(Charge.amount_minor) + _taken_back() - _settled()
    query = select(Charge, owed).where(
        col(Charge.compound) == compound, col(Charge.corrects_seq).is_(None), owed > 0
    )
    if units is not None:
        query = query.where(col(Charge.unit).in_(units))
    if debtor is not None:
        query = query.where(col(Charge.debtor) == debtor)
    if through is not None:
        query = query.where(col(Charge.period) <= through)
    return [
        OpenCharge(
            seq=charge.seq,
            line=charge.line,
            unit=charge.unit,
            debtor=charge.debtor,
            item=charge.item,
            period=charge.period,
            due_on=charge.due_on,
            party=Party(charge.party),
            open_minor=int(minor),
        )
        for charge, minor in session.execute(query.order_by(col(Charge.seq), col(Charge.line)))
    ]


def billed_units(session: Session, compound: str, item: str, month: str) -> set[str]:
    """Return the units that have a live charge for this item and month."""
    live = col(Charge.amount_minor) + _taken_back()
    query = select(col(Charge.unit)).where(
        col(Charge.compound) == compound,
        col(Charge.item) == item,
        col(Charge.period) == month,
        col(Charge.corrects_seq).is_(None),
        live > 0,
    )
    return set(session.execute(query).scalars())


def has_settlements(session: Session, compound: str, seq: int) -> bool:
    """Say whether anything is settled on the charges of act ``seq``."""
    query = (
        select(col(Settlement.charge_line))
        .where(col(Settlement.compound) == compound, col(Settlement.charge_seq) == seq)
        .group_by(col(Settlement.charge_line))
        .having(func.sum(col(Settlement.amount_minor)) != 0)
    )
    return session.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one prepayment, in fen: by the receipt that brought it, or None if it was brought forward."""

    unit: str
    debtor: int
    fund: str
    receipt: int | None
    left_minor: int


def prepaid_lots(session: Session, compound: str, *, unit: str | None = None) -> list[Lot]:
    """Return the lots of prepayment with something left, oldest first in each unit."""
    query = (
        select(
            col(PostingRow.unit),
            col(PostingRow.debtor),
            col(PostingRow.fund),
            col(PostingRow.receipt),
            -func.sum(col(PostingRow.amount_minor)),
        )
        .where(col(PostingRow.compound) == compound, col(PostingRow.account).like("Liabilities:%:Prepaid"))
        .group_by(col(PostingRow.unit), col(PostingRow.debtor), col(PostingRow.fund), col(PostingRow.receipt))
        .having(func.sum(col(PostingRow.amount_minor)) != 0)
    )
    if unit is not None:
        query = query.where(col(PostingRow.unit) == unit)
    lots = [
        Lot(unit or "", debtor or 0, fund, receipt, int(left))
        for unit, debtor, fund, receipt, left in session.execute(query)
    ]
    return sorted(lots, key=lambda lot: (lot.unit, lot.debtor, lot.fund, lot.receipt or 0))


def held_for(session: Session, compound: str, account: str, unit: str) -> int:
    """Return what a liability account holds for one unit, in fen, as a positive number."""
    query = select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0)).where(
        col(PostingRow.compound) == compound, col(PostingRow.account) == account, col(PostingRow.unit) == unit
    )
    return -int(session.execute(query).scalar_one())


def last_receipt(session: Session, compound: str) -> int:
    """Return the newest receipt number; 0 where there is none."""
    return (
        session.execute(
            select(func.max(col(Receipt.number))).where(col(Receipt.compound) == compound)
        ).scalar()
        or 0
    )


@dataclass(frozen=True, slots=True)
class Holding:
    """A unit as it stands on a day: its area in 1/100 m², its state, and who owes."""

    unit: str
    area_hundredths: int
    state: State
    debtor: int
    party: Party
    handed_over_on: date | None


def holdings(session: Session, compound: str, on: date, *, unit: str | None = None) -> list[Holding]:
    """Return every unit as it stands on a day, by code; a unit that came later stands as it first did."""
    newest = select(col(UnitArea.unit), func.max(col(UnitArea.seq)).label("seq")).where(
        col(UnitArea.compound) == compound
    )
    newest = newest.group_by(col(UnitArea.unit))
    area = newest.subquery()
    query = (
        select(col(Unit.code), col(UnitArea.area_hundredths), Tenure, col(Debtor.party))
        .join(area, col(area.c.unit) == col(Unit.code))
        .join(
            UnitArea,
            and_(
                col(UnitArea.compound) == compound,
                col(UnitArea.unit) == col(Unit.code),
                col(UnitArea.seq) == area.c.seq,
            ),
        )
        .join(Tenure, and_(col(Tenure.compound) == compound, col(Tenure.unit) == col(Unit.code)))
        .join(
            Debtor,
            and_(
                col(Debtor.compound) == compound,
                col(Debtor.unit) == col(Unit.code),
                col(Debtor.number) == col(Tenure.debtor),
            ),
        )
        .where(col(Unit.compound) == compound)
        .order_by(col(Unit.code), col(Tenure.from_on), col(Tenure.seq))
    )
    if unit is not None:
        query = query.where(col(Unit.code) == unit)
    held: dict[str, Holding] = {}
    for code, hundredths, tenure, party in session.execute(query):
        if code in held and tenure.from_on > on:
            continue
        held[code] = Holding(
            code, hundredths, State(tenure.state), tenure.debtor, Party(party), tenure.handed_over_on
        )
    return [held[code] for code in sorted(held)]


def tariffs(session: Session, compound: str) -> list[TariffRow]:
    """Return all lines of the tariff, newest first."""
    query = select(TariffRow).where(col(TariffRow.compound) == compound)
    return list(
        session.execute(
            query.order_by(col(TariffRow.effective_from).desc(), col(TariffRow.seq).desc())
        ).scalars()
    )
