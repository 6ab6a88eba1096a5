"""The database refuses by itself what the journal would never do: no edit, no deletion, no gap, no lopsided entry."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import BigInteger, Integer, Table, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from ledger.actions.publish import publish
from ledger.store.session import Database
from ledger.store.tables import METADATA
from tests.books.sample import play
from tests.conftest import Books, once
from tests.ledger.store.forging import (
    ACT,
    BANK,
    ENTRY,
    FEES,
    HEAD,
    INCOME,
    POSTING,
    UNWRITTEN,
    all_facts,
    entry,
    move_head,
    newest,
    next_act,
    postings,
    refused,
    sampled_facts,
    shell,
)

FACTS = pytest.mark.parametrize("table", sampled_facts(), ids=lambda table: str(table.name))
ON_SQLITE = pytest.mark.parametrize("town", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("town", ["postgresql"], indirect=True)


@pytest.fixture(scope="module")
def lived_in(town: Database) -> Books:
    """Give a house with a row in every table that the sample writes to; its months are closed through March."""
    books = play(Books(town, once("lived-in"), date(2026, 1, 5)).open())
    day = books.today
    books.act(publish, "2026-03", b"%PDF", {"zh": b"", "en": b""}, posted_from=day, posted_to=day)
    return books


def test_the_sample_writes_to_every_table_that_is_not_listed(lived_in: Books) -> None:
    """Where there is no row, no trigger of a row fires, and the tests below would see nothing."""
    with shell(lived_in.database) as connection:
        empty = {
            table.name
            for table in all_facts()
            if connection.execute(select(table).where(table.c.compound == lived_in.compound)).first() is None
        }
    assert empty == UNWRITTEN


@FACTS
def test_no_fact_is_updated(lived_in: Books, table: Table) -> None:
    for column in table.columns:
        with refused(lived_in.database, f"append-only: {table.name}") as connection:
            connection.execute(
                update(table).where(table.c.compound == lived_in.compound).values({column: column})
            )


@FACTS
def test_no_fact_is_deleted(lived_in: Books, table: Table) -> None:
    with refused(lived_in.database, f"append-only: {table.name}") as connection:
        connection.execute(delete(table).where(table.c.compound == lived_in.compound))


@FACTS
def test_no_fact_is_replaced(lived_in: Books, table: Table) -> None:
    """Neither by REPLACE nor by an upsert, on any key; the row that is offered differs in nothing."""
    with shell(lived_in.database) as connection:
        row = newest(connection, table, lived_in.compound)
    key = list(table.primary_key.columns)
    if lived_in.database.is_sqlite:
        for prefix in ("OR REPLACE", "OR IGNORE", "OR ROLLBACK"):
            with refused(lived_in.database, f"append-only: {table.name}") as connection:
                connection.execute(insert(table).prefix_with(prefix), [row])
        there = sqlite.insert(table).on_conflict_do_update(index_elements=key, set_={key[0]: row["compound"]})
        with refused(lived_in.database, f"append-only: {table.name}") as connection:
            connection.execute(there, [row])
        return
    upsert = postgresql.insert(table).on_conflict_do_update(
        index_elements=key, set_={key[0].name: row["compound"]}
    )
    with refused(lived_in.database) as connection:
        connection.execute(upsert, [row])


@FACTS
def test_no_fact_is_added_to_an_act_of_the_past(lived_in: Books, table: Table) -> None:
    with shell(lived_in.database) as connection:
        row = newest(connection, table, lived_in.compound)
        next_act(connection, lived_in.compound)
        with pytest.raises(DBAPIError):
            connection.execute(insert(table), [row])


@ON_POSTGRESQL
def test_no_table_of_facts_is_truncated(lived_in: Books) -> None:
    """SQLite has no TRUNCATE: there a DELETE without WHERE meets the triggers of the rows."""
    for table in (HEAD, *all_facts()):
        for words in ("", " CASCADE"):
            with refused(lived_in.database) as connection:
                connection.execute(text(f"TRUNCATE {table.name}{words}"))


@ON_POSTGRESQL
def test_the_triggers_stand_even_where_replication_switches_them_off(lived_in: Books) -> None:
    for table in sampled_facts():
        with shell(lived_in.database) as connection:
            row = newest(connection, table, lived_in.compound)
        for statement in (
            update(table).values({table.c.compound: table.c.compound}),
            delete(table),
            insert(table).values(row | {"seq": 1}),
        ):
            with refused(lived_in.database) as connection:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                connection.execute(statement)


INTEGERS = [
    (table, column.name)
    for table in all_facts()
    for column in table.columns
    if isinstance(column.type, BigInteger | Integer)
]
#: Where another trigger of the table may speak first; that it is refused is enough.
SPEAKS_FIRST = {
    ("act", "seq"),
    ("compound", "seq"),
    ("entry", "posting_count"),
    ("entry", "seq"),
    ("entry", "voucher_no"),
    ("receipt", "number"),
}


@ON_SQLITE
def test_sqlite_takes_nothing_but_integers_where_integers_belong(lived_in: Books) -> None:
    for table, column in [pair for pair in INTEGERS if pair[0].name not in UNWRITTEN]:
        for value in (1.5, "abc"):
            said = _said_of(lived_in, table, column, value)
            if (table.name, column) not in SPEAKS_FIRST:
                assert f"not an integer: {table.name}.{column}" in said


def _said_of(books: Books, table: Table, column: str, value: object) -> str:
    """Offer a row that is as it should be but for one column, and return what the database says."""
    with shell(books.database) as connection:
        row = newest(connection, table, books.compound)
        seq = next_act(connection, books.compound) if table is not ACT else 0
        row |= {"seq": seq}
        for key in table.primary_key.columns:
            if key.name not in {"compound", "seq"} and isinstance(row[key.name], str):
                row[key.name] = f"{row[key.name]}x"
            elif key.name not in {"compound", "seq", column} and isinstance(row[key.name], int):
                row[key.name] += 1
        if table is ENTRY:
            postings(connection, books.compound, seq, (BANK, 100), (INCOME, -100))
            row |= {"voucher_no": row["voucher_no"] + 1, "posting_count": 2}
        row[column] = value
        names = ", ".join(row)
        with pytest.raises(DBAPIError) as refusal:
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 - our own
                tuple(one.isoformat() if isinstance(one, date) else one for one in row.values()),
            )
    return str(refusal.value)


@ON_POSTGRESQL
def test_money_is_a_64_bit_integer_in_the_database(lived_in: Books) -> None:
    """SQLite's columns take any type, and are tried value by value above."""
    with shell(lived_in.database) as connection:
        kinds = {
            (row.table_name, row.column_name): row.data_type
            for row in connection.execute(
                text("SELECT table_name, column_name, data_type FROM information_schema.columns")
            )
        }
        with pytest.raises(DBAPIError):
            connection.execute(text("UPDATE chain_head SET seq = 'abc'"))
    for table, column in INTEGERS:
        if "amount" in column or column.endswith("seq"):
            assert kinds[table.name, column] == "bigint", (table.name, column)


