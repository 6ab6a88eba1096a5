"""The books that Fava shows, built from the journal when it has moved on and kept while it has not.

<compound>            this year's public book, in Chinese: what every resident reads
<compound>_all        all years of it            <compound>_en   in English
<compound>_full       with units, for the treasurer, the committee and auditors
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from sqlmodel import Session

from api.fava.snapshot import BookSnapshot
from api.house import House
from api.members import Caller, actor_in
from api.operating.traces import spanned
from api.publishing import today_in
from ledger.errors import NotFound
from ledger.rules.audit import What
from ledger.rules.roles import FULL_READERS
from ledger.store.registers import head
from reports.book.book import BookKey, MonthCache, build_directives
from reports.book.key import Audience, Language

_SEPARATOR = "_"  # no compound's code holds it
_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Title:
    """Which book a slug names."""

    compound: str
    audience: Audience
    language: Language
    all_years: bool


def _title(slug: str) -> _Title:
    """Return which book a slug names.

    Raises:
        KeyError: none; variants stand in one order only, so that a book has one address.
    """
    compound, *variants = slug.split(_SEPARATOR)
    if variants != [one for one in ("full", "en", "all") if one in variants]:
        raise KeyError(slug)
    return _Title(
        compound,
        "full" if "full" in variants else "public",
        "en" if "en" in variants else "zh",
        "all" in variants,
    )


class Shelf:
    """All compounds' books, as snapshots; closed months are drawn once."""

    def __init__(self, house: House) -> None:
        """Begin empty; nothing is read before a book is asked for."""
        self._house = house
        self._months = MonthCache()
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[tuple[object, ...], BookSnapshot]] = OrderedDict()

    def snapshot(self, slug: str) -> BookSnapshot:
        """Return the newest state of a book; the same object while neither the journal nor the day has changed.

        Raises:
            KeyError: there is no such book.
        """
        title = _title(slug)
        with self._house.database.reading() as session:
            try:
                today = today_in(session, title.compound, self._house.clock())
                state = (*head(session, title.compound), today)
            except NotFound:
                raise KeyError(slug) from None
            with self._lock:
                kept = self._kept.get(slug)
                if kept is not None and kept[0] == state:
                    self._kept.move_to_end(slug)
                    return kept[1]
                made = self._build(session, title)
                self._kept[slug] = (state, made)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
                return made

    @spanned("draw book")
    def _build(self, session: Session, title: _Title) -> BookSnapshot:
        today = today_in(session, title.compound, self._house.clock())
        span = None if title.all_years else today.year
        key = BookKey(title.compound, title.audience, title.language)
        book = build_directives(session, key, today, span, cache=self._months)
        return BookSnapshot(
            title=book.title,
            entries=book.entries,
            generation=book.generation,
            etag=book.digest,
            day=today,
            options=book.options,
        )

    def drawn(self) -> dict[str, int]:
        """Return the act through which each compound's public book is drawn, where anybody has read it."""
        with self._lock:
            kept = {slug: state[0] for slug, (state, _) in self._kept.items() if _SEPARATOR not in slug}
        return {slug: seq for slug, seq in kept.items() if isinstance(seq, int)}

    def visible(self, slug: str, reader: Caller | None) -> bool:
        """Say whether a reader may see a book: the public ones everybody, the full one who may read units.

        That somebody reads the full one is written down, once a day.

        Raises:
            Unavailable: it cannot be written.
        """
        try:
            title = _title(slug)
        except KeyError:
            return False
        with self._house.database.reading() as session:
            try:
                head(session, title.compound)
            except NotFound:
                return False
            if title.audience == "public":
                return True
            actor = actor_in(session, reader, title.compound) if reader is not None else None
        if reader is None or actor is None or actor.role not in FULL_READERS:
            return False
        self._house.trail.begin_access(title.compound, actor, reader.via)
        self._house.trail.note_once(title.compound, actor, What.FULL_BOOK_READ, {"read": "pages"})
        return True
