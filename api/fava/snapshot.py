"""What these pages need to know: a book as directives, and who may see which book.

Nothing here knows SQL or HTTP; whoever owns the journal implements ``BookShelf``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from beancount.core.data import Directive
from fava.helpers import BeancountError

#: A compound's code and a variant, as the shelf likes; it only must be harmless in a URL.
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class BookSnapshot:
    """One immutable state of one book: a compound, an audience, a language and a span of time.

    ``entries`` are sorted as Beancount sorts them; the list is never changed after it is handed over.
    ``options`` override Beancount's defaults (``operating_currency``, ``name_assets``, ``include``); each
    path in them and in the entries' metadata is relative to the book's folder.
    ``generation`` rises with every change of the book: an open page offers to reload when it does.
    ``etag`` is a hash of everything that the pages show, ``day`` included.
    ``day`` is today in the compound's time zone: relative time filters and coming events count from it.
    """

    title: str
    entries: Sequence[Directive]
    generation: int
    etag: str
    day: date
    options: Mapping[str, object] = field(default_factory=dict)
    errors: Sequence[BeancountError] = ()


R_contra = TypeVar("R_contra", contravariant=True)


class BookShelf(Protocol[R_contra]):
    """Where the books come from. Called in worker threads, several at a time; both may read SQL.

    ``snapshot`` is called for every page: it returns the same object as long as the book has not changed.
    """

    def snapshot(self, slug: str) -> BookSnapshot:
        """Return the newest state of the book, or raise ``KeyError`` if there is no such book."""
        ...

    def visible(self, slug: str, reader: R_contra | None) -> bool:
        """Say whether the reader (``None``: not signed in) may see the book; unknown books: no."""
        ...
