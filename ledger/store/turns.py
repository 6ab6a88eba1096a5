"""Turns of the writers of one compound within one process, on PostgreSQL.

They would wait for each other at the compound's head anyway. Waiting here, they hold no connection, and never so many
threads that nobody is left for the other compounds.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.store.outage import busy

MOST_WAITING = 32  # requests of one compound; more are told at once to come back


@dataclass
class _Turn:
    """One compound's turn, and how many want it."""

    door: threading.Lock = field(default_factory=threading.Lock)
    wanted_by: int = 0


class Turns:
    """Who writes in which compound now, and who waits."""

    def __init__(self, patience: int) -> None:
        """Let nobody wait longer than ``patience`` seconds."""
        self._patience = patience
        self._turns: dict[str, _Turn] = {}
        self._desk = threading.Lock()

    @contextlib.contextmanager
    def of(self, compound: str) -> Iterator[None]:
        """Wait for the compound's turn, and keep it while inside.

        Raises:
            BooksBusy: it did not come in time, or too many wait already.
        """
        with self._desk:
            turn = self._turns.setdefault(compound, _Turn())
            if turn.wanted_by > MOST_WAITING:
                raise busy()
            turn.wanted_by += 1
        try:
            if not turn.door.acquire(timeout=self._patience):
                raise busy()
            try:
                yield
            finally:
                turn.door.release()
        finally:
            with self._desk:
                turn.wanted_by -= 1
                if not turn.wanted_by:
                    del self._turns[compound]
