"""The rounds along the chains: a link that does not hold is found, and so is a past that was written anew whole."""

from __future__ import annotations

import itertools
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pysqlite3.dbapi2 as pysqlite3
import pytest
from sqlalchemy import text

import migrations
from api.chain import broken_links
from api.house import House
from api.operating.rounds import Rounds
from api.settings import Settings
from api.worker import Stopped
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.rules.audit import first_prev
from ledger.store.session import Database
from ledger.store.tables import METADATA
from tests.api.conftest import HOME, NOW, OTHER, Desk
from tests.api.operating.conftest import Lines
from tests.conftest import Books

_TABLES_OF_COMPOUNDS = [table.name for table in METADATA.sorted_tables if "compound" in table.c]


def rounds_of(database: Database) -> Rounds:
    return Rounds(House(Settings(), database, lambda: NOW), hours=1)


def banked(path: Path, label: str, accounts: int = 3) -> Books:
    """Give the books of a compound with some bank accounts, in a file of their own."""
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database.engine)
    books = Books(database, HOME, date(2026, 1, 5)).open()
    for number in range(accounts):
        books.act(open_bank_account, OpenBankAccount(f"Joint{number:03d}", label, ("PropertyFee",)))
    return books


def test_a_round_finds_every_chain_sound_and_says_so(desk: Desk, log: Lines) -> None:
    rounds = desk.app.state.rounds
    rounds.walk()
    assert {code: (one.is_sound, one.at) for code, one in rounds.verified().items()} == {
        HOME: (True, NOW),
        OTHER: (True, NOW),
        "*": (True, NOW),
    }
    assert rounds.verified()[HOME].seq == desk.head()[0]
    said = [(line["level"], line["event"], line["compound"]) for line in log() if "head" in line]
    assert said == [("info", "chain_sound", of) for of in ("*", HOME, OTHER)]


def test_a_changed_act_is_found_and_told_with_its_number(desk: Desk, log: Lines) -> None:
    database = desk.app.state.house.database
    with database.engine.connect() as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        changed = text("UPDATE act SET role = 'auditor' WHERE compound = :of AND seq = 2")
        connection.execute(changed, {"of": HOME})
        connection.commit()
    desk.app.state.rounds.walk()
    verified = desk.app.state.rounds.verified()
    assert (verified[HOME].is_sound, verified[OTHER].is_sound) == (False, True)
    (told,) = [line for line in log() if line["event"] == "chain_broken"]
    assert (told["level"], told["compound"], told["first_broken"], told["broken"]) == ("critical", HOME, 2, 1)


def test_a_changed_line_of_an_audit_trail_is_found(desk: Desk, log: Lines) -> None:
    with desk.app.state.house.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_update")
        connection.execute(
            text("UPDATE audit SET role = 'x' WHERE compound = :of AND number = 2"), {"of": HOME}
        )
    desk.app.state.rounds.walk()
    verified = desk.app.state.rounds.verified()
    assert (verified[HOME].is_sound, verified[OTHER].is_sound) == (False, True)
    (told,) = [line for line in log() if line["event"] == "audit_trail_broken"]
    assert (told["level"], told["compound"], told["broken"]) == ("critical", HOME, 1)


def spoil(database: Database, *statements: str) -> None:
    """Write past every rule, as whoever has the file can."""
    with closing(pysqlite3.connect(database.path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA foreign_keys=OFF")
        for one in statements:
            connection.execute(one)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE unit SET seq = 'x' WHERE rowid = (SELECT min(rowid) FROM unit)",
        "UPDATE chain_head SET seq = 'x' WHERE compound = 'guihuayuan'",
        "UPDATE act SET kind = CAST(x'ff' AS TEXT) WHERE compound = 'guihuayuan' AND seq = 2",
        "UPDATE audit SET number = 'x' WHERE compound = 'guihuayuan' AND number = 3",
        "UPDATE audit SET about = replace(hex(zeroblob(50000)), '00', '[') "
        "WHERE compound = 'guihuayuan' AND number = 3",
        "UPDATE audit SET role = CAST(x'ff' AS TEXT) WHERE compound = 'guihuayuan' AND number = 3",
        "DELETE FROM chain_head WHERE compound = 'guihuayuan'",
    ],
)
def test_what_nobody_of_ours_writes_breaks_its_compound_and_no_other(desk: Desk, statement: str) -> None:
    house, rounds = desk.app.state.house, desk.app.state.rounds
    spoil(house.database, statement)
    rounds.walk()
    assert {code: one.is_sound for code, one in rounds.verified().items()} == {
        "*": True,
        HOME: False,
        OTHER: True,
    }


