"""Accounting periods: a month is written ``YYYY-MM``; which dates it holds and whether it may take an entry."""

from __future__ import annotations

import calendar
import re
from datetime import date

from ledger.errors import DateInFuture, PeriodClosed, PeriodMalformed, RequestMalformed

_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")


def parse_month(text: str, pointer: str | None = None) -> str:
    """Return ``text`` if it is a month such as ``2026-01``."""
    if _MONTH.fullmatch(text) is None:
        raise PeriodMalformed(pointer=pointer, month=text[:20])
    return text


def month_of(day: date) -> str:
    """Return the month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Return the last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def next_month(month: str) -> str:
    """Return the month after."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def months_back(month: str, count: int) -> str:
    """Return the month ``count`` months before."""
    place = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def months_between(start: str, end: str) -> list[str]:
    """Return all months from ``start`` to ``end``, both included."""
    months = []
    while start <= end:
        months.append(start)
        start = next_month(start)
    return months


def check_effective(day: date, today: date, closed_through: str, pointer: str = "/effective_on") -> str:
    """Return the month that an entry of this day belongs to.

    Args:
        day: the effective date.
        today: today's date in the compound's time zone.
        closed_through: the last closed month; empty while none is closed.
        pointer: the field at fault, for a refusal.

    Raises:
        DateInFuture: the day has not come yet.
        PeriodClosed: its month takes no more entries.
    """
    if day > today:
        raise DateInFuture(pointer=pointer, day=day.isoformat(), today=today.isoformat())
    month = month_of(day)
    if month <= closed_through:
        raise PeriodClosed(pointer=pointer, month=month, open=next_month(closed_through))
    return month


def check_occurred(occurred_on: date | None, effective_on: date) -> None:
    """Refuse what would have happened after the day it is booked on; no day means that very day.

    Raises:
        RequestMalformed: it would.
    """
    if occurred_on is not None and occurred_on > effective_on:
        raise RequestMalformed(
            pointer="/occurred_on",
            why_zh="业务日期不能晚于入账日期",
            why_en="it cannot have happened after it is booked",
        )


def check_received(received_on: date, effective_on: date) -> None:
    """Refuse money that would have come in after the day it is booked on.

    Raises:
        RequestMalformed: it would.
    """
    if received_on > effective_on:
        raise RequestMalformed(
            pointer="/received_on",
            why_zh="收款日期不能晚于入账日期",
            why_en="it cannot arrive after it is booked",
        )
