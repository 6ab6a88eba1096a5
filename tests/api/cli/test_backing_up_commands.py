"""Backup and restore from the command line: what they print, their exit codes, and what is left where they fail."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from typer.testing import CliRunner

from api.cli.main import app, hoisted
from ledger.rules.audit import INSTALLATION, What
from ledger.store import audit
from ledger.store.session import Database
from tests.api.cli.conftest import Clerk
from tests.api.conftest import HOME, UNIT


def run(database: Path, *words: str, code: int = 0) -> Any:
    """Run a command on other books and give its JSON."""
    done = CliRunner().invoke(
        app, hoisted([*words, "--json"]), env={"MINGZHANG_DATABASE_URL": f"sqlite:///{database}"}
    )
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_what_is_backed_up_is_restored_elsewhere_with_the_same_heads(clerk: Clerk, tmp_path: Path) -> None:
    clerk.bill()
    said = clerk.told("backup", "--to", str(tmp_path / "backups"))
    assert [one["compound"] for one in said["heads"]] == [HOME, "meiguiyuan"]
    assert Path(said["file"]).stat().st_size == said["bytes"]
    shown = clerk.said("backup", "--to", str(tmp_path / "backups"), "--keep", "2").stdout
    assert "核对无误" in shown
    again = run(tmp_path / "elsewhere" / "books.db", "restore", said["file"])
    assert again == {"heads": said["heads"], "dropped": None, "repeat": [], "faults": []}
    refusal = run(tmp_path / "elsewhere" / "books.db", "restore", said["file"], code=1)
    assert refusal["type"].endswith(":books_exist")


def on_record(books_file: Path) -> list[dict[str, Any]]:
    """Return what the installation's trail says of backups."""
    with contextlib.closing(Database(f"sqlite:///{books_file}")) as database, database.reading() as session:
        return [one["about"] for one in audit.lines(session, INSTALLATION, what=What.BACKUP_TAKEN)]


def test_a_backup_is_on_record(clerk: Clerk, books_file: Path, tmp_path: Path) -> None:
    done = clerk.told("backup", "--to", str(tmp_path / "backups"))
    stamp = Path(done["file"]).stem.removeprefix("mingzhang-")
    assert on_record(books_file) == [{"at": stamp, "bytes": done["bytes"], "compounds": 2}]


def test_a_backup_that_the_server_does_not_put_on_record_is_not_said_to_be_done(
    clerk: Clerk, books_file: Path, tmp_path: Path
) -> None:
    nobody = {"url": "http://127.0.0.1:9", "secret": "of a server that hangs"}
    with contextlib.closing(Database(f"sqlite:///{books_file}")) as database:
        assert database.hold()
        Path(f"{books_file}.lock").write_text(json.dumps(nobody), encoding="utf-8")
        refusal = clerk.told("backup", "--to", str(tmp_path / "backups"), code=3)
    assert refusal["type"].endswith(":store_unavailable")
    assert on_record(books_file) == []