def test_a_compound_that_is_gone_is_broken(desk: Desk, log: Lines) -> None:
    database, rounds = desk.app.state.house.database, desk.app.state.rounds
    rounds.walk()
    spoil(database, *(f"DELETE FROM {name} WHERE compound = '{OTHER}'" for name in _TABLES_OF_COMPOUNDS))  # noqa: S608 - ours
    for _ in range(2):  # it stays found
        rounds.walk()
        assert {code: one.is_sound for code, one in rounds.verified().items()} == {
            "*": True,
            HOME: True,
            OTHER: False,
        }


def test_the_trail_of_the_installation_is_walked_too(desk: Desk, log: Lines) -> None:
    spoil(desk.app.state.house.database, "UPDATE audit SET role = 'x' WHERE compound = '*' AND number = 1")
    desk.app.state.rounds.walk()
    assert not desk.app.state.rounds.verified()["*"].is_sound
    (told,) = [line for line in log() if line["event"] == "audit_trail_broken"]
    assert told["compound"] == "*"


def test_a_past_written_anew_whole_verifies_in_itself_and_is_found(tmp_path: Path) -> None:
    books, forged = banked(tmp_path / "books.db", "共管 1234"), banked(tmp_path / "forged.db", "共管 9999")
    rounds = rounds_of(books.database)
    rounds.walk()
    assert rounds.verified()[HOME].is_sound
    books.database.close()
    forged.database.close()
    shutil.copy(tmp_path / "forged.db", tmp_path / "books.db")
    with books.database.reading() as session:
        assert broken_links(session, HOME) == []
    for _ in range(2):  # it stays found
        rounds.walk()
        assert not rounds.verified()[HOME].is_sound
    books.database.close()


def test_acts_after_the_last_round_are_no_rewriting(tmp_path: Path) -> None:
    books = banked(tmp_path / "books.db", "共管 1234")
    rounds = rounds_of(books.database)
    rounds.walk()
    books.act(open_bank_account, OpenBankAccount("Joint900", "共管 5678", ("PropertyFee",)))
    rounds.walk()
    assert (rounds.verified()[HOME].seq, rounds.verified()[HOME].is_sound) == (5, True)
    books.database.close()


def test_a_server_that_ends_does_not_wait_for_a_round(tmp_path: Path) -> None:
    books = banked(tmp_path / "books.db", "共管 1234", accounts=120)
    rounds = rounds_of(books.database)
    rounds.start()
    rounds.stop()
    with pytest.raises(Stopped):
        rounds.walk()
    assert HOME not in rounds.verified()
    books.database.close()


def test_a_walk_pauses_between_stretches_of_acts(tmp_path: Path) -> None:
    books, pauses = banked(tmp_path / "books.db", "共管 1234", accounts=220), itertools.count()
    with books.database.reading() as session:
        assert broken_links(session, HOME, lambda: next(pauses) and None) == []
    assert next(pauses) == 2
    books.database.close()


def test_a_trail_that_was_emptied_behind_a_running_server_is_found(desk: Desk, log: Lines) -> None:
    house, rounds = desk.app.state.house, desk.app.state.rounds
    rounds.walk()
    assert rounds.verified()["*"].is_sound
    spoil(
        house.database,
        "DELETE FROM audit WHERE compound = '*'",
        f"UPDATE audit_head SET number = 0, hash = '{first_prev('*')}' WHERE compound = '*'",  # noqa: S608 - ours
        "DELETE FROM membership WHERE compound = '*'",
    )
    for _ in range(2):  # it stays found
        rounds.walk()
        assert not rounds.verified()["*"].is_sound
