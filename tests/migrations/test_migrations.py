"""From nothing to the newest schema, back, and again; and nothing in the tables that no migration has made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Engine, Integer, UniqueConstraint, inspect, text

import migrations
from ledger.actions.keep_repair import RecordRepair, RepairKind, record_repair
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.rules.authority import Matter
from ledger.store import audit
from ledger.store.repair import jobs_owed
from ledger.store.session import Database
from ledger.store.tables import INSTALLATION, METADATA, fact_tables
from tests.books.between import opened, voted
from tests.books.sample import SMALL, play, yuan
from tests.conftest import Books

TABLES = [table for table in METADATA.sorted_tables if table.name != "alembic_version"]
GUARDED = sorted({"act", *(table.name for table in fact_tables())})
CHAINED = sorted({*GUARDED, "audit"})
EACH = pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
ON_SQLITE = pytest.mark.parametrize("town", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("town", ["postgresql"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database of both engines without a single table."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    database = Database(url if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield database
    database.close()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def triggers(database: Database) -> set[tuple[str, str]]:
    """Return the triggers of a database as pairs of table and name."""
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal"
    )
    with database.engine.connect() as connection:
        return {(table, name) for table, name in connection.execute(text(query))}


def test_up_down_and_up_again_leaves_what_the_first_way_up_left(empty: Database) -> None:
    migrations.upgrade(empty.engine)
    first = (tables(empty.engine), triggers(empty))
    assert first[0] == {table.name for table in TABLES}
    migrations.downgrade(empty.engine)
    assert (tables(empty.engine), triggers(empty)) == (set(), set())
    migrations.upgrade(empty.engine)
    assert (tables(empty.engine), triggers(empty)) == first


def test_books_older_than_the_audit_trail_say_so_in_its_first_line(empty: Database) -> None:
    migrations.upgrade(empty.engine)
    books = play(Books(empty, "before", date(2026, 1, 5)).open(), through="s02")
    with empty.reading() as session:
        last = session.execute(text("SELECT max(seq) FROM act")).scalar_one()
    migrations.downgrade(empty.engine, "0011")
    migrations.upgrade(empty.engine)
    with empty.reading() as session:
        (first,) = audit.lines(session, books.compound)
        assert (first["what"], first["about"]) == ("trail_begun", {"seq": last})
        assert audit.check(session, books.compound).is_sound
    books.act(open_bank_account, OpenBankAccount("Joint09", "共管 0009", ("PropertyFee",)))
    with empty.reading() as session:
        assert audit.check(session, books.compound).is_sound


def test_a_payment_of_a_repair_job_that_is_older_than_its_column_is_known_by_its_words(
    empty: Database,
) -> None:
    migrations.upgrade(empty.engine)
    books = Books(empty, "before", date(2026, 1, 5)).open()
    opened(books, Repair="100,000.00")
    ten = yuan("10,000.00")
    for job in ("J-A", "J-B"):
        voted(books, f"V-{job}", Matter.REPAIR_USE, "Repair", "10,000.00")
        approved = RecordRepair(
            RepairKind.JOB_APPROVED, ten, "通知", books.today, job=job, authority=f"V-{job}"
        )
        books.act(record_repair, approved)

    def pay(job: str) -> dict[str, int]:
        books.act(record_repair, RecordRepair(RepairKind.JOB_PAID, ten, "通知", books.today, job=job))
        with empty.reading() as session:
            return jobs_owed(session, books.compound)

    assert pay("J-A") == {"J-A": 0, "J-B": ten}
    migrations.downgrade(empty.engine, "0013")
    migrations.upgrade(empty.engine)
    with empty.reading() as session:
        assert session.execute(text("SELECT count(*) FROM repair_payment")).scalar_one() == 0
        assert jobs_owed(session, books.compound) == {"J-A": 0, "J-B": ten}
    assert pay("J-B") == {"J-A": 0, "J-B": 0}


def test_books_can_be_kept_after_the_second_way_up(empty: Database) -> None:
    migrations.upgrade(empty.engine)
    play(Books(empty, "before", date(2026, 1, 5)).open(), through="s02")
    migrations.downgrade(empty.engine)
    migrations.upgrade(empty.engine)
    books = play(Books(empty, "before", date(2026, 1, 5)).open(), through="s02")
    with empty.reading() as session:
        assert session.execute(text("SELECT count(*) FROM chain_head")).scalar_one() == 1
        assert session.execute(
            text("SELECT area_hundredths FROM unit_area WHERE compound = :compound AND unit = :unit"),
            {"compound": books.compound, "unit": SMALL},
        ).scalars().all() == [10_000]


def test_upgrading_twice_changes_nothing(town: Database) -> None:
    before = (tables(town.engine), triggers(town))
    migrations.upgrade(town.engine)
    assert (tables(town.engine), triggers(town)) == before


def test_the_tables_are_those_that_the_migrations_make(town: Database) -> None:
    with town.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_database_is_at_the_newest_of_one_line_of_revisions(town: Database) -> None:
    script = ScriptDirectory.from_config(migrations.config(town.engine))
    with town.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == script.get_current_head()


def test_every_table_of_facts_has_the_triggers_that_the_guards_promise(town: Database) -> None:
    kinds = ("insert", "update", "delete") if town.is_sqlite else ("insert", "change", "truncate")
    promised = {(table, f"{table}_{kind}") for table in CHAINED for kind in kinds}
    moves = ("insert", "update", "delete") if town.is_sqlite else ("move", "delete", "truncate")
    promised |= {(head, f"{head}_{kind}") for head in ("chain_head", "audit_head") for kind in moves}
    answers = ("insert", "update", "delete") if town.is_sqlite else ("change", "truncate")
    promised |= {("idempotency", f"idempotency_{kind}") for kind in answers}
    promised |= {
        ("act", "act_link"),
        ("entry", "entry_balance"),
        ("posting", "posting_currency"),
        ("posting", "posting_late"),
        ("receipt", "receipt_number"),
    }
    assert triggers(town) == promised


@ON_POSTGRESQL
def test_every_trigger_of_postgresql_fires_always(town: Database) -> None:
    with town.engine.connect() as connection:
        query = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'")
        assert connection.execute(query).scalars().all() == []


@ON_SQLITE
def test_the_guards_of_sqlite_know_every_key_and_every_integer(town: Database) -> None:
    """PostgreSQL has types, and keys that no REPLACE passes."""
    with town.engine.connect() as connection:
        query = text(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_insert'"
        )
        bodies = {row.tbl_name: row.sql for row in connection.execute(query)}
    for name in CHAINED:
        table = METADATA.tables[name]
        keys = [table.primary_key, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
        for key in keys:
            condition = " AND ".join(f"{column.name} = NEW.{column.name}" for column in key.columns)
            if [column.name for column in key.columns] != [
                "compound",
                "code",
                "fund",
            ]:  # implied by the primary key
                assert condition in bodies[name], (name, condition)
        for column in table.columns:
            if isinstance(column.type, BigInteger | Integer):
                assert f"typeof(NEW.{column.name})" in bodies[name], (name, column.name)


@EACH
def test_every_key_begins_with_the_compound(table: object) -> None:
    """So that the schema can be distributed by compound; the installation's own tables are excepted."""
    named = METADATA.tables[table.name]  # type: ignore[attr-defined]  # a Table
    if named.name in INSTALLATION:
        return
    keys = [named.primary_key, *(one for one in named.constraints if isinstance(one, UniqueConstraint))]
    for key in keys:
        assert next(iter(key.columns)).name == "compound", key.name
    for foreign in named.foreign_key_constraints:
        if foreign.referred_table.name not in INSTALLATION:
            assert foreign.elements[0].parent.name == "compound", foreign.name
            assert foreign.elements[0].column.name == "compound", foreign.name
    for index in named.indexes:
        assert next(iter(index.columns)).name == "compound", index.name


