"""The account of one unit (分户账): what it owed, was charged, paid and has paid ahead, over any span of days.

Debts come from the facts (charges, settlements, waivers, write-offs), prepayments and refunds due from the postings
that carry the unit. A dispute, or a debt that stays with a former owner, moves nothing here: it is the same debt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from ledger.errors import NotFound, RequestMalformed
from ledger.rules.charge import FEE_ITEMS
from ledger.rules.chart import group_of
from ledger.store.records import voucher
from ledger.store.registers import compound_row
from ledger.store.tables import Act, Charge, EntryRow, PostingRow, Relief, Settlement, Unit

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
    """One line: what moved, and what is owed and paid ahead after it, in fen."""

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
class UnitAccount:
    """The account from ``since`` to ``until``, both included; ``…_minor`` in fen."""

    compound_zh: str
    unit: str
    label_zh: str
    since: date
    until: date
    opening: Moved
    turnover: Moved
    lines: tuple[AccountLine, ...]

    @property
    def closing(self) -> Moved:
        """What stands at the end."""
        return self.opening + self.turnover


def unit_account(session: Session, compound: str, unit: str, since: date, until: date) -> UnitAccount:
    """Return the account of a unit.

    Raises:
        NotFound: there is no such unit.
        RequestMalformed: the span ends before it begins.
    """
    if until < since:
        raise RequestMalformed(
            pointer="/until", why_zh="截止日期早于起始日期", why_en="the span ends before it begins"
        )
    row = session.get(Unit, (compound, unit))
    if row is None:
        raise NotFound(pointer="/unit", what=unit[:40])
    moves: dict[Key, Moved] = defaultdict(Moved)
    for key, moved in _moves(session, compound, unit):
        moves[key] += moved
    acts = _acts(session, compound, {key[0] for key in moves})
    opening = standing = turnover = Moved()
    lines: list[AccountLine] = []
    for key in sorted(moves, key=lambda one: (acts[one[0]][0], *one)):
        seq, debtor, item, period = key
        day, number, narration = acts[seq]
        if day > until or moves[key] == Moved():
            continue
        standing += moves[key]
        if day < since:
            opening = standing
            continue
        turnover += moves[key]
        item_zh = FEE_ITEMS[item].zh if item in FEE_ITEMS else ""
        after = (standing.owed_minor, standing.prepaid_minor)
        lines.append(AccountLine(day, seq, number, narration, debtor, item_zh, period, moves[key], *after))
    return UnitAccount(
        compound_row(session, compound).name, unit, row.label, since, until, opening, turnover, tuple(lines)
    )


def _moves(session: Session, compound: str, unit: str) -> Iterator[tuple[Key, Moved]]:
    """Give everything that ever moved on the unit's account."""
    charges = {
        (one.seq, one.line): one
        for one in session.exec(select(Charge).where(Charge.compound == compound, Charge.unit == unit))
    }
    for (seq, _), one in charges.items():
        yield (seq, one.debtor, one.item, one.period), Moved(charged_minor=one.amount_minor)
    for part in session.exec(_of_unit(select(Settlement), Settlement, compound, unit)):
        debt = charges[part.charge_seq, part.charge_line]
        yield (part.seq, debt.debtor, debt.item, debt.period), Moved(settled_minor=part.amount_minor)
    for ended in session.exec(_of_unit(select(Relief), Relief, compound, unit)):
        if ended.kind != "dispute":
            debt = charges[ended.charge_seq, ended.charge_line]
            yield (ended.seq, debt.debtor, debt.item, debt.period), Moved(relieved_minor=ended.amount_minor)
    postings = select(PostingRow).where(PostingRow.compound == compound, PostingRow.unit == unit)
    for row in session.exec(postings.where(col(PostingRow.account).like("Liabilities:%"))):
        name = {"Prepaid": "prepaid_minor", "Refundable": "refundable_minor"}.get(group_of(row.account))
        if name is not None:
            key = (row.seq, row.debtor or 0, row.item or "", row.period or "")
            yield key, Moved(**{name: -row.amount_minor})


def _of_unit(query: Any, table: Any, compound: str, unit: str) -> Any:  # Any: a select of the table's rows
    of_charge = (
        (col(Charge.compound) == table.compound)
        & (col(Charge.seq) == table.charge_seq)
        & (col(Charge.line) == table.charge_line)
    )
    return query.join(Charge, of_charge).where(Charge.compound == compound, Charge.unit == unit)


def _acts(session: Session, compound: str, seqs: set[int]) -> dict[int, tuple[date, str, str]]:
    """Return day, voucher and narration of acts."""
    entries = select(EntryRow).where(EntryRow.compound == compound, col(EntryRow.seq).in_(sorted(seqs)))
    by_act = {one.seq: one for one in session.exec(entries)}
    acts = select(Act).where(Act.compound == compound, col(Act.seq).in_(sorted(seqs)))
    found = {}
    for act in session.exec(acts):
        entry = by_act.get(act.seq)
        number = voucher(entry.month, entry.voucher_no) if entry else ""
        found[act.seq] = (act.effective_on, number, entry.narration if entry else "")
    return found
