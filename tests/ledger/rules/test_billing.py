from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import TariffRefused
from ledger.rules.billing import Measure, plan
from ledger.rules.charge import (
    FEE_ITEMS,
    Basis,
    Formula,
    Sharing,
    Tariff,
    Terms,
    check_terms,
    floors_charged,
    read_terms,
    write_terms,
)
from ledger.rules.money import apportion
from ledger.rules.tenure import Change, month_stretches, timeline
from ledger.rules.unit import State

FEE = FEE_ITEMS["property_fee"]


def tariff(formula: Formula = Formula.AREA_RATE, rate: int = 20_000, **terms: object) -> Tariff:
    return Tariff("property_fee", formula, rate, date(2025, 1, 1), "合同 1", Terms(**terms), 1)  # type: ignore[arg-type]  # named fields


@given(
    st.lists(
        st.tuples(st.integers(0, 29), st.sampled_from([State.LET, State.VACANT]), st.integers(1, 10_000)),
        max_size=5,
    ),
    st.integers(1, 50_000),
    st.integers(0, 100_000),
)
def test_the_parts_of_a_month_sum_to_the_month_rounded_once(
    changes: list[tuple[int, State, int]], area: int, rate: int
) -> None:
    begin = date(2026, 4, 1)
    rows = [Change(date(2025, 1, 1), 0, State.OCCUPIED, 1)]
    for seq, (day, state, factor) in enumerate(changes, 1):
        used = factor if state is State.VACANT else None
        rows.append(Change(begin + timedelta(days=day), seq, state, seq + 1, factor_bp=used))
    stretches = month_stretches(timeline(rows), "2026-04", splits_handover=True)
    charges = plan("B01-U1-0101", stretches, "2026-04", FEE, Measure(tariff(rate=rate), rate, area))
    share = sum(one.days * one.change.factor for one in stretches)
    exact = area * rate * share
    scale = 100 * 10_000 * 30 * 10_000
    assert sum(one.amount_minor for one in charges) == (2 * exact * 100 + scale) // (2 * scale)


def test_seven_flats_share_an_electricity_bill_by_the_largest_remainder() -> None:
    parts = apportion(123_456, [1] * 7)
    assert sorted(parts) == [17_636] * 3 + [17_637] * 4
    assert Basis(Formula.SHARED, 17_637 * 100, None, 1, 10_000, 0, 30, 30).amount == 17_637


def test_exempt_floors_neither_pay_nor_count() -> None:
    assert floors_charged(15, (1, 2)) == 13
    assert floors_charged(2, (1, 2)) == 0
    assert floors_charged(-1, ()) == 0
    assert Basis(Formula.PER_FLOOR, 20_000, None, 13, 10_000, 0, 30, 30).amount == 2_600


def test_usage_is_priced_by_what_the_meter_counted() -> None:
    assert (
        Basis(Formula.USAGE, 35_000, None, 12_345, 10_000, 0, 31, 31).amount == 4_321
    )  # 12.345 × 3.50 = 43.2075


def test_a_fixed_fee_may_count_bays() -> None:
    assert Basis(Formula.FIXED, 800_000, None, 20_000, 10_000, 0, 31, 31).amount == 16_000


def test_terms_are_written_in_one_way_only() -> None:
    terms = Terms((2, 1), price_lock=True, sharing=Sharing.AREA)
    assert write_terms(terms) == '{"exempt_floors":[1,2],"price_lock":true,"sharing":"area"}'
    assert read_terms(write_terms(terms)) == Terms((1, 2), price_lock=True, sharing=Sharing.AREA)
    assert write_terms(Terms()) is None
    assert read_terms(None) == Terms()


@pytest.mark.parametrize(
    ("formula", "rate", "terms"),
    [
        (Formula.FIXED, 1, Terms(exempt_floors=(1,))),
        (Formula.FIXED, 1, Terms(price_lock=True)),
        (Formula.AREA_RATE, 1, Terms(sharing=Sharing.UNIT)),
        (Formula.USAGE, 1, Terms(by_coefficient=True)),
        (Formula.SHARED, 0, Terms()),
        (Formula.SHARED, 1, Terms(sharing=Sharing.UNIT)),
    ],
)
def test_terms_that_do_not_belong_to_the_formula_are_refused(
    formula: Formula, rate: int, terms: Terms
) -> None:
    with pytest.raises(TariffRefused):
        check_terms(formula, rate, terms)
