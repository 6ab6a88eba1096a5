"""The time filter: a small grammar, read strictly, and resolved against the snapshot's own day.

Fava accepts much more (``0001 - 9999`` is an internal error, fiscal years a second calendar) and asks the
server's clock what "year" means. Here the compound's day decides, so the same address gives the same page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from fava.util.date import Interval, parse_date

_UNIT = r"\d{4}(?:-\d{2}(?:-\d{2})?|-[qQ][1-4]|-[wW]\d{2})?|(?:year|quarter|month|week|day)(?:[+-]\d{1,3})?"
_SPAN = re.compile(rf"({_UNIT})(?:\s?(?:-|to)\s?({_UNIT}))?", re.IGNORECASE)
_RELATIVE = re.compile(r"(year|quarter|month|week|day)([+-]\d{1,3})?")
_LONGEST = 40


@dataclass(frozen=True)
class Timespan:
    """Days from ``begin`` up to but not including ``end``; ``text`` is the absolute filter for Fava."""

    begin: date
    end: date
    text: str = ""

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.begin).days


def parse_timespan(value: str, today: date) -> Timespan | None:
    """Return the span that a time filter names, or ``None`` if it is not one of the accepted forms."""
    match = _SPAN.fullmatch(value.strip().lower()) if len(value) <= _LONGEST else None
    if match is None:
        return None
    first, last = match.group(1), match.group(2)
    try:
        texts = [_absolute(unit, today) for unit in (first, last) if unit]
        begin, end = parse_date(texts[0])[0], parse_date(texts[-1])[1]
    except (ValueError, OverflowError):
        return None
    if begin is None or end is None or begin >= end:
        return None
    return Timespan(begin, end, " - ".join(texts))


def count_intervals(span: Timespan, interval: Interval) -> int:
    """Return how many intervals the span has, to within one or two."""
    return span.days // interval.number_of_days(span.begin) + 1


def _absolute(unit: str, today: date) -> str:
    """Turn ``month-1`` into ``2026-02``; leave absolute units as they are. Raises ``OverflowError``."""
    match = _RELATIVE.fullmatch(unit)
    if match is None:
        return unit
    kind, offset = match.group(1), int(match.group(2) or 0)
    months = today.year * 12 + today.month - 1
    if kind == "year":
        return f"{today.year + offset:04}"
    if kind == "quarter":
        return f"{(months // 3 + offset) // 4:04}-q{(months // 3 + offset) % 4 + 1}"
    if kind == "month":
        return f"{(months + offset) // 12:04}-{(months + offset) % 12 + 1:02}"
    if kind == "week":
        return (today + timedelta(weeks=offset)).strftime("%G-w%V")
    return (today + timedelta(days=offset)).isoformat()
