"""On PostgreSQL the application's role can read and append: no SQL that it sends changes a fact or removes a guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, ProgrammingError

import migrations
from api.chain import broken_links
from api.publishing import publish_bulletin
from ledger.actions.attach_voucher import AttachVoucher, attach_voucher
from ledger.actions.erase import EraseFile, ErasePerson, EraseRemark, erase_file, erase_person, erase_remark
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.intake.voucher_file import read_voucher
from ledger.rules.channel import Channel
from ledger.store.privileges import grant, liberties, role_of
from ledger.store.session import Database
from ledger.store.tables import HEADS, METADATA, Person, Voucher, append_only
from reports.archive.restoring import bring_in
from reports.archive.writing import write_export
from tests.books.sample import SMALL, play
from tests.conftest import COMMITTEE, Books
from tests.reports.archive.conftest import scan

Roles = Callable[[], tuple[str, str]]
EVERY_FACT = pytest.mark.parametrize("table", append_only(), ids=lambda table: str(table.name))
MUTABLE = [one for one in METADATA.sorted_tables if one not in append_only() and one.name not in HEADS]


@dataclass(frozen=True)
class Bound:
    """A database as its owner reaches it, and the sample's books as the application's role keeps them."""

    owner: Database
    books: Books


def found(two_roles: Roles) -> tuple[Database, Database]:
    """Build a database as its owner does, and give it as the owner and as the application reach it."""
    owner, keeper = map(Database, two_roles())
    migrations.upgrade(owner.engine)
    grant(owner.engine, role_of(keeper))
    return owner, keeper


@pytest.fixture(scope="module")
def bound(two_roles: Roles) -> Iterator[Bound]:
    """Give the sample's books, closed, published, with a voucher and a remark, all done as the bound role."""
    owner, keeper = found(two_roles)
    books = play(Books(keeper, "bound", date(2026, 1, 5)).open())
    books.act(attach_voucher, AttachVoucher(read_voucher(scan()), "合同扫描件"), by=COMMITTEE)
    for month in ("2026-01", "2026-02"):
        books.act(publish_bulletin, month, None, "")
    yield Bound(owner, books)
    keeper.close()
    owner.close()


def refused(bound: Bound, statement: Any) -> None:
    """Run a statement as the application's role; PostgreSQL must deny it, for want of a right and not of a row."""
    wanted = text(statement) if isinstance(statement, str) else statement
    with bound.books.database.writer.connect() as connection:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            connection.execute(wanted)
        connection.rollback()


@EVERY_FACT
def test_the_role_changes_and_removes_no_fact(bound: Bound, table: Table) -> None:
    nowhere = table.c.compound == "nowhere"
    for column in table.columns:
        refused(bound, update(table).where(nowhere).values({column: column}))
    refused(bound, delete(table).where(nowhere))
    refused(bound, f"TRUNCATE {table.name} CASCADE")
    refused(bound, select(table).with_for_update())


@EVERY_FACT
def test_an_upsert_needs_the_right_to_update(bound: Bound, table: Table) -> None:
    row = dict.fromkeys((column.name for column in table.columns), None)
    upsert = postgresql.insert(table).on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={"compound": "x"}
    )
    refused(bound, upsert.values(row))


@EVERY_FACT
def test_the_role_takes_no_guard_away(bound: Bound, table: Table) -> None:
    name = table.name
    refused(bound, f"DROP TABLE {name} CASCADE")
    refused(bound, f"ALTER TABLE {name} DISABLE TRIGGER ALL")
    refused(bound, f"ALTER TABLE {name} DISABLE TRIGGER USER")
    refused(bound, f"ALTER TABLE {name} RENAME TO another")
    refused(bound, f"ALTER TABLE {name} ADD COLUMN secret text")
    refused(bound, f"DROP TRIGGER {name}_change ON {name}" if name != "audit" else f"DROP TABLE {name}")
    refused(bound, f"CREATE RULE silent AS ON INSERT TO {name} DO INSTEAD NOTHING")
    refused(
        bound,
        f"CREATE TRIGGER another BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION mingzhang_append_only()",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "CREATE TABLE another (i int)",
        "DROP FUNCTION mingzhang_append_only() CASCADE",
        "CREATE OR REPLACE FUNCTION mingzhang_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NEW; END'",
        "ALTER FUNCTION mingzhang_append_only() RENAME TO another",
        "UPDATE alembic_version SET version_num = '0001'",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('9999')",
        "DELETE FROM chain_head",
        "DELETE FROM audit_head",
        "TRUNCATE chain_head",
        "TRUNCATE audit_head",
        "UPDATE chain_head SET compound = 'another'",
        "UPDATE audit_head SET compound = 'another'",
        "GRANT UPDATE ON posting TO CURRENT_USER",
        "COPY posting TO PROGRAM 'cat'",
    ],
)
def test_the_role_reaches_nothing_above_itself(bound: Bound, statement: str) -> None:
    with bound.books.database.writer.connect() as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError:
            connection.rollback()
            return
        granted = connection.execute(text("SELECT has_table_privilege('posting', 'UPDATE')")).scalar_one()
        connection.rollback()
    assert statement.startswith("GRANT"), "it went through"  # PostgreSQL only warns that nothing was granted
    assert granted is False


