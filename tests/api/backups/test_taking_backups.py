"""A backup is whole or it is none, for its owner alone, and old ones go when a new one is there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api.backups import Backup, examine, kept, past_their_time, take
from api.refusals import BackupFailed, BackupRunning, BackupUnsound
from ledger.store.backup import at_rest
from ledger.store.registers import head
from ledger.store.session import Database
from tests.api.backups.conftest import NOW, ONE, change
from tests.conftest import Books


def test_a_backup_is_one_file_for_its_owner_alone_with_every_head(source: Books, backup: Backup) -> None:
    folder = backup.path.parent
    assert backup.path.name == "mingzhang-20260520T040000Z.db"
    assert sorted(path.name for path in folder.iterdir()) == [".lock", backup.path.name]
    assert (folder.stat().st_mode & 0o777, backup.path.stat().st_mode & 0o777) == (0o700, 0o600)
    with source.database.reading() as session:
        heads = tuple((code, *head(session, code)) for code in ("guihuayuan", "meiguiyuan"))
    assert backup.contents.heads == heads
    assert examine(backup.path) == backup.contents
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        backup.path.name,
    ]  # looking leaves no trace


@ONE
def test_books_that_do_not_verify_push_no_good_backup_out(backup: Backup, tmp_path: Path) -> None:
    """They are copied all the same, under a name that no restore and no retention takes for a backup."""
    books = tmp_path / "books.db"
    shutil.copy(backup.path, books)
    change(books, "UPDATE entry SET narration = '伪造' WHERE seq = (SELECT min(seq) FROM entry)")
    database, folder = Database(f"sqlite:///{books}"), backup.path.parent
    with contextlib.closing(database), pytest.raises(BackupUnsound, match=r"guihuayuan #\d+"):
        take(database, folder, 1, NOW + timedelta(days=1))
    assert list(kept(folder)) == [backup.path]
    assert (folder / "unsound.db").stat().st_mode & 0o777 == 0o600


@ONE
def test_what_was_interrupted_is_no_backup_and_is_cleared_away(source: Books, backup: Backup) -> None:
    folder = backup.path.parent
    left = folder / "mingzhang-20260519T040000Z.db.part"
    left.write_bytes(backup.path.read_bytes()[:100_000])
    assert list(kept(folder)) == [backup.path]
    second = take(source.database, folder, 3, NOW + timedelta(days=1))
    assert not left.exists()
    assert list(kept(folder)) == [second.path, backup.path]


def test_two_do_not_write_into_one_folder_at_once(source: Books, backup: Backup) -> None:
    with (backup.path.parent / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupRunning):
            take(source.database, backup.path.parent, 3, NOW + timedelta(days=1))
    take(source.database, backup.path.parent, 3, NOW + timedelta(days=1))


def test_a_folder_that_cannot_be_written_is_a_clear_refusal(source: Books, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BackupFailed):
        take(source.database, tmp_path / "file", 3, NOW)


def test_the_newest_stay_and_one_of_each_of_twelve_months() -> None:
    days = [datetime(2026, 5, 20, 3, tzinfo=UTC) - timedelta(days=number) for number in range(500)]
    taken = {Path(f"{day:%Y-%m-%d}"): day for day in days}
    gone = set(past_their_time(taken, 14))
    staying = [str(path) for path in taken if path not in gone]
    assert staying[:14] == [f"2026-05-{day:02d}" for day in range(20, 6, -1)]
    assert staying[14:] == [
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31", "2025-11-30"),
        *("2025-10-31", "2025-09-30", "2025-08-31", "2025-07-31", "2025-06-30"),
    ]


@ONE
def test_files_of_the_future_and_of_no_date_push_nothing_out(source: Books, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    odd = [f"mingzhang-2027{month:02d}01T000000Z.db" for month in range(1, 13)]
    for name in (*odd, "mingzhang-20261399T000000Z.db"):
        (folder / name).touch()
    first = take(source.database, folder, 1, NOW - timedelta(days=1))
    second = take(source.database, folder, 1, NOW)
    assert second.removed == (first.path.name,)
    assert {path.name for path in folder.glob("*.db")} == {
        second.path.name,
        *odd,
        "mingzhang-20261399T000000Z.db",
    }


@ONE
def test_a_compound_whose_head_is_gone_is_no_sound_backup(
    source: Books, backup: Backup, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(backup.path, changed)
    change(changed, "DELETE FROM chain_head WHERE compound = 'meiguiyuan'")
    assert any("meiguiyuan" in one for one in examine(changed).faults)


@ONE
def test_old_backups_go_when_a_new_one_is_whole_and_nothing_else_goes(source: Books, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for day in range(5):
        done = take(source.database, folder, 2, NOW + timedelta(days=day))
        (folder / "notes.txt").write_text("not ours")
    assert done.removed == ("mingzhang-20260522T040000Z.db",)
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *(".lock", "notes.txt", "mingzhang-20260523T040000Z.db", "mingzhang-20260524T040000Z.db"),
    }


@ONE
def test_erased_bytes_are_in_no_backup_taken_afterwards(source: Books, tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    shutil.copy(take(source.database, tmp_path / "first", 1, NOW).path, path)
    with contextlib.closing(Database(f"sqlite:///{path}")) as database:
        database.write(lambda session: session.execute(text("UPDATE person SET name = '不该留下的名字'")))
        database.write(lambda session: session.execute(text("UPDATE person SET name = NULL")))
        done = take(database, tmp_path / "second", 1, NOW)
    assert "不该留下的名字".encode() not in done.path.read_bytes()
    with at_rest(done.path) as session:
        assert session.execute(text("PRAGMA freelist_count")).scalar_one() == 0


def test_everybody_else_is_kept_out_whatever_the_umask(source: Books, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        done = take(source.database, tmp_path / "open", 1, NOW)
    finally:
        os.umask(before)
    assert done.path.stat().st_mode & 0o777 == 0o600
