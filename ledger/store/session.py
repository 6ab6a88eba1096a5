"""The engine, and the one place that commits.

SQLite is opened in WAL with synchronous FULL by one process, which holds a file lock for its life, and by one writer
inside it, which commits for all who wait; PostgreSQL commits per request and may have many processes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from ledger.errors import StoreUnavailable
from ledger.store.group_commit import GroupCommit

T = TypeVar("T")

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # so that REPLACE meets the triggers that refuse deletion
    "trusted_schema=OFF",
    "busy_timeout=10000",
)
_OLDEST_SAFE_SQLITE = (3, 51, 3)  # older libraries can corrupt a WAL database
_RETRIES = 5
_SERIALISATION = frozenset({"40001", "40P01"})


class Database:
    """One SQL database with the books of one installation.

    ``url`` is an SQLAlchemy address: ``sqlite:///books.db`` or ``postgresql+psycopg://…``.
    """

    def __init__(self, url: str) -> None:
        """Open the engine; nothing is read or written yet."""
        self.url = make_url(url)
        self._group: GroupCommit | None = None
        self._lock_file: int | None = None
        if self.is_sqlite:
            if sqlite.sqlite_version_info < _OLDEST_SAFE_SQLITE:
                raise StoreUnavailable(
                    why_zh=f"SQLite {sqlite.sqlite_version} 过旧",
                    why_en=f"SQLite {sqlite.sqlite_version} is too old",
                )
            self._reader = _sqlite_engine(self.url, begin="BEGIN", read_only=True)
            self._writer = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", read_only=False)
            self._group = GroupCommit(self._writer)
        else:
            self._reader = create_engine(
                self.url, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True}
            )
            self._writer = create_engine(self.url, isolation_level="READ COMMITTED")

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
        """The writing engine, for migrations."""
        return self._writer

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the books from beginning to end and cannot write."""
        with Session(self._reader) as session:
            yield session

    def write(self, work: Callable[[Session], T], *, keep: bool = True, alone: bool = False) -> T:
        """Run ``work`` in one transaction and commit it once; if it raises, nothing is stored.

        ``keep=False`` rolls back at the end all the same: a dry run. On SQLite requests that wait together share a
        commit (``group_commit``), but for those that want to be ``alone``: bulk acts. On PostgreSQL every request
        commits for itself, and the whole of ``work`` is run again when the database asks for it (40001, 40P01).

        Raises:
            StoreUnavailable: the database is locked, full, read-only or gone.
        """
        for attempt in range(_RETRIES):
            try:
                if self._group is not None:
                    return self._group.write(work, keep=keep, alone=alone)
                return self._write_once(work, keep=keep)
            except OperationalError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state in _SERIALISATION and attempt + 1 < _RETRIES:
                    continue
                raise StoreUnavailable(
                    why_zh="数据库忙、已满或不可写", why_en=str(error.orig)[:200]
                ) from error
        raise AssertionError  # the last attempt returns or raises

    def _write_once(self, work: Callable[[Session], T], *, keep: bool) -> T:
        with Session(self._writer) as session:
            result = work(session)
            if keep:
                session.commit()
            else:
                session.rollback()
            return result

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
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None


def _sqlite_engine(url: URL, *, begin: str, read_only: bool) -> Engine:
    """Return an engine on pysqlite3 whose transactions we begin ourselves."""
    engine = create_engine(url, module=sqlite)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def is_alive(database: Database) -> bool:
    """Say whether the database answers."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True
