"""The chain checked link by link: every act's hash is rebuilt from the columns of its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.rules.seal import genesis
from ledger.store.records import seal_act
from ledger.store.registers import head
from ledger.store.tables import METADATA, Act, fact_tables

_STEP = 500  # acts whose facts are held in memory at once


def broken_links(session: Session, compound: str) -> list[int]:
    """Return the numbers of acts that do not follow from the act before and from their own facts."""
    last, newest = head(session, compound)
    broken, previous, expected = [], genesis(compound), 1
    for start in range(1, last + 1, _STEP):
        acts, facts = _acts(session, compound, start), _facts(session, compound, start)
        for act in acts:
            rebuilt = seal_act(act, facts[act["seq"]], METADATA.tables)
            sound = all(act[name] == value for name, value in rebuilt.items())
            if act["seq"] != expected or act["prev"] != previous or not sound:
                broken.append(int(act["seq"]))
            previous, expected = act["hash"], act["seq"] + 1
    if previous != newest or expected != last + 1:
        broken.append(last)
    return broken


def _acts(session: Session, compound: str, start: int) -> list[Mapping[str, Any]]:
    table = METADATA.tables[str(Act.__tablename__)]
    query = select(table).where(table.c.compound == compound, table.c.seq.between(start, start + _STEP - 1))
    return [dict(row) for row in session.execute(query.order_by(table.c.seq)).mappings()]


def _facts(session: Session, compound: str, start: int) -> dict[int, dict[str, list[Mapping[str, Any]]]]:
    """Return the facts of ``_STEP`` acts by act and table."""
    found: dict[int, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for table in fact_tables():
        query = select(table).where(
            table.c.compound == compound, table.c.seq.between(start, start + _STEP - 1)
        )
        for row in session.execute(query).mappings():
            found[row["seq"]][table.name].append(dict(row))
    return found
