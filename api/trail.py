"""The audit trail as the doors write it: who came in, and who read what names households.

One line for a user, a thing and a day (of UTC), however often it is read; what is exported is written down each time.
Strangers who read what is public are not written down: it would be collecting data about readers.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from ledger.errors import Unavailable
from ledger.rules.audit import Note, What
from ledger.rules.roles import Actor
from ledger.store import audit
from ledger.store.session import Database

_Thing = tuple[object, ...]  # compound, user, what, about


class Trail:
    """The trail of every compound of one installation, and what of today is in it already."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Remember nothing of the day yet; what another process wrote is found in the database."""
        self._database, self._clock = database, clock
        self._day, self._of_the_day = date.min, set[_Thing]()
        self._lock = threading.Lock()

    def begin_access(self, compound: str, actor: Actor, via: Mapping[str, str]) -> None:
        """Write down a user's first use of a token, or of the local command line, on a day.

        Where it cannot be written the door stays open for what does not ask for a line of its own: a full disk must
        not keep members from their books. It is tried again at the next request.
        """
        with contextlib.suppress(Unavailable):
            self.note_once(compound, actor, What.ACCESS_BEGUN, via)

    def note_once(self, compound: str, actor: Actor, what: What, about: Mapping[str, str]) -> None:
        """Write a line unless the same was written today; another process may do so at the same moment.

        Raises:
            Unavailable: it cannot be written, so what it tells of must not happen.
        """
        day = self._clock().astimezone(UTC).date()
        thing = (compound, actor.user, what, *sorted(about.items()))
        if self._is_remembered(day, thing):
            return
        note = Note(what, about)
        with self._database.reading() as session:
            is_noted = audit.is_noted(session, compound, actor, note, f"{day}T00:00:00Z")
        if not is_noted:
            self.note(compound, actor, note)
        with self._lock:
            if day == self._day:
                self._of_the_day.add(thing)

    def note(self, compound: str, actor: Actor, note: Note) -> None:
        """Write a line, in a transaction of its own.

        Raises:
            Unavailable: it cannot be written, so what it tells of must not happen.
        """
        now = self._clock()
        self._database.write(lambda session: audit.write(session.connection(), compound, actor, now, [note]))

    def _is_remembered(self, day: date, thing: _Thing) -> bool:
        with self._lock:
            if day != self._day:
                self._day, self._of_the_day = day, set()
            return thing in self._of_the_day
