"""The audit trail in the database: written with what it tells of, guarded by triggers, anchored by the close."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from ledger.actions.close import close
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.errors import Refusal
from ledger.rules.audit import INSTALLATION, Note, What, first_prev
from ledger.rules.roles import Actor, Body, Role
from ledger.store import audit
from ledger.store.session import Database
from ledger.store.tables import METADATA
from tests.books.sample import agree, play
from tests.conftest import TREASURER, Books
from tests.ledger.store.forging import refused, shell

AUDIT, HEAD, ACT, ENTRY = (METADATA.tables[name] for name in ("audit", "audit_head", "act", "entry"))
LOCAL = Actor("treasurer-1", Role.TREASURER, Body.COMMITTEE, is_local=True)
READ = Note(What.PERSONAL_DATA_READ, {"read": "arrears"})
BANK = OpenBankAccount("Joint09", "共管 0009", ("PropertyFee",))


def note(books: Books, one: Note = READ, by: Actor = TREASURER) -> None:
    books.database.write(
        lambda session: audit.write(session.connection(), books.compound, by, books.now, [one])
    )


def lines(books: Books, **named: Any) -> list[dict[str, Any]]:
    with books.database.reading() as session:
        return list(audit.lines(session, books.compound, **named))


def checked(books: Books) -> audit.Checked:
    with books.database.reading() as session:
        return audit.check(session, books.compound)


def test_a_new_compound_begins_a_trail_and_its_opening_is_the_first_line(house: Books) -> None:
    (first,) = lines(house)
    assert (first["number"], first["prev"]) == (1, first_prev(house.compound))
    assert (first["what"], first["user_id"], first["role"]) == ("act_recorded", "operator-1", "operator")
    with house.database.reading() as session:
        opened = session.execute(select(ACT.c.hash).where(ACT.c.compound == house.compound)).scalar_one()
    assert first["about"] == {"kind": "compound_opened", "seq": 1, "hash": opened}


def test_the_sample_tells_of_every_act_without_an_entry_and_of_no_ordinary_entry(house: Books) -> None:
    play(house)
    with house.database.reading() as session:
        of = ACT.c.compound == house.compound
        entries = set(
            session.execute(select(ENTRY.c.seq).where(ENTRY.c.compound == house.compound)).scalars()
        )
        acts = {row.seq: row.hash for row in session.execute(select(ACT.c.seq, ACT.c.hash).where(of))}
    said = {one["about"]["seq"]: one["about"]["hash"] for one in lines(house, what=What.ACT_RECORDED)}
    assert said == {seq: hashed for seq, hashed in acts.items() if seq not in entries}
    assert len(said) > 10
    assert checked(house).is_sound


def test_a_line_holds_no_name_and_no_free_words(house: Books) -> None:
    play(house)
    for one in lines(house):
        assert set(one["about"]) <= {"kind", "seq", "hash", "override", "via"}
        assert json.dumps(one["about"]).isascii()


def test_what_a_dry_run_or_a_refused_act_would_have_said_is_not_written(house: Books) -> None:
    before = lines(house)
    house.try_act(open_bank_account, BANK)
    with pytest.raises(Refusal):
        house.act(open_bank_account, OpenBankAccount("joint", "共管", ("PropertyFee",)))
    assert lines(house) == before
    house.act(open_bank_account, BANK)
    assert len(lines(house)) == len(before) + 1


def test_whatever_the_servers_own_command_line_does_in_a_name_is_told(house: Books) -> None:
    house.act(open_bank_account, BANK, by=LOCAL)
    last = lines(house)[-1]
    assert (last["user_id"], last["about"]["via"]) == ("treasurer-1", "local")


def test_a_close_seals_where_the_trail_stood(house: Books) -> None:
    play(house, before="close-01")
    note(house)
    house.today = date(2026, 2, 1)
    table = METADATA.tables["period_close"]
    number, hashed = checked(house).number, checked(house).hash
    house.act(close, "2026-01", agree)
    with house.database.reading() as session:
        row = session.execute(select(table).where(table.c.compound == house.compound)).one()
    assert (row.audit_number, row.audit_head) == (number, hashed)
    assert lines(house)[number]["about"]["kind"] == "close"  # the close itself is told of after that
    assert checked(house).is_sound


def test_lines_are_filtered_and_paged(house: Books) -> None:
    note(house)
    house.today = date(2026, 1, 6)
    note(house, by=Actor("auditor-1", Role.AUDITOR, Body.AUDIT))
    note(house, Note(What.FULL_EXPORT, {"seq": 1}))
    assert [one["number"] for one in lines(house)] == [1, 2, 3, 4]
    assert [one["number"] for one in lines(house, after=1, limit=2)] == [2, 3]
    assert [one["number"] for one in lines(house, what=What.PERSONAL_DATA_READ)] == [2, 3]
    assert [one["number"] for one in lines(house, user="auditor-1")] == [3]
    assert [one["number"] for one in lines(house, day="2026-01-06")] == [3, 4]


def test_it_is_known_whether_the_same_was_noted_since_a_moment(house: Books) -> None:
    note(house)
    with house.database.reading() as session:
        today, tomorrow = "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z"
        assert audit.is_noted(session.connection(), house.compound, TREASURER, READ, today)
        assert not audit.is_noted(session.connection(), house.compound, TREASURER, READ, tomorrow)
        other = Note(What.PERSONAL_DATA_READ, {"read": "donors"})
        assert not audit.is_noted(session.connection(), house.compound, TREASURER, other, today)
        assert not audit.is_noted(
            session, house.compound, Actor("x", Role.TREASURER, Body.COMMITTEE), READ, today
        )


def test_many_writers_leave_no_gap(house: Books) -> None:
    """Acts and reads at once: the trail's lock is taken after the journal's, so nobody waits in a circle."""

    def act(number: int) -> None:
        house.act(open_bank_account, OpenBankAccount(f"Joint{number:02d}", "共管 0001", ("PropertyFee",)))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(20, 32)]
    threads += [threading.Thread(target=note, args=(house,)) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one["number"] for one in lines(house)] == list(range(1, 26))
    assert checked(house).is_sound


@pytest.fixture
def told(house: Books) -> Books:
    """Give books whose trail has three lines."""
    note(house)
    note(house)
    return house


def test_no_line_is_updated_deleted_or_replaced(told: Books) -> None:
    mine = AUDIT.c.compound == told.compound
    for column in AUDIT.columns:
        with refused(told.database, "append-only: audit") as connection:
            connection.execute(update(AUDIT).where(mine).values({column: column}))
    with refused(told.database, "append-only: audit") as connection:
        connection.execute(delete(AUDIT).where(mine))
    with shell(told.database) as connection:
        row = last_line(connection, told.compound)
    key = list(AUDIT.primary_key.columns)
    if told.database.is_sqlite:
        for prefix in ("OR REPLACE", "OR IGNORE"):
            with refused(told.database, "append-only: audit") as connection:
                connection.execute(insert(AUDIT).prefix_with(prefix), [row])
        there: Any = sqlite.insert(AUDIT).on_conflict_do_update(index_elements=key, set_={"at": row["at"]})
    else:
        there = postgresql.insert(AUDIT).on_conflict_do_update(index_elements=key, set_={"at": row["at"]})
    with refused(told.database) as connection:
        connection.execute(there, [row])


def test_a_line_that_does_not_follow_is_not_taken(told: Books) -> None:
    with shell(told.database) as connection:
        row = last_line(connection, told.compound)
    following = {**row, "number": row["number"] + 1, "prev": row["hash"], "hash": "11" * 32}
    for change in ({"number": row["number"] + 2}, {"prev": "22" * 32}, {"compound": "nowhere"}):
        with refused(told.database, "does not follow") as connection:
            connection.execute(insert(AUDIT), [{**following, **change}])
    with shell(told.database) as connection:
        connection.execute(insert(AUDIT), [following])  # what follows is taken


def test_the_head_only_moves_to_the_line_that_was_written(told: Books) -> None:
    mine = HEAD.c.compound == told.compound
    with shell(told.database) as connection:
        row = last_line(connection, told.compound)
    for values in (
        {"number": row["number"] - 1, "hash": row["prev"]},
        {"number": row["number"] + 1, "hash": "33" * 32},
        {"hash": "33" * 32},
        {"compound": "elsewhere"},
    ):
        with refused(told.database, "the head only moves forward") as connection:
            connection.execute(update(HEAD).where(mine).values(values))
    with refused(told.database, "append-only: audit_head") as connection:
        connection.execute(delete(HEAD).where(mine))
    with refused(told.database) as connection:
        connection.execute(insert(HEAD), [{"compound": "elsewhere", "number": 4, "hash": "33" * 32}])


@pytest.mark.parametrize("town", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", [AUDIT, HEAD], ids=lambda table: str(table.name))
def test_no_trail_is_truncated(told: Books, table: Table) -> None:
    with refused(told.database, f"append-only: {table.name}") as connection:
        connection.execute(text(f"TRUNCATE {table.name}"))


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_a_number_that_is_none_is_not_taken(told: Books) -> None:
    with shell(told.database) as connection:
        row = last_line(connection, told.compound)
    with refused(told.database, "not an integer: audit.number") as connection:
        connection.execute(
            text(
                "INSERT INTO audit VALUES (:compound, 'four', :at, :user_id, :role, :what, :about, :hash, 'x')"
            ),
            row,
        )


def test_the_installation_has_a_trail_from_the_first_migration_on(database: Database) -> None:
    with database.reading() as session:
        assert audit.head(session, INSTALLATION) == (0, first_prev(INSTALLATION))
        assert session.execute(select(func.count()).select_from(HEAD)).scalar_one() == 1


def last_line(connection: Connection, compound: str) -> dict[str, Any]:
    query = select(AUDIT).where(AUDIT.c.compound == compound).order_by(AUDIT.c.number.desc())
    row = connection.execute(query).mappings().first()
    assert row is not None
    return dict(row)
