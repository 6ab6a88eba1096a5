"""Whether books are whole, asked over HTTP and of a backup: nothing that arrears or the trail stand on is left out."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from api.backups import take
from api.chain import Findings, state_of
from api.refusals import BackupUnsound
from api.worker import Stopped
from tests.api.conftest import HOME, NOW, UNIT, Desk


def spoil(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        assert connection.execute(statement).rowcount > 0


def test_a_debt_that_is_taken_out_of_the_index_is_found_by_the_check_and_by_a_backup(
    desk: Desk, books_file: Path, tmp_path: Path
) -> None:
    desk.done("charges:bill", {"month": "2026-01"})
    assert desk.get("check", "auditor").json()["ok"]
    spoil(books_file, f"DELETE FROM outstanding WHERE unit = '{UNIT}'")  # noqa: S608 - ours
    found = desk.get("check", "auditor").json()
    assert (found["ok"], found["chain"]["ok"], found["open_charges"]["ok"]) == (False, True, False)
    assert len(found["open_charges"]["differing"]) == 1
    with pytest.raises(BackupUnsound, match="open charge"):
        take(desk.app.state.house.database, tmp_path / "backups", 3, NOW)


def test_the_check_looks_at_the_audit_trail(desk: Desk, books_file: Path) -> None:
    found = desk.get("check", "auditor").json()
    assert found["trail"]["ok"]
    assert found["trail"]["lines"] > 0
    spoil(books_file, "UPDATE audit SET role = 'zz' WHERE number = 3")
    found = desk.get("check", "auditor").json()
    assert (found["ok"], found["chain"]["ok"], found["trail"]["ok"]) == (False, True, False)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE chain_head SET seq = 'x'", "chain"),
        ("UPDATE audit SET number = 'x' WHERE number = 3", "audit trail"),
        ("UPDATE act SET kind = CAST(x'ff' AS TEXT) WHERE seq = 2", "chain"),
    ],
)
def test_what_cannot_be_read_is_an_answer_and_no_accident(
    desk: Desk, books_file: Path, statement: str, part: str
) -> None:
    spoil(books_file, statement)
    answer = desk.get("check", "auditor")
    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert part in answer.json()["unreadable"]


def test_a_trail_that_cannot_be_read_is_an_answer_too(desk: Desk, books_file: Path) -> None:
    spoil(books_file, "UPDATE audit SET number = 'x' WHERE number = 3")
    found = desk.get("audit/check", "auditor").json()
    assert (found["ok"], found["broken"]) == (False, [0])


def test_text_in_place_of_a_facts_number_is_told_as_no_act(desk: Desk, books_file: Path) -> None:
    spoil(books_file, "UPDATE unit SET seq = 'x' WHERE rowid = (SELECT min(rowid) FROM unit)")
    with desk.app.state.house.database.reading() as session:
        assert 0 in state_of(session, HOME).links


def test_a_walk_that_is_to_end_is_no_finding() -> None:
    found = Findings(HOME)

    def end() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        found.attempt("chain", end)
    assert found.is_sound
