"""The rounds: some time after the start and then once a day, every chain and every trail is walked from end to end.

A round also looks whether the head that it found last time is still a link of the chain: books rewritten whole behind
a running server verify in themselves, and are found all the same. It goes slowly, so that requests do not wait for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.chain import Findings, compounds, state_of
from api.house import House
from api.worker import Worker
from ledger.rules.audit import INSTALLATION
from ledger.store.tables import Act, Audit

_log = logging.getLogger(__name__)
_AFTER_START: Final = 60.0  # seconds
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Verified:
    """How a chain was found: through which act, when, and whether it, its audit trail and its open charges held.

    Of the installation, which has only a trail, ``seq`` is the number of a line.
    """

    seq: int
    at: datetime
    is_sound: bool


class Rounds:
    """Walks along the chains in a thread of its own."""

    def __init__(self, house: House, hours: int) -> None:
        """Walk every ``hours`` hours once started; never if 0."""
        self._house, self._hours = house, hours
        self._worker = Worker(self.walk, first=_AFTER_START, then=hours * _HOUR, failed="round_failed")
        self._verified: dict[str, Verified] = {}
        self._trusted: dict[str, tuple[int, str]] = {}  # the newest head that was found sound
        self._trails: dict[str, tuple[int, str]] = {}  # the newest line of a trail that was

    def start(self) -> None:
        """Begin, a minute from now."""
        if self._hours:
            self._worker.start()

    def stop(self) -> None:
        """End, in the middle of a round if need be."""
        self._worker.stop()

    def verified(self) -> dict[str, Verified]:
        """Return how each compound's chain, and the installation's trail, was found last; if a round has reached it."""
        return dict(self._verified)

    def walk(self) -> None:
        """Walk along every chain once, also one that is no longer where it was."""
        with self._house.database.reading() as session:
            found = compounds(session)
        for compound in [*found, *sorted(self._trusted.keys() - set(found))]:
            try:
                with self._house.database.reading() as session:
                    self._walk(session, compound)
            except SQLAlchemyError:  # it could not be read now; /readyz says why, and the others are walked
                _log.exception("round_failed", extra={"facts": {"compound": compound}})

    def _walk(self, session: Session, compound: str) -> None:
        """Walk along one chain and its audit trail, and tell the log where they do not hold."""
        found = state_of(session, compound, self._worker.breathe)
        if compound in self._trusted and compound != INSTALLATION:
            known, was = self._trusted[compound]
            act = found.attempt("chain", lambda: session.get(Act, (compound, known)))
            if act is None or act.hash != was:
                found.links = tuple(sorted({*found.links, known}))
        self._follow_trail(session, found)
        self._verified[compound] = Verified(found.seq, self._house.clock(), found.is_sound)
        _tell(found)
        if not found.links and not found.unreadable:
            self._trusted[compound] = found.seq, found.hash

    def _follow_trail(self, session: Session, found: Findings) -> None:
        """Look whether the newest line of last time is still one of the trail: no close anchors the installation's."""
        if found.compound in self._trails:
            known, was = self._trails[found.compound]
            line = found.attempt("audit trail", lambda: session.get(Audit, (found.compound, known)))
            if line is None or line.hash != was:
                found.unreadable.setdefault("audit trail", "Rewritten")
        trail = found.trail
        if trail is not None and trail.number and trail.is_sound and "audit trail" not in found.unreadable:
            self._trails[found.compound] = trail.number, trail.hash


def _tell(found: Findings) -> None:
    """Tell the log where books do not hold, or that their chain does."""
    of, trail = {"compound": found.compound}, found.trail
    if trail is not None and not trail.is_sound:
        lines = {"broken": len(trail.broken), "closes": len(trail.anchors), "acts": len(trail.untold)}
        _log.critical("audit_trail_broken", extra={"facts": {**of, **lines}})
    if found.charges:
        _log.critical("open_charges_differ", extra={"facts": {**of, "charges": len(found.charges)}})
    if found.contradictions:
        first, what = found.contradictions[0]
        facts = {"first": first, "what": what, "contradictions": len(found.contradictions)}
        _log.critical("facts_contradict", extra={"facts": {**of, **facts}})
    if found.files:
        damaged = {"first": found.files[0], "damaged": len(found.files)}
        _log.critical("files_damaged", extra={"facts": {**of, **damaged}})
    if found.members:
        _log.critical("members_differ", extra={"facts": {**of, "members": list(found.members[:10])}})
    if found.unreadable:
        _log.critical("books_unreadable", extra={"facts": {**of, "parts": sorted(found.unreadable)}})
    if found.links:
        facts = {"head": found.seq, "first_broken": found.links[0], "broken": len(found.links)}
        _log.critical("chain_broken", extra={"facts": {**of, **facts}})
    elif not found.unreadable and (found.compound != INSTALLATION or found.is_sound):
        _log.info("chain_sound", extra={"facts": {**of, "head": found.seq, "hash": found.hash}})
