"""Late fees 违约金: simple interest, at most 1.3 times the loan prime rate of the day unless a reason says why.

Sources: Civil Code 585; interpretation of the general part of contracts, 65 (L36). It never compounds, and its name is
违约金: 滞纳金 is the state's word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.rules.money import round_half_up

CAP_TENTHS: Final = 13  # times the prime rate, in tenths
_DAYS: Final = 365
_BP: Final = 10_000


def highest_late_fee(debts: Iterable[tuple[int, int]], prime_rate_bp: int) -> int:
    """Return the most that may be charged, in fen, for debts of (fen, days late), rounded half up once.

    500.00 yuan, 90 days, 3.00 %: 500 × 3 % × 1.3 × 90 / 365 = 4.81 (scene S22).
    """
    product = sum(principal * days for principal, days in debts)
    return round_half_up(product * prime_rate_bp * CAP_TENTHS, _BP * 10 * _DAYS)
