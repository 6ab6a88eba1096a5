"""What a contract fixes, and what comes with its rent."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import errors
from ledger.rules.chart import account
from ledger.rules.lease import (
    STATE_ZH,
    TYPES,
    AssetType,
    MonthState,
    Schedule,
    check_credit_code,
    check_fee_cap,
    check_reference,
    dues,
    fee_of,
    is_sole_trader,
    month_after,
    tax_of,
    unused_part,
)

NEW_YEAR, NEW_YEARS_EVE = date(2026, 1, 1), date(2026, 12, 31)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_every_type_has_an_income_account_of_public_income() -> None:
    assert set(TYPES) == set(AssetType)
    for words in TYPES.values():
        named = account(words.account)
        assert (named.type, named.fund) == ("Income", "PublicIncome")
    assert set(STATE_ZH) == set(MonthState)
    assert len(set(STATE_ZH.values())) == len(
        STATE_ZH
    )  # zero, not applicable and missing never read the same


def test_rent_in_advance_falls_due_when_its_period_begins() -> None:
    months = dues(NEW_YEAR, NEW_YEARS_EVE, Schedule(120_000))
    assert [one.due_on for one in months] == [date(2026, month, 1) for month in range(1, 13)]
    assert {one.amount_minor for one in months} == {120_000}


def test_rent_in_arrears_falls_due_so_many_days_after_its_period() -> None:
    quarters = dues(NEW_YEAR, NEW_YEARS_EVE, Schedule(300_000, months=3, due_days=10, in_advance=False))
    assert [one.due_on for one in quarters] == [
        date(2026, 4, 10),
        date(2026, 7, 10),
        date(2026, 10, 10),
        date(2027, 1, 10),
    ]


def test_a_last_period_that_is_shorter_is_paid_by_days() -> None:
    last = dues(NEW_YEAR, date(2026, 2, 14), Schedule(28_000))[-1]
    assert (last.from_on, last.to_on, last.amount_minor) == (date(2026, 2, 1), date(2026, 2, 14), 14_000)


def test_a_period_that_begins_on_the_31st_ends_before_the_last_of_a_shorter_month() -> None:
    assert month_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    first, second = dues(date(2026, 1, 31), date(2026, 3, 30), Schedule(100))[:2]
    assert (first.to_on, second.from_on) == (date(2026, 2, 27), date(2026, 2, 28))


@given(first=DAYS, days=st.integers(0, 1500), months=st.integers(1, 24), due=st.integers(0, 60))
def test_the_periods_cover_the_term_without_a_gap(first: date, days: int, months: int, due: int) -> None:
    last = first + timedelta(days=days)
    found = dues(first, last, Schedule(1_000_000, months=months, due_days=due))
    assert found[0].from_on == first
    assert found[-1].to_on == last
    for before, after in itertools.pairwise(found):
        assert after.from_on == before.to_on + timedelta(days=1)
    assert all(0 < one.amount_minor <= 1_000_000 for one in found)


def test_a_contract_has_at_most_600_periods() -> None:
    with pytest.raises(errors.CodeMalformed):
        dues(date(2000, 1, 1), date(2060, 1, 1), Schedule(100))
    with pytest.raises(errors.CodeMalformed):
        dues(NEW_YEAR, NEW_YEARS_EVE, Schedule(100, months=0))


@given(minor=st.integers(1, 10**11), first=DAYS, days=st.integers(0, 800), ended=DAYS)
def test_what_is_used_and_what_is_not_are_the_whole(minor: int, first: date, days: int, ended: date) -> None:
    last = first + timedelta(days=days)
    unused = unused_part(minor, first, last, ended)
    assert 0 <= unused <= minor
    if ended < first:
        assert unused == minor
    elif ended >= last:
        assert unused == 0
    else:  # by days, to within half a fen
        assert abs(unused * (days + 1) - minor * (last - ended).days) * 2 <= days + 1


def test_the_tax_within_a_price_and_the_fee_on_it_are_rounded_half_up() -> None:
    assert tax_of(1_200_000, 100) == 11_881  # 12,000 / 1.01 × 1 %
    assert fee_of(1_200_000, 2_000) == 240_000
    assert (tax_of(30_300, 100), fee_of(30_300, 2_000)) == (300, 6_060)
    assert tax_of(-30_300, 100) == -300


@pytest.mark.parametrize("code", ["91110000600037341L", "9111 0000 6000 37341L"])
def test_a_credit_code_is_checked_and_made_compact(code: str) -> None:
    assert check_credit_code(code) == "91110000600037341L"


@pytest.mark.parametrize("code", ["911100006000373410", "91110000600037341", "", "91110000600037341Z0"])
def test_a_wrong_credit_code_is_refused(code: str) -> None:
    with pytest.raises(errors.CreditCodeMalformed):
        check_credit_code(code)


def test_a_code_that_begins_with_92_is_a_sole_traders() -> None:
    assert is_sole_trader("92510107MA6CKQWR14")
    assert not is_sole_trader("91510107MA6CKQWR2A")
    assert not is_sole_trader(None)


@pytest.mark.parametrize("code", ["a-07", "7A", "A 07", "合同A-07", "A" * 33, ""])
def test_a_code_that_cannot_end_an_account_is_refused(code: str) -> None:
    with pytest.raises(errors.CodeMalformed):
        check_reference(code, "/code")


def test_a_fee_at_the_cap_is_allowed_and_a_fen_above_it_is_not() -> None:
    check_fee_cap(3_000, 10_000, 3_000)
    check_fee_cap(9_999, 10_000, None)
    with pytest.raises(errors.ManagementFeeAboveCap):
        check_fee_cap(3_001, 10_000, 3_000)
    with pytest.raises(errors.ManagementFeeAboveCap):
        check_fee_cap(1, -500, 3_000)