def test_a_forged_entry_that_breaks_no_rule_would_be_taken(lived_in: Books) -> None:
    """The control of the tests below: each of them changes one thing in this."""
    with shell(lived_in.database) as connection:
        seq = next_act(connection, lived_in.compound)
        postings(connection, lived_in.compound, seq, (BANK, 100), (INCOME, -100))
        entry(connection, lived_in.compound, seq)
        stored = select(func.count()).where(ENTRY.c.compound == lived_in.compound, ENTRY.c.seq == seq)
        assert connection.execute(stored).scalar_one() == 1


@pytest.mark.parametrize(
    ("lines", "changed", "message"),
    [
        (((BANK, 100), (INCOME, -99)), {}, "does not balance"),
        (((BANK, 100), (FEES, -100)), {}, "does not balance"),
        (((BANK, 100),), {"posting_count": 1}, ""),
        (((BANK, 100),), {}, "postings are missing"),
        ((), {}, "postings are missing"),
        (((BANK, 100), (INCOME, -100)), {"posting_count": 3}, "postings are missing"),
        (((BANK, 0), (INCOME, 0)), {}, ""),
        (((BANK, 10**13 + 1), (INCOME, -(10**13) - 1)), {}, ""),
        (((BANK, 100), (INCOME, -100)), {"voucher_no": 7}, "leaves a gap"),
        (((BANK, 100), (INCOME, -100)), {"voucher_no": 1}, ""),
        (((BANK, 100), (INCOME, -100)), {"voucher_no": 0}, ""),
        (
            ((BANK, 100), (INCOME, -100)),
            {"month": "2026-06", "voucher_no": 1},
            "the month is wrong or closed",
        ),
        (
            ((BANK, 100), (INCOME, -100)),
            {"month": "2026-03", "effective_on": date(2026, 3, 31), "voucher_no": 99},
            "the month is wrong or closed",
        ),
        (((BANK, 100), (INCOME, -100)), {"reverses": 9_999}, ""),
        (((BANK, 100), (("Assets:PublicIncome:Nowhere", "PublicIncome"), -100)), {}, ""),
        (((BANK, 100), ((INCOME[0], "PropertyFee"), -100)), {}, ""),
    ],
)
def test_a_lopsided_or_misplaced_entry_is_refused(
    lived_in: Books, lines: tuple[tuple[tuple[str, str], int], ...], changed: dict[str, object], message: str
) -> None:
    with refused(lived_in.database, message) as connection:
        seq = next_act(connection, lived_in.compound)
        postings(connection, lived_in.compound, seq, *lines)
        entry(connection, lived_in.compound, seq, **changed)
        connection.commit()  # a constraint may wait for the end


