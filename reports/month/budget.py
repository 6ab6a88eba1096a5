"""Budget against actual: by account and month, cumulative, and how much of the year is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.errors import NotFound
from ledger.rules.chart import account, account_name_zh, fund_zh
from ledger.rules.money import format_amount
from ledger.rules.period import last_day, month_of, months_between
from ledger.store.budgets import Version, executed, in_force, versions
from reports.figures import rate_bp
from reports.receivables.as_csv import Cell, csv_bytes

_EXPENSES = "Expenses"


@dataclass(frozen=True, slots=True)
class BudgetMonthFigures:
    """A month of an account, in fen: income and expenses alike are above zero."""

    month: str
    planned_minor: int
    actual_minor: int


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """An account's year: planned, and what was done by the day; an account without a plan has 0 planned.

    ``due_minor`` is what was planned up to the day's month, ``left_minor`` what is left of the year (None for
    income), ``executed_bp`` the actual in basis points of the year's plan (None where nothing is planned).
    """

    account: str
    name_zh: str
    note: str
    months: tuple[BudgetMonthFigures, ...]
    planned_minor: int
    due_minor: int
    actual_minor: int
    left_minor: int | None
    executed_bp: int | None


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """The budget of a fund and year in force on a day, against what was posted up to that day.

    The four figures at the end are what the adoption weighed (以收定支), in fen.
    """

    fund: str
    fund_zh: str
    year: int
    version: int
    as_of: date
    in_force_from: date
    authority: str
    incomes: tuple[BudgetRow, ...]
    expenses: tuple[BudgetRow, ...]
    total_income: BudgetRow
    total_expenses: BudgetRow
    expense_minor: int
    income_minor: int
    opening_minor: int
    deficit_minor: int


def budget_figures(session: Session, compound: str, month: str) -> tuple[BudgetFigures, ...]:
    """Return the budgets of all funds that were in force at the end of a month, against what was posted by then."""
    day = last_day(month)
    funds = sorted({one.row.fund for one in versions(session, compound, year=day.year)}, key=fund_zh)
    found = [
        _figures(session, compound, plan, day)
        for fund in funds
        if (plan := in_force(session, compound, fund, day)) is not None
    ]
    return tuple(found)


def budget_against_actual(session: Session, compound: str, fund: str, as_of: date) -> BudgetFigures:
    """Return the budget of a fund that holds on a day, against what was posted up to it.

    Raises:
        NotFound: none is in force.
    """
    plan = in_force(session, compound, fund, as_of)
    if plan is None:
        raise NotFound(pointer="/fund", what=f"{fund} {as_of.year}"[:40])
    return _figures(session, compound, plan, as_of)


def _figures(session: Session, compound: str, plan: Version, day: date) -> BudgetFigures:
    fund, year, step = plan.row.fund, plan.row.year, plan.adopted
    if step is None:  # only adopted versions are in force
        raise NotFound(pointer="/fund", what=fund)
    posted = executed(session, compound, fund, f"{year}-01", day)
    rows = [
        _row(code, plan, posted.get(code, {}), day)
        for code in sorted({*plan.lines, *posted}, key=lambda one: (account(one).order, one))
    ]
    income = tuple(row for row in rows if not row.account.startswith(_EXPENSES))
    expenses = tuple(row for row in rows if row.account.startswith(_EXPENSES))
    return BudgetFigures(
        fund,
        fund_zh(fund),
        year,
        plan.row.version,
        day,
        step.from_on,
        step.authority or "",
        income,
        expenses,
        _total("收入合计", income),
        _total("支出合计", expenses),
        step.expense_minor or 0,
        step.income_minor or 0,
        step.opening_minor or 0,
        step.deficit_minor or 0,
    )


def _row(code: str, plan: Version, posted: Mapping[str, int], day: date) -> BudgetRow:
    sign = 1 if code.startswith(_EXPENSES) else -1
    year = plan.row.year
    planned = plan.lines.get(code, {})
    months = tuple(
        BudgetMonthFigures(month, planned.get(month, 0), sign * posted.get(month, 0))
        for month in months_between(f"{year}-01", f"{year}-12")
    )
    whole = sum(one.planned_minor for one in months)
    actual = sum(one.actual_minor for one in months)
    left = whole - actual if sign > 0 else None
    due = sum(one.planned_minor for one in months if one.month <= month_of(day))
    note = plan.notes.get(code, "")
    return BudgetRow(
        code, account_name_zh(code), note, months, whole, due, actual, left, rate_bp(actual, whole)
    )


def _total(name_zh: str, rows: tuple[BudgetRow, ...]) -> BudgetRow:
    by_month = zip(*(row.months for row in rows), strict=True) if rows else ()
    months = tuple(
        BudgetMonthFigures(
            some[0].month, sum(one.planned_minor for one in some), sum(one.actual_minor for one in some)
        )
        for some in by_month
    )
    whole, actual = (sum(getattr(row, name) for row in rows) for name in ("planned_minor", "actual_minor"))
    rests = [row.left_minor for row in rows if row.left_minor is not None]
    due = sum(row.due_minor for row in rows)
    rest = sum(rests) if rests else None
    return BudgetRow("", name_zh, "", months, whole, due, actual, rest, rate_bp(actual, whole))


def budget_csv(found: BudgetFigures) -> bytes:
    """Return budget against actual as a table: an account a row, two columns a month."""
    heads = ["科目代码", "科目", "说明", "预算(年)", "截至本期预算", "实际累计", "执行率(%)", "可用余额"]
    for one in found.total_expenses.months or found.total_income.months:
        heads += [f"{one.month} 预算", f"{one.month} 实际"]
    rows = [*found.incomes, found.total_income, *found.expenses, found.total_expenses]
    return csv_bytes(heads, (_cells(row) for row in rows if row.months))


def _cells(row: BudgetRow) -> list[Cell]:
    cells: list[Cell] = [row.account, row.name_zh, row.note]
    cells += [format_amount(minor) for minor in (row.planned_minor, row.due_minor, row.actual_minor)]
    cells.append(None if row.executed_bp is None else format_amount(row.executed_bp))
    cells.append(None if row.left_minor is None else format_amount(row.left_minor))
    for one in row.months:
        cells += [format_amount(one.planned_minor), format_amount(one.actual_minor)]
    return cells
