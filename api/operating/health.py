"""Whether the server can do its work now: each thing that it needs, looked at one by one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any, Final

import pysqlite3.dbapi2 as sqlite
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from ledger.store.privileges import liberties
from ledger.store.session import Database

_LONGEST_NS: Final = 600_000_000_000  # as long as a proxy waits for an import or a close (docs/operating.md)
_OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a server that has started; ``revision`` is that of the migrations that it started with."""

    database: Database
    revision: str | None
    disk_floor: int
    stuck_ns: int = _LONGEST_NS

    @classmethod
    def of(cls, database: Database, disk_floor: int) -> Health:
        """Take the database, which has just been found up to date, for the measure."""
        return cls(database, _revision(database), disk_floor)

    def checks(self) -> dict[str, dict[str, Any]]:
        """Look at everything now; the words are ours, so that no path and no secret is in them."""
        found = {"database": self._books(), "writer": self._writer()}
        if self.database.is_sqlite:
            found["disk"] = self._disk()
            found["sqlite"] = {
                "ok": True,
                "version": sqlite.sqlite_version,
            }  # no unsafe one would have started
        elif found["database"]["ok"]:
            found["role"] = {"ok": True, "may_change_the_past": not liberties(self.database).is_bound}
        return found

    def _books(self) -> dict[str, Any]:
        try:
            revision = _revision(self.database)
        except SQLAlchemyError:
            return _found("the database does not answer")
        if revision is None:
            return _found("the books are not there")
        return _found(_OK if revision == self.revision else "migrated while the server runs: restart it")

    def _writer(self) -> dict[str, Any]:
        is_stuck = self.database.busy_ns > self.stuck_ns
        return {
            **_found("one write does not end" if is_stuck else _OK),
            "waiting": self.database.waiting,
        }

    def _disk(self) -> dict[str, Any]:
        try:
            free = shutil.disk_usage(self.database.path.parent).free
        except OSError:
            return _found("the folder of the books cannot be read")
        return _found(_OK if free >= self.disk_floor else "less than the floor is free")


def _found(said: str) -> dict[str, Any]:
    return {"ok": said == _OK, "said": said}


def _revision(database: Database) -> str | None:
    """Return the migration that the database is at."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()
