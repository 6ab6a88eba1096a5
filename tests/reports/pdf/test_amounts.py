"""Amounts in figures and in 大写."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.figures import MISSING, NOT_APPLICABLE, add_figures, rate_bp
from reports.pdf.amounts import in_capitals, percent, yuan

VECTORS = [
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角"),
    ("10.00", "人民币壹拾元整"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ("1409.50", "人民币壹仟肆佰零玖元伍角"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("100000.00", "人民币壹拾万元整"),
    ("2000000.01", "人民币贰佰万元零壹分"),
    ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
    ("0.00", "人民币零元整"),
    ("-1286.40", "人民币负壹仟贰佰捌拾陆元肆角"),
    ("100010001.00", "人民币壹亿零壹万零壹元整"),
]


def read_back(words: str) -> int:
    """Read 大写 as a clerk does, digit by digit; shares nothing with the writer."""
    match = re.fullmatch(r"人民币(负?)(?:(.*)元)?(整|零?(?:(.)角)?(?:(.)分)?)", words)
    assert match, words
    sign, whole, _, dimes, cents = match.groups()
    digits = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    yuan_part = section = digit = 0
    for character in whole or "":
        if character in digits:
            digit = digits[character]
        elif character in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
            digit = 0
        elif character == "万":
            yuan_part += (section + digit) * 10_000
            section = digit = 0
        else:
            assert character == "亿"
            yuan_part = (yuan_part + section + digit) * 100_000_000
            section = digit = 0
    total = (yuan_part + section + digit) * 100 + digits[dimes or "零"] * 10 + digits[cents or "零"]
    return -total if sign else total


@pytest.mark.parametrize(("amount", "words"), VECTORS)
def test_capitals_follow_the_vectors_of_the_payment_rules(amount: str, words: str) -> None:
    assert in_capitals(int(amount.replace(".", ""))) == words


@given(st.integers(min_value=-(10**13), max_value=10**13))
@example(100_000_000_000_00)
@example(10_000_001)
@example(1_000_010)
def test_capitals_read_back_to_the_same_amount(amount_minor: int) -> None:
    assert read_back(in_capitals(amount_minor)) == amount_minor


@given(st.integers(min_value=0, max_value=10**13))
def test_capitals_never_say_two_zeros_in_a_row_and_end_as_the_rules_say(amount_minor: int) -> None:
    words = in_capitals(amount_minor)
    assert "零零" not in words
    assert not words.removeprefix("人民币").startswith("零") or amount_minor == 0
    assert words.endswith("整") == (amount_minor % 100 == 0)
    assert ("元零" in words) == (amount_minor >= 100 and 0 < amount_minor % 100 < 10)


def test_the_four_kinds_of_nothing_print_as_four_different_things() -> None:
    printed = [yuan(0), yuan(0, dash=False), yuan(NOT_APPLICABLE), yuan(MISSING)]
    assert printed == ["—", "0.00", "不适用", "未录入"]


def test_amounts_have_thousands_commas_two_decimals_and_an_ascii_minus() -> None:
    assert yuan(123_456_78) == "123,456.78"
    assert yuan(-5) == "-0.05"
    assert yuan(10**13) == "100,000,000,000.00"


def test_a_sum_with_a_missing_figure_is_missing() -> None:
    assert add_figures(1, MISSING, NOT_APPLICABLE) is MISSING
    assert add_figures(1, NOT_APPLICABLE, 2) == 3
    assert add_figures(NOT_APPLICABLE) is NOT_APPLICABLE


def test_rates_round_half_up_and_need_something_to_divide_by() -> None:
    assert percent(rate_bp(150_000, 237_018)) == "63.29%"
    assert percent(rate_bp(200_000, 308_642)) == "64.80%"
    assert rate_bp(1, 20_000) == 1
    assert percent(rate_bp(5, 0)) == "不适用"
    assert percent(rate_bp(MISSING, 5)) == "不适用"
