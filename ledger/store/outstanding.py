"""Which charges are open, and which were: kept with every act, and found again from the facts.

Arrears at any date are looked for only among the charges that were open on that date, so their cost follows what is
owed and not the age of the books. Nothing here is a fact: ``recount`` gives the same rows from the facts alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    literal,
    select,
    update,
)
from sqlmodel import Session

from ledger.store.tables import METADATA

#: The last day of all time: something is still open.
OPEN = date.max

_TABLES = METADATA.tables
_act, _charge, _settlement, _relief, _outstanding = (
    _TABLES[name] for name in ("act", "charge", "settlement", "relief", "outstanding")
)
_OF: BindParameter[str] = bindparam("of")
ENDING = frozenset({"waiver", "write_off"})  # a dispute ends nothing

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Key = tuple[int, int]


def _sum_of(column: ColumnElement[int], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.coalesce(func.sum(column), 0)).where(*conditions).scalar_subquery()


def _owed_now() -> ColumnElement[int]:
    """Return what is open on the charge of an ``outstanding`` row, in fen."""
    at = _outstanding.c
    charged = _sum_of(
        _charge.c.amount_minor,
        _charge.c.compound == at.compound,
        _charge.c.seq == at.charge_seq,
        _charge.c.line == at.charge_line,
    )
    parts = [
        _sum_of(
            table.c.amount_minor,
            table.c.compound == at.compound,
            seq == at.charge_seq,
            line == at.charge_line,
            *more,
        )
        for table, seq, line, more in (
            (_charge, _charge.c.corrects_seq, _charge.c.corrects_line, ()),
            (_settlement, _settlement.c.charge_seq, _settlement.c.charge_line, ()),
            (_relief, _relief.c.charge_seq, _relief.c.charge_line, (_relief.c.kind != "dispute",)),
        )
    ]
    return charged + parts[0] - parts[1] - parts[2]


def _latest() -> ColumnElement[date]:
    happened = bindparam("happened_on", type_=_outstanding.c.touched_on.type)
    return case((_outstanding.c.touched_on < happened, happened), else_=_outstanding.c.touched_on)


_TOUCH = (
    update(_outstanding)
    .where(
        _outstanding.c.compound == _OF,
        _outstanding.c.charge_seq == bindparam("at_seq"),
        _outstanding.c.charge_line == bindparam("at_line"),
    )
    .values(
        touched_on=_latest(),
        ended_on=case(
            (_owed_now() > 0, literal(OPEN, _outstanding.c.ended_on.type)),
            else_=_latest(),
        ),
    )
)
_BEGIN = _outstanding.insert()


def keep(connection: Connection, compound: str, seq: int, happened_on: date, rows: Rows) -> None:
    """Take note of what act ``seq`` did to charges; its facts are stored already.

    Args:
        connection: the act's own transaction.
        compound: the compound's code.
        seq: the act's number.
        happened_on: its effective date.
        rows: its facts by table.
    """
    born = {row["line"]: row["unit"] for row in rows.get("charge", ()) if row.get("corrects_seq") is None}
    touched: set[Key] = {
        (row["corrects_seq"], row["corrects_line"])
        for row in rows.get("charge", ())
        if row.get("corrects_seq") is not None
    }
    touched |= {(row["charge_seq"], row["charge_line"]) for row in rows.get("settlement", ())}
    touched |= {
        (row["charge_seq"], row["charge_line"]) for row in rows.get("relief", ()) if row["kind"] in ENDING
    }
    if born:
        begun = {"begun_on": happened_on, "touched_on": happened_on, "ended_on": OPEN}
        connection.execute(
            _BEGIN,
            [
                {"compound": compound, "charge_seq": seq, "charge_line": line, "unit": unit, **begun}
                for line, unit in sorted(born.items())
            ],
        )
    if touched:
        connection.execute(
            _TOUCH,
            [
                {"of": compound, "at_seq": of_seq, "at_line": line, "happened_on": happened_on}
                for of_seq, line in sorted(touched)
            ],
        )


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a charge was open: as the table ``outstanding`` has it."""

    begun_on: date
    touched_on: date
    ended_on: date


def kept(session: Session, compound: str) -> dict[Key, Span]:
    """Return what the journal has kept, by charge."""
    query = select(_outstanding).where(_outstanding.c.compound == compound)
    return {
        (row.charge_seq, row.charge_line): Span(row.begun_on, row.touched_on, row.ended_on)
        for row in session.execute(query)
    }


def touched_on(session: Session, compound: str, key: Key) -> date:
    """Return the newest day on which something has happened to a charge: its own, or that of what ended some of it."""
    query = select(_outstanding.c.touched_on).where(
        _outstanding.c.compound == compound,
        _outstanding.c.charge_seq == key[0],
        _outstanding.c.charge_line == key[1],
    )
    found: date = session.execute(query).scalar_one()
    return found


def recount(session: Session, compound: str) -> dict[Key, Span]:
    """Return the same from the facts alone: what ``kept`` must be equal to."""
    days = dict(
        session.execute(select(_act.c.seq, _act.c.effective_on).where(_act.c.compound == compound)).all()
    )
    owed: dict[Key, int] = defaultdict(int)
    begun: dict[Key, date] = {}
    touched: dict[Key, date] = {}

    def moved(key: Key, seq: int, minor: int) -> None:
        owed[key] += minor
        touched[key] = max(touched.get(key, date.min), days[seq])

    for row in session.execute(select(_charge).where(_charge.c.compound == compound)):
        if row.corrects_seq is None:
            begun[row.seq, row.line] = days[row.seq]
        key = (row.seq, row.line) if row.corrects_seq is None else (row.corrects_seq, row.corrects_line)
        moved(key, row.seq, row.amount_minor)
    for table in (_settlement, _relief):
        query = select(table).where(table.c.compound == compound)
        for row in session.execute(query if table is _settlement else query.where(table.c.kind.in_(ENDING))):
            moved((row.charge_seq, row.charge_line), row.seq, -row.amount_minor)
    return {
        key: Span(begun[key], touched[key], OPEN if owed[key] > 0 else touched[key]) for key in sorted(owed)
    }
