from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import NotFound
from ledger.rules import chart
from ledger.rules.charge import FEE_ITEMS, Basis, Formula, fee_item
from ledger.rules.unit import Party, State, party_of


def whole_month(formula: Formula, rate_e4: int, area: int | None, factor_bp: int = 10_000) -> int:
    """Return what a month in one stretch comes to, in fen."""
    return Basis(formula, rate_e4, area, None, factor_bp, before=0, days=1, month_days=1).amount


@pytest.mark.parametrize(
    ("area", "rate", "factor", "minor"),
    [
        (8_953, 22_000, 10_000, 19_697),  # 89.53 × 2.20 = 196.966
        (8_953, 20_000, 10_000, 17_906),
        (10_000, 22_000, 7_000, 15_400),  # a confirmed vacancy at 70 %
        (10_550, 22_000, 10_000, 23_210),
        (12_000, 22_000, 10_000, 26_400),
        (1, 1, 10_000, 0),
    ],
)
def test_a_charge_is_area_by_rate_by_factor(area: int, rate: int, factor: int, minor: int) -> None:
    assert whole_month(Formula.AREA_RATE, rate, area, factor) == minor


def test_a_fixed_fee_does_not_ask_for_the_area() -> None:
    assert whole_month(Formula.FIXED, 500_000, 8_953) == 5_000
    assert whole_month(Formula.FIXED, 500_000, None, 5_000) == 2_500


@given(st.integers(1, 10**7), st.integers(0, 10**7), st.integers(0, 10_000))
def test_a_charge_is_rounded_once_and_half_up(area: int, rate: int, factor: int) -> None:
    exact = Fraction(area, 100) * Fraction(rate, 10_000) * Fraction(factor, 10_000) * 100
    assert whole_month(Formula.AREA_RATE, rate, area, factor) == int(exact + Fraction(1, 2))


@pytest.mark.parametrize("item", FEE_ITEMS.values(), ids=FEE_ITEMS)
@pytest.mark.parametrize("party", Party)
def test_every_fee_item_has_its_accounts_in_the_chart(item: object, party: Party) -> None:
    named = FEE_ITEMS[item.code]  # type: ignore[attr-defined]  # a FeeItem by way of its id
    for code in (named.income(party), named.receivable(party), named.uncollected(party)):
        assert chart.account(code).fund == named.fund


def test_an_unknown_fee_item_is_refused() -> None:
    with pytest.raises(NotFound) as refused:
        fee_item("club", "/items/0")
    assert refused.value.pointer == "/items/0"


def test_the_developer_owes_until_the_keys_are_handed_over() -> None:
    owes = {state for state in State if party_of(state) is Party.DEVELOPER}
    assert owes == {State.UNSOLD, State.SOLD_NOT_HANDED_OVER}