def test_books_that_are_not_whole_are_restored_where_that_is_asked_for_and_are_said_not_to_be(
    clerk: Clerk, books_file: Path, tmp_path: Path
) -> None:
    clerk.bill()
    with contextlib.closing(sqlite.connect(books_file, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE posting SET fund = 'Repair' WHERE seq = (SELECT max(seq) FROM posting)")
        connection.execute("UPDATE membership SET role = 'operator' WHERE role = 'treasurer'")
    refusal = clerk.told("backup", "--to", str(tmp_path / "backups"), code=1)
    assert refusal["type"].endswith(":backup_unsound")
    file, there = str(tmp_path / "backups" / "unsound.db"), tmp_path / "elsewhere" / "books.db"
    assert run(there, "restore", file, code=1)["type"].endswith(":backup_unsound")
    told = run(there, "restore", file, "--even-unsound")
    assert any("member" in one for one in told["faults"])
    assert any(f"{HOME} #" in one for one in told["faults"])


def test_a_restore_says_what_newer_backups_tell_of_and_has_to_be_done_again(
    clerk: Clerk, tmp_path: Path
) -> None:
    """A name that was erased after the backup comes back with it, and so does who was let in no more."""
    folder = tmp_path / "backups"
    old = Path(clerk.told("backup", "--to", str(folder))["file"])
    kept = old.rename(folder / "mingzhang-20260101T000000Z.db")  # taken some time before
    basis = ("--basis", "个人信息保护法第47条")
    erased = clerk.told("erase", "person", "--unit", UNIT, "--debtor", "1", *basis)["seq"]
    clerk.told("user", "disable", "trustee", who="operator")
    assert run(tmp_path / "one" / "books.db", "restore", str(kept))["repeat"] == []  # nobody can know yet
    clerk.told("backup", "--to", str(folder))
    again = run(tmp_path / "two" / "books.db", "restore", str(kept))["repeat"]
    assert [(one["compound"], one["what"]) for one in again] == [
        (HOME, "erasure"),
        (HOME, "user_disabled"),
    ]
    assert again[0]["seq"] == erased
    assert (again[0]["erased"], again[0]["unit"], again[0]["debtor"]) == ("person", UNIT, 1)
    assert again[1]["name"] == "trustee"
    shown = CliRunner().invoke(
        app,
        ["restore", str(kept)],
        env={"MINGZHANG_DATABASE_URL": f"sqlite:///{tmp_path / 'three' / 'books.db'}", "COLUMNS": "200"},
    )
    assert shown.stdout.count("须再办一次") == 2


def test_up_to_an_act_it_is_said_what_is_left_out(clerk: Clerk, tmp_path: Path) -> None:
    clerk.bill()
    paid = [clerk.told("receipt", UNIT, "10.00", "--channel", "cash")["seq"] for _ in range(3)]
    said = clerk.told("backup", "--to", str(tmp_path))
    point = f"{HOME}:{paid[0]}"
    done = run(tmp_path / "one" / "books.db", "restore", said["file"], "--through", point)
    assert (done["dropped"]["acts"], done["dropped"]["kinds"]) == (2, {"receipt": 2})
    assert {one["compound"]: one["seq"] for one in done["heads"]}[HOME] == paid[0]
    shown = CliRunner().invoke(
        app,
        ["restore", said["file"], "--through", point],
        env={"MINGZHANG_DATABASE_URL": f"sqlite:///{tmp_path / 'two' / 'books.db'}", "COLUMNS": "160"},
    )
    assert "receipt 2" in shown.stdout


@pytest.mark.parametrize(
    "point", ["guihuayuan", "guihuayuan:", "guihuayuan:0", "guihuayuan:x", ":3", "a b:3"]
)
def test_a_point_that_is_not_written_as_one_is_wrong_usage(clerk: Clerk, point: str) -> None:
    clerk.said("restore", __file__, "--through", point, code=2)


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    refusal = run(tmp_path / "books.db", "restore", __file__, code=1)
    assert refusal["type"].endswith(":backup_unreadable")


def test_books_that_were_never_built_cannot_be_backed_up(tmp_path: Path) -> None:
    refusal = run(tmp_path / "books.db", "backup", "--to", str(tmp_path / "backups"), code=3)
    assert refusal["type"].endswith(":store_unavailable")
    assert not (tmp_path / "books.db").exists()


def on_a_full_disk(database: Path, *words: str) -> tuple[int, str]:
    """Run a command that may write files of 100 kB only; give its exit code and the refusal's code."""

    def narrow() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "--json", *words],
        env={**os.environ, "MINGZHANG_DATABASE_URL": f"sqlite:///{database}", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=narrow,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["type"].rpartition(":")[2]


def test_a_full_disk_leaves_no_half_backup_and_no_half_books(
    clerk: Clerk, books_file: Path, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "backups", tmp_path / "elsewhere"
    first = clerk.told("backup", "--to", str(folder))
    assert on_a_full_disk(books_file, "backup", "--to", str(folder)) == (3, "backup_failed")
    assert sorted(path.name for path in folder.iterdir()) == [".lock", Path(first["file"]).name]
    clerk.told("backup", "--to", str(folder))
    full = on_a_full_disk(elsewhere / "books.db", "restore", first["file"])
    assert full == (3, "store_unavailable")
    assert [path.name for path in elsewhere.iterdir()] == ["books.db.lock"]
    run(elsewhere / "books.db", "restore", first["file"])


def test_a_database_that_does_not_answer_is_a_refusal(clerk: Clerk, tmp_path: Path) -> None:
    file = clerk.told("backup", "--to", str(tmp_path))["file"]
    nowhere = {"MINGZHANG_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/books"}
    for words in (["backup", "--to", str(tmp_path)], ["restore", file]):
        done = CliRunner().invoke(app, ["--json", *words], env=nowhere)
        assert (done.exit_code, json.loads(done.stdout)["type"]) == (
            3,
            "urn:mingzhang:problem:store_unavailable",
        )
