"""Backups and restores killed at every named step: what is there is whole or is none, and the next one succeeds."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from api.backups import examine, kept, take
from ledger.store.failpoints import STEPS_OF_BACKUPS, VARIABLE
from ledger.store.registers import heads
from ledger.store.session import Database
from tests.reliability.conftest import Place
from tests.reliability.running import Nursery

EARLIER = datetime(2026, 2, 10, 12, tzinfo=UTC)
#: PostgreSQL has steps of its own; what comes after them is the same for both engines.
OF_POSTGRESQL = {"backup_appended", "place_built"}


def steps(part: str, engine: str) -> list[str]:
    """Return the steps of a backup or a restore that are tried on an engine."""
    return [
        step
        for step in STEPS_OF_BACKUPS
        if ("backup" in step) == (part == "backup") and (step in OF_POSTGRESQL) == (engine == "postgresql")
    ]


def heads_at(url: str) -> dict[str, int]:
    with closing(Database(url)) as database, database.reading() as session:
        return heads(session)


def test_a_backup_that_was_killed_is_whole_or_none_and_leaves_nothing_behind(
    place: Place, nursery: Nursery, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    with closing(place.database()) as database:
        there = {take(database, folder, 9, EARLIER).path: EARLIER}
    words = ("backup", "--to", str(folder), "--keep", "9")
    for step in steps("backup", place.engine):
        before = there
        ended, _ = nursery.run(place.url, *words, **{VARIABLE: step})
        assert ended == -signal.SIGKILL, step
        there = kept(folder)
        assert [examine(path).faults for path in there] == [()] * len(there), step
        assert set(before) <= set(there)
        assert (max(there.values()) > EARLIER) == (step in {"backup_named", "backup_kept"})
    ended, printed = nursery.run(place.url, *words)
    assert ended == 0, printed
    there = kept(folder)
    assert {path.name for path in folder.iterdir()} == {".lock", *(path.name for path in there)}
    found = examine(next(iter(there)))
    assert (found.faults, {code: seq for code, seq, _ in found.heads}) == ((), heads_at(place.url))


def test_a_restore_that_was_killed_is_whole_or_none_and_leaves_nothing_behind(
    place: Place, nursery: Nursery, two_roles: Callable[[], tuple[str, str]], tmp_path: Path
) -> None:
    with closing(place.database()) as database:
        file = take(database, tmp_path / "backups", 1, EARLIER).path
    elsewhere = tmp_path / "elsewhere"
    owner, url = (None, f"sqlite:///{elsewhere}/books.db") if place.engine == "sqlite" else two_roles()
    settings = {"MINGZHANG_OWNER_URL": owner} if owner else {}
    for step in steps("restore", place.engine):
        ended, printed = nursery.run(url, "restore", str(file), **settings, **{VARIABLE: step})
        assert ended == -signal.SIGKILL, printed
    ended, printed = nursery.run(url, "restore", str(file), **settings)
    if (
        place.engine == "sqlite"
    ):  # the last step was after the books had got their place: they are not written over
        assert (ended, str(elsewhere) in printed) == (1, True)
        assert {path.name for path in elsewhere.iterdir()} == {"books.db", "books.db.lock"}
    else:
        assert ended == 0, printed
    assert heads_at(url) == heads_at(place.url)
