"""Account codes as account names, in Chinese or English, and the order in which accounts stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from ledger.rules import chart
from reports.book.drawn import Place
from reports.book.key import Language


class Names:
    """The names of one book; each is made once."""

    def __init__(self, language: Language, zh: Mapping[str, str] | None = None) -> None:
        """Name accounts in ``language``; ``zh`` holds the Chinese paths stored with the accounts, by code."""
        self._zh = (zh or {}) if language == "zh" else None
        self._known: dict[Place, str] = {}
        self._padded: dict[Place, str] = {}

    def name(self, code: str, detail: str | None = None) -> str:
        """Return the name of an account, with its detail as last segment."""
        place = (code, detail)
        known = self._known.get(place)
        if known is None:
            base = code if self._zh is None else self._zh.get(code) or chart.account(code).zh
            known = self._known[place] = base if detail is None else f"{base}:{detail}"
        return known

    def padded(self, code: str, detail: str | None, width: int) -> str:
        """Return the name filled up to ``width`` columns, two for a wide character, and two blanks."""
        place = (code, detail)
        padded = self._padded.get(place)
        if padded is None:
            name = self.name(code, detail)
            columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in name)
            padded = self._padded[place] = name + " " * (max(0, width - columns) + 2)
        return padded

    def roots(self) -> dict[str, str]:
        """Return the names of the five roots by their codes."""
        return {root: root for root in chart.TYPES} if self._zh is None else chart.root_names()


def place_order(place: Place) -> tuple[int, str, str]:
    """Return the key that sorts places in the order of the chart, then by code point."""
    code, detail = place
    return chart.account(code).order, code, detail or ""
