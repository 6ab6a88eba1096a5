"""Books with a row in every table of facts, without their triggers, and every way to change one thing in them."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text, update
from sqlalchemy.types import Date, Integer, String
from sqlmodel import Session

from ledger.store.append import Journal
from ledger.store.session import Database
from ledger.store.tables import METADATA, Act, fact_tables
from tests.conftest import TREASURER, Books

ACT = METADATA.tables[str(Act.__tablename__)]
ROWS_OF_A_TABLE = 40  # at most, spread over the table
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One column of one row gets another value."""

    table: Table
    row: Row
    column: str
    value: Any

    def __str__(self) -> str:
        """Say what changes."""
        return f"{self.table.name}.{self.column} of #{self.row['seq']}: {self.row[self.column]!r} → {self.value!r}"

    def make(self, connection: Connection) -> None:
        """Change it; raises what the database raises if it cannot hold the value."""
        names = [one.name for one in self.table.primary_key.columns]
        where = " AND ".join(f"{name} = :of_{name}" for name in names)
        values = {f"of_{name}": stored(self.row[name]) for name in names} | {"value": stored(self.value)}
        changed = connection.execute(
            text(f'UPDATE "{self.table.name}" SET "{self.column}" = :value WHERE {where}'),  # noqa: S608 - our tables
            values,
        )
        assert changed.rowcount == 1, self


def stored(value: Any) -> Any:
    """Return a value as SQLite holds it."""
    return value.isoformat() if isinstance(value, date) else value


def unguarded(database: Database) -> None:
    """Take every trigger away, as whoever has the file can."""
    with database.engine.begin() as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def fill(books: Books) -> list[str]:
    """Append an act with a row in every table of facts that has none yet; return their names."""
    with books.database.reading() as session:
        empty = [
            table
            for table in fact_tables()
            if session.execute(select(table.c.seq).where(table.c.compound == books.compound)).first() is None
        ]

    with anything_goes(books.database) as connection, Session(bind=connection) as session:
        journal = Journal(session, books.compound, TREASURER, books.now, books.salt)
        facts = {_class_of(table): [_made_up(table)] for table in empty}
        journal.record("made_up", books.today, facts)
        connection.commit()
    return [table.name for table in empty]


@contextlib.contextmanager
def anything_goes(database: Database) -> Iterator[Connection]:
    """Give a connection that no foreign key and no check holds back; what it does is kept if it commits."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA ignore_check_constraints=ON")
        yield connection
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA ignore_check_constraints=OFF")


def _class_of(table: Table) -> Any:
    return type(table.name, (), {"__tablename__": table.name})


def _made_up(table: Table) -> dict[str, Any]:
    """Return a row with something in every column."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if isinstance(column.type, Date):
            row[column.name] = date(2026, 5, 19)
        elif isinstance(column.type, Integer):
            row[column.name] = 7
        else:
            row[column.name] = "made-up"[: getattr(column.type, "length", None) or 7]
    return row


def changes(connection: Connection, compound: str, chance: random.Random) -> Iterator[Change]:
    """Give every change of every column of every table of facts, in some order of the tables' rows."""
    for table in (ACT, *fact_tables()):
        rows = [
            dict(row)
            for row in connection.execute(select(table).where(table.c.compound == compound)).mappings()
        ]
        assert rows, table.name
        for row in chance.sample(rows, min(len(rows), ROWS_OF_A_TABLE)):
            for column in table.columns:
                for value in _other(column, row[column.name], rows, chance):
                    yield Change(table, row, column.name, value)


def _other(column: Any, value: Any, rows: list[dict[str, Any]], chance: random.Random) -> list[Any]:
    """Return values that are not this one: small steps, what a forger would write, and what stands elsewhere."""
    found: list[Any] = [chance.choice(rows)[column.name]]
    if column.nullable and value is not None:
        found.append(None)
    if isinstance(column.type, Date):
        known = value or date(2026, 1, 1)
        found += [known + timedelta(1), known - timedelta(365), f"{known:%Y%m%d}"]
    elif isinstance(column.type, Integer):
        known = value or 0
        found += [known + 1, known - 1, -known or 5, known * 100 + 9, known + 0.5]
    elif isinstance(column.type, String):
        known = value or ""
        found += [f"{known}.", known[:-1] or "0", known.swapcase(), f"{known} ", _flipped(known, chance)]
    return [one for one in found if one != value or type(one) is not type(value)]


def _flipped(words: str, chance: random.Random) -> str:
    """Return words with one character changed."""
    at = chance.randrange(len(words)) if words else 0
    return f"{words[:at]}{'1' if words[at : at + 1] != '1' else '2'}{words[at + 1 :]}"


def reseal(
    connection: Connection, compound: str, since: int, rows: list[tuple[Row, Mapping[str, Any]]]
) -> None:
    """Make every hash fit again from an act on, and the head too, as an operator who rewrites the past would."""
    from ledger.store.records import seal_act  # here: it is what the forger uses

    head = METADATA.tables["chain_head"]
    previous = rows[since - 2][0]["hash"]
    of_act = (ACT.c.compound == compound) & (ACT.c.seq == bindparam("of"))
    for act, facts in rows[since - 1 :]:
        sealed = {"prev": previous, **seal_act({**act, "prev": previous}, facts, METADATA.tables)}
        connection.execute(update(ACT).where(of_act).values(sealed), {"of": act["seq"]})
        previous = sealed["hash"]
    connection.execute(update(head).where(head.c.compound == compound).values(hash=previous))
