"""Every table of facts, none left out, with a row in each: what is stored is neither changed, removed nor replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

import migrations
from ledger.store.session import Database
from ledger.store.tables import Idempotency, append_only
from tests.books.sample import play
from tests.conftest import Books
from tests.ledger.store.forging import ACT, newest, next_act, refused, shell
from tests.reports.archive.tampering import fill

EVERY = pytest.mark.parametrize("table", append_only(), ids=lambda table: str(table.name))
FACTS = pytest.mark.parametrize(
    "table", [one for one in append_only() if one.info.get("fact")], ids=lambda table: str(table.name)
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    two_roles: Callable[[], tuple[str, str]],
) -> Iterator[Books]:
    """Give the sample, and an act with a row in every table that the sample leaves empty."""
    url = (
        f"sqlite:///{tmp_path_factory.mktemp('filled') / 'books.db'}"
        if request.param == "sqlite"
        else superuser(two_roles()[0])
    )
    database = Database(url)
    migrations.upgrade(database.engine)
    books = play(Books(database, "filled", date(2026, 1, 5)).open())
    fill(books)
    answer = Idempotency(
        compound=books.compound,
        caller="caiwu",
        key="an-answer-that-was-given",
        fingerprint="f" * 64,
        status=201,
        body=b"{}",
        created_at="2026-01-05T04:00:00Z",
    )
    database.write(lambda session: session.add(answer))
    yield books
    database.close()


def superuser(url: str) -> str:
    """Return the address of a database as the server's superuser: only the triggers hold him back."""
    return make_url(url).set(username="postgres").render_as_string(hide_password=False)


def row_of(books: Books, table: Table) -> dict[str, Any]:
    with shell(books.database) as connection:
        return newest(connection, table, books.compound)


@EVERY
def test_no_column_of_any_row_is_updated(filled: Books, table: Table) -> None:
    mine = table.c.compound == filled.compound
    for column in table.columns:
        with refused(filled.database, "append-only: ") as connection:
            connection.execute(update(table).where(mine).values({column: column}))


@EVERY
def test_no_row_is_deleted(filled: Books, table: Table) -> None:
    for statement in (delete(table), delete(table).where(table.c.compound == filled.compound)):
        with refused(filled.database, "append-only: ") as connection:
            connection.execute(statement)


@EVERY
def test_no_row_is_replaced(filled: Books, table: Table) -> None:
    row = row_of(filled, table)
    if filled.database.is_sqlite:
        for prefix in ("OR REPLACE", "OR IGNORE", "OR ROLLBACK", "OR FAIL"):
            with refused(filled.database, "append-only: ") as connection:
                connection.execute(insert(table).prefix_with(prefix), [row])
        return
    keys = list(table.primary_key.columns)
    upsert = postgresql.insert(table).on_conflict_do_update(index_elements=keys, set_={"compound": "x"})
    with refused(filled.database) as connection:
        connection.execute(upsert, [row])
    with refused(filled.database) as connection:
        connection.execute(text(f"TRUNCATE {table.name} CASCADE"))


@FACTS
def test_no_row_is_added_to_an_act_that_is_past(filled: Books, table: Table) -> None:
    """Neither the same row again nor one of another key."""
    row = row_of(filled, table)
    keys = {
        column.name: (
            f"{row[column.name][:-1]}~" if isinstance(row[column.name], str) else row[column.name] + 1
        )
        for column in table.primary_key.columns
        if column.name not in {"compound", "seq"} and isinstance(row[column.name], str | int)
    }
    for offered in (row, row | keys):
        with shell(filled.database) as connection:
            next_act(connection, filled.compound)
            with pytest.raises(DBAPIError, match=r"not the newest act|append-only|already posted|gap|closed"):
                connection.execute(insert(table), [offered])


def test_every_table_had_a_row_to_be_guarded(filled: Books) -> None:
    with shell(filled.database) as connection:
        for table in append_only():
            assert (
                connection.execute(select(table).where(table.c.compound == filled.compound)).first()
                is not None
            )
    assert ACT in append_only()
