"""The three years of limitation: until when a court still hears a claim for a charge (Civil Code 188, 195).

The date is computed for each charge. It decides nothing by itself: a debt whose time has passed may still be paid,
and nothing is written off (Civil Code 192, L35).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

YEARS = 3  # Civil Code 188


class Cause(StrEnum):
    """What begins the three years anew (Civil Code 195; limitation rules of the Supreme Court 8 to 14)."""

    DEMAND = "demand"
    PARTIAL_PAYMENT = "partial_payment"
    INSTALMENT_PLAN = "instalment_plan"
    ACKNOWLEDGEMENT = "acknowledgement"
    SUIT = "suit"
    MEDIATION = "mediation"


#: Only the debtor's own promise revives a claim whose time has passed (Civil Code 192 ¶2).
_REVIVES = frozenset({Cause.INSTALMENT_PLAN, Cause.ACKNOWLEDGEMENT})


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Something that interrupts, and when it happened."""

    cause: Cause
    on: date


def three_years_after(day: date) -> date:
    """Return the last day of three years that begin the day after ``day`` (Civil Code 201, 202)."""
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:  # 29 February has no like in the third year
        return day.replace(year=day.year + YEARS, day=28)


def limitation_ends(due_on: date, interruptions: Iterable[Interrupted]) -> date:
    """Return the last day on which a claim may still be brought.

    Args:
        due_on: the day on which the charge fell due.
        interruptions: in any order; one before the due day counts for nothing, and so does one that came too late,
            unless the debtor promised.
    """
    ends = three_years_after(due_on)
    for one in sorted(interruptions, key=lambda each: each.on):
        if one.on <= ends or one.cause in _REVIVES:
            ends = max(ends, three_years_after(one.on))
    return ends
