"""What the books read from SQL: one month's entries with their postings, and the frame around all months.

Every query names its compound; the cost of a month depends on that month alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Table, and_, func, select
from sqlmodel import Session, SQLModel

from ledger.errors import NotFound
from ledger.rules.period import first_day, month_of
from ledger.store.records import voucher
from ledger.store.tables import (
    AccountRow,
    Act,
    Bulletin,
    ChainHead,
    ClosingBalance,
    Compound,
    EntryRow,
    PeriodClose,
    PostingRow,
)
from reports.book.drawn import Balances


class Line(NamedTuple):
    """One posting: an account, signed fen, and whose and what for."""

    account: str
    amount_minor: int
    unit: str | None = None
    debtor: int | None = None
    item: str | None = None
    charge: str | None = None
    period: str | None = None
    receipt: int | None = None
    contract: str | None = None


class BookEntry(NamedTuple):
    """One entry with its postings in their order; ``hash`` is its act's link in the chain."""

    seq: int
    month: str
    voucher_no: int
    effective_on: date
    occurred_on: date
    recorded_on: date
    kind: str
    narration: str
    counterparty: str | None
    authority: str | None
    channel: str | None
    reverses: int | None
    corrects: str | None
    hash: str
    lines: tuple[Line, ...]

    @property
    def voucher(self) -> str:
        """The printed voucher number."""
        return voucher(self.month, self.voucher_no)

    def units(self) -> set[str]:
        """Return the units that the entry touches."""
        return {line.unit for line in self.lines if line.unit is not None}


class OpenedAccount(NamedTuple):
    """An account that the compound has opened; ``seq`` is the act that did."""

    code: str
    zh: str
    detail: str
    opened_on: date
    seq: int


class MonthState(NamedTuple):
    """How far a month is: the act that closed it, or None, and how many vouchers it has."""

    closed_seq: int | None
    vouchers: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything about a compound's books but the entries; ``months`` are in order."""

    compound: str
    name: str
    opened_on: date
    head_seq: int
    head_hash: str
    accounts: dict[str, OpenedAccount]
    months: dict[str, MonthState]
    bulletin: str | None


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel does not tell mypy
    return table


_ACT, _ENTRY, _POSTING, _ACCOUNT = _table(Act), _table(EntryRow), _table(PostingRow), _table(AccountRow)
_CLOSE, _HEAD, _COMPOUND = _table(PeriodClose), _table(ChainHead), _table(Compound)
_CLOSING, _BULLETIN = _table(ClosingBalance), _table(Bulletin)
_OF_ENTRY = and_(_POSTING.c.compound == _ENTRY.c.compound, _POSTING.c.seq == _ENTRY.c.seq)
_OF_ACT = frozenset({"recorded_on", "hash"})
_NO_LINE: tuple[Line, ...] = ()


def read_frame(session: Session, compound: str) -> Frame:
    """Return the frame of a compound's books; raises ``NotFound`` if there is no such compound."""
    head = session.execute(
        select(_COMPOUND.c.name, _COMPOUND.c.opened_on, _HEAD.c.seq, _HEAD.c.hash, _HEAD.c.closed_through)
        .join(_HEAD, _HEAD.c.compound == _COMPOUND.c.compound)
        .where(_COMPOUND.c.compound == compound)
    ).one_or_none()
    if head is None:
        raise NotFound(what=compound)
    accounts = session.execute(
        select(*(_ACCOUNT.c[name] for name in OpenedAccount._fields)).where(_ACCOUNT.c.compound == compound)
    )
    closes = session.execute(select(_CLOSE.c.month, _CLOSE.c.seq).where(_CLOSE.c.compound == compound))
    months = {month: MonthState(seq, 0) for month, seq in closes}
    # Vouchers have no gap (I5), so the last one counts them; closed months never change and are not counted.
    counted = session.execute(
        select(_ENTRY.c.month, func.max(_ENTRY.c.voucher_no))
        .where(_ENTRY.c.compound == compound, _ENTRY.c.month > head.closed_through)
        .group_by(_ENTRY.c.month)
    )
    months |= {month: MonthState(None, vouchers) for month, vouchers in counted}
    return Frame(
        compound=compound,
        name=head.name,
        opened_on=first_day(month_of(head.opened_on)),
        head_seq=head.seq,
        head_hash=head.hash,
        accounts={row.code: OpenedAccount(*row) for row in accounts},
        months=dict(sorted(months.items())),
        bulletin=session.execute(
            select(func.max(_BULLETIN.c.month)).where(_BULLETIN.c.compound == compound)
        ).scalar_one(),
    )


