"""Work that the server does again and again beside the requests, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

_log = logging.getLogger(__name__)
_BREATH: Final = 0.02  # seconds of rest between two stretches of work


class Stopped(Exception):
    """The work is to end before it is done."""


class Worker:
    """One thread and one job: what fails is told to the log, and tried again the next time."""

    def __init__(self, work: Callable[[], None], *, first: float, then: float, failed: str) -> None:
        """Do ``work`` ``first`` seconds after the start, then every ``then`` seconds; ``failed`` is the log's event."""
        self._work, self._first, self._then, self._failed = work, first, then, failed
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, in the middle of the work if need be."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def breathe(self) -> None:
        """Rest for a moment, so that requests go first.

        Raises:
            Stopped: it is told to end.
        """
        if self._stopping.wait(_BREATH):
            raise Stopped

    def _run(self) -> None:
        wait = self._first
        while not self._stopping.wait(wait):
            wait = self._then
            try:
                self._work()
            except Stopped:
                return
            except Exception:  # noqa: BLE001 - whatever fails must not end the thread; the next time may find it better
                _log.exception(self._failed)
