from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import errors
from ledger.rules.charge import fee_item, in_rates, item_of
from ledger.rules.project import Instalment, check_instalments, instalments_of, shares
from ledger.rules.unit import Party, Standing

WEIGHTS = st.dictionaries(
    st.text("0123456789", min_size=1, max_size=4), st.integers(0, 10**6), min_size=1, max_size=40
).filter(lambda weights: any(weights.values()))
TOTAL = st.integers(1, 10**12)
DAY = date(2026, 4, 30)


def test_floor_coefficients_of_scene_s20() -> None:
    weights = {"1": 0, "2": 0, "3": 7_000, "4": 8_000, "5": 9_000, "6": 10_000, "7": 11_000}
    assert shares(20_000_000, weights) == {
        "1": 0,
        "2": 0,
        "3": 3_111_111,
        "4": 3_555_556,
        "5": 4_000_000,
        "6": 4_444_444,
        "7": 4_888_889,
    }


@given(total=TOTAL, weights=WEIGHTS)
def test_project_shares_sum_exactly_and_whoever_has_no_weight_pays_nothing(
    total: int, weights: dict[str, int]
) -> None:
    parts = shares(total, weights)
    assert sum(parts.values()) == total
    assert all(part >= 0 for part in parts.values())
    assert all(parts[unit] == 0 for unit, weight in weights.items() if not weight)


@given(
    total=TOTAL,
    weights=WEIGHTS,
    parts=st.lists(st.integers(1, 10_000), min_size=1, max_size=12),
)
def test_the_instalments_of_each_unit_sum_to_its_share(
    total: int, weights: dict[str, int], parts: list[int]
) -> None:
    instalments = [Instalment(DAY, one) for one in parts]
    whole = 0
    for share in shares(total, weights).values():
        paid = instalments_of(share, instalments)
        assert sum(paid) == share
        assert min(paid) >= 0
        whole += sum(paid)
    assert whole == total


def test_nobody_to_pay_is_refused() -> None:
    with pytest.raises(errors.ProjectRefused):
        shares(100, {"1": 0})


@pytest.mark.parametrize(
    "weights",
    [(5_000, 4_999), (60, 39), (10_001,), (-5_000, 15_000)],
)
def test_instalments_that_are_not_the_whole_are_refused(weights: tuple[int, ...]) -> None:
    instalments = [Instalment(date(2026, month, 1), one) for month, one in enumerate(weights, 1)]
    with pytest.raises(errors.ProjectRefused):
        check_instalments(100, instalments)


def test_instalments_are_basis_points_or_fen_and_follow_each_other() -> None:
    later = date(2026, 5, 31)
    check_instalments(70_000, [Instalment(DAY, 6_000), Instalment(later, 4_000)])
    check_instalments(70_000, [Instalment(DAY, 30_000), Instalment(later, 40_000)])
    with pytest.raises(errors.ProjectRefused):
        check_instalments(70_000, [Instalment(later, 6_000), Instalment(DAY, 4_000)])


def test_the_share_of_a_project_is_an_item_of_the_projects_fund_and_no_fee() -> None:
    item = item_of("project:Lift-01")
    assert (item.fund, item.income(Party.OWNER)) == (
        "Project:Lift-01",
        "Income:Project:Lift-01:Contribution",
    )
    # In a project the developer takes part like any owner: it has no account of its own there.
    assert item.receivable(Standing.DEVELOPER) == item.receivable(Standing.OWNER)
    assert item.uncollected(Standing.DISPUTED_DEVELOPER) == item.uncollected(Standing.DISPUTED)
    assert item.receivable(Standing.FORMER) == "Assets:Project:Lift-01:Receivable:Former"
    assert [in_rates(code) for code in ("property_fee", "late_fee", "project:Lift-01")] == [
        True,
        False,
        False,
    ]
    with pytest.raises(errors.NotFound):
        fee_item("project:Lift-01")  # no tariff ever charges it
