"""Projects that only some units own: who pays how much of what was agreed, and when.

A unit's share follows from its weight: a coefficient of its floor, or its area. The largest remainder makes the
shares sum exactly (scene S20).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from ledger.errors import ProjectRefused
from ledger.rules.money import apportion

WHOLE_BP = 10_000


class Basis(StrEnum):
    """By what a project is shared."""

    COEFFICIENT = "coefficient"  # 1/10,000
    AREA = "area"  # 1/100 m²


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of an agreed sum: its day, and its weight against the other parts, in fen or basis points."""

    due_on: date
    weight: int


def shares(total_minor: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Return each unit's share of a sum in fen, by unit; a unit of no weight pays nothing.

    Raises:
        ProjectRefused: nobody pays.
    """
    units = sorted(weights)
    if not any(weights.values()):
        raise refused("没有分摊系数大于零的房屋", "no unit has a share", "/units")
    parts = apportion(total_minor, [weights[unit] for unit in units])
    return dict(zip(units, parts, strict=True))


def instalments_of(share_minor: int, instalments: Sequence[Instalment]) -> list[int]:
    """Return the parts of one unit's share, in fen; they sum to it."""
    return apportion(share_minor, [one.weight for one in instalments])


def check_instalments(total_minor: int, instalments: Sequence[Instalment]) -> None:
    """Refuse instalments that are not the whole sum: in basis points, or in fen.

    Raises:
        ProjectRefused: they sum to neither, or their days do not follow each other.
    """
    if sum(one.weight for one in instalments) not in {WHOLE_BP, total_minor}:
        raise refused(
            "各期合计须为 100% 或等于分摊总额",
            "the instalments come to neither 100 % nor the sum",
            "/instalments",
        )
    days = [one.due_on for one in instalments]
    if min(one.weight for one in instalments) <= 0 or any(
        later <= earlier for earlier, later in pairwise(days)
    ):
        raise refused(
            "各期须大于零,且日期逐期推后",
            "each instalment is above zero and later than the one before",
            "/instalments",
        )


def refused(zh: str, en: str, pointer: str | None = None) -> ProjectRefused:
    """Return the refusal of a project as it is written."""
    return ProjectRefused(pointer=pointer, why_zh=zh, why_en=en)
