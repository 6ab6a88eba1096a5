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
from ledger.rules.seal import Json
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

    def has_begun(self, compound: str, actor: Actor, via: Mapping[str, str]) -> bool:
        """Say whether this process knows that today's first use has been written down."""
        return self._is_remembered(self._today(), _thing(compound, actor, What.ACCESS_BEGUN, via))

    def note_once(self, compound: str, actor: Actor, what: What, about: Mapping[str, Json]) -> None:
        """Write a line unless the same was written today.

        Raises:
            Unavailable: it cannot be written, so what it tells of must not happen.
        """
        day = self._today()
        thing = _thing(compound, actor, what, about)
        if self._is_remembered(day, thing):
            return
        note, now, since = Note(what, about), self._clock(), f"{day}T00:00:00Z"
        with self._database.reading() as session:
            is_noted = audit.is_noted(session.connection(), compound, actor, note, since)
        if not is_noted:  # but somebody else may be writing it at this moment
            self._database.write(
                lambda s: audit.write_once(s.connection(), compound, actor, now, note, since),
                compound=compound,
            )
        with self._lock:
            if day == self._day:
                self._of_the_day.add(thing)

    def note(self, compound: str, actor: Actor, note: Note) -> None:
        """Write a line, in a transaction of its own.

        Raises:
            Unavailable: it cannot be written, so what it tells of must not happen.
        """
        now = self._clock()
        self._database.write(
            lambda session: audit.write(session.connection(), compound, actor, now, [note]), compound=compound
        )

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    def _is_remembered(self, day: date, thing: _Thing) -> bool:
        with self._lock:
            if day != self._day:
                self._day, self._of_the_day = day, set()
            return thing in self._of_the_day


def _thing(compound: str, actor: Actor, what: What, about: Mapping[str, Json]) -> _Thing:
    return (compound, actor.user, what, *sorted(about.items()))
