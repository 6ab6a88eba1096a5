"""Bring a journal back from what was exported: the same acts, facts and head, in an empty place.

Every row goes in through the same triggers as when it was first written: act by act, the head first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, insert
from sqlmodel import Session

from ledger.errors import AlreadyExists
from ledger.rules.money import parse_amount
from ledger.rules.seal import genesis
from ledger.store import audit, outstanding, statements
from ledger.store.tables import METADATA, ChainHead

Fact = Mapping[str, Any]
_OF_THE_LINK = ("compound", "seq")


def row_of(table: Table, record: Fact, compound: str, seq: int) -> dict[str, Any]:
    """Return a table's row from its exported form; the opposite of ``records.fact_record``."""
    row: dict[str, Any] = {}
    for column in table.columns:
        value = record.get(column.name)
        if column.name in _OF_THE_LINK:
            value = compound if column.name == "compound" else seq
        elif value is not None and column.info.get("money"):
            value = parse_amount(value)
        elif value is not None and column.type.python_type is date:
            value = date.fromisoformat(value)
        row[column.name] = value
    return row


def begin(session: Session, compound: str) -> None:
    """Make place for a compound's journal.

    Raises:
        AlreadyExists: there is one of this code.
    """
    if session.get(ChainHead, compound) is not None:
        raise AlreadyExists(pointer="/compound", what=compound)
    head = {"compound": compound, "seq": 0, "hash": genesis(compound), "closed_through": ""}
    session.connection().execute(statements.INSERT["chain_head"], [head])
    audit.begin(session.connection(), compound)


def append(session: Session, act: Mapping[str, Any], facts: Mapping[str, Iterable[Fact]]) -> None:
    """Append one act as it was, with its facts as they were exported; ``act`` has every column."""
    append_rows(
        session,
        act,
        {
            name: [row_of(METADATA.tables[name], record, act["compound"], act["seq"]) for record in records]
            for name, records in facts.items()
        },
    )


def append_rows(session: Session, act: Mapping[str, Any], rows: Mapping[str, Sequence[Fact]]) -> None:
    """Append one act as it was, with the rows of its facts as a table holds them."""
    compound, seq = act["compound"], act["seq"]
    connection = session.connection()
    closed = [row["month"] for row in rows.get("period_close", ())]
    head = {
        "of": compound,
        "before": seq - 1,
        "new_seq": seq,
        "new_hash": act["hash"],
        "closed": closed[0] if closed else _closed_through(session, compound),
    }
    connection.execute(statements.MOVE_HEAD, head)
    connection.execute(statements.INSERT["act"], [act])
    for name in sorted(rows, key=statements.ORDER.__getitem__):
        if rows[name]:
            connection.execute(statements.INSERT[name], rows[name])
    outstanding.keep(connection, compound, seq, act["effective_on"], rows)


def put_beside(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put back rows that are no facts: persons, remarks, donors, files."""
    if rows:
        session.connection().execute(insert(METADATA.tables[table]), list(rows))


def _closed_through(session: Session, compound: str) -> str:
    head = session.connection().execute(statements.LOCK_HEAD, {"of": compound}).one()
    return str(head.closed_through)
