"""Group commit: requests that wait together share one transaction and one commit (design section 8).

Whoever comes first leads: it runs its own work and that of those who came meanwhile, each in a savepoint of its own, so
that a bad request spoils nobody else's, and commits once. Then it answers all, and the next who waits leads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from ledger.errors import StoreUnavailable
from ledger.store.commits import RECORDED, Commit
from ledger.store.failpoints import reach
from ledger.store.outage import busy, outage

T = TypeVar("T")

MOST = 64  # requests in a group
LONGEST_NS = 5_000_000  # nanoseconds after which a group takes nobody in: 5 ms


class GroupCommit:
    """The one writer of an SQLite database: a queue, and whoever leads it now."""

    def __init__(self, engine: Engine, watch: Callable[[Commit], None], patience: int) -> None:
        """Write through ``engine``, whose transactions must begin with the write lock taken; tell of each commit.

        Nobody waits longer than ``patience`` seconds for their turn.
        """
        self._engine, self._watch, self._patience = engine, watch, patience
        self._door = threading.Lock()
        self._waiting: deque[_Request] = deque()
        self._is_led = False
        self._led_since = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return len(self._waiting)

    @property
    def busy_ns(self) -> int:
        """How long the group that is running now has been running; 0 where none is."""
        since = self._led_since
        return time.monotonic_ns() - since if since else 0

    def write(self, work: Callable[[Session], T], *, keep: bool, alone: bool) -> T:
        """Run ``work`` in a savepoint of a shared transaction; return when the whole of it is committed.

        ``alone``: nobody else's work shares the transaction.

        Raises:
            BooksBusy: the turn did not come.
            StoreUnavailable: the group could not be committed: nothing of it is stored.
        """
        mine = _Request(work, keep=keep, alone=alone)
        with self._door:
            self._waiting.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            self._await(mine)
        if not mine.is_done:
            self._lead()
        found: T = mine.outcome()
        return found

    def _await(self, mine: _Request) -> None:
        """Wait until the work is done, or until it is this thread's turn to lead."""
        if mine.woken.wait(self._patience):
            return
        with self._door:
            if mine in self._waiting and not mine.woken.is_set():
                self._waiting.remove(mine)
                raise busy()
        mine.woken.wait()

    def _lead(self) -> None:
        group: list[_Request] = []
        try:
            self._run(group)
        except BaseException as error:
            known = outage(error) if isinstance(error, DBAPIError | NoConnection) else None
            for one in group:
                one.fail(known or _accident())
            if known is None:
                raise
        finally:
            self._hand_over(group)

    def _run(self, group: list[_Request]) -> None:
        """Take in who waits, run each in its savepoint, and commit.

        Raises:
            DBAPIError: the transaction is lost, and with it everything in ``group``.
        """
        began = self._led_since = time.monotonic_ns()
        group += self._next(group, began)
        with self._engine.connect() as connection, connection.begin():
            group[0].run(connection)
            while more := self._next(group, began):
                reach("between_savepoints")
                group += more
                more[0].run(connection)
            reach("before_commit")
            committing = time.monotonic_ns()
        reach("after_commit")
        acts = [act for one in group for act in one.acts]
        self._watch(Commit(len(group), time.monotonic_ns() - committing, acts))

    def _next(self, group: list[_Request], began: int) -> list[_Request]:
        """Return the request that joins the group now; an empty list where none does."""
        with self._door:
            is_full = len(group) >= MOST or time.monotonic_ns() - began >= LONGEST_NS
            if not self._waiting or (group and (is_full or group[0].alone or self._waiting[0].alone)):
                return []
            return [self._waiting.popleft()]

    def _hand_over(self, group: list[_Request]) -> None:
        """Wake those whose work is done, and whoever leads next."""
        reach("before_waking")
        for one in group:
            one.end()
        with self._door:
            self._led_since = 0
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].woken.set()


class _Request:
    """One request's work, and what came of it."""

    def __init__(self, work: Callable[[Session], Any], *, keep: bool, alone: bool) -> None:
        self.alone, self.is_done, self.woken = alone, False, threading.Event()
        self._work, self._keep = work, keep
        self.acts: list[tuple[str, int]] = []
        self._found: Any = None
        self._error: BaseException | None = None

    def run(self, connection: Connection) -> None:
        """Run the work in a savepoint; what it raises is its own affair, unless the transaction is gone with it.

        Raises:
            DBAPIError: the database has rolled the whole transaction back.
        """
        try:
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                self._found = self._work(session)
                if self._keep:
                    session.commit()
                    self.acts = session.info.get(RECORDED, [])
                else:
                    session.rollback()
        except BaseException as error:
            self._error = error
            if isinstance(error, DBAPIError) and not _is_open(connection):
                raise
            if not isinstance(error, Exception):
                raise

    def fail(self, error: Exception) -> None:
        """Say that nothing was stored."""
        self._error = error

    def end(self) -> None:
        """Let whoever waits go on."""
        self.is_done = True
        self.woken.set()

    def outcome(self) -> Any:  # Any: whatever the work answers
        """Return what the work answered, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._found


def _accident() -> StoreUnavailable:
    return StoreUnavailable(
        why_zh="系统出错,整组没有保存", why_en="something failed, and the whole group with it"
    )


def _is_open(connection: Connection) -> bool:
    """Say whether the database is still inside our transaction: a full disk makes SQLite roll all of it back."""
    raw = connection.connection.dbapi_connection
    return raw is not None and bool(raw.in_transaction)
