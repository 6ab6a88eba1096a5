"""Votes of the owners: who takes part, who agrees, and whether that is enough (Civil Code 278).

Everything is counted twice, in heads and in area, on whole numbers: heads, and 1/100 m². Nothing is rounded; a fraction
is reached when the whole numbers reach it (three times those taking part against twice those entitled).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from ledger.errors import VoteImplausible
from ledger.rules.authority import Matter


class Choice(StrEnum):
    """How a unit chose; whoever abstains takes part."""

    AGREE = "agree"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Base(StrEnum):
    """Whose vote it is: of the whole compound, a building, a stair, or named units."""

    COMPOUND = "compound"
    BUILDING = "building"
    STAIR = "stair"
    UNITS = "units"


#: Raising the repair fund, rebuilding, and changing the use or making business of common parts: items 6 to 8 of
#: Civil Code 278. Using the repair fund (item 5) and everything else is ordinary.
SPECIAL = frozenset({Matter.REPAIR_RAISING, Matter.REBUILDING, Matter.COMMON_PARTS})


@dataclass(frozen=True, slots=True)
class Weight:
    """Owners, counted in heads, and in area in 1/100 m²."""

    heads: int
    area_hundredths: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Who could vote, who took part, who agreed."""

    entitled: Weight
    took: Weight
    agreed: Weight


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tally amounts to: the least that was needed of each figure, and whether it was reached."""

    is_special: bool
    least_taking: Weight
    least_agreeing: Weight
    has_quorum: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class Elector:
    """One unit in a vote: whose head it belongs to, and its area in 1/100 m²."""

    head: Hashable
    area_hundredths: int


def outcome(matter: Matter, tally: Tally) -> Outcome:
    """Return what a tally amounts to for a matter: computed, never entered (L20, L21)."""
    is_special = matter in SPECIAL
    least_taking = Weight(_two_thirds(tally.entitled.heads), _two_thirds(tally.entitled.area_hundredths))
    enough = _three_quarters if is_special else _more_than_half
    least_agreeing = Weight(enough(tally.took.heads), enough(tally.took.area_hundredths))
    has_quorum = _reaches(tally.took, least_taking)
    return Outcome(
        is_special,
        least_taking,
        least_agreeing,
        has_quorum,
        has_quorum and _reaches(tally.agreed, least_agreeing),
    )


def _two_thirds(whole: int) -> int:
    return -(-2 * whole // 3)  # the least n with 3n >= 2 · whole


def _more_than_half(whole: int) -> int:
    return whole // 2 + 1


def _three_quarters(whole: int) -> int:
    return -(-3 * whole // 4)


def _reaches(found: Weight, least: Weight) -> bool:
    return found.heads >= least.heads and found.area_hundredths >= least.area_hundredths


def check_tally(tally: Tally, pointer: str = "/took") -> None:
    """Refuse figures that cannot be.

    Raises:
        VoteImplausible: more agreed than took part, more took part than could, or heads without area.
    """
    steps = (tally.agreed, tally.took, tally.entitled)
    for part, whole in pairwise(steps):
        if not 0 <= part.heads <= whole.heads or not 0 <= part.area_hundredths <= whole.area_hundredths:
            raise VoteImplausible(
                pointer=pointer,
                why_zh=f"同意不能多于参与,参与不能多于全体({tally.entitled.heads} 人)",
                why_en=f"no more agree than take part, and no more take part than may ({tally.entitled.heads} heads)",
            )
    if any((one.heads == 0) != (one.area_hundredths == 0) for one in steps) or tally.entitled.heads == 0:
        raise VoteImplausible(
            pointer=pointer,
            why_zh="人数和面积不能只有一项为零,应参加表决的业主不能为零",
            why_en="heads and area are zero together, and somebody may vote",
        )


def weigh(electors: Iterable[Elector]) -> Weight:
    """Return how many heads and how much area some units are; one head of several units counts once."""
    some = list(electors)
    return Weight(len({one.head for one in some}), sum(one.area_hundredths for one in some))


def count(electors: Mapping[str, Elector], ballots: Mapping[str, Choice]) -> Tally:
    """Return the tally of ballots by unit.

    An owner has one voice (区分所有解释 9): ballots of one head that differ count as taking part without agreeing, and
    of an owner who casts any ballot all units take part.
    """
    voices: dict[Hashable, set[Choice]] = defaultdict(set)
    for unit, choice in ballots.items():
        voices[electors[unit].head].add(choice)
    took = [one for one in electors.values() if one.head in voices]
    agreed = [one for one in took if voices[one.head] == {Choice.AGREE}]
    return Tally(weigh(electors.values()), weigh(took), weigh(agreed))


def annulment_ends_on(announced_on: date) -> date:
    """Return the last day on which an owner who knew at once may ask a court to annul (区分所有解释 12: one year)."""
    try:
        return announced_on.replace(year=announced_on.year + 1)
    except ValueError:  # 29 February
        return date(announced_on.year + 1, 2, 28)
