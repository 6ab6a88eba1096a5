"""The open budget in numbers: what can come in, what is short, what a line has left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import errors
from ledger.rules.budget import (
    Room,
    Weighed,
    check_funded,
    check_past_kept,
    check_room,
    collectable,
    total,
)

SERVICE, LATE_FEE = "Income:PropertyFee:Service:Owner", "Income:PropertyFee:LateFee"
CLEANING = "Expenses:PropertyFee:Cleaning"
LINES = {
    SERVICE: {"2026-01": 700, "2026-02": 300},
    LATE_FEE: {"2026-12": 50},
    CLEANING: {"2026-01": 400, "2026-02": 401},
}


def test_billed_fees_come_in_as_budgeted_but_no_more_than_is_realistic() -> None:
    assert total(LINES, "Income") == 1_050
    assert collectable(LINES, None) == 1_050
    assert collectable(LINES, 1_001) == 1_050
    assert collectable(LINES, 999) == 1_049
    assert collectable(LINES, 0) == 50


@given(*(st.integers(0, 10**9) for _ in range(4)))
def test_a_budget_is_refused_to_the_fen(expense: int, income: int, opening: int, allowed: int) -> None:
    weighed = Weighed(expense, income, opening)
    if expense <= income + opening + allowed:
        check_funded(weighed, allowed)
    else:
        with pytest.raises(errors.BudgetUnfunded):
            check_funded(weighed, allowed)


def test_a_fund_that_begins_below_zero_first_has_to_come_up() -> None:
    assert Weighed(100, 100, -1).deficit_minor == 1


@pytest.mark.parametrize(("overspend_bp", "most"), [(0, 300), (1, 300), (500, 350), (10_000, 1_300)])
def test_a_line_may_be_overspent_by_so_many_basis_points_of_its_year_and_no_fen_more(
    overspend_bp: int, most: int
) -> None:
    rooms = {CLEANING: Room(1_000, 500, 200)}
    check_room(rooms, {CLEANING: most}, overspend_bp)
    with pytest.raises(errors.BudgetExceeded) as refusal:
        check_room(rooms, {CLEANING: most + 1}, overspend_bp)
    assert refusal.value.facts["account"] == CLEANING


def test_a_line_that_is_overspent_already_has_nothing_left() -> None:
    with pytest.raises(errors.BudgetExceeded) as refusal:
        check_room({CLEANING: Room(1_000, 1_100, 0)}, {CLEANING: 1})
    assert refusal.value.facts["left"] == "0.00"


def test_an_adjustment_leaves_the_months_before_it_alone() -> None:
    later = {**LINES, CLEANING: {"2026-01": 400, "2026-02": 1}}
    check_past_kept(LINES, later, "2026-02")
    check_past_kept(LINES, {**LINES, "Expenses:PropertyFee:Greening": {"2026-02": 1}}, "2026-02")
    for changed in (
        {**LINES, CLEANING: {"2026-01": 401, "2026-02": 401}},
        {**LINES, "Expenses:PropertyFee:Greening": {"2026-01": 1}},
        {SERVICE: LINES[SERVICE], LATE_FEE: LINES[LATE_FEE]},
    ):
        with pytest.raises(errors.BudgetRefused):
            check_past_kept(LINES, changed, "2026-02")
