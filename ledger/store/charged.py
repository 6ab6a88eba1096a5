"""Charges as they stand: what corrections have left of them, what settled them, and the act that each rests on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.charge import Tariff
from ledger.store.debts import charge_key
from ledger.store.metering import tariff
from ledger.store.tables import (
    Charge,
    Departure,
    EntryRow,
    Receipt,
    Settlement,
    SharedCost,
    TariffRow,
    Tenure,
)


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge, its corrections in order, and the lines that say how what is left of it comes about."""

    row: Charge
    corrections: tuple[Charge, ...]

    @property
    def id(self) -> str:
        """The charge's id on the wire."""
        return f"{self.row.seq}-{self.row.line}"

    @property
    def live_minor(self) -> int:
        """What the corrections have left, in fen."""
        return self.row.amount_minor + sum(one.amount_minor for one in self.corrections)

    @property
    def basis(self) -> Charge:
        """The row whose columns explain what is left: the newest correction that says so, or the charge itself."""
        told = [one for one in self.corrections if one.tariff_seq is not None]
        return told[-1] if told else self.row


def charge_view(session: Session, compound: str, identifier: str, pointer: str = "/charge") -> ChargeView:
    """Return a charge.

    Raises:
        NotFound: there is no such charge.
    """
    seq, line = charge_key(identifier, pointer)
    row = session.get(Charge, (compound, seq, line))
    if row is None or row.corrects_seq is not None:
        raise NotFound(pointer=pointer, what=identifier[:40])
    return ChargeView(row, _corrections(session, row))


def _corrections(session: Session, row: Charge) -> tuple[Charge, ...]:
    query = select(Charge).where(
        Charge.compound == row.compound, Charge.corrects_seq == row.seq, Charge.corrects_line == row.line
    )
    return tuple(session.exec(query.order_by(col(Charge.seq), col(Charge.line))))


def unit_month(session: Session, compound: str, unit: str, month: str) -> list[ChargeView]:
    """Return the charges of a unit and month on which corrections have left something."""
    query = select(Charge).where(
        Charge.compound == compound,
        Charge.unit == unit,
        Charge.period == month,
        col(Charge.corrects_seq).is_(None),
    )
    rows = session.exec(query.order_by(col(Charge.seq), col(Charge.line))).all()
    found = [ChargeView(row, _corrections(session, row)) for row in rows]
    return [one for one in found if one.live_minor > 0]


def settled_by(session: Session, compound: str, seq: int, line: int) -> list[tuple[int | None, int]]:
    """Return what each receipt has settled of a charge in fen, the newest receipt first."""
    total = func.sum(col(Settlement.amount_minor))
    query = (
        select(col(Settlement.receipt), total)
        .where(
            col(Settlement.compound) == compound,
            col(Settlement.charge_seq) == seq,
            col(Settlement.charge_line) == line,
        )
        .group_by(col(Settlement.receipt))
        .having(total != 0)
    )
    parts = [(receipt, int(minor)) for receipt, minor in session.execute(query)]
    return sorted(parts, key=lambda part: -(part[0] or 0))


def is_adjusted(session: Session, compound: str, seq: int) -> bool:
    """Say whether a charge of act ``seq`` has been corrected, or its debtor has left since."""
    corrected = select(Charge.line).where(Charge.compound == compound, Charge.corrects_seq == seq)
    left = (
        select(Charge.line)
        .join(
            Departure,
            (col(Departure.compound) == Charge.compound)
            & (col(Departure.unit) == Charge.unit)
            & (col(Departure.debtor) == Charge.debtor),
        )
        .where(Charge.compound == compound, Charge.seq == seq, Departure.seq > seq)
    )
    return session.exec(corrected).first() is not None or session.exec(left).first() is not None


def all_departed(session: Session, compound: str) -> set[tuple[str, int]]:
    """Return the debtors who have left, as unit and number."""
    query = select(Departure.unit, Departure.debtor).where(Departure.compound == compound)
    return {(unit, debtor) for unit, debtor in session.exec(query)}


def tariff_of(session: Session, compound: str, row: Charge) -> Tariff | None:
    """Return the line of the tariff that a charge follows; None for one brought forward at the opening."""
    if row.tariff_seq is None:
        return None
    found = session.get(TariffRow, (compound, row.item, row.tariff_seq))
    return tariff(found) if found else None


def cost_of(session: Session, compound: str, row: Charge) -> SharedCost | None:
    """Return the cost that a shared charge is a part of."""
    query = select(SharedCost).where(
        SharedCost.compound == compound, SharedCost.item == row.item, SharedCost.seq == row.basis_seq
    )
    return session.exec(query).first()


def weights_of(session: Session, compound: str, row: Charge) -> int:
    """Return the sum of the weights by which the cost of a shared charge was shared."""
    each = (
        select(Charge.unit, func.max(Charge.quantity).label("weight"))
        .where(
            Charge.compound == compound,
            Charge.item == row.item,
            Charge.period == row.period,
            Charge.basis_seq == row.basis_seq,
            col(Charge.corrects_seq).is_(None),
        )
        .group_by(col(Charge.unit))
        .subquery()
    )
    return int(session.execute(select(func.coalesce(func.sum(each.c.weight), 0))).scalar_one())


def lock_receipt(session: Session, compound: str, row: Charge) -> Receipt | None:
    """Return the receipt that locked the price of a charge."""
    query = select(Receipt).where(Receipt.compound == compound, Receipt.seq == row.basis_seq)
    return session.exec(query).first() if row.basis_seq is not None else None


def notice_of(session: Session, compound: str, row: Charge) -> str | None:
    """Return the newest notice of a vacancy that covers the first day of a charge."""
    query = select(Tenure).where(
        Tenure.compound == compound,
        Tenure.unit == row.unit,
        Tenure.seq < row.seq,
        col(Tenure.from_on) <= row.from_on,
        col(Tenure.factor_bp) == row.factor_bp,
    )
    found = session.exec(query.order_by(col(Tenure.from_on).desc(), col(Tenure.seq).desc())).first()
    return found.notice if found else None


def opening_document(session: Session, compound: str, seq: int) -> str | None:
    """Return the document of the opening balances that brought a charge forward."""
    entry = session.get(EntryRow, (compound, seq))
    return entry.authority if entry else None
