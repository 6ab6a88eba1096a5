"""Books with a row in every table of facts, without their triggers, and every way to change one thing in them."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, text, update
from sqlalchemy.types import Date, Integer, String
from sqlmodel import Session

from ledger.rules.seal import canonical
from ledger.store.append import Journal
from ledger.store.session import Database
from ledger.store.tables import METADATA, Act, Audit, fact_tables
from tests.conftest import TREASURER, Books

ACT = METADATA.tables[str(Act.__tablename__)]
AUDIT = METADATA.tables[str(Audit.__tablename__)]
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
        number = self.row.get("seq", self.row.get("number"))
        return f"{self.table.name}.{self.column} of #{number}: {self.row[self.column]!r} → {self.value!r}"

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
        if not database.is_sqlite:
            _without_checks(connection)
            yield connection
            connection.rollback()
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA ignore_check_constraints=ON")
        yield connection
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA ignore_check_constraints=OFF")


def _without_checks(connection: Connection) -> None:
    """Drop PostgreSQL's checks for good, and switch its foreign keys off for this transaction: as a superuser can."""
    found = connection.execute(
        text("SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0")
    )
    for table, name in found.all():
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    connection.execute(text("SET LOCAL session_replication_role = replica"))


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
    """Give every change of every column of acts, facts and the audit trail, in some order of the tables' rows."""
    for table in (ACT, AUDIT, *fact_tables()):
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
        found += [known + 1, known - 1, -known or 5, known * 100 + 9, known + 0.5, "x", b"\xff"]
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
    """Make every hash fit again from an act on, the audit trail's too, as an operator who rewrites the past would."""
    from ledger.store.records import seal_act  # here: it is what the forger uses

    head, closed = METADATA.tables["chain_head"], METADATA.tables["period_close"]
    hashes = {act["seq"]: act["hash"] for act, _ in rows[: since - 1]}
    previous = rows[since - 2][0]["hash"]
    of_act = (ACT.c.compound == compound) & (ACT.c.seq == bindparam("of"))
    for act, facts in rows[since - 1 :]:
        for close in facts.get("period_close", ()):
            told = retell(connection, compound, hashes, through=close["audit_number"])
            mine = (closed.c.compound == compound) & (closed.c.month == close["month"])
            connection.execute(update(closed).where(mine).values(audit_head=told))
            facts = {**facts, "period_close": [{**close, "audit_head": told}]}  # noqa: PLW2901 - as it is now
        sealed = {"prev": previous, **seal_act({**act, "prev": previous}, facts, METADATA.tables)}
        connection.execute(update(ACT).where(of_act).values(sealed), {"of": act["seq"]})
        previous = hashes[act["seq"]] = sealed["hash"]
    connection.execute(update(head).where(head.c.compound == compound).values(hash=previous))
    retell(connection, compound, hashes)


def retell(
    connection: Connection, compound: str, hashes: Mapping[int, str], through: int | None = None
) -> str:
    """Make the audit trail tell of these acts, up to a line, and return the hash of the last; no act is new."""
    from ledger.rules.audit import OF_ACTS, first_prev, line_hash  # as above
    from ledger.store.audit import lines

    head, newest, number = METADATA.tables["audit_head"], first_prev(compound), 0
    for line in list(lines(Session(bind=connection), compound, limit=through)):
        about = dict(line["about"])
        if line["what"] in OF_ACTS:
            about["hash"] = hashes[about["seq"]]
        record = {**line, "about": about, "prev": newest}
        del record["hash"]
        newest, number = line_hash(record), line["number"]
        mine = (AUDIT.c.compound == compound) & (AUDIT.c.number == number)
        values = {"about": canonical(about).decode(), "prev": record["prev"], "hash": newest}
        connection.execute(update(AUDIT).where(mine).values(values))
    connection.execute(update(head).where(head.c.compound == compound).values(number=number, hash=newest))
    return newest


def cut_trail(connection: Connection, compound: str, last: int) -> None:
    """Cut the audit trail off before the first line that tells of an act after ``last``."""
    from ledger.rules.audit import OF_ACTS  # as above
    from ledger.store.audit import lines

    for line in list(lines(Session(bind=connection), compound)):
        if line["what"] in OF_ACTS and line["about"]["seq"] > last:
            cut_lines(connection, compound, line["number"] - 1)
            return


def cut_lines(connection: Connection, compound: str, number: int) -> None:
    """Cut off the lines of an audit trail after ``number``, and move its head back."""
    head = METADATA.tables["audit_head"]
    of_last = (AUDIT.c.compound == compound) & (AUDIT.c.number == number)
    newest = connection.execute(select(AUDIT.c.hash).where(of_last)).scalar_one()
    connection.execute(delete(AUDIT).where(AUDIT.c.compound == compound, AUDIT.c.number > number))
    connection.execute(update(head).where(head.c.compound == compound).values(number=number, hash=newest))