def test_the_exception_is_the_installation_alone() -> None:
    assert frozenset({"user_account", "token"}) == INSTALLATION


@EACH
def test_no_number_is_given_by_the_database(table: object) -> None:
    named = METADATA.tables[table.name]  # type: ignore[attr-defined]  # a Table
    for column in named.columns:
        assert column.identity is None
        assert column.default is None
        assert column.server_default is None
        if isinstance(column.type, Integer):
            assert column.autoincrement in (False, "auto"), column.name
            assert not (column.primary_key and column.autoincrement), column.name


def test_postgresql_has_no_sequence(town: Database) -> None:
    if town.is_sqlite:
        with town.engine.connect() as connection:
            made = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
            assert made.all() == []
        return
    assert inspect(town.engine).get_sequence_names() == []


@EACH
def test_money_and_numbers_of_acts_have_64_bits(table: object) -> None:
    named = METADATA.tables[table.name]  # type: ignore[attr-defined]  # a Table
    for column in named.columns:
        if column.info.get("money") or column.name.endswith(
            ("seq", "_minor", "number", "voucher_no", "line")
        ):
            assert isinstance(column.type, BigInteger), column.name
        if column.name.endswith("_minor"):
            assert column.info.get("money"), f"{column.name} is hashed as a decimal string"
        assert "float" not in str(column.type).lower()
        assert "numeric" not in str(column.type).lower()


@pytest.mark.parametrize("name", GUARDED)
def test_every_fact_names_its_act(name: str) -> None:
    table = METADATA.tables[name]
    if name == "act":
        assert table.primary_key.columns.keys() == ["compound", "seq"]
        return
    referred = {
        foreign.referred_table.name
        for foreign in table.foreign_key_constraints
        if [element.parent.name for element in foreign.elements] == ["compound", "seq"]
    }
    assert referred == {"entry" if name == "posting" else "act"}  # a posting names it through its entry
