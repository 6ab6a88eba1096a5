"""The live ledgers: one per book, always of the newest snapshot, built once however many ask.

Fava keeps its ledgers in ``app.config["LEDGERS"]``, loads all at once and names all on every page.
Ours hands Fava exactly the one ledger that the door has admitted for this request, and knows no other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NoReturn

from flask import abort, has_request_context, request

from api.fava.ledger import SnapshotLedger
from api.fava.snapshot import BookSnapshot

#: WSGI environ key of the admitted ``(slug, ledger)``. No client can set it: headers become ``HTTP_…``.
ADMITTED = "mingzhang.admitted"


class LiveLedgers:
    """Ledgers by slug; the least recently used goes first when there are more than ``size``."""

    def __init__(self, size: int) -> None:
        """Keep at most ``size`` ledgers alive."""
        self._size = size
        self._live: OrderedDict[str, SnapshotLedger] = OrderedDict()
        self._building: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def ledger_for(self, slug: str, snapshot: BookSnapshot) -> SnapshotLedger:
        """Return the ledger of this snapshot, building it if the live one is of another state.

        Readers of the older ledger keep it until their request ends. A request that comes with an older
        snapshot than the live one (it was overtaken) gets the newer ledger.
        """
        live = self._newest(slug, snapshot)
        if live is not None:
            return live
        with self._lock:
            building = self._building.setdefault(slug, threading.Lock())
        with building:
            live = self._newest(slug, snapshot)
            if live is None:
                live = SnapshotLedger(snapshot)
                self._keep(slug, live)
        return live

    def slugs(self) -> list[str]:
        """Return the slugs of the ledgers that are alive, the least recently used first."""
        with self._lock:
            return list(self._live)

    def _newest(self, slug: str, snapshot: BookSnapshot) -> SnapshotLedger | None:
        with self._lock:
            live = self._live.get(slug)
            if live is None:
                return None
            known = live.snapshot
            if known.etag != snapshot.etag and known.generation <= snapshot.generation:
                return None
            self._live.move_to_end(slug)
            return live

    def _keep(self, slug: str, ledger: SnapshotLedger) -> None:
        with self._lock:
            self._live[slug] = ledger
            self._live.move_to_end(slug)
            while len(self._live) > self._size:
                gone, _ = self._live.popitem(last=False)
                self._building.pop(gone, None)


class AdmittedLedger:
    """What Fava finds in ``app.config["LEDGERS"]``: the one ledger of this request, or nothing."""

    @property
    def ledgers(self) -> tuple[()]:
        """Return nothing: no page may enumerate books."""
        return ()

    def first_slug(self) -> NoReturn:
        """Refuse: the root must not reveal a book."""
        abort(404)

    def items(self) -> tuple[()]:
        """Return nothing: Fava would list these as other ledgers on every page."""
        return ()

    def __getitem__(self, slug: str) -> SnapshotLedger:
        """Return the admitted ledger; raise ``KeyError`` for another slug, or if the door was passed by."""
        admitted = request.environ.get(ADMITTED) if has_request_context() else None
        if admitted is None or admitted[0] != slug:
            raise KeyError(slug)
        ledger: SnapshotLedger = admitted[1]
        return ledger