def test_a_temporary_table_of_the_same_name_does_not_deceive_a_trigger(bound: Bound) -> None:
    """A role may make temporary tables, and they come first where names are looked up."""
    posting = METADATA.tables["posting"]
    with bound.books.database.writer.connect() as connection:
        row = dict(connection.execute(select(posting).order_by(posting.c.seq).limit(1)).one()._mapping)
        connection.execute(text("CREATE TEMP TABLE chain_head (compound text, seq bigint)"))
        connection.execute(
            text("INSERT INTO pg_temp.chain_head VALUES (:compound, :seq)"),
            {"compound": row["compound"], "seq": row["seq"]},
        )
        with pytest.raises(DBAPIError, match=r"not the newest act|already posted"):
            connection.execute(insert(METADATA.tables["posting"]).values(row | {"line": 99}))
        connection.rollback()


def test_the_head_only_moves_forward_for_the_role_too(bound: Bound) -> None:
    head = METADATA.tables["chain_head"]
    for values in ({"seq": 1}, {"seq": head.c.seq + 2}, {"seq": head.c.seq + 1, "closed_through": ""}):
        with bound.books.database.writer.connect() as connection:
            with pytest.raises(DBAPIError, match="only moves forward"):
                connection.execute(update(head).values(values))
            connection.rollback()


@pytest.mark.parametrize("table", MUTABLE, ids=lambda table: str(table.name))
def test_what_is_no_fact_can_be_changed_and_removed(bound: Bound, table: Table) -> None:
    column = next(iter(table.primary_key.columns))
    with bound.books.database.writer.connect() as connection:
        connection.execute(update(table).where(column == "nowhere").values({column: column}))
        connection.execute(delete(table).where(column == "nowhere"))
        connection.rollback()


def test_everything_that_is_done_in_the_books_is_done_as_this_role(bound: Bound, two_roles: Roles) -> None:
    """Opening, billing, receiving, paying, closing and publishing were done by the fixture; here what is left."""
    books = bound.books
    paid = books.act(receive, Receive(SMALL, 10_00, Channel.WECHAT, books.today, books.today))
    seq = books.act(reverse, Reverse(paid.recorded.seq, "业主口头说明", books.today)).seq
    person = Person(compound=books.compound, unit=SMALL, debtor=1, name="张甲", is_company=0)
    books.database.write(lambda session: session.merge(person))
    with books.database.reading() as session:
        sha256 = session.execute(select(Voucher.sha256)).scalars().one()
    books.act(erase_remark, EraseRemark(seq, "个人信息保护法第四十七条"))
    books.act(erase_person, ErasePerson(SMALL, 1, "个人信息保护法第四十七条"))
    books.act(erase_file, EraseFile(sha256, "业委会决议2026-07"), by=COMMITTEE)
    with books.database.reading() as session:
        assert broken_links(session, books.compound) == []
        content = write_export(session, books.compound, books.today, "full", with_registers=True)
    owner, elsewhere = found(two_roles)
    elsewhere.write(lambda session: bring_in(session, content), alone=True)
    with elsewhere.reading() as session:
        assert write_export(session, books.compound, books.today, "full", with_registers=True) == content
    elsewhere.close()
    owner.close()


def test_the_role_that_is_bound_and_those_that_are_not_are_told_apart(
    bound: Bound, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert liberties(bound.books.database).is_bound
    owner = liberties(bound.owner)
    assert (owner.rules, set(owner.tables)) == (False, {table.name for table in append_only()})
    root = Database(postgres_url)
    migrations.upgrade(root.engine)
    assert liberties(root).rules
    root.close()
    assert liberties(Database(f"sqlite:///{tmp_path_factory.mktemp('file') / 'books.db'}")).is_bound


@pytest.mark.parametrize("right", ["UPDATE (narration)", "DELETE", "TRUNCATE", "TRIGGER"])
def test_one_right_too_many_is_seen_and_taken_back_by_the_next_init(two_roles: Roles, right: str) -> None:
    owner, keeper = found(two_roles)
    with owner.engine.begin() as connection:
        connection.execute(text(f"GRANT {right} ON entry TO {role_of(keeper)}"))
    assert liberties(keeper).tables == ("entry",)
    grant(owner.engine, role_of(keeper))
    assert liberties(keeper).is_bound
    keeper.close()
    owner.close()
