"""The open budget in the book: how much a month each account may move, whenever that changes.

Fava spreads a monthly budget over the days of its months and keeps it until the next directive of the account; so a
budget that nothing follows ends with 0.00. Amounts have the sign of the ledger: income is negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from ledger.rules.chart import account
from ledger.rules.period import first_day, months_between
from ledger.store.budgets import Version
from reports.book.drawn import BudgetLine


def budget_lines(
    adopted: Iterable[Version], shown: Callable[[str], str], first: str, through: str | None
) -> dict[int, list[BudgetLine]]:
    """Return the directives by the year whose file they stand in, from month ``first`` to month ``through``.

    ``adopted`` holds versions in the order of their number; of several of one fund and year the last one counts, which
    has kept the months before it as they were. ``shown`` names the account that stands for another in the book.
    """
    newest = {(one.row.fund, one.row.year): one for one in adopted}
    planned: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    years: dict[str, set[int]] = defaultdict(set)
    for version in newest.values():
        for code, months in version.lines.items():
            sign = -1 if code.startswith("Income:") else 1
            years[shown(code)].add(version.row.year)
            for month, minor in months.items():
                planned[shown(code)][month] += sign * minor
    found: dict[int, list[BudgetLine]] = defaultdict(list)
    for code in sorted(planned, key=lambda one: (account(one).order, one)):
        for year in sorted(years[code]):
            _draw_year(
                found[year], code, planned[code], year, first, through, follows=year + 1 in years[code]
            )
    return {year: sorted(found[year], key=lambda one: one.on) for year in sorted(found) if found[year]}


def _draw_year(  # noqa: PLR0913 - one account's year, within a span
    into: list[BudgetLine],
    code: str,
    planned: dict[str, int],
    year: int,
    first: str,
    through: str | None,
    *,
    follows: bool,
) -> None:
    """Add the directives of one account and year: one whenever the amount changes, and the end."""
    before = planned.get(f"{year - 1}-12", 0) if first < f"{year}-01" else 0
    for month in months_between(max(first, f"{year}-01"), min(through or f"{year}-12", f"{year}-12")):
        minor = planned.get(month, 0)
        if minor != before:
            into.append(BudgetLine(first_day(month), code, minor))
        before = minor
    if before and not follows and (through is None or through > f"{year}-12") and first <= f"{year}-12":
        into.append(BudgetLine(first_day(f"{year + 1}-01"), code, 0))
