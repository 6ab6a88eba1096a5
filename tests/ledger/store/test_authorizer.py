"""What the application's own connections to a file refuse, before any trigger is asked, and what they must still do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, delete, select, text, update
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlmodel import Session

import migrations
from ledger.actions.erase import EraseRemark, erase_remark
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.store.session import Database
from ledger.store.tables import HEADS, METADATA, Remark, append_only
from tests.books.sample import SMALL, play
from tests.conftest import Books

EVERY_FACT = pytest.mark.parametrize("table", append_only(), ids=lambda table: str(table.name))
MUTABLE = [one for one in METADATA.sorted_tables if one not in append_only() and one.name not in HEADS]
DOORS = ["writer", "_reader"]


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Give a house with the sample's acts in a file of its own."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('guarded') / 'books.db'}")
    migrations.upgrade(database.engine)
    return play(Books(database, "lived-in", date(2026, 1, 5)).open())


def refused(engine: Engine, statement: Any) -> str:
    """Return what the database says to a statement that it must refuse; nothing is kept of it either way."""
    with engine.connect() as connection:
        with pytest.raises(DBAPIError) as refusal:
            connection.execute(text(statement) if isinstance(statement, str) else statement)
        connection.rollback()
    return str(refusal.value.orig)


@EVERY_FACT
def test_no_statement_that_changes_a_fact_is_even_prepared(lived_in: Books, table: Table) -> None:
    """The triggers speak when a row is touched, and here no row need be there at all."""
    nowhere = table.c.compound == "nowhere"
    for statement in (
        update(table).where(nowhere).values({table.c.compound: "x"}),
        delete(table).where(nowhere),
        delete(table),
    ):
        assert refused(lived_in.database.writer, statement) == "not authorized"


@EVERY_FACT
def test_no_upsert_turns_into_an_update(lived_in: Books, table: Table) -> None:
    columns = ", ".join(column.name for column in table.columns)
    keys = ", ".join(column.name for column in table.primary_key.columns)
    said = refused(
        lived_in.database.writer,
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {table.name} WHERE true "  # noqa: S608 - our own
        f"ON CONFLICT ({keys}) DO UPDATE SET compound = 'x'",
    )
    assert said == "not authorized"


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE posting",
        "DROP TRIGGER posting_update",
        "DROP INDEX ix_act_compound_source_id",
        "ALTER TABLE entry ADD COLUMN secret TEXT",
        "ALTER TABLE entry RENAME TO entries",
        "CREATE TABLE more (i INTEGER)",
        "CREATE TEMP TABLE chain_head (compound TEXT, seq INTEGER)",
        "CREATE TRIGGER late AFTER INSERT ON posting BEGIN UPDATE posting SET unit = NULL; END",
        "CREATE TEMP TRIGGER late AFTER INSERT ON posting BEGIN DELETE FROM posting; END",
        "CREATE VIEW shown AS SELECT 1",
        "CREATE VIRTUAL TABLE found USING fts5(words)",
        "ATTACH ':memory:' AS beside",
        "DETACH main",
        "VACUUM",
        "REINDEX",
        "ANALYZE",
        "PRAGMA writable_schema=ON",
        "PRAGMA writable_schema=RESET",
        "PRAGMA foreign_keys=OFF",
        "PRAGMA recursive_triggers=OFF",
        "PRAGMA trusted_schema=ON",
        "PRAGMA ignore_check_constraints=ON",
        "PRAGMA query_only=OFF",
        "PRAGMA synchronous=OFF",
        "PRAGMA journal_mode=OFF",
        "PRAGMA user_version=7",
        "PRAGMA main.schema_version=1",
        "UPDATE sqlite_master SET sql = ''",
        "DELETE FROM sqlite_master WHERE type = 'trigger'",
        "INSERT INTO sqlite_master (type) VALUES ('table')",
        "UPDATE alembic_version SET version_num = '0001'",
        "INSERT INTO alembic_version VALUES ('9999')",
        "SELECT load_extension('anything')",
        "UPDATE chain_head SET compound = 'another'",
        "DELETE FROM chain_head",
        "UPDATE audit_head SET compound = 'another'",
        "DELETE FROM audit_head",
    ],
)
@pytest.mark.parametrize("door", DOORS)
def test_the_schema_and_its_guards_are_out_of_reach(lived_in: Books, door: str, statement: str) -> None:
    """In a transaction and out of one: SQLite would do some of these only outside."""
    engine: Engine = getattr(lived_in.database, door)
    refused(engine, statement)
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    with pytest.raises(driver.Error):
        driver.execute(statement)
    raw.close()
    with lived_in.database.reading() as session:
        assert (
            session.execute(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")).scalar_one()
            > 300
        )
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"seq": 1},
        {"seq": text("seq")},
        {"seq": text("seq + 2")},
        {"seq": text("seq + 1"), "closed_through": "2025-12"},
    ],
    ids=["back", "nowhere", "too far", "opened again"],
)
def test_the_head_may_be_moved_and_only_forward(lived_in: Books, values: dict[str, Any]) -> None:
    head = METADATA.tables["chain_head"]
    assert refused(lived_in.database.writer, update(head).values(values)) == "the head only moves forward"


@pytest.mark.parametrize("table", MUTABLE, ids=lambda table: str(table.name))
def test_what_is_no_fact_can_be_changed_and_removed(lived_in: Books, table: Table) -> None:
    """The control of the tests above: it is not everything that is refused."""
    column = next(iter(table.primary_key.columns))
    with lived_in.database.writer.connect() as connection:
        connection.execute(update(table).where(column == "nowhere").values({column: column}))
        connection.execute(delete(table).where(column == "nowhere"))
        connection.rollback()


def test_a_reader_changes_nothing_at_all(lived_in: Books) -> None:
    with lived_in.database.reading() as session, pytest.raises(DBAPIError):
        session.execute(update(Remark).values(words="x"))


def test_words_are_still_erased_by_right(lived_in: Books) -> None:
    """Erasing deletes a remark, and asks SQLite to overwrite it with zeros: both pass."""
    paid = lived_in.act(receive, Receive(SMALL, 10_00, Channel.WECHAT, lived_in.today, lived_in.today))
    seq = lived_in.act(reverse, Reverse(paid.recorded.seq, "业主口头说明", lived_in.today)).seq
    lived_in.act(erase_remark, EraseRemark(seq, "个人信息保护法第四十七条"))
    with lived_in.database.reading() as session:
        assert session.execute(select(Remark).where(Remark.seq == seq)).first() is None


def test_whoever_migrates_is_held_back_by_the_triggers_alone(lived_in: Books) -> None:
    said = refused(lived_in.database.engine, "UPDATE posting SET unit = NULL")
    assert said == "append-only: posting"


def test_a_refused_statement_leaves_the_group_it_came_with_whole(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'books.db'}")
    migrations.upgrade(database.engine)
    books = Books(database, "orderly", date(2026, 1, 5)).open()

    def forbidden(session: Session) -> None:
        session.execute(delete(METADATA.tables["act"]))

    with pytest.raises(DatabaseError):
        database.write(forbidden)
    play(books, through="s02")
    database.close()
