"""What whoever watches the store is told of a commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Where a transaction's session keeps the acts that it recorded: their kinds, and how many postings each has.
RECORDED: Final = "recorded"


@dataclass(frozen=True, slots=True)
class Commit:
    """One durable commit: how many requests shared it, how long the database took, and the acts in it."""

    requests: int
    nanoseconds: int
    acts: Sequence[tuple[str, int]]  # kind of act, postings
