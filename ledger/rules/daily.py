"""A balance held day by day: what a bank's interest is shared by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def fen_days(opening_minor: int, moved: Mapping[date, int], from_on: date, to_on: date) -> int:
    """Return the sum of the balances at the end of each day from ``from_on`` to ``to_on``, in fen.

    A day on which the balance is below zero counts as zero: nobody pays interest for another fund.

    Args:
        opening_minor: the balance before the first day.
        moved: what each day moved; days without a movement need not be there.
        from_on: the first day.
        to_on: the last day.
    """
    total, standing, since = 0, opening_minor, from_on
    for day in sorted(day for day in moved if from_on <= day <= to_on):
        total += max(standing, 0) * (day - since).days
        standing, since = standing + moved[day], day
    return total + max(standing, 0) * ((to_on - since).days + 1)
