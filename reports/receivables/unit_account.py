"""The account of one unit (分户账): what it owed, was charged, paid and has paid ahead, over any span of days.

Debts come from the facts (charges, settlements, waivers, write-offs), prepayments and refunds due from the postings
that carry the unit. A dispute, or a debt that stays with a former owner, moves nothing here: it is the same debt.
Owners who follow one another each have balances of their own: one's money is not beside another's debt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sql
from sqlmodel import Session, col

from ledger.errors import NotFound, RequestMalformed
from ledger.rules.charge import item_of
from ledger.rules.chart import group_of
from ledger.store.records import voucher
from ledger.store.registers import compound_row
from ledger.store.tables import Act, Charge, Debtor, EntryRow, PostingRow, Relief, Settlement, Unit

#: Act, debtor, item, period: what one line of the account is about.
Key = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act did to one month of one item, or what it left, in fen."""

    charged_minor: int = 0
    settled_minor: int = 0
    relieved_minor: int = 0
    prepaid_minor: int = 0
    refundable_minor: int = 0

    @property
    def owed_minor(self) -> int:
        """What is owed of it."""
        return self.charged_minor - self.settled_minor - self.relieved_minor

    def __add__(self, other: Moved) -> Moved:
        """Return both together."""
        return Moved(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line: what moved, and what its debtor owes and has paid ahead after it, in fen."""

    on: date
    seq: int
    voucher: str
    narration: str
    debtor: int
    item_zh: str
    period: str
    moved: Moved
    owed_minor: int
    prepaid_minor: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood at first and what moved since, of one of the unit's debtors (``debtor`` None: of all)."""

    debtor: int | None
    opening: Moved
    turnover: Moved

    @property
    def closing(self) -> Moved:
        """What stands at the end."""
        return self.opening + self.turnover


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """The account from ``since`` to ``until``, both included, of all the unit's debtors or of ``debtor`` alone.

    ``debtors`` are those of whom something stood or moved, by number; ``total`` is all of them together.
    """

    compound_zh: str
    unit: str
    label_zh: str
    debtor: int | None
    since: date
    until: date
    debtors: tuple[Balance, ...]
    total: Balance
    lines: tuple[AccountLine, ...]

    @property
    def balances(self) -> tuple[Balance, ...]:
        """What each debtor's balances are; the unit's where nothing ever moved."""
        return self.debtors or (self.total,)


def unit_account(
    session: Session, compound: str, unit: str, since: date, until: date, *, debtor: int | None = None
) -> UnitAccount:
    """Return the account of a unit, or of one of its debtors.

    Raises:
        NotFound: there is no such unit or debtor.
        RequestMalformed: the span ends before it begins.
    """
    if until < since:
        raise RequestMalformed(
            pointer="/until", why_zh="截止日期早于起始日期", why_en="the span ends before it begins"
        )
    row = session.get(Unit, (compound, unit))
    if row is None:
        raise NotFound(pointer="/unit", what=unit[:40])
    if debtor is not None and session.get(Debtor, (compound, unit, debtor)) is None:
        raise NotFound(pointer="/debtor", what=f"{unit}/{debtor}")
    moves: dict[Key, Moved] = defaultdict(Moved)
    for key, moved in _moves(session, compound, unit):
        if debtor in (None, key[1]):
            moves[key] += moved
    acts = _acts(session, compound, {key[0] for key in moves})
    opening: dict[int, Moved] = defaultdict(Moved)
    turnover: dict[int, Moved] = defaultdict(Moved)
    lines: list[AccountLine] = []
    for key in sorted(moves, key=lambda one: (acts[one[0]][0], *one)):
        seq, whose, item, period = key
        day, number, narration = acts[seq]
        if day > until or moves[key] == Moved():
            continue
        if day < since:
            opening[whose] += moves[key]
            continue
        turnover[whose] += moves[key]
        standing = opening[whose] + turnover[whose]
        item_zh = item_of(item).zh if item else ""
        after = (standing.owed_minor, standing.prepaid_minor)
        lines.append(AccountLine(day, seq, number, narration, whose, item_zh, period, moves[key], *after))
    debtors = tuple(Balance(one, opening[one], turnover[one]) for one in sorted({*opening, *turnover}))
    total = Balance(None, *(sum(found.values(), start=Moved()) for found in (opening, turnover)))
    name = compound_row(session, compound).name
    return UnitAccount(name, unit, row.label, debtor, since, until, debtors, total, tuple(lines))


def _moves(session: Session, compound: str, unit: str) -> Iterator[tuple[Key, Moved]]:
    """Give everything that ever moved on the unit's account."""
    names = ("seq", "line", "debtor", "item", "period", "amount_minor")
    found = session.execute(
        _columns(Charge, names).where(col(Charge.compound) == compound, col(Charge.unit) == unit)
    )
    charges = {(one.seq, one.line): one for one in found}
    for one in charges.values():
        yield (one.seq, one.debtor, one.item, one.period), Moved(charged_minor=one.amount_minor)
    for table, name in ((Settlement, "settled_minor"), (Relief, "relieved_minor")):
        for part in session.execute(_of_unit(table, compound, unit)):
            debt = charges[part.charge_seq, part.charge_line]
            yield (part.seq, debt.debtor, debt.item, debt.period), Moved(**{name: part.amount_minor})
    postings = _columns(PostingRow, ("seq", "debtor", "item", "period", "account", "amount_minor")).where(
        col(PostingRow.compound) == compound, col(PostingRow.unit) == unit
    )
    for row in session.execute(postings.where(col(PostingRow.account).like("Liabilities:%"))):
        name = {"Prepaid": "prepaid_minor", "Refundable": "refundable_minor"}.get(group_of(row.account), "")
        if name:
            key = (row.seq, row.debtor or 0, row.item or "", row.period or "")
            yield key, Moved(**{name: -row.amount_minor})


def _columns(table: Any, names: Sequence[str]) -> Any:  # Any: a table, and a select of its columns
    """Return a select of columns: whole rows of ten years take ten times as long."""
    return sql.select(*(getattr(table, name) for name in names))


def _of_unit(table: Any, compound: str, unit: str) -> Any:  # Any: as above
    """Return a select of what ends the unit's charges: the charges first, as pairs, then by their index."""
    of_unit = sql.select(col(Charge.seq), col(Charge.line)).where(
        col(Charge.compound) == compound, col(Charge.unit) == unit
    )
    pair = sql.tuple_(table.charge_seq, table.charge_line)
    query = _columns(table, ("seq", "charge_seq", "charge_line", "amount_minor"))
    query = query.where(table.compound == compound, pair.in_(of_unit))
    return query if table is Settlement else query.where(table.kind != "dispute")


def _acts(session: Session, compound: str, seqs: set[int]) -> dict[int, tuple[date, str, str]]:
    """Return day, voucher and narration of acts."""
    of_entry = (col(EntryRow.compound) == col(Act.compound)) & (col(EntryRow.seq) == col(Act.seq))
    query = (
        sql.select(
            *(col(Act.seq), col(Act.effective_on), col(EntryRow.month), col(EntryRow.voucher_no)),
            col(EntryRow.narration),
        )
        .outerjoin(EntryRow, of_entry)
        .where(col(Act.compound) == compound, col(Act.seq).in_(sorted(seqs)))
    )
    return {
        seq: (day, voucher(month, number) if month else "", words or "")
        for seq, day, month, number, words in session.execute(query)
    }
