from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import AmountMalformed, AmountOutOfRange, RequestMalformed
from ledger.rules.money import (
    LIMIT_MINOR,
    apportion,
    check_bounds,
    check_positive,
    format_amount,
    format_area,
    format_rate,
    parse_amount,
    parse_positive,
    parse_rate,
    round_half_up,
)

FEN = st.integers(-LIMIT_MINOR, LIMIT_MINOR)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("179.06", 17_906),
        ("0", 0),
        ("-3.5", -350),
        ("0.01", 1),
        ("-0.01", -1),
        ("99999999999.99", 9_999_999_999_999),
    ],
)
def test_an_amount_is_read_to_the_fen(text: str, minor: int) -> None:
    assert parse_amount(text) == minor


@pytest.mark.parametrize(
    "text",
    [
        "", " 1", "1 ", "+1", "1.", ".5", "1.005", "1e5", "1E5", "NaN", "nan", "inf", "-", "--1", "1,000", "0x10",
        "1.1.1", "１００", "١", "123456789012", "1\n", "1_000", "½",
    ],
)  # fmt: skip
def test_what_is_not_a_plain_decimal_is_refused_with_its_pointer(text: str) -> None:
    with pytest.raises(AmountMalformed) as refused:
        parse_amount(text, "/amount")
    assert (refused.value.pointer, refused.value.code) == ("/amount", "amount_malformed")


def test_a_long_amount_is_cut_in_the_refusal() -> None:
    with pytest.raises(AmountMalformed) as refused:
        parse_amount("9" * 5_000)
    assert len(refused.value.detail("en")) < 200


@given(FEN.filter(lambda minor: abs(minor) < LIMIT_MINOR))
def test_what_is_written_is_read_back(minor: int) -> None:
    assert parse_amount(format_amount(minor)) == minor


@given(FEN)
def test_two_decimals_are_always_written(minor: int) -> None:
    whole, _, fen = format_amount(minor).partition(".")
    assert len(fen) == 2
    assert (int(whole.lstrip("-")) * 100 + int(fen)) == abs(minor)


@pytest.mark.parametrize("text", ["0", "0.00", "-1"])
def test_an_amount_that_must_be_above_zero_is(text: str) -> None:
    with pytest.raises(AmountMalformed):
        parse_positive(text)


@pytest.mark.parametrize("minor", [LIMIT_MINOR + 1, -LIMIT_MINOR - 1])
def test_money_beyond_a_hundred_billion_yuan_is_refused(minor: int) -> None:
    assert check_bounds(LIMIT_MINOR) == LIMIT_MINOR
    with pytest.raises(AmountOutOfRange):
        check_bounds(minor)


@pytest.mark.parametrize("minor", [0, -1, -LIMIT_MINOR - 1])
def test_what_is_paid_is_above_zero(minor: int) -> None:
    assert [check_positive(1), check_positive(LIMIT_MINOR)] == [1, LIMIT_MINOR]
    with pytest.raises(RequestMalformed) as refused:
        check_positive(minor, "/lines/3/amount")
    assert refused.value.pointer == "/lines/3/amount"
    assert "金额应大于零" in refused.value.detail("zh")
    assert "the amount is above zero" in refused.value.detail("en")
    with pytest.raises(AmountOutOfRange):
        check_positive(LIMIT_MINOR + 1)


@pytest.mark.parametrize(("text", "rate", "written"), [("2", 20_000, "2.00"), ("1.985", 19_850, "1.985")])
def test_a_rate_keeps_four_decimals(text: str, rate: int, written: str) -> None:
    assert parse_rate(text) == rate
    assert format_rate(rate) == written


@pytest.mark.parametrize("text", ["-2", "2.00001", "12345678", "", "2e1"])
def test_a_rate_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(AmountMalformed):
        parse_rate(text)


def test_an_area_is_written_in_square_metres() -> None:
    assert format_area(8_953) == "89.53"


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (149, 100, 1), (150, 100, 2), (-150, 100, -2), (0, 7, 0), (5, -2, -3)],
)
def test_a_half_is_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@given(FEN, st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any))
def test_parts_sum_exactly_and_none_is_a_fen_off(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any))
def test_a_correction_is_shared_as_what_it_corrects(total: int, weights: list[int]) -> None:
    assert apportion(-total, weights) == [-part for part in apportion(total, weights)]


def test_equal_remainders_go_to_the_earlier_place() -> None:
    assert apportion(123_456, [1] * 7) == [17_637] * 4 + [17_636] * 3


def test_floor_coefficients_share_a_lift() -> None:
    assert apportion(20_000_000, [0, 0, 7, 8, 9, 10, 11]) == [
        0, 0, 3_111_111, 3_555_556, 4_000_000, 4_444_444, 4_888_889,
    ]  # fmt: skip


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_nothing_can_be_shared_by_no_weight(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|empty"):
        apportion(100, weights)
