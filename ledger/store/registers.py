"""Reading the journal in order, a page at a time: entries, accounts, charges, receipts, disbursements, periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from ledger.errors import HeadUnreadable, NotFound
from ledger.rules.seal import is_hash
from ledger.store import statements
from ledger.store.disbursements import Progress, progress_of_all
from ledger.store.records import voucher
from ledger.store.tables import (
    AccountRow,
    Act,
    BankAccount,
    Bulletin,
    ChainHead,
    Charge,
    Compound,
    Disbursement,
    DisbursementLine,
    EntryRow,
    PeriodClose,
    PostingRow,
    Receipt,
)

PAGE = 200


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are asked for; None asks for all."""

    account: str | None = None
    fund: str | None = None
    unit: str | None = None
    period: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as it is read: its row, its act's day and link, what reversed it, and its postings."""

    entry: EntryRow
    recorded_on: date
    hash: str
    reversed_by: int | None
    postings: tuple[PostingRow, ...]

    @property
    def voucher(self) -> str:
        """The printed voucher number."""
        return voucher(self.entry.month, self.entry.voucher_no)


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[Any] = []
    on_posting = {"account": wanted.account, "fund": wanted.fund, "unit": wanted.unit}
    for name, value in on_posting.items():
        if value is not None:
            conditions.append(
                exists().where(
                    col(PostingRow.compound) == EntryRow.compound,
                    col(PostingRow.seq) == EntryRow.seq,
                    col(getattr(PostingRow, name)) == value,
                )
            )
    if wanted.period is not None:
        conditions.append(EntryRow.month == wanted.period)
    if wanted.kind is not None:
        conditions.append(EntryRow.kind == wanted.kind)
    if wanted.since is not None:
        conditions.append(EntryRow.effective_on >= wanted.since)
    if wanted.until is not None:
        conditions.append(EntryRow.effective_on <= wanted.until)
    return conditions


def entries(
    session: Session, compound: str, wanted: EntryFilter | None = None, *, after: int = 0, limit: int = PAGE
) -> list[EntryView]:
    """Return at most ``limit`` entries whose act follows ``after``, in order."""
    query = (
        select(EntryRow, Act)
        .join(Act, (col(Act.compound) == EntryRow.compound) & (col(Act.seq) == EntryRow.seq))
        .where(EntryRow.compound == compound, EntryRow.seq > after, *_conditions(wanted or EntryFilter()))
        .order_by(col(EntryRow.seq))
        .limit(limit)
    )
    rows = session.exec(query).all()
    return _views(session, compound, [(entry, act) for entry, act in rows])


def entry(session: Session, compound: str, seq: int) -> EntryView:
    """Return one entry.

    Raises:
        NotFound: there is none of that number.
    """
    connection, asked = session.connection(), {"of": compound, "number": seq}
    row = connection.execute(statements.ENTRY, asked).one_or_none()
    if row is None:
        raise NotFound(pointer="/seq", what=str(seq))
    # rows have the attributes of the tables' classes, and every posting is answered with its entry: a class costs more
    postings = tuple(connection.execute(statements.POSTINGS, asked))
    return EntryView(
        cast("EntryRow", row),
        row.recorded_on,
        row.hash,
        row.reversed_by,
        cast("tuple[PostingRow, ...]", postings),
    )


def _views(session: Session, compound: str, rows: list[tuple[EntryRow, Act]]) -> list[EntryView]:
    seqs = [row.seq for row, _ in rows]
    postings: dict[int, list[PostingRow]] = {seq: [] for seq in seqs}
    query = select(PostingRow).where(PostingRow.compound == compound, col(PostingRow.seq).in_(seqs))
    for posting in session.exec(query.order_by(col(PostingRow.seq), col(PostingRow.line))):
        postings[posting.seq].append(posting)
    undone = select(EntryRow.reverses, EntryRow.seq).where(
        EntryRow.compound == compound, col(EntryRow.reverses).in_(seqs)
    )
    reversed_by = dict(session.exec(undone).all())
    return [
        EntryView(row, act.recorded_on, act.hash, reversed_by.get(row.seq), tuple(postings[row.seq]))
        for row, act in rows
    ]


def compounds(session: Session) -> list[Compound]:
    """Return all compounds by code."""
    return list(session.exec(select(Compound).order_by(col(Compound.compound))))


def compound_row(session: Session, compound: str) -> Compound:
    """Return a compound.

    Raises:
        NotFound: there is none of that code.
    """
    row = session.get(Compound, compound)
    if row is None:
        raise NotFound(what=compound[:40])
    return row


