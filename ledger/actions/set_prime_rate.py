"""Put the loan prime rate on record from a day on: the cap of late fees counts from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from ledger.errors import PrimeRateMissing, RequestMalformed
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.tables import PrimeRate

_HIGHEST_BP = 10_000


@dataclass(frozen=True, slots=True)
class SetPrimeRate:
    """The one-year rate from ``from_on`` on, in basis points (3.00 % is 300), and where it was published."""

    from_on: date
    rate_bp: int
    source: str


def set_prime_rate(journal: Journal, command: SetPrimeRate) -> Recorded:
    """Append the rate; a newer act for the same day corrects it."""
    require(journal.actor, KEEPERS)
    if not 0 < command.rate_bp <= _HIGHEST_BP:
        raise RequestMalformed(
            pointer="/rate", why_zh="利率应在 0 与 100% 之间", why_en="the rate is between 0 and 100 %"
        )
    row = {
        "from_on": command.from_on,
        "rate_bp": command.rate_bp,
        "source": check_text(command.source, "/source", NAME_LIMIT),
    }
    return journal.record("prime_rate_set", journal.today, {PrimeRate: [row]})


def prime_rate_on(journal: Journal, day: date) -> int:
    """Return the rate in force on a day, in basis points.

    Raises:
        PrimeRateMissing: none is on record for that day.
    """
    query = (
        select(PrimeRate.rate_bp)
        .where(PrimeRate.compound == journal.compound, PrimeRate.from_on <= day)
        .order_by(col(PrimeRate.from_on).desc(), col(PrimeRate.seq).desc())
    )
    rate = journal.session.exec(query).first()
    if rate is None:
        raise PrimeRateMissing(pointer="/through", day=day.isoformat())
    return rate
