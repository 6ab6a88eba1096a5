"""A balance day by day: what interest is shared by."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.daily import fen_days
from ledger.rules.money import apportion

FIRST = date(2026, 1, 1)
MOVED = st.dictionaries(st.integers(0, 40), st.integers(-(10**9), 10**9), max_size=12)


def test_a_balance_that_does_not_move_counts_once_a_day() -> None:
    assert fen_days(500, {}, FIRST, FIRST + timedelta(days=9)) == 5_000


def test_the_day_of_a_movement_counts_with_the_balance_at_its_end() -> None:
    moved = {date(2026, 1, 3): 100}
    assert fen_days(0, moved, FIRST, date(2026, 1, 4)) == 200


def test_days_below_zero_count_as_zero_and_take_nothing_from_the_others() -> None:
    moved = {date(2026, 1, 2): -300, date(2026, 1, 3): 300}
    assert fen_days(100, moved, FIRST, date(2026, 1, 4)) == 100 + 0 + 100 + 100


@given(opening=st.integers(-(10**9), 10**9), moved=MOVED, days=st.integers(0, 40))
def test_it_is_the_sum_of_the_days_one_by_one(opening: int, moved: dict[int, int], days: int) -> None:
    by_day = {FIRST + timedelta(days=day): minor for day, minor in moved.items()}
    total, standing = 0, opening
    for day in range(days + 1):
        standing += moved.get(day, 0)
        total += max(standing, 0)
    assert fen_days(opening, by_day, FIRST, FIRST + timedelta(days=days)) == total


@given(
    amount=st.integers(1, 10**9), weights=st.lists(st.integers(0, 10**15), min_size=1, max_size=8).filter(any)
)
def test_the_parts_of_interest_sum_to_what_the_bank_shows(amount: int, weights: list[int]) -> None:
    parts = apportion(amount, weights)
    assert sum(parts) == amount
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
