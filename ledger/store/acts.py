"""Acts with the facts that they appended, in order: what the chain is checked and exported by."""

from __future__ import annotations

import contextlib
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    RowMapping,
    Select,
    String,
    Table,
    bindparam,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlmodel import Session

from ledger.store.tables import METADATA, Act, fact_tables

Facts = Mapping[str, Sequence[Mapping[str, Any]]]  # rows by table

_ACT = METADATA.tables[str(Act.__tablename__)]
_OF: BindParameter[str] = bindparam("of")
_FIRST: BindParameter[int] = bindparam("first")
_LAST: BindParameter[int] = bindparam("last")
_STEP = 500  # acts whose facts are held in memory at once


def acts(session: Session, compound: str, through: int) -> Iterator[tuple[Mapping[str, Any], Facts]]:
    """Give every act up to ``through`` with its facts, in order of their numbers.

    From one act that is there to the next: whoever writes a number without end into the head makes no walk of it.
    """
    start = 1
    while rows := list(_rows(session, _ACT, compound, start, through, _STEP)):
        end = rows[-1]["seq"]
        facts = _facts(session, compound, start, end)
        for row in rows:
            yield row, facts[row["seq"]]
        start = end + 1


def act_with_facts(session: Session, compound: str, seq: int) -> tuple[Mapping[str, Any], Facts] | None:
    """Return one act with its facts, or None where there is no such act."""
    for row in _rows(session, _ACT, compound, seq, seq):
        return row, _facts(session, compound, seq, seq)[seq]
    return None


def strays(session: Session, compound: str, through: int) -> list[int]:
    """Return the numbers of facts that no act up to ``through`` appended: nothing of ours writes such a row.

    What SQLite holds in place of a number, text or bytes, is told as 0.
    """
    found = session.execute(_strays(), {"of": compound, "first": 1, "last": through})
    return sorted({one if isinstance(one, int) else 0 for one in found.scalars()})


def _facts(
    session: Session, compound: str, start: int, end: int
) -> dict[int, dict[str, list[Mapping[str, Any]]]]:
    found: dict[int, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for table in fact_tables():
        name = str(table.name)  # a plain one: the library has a class of its own for names
        for row in _rows(session, table, compound, start, end):
            found[row["seq"]][name].append(row)
    return found


def _rows(
    session: Session, table: Table, compound: str, start: int, end: int, most: int | None = None
) -> Iterator[dict[str, Any]]:
    query = _query(table, most, is_sqlite=session.get_bind().dialect.name == "sqlite")
    for row in session.execute(query, {"of": compound, "first": start, "last": end}).mappings():
        yield _read(table, row)


@functools.cache
def _query(table: Table, most: int | None, *, is_sqlite: bool) -> Select[Any]:
    """Return the query for a table's rows of some acts, in order; SQLite's dates come as the text that is stored."""
    as_text = (
        type_coerce(one, String).label(one.name) if one.name in _dates(table) else one for one in table.c
    )
    query = select(*as_text) if is_sqlite else select(table)
    return (
        query.where(table.c.compound == _OF, table.c.seq.between(_FIRST, _LAST))
        .order_by(table.c.seq)
        .limit(most)
    )


@functools.cache
def _strays() -> CompoundSelect[Any]:
    """Return the query for rows outside the acts, over all tables at once."""
    return union_all(
        *(
            select(table.c.seq).where(table.c.compound == _OF, or_(table.c.seq < _FIRST, table.c.seq > _LAST))
            for table in (_ACT, *fact_tables())
        )
    )


@functools.cache
def _dates(table: Table) -> frozenset[str]:
    return frozenset(one.name for one in table.columns if isinstance(one.type, Date))


def _read(table: Table, row: RowMapping) -> dict[str, Any]:
    """Return a row with its dates; text that is no plain date stays text, so that no hash takes it for one.

    SQLite compares dates as text: ``20260105`` would be sealed as a day of January and counted as one of no month.
    """
    found = dict(row)
    for name in _dates(table):
        said = found[name]
        if isinstance(said, str) and _PLAIN.fullmatch(said):
            with contextlib.suppress(ValueError):
                found[name] = date.fromisoformat(said)
    return found


_PLAIN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
