"""The one thing a running application holds: its settings, its books, its clock, and its local secret."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import Request

from api.settings import Settings
from api.trail import Trail
from api.underway import Underway
from ledger.errors import StoreUnavailable
from ledger.store.append import random_salt
from ledger.store.session import Database
from migrations import config


def system_clock() -> datetime:
    """Return the present, aware: the only clock that the books ever see."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """What every request may use.

    ``local_secret`` lets a command line on this machine act as a named user: it is given to commands that run
    inside this process, and written to the lock file, which only the server's own account can read.
    """

    settings: Settings
    database: Database
    clock: Callable[[], datetime] = system_clock
    salt: Callable[[], str] = random_salt
    underway: Underway = field(default_factory=Underway, repr=False)
    local_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    trail: Trail = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open the audit trail on the same books, with the same clock."""
        object.__setattr__(self, "trail", Trail(self.database, self.clock))

    def open(self) -> None:
        """Take the books for this process.

        Raises:
            StoreUnavailable: another process has them, or they have not been built or upgraded.
        """
        if self.database.is_sqlite and not self.database.path.exists():
            raise _not_built()
        if not self.database.hold():
            raise StoreUnavailable(
                why_zh=f"另一个进程正在使用 {self.database.path}",
                why_en=f"another process uses {self.database.path}",
            )
        silence(self.database)
        if not is_current(self.database):
            self.database.close()
            raise _not_built()

    def announce(self, url: str) -> None:
        """Write into the lock file how a command on this machine reaches this server; SQLite only."""
        if self.database.is_sqlite:
            note = json.dumps({"url": url, "secret": self.local_secret, "pid": os.getpid()})
            lock_path(self.database).write_text(note, encoding="utf-8")

    def close(self) -> None:
        """Let go of the books."""
        silence(self.database)
        self.database.close()

    def now_text(self) -> str:
        """Return the present as it is stored: UTC in whole seconds."""
        return instant(self.clock())


def lock_path(database: Database) -> Path:
    """Return the path of the lock file of an SQLite database."""
    return database.path.with_name(f"{database.path.name}.lock")


def silence(database: Database) -> None:
    """Empty the lock file that this process holds: a note in it may be of a server that was killed."""
    if database.is_sqlite and lock_path(database).exists():
        os.truncate(lock_path(database), 0)


def instant(moment: datetime) -> str:
    """Write an aware moment as UTC text in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_current(database: Database) -> bool:
    """Say whether the database has been brought to the newest migration."""
    wanted = ScriptDirectory.from_config(config(database.engine)).get_current_head()
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() == wanted


def _not_built() -> StoreUnavailable:
    return StoreUnavailable(
        why_zh="数据库还没有建立或升级,请先运行 mingzhang init",
        why_en="the database has not been built or upgraded; run mingzhang init first",
    )


def house_of(request: Request) -> House:
    """Return the house of the application that answers this request."""
    house: House = request.app.state.house
    return house
