"""Heads that somebody wrote into with the file in their hands: told as what they are, whatever stands there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from api.backups import UNSOUND, take
from api.chain import state_of
from api.refusals import BackupUnsound
from ledger.store.session import Database
from tests.api.conftest import HOME, NOW, UNIT, Desk

#: What SQLite takes into any column: words, bytes, bytes that are no text, numbers of every kind.
STRANGE = ("'abc'", "''", "x'fffe'", "CAST(x'ff' AS TEXT)", "9223372036854775807", "-5", "1.5")
HEADS = [
    *(("chain_head", column) for column in ("seq", "hash", "closed_through")),
    *(("audit_head", column) for column in ("number", "hash")),
]


@contextlib.contextmanager
def spoilt(path: Path, table: str, column: str, value: str) -> Iterator[None]:
    """Write a value into a head, as who has the file does; and afterwards what was there."""
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        mine = f"SELECT rowid, {column} FROM {table} WHERE compound = '{HOME}'"  # noqa: S608 - ours
        row, was = connection.execute(mine).fetchone()
        change = f"UPDATE {table} SET {column} = {{}} WHERE rowid = {row}"  # noqa: S608 - ours
        connection.execute(change.format(value))
        yield
        connection.execute(change.format("?"), [was])


@pytest.mark.parametrize(("table", "column"), HEADS)
def test_whatever_a_head_holds_the_check_answers_and_says_that_it_is_wrong(
    desk: Desk, books_file: Path, table: str, column: str
) -> None:
    assert desk.get("check", "auditor").json()["ok"]
    part = "chain" if table == "chain_head" else "trail"
    for value in STRANGE:
        if (column, value) == ("closed_through", "''"):
            continue  # no month is closed yet, so that is what stands there
        with spoilt(books_file, table, column, value):
            answer = desk.get("check", "auditor")
            assert answer.status_code == 200, (value, answer.text)
            found = answer.json()
            assert (found["ok"], found[part]["ok"]) == (False, False), value
    assert desk.get("check", "auditor").json()["ok"]


@pytest.mark.parametrize(("table", "column"), HEADS)
def test_a_backup_of_such_books_is_kept_aside_and_counts_for_nothing(
    desk: Desk, books_file: Path, tmp_path: Path, table: str, column: str
) -> None:
    folder = tmp_path / "backups"
    for value in ("'abc'", "x'fffe'"):
        with spoilt(books_file, table, column, value), pytest.raises(BackupUnsound):
            take(desk.app.state.house.database, folder, 3, NOW)
        assert sorted(path.name for path in folder.iterdir()) == [".lock", UNSOUND]


@pytest.mark.parametrize("number", ["'abc'", "9223372036854775807", "1"])
def test_where_no_line_can_follow_nobody_reads_a_list_and_members_keep_their_books(
    desk: Desk, books_file: Path, number: str
) -> None:
    with spoilt(books_file, "audit_head", "number", number):
        refused = desk.get(f"units/{UNIT}/account", "trustee")
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:mingzhang:problem:head_unreadable")
        assert "有人绕过规则改过" in refused.json()["detail_zh"]
        assert "wrote past the rules" in refused.json()["detail_en"]
        assert "retry-after" not in refused.headers  # it does not pass by itself
        assert desk.get("accounts", "trustee").status_code == 200
        assert desk.get("audit/check", "auditor").json()["ok"] is False
        assert desk.get("audit", "auditor").json()["items"]
    assert desk.get(f"units/{UNIT}/account", "trustee").status_code == 200


@pytest.mark.parametrize("table", ["chain_head", "audit_head"])
def test_a_head_that_is_gone_is_a_broken_compound(desk: Desk, books_file: Path, table: str) -> None:
    with (
        spoilt(books_file, table, "compound", "'elsewhere'"),
        desk.app.state.house.database.reading() as session,
    ):
        assert not state_of(session, HOME).is_sound
        assert not state_of(session, "elsewhere").is_sound


def test_a_head_that_cannot_be_read_is_said_to_be_so_to_everybody(desk: Desk, books_file: Path) -> None:
    with spoilt(books_file, "chain_head", "seq", "'abc'"):
        refused = desk.get("chain/head", None)
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:mingzhang:problem:head_unreadable")
    assert desk.get("chain/head", None).status_code == 200


def test_a_number_without_end_in_a_head_makes_no_walk_without_end(desk: Desk, books_file: Path) -> None:
    with spoilt(books_file, "chain_head", "seq", "9223372036854775807"):
        database: Database = desk.app.state.house.database
        with database.reading() as session:
            found = state_of(session, HOME)
    assert found.links == (9223372036854775807,)


@pytest.mark.parametrize("value", [one for one in STRANGE if not one.startswith("CAST")])
def test_onto_a_head_that_names_no_act_nothing_is_posted(desk: Desk, books_file: Path, value: str) -> None:
    body = {
        "effective_on": "2026-01-20",
        "narration": "废品回收",
        "postings": [
            {"account": "Assets:PublicIncome:Bank:Joint01", "amount": "31.00"},
            {"account": "Income:PublicIncome:Recycling", "amount": "-31.00"},
        ],
    }
    before = desk.get("accounts", "trustee").json()
    with spoilt(books_file, "chain_head", "seq", value):
        refused = desk.post("entries", body)
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:mingzhang:problem:head_unreadable")
    assert desk.get("accounts", "trustee").json() == before
