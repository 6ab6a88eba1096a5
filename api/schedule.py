"""Backups by themselves, while the server serves: one every so many hours, counted from the newest there is."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from api.backups import Backup, kept, put_on_record, take
from api.house import House
from api.refusals import BackupRunning
from api.worker import Stopped, Worker
from ledger.errors import Refusal

_log = logging.getLogger(__name__)
_LOOK: Final = 60.0  # seconds between two looks at the clock
_AGAIN: Final = timedelta(hours=1)  # after a failure
Outcome = Literal["off", "none", "done", "failed"]


@dataclass(frozen=True, slots=True)
class LastBackup:
    """What came of the newest backups: when the last good one was taken, and how the last attempt ended.

    ``outcome``: ``off`` where none are scheduled, ``none`` before the first attempt of this process, ``done`` also
    where somebody else has taken one since this process failed.
    """

    outcome: Outcome
    taken_at: datetime | None = None
    size: int | None = None
    refusal: str | None = None


class Schedule:
    """Takes backups in a thread of its own; what fails is told to the log and to ``last``, and tried again."""

    def __init__(self, house: House, look: float = _LOOK) -> None:
        """Keep the folder and the hours of the settings; without a folder nothing is ever taken."""
        folder = house.settings.backup_dir
        self._house = house
        self._worker = Worker(self._look, first=look, then=look, failed="backup_failed")
        self._folder = Path(folder) if folder else None
        self._every = timedelta(hours=house.settings.backup_hours)
        self._not_before: datetime | None = None
        self._attempt: tuple[Outcome, datetime | None, str | None] = ("none", None, None)
        self._seen: tuple[datetime, int] | None = None  # stays known while the folder is away
        self._owed: Backup | None = None  # whose line in the trail could not be written yet
        self._is_told = False  # that a backup of the future lies there

    def start(self) -> None:
        """Begin: the first is due at once where the newest is older than the hours."""
        if self._folder is not None:
            self._worker.start()

    def stop(self) -> None:
        """End, in the middle of a backup if need be."""
        self._worker.stop()

    @property
    def last(self) -> LastBackup:
        """What the folder says now: other servers and the command write to it, too."""
        if self._folder is None:
            return LastBackup("off")
        outcome, tried_at, refusal = self._attempt
        for path, newest in self._kept(self._folder, self._house.clock()).items():
            with contextlib.suppress(OSError):  # another has just removed it
                self._seen = newest, path.stat().st_size
                is_open = outcome == "failed" and self._owed is None
                if is_open and tried_at is not None and newest >= tried_at.replace(microsecond=0):
                    outcome, refusal = "done", None
                break
        taken_at, size = self._seen or (None, None)
        return LastBackup(outcome, taken_at, size, refusal)

    def is_due(self, now: datetime) -> bool:
        """Say whether a backup is due; a folder that another process has just written to is looked at too."""
        if self._folder is None or (self._not_before is not None and now < self._not_before):
            return False
        newest = next(iter(self._kept(self._folder, now).values()), None)
        return newest is None or now >= newest + self._every

    def _kept(self, folder: Path, now: datetime) -> dict[Path, datetime]:
        """Return the backups up to now, newest first. One of the future, by a wrong clock, is told of once.

        It puts off none: a clock that once ran ahead for a minute would else mean years without a backup.
        """
        found = kept(folder)
        past = {path: one for path, one in found.items() if one <= now}
        if len(past) < len(found) and not self._is_told:
            self._is_told = True
            name = next(path.name for path in found if path not in past)
            _log.warning("backup_of_the_future", extra={"facts": {"backup": name}})
        return past

    def take(self, now: datetime, breathe: Callable[[], None] = lambda: None) -> None:
        """Take one now, and keep what came of it."""
        assert self._folder is not None  # noqa: S101 - only where one is due
        try:
            done = take(self._house.database, self._folder, self._house.settings.backup_keep, now, breathe)
            self._owed = done
            self._put_on_record()
        except Stopped:
            raise
        except BackupRunning:
            return  # somebody else is at it: no failure, and the next look will see what came of it
        except Exception as error:  # noqa: BLE001 - whatever fails here must not end the schedule; it is logged
            code = error.code if isinstance(error, Refusal) else type(error).__name__
            self._attempt = "failed", now, code
            self._not_before = now + _AGAIN
            _log.exception("backup_failed", extra={"facts": {"code": code}})
            return
        self._not_before = None
        facts = {"backup": done.path.name, "bytes": done.size, "removed": len(done.removed)}
        _log.info("backup_taken", extra={"facts": facts})

    def _put_on_record(self) -> None:
        """Write the line of the backup that was taken last; until then it counts as failed."""
        if self._owed is not None:
            put_on_record(self._house.database, self._owed)
            self._attempt = "done", self._owed.taken_at, None
            self._seen = self._owed.taken_at, self._owed.size
            self._owed = None

    def _look(self) -> None:
        """Take one if it is due; a folder that cannot be read now is looked at again."""
        self._put_on_record()
        now = self._house.clock()
        if self.is_due(now):
            self.take(now, self._worker.breathe)