def test_an_entry_is_reversed_once_for_the_database_too(lived_in: Books) -> None:
    with shell(lived_in.database) as connection:
        done = connection.execute(
            select(ENTRY.c.reverses).where(
                ENTRY.c.compound == lived_in.compound, ENTRY.c.reverses.is_not(None)
            )
        ).scalars()
        taken_back = done.all()
    assert taken_back
    with refused(lived_in.database) as connection:
        seq = next_act(connection, lived_in.compound)
        postings(connection, lived_in.compound, seq, (BANK, 100), (INCOME, -100))
        entry(connection, lived_in.compound, seq, reverses=taken_back[0])


def test_no_posting_comes_after_its_entry(lived_in: Books) -> None:
    with refused(lived_in.database, "already posted") as connection:
        seq = next_act(connection, lived_in.compound)
        postings(connection, lived_in.compound, seq, (BANK, 100), (INCOME, -100))
        entry(connection, lived_in.compound, seq)
        late = {"compound": lived_in.compound, "seq": seq, "line": 3, "currency": "CNY", "amount_minor": 1}
        connection.execute(insert(POSTING), [late | {"account": BANK[0], "fund": BANK[1]}])


def test_no_posting_stands_without_an_entry(lived_in: Books) -> None:
    with refused(lived_in.database) as connection:
        seq = next_act(connection, lived_in.compound)
        postings(connection, lived_in.compound, seq, (BANK, 100))
        connection.commit()


@pytest.mark.parametrize(
    "changed",
    [{"prev": "0" * 64}, {"seq": 1}, {"seq": 10_000}],
    ids=["another chain", "an old number", "a gap"],
)
def test_an_act_continues_the_chain(lived_in: Books, changed: dict[str, object]) -> None:
    with refused(lived_in.database) as connection:
        next_act(connection, lived_in.compound, **changed)


def test_an_act_is_the_head_when_it_is_stored(lived_in: Books) -> None:
    with refused(lived_in.database) as connection:
        row = newest(connection, ACT, lived_in.compound)
        connection.execute(
            insert(ACT), [row | {"seq": row["seq"] + 1, "prev": row["hash"], "hash": "a" * 64}]
        )


def test_a_number_that_was_skipped_ends_the_chain(lived_in: Books) -> None:
    with refused(lived_in.database, "does not continue the chain") as connection:
        seq = newest(connection, ACT, lived_in.compound)["seq"]
        move_head(connection, lived_in.compound, seq + 1, "b" * 64)
        next_act(connection, lived_in.compound)


@pytest.mark.parametrize(
    "values",
    [
        {"seq": 1},
        {"seq": HEAD.c.seq},
        {"seq": HEAD.c.seq + 2},
        {"seq": HEAD.c.seq + 1, "closed_through": "2026-02"},
    ],
    ids=["back", "nowhere", "too far", "opened again"],
)
def test_the_head_moves_forward_one_act_at_a_time(lived_in: Books, values: dict[str, object]) -> None:
    with refused(lived_in.database, "only moves forward") as connection:
        connection.execute(update(HEAD).where(HEAD.c.compound == lived_in.compound).values(values))


def test_the_head_is_neither_deleted_nor_made_anew(lived_in: Books) -> None:
    with shell(lived_in.database) as connection:
        row = newest(connection, HEAD, lived_in.compound)
    with refused(lived_in.database, "append-only: chain_head") as connection:
        connection.execute(delete(HEAD).where(HEAD.c.compound == lived_in.compound))
    for offered in (row, row | {"compound": "born-old"}, row | {"compound": "born-closed", "seq": 0}):
        with refused(lived_in.database, "append-only: chain_head") as connection:
            connection.execute(insert(HEAD), [offered])


@pytest.mark.parametrize("step", [0, 2, -1])
def test_a_receipt_takes_the_next_number(lived_in: Books, step: int) -> None:
    receipt = METADATA.tables["receipt"]
    with refused(lived_in.database) as connection:
        seq = next_act(connection, lived_in.compound)
        row = newest(connection, receipt, lived_in.compound)
        last = connection.execute(
            select(func.max(receipt.c.number)).where(receipt.c.compound == lived_in.compound)
        ).scalar_one()
        connection.execute(insert(receipt), [row | {"seq": seq, "number": last + step}])


def test_a_fact_names_units_and_acts_of_its_own_compound(lived_in: Books) -> None:
    unit_area = METADATA.tables["unit_area"]
    with refused(lived_in.database) as connection:
        stranger = Books(lived_in.database, "stranger", date(2026, 1, 5))
        connection.execute(
            insert(HEAD), [{"compound": "stranger", "seq": 0, "hash": "c" * 64, "closed_through": ""}]
        )
        act = newest(connection, ACT, lived_in.compound)
        move_head(connection, stranger.compound, 1, "d" * 64)
        connection.execute(insert(ACT), [act | {"compound": "stranger", "seq": 1, "hash": "d" * 64}])
        row = newest(connection, unit_area, lived_in.compound)
        connection.execute(insert(unit_area), [row | {"compound": "stranger", "seq": 1}])
        connection.commit()


def test_a_reading_session_cannot_write(lived_in: Books) -> None:
    with lived_in.database.reading() as session, pytest.raises(DBAPIError):
        session.execute(update(HEAD).values(hash="e" * 64))
