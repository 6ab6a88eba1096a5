from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import DateInFuture, PeriodClosed, PeriodMalformed, RequestMalformed
from ledger.rules.period import (
    check_effective,
    check_occurred,
    check_received,
    first_day,
    last_day,
    month_of,
    months_back,
    months_between,
    next_month,
    parse_month,
)

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    "text", ["2026-1", "2026-13", "2026-00", "26-01", "2026/01", "2026-01-01", "", "2026-01\n", "２０２６-01"]
)
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(PeriodMalformed) as refused:
        parse_month(text, "/month")
    assert refused.value.pointer == "/month"


@given(DAYS)
def test_a_day_lies_within_its_month(day: date) -> None:
    month = parse_month(month_of(day))
    assert first_day(month) <= day <= last_day(month)
    assert last_day(month) + timedelta(days=1) == first_day(next_month(month))


@given(DAYS, st.integers(0, 400))
def test_going_back_and_forth_ends_where_it_began(day: date, count: int) -> None:
    month = month_of(day)
    before = months_back(month, count)
    assert months_between(before, month)[-1] == month
    assert len(months_between(before, month)) == count + 1


def test_the_month_before_january_is_december() -> None:
    assert months_back("2026-01", 1) == "2025-12"
    assert months_back("2026-01", 13) == "2024-12"
    assert next_month("2025-12") == "2026-01"


def test_an_entry_may_be_of_today_but_not_of_tomorrow() -> None:
    today = date(2026, 3, 5)
    assert check_effective(today, today, "2026-02") == "2026-03"
    with pytest.raises(DateInFuture) as refused:
        check_effective(date(2026, 3, 6), today, "2026-02")
    assert refused.value.pointer == "/effective_on"


def test_a_closed_month_names_the_first_open_one() -> None:
    with pytest.raises(PeriodClosed) as refused:
        check_effective(date(2026, 2, 28), date(2026, 3, 5), "2026-02")
    assert "2026-03" in refused.value.detail("zh")
    assert check_effective(date(2026, 1, 1), date(2026, 3, 5), "") == "2026-01"


def test_nothing_happens_after_the_day_it_is_booked_on() -> None:
    booked = date(2026, 3, 5)
    check_occurred(None, booked)
    check_occurred(booked, booked)
    with pytest.raises(RequestMalformed) as refused:
        check_occurred(booked + timedelta(days=1), booked)
    assert (refused.value.pointer, "业务日期不能晚于入账日期" in refused.value.detail("zh")) == (
        "/occurred_on",
        True,
    )


def test_no_money_comes_in_after_the_day_it_is_booked_on() -> None:
    booked = date(2026, 3, 5)
    check_received(booked, booked)
    with pytest.raises(RequestMalformed) as refused:
        check_received(booked + timedelta(days=1), booked)
    assert (refused.value.pointer, "收款日期不能晚于入账日期" in refused.value.detail("zh")) == (
        "/received_on",
        True,
    )
