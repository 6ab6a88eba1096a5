"""Books in memory, for as long as somebody looks at them: what a file says, in tables again, so that it can be drawn.

Without triggers and foreign keys: whether the rows are true is for whoever asks to find out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import create_engine, insert
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from ledger.store.tables import METADATA

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@contextlib.contextmanager
def scratch(rows: Rows) -> Iterator[Session]:
    """Give a session on tables that hold these rows, by table, and nothing else."""
    engine = create_engine("sqlite://", module=sqlite, poolclass=StaticPool, hide_parameters=True)
    METADATA.create_all(engine)
    try:
        with Session(engine) as session:
            for name in sorted(rows):
                if rows[name]:
                    session.connection().execute(insert(METADATA.tables[name]), list(rows[name]))
            yield session
    finally:
        engine.dispose()
