"""What has become of single debts, of money parked without a name, and what is owed back: read for one act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.charge import LATE_FEE
from ledger.rules.settle import Debt, OpenCharge
from ledger.rules.unit import Party
from ledger.store.projects import bridged_by
from ledger.store.tables import (
    Act,
    Charge,
    Departure,
    DisbursementSource,
    EntryRow,
    LateFeePart,
    ParkedClaim,
    ParkedReceipt,
    ParkedRefund,
    PostingRow,
    Relief,
    Settlement,
)

_DIGITS = 30  # of two 64-bit numbers


def _charge_key(identifier: str, pointer: str = "/charge") -> tuple[int, int]:
    """Return act and line of a charge id such as ``12-3``; raises ``NotFound`` if it cannot be one."""
    seq, dash, line = identifier.partition("-")
    digits = seq + line
    if not (dash and seq and line and digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS):
        raise NotFound(pointer=pointer, what=identifier[:40])
    return int(seq), int(line)


def charge_row(session: Session, compound: str, identifier: str, pointer: str = "/charge") -> Charge:
    """Return the row of a charge as it was billed, which is never that of a correction.

    Raises:
        NotFound: there is no such charge.
    """
    row = session.get(Charge, (compound, *_charge_key(identifier, pointer)))
    if row is None or row.corrects_seq is not None:
        raise NotFound(pointer=pointer, what=identifier[:40])
    return row


def debt(session: Session, compound: str, identifier: str, pointer: str = "/charge") -> Debt:
    """Return a charge with what has become of it.

    Raises:
        NotFound: there is no such charge.
    """
    row = charge_row(session, compound, identifier, pointer)
    seq, line = row.seq, row.line
    taken_back = _sum(
        session,
        Charge.amount_minor,
        Charge.compound == compound,
        Charge.corrects_seq == seq,
        Charge.corrects_line == line,
    )
    settled = _sum(
        session,
        Settlement.amount_minor,
        Settlement.compound == compound,
        Settlement.charge_seq == seq,
        Settlement.charge_line == line,
    )
    relieved = reliefs(session, compound, seq, line)
    waived, written_off = relieved.get("waiver", 0), relieved.get("write_off", 0)
    amount = row.amount_minor + taken_back
    return Debt(
        OpenCharge(
            *(row.seq, row.line, row.unit, row.debtor, row.item, row.period, row.due_on),
            party=Party(row.party),
            open_minor=amount - settled - waived - written_off,
            disputed_minor=relieved.get("dispute", 0),
            has_left=(row.unit, row.debtor) in departed(session, compound, [row.unit]),
        ),
        amount,
        waived,
        written_off,
    )


def charged_on(session: Session, compound: str, seq: int) -> date:
    """Return the day from which the charges of act ``seq`` are in the books."""
    return session.get_one(Act, (compound, seq)).effective_on


def reliefs(session: Session, compound: str, seq: int, line: int) -> dict[str, int]:
    """Return what is waived, written off and disputed of a charge, by kind, in fen."""
    query = (
        select(Relief.kind, func.sum(col(Relief.amount_minor)))
        .where(Relief.compound == compound, Relief.charge_seq == seq, Relief.charge_line == line)
        .group_by(col(Relief.kind))
    )
    return {kind: int(minor) for kind, minor in session.exec(query)}


def late_fee_through(session: Session, compound: str, seq: int, line: int) -> date | None:
    """Return the last day for which a charge has borne a late fee that was not taken back."""
    undone = select(Charge.corrects_seq).where(
        Charge.compound == compound, col(Charge.corrects_seq).is_not(None), Charge.item == LATE_FEE
    )
    query = select(func.max(LateFeePart.through_on)).where(
        LateFeePart.compound == compound,
        LateFeePart.charge_seq == seq,
        LateFeePart.charge_line == line,
        col(LateFeePart.seq).not_in(undone),
    )
    return session.exec(query).one()


def is_relieved(session: Session, compound: str, seq: int) -> bool:
    """Say whether any charge of act ``seq`` is waived, written off or disputed in part."""
    query = (
        select(Relief.charge_line)
        .where(Relief.compound == compound, Relief.charge_seq == seq)
        .group_by(col(Relief.charge_line), col(Relief.kind))
        .having(func.sum(col(Relief.amount_minor)) != 0)
    )
    return session.exec(query).first() is not None


def departed(session: Session, compound: str, units: Iterable[str]) -> set[tuple[str, int]]:
    """Return the debtors of some units who have left, as unit and number."""
    query = select(Departure.unit, Departure.debtor).where(
        Departure.compound == compound, col(Departure.unit).in_(sorted(units))
    )
    return {(unit, debtor) for unit, debtor in session.exec(query)}


@dataclass(frozen=True, slots=True)
class Parked:
    """Money without a name, in fen, and what of it has neither been claimed nor gone back."""

    number: int
    seq: int
    channel: str
    received_on: date
    amount_minor: int
    left_minor: int


def parked_sums(session: Session, compound: str, *, number: int | None = None) -> list[Parked]:
    """Return the parked sums by number, with what is left of each; reversed ones have nothing left."""
    query = select(ParkedReceipt).where(ParkedReceipt.compound == compound)
    if number is not None:
        query = query.where(ParkedReceipt.number == number)
    gone: dict[int, int] = {}
    for table in (ParkedClaim, ParkedRefund):
        sums = select(table.number, func.sum(col(table.amount_minor))).where(table.compound == compound)
        for parked, minor in session.exec(sums.group_by(col(table.number))):
            gone[parked] = gone.get(parked, 0) + int(minor)
    undone = set(
        session.exec(
            select(EntryRow.reverses).where(
                EntryRow.compound == compound, col(EntryRow.reverses).is_not(None)
            )
        )
    )
    return [
        Parked(
            *(row.number, row.seq, row.channel, row.received_on, row.amount_minor),
            left_minor=0 if row.seq in undone else row.amount_minor - gone.get(row.number, 0),
        )
        for row in session.exec(query.order_by(col(ParkedReceipt.number)))
    ]


def parked_of(session: Session, compound: str, disbursement: str) -> int | None:
    """Return the number of the parked sum that a disbursement gives back; None for any other disbursement."""
    row = session.get(DisbursementSource, (compound, disbursement))
    return row.parked if row else None


def last_parked(session: Session, compound: str) -> int:
    """Return the newest number of parked money; 0 where there is none."""
    query = select(func.max(ParkedReceipt.number)).where(ParkedReceipt.compound == compound)
    return session.exec(query).one() or 0


@dataclass(frozen=True, slots=True)
class OwedBack:
    """So much is to be given back to a unit's debtor, in fen, and the receipt that brought it."""

    unit: str
    debtor: int
    fund: str
    receipt: int | None
    left_minor: int


