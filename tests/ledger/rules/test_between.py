"""Between funds: shares that sum, spans, accounts that do not exist, pairs that cancel, the 30 % warning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import DistributionBelowMinimum, LentOutside, RequestMalformed
from ledger.rules.between import (
    Every,
    Rule,
    by_weight,
    check_not_lent,
    check_rule,
    is_fund,
    is_low,
    shared,
    span_months,
    unpaired,
)


def rule(*shares: tuple[str, int]) -> Rule:
    return Rule("D", Every.QUARTER, "2026-01", "V", shares)


def test_scene_s14_shares_by_largest_remainder() -> None:
    parts = shared(1_338_119, rule(("Repair", 7_000), ("Committee", 2_000)))
    assert parts == {"Repair": 936_683, "Committee": 267_624, "PublicIncome": 133_812}


@given(net=st.integers(1, 10**12), shares=st.lists(st.integers(1, 10_000), min_size=1, max_size=5))
def test_the_parts_of_a_distribution_sum_exactly(net: int, shares: list[int]) -> None:
    funds = ("Repair", "Committee", "PropertyFee", "Governance:Micro", "Project:Lift-01")
    room = 10_000
    kept = []
    for fund, share in zip(funds, shares, strict=False):
        if share <= room:
            kept.append((fund, share))
            room -= share
    parts = shared(net, rule(*kept))
    assert sum(parts.values()) == net
    assert all(abs(parts[fund] * 10_000 - net * share) < 10_000 for fund, share in kept)


@pytest.mark.parametrize(
    "shares",
    [
        (),
        (("Repair", 7_000), ("Repair", 1_000)),
        (("Repair", 7_000), ("Committee", 3_001)),
        (("PublicIncome", 5_000),),
        (("Repair", 0),),
    ],
)
def test_a_rule_shares_at_most_the_whole_among_other_funds(shares: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(RequestMalformed):
        check_rule(rule(*shares), 0)


def test_a_repair_share_below_the_minimum_is_named_by_the_vote() -> None:
    low = rule(("Repair", 4_999), ("Committee", 2_000))
    with pytest.raises(DistributionBelowMinimum):
        check_rule(low, 5_000)
    assert check_rule(rule(("Repair", 5_000)), 5_000).rest_bp == 5_000
    named = rule(("Repair", 4_999))
    assert check_rule(named, 5_000, 4_999) is named
    with pytest.raises(DistributionBelowMinimum):  # less than was voted, although above the minimum
        check_rule(rule(("Repair", 5_999)), 5_000, 6_000)
    with pytest.raises(DistributionBelowMinimum):
        check_rule(rule(("Committee", 10_000)), 1)


@pytest.mark.parametrize(
    ("span", "every", "months"),
    [
        ("2026-Q1", Every.QUARTER, ("2026-01", "2026-03")),
        ("2026-Q4", Every.QUARTER, ("2026-10", "2026-12")),
        ("2026", Every.YEAR, ("2026-01", "2026-12")),
    ],
)
def test_a_span_is_a_quarter_or_a_year(span: str, every: Every, months: tuple[str, str]) -> None:
    assert span_months(span, every) == months


@pytest.mark.parametrize(
    ("span", "every"),
    [("2026", Every.QUARTER), ("2026-Q1", Every.YEAR), ("2026-Q5", Every.QUARTER), ("2026-01", Every.YEAR)],
)
def test_another_span_is_refused(span: str, every: Every) -> None:
    with pytest.raises(RequestMalformed):
        span_months(span, every)


@pytest.mark.parametrize(
    "code",
    [
        "Assets:PublicIncome:LoanTo:Outsider",
        "Assets:PublicIncome:LoanTo",
        "Assets:PublicIncome:Investment:Fund01",
        "Assets:PropertyFee:Guarantee",
        "Assets:PublicIncome:Loan:Vendor",
    ],
)
def test_nothing_is_lent_invested_or_pledged_outside(code: str) -> None:
    with pytest.raises(LentOutside):
        check_not_lent(code)


@pytest.mark.parametrize("fund", ["PropertyFee", "Agency", "Governance:Micro", "Project:Lift-01"])
def test_a_loan_to_a_fund_has_an_account(fund: str) -> None:
    check_not_lent(f"Assets:PublicIncome:LoanTo:{fund}")
    assert is_fund(fund)


def test_pairs_that_cancel_are_not_shown() -> None:
    books = {
        "Assets:PublicIncome:LoanTo:PropertyFee": 100,
        "Liabilities:PropertyFee:LoanFrom:PublicIncome": -100,
        "Liabilities:PublicIncome:DueTo:Repair": -70,
        "Assets:Repair:DueFrom:PublicIncome": 70,
        "Equity:PublicIncome:Transfer:Repair": 70,
        "Equity:Repair:Transfer:PublicIncome": -70,
        "Assets:PublicIncome:Bank:Joint01": 5,
    }
    assert unpaired(books) == {}


def test_a_side_without_its_answer_is_shown() -> None:
    one, other = "Assets:PublicIncome:LoanTo:PropertyFee", "Liabilities:PropertyFee:LoanFrom:PublicIncome"
    assert unpaired({one: 100, other: -99}) == {one: 1}
    crossed = "Liabilities:Committee:LoanFrom:PublicIncome"  # the same sum, another borrower
    assert unpaired({one: 100, crossed: -100}) == {one: 100, crossed: -100}
    lent_both_ways = {one: 100, "Liabilities:PublicIncome:LoanFrom:PropertyFee": -100}
    assert len(unpaired(lent_both_ways)) == 2
    assert unpaired({"Equity:PublicIncome:Transfer:Repair": 1}) == {"Equity:PublicIncome:Transfer:Repair": 1}


def test_a_building_is_low_below_30_per_cent_of_the_first_instalment() -> None:
    assert not is_low(300, 1_000)
    assert is_low(299, 1_000)
    assert is_low(-1, 0)
    assert not is_low(0, 0)


def test_sharing_by_weight_takes_who_has_weight() -> None:
    assert by_weight(100, {"B02": 1, "B01": 2, "B03": 0}) == {"B01": 67, "B02": 33}
    with pytest.raises(RequestMalformed):
        by_weight(100, {"B01": 0})
