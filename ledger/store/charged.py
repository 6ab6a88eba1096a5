"""Charges as they stand: what corrections have left of them, what settled them, and the act that each rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.rules.charge import Tariff
from ledger.rules.entry import Kind
from ledger.store.debts import charge_row
from ledger.store.metering import tariff
from ledger.store.tables import (
    Charge,
    Departure,
    EntryRow,
    Receipt,
    Relief,
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
    row = charge_row(session, compound, identifier, pointer)
    return ChargeView(row, _corrections(session, row))


def _corrections(session: Session, row: Charge) -> tuple[Charge, ...]:
    query = select(Charge).where(
        Charge.compound == row.compound, Charge.corrects_seq == row.seq, Charge.corrects_line == row.line
    )
    return tuple(session.exec(query.order_by(col(Charge.seq), col(Charge.line))))


def views(session: Session, compound: str, rows: Sequence[Charge]) -> list[ChargeView]:
    """Return some charges, each with its corrections."""
    found: dict[tuple[int | None, int | None], list[Charge]] = {(row.seq, row.line): [] for row in rows}
    query = select(Charge).where(
        Charge.compound == compound,
        tuple_(col(Charge.corrects_seq), col(Charge.corrects_line)).in_(list(found)),
    )
    for one in session.exec(query.order_by(col(Charge.seq), col(Charge.line))):
        found[one.corrects_seq, one.corrects_line].append(one)
    return [ChargeView(row, tuple(found[row.seq, row.line])) for row in rows]


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


def taken_back_shares(session: Session, compound: str, item: str, month: str) -> list[Charge]:
    """Return the charges of an item and month that were taken back whole, of runs of which others still stand."""
    query = select(Charge).where(Charge.compound == compound, Charge.item == item, Charge.period == month)
    rows = session.exec(query.order_by(col(Charge.seq), col(Charge.line))).all()
    live: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        live[row.corrects_seq or row.seq, row.corrects_line or row.line] += row.amount_minor
    standing = {seq for (seq, _), minor in live.items() if minor > 0}
    return [
        row
        for row in rows
        if row.corrects_seq is None and not live[row.seq, row.line] and row.seq in standing
    ]


def settlements_of(session: Session, compound: str, seq: int, line: int) -> list[tuple[int | None, str, int]]:
    """Return what has settled a charge in fen, by receipt and kind of entry, or of the entry that was taken back."""
    total, undone = func.sum(col(Settlement.amount_minor)), aliased(EntryRow)
    kind = func.coalesce(undone.kind, EntryRow.kind)
    of_entry = (col(EntryRow.compound) == Settlement.compound) & (col(EntryRow.seq) == Settlement.seq)
    of_undone = (col(undone.compound) == EntryRow.compound) & (col(undone.seq) == EntryRow.reverses)
    query = (
        select(col(Settlement.receipt), kind, total)
        .join(EntryRow, of_entry)
        .outerjoin(undone, of_undone)
        .where(
            col(Settlement.compound) == compound,
            col(Settlement.charge_seq) == seq,
            col(Settlement.charge_line) == line,
        )
        .group_by(col(Settlement.receipt), kind)
    )
    return [(receipt, by, int(minor)) for receipt, by, minor in session.execute(query)]


def settled_by(session: Session, compound: str, seq: int, line: int) -> list[tuple[int | None, int]]:
    """Return what money has settled of a charge in fen, by receipt, the newest first; a thing or work is no money."""
    sums: dict[int | None, int] = defaultdict(int)
    for receipt, kind, minor in settlements_of(session, compound, seq, line):
        if kind != Kind.IN_KIND:
            sums[receipt] += minor
    return sorted(((one, sums[one]) for one in sums if sums[one]), key=lambda part: -(part[0] or 0))


def reliefs_of(session: Session, compound: str, seq: int, line: int) -> list[Relief]:
    """Return what was waived, written off and disputed of a charge, and taken back again, in order."""
    query = select(Relief).where(
        Relief.compound == compound, Relief.charge_seq == seq, Relief.charge_line == line
    )
    return list(session.exec(query.order_by(col(Relief.seq), col(Relief.line))))


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
