"""What the trustee may take: a rate of the income recognised since the contract began, or a fixed sum a period.

The base is cumulative (chart 2.7, E21): what a later reversal takes away is carried to the next accrual, and only at
the contract's end is what was drawn too much claimed back. So remuneration to date is never above rate × base to date,
but for what was recognised before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.rules.money import round_half_up
from ledger.rules.period import first_day, last_day, months_back, months_between

_BP = 10_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract says: ``rate_bp`` of the income in ``accounts``, or ``fixed_minor`` fen every period.

    ``until``: its last day, where the contract or the vote has ended. Nothing is earned after it (Trust Law 35).
    """

    effective_from: str
    every_months: int
    contract: str
    rate_bp: int = 0
    accounts: tuple[str, ...] = ()
    fixed_minor: int = 0
    until: date | None = None

    def is_due(self, month: str) -> bool:
        """Say whether a period of the contract's rhythm ends with ``month``."""
        return int(month[5:]) % self.every_months == 0

    def begun(self, month: str) -> date:
        """Return the first day, not before the contract's own, of the period of its rhythm that ``month`` is in."""
        first = months_back(month, (int(month[5:]) - 1) % self.every_months)
        return first_day(max(first, self.effective_from))

    def is_held(self, month: str) -> bool:
        """Say whether the contract held in the period that ``month`` is in; never where it ended as it began."""
        if self.until is None:
            return self.effective_from <= month
        began = first_day(self.effective_from)
        return self.effective_from <= month and began < self.until and self.begun(month) <= self.until

    def counted_through(self, month: str) -> date:
        """Return the last day of ``month``, or the contract's own where that comes before."""
        return min(last_day(month), self.until or date.max)


@dataclass(frozen=True, slots=True)
class Earned:
    """The trustee's remuneration to date, in fen: its base, what is due on it, and what was recognised before."""

    terms: Terms
    through: str
    bases: dict[str, int]
    due_minor: int
    recognised_minor: int

    @property
    def base_minor(self) -> int:
        """The income that counts, less what was reversed of it."""
        return sum(self.bases.values())

    @property
    def accrual_minor(self) -> int:
        """What is still to be recognised; never negative."""
        return max(0, self.due_minor - self.recognised_minor)

    @property
    def overdrawn_minor(self) -> int:
        """What was recognised above what is due: carried, and claimed only at the contract's end."""
        return max(0, self.recognised_minor - self.due_minor)


def due_to_date(terms: Terms, through: str, base_minor: int) -> int:
    """Return what the trustee has earned from the contract's beginning through a month, in fen.

    A rate is rounded half up once, on the whole base; a base below zero earns nothing. A fixed sum is earned by whole
    periods of the rhythm that have ended; of the period in which the contract ends, by its days.
    """
    if terms.fixed_minor:
        months = months_between(terms.effective_from, through)
        return sum(_fixed_part(terms, month) for month in months if terms.is_due(month))
    return max(0, round_half_up(base_minor * terms.rate_bp, _BP))


def _fixed_part(terms: Terms, month: str) -> int:
    """Return what the period that ends with ``month`` earns of a fixed sum: all of it, or the part of its days."""
    first, last = terms.begun(month), last_day(month)
    days = (terms.counted_through(month) - first).days + 1
    return round_half_up(terms.fixed_minor * max(days, 0), (last - first).days + 1)
