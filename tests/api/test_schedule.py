"""Backups that the server takes by itself: when they are due, and what happens when one fails."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysqlite3.dbapi2 as pysqlite3
import pytest

import migrations
from api.backups import kept
from api.house import House
from api.schedule import LastBackup, Schedule
from api.settings import Settings
from ledger.store import audit
from ledger.store.session import Database
from tests.conftest import Books

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
A_DAY = timedelta(hours=24)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house with one compound; at noon, and backups go into a folder beside the books."""
    url = f"sqlite:///{tmp_path / 'books.db'}"
    database = Database(url)
    migrations.upgrade(database.engine)
    Books(database, "guihuayuan", NOON.date()).open(opened_on=NOON.date())
    settings = Settings(database_url=url, backup_dir=str(tmp_path / "backups"), backup_keep=2)
    yield House(settings, database, lambda: NOON)
    database.close()


def folder(house: House) -> Path:
    return Path(house.settings.backup_dir)


def test_the_first_is_due_at_once_and_the_next_a_day_after_the_newest(house: House) -> None:
    schedule = Schedule(house)
    assert schedule.last == LastBackup("none")
    assert schedule.is_due(NOON)
    schedule.take(NOON)
    (path,) = kept(folder(house))
    assert schedule.last == LastBackup("done", NOON, path.stat().st_size)
    assert not schedule.is_due(NOON + A_DAY - timedelta(seconds=1))
    assert schedule.is_due(NOON + A_DAY)


def test_a_restarted_server_counts_from_the_newest_there_is(house: House) -> None:
    Schedule(house).take(NOON)
    again = Schedule(house)
    assert (again.last.outcome, again.last.taken_at) == ("none", NOON)
    assert not again.is_due(NOON + timedelta(hours=23))
    assert again.is_due(NOON + A_DAY)


def test_a_backup_that_another_process_took_counts(house: House) -> None:
    waiting, other = Schedule(house), Schedule(house)
    other.take(NOON)
    assert not waiting.is_due(NOON + timedelta(hours=1))


def test_one_taken_while_the_clock_was_wrong_does_not_put_off_the_next(house: House) -> None:
    schedule = Schedule(house)
    schedule.take(NOON + timedelta(days=4000))
    assert schedule.is_due(NOON)
    schedule.take(NOON)
    assert not schedule.is_due(NOON + timedelta(hours=1))


def test_a_clock_that_was_set_back_takes_one_a_day_and_says_once_that_something_is_wrong(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    schedule = Schedule(replace(house, clock=lambda: NOON - timedelta(days=800)))
    for month in range(1, 13):
        folder(house).mkdir(exist_ok=True)
        (folder(house) / f"mingzhang-2026{month:02d}01T000000Z.db").touch()
    schedule.take(NOON - timedelta(days=800))
    assert not schedule.is_due(NOON - timedelta(days=800))
    assert schedule.last.taken_at == NOON - timedelta(days=800)
    assert [one.getMessage() for one in caplog.records].count("backup_of_the_future") == 1


def test_what_other_servers_and_the_command_put_into_the_folder_is_seen(house: House) -> None:
    here, other = Schedule(house), Schedule(house)
    blocked = folder(house)
    blocked.write_text("a file where the folder should be")
    here.take(NOON)
    assert here.last == LastBackup("failed", None, None, "backup_failed")
    blocked.unlink()
    other.take(NOON)
    assert (here.last.outcome, here.last.taken_at) == ("done", NOON)


def test_somebody_else_at_it_is_no_failure(house: House) -> None:
    schedule = Schedule(house)
    folder(house).mkdir()
    with (folder(house) / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        schedule.take(NOON)
    assert schedule.last == LastBackup("none")
    assert schedule.is_due(NOON)


def test_a_backup_is_a_line_of_the_installations_trail(house: House) -> None:
    Schedule(house).take(NOON)
    (path,) = kept(folder(house))
    with house.database.reading() as session:
        line = list(audit.lines(session, "*"))[-1]
        assert audit.check(session, "*").is_sound
    assert line["what"] == "backup_taken"
    assert line["about"] == {"at": "20260520T120000Z", "bytes": path.stat().st_size, "compounds": 1}


def test_what_fails_is_told_and_tried_again_in_an_hour_and_forgotten_when_it_works(house: House) -> None:
    schedule = Schedule(house)
    schedule.take(NOON)
    taken = folder(house)
    aside = taken.rename(taken.with_name("aside"))
    taken.write_text("a file where the folder should be")
    later = NOON + A_DAY
    schedule.take(later)
    assert (schedule.last.outcome, schedule.last.refusal) == ("failed", "backup_failed")
    assert schedule.last.taken_at == NOON  # the newest that there is stays known
    assert not schedule.is_due(later + timedelta(minutes=59))
    taken.unlink()
    aside.rename(taken)
    assert schedule.is_due(later + timedelta(hours=1))
    schedule.take(later + timedelta(hours=1))
    assert (schedule.last.outcome, schedule.last.refusal) == ("done", None)


def test_books_that_are_gone_end_no_schedule(house: House) -> None:
    """SQLite would make an empty file in place of one that is missing: an empty copy is no backup either."""
    house.database.close()
    house.database.path.unlink()
    schedule = Schedule(house)
    schedule.take(NOON)
    assert schedule.last.outcome == "failed"
    assert list(kept(folder(house))) == []
    assert not house.database.path.exists()


def test_the_thread_takes_what_is_due_by_itself_until_it_is_stopped(house: House) -> None:
    hours = [0]
    looked = threading.Semaphore(0)

    def clock() -> datetime:
        looked.release()
        return NOON + timedelta(hours=hours[0])

    schedule = Schedule(replace(house, clock=clock), look=0.01)
    schedule.start()
    for day in range(3):
        hours[0] = 24 * day
        for _ in range(3):  # the look that had begun before, that which takes one, and the one after it
            assert looked.acquire(timeout=60)
    schedule.stop()
    assert schedule.last.outcome == "done"
    assert len(kept(folder(house))) == 2
    assert [path.name for path in folder(house).glob("*.part")] == []


def test_without_a_folder_nothing_is_ever_taken(house: House, tmp_path: Path) -> None:
    settings = Settings(database_url=house.settings.database_url)
    schedule = Schedule(replace(house, settings=settings), look=0.01)
    schedule.start()
    assert not schedule.is_due(NOON)
    schedule.stop()
    assert schedule.last == LastBackup("off")
    assert not (tmp_path / "backups").exists()


def test_a_backup_whose_line_cannot_be_written_counts_as_failed_until_it_is(house: House) -> None:
    hasty = replace(house, database=Database(house.settings.database_url, patience=1))
    schedule = Schedule(hasty, look=0.01)
    with closing(pysqlite3.connect(house.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        schedule.take(NOON)
        assert len(kept(folder(house))) == 1
        assert (schedule.last.outcome, schedule.last.refusal) == ("failed", "store_unavailable")
        other.execute("ROLLBACK")
    told = threading.Event()
    schedule.start()
    while schedule.last.outcome != "done":
        told.wait(0.01)
    schedule.stop()
    with hasty.database.reading() as session:
        assert len(list(audit.lines(session, "*", what="backup_taken"))) == 1
    hasty.database.close()
