"""Which book: whose, for whom, in which language; and the cache of its closed months."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

Audience = Literal["public", "full"]
Language = Literal["zh", "en"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BookKey:
    """A book of one compound, for one audience, in one language."""

    compound: str
    audience: Audience = "public"
    language: Language = "zh"


class MonthCache:
    """What was drawn before and is still true; the caller owns it and may drop it at any time.

    A slot (compound, audience, language, month …) is kept with the state that it was made in. A closed month
    has one state for ever; an open month has a new one with every voucher, and in the public book every day.
    Use it only with sessions that see committed rows: what is taken back must not stay here.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}  # Any: each slot has its own type
        self.made = 0

    def get(self, slot: Hashable, state: Hashable, make: Callable[[], T]) -> T:
        """Return what the slot holds in this state, making it if it must be; ``made`` counts how often."""
        kept = self._kept.get(slot)
        if kept is not None and kept[0] == state:
            return cast("T", kept[1])
        made = make()
        self.made += 1
        self._kept[slot] = (state, made)
        return made