def owed_back(session: Session, compound: str, unit: str | None = None) -> list[OwedBack]:
    """Return what is refundable, by unit, debtor and receipt, the oldest receipt first."""
    account = col(PostingRow.account)
    query = (
        select_columns(
            col(PostingRow.unit),
            col(PostingRow.debtor),
            col(PostingRow.fund),
            col(PostingRow.receipt),
            func.sum(col(PostingRow.amount_minor)),
        )
        .where(
            col(PostingRow.compound) == compound,
            account.like("Liabilities:%:Refundable"),
            col(PostingRow.unit).is_not(None),
        )
        .group_by(col(PostingRow.unit), col(PostingRow.debtor), col(PostingRow.fund), col(PostingRow.receipt))
        .having(func.sum(col(PostingRow.amount_minor)) != 0)
    )
    if unit is not None:
        query = query.where(col(PostingRow.unit) == unit)
    found = [
        OwedBack(unit or "", debtor or 0, fund, receipt, -int(minor))
        for unit, debtor, fund, receipt, minor in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.unit, one.debtor, one.fund, one.receipt or 0))


def refundable_to(session: Session, compound: str, fund: str, unit: str, debtor: int) -> int:
    """Return what a fund owes back to one debtor, in fen: what is refundable, and what was bridged for others."""
    found = owed_back(session, compound, unit)
    owed = sum(one.left_minor for one in found if (one.fund, one.debtor) == (fund, debtor))
    return owed + sum(lot.left_minor for lot in bridged_by(session, compound, fund, unit, debtor))


def _sum(session: Session, column: Any, *conditions: Any) -> int:  # Any: columns of any table
    query = select_columns(func.coalesce(func.sum(column), 0)).where(*conditions)
    return int(session.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class ReliefLine:
    """One waiver, write-off or dispute of a charge, or (negative) its end, in fen."""

    seq: int
    charge: str
    unit: str
    debtor: int
    item: str
    period: str
    kind: str
    amount_minor: int
    authority: str


def relief_list(session: Session, compound: str, kind: str | None = None) -> list[ReliefLine]:
    """Return all reliefs in the order of their acts; ``kind`` asks for one kind."""
    same = (
        (col(Charge.compound) == Relief.compound)
        & (col(Charge.seq) == Relief.charge_seq)
        & (col(Charge.line) == Relief.charge_line)
    )
    query = select(Relief, Charge).join(Charge, same).where(Relief.compound == compound)
    if kind is not None:
        query = query.where(Relief.kind == kind)
    return [
        ReliefLine(
            relief.seq,
            f"{charge.seq}-{charge.line}",
            charge.unit,
            charge.debtor,
            charge.item,
            charge.period,
            relief.kind,
            relief.amount_minor,
            relief.authority,
        )
        for relief, charge in session.exec(query.order_by(col(Relief.seq), col(Relief.line)))
    ]
