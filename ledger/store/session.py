"""The engine, and the one place that commits.

SQLite is opened in WAL with synchronous FULL by one process, which holds a file lock for its life, and by one writer
inside it, which commits for all who wait; PostgreSQL commits per request and may have many processes.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from ledger.errors import OutcomeUnknown, StoreUnavailable
from ledger.store import sqlite_dialect
from ledger.store.authorizer import guard
from ledger.store.commits import RECORDED, Commit
from ledger.store.failpoints import reach
from ledger.store.group_commit import GroupCommit
from ledger.store.outage import is_lost, is_outage, outage
from ledger.store.turns import Turns

T = TypeVar("T")
_log = logging.getLogger(__name__)

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # so that REPLACE meets the triggers that refuse deletion
    "trusted_schema=OFF",
)
_OLDEST_SAFE_SQLITE = (3, 51, 3)  # older libraries can corrupt a WAL database
_RETRIES = 5
_SERIALISATION = frozenset({"40001", "40P01"})
PATIENCE = 30  # seconds that a request waits for its turn: bulk acts take some
_LOCKED_OUT = 10  # seconds, at most, for a stranger who has locked the file: only we should
_MOST = 128  # connections at once: no request takes more than two (api.admission)
_IDLE = 5  # connections that are kept


class Database:
    """One SQL database with the books of one installation.

    ``url`` is an SQLAlchemy address: ``sqlite:///books.db`` or ``postgresql+psycopg://…``.
    """

    def __init__(self, url: str, *, patience: int = PATIENCE) -> None:
        """Open the engine; nothing is read or written yet, and nobody will wait longer than ``patience`` seconds."""
        self.url = make_url(url)
        self._group: GroupCommit | None = None
        self._lock_file: int | None = None
        self.watch: Callable[[Commit], None] | None = None  # told of every commit
        if self.is_sqlite:
            if sqlite.sqlite_version_info < _OLDEST_SAFE_SQLITE:
                raise StoreUnavailable(
                    why_zh=f"SQLite {sqlite.sqlite_version} 过旧",
                    why_en=f"SQLite {sqlite.sqlite_version} is too old",
                )
            busy = min(patience, _LOCKED_OUT)
            self._reader = _sqlite_engine(self.url, begin="BEGIN", busy=busy, read_only=True)
            self._writer = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", busy=busy)
            self._owner = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", busy=busy, guarded=False)
            self._group = GroupCommit(self._writer, self._tell, patience)
        else:
            self._turns = Turns(patience)
            self._reader = create_engine(
                self.url,
                isolation_level="REPEATABLE READ",
                execution_options={"postgresql_readonly": True},
                hide_parameters=True,
                **_pool(patience),
            )
            self._writer = self._owner = _postgresql_writer(self.url, patience)

    @property
    def is_sqlite(self) -> bool:
        """Whether the books are in a file of this machine."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """The database file; only where ``is_sqlite``."""
        return Path(str(self.url.database))

    @property
    def engine(self) -> Engine:
        """The engine that builds and migrates: of a file nothing holds it back but the triggers."""
        return self._owner

    @property
    def writer(self) -> Engine:
        """The engine that the application writes through, for whoever watches it."""
        return self._writer

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the books from beginning to end and cannot write."""
        with Session(self._reader) as session:
            yield session

    def write(
        self, work: Callable[[Session], T], *, keep: bool = True, alone: bool = False, compound: str = ""
    ) -> T:
        """Run ``work`` in one transaction and commit it once; if it raises, nothing is stored.

        ``keep=False`` rolls back at the end all the same: a dry run. On SQLite requests that wait together share a
        commit (``group_commit``), but for those that want to be ``alone``: bulk acts. On PostgreSQL every request
        commits for itself, after those of the same ``compound``, and the whole of ``work`` is run again when the
        database asks for it (40001, 40P01).

        Raises:
            BooksBusy: the turn did not come.
            StoreUnavailable: the database is locked, full, read-only or gone.
            OutcomeUnknown: it went away in the middle of the commit.
        """
        for attempt in range(_RETRIES):
            try:
                if self._group is not None:
                    return self._group.write(work, keep=keep, alone=alone)
                with self._turns.of(compound) if compound else contextlib.nullcontext():
                    return self._write_once(work, keep=keep)
            except NoConnection as error:
                raise outage(error) from error
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state in _SERIALISATION and attempt + 1 < _RETRIES:
                    continue
                if not is_outage(error):
                    raise
                raise outage(error) from error
        raise AssertionError  # the last attempt returns or raises

    def _write_once(self, work: Callable[[Session], T], *, keep: bool) -> T:
        with Session(self._writer) as session:
            result = work(session)
            if keep:
                committing = time.monotonic_ns()
                self._commit(session)
                took = time.monotonic_ns() - committing
                self._tell(Commit(1, took, session.info.get(RECORDED, [])))
            else:
                session.rollback()
            return result

    def _commit(self, session: Session) -> None:
        reach("before_commit")
        try:
            session.commit()
        except DBAPIError as error:
            if is_lost(error):
                raise OutcomeUnknown from error
            raise
        reach("after_commit")

    def _tell(self, commit: Commit) -> None:
        """Tell who watches; what goes wrong there must not make a durable act look like a refused one."""
        try:
            if self.watch is not None:
                self.watch(commit)
        except Exception:  # noqa: BLE001 - whatever it is, the act is stored
            _log.exception("a commit could not be told of")

    @property
    def waiting(self) -> int:
        """How many requests wait for the one writer; none ever on PostgreSQL."""
        return self._group.waiting if self._group is not None else 0

    @property
    def busy_ns(self) -> int:
        """How long the one writer has been at its present group; 0 on PostgreSQL."""
        return self._group.busy_ns if self._group is not None else 0

    def hold(self) -> bool:
        """Take the file lock that makes this the one process of an SQLite database; say whether it was free."""
        if not self.is_sqlite or self._lock_file is not None:
            return True
        handle = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._lock_file = handle
        return True

    def close(self) -> None:
        """Close all connections and let go of the file lock."""
        self._reader.dispose()
        self._writer.dispose()
        self._owner.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None


def _pool(patience: int) -> dict[str, int]:
    return {"pool_size": _IDLE, "max_overflow": _MOST - _IDLE, "pool_timeout": patience}


def _postgresql_writer(url: URL, patience: int) -> Engine:
    """Return an engine whose statements wait for a lock no longer than ``patience`` seconds."""
    given = str(url.query.get("options", ""))
    waiting = f"{given} -c lock_timeout={patience}s".strip()
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        connect_args={"options": waiting},
        pool_timeout=patience,
    )


def _sqlite_engine(
    url: URL, *, begin: str, busy: int, read_only: bool = False, guarded: bool = True
) -> Engine:
    """Return an engine on pysqlite3 whose transactions we begin ourselves.

    ``guarded``: the connections can neither change a fact nor touch the schema (``authorizer``).
    """
    engine = create_engine(
        url.set(drivername=sqlite_dialect.NAME),
        module=sqlite,
        begin=begin,
        hide_parameters=True,  # they hold names and units
        **_pool(busy),
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={busy * 1000}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        if guarded:
            guard(connection)

    return engine
