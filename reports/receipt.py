"""A receipt as figures: what came in, how, and what it paid; no name of a person, the unit stands for the payer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.channel import CHANNEL_ZH, Channel
from ledger.rules.charge import item_of
from ledger.store.records import voucher
from ledger.store.registers import compound_row
from ledger.store.tables import EntryRow, PostingRow, Receipt, Unit


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One thing that the money paid, in fen."""

    unit: str
    words_zh: str
    period: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ReceiptFigures:
    """A receipt as it is printed: the unit by its code and as its door says.

    ``reversed_on`` is the day on which it was taken back, if it was.
    """

    compound_zh: str
    number: str
    unit: str
    label_zh: str
    channel_zh: str
    received_on: date
    booked_on: date
    voucher: str
    amount_minor: int
    lines: tuple[PaidLine, ...]
    reversed_on: date | None


def read_receipt(session: Session, compound: str, number: int) -> ReceiptFigures:
    """Return a receipt by its number.

    Raises:
        NotFound: there is no such receipt.
    """
    printed = f"R-{number:06d}"
    row = session.get(Receipt, (compound, number))
    if row is None:
        raise NotFound(pointer="/number", what=printed)
    booked = session.exec(
        select(EntryRow).where(EntryRow.compound == compound, EntryRow.seq == row.seq)
    ).one()
    undone = session.exec(
        select(EntryRow).where(EntryRow.compound == compound, EntryRow.reverses == row.seq)
    ).first()
    postings = session.exec(
        select(PostingRow)
        .where(PostingRow.compound == compound, PostingRow.seq == row.seq, PostingRow.receipt == number)
        .order_by(col(PostingRow.line))
    )
    lines = tuple(line for posting in postings if (line := _line(posting)) is not None)
    return ReceiptFigures(
        compound_row(session, compound).name,
        printed,
        row.unit,
        session.get_one(Unit, (compound, row.unit)).label,
        CHANNEL_ZH[Channel(row.channel)],
        row.received_on,
        booked.effective_on,
        voucher(booked.month, booked.voucher_no),
        row.amount_minor,
        lines,
        undone.effective_on if undone else None,
    )


def _line(row: PostingRow) -> PaidLine | None:
    """Return what a posting says to the payer: income is what was paid, the rest is ahead or goes back."""
    unit, minor = row.unit or "", -row.amount_minor
    if row.account.startswith("Income:") and row.item is not None:
        return PaidLine(unit, item_of(row.item).zh, row.period or "", minor)
    if row.account.endswith(":Prepaid"):
        return PaidLine(unit, "预收（以后月份）", "", minor)
    if row.account.endswith(":Refundable"):
        return PaidLine(unit, "应退（无欠费依据）", row.period or "", minor)
    return None