def accounts(session: Session, compound: str) -> list[AccountRow]:
    """Return the accounts that are open, by code."""
    query = select(AccountRow).where(AccountRow.compound == compound)
    return sorted(session.exec(query), key=lambda row: row.code)


def bank_accounts(session: Session, compound: str) -> list[BankAccount]:
    """Return the bank accounts, by code."""
    query = select(BankAccount).where(BankAccount.compound == compound)
    return sorted(session.exec(query), key=lambda row: row.code)


def charges(
    session: Session,
    compound: str,
    *,
    unit: str | None = None,
    period: str | None = None,
    after: tuple[int, int] = (0, 0),
    limit: int = PAGE,
) -> list[Charge]:
    """Return at most ``limit`` charges that follow ``after`` (seq, line); a correction stands under its charge."""
    query = select(Charge).where(
        Charge.compound == compound,
        col(Charge.corrects_seq).is_(None),
        (col(Charge.seq) > after[0]) | ((col(Charge.seq) == after[0]) & (col(Charge.line) > after[1])),
    )
    if unit is not None:
        query = query.where(Charge.unit == unit)
    if period is not None:
        query = query.where(Charge.period == period)
    return list(session.exec(query.order_by(col(Charge.seq), col(Charge.line)).limit(limit)))


def receipts(
    session: Session, compound: str, *, unit: str | None = None, after: int = 0, limit: int = PAGE
) -> list[Receipt]:
    """Return at most ``limit`` receipts whose number follows ``after``."""
    query = select(Receipt).where(Receipt.compound == compound, Receipt.number > after)
    if unit is not None:
        query = query.where(Receipt.unit == unit)
    return list(session.exec(query.order_by(col(Receipt.number)).limit(limit)))


@dataclass(frozen=True, slots=True)
class DisbursementView:
    """A request to pay, its lines, and how far it has come."""

    row: Disbursement
    lines: tuple[DisbursementLine, ...]
    progress: Progress


def disbursements(
    session: Session, compound: str, *, after: int = 0, limit: int = PAGE, only: str | None = None
) -> list[DisbursementView]:
    """Return at most ``limit`` requests whose act follows ``after``, in order; ``only`` asks for one id."""
    query = select(Disbursement).where(Disbursement.compound == compound, Disbursement.seq > after)
    if only is not None:
        query = query.where(Disbursement.id == only)
    rows = list(session.exec(query.order_by(col(Disbursement.seq)).limit(limit)))
    ids = [row.id for row in rows]
    lines: dict[str, list[DisbursementLine]] = {one: [] for one in ids}
    found = select(DisbursementLine).where(
        DisbursementLine.compound == compound, col(DisbursementLine.id).in_(ids)
    )
    for line in session.exec(found.order_by(col(DisbursementLine.id), col(DisbursementLine.line))):
        lines[line.id].append(line)
    done = progress_of_all(session, compound, ids)
    return [DisbursementView(row, tuple(lines[row.id]), done[row.id]) for row in rows]


def disbursement(session: Session, compound: str, identifier: str) -> DisbursementView:
    """Return one request to pay.

    Raises:
        NotFound: there is none of that id.
    """
    found = disbursements(session, compound, limit=1, only=identifier)
    if not found:
        raise NotFound(pointer="/id", what=identifier[:40])
    return found[0]


def closes(session: Session, compound: str) -> dict[str, Act]:
    """Return the acts that closed months, by month; their hash is the head as it was then."""
    query = (
        select(PeriodClose.month, Act)
        .join(Act, (col(Act.compound) == PeriodClose.compound) & (col(Act.seq) == PeriodClose.seq))
        .where(PeriodClose.compound == compound)
    )
    return dict(sorted(session.exec(query).all(), key=lambda pair: pair[0]))


def bulletins(session: Session, compound: str) -> list[Bulletin]:
    """Return all published bulletins, by month and version."""
    query = select(Bulletin).where(Bulletin.compound == compound)
    return sorted(session.exec(query), key=lambda row: (row.month, row.version))


def head(session: Session, compound: str) -> tuple[int, str]:
    """Return the number and hash of the newest act.

    Raises:
        NotFound: there is no such compound.
        HeadUnreadable: somebody wrote into the head what is no number, or no hash.
    """
    row = session.get(ChainHead, compound)
    if row is None:
        raise NotFound(what=compound[:40])
    if not isinstance(row.seq, int) or not is_hash(row.hash):  # SQLite holds anything
        raise HeadUnreadable(what=compound[:40])
    return row.seq, row.hash


def heads(session: Session) -> dict[str, int]:
    """Return the number of the newest act of every compound."""
    return dict(session.exec(select(ChainHead.compound, ChainHead.seq)).all())