def read_month(session: Session, compound: str, month: str) -> list[BookEntry]:
    """Return the entries whose effective date lies in ``month``, in the order of ``seq``: two queries."""
    of_month = and_(_ENTRY.c.compound == compound, _ENTRY.c.month == month)
    lines = dict(_lines_by_entry(session, compound, of_month))
    of_act = and_(_ACT.c.compound == _ENTRY.c.compound, _ACT.c.seq == _ENTRY.c.seq)
    columns = [(_ACT if name in _OF_ACT else _ENTRY).c[name] for name in BookEntry._fields[:-1]]
    # voucher numbers of a month follow seq (I5), and the index over them finds the month alone
    rows = session.execute(select(*columns).join(_ACT, of_act).where(of_month).order_by(_ENTRY.c.voucher_no))
    return [BookEntry._make((*row, lines.get(row[0], _NO_LINE))) for row in rows]


def _lines_by_entry(session: Session, compound: str, of_month: Any) -> Iterator[tuple[int, tuple[Line, ...]]]:
    columns = [_POSTING.c[name] for name in Line._fields]
    rows = session.execute(
        select(_POSTING.c.seq, *columns)
        .where(_POSTING.c.compound == compound, _POSTING.c.seq.in_(select(_ENTRY.c.seq).where(of_month)))
        .order_by(_POSTING.c.seq, _POSTING.c.line)
    )
    for seq, some in groupby(rows, itemgetter(0)):
        yield seq, tuple(Line._make(row[1:]) for row in some)


def balances_through(session: Session, compound: str, month: str) -> Balances:
    """Return what each account and unit or contract stands at after ``month``, in fen: a sum from the beginning."""
    detail = func.coalesce(_POSTING.c.unit, _POSTING.c.contract)
    rows = session.execute(
        select(_POSTING.c.account, detail, func.sum(_POSTING.c.amount_minor))
        .join(_ENTRY, _OF_ENTRY)
        .where(_ENTRY.c.compound == compound, _ENTRY.c.month <= month)
        .group_by(_POSTING.c.account, detail)
    )
    return {(account, named): int(minor) for account, named, minor in rows}


def contract_balances(session: Session, compound: str, month: str) -> Balances:
    """Return what each account stands at after ``month`` for each contract of public income, in fen.

    Of entries without a unit only: the public book draws the others without their contracts.
    """
    household = _POSTING.alias()
    carries_unit = (
        select(household.c.seq)
        .where(
            household.c.compound == _POSTING.c.compound,
            household.c.seq == _POSTING.c.seq,
            household.c.unit.is_not(None),
        )
        .exists()
    )
    rows = session.execute(
        select(_POSTING.c.account, _POSTING.c.contract, func.sum(_POSTING.c.amount_minor))
        .join(_ENTRY, _OF_ENTRY)
        .where(
            _POSTING.c.compound == compound,
            _POSTING.c.contract > "",  # not null, said so that the index over contracts serves
            ~carries_unit,
            _ENTRY.c.month <= month,
        )
        .group_by(_POSTING.c.account, _POSTING.c.contract)
    )
    return {(account, contract): int(minor) for account, contract, minor in rows}


def closing_balances(session: Session, compound: str, month: str) -> Balances:
    """Return what each account stood at when ``month`` closed, in fen, as the close has stored it."""
    rows = session.execute(
        select(_CLOSING.c.account, _CLOSING.c.amount_minor).where(
            _CLOSING.c.compound == compound, _CLOSING.c.month == month
        )
    )
    stored: Balances = {(account, None): minor for account, minor in rows}
    return stored or balances_through(session, compound, month)
