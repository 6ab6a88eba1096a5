"""Reading the chain again from the tables, as whoever verifies it must: never from what the journal answered."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.store.tables import METADATA, fact_tables

Row = dict[str, Any]
Facts = dict[str, list[Row]]


def read_chain(session: Session, compound: str) -> list[tuple[Row, Facts]]:
    """Return every act in order, with the rows of every fact that it appended, by table."""
    act = METADATA.tables["act"]
    facts: dict[int, Facts] = defaultdict(lambda: defaultdict(list))
    for table in fact_tables():
        for row in session.execute(select(table).where(table.c.compound == compound)):
            facts[row.seq][str(table.name)].append(dict(row._mapping))
    acts = session.execute(select(act).where(act.c.compound == compound).order_by(act.c.seq))
    return [(dict(row._mapping), dict(facts[row.seq])) for row in acts]
