"""What units owe and what they have paid ahead: open charges, lots of prepayment, deposits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.settle import OpenCharge
from ledger.rules.tenure import stretch_on
from ledger.rules.unit import Party, State
from ledger.store import statements
from ledger.store.tables import AccountRow, Act, PostingRow, Receipt, Settlement, TariffRow
from ledger.store.tenures import timelines

_EVER = "9999-12"


def open_charges(
    session: Session,
    compound: str,
    units: Iterable[str],
    *,
    debtor: int | None = None,
    through: str = _EVER,
    on: date = date.max,
) -> list[OpenCharge]:
    """Return the charges of some units on which something is open, in order of act and line.

    Args:
        session: an open session.
        compound: the compound's code.
        units: only charges of these units.
        debtor: only charges of this debtor number (settlement never crosses debtors).
        through: only charges of periods up to this month.
        on: only charges that stood on this day: nothing settles a debt before it was there.
    """
    query = {"of": compound, "units": sorted(units)}
    rows = session.connection().execute(statements.OPEN_CHARGES, query)
    found = [
        OpenCharge(
            *(row.seq, row.line, row.unit, row.debtor, row.item, row.period, row.due_on),
            party=Party(row.party),
            open_minor=int(row.owed),
            disputed_minor=int(row.disputed),
            has_left=bool(row.has_left),
        )
        for row in rows
        if row.period <= through and row.begun_on <= on and (debtor is None or row.debtor == debtor)
    ]
    return sorted(found, key=lambda charge: (charge.seq, charge.line))


def billed_units(session: Session, compound: str, item: str, month: str) -> set[str]:
    """Return the units that have a live charge for this item and month."""
    query = {"of": compound, "item": item, "month": month}
    return set(session.connection().execute(statements.BILLED_UNITS, query).scalars())


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
    accounts = select(col(AccountRow.code)).where(  # named one by one, so that their index finds the postings
        col(AccountRow.compound) == compound, col(AccountRow.code).like("Liabilities:%:Prepaid")
    )
    whose = func.coalesce(
        col(PostingRow.unit), ""
    )  # no column: else all postings are read in the order of units
    keys = (whose, col(PostingRow.debtor), col(PostingRow.fund), col(PostingRow.receipt))
    query = (
        select(*keys, -func.sum(col(PostingRow.amount_minor)))
        .where(col(PostingRow.compound) == compound, col(PostingRow.account).in_(accounts))
        .group_by(*keys)
        .having(func.sum(col(PostingRow.amount_minor)) != 0)
    )
    if unit is not None:
        query = query.where(col(PostingRow.unit) == unit)
    lots = [
        Lot(unit, debtor or 0, fund, receipt, int(left))
        for unit, debtor, fund, receipt, left in session.execute(query)
        if unit  # what a tenant has paid ahead stands under its contract
    ]
    return sorted(lots, key=lambda lot: (lot.unit, lot.debtor, lot.fund, lot.receipt or 0))


def receipts_after(session: Session, compound: str, numbers: Iterable[int], day: date) -> set[int]:
    """Return which of some receipts were booked for a day after ``day``."""
    query = (
        select(col(Receipt.number))
        .join(Act, (col(Act.compound) == col(Receipt.compound)) & (col(Act.seq) == col(Receipt.seq)))
        .where(
            col(Receipt.compound) == compound,
            col(Receipt.number).in_(sorted(set(numbers))),
            col(Act.effective_on) > day,
        )
    )
    return set(session.execute(query).scalars())


def held_for(session: Session, compound: str, account: str, unit: str) -> int:
    """Return what a liability account holds for one unit, in fen, as a positive number."""
    query = select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0)).where(
        col(PostingRow.compound) == compound, col(PostingRow.account) == account, col(PostingRow.unit) == unit
    )
    return -int(session.execute(query).scalar_one())


def held_by_reference(session: Session, compound: str, account: str, reference: str) -> int:
    """Return what a liability account holds under a contract or reference, in fen, as a positive number."""
    query = select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0)).where(
        col(PostingRow.compound) == compound,
        col(PostingRow.account) == account,
        col(PostingRow.contract) == reference,
    )
    return -int(session.execute(query).scalar_one())


def last_receipt(session: Session, compound: str) -> int:
    """Return the newest receipt number; 0 where there is none."""
    return session.connection().execute(statements.LAST_RECEIPT, {"of": compound}).scalar() or 0


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
    held = []
    for one in timelines(session, compound, unit=unit).values():
        now = stretch_on(one.stretches, on).change
        held.append(
            Holding(one.unit, one.area_hundredths, now.state, now.debtor, now.party, now.handed_over_on)
        )
    return held


def tariffs(session: Session, compound: str) -> list[TariffRow]:
    """Return all lines of the tariff, newest first."""
    query = select(TariffRow).where(col(TariffRow.compound) == compound)
    return list(
        session.execute(
            query.order_by(col(TariffRow.effective_from).desc(), col(TariffRow.seq).desc())
        ).scalars()
    )
