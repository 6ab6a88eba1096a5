"""A book put together: which months, what stands before them, which accounts, and how closed months end.

Works with any pen. A month is drawn from its own rows alone; balances are carried from month to month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from sqlmodel import Session

from ledger.errors import PeriodNotClosed
from ledger.rules import chart
from ledger.rules.money import CURRENCY
from ledger.rules.period import first_day, last_day, month_of, next_month
from ledger.store.budgets import versions
from reports.book import layout, rows, words
from reports.book.budgets import budget_lines
from reports.book.drawn import (
    Assertion,
    Balances,
    BudgetLine,
    DrawnPosting,
    DrawnTransaction,
    Pen,
    Place,
    add,
    net_of,
    plain,
)
from reports.book.full import DETAILED, draw_full
from reports.book.key import BookKey, MonthCache
from reports.book.names import place_order
from reports.book.public import draw_public, merged

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """One month as a pen has written it: how it moves each place, how many lines it has, and the writing."""

    net: Balances
    lines: int
    written: T


class File(NamedTuple, Generic[T]):
    """One file of the book: its path, and what was written in it, in order."""

    path: str
    parts: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Assembly(Generic[T]):
    """The whole book: its accounts in order of opening, and its files in order of time."""

    opens: tuple[layout.Open, ...]
    files: tuple[File[T], ...]


class Assembler(Generic[T]):
    """Puts one book together; holds what all its parts need."""

    def __init__(
        self, session: Session, key: BookKey, frame: rows.Frame, today: date, pen: Pen[T], cache: MonthCache
    ) -> None:
        """Prepare a book as of ``today`` from the rows that ``session`` sees."""
        self._session, self._key, self._frame = session, key, frame
        self._today, self._pen, self._cache = today, pen, cache
        self._by_unit = frozenset(one.code for one in frame.accounts.values() if one.detail == "unit")
        self._detailed = frozenset(one.code for one in frame.accounts.values() if one.detail in DETAILED)

    def assemble(self, first: str | None, through: str | None) -> Assembly[T]:
        """Return the book from the month ``first`` (None: all) to the month ``through`` (None: all)."""
        months = [
            month
            for month in self._frame.months
            if (first is None or month >= first) and (through is None or month <= through)
        ]
        opening = self._opening(first) if first is not None else []
        files: list[File[T]] = []
        if first is not None and opening:
            path = layout.opening_path(first)
            files.append(File(path, (self._pen.transactions(path, opening),)))
        plans = self._budgets(first, through)
        files += [
            File(path, (self._pen.budgets(path, plans[year]),))
            for year in plans
            for path in [layout.budget_path(year)]
        ]
        start = net_of(opening)
        sheets = [self._sheet(month) for month in months]
        carried = _carried(start, sheets)
        balances: Balances = {}
        done = 0
        for place, (month, sheet) in enumerate(zip(months, sheets, strict=True)):
            parts: tuple[T, ...] = (sheet.written,)
            closed_seq = self._frame.months[month].closed_seq
            if closed_seq is not None:

                def at_close() -> Balances:
                    nonlocal done, balances
                    while done <= place:  # noqa: B023 - called at once
                        balances, done = next(carried), done + 1
                    return balances

                parts = (sheet.written, self._end(month, first, closed_seq, sheet.lines, at_close))
            files.append(File(layout.month_path(month), parts))
        return Assembly(self._opens(start, sheets, plans), tuple(files))

    def closed_month(self, month: str) -> File[T]:
        """Return the file of one closed month as the whole book has it, without drawing the months before.

        Raises:
            PeriodNotClosed: the month is still open.
        """
        closed_seq = self._frame.months[month].closed_seq if month in self._frame.months else None
        if closed_seq is None:
            raise PeriodNotClosed(month=month)
        sheet = self._sheet(month)
        end = self._end(month, None, closed_seq, sheet.lines, lambda: self._through(month))
        return File(layout.month_path(month), (sheet.written, end))

    def _budgets(self, first: str | None, through: str | None) -> dict[int, list[BudgetLine]]:
        """Return the budget lines that the book shows, by year."""
        adopted = [one for one in versions(self._session, self._key.compound) if one.adopted is not None]
        begins = max(first or "", month_of(self._frame.opened_on))
        return budget_lines(adopted, self._shown, begins, through)

    def _sheet(self, month: str) -> Sheet[T]:
        state = self._frame.months[month]
        closed = state.closed_seq is not None
        day = self._today if self._key.audience == "public" else None
        stamp = "closed" if closed else (state.vouchers, day)

        def draw() -> Sheet[T]:
            entries = rows.read_month(self._session, self._key.compound, month)
            drawn = (
                draw_full(entries, self._by_unit)
                if self._key.audience == "full"
                else draw_public(entries, self._today, self._key.language, closed=closed).drawn
            )
            written = self._pen.transactions(layout.month_path(month), drawn)
            return Sheet(net_of(drawn), self._pen.lines_of(drawn), written)

        return self._cache.get((self._key, self._pen.kind, "month", month), stamp, draw)

    def _end(
        self, month: str, first: str | None, closed_seq: int, lines: int, at_close: Callable[[], Balances]
    ) -> T:
        """Write what a closed month ends with: every account that was open when it closed."""

        def draw() -> T:
            balances = dict(at_close())
            for account in self._frame.accounts.values():
                if account.seq < closed_seq and account.opened_on <= last_day(month):
                    balances.setdefault((self._shown(account.code), None), 0)
            on = first_day(next_month(month))
            return self._pen.assertions(layout.month_path(month), lines, on, _assertions(balances))

        return self._cache.get((self._key, self._pen.kind, "end", first, month), closed_seq, draw)

    def _shown(self, code: str) -> str:
        return merged(code) if self._key.audience == "public" else code

    def _opening(self, first: str) -> list[DrawnTransaction]:
        """Return one transaction per fund: assets and liabilities before ``first``, the rest as surplus."""
        funds: dict[str, Balances] = {}
        for (code, detail), minor in self._before(first).items():
            fund = chart.fund_of(code)
            stays = code.startswith(("Assets:", "Liabilities:")) or chart.currency_of(code) != CURRENCY
            place = (code, detail) if stays else (f"Equity:{fund}:Surplus", None)
            balances = funds.setdefault(fund, {})
            balances[place] = balances.get(place, 0) + minor
        on = first_day(first)
        drawn = []
        for fund in sorted(funds, key=chart.fund_zh):
            kept = sorted((place for place, minor in funds[fund].items() if minor), key=place_order)
            postings = tuple(DrawnPosting(*place, funds[fund][place]) for place in kept)
            narration = plain(words.brought_forward(self._key.language, fund))
            if postings:
                drawn.append(DrawnTransaction(on, 0, None, narration, postings, (), ("opening",)))
        return drawn

    def _before(self, first: str) -> Balances:
        """Return what this book shows of everything before ``first``, by place."""
        earlier = [month for month in self._frame.months if month < first]
        closed = [month for month in earlier if self._frame.months[month].closed_seq is not None]
        balances: Balances = {}
        if closed:
            slot = (self._key.compound, self._key.audience, "through", closed[-1])
            add(balances, self._cache.get(slot, "closed", lambda: self._through(closed[-1])))
        for month in earlier[len(closed) :]:
            add(balances, self._sheet(month).net)
        return balances

    def _through(self, month: str) -> Balances:
        """Return the balances at a close, where the public book has drawn everything (I12)."""
        balances: Balances = {}
        if self._key.audience == "public":
            stored = rows.closing_balances(self._session, self._key.compound, month)
            for (code, _unit), minor in stored.items():
                add(balances, {(merged(code), None): minor})
            of_contracts = rows.contract_balances(self._session, self._key.compound, month)
            for (code, contract), minor in of_contracts.items():
                if code in self._detailed:
                    add(balances, {(merged(code), None): -minor, (merged(code), contract): minor})
            return balances
        for (code, detail), minor in rows.balances_through(self._session, self._key.compound, month).items():
            add(balances, {(code, detail if code in self._detailed else None): minor})
        return balances

    def _opens(
        self, start: Balances, sheets: Sequence[Sheet[T]], plans: Mapping[int, Sequence[BudgetLine]]
    ) -> tuple[layout.Open, ...]:
        """Return every account of the frame and every place that the book uses, by day and in chart order."""
        opened: dict[Place, date] = {}
        for account in self._frame.accounts.values():
            place = (self._shown(account.code), None)
            opened[place] = min(account.opened_on, opened.get(place, account.opened_on))
        for net in (start, *(sheet.net for sheet in sheets)):
            for code, detail in net:
                if (code, detail) not in opened:
                    opened[code, detail] = opened.get((code, None), self._frame.opened_on)
        for on, code, _ in (line for lines in plans.values() for line in lines):
            opened[code, None] = min(on, opened.get((code, None), on))
        ordered = sorted(opened, key=lambda place: (opened[place], place_order(place)))
        return tuple(layout.Open(opened[place], *place) for place in ordered)


def _carried(start: Balances, sheets: Sequence[Sheet[T]]) -> Iterator[Balances]:
    """Give the balances after each sheet; it is one dictionary that grows."""
    balances = dict(start)
    for sheet in sheets:
        add(balances, sheet.net)
        yield balances


def _assertions(balances: Balances) -> list[Assertion]:
    """Return an assertion per place in chart order; an account with details also counts what is below it."""
    below: dict[str, int] = {}
    for (code, detail), minor in balances.items():
        if detail is not None:
            below[code] = below.get(code, 0) + minor
    return [
        Assertion(code, detail, minor + (below.get(code, 0) if detail is None else 0), minor)
        for code, detail in sorted(balances, key=place_order)
        for minor in [balances[code, detail]]
    ]
