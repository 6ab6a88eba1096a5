"""The open budget: what a year may cost, by account and month, and that it costs no more than comes in (以收定支).

Amounts are above zero for income and expenses alike; the account says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger.errors import AccountUnknown, BudgetExceeded, BudgetRefused, BudgetUnfunded
from ledger.rules.chart import account
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.period import parse_month

#: By account, then by month (``2026-01``): fen.
Lines = Mapping[str, Mapping[str, int]]
#: Fees that are billed: what of them can be collected is known from the last twelve months.
_BILLED = ("Service", "Elevator", "Garbage", "ParkingService", "Shared")
_BILLED_ACCOUNTS = tuple(f"Income:PropertyFee:{name}" for name in _BILLED)
_FULL_BP = 10_000


class BudgetState(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    OPENED = "opened"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an adoption weighs, in fen: expenses against what can come in and what is there at the beginning."""

    expense_minor: int
    income_minor: int
    opening_minor: int

    @property
    def deficit_minor(self) -> int:
        """By how much the expenses exceed the rest; 0 where they do not."""
        return max(0, self.expense_minor - self.income_minor - self.opening_minor)


@dataclass(frozen=True, slots=True)
class Room:
    """What an expense account has left in a year, in fen: planned, less what is posted and what is approved."""

    planned_minor: int
    posted_minor: int
    approved_minor: int

    @property
    def left_minor(self) -> int:
        """What may still be asked for."""
        return self.planned_minor - self.posted_minor - self.approved_minor


def check_lines(fund: str, year: int, lines: Lines) -> None:
    """Refuse lines that are not a budget of the fund and year.

    Raises:
        BudgetRefused: there is none, a month of another year, or an amount that is not above zero.
        AccountUnknown: not an income or expense account of the fund.
    """
    if not lines:
        raise BudgetRefused(pointer="/lines", why_zh="请至少写一个科目", why_en="it has at least one account")
    for place, (code, months) in enumerate(lines.items()):
        pointer = f"/lines/{place}"
        named = account(code)
        if named.type not in {"Income", "Expenses"} or named.fund != fund:
            raise AccountUnknown(pointer=f"{pointer}/account", account=code[:80])
        for month, minor in months.items():
            if int(parse_month(month, f"{pointer}/months")[:4]) != year:
                raise BudgetRefused(
                    pointer=f"{pointer}/months",
                    why_zh=f"{month} 不在 {year} 年",
                    why_en=f"{month} is not in {year}",
                )
            if check_bounds(minor, f"{pointer}/months") <= 0:
                raise BudgetRefused(
                    pointer=f"{pointer}/months", why_zh="金额应大于零", why_en="amounts are above zero"
                )


def check_past_kept(before: Lines, after: Lines, first_month: str) -> None:
    """Refuse an adjustment that changes months before it holds: what was planned for them stays on record.

    Raises:
        BudgetRefused: it does.
    """
    for code in sorted({*before, *after}):
        for month in sorted({*before.get(code, {}), *after.get(code, {})}):
            if month < first_month and before.get(code, {}).get(month, 0) != after.get(code, {}).get(
                month, 0
            ):
                raise BudgetRefused(
                    pointer="/lines",
                    why_zh=f"调整自 {first_month} 起生效,之前的月份({month})不能改",
                    why_en=f"it holds from {first_month}, so {month} stays as it was planned",
                )


def total(lines: Lines, type_: str) -> int:
    """Return the sum of the income (``Income``) or expense (``Expenses``) lines, in fen."""
    return sum(sum(months.values()) for code, months in lines.items() if code.startswith(f"{type_}:"))


def collectable(lines: Lines, realistic_minor: int | None) -> int:
    """Return what can come in: billed fees as budgeted, but no more than is realistic; other income as budgeted.

    ``realistic_minor``: what twelve months of bills bring in; None where nothing has been billed yet.
    """
    billed = sum(sum(months.values()) for code, months in lines.items() if code.startswith(_BILLED_ACCOUNTS))
    other = total(lines, "Income") - billed
    return other + (billed if realistic_minor is None else min(billed, realistic_minor))


def check_funded(weighed: Weighed, allowed_deficit_minor: int) -> None:
    """Refuse a budget that spends more than comes in and is there, beyond a deficit that was voted.

    Raises:
        BudgetUnfunded: it does.
    """
    if weighed.deficit_minor > allowed_deficit_minor:
        raise BudgetUnfunded(
            pointer="/lines",
            expense=format_amount(weighed.expense_minor),
            income=format_amount(weighed.income_minor),
            opening=format_amount(weighed.opening_minor),
            deficit=format_amount(weighed.deficit_minor),
        )


def check_room(
    rooms: Mapping[str, Room], asked: Mapping[str, int], overspend_bp: int = 0, pointer: str = "/lines"
) -> None:
    """Refuse more on an account than its line has left, and so many basis points of the line besides.

    Raises:
        BudgetExceeded: it is more.
    """
    for code in sorted(asked):
        room = rooms.get(code, Room(0, 0, 0))
        left = room.left_minor + room.planned_minor * overspend_bp // _FULL_BP
        if asked[code] > left:
            raise BudgetExceeded(
                pointer=pointer,
                account=code,
                left=format_amount(max(left, 0)),
                amount=format_amount(asked[code]),
            )
