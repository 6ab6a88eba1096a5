from __future__ import annotations

from datetime import date

import pytest

from ledger.rules.limitation import Cause, Interrupted, limitation_ends, three_years_after

DUE = date(2025, 9, 30)


def test_a_claim_is_heard_for_three_years_after_the_day_it_fell_due() -> None:
    assert limitation_ends(DUE, []) == date(2028, 9, 30)


def test_three_years_from_a_leap_day_end_on_the_last_day_of_february() -> None:
    assert three_years_after(date(2024, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_begins_the_three_years_anew(cause: Cause) -> None:
    assert limitation_ends(DUE, [Interrupted(cause, date(2026, 1, 12))]) == date(2029, 1, 12)


def test_the_newest_cause_counts_in_whatever_order_they_are_told() -> None:
    causes = [
        Interrupted(Cause.DEMAND, date(2028, 12, 1)),
        Interrupted(Cause.PARTIAL_PAYMENT, date(2026, 1, 12)),
    ]
    assert limitation_ends(DUE, causes) == date(2031, 12, 1)


def test_a_demand_on_the_last_day_is_in_time_and_one_on_the_next_day_is_not() -> None:
    assert limitation_ends(DUE, [Interrupted(Cause.DEMAND, date(2028, 9, 30))]) == date(2031, 9, 30)
    assert limitation_ends(DUE, [Interrupted(Cause.DEMAND, date(2028, 10, 1))]) == date(2028, 9, 30)


@pytest.mark.parametrize(
    ("cause", "ends"),
    [
        (Cause.ACKNOWLEDGEMENT, date(2032, 1, 1)),
        (Cause.INSTALMENT_PLAN, date(2032, 1, 1)),
        (Cause.PARTIAL_PAYMENT, date(2028, 9, 30)),
        (Cause.SUIT, date(2028, 9, 30)),
    ],
)
def test_after_the_end_only_the_debtors_own_promise_revives_the_claim(cause: Cause, ends: date) -> None:
    assert limitation_ends(DUE, [Interrupted(cause, date(2029, 1, 1))]) == ends


def test_money_that_came_before_the_debt_fell_due_changes_nothing() -> None:
    paid_ahead = Interrupted(Cause.PARTIAL_PAYMENT, date(2025, 1, 1))
    assert limitation_ends(DUE, [paid_ahead]) == date(2028, 9, 30)
