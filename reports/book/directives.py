"""The book as Beancount directives, without text in between.

They equal what stock Beancount loads from ``text``, metadata, line numbers and tolerances included; only file
names are relative to the book's folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from beancount.core import data
from beancount.core.account import TYPE as ACCOUNT
from beancount.core.amount import Amount
from beancount.parser.grammar import ValueType

from ledger.rules.chart import currency_of
from reports.book import layout
from reports.book.drawn import Assertion, BudgetLine, DrawnTransaction
from reports.book.layout import MAIN, Commodity, Custom, Include, MainItem, Open, Option
from reports.book.names import Names

#: What Beancount infers from two decimals: half of the last digit.
_TOLERANCE = Decimal("0.005")
_EXACT = Decimal(0)


@lru_cache(maxsize=65536)
def amount(minor: int, currency: str) -> Amount:
    """Return hundredths as a Beancount amount with two decimals."""
    return Amount(Decimal(minor).scaleb(-2), currency)


class DirectivePen:
    """Writes a book as directives; see ``reports.book.drawn.Pen``."""

    kind = "directives"

    def __init__(self, names: Names) -> None:
        """Write with these account names."""
        self._names = names

    def lines_of(self, drawn: Sequence[DrawnTransaction]) -> int:
        """Return how many lines a file with these transactions has as text."""
        return layout.header_height(self._names.roots()) + sum(map(layout.height, drawn))

    def transactions(self, path: str, drawn: Sequence[DrawnTransaction]) -> list[Any]:
        """Return the transactions of a file as Beancount sorts them: by day, then by line."""
        line = layout.header_height(self._names.roots()) + 1
        entries = []
        for transaction in drawn:
            entries.append(self._transaction(path, line, transaction))
            line += layout.height(transaction)
        entries.sort(key=data.entry_sortkey)
        return entries

    def assertions(self, path: str, after: int, on: date, balances: Iterable[Assertion]) -> list[Any]:
        """Return exact assertions that have been found true."""
        return [
            data.Balance(
                {"filename": path, "lineno": line},
                on,
                self._names.name(one.code, one.detail),
                amount(one.subtree_minor, currency_of(one.code)),
                _EXACT,
                None,
            )
            for line, one in enumerate(balances, after + 1)
        ]

    def budgets(self, path: str, lines: Sequence[BudgetLine]) -> list[Any]:
        """Return the directives of a file of budget lines."""
        return self._items(path, layout.header_height(self._names.roots()) + 1, lines)

    def main(self, items: Iterable[MainItem]) -> list[Any]:
        """Return the directives of the main file; options and includes are none."""
        return self._items(MAIN, 1, items)

    def _items(self, path: str, first_line: int, items: Iterable[MainItem]) -> list[Any]:
        return [
            directive
            for line, item in enumerate(items, first_line)
            if (directive := self._item({"filename": path, "lineno": line}, item)) is not None
        ]

    def _item(self, meta: dict[str, Any], item: MainItem) -> Any:
        match item:
            case Commodity(on, currency):
                return data.Commodity(meta, on, currency)
            case Custom(on, kind, values):
                return data.Custom(meta, on, kind, [ValueType(value, str) for value in values])
            case BudgetLine(on, code, minor):
                name = ValueType(self._names.name(code), ACCOUNT)  # type: ignore[arg-type]  # as the grammar makes it
                planned = ValueType(amount(minor, currency_of(code)), Amount)
                return data.Custom(meta, on, "budget", [name, ValueType("monthly", str), planned])
            case Open(on, code, detail):
                return data.Open(meta, on, self._names.name(code, detail), [currency_of(code)], None)
            case _:
                return None

    def _transaction(self, path: str, line: int, drawn: DrawnTransaction) -> Any:
        meta: dict[str, Any] = {"filename": path, "lineno": line}
        meta.update(drawn.meta)
        meta["__tolerances__"] = {currency_of(one.code): _TOLERANCE for one in drawn.postings}
        line += 1 + len(drawn.meta)
        postings = []
        for code, detail, minor, said in drawn.postings:
            about: dict[str, Any] = {"filename": path, "lineno": line}
            about.update(said)
            line += 1 + len(said)
            postings.append(
                data.Posting(
                    self._names.name(code, detail),
                    amount(minor, currency_of(code)),
                    *(None, None, None, about),
                )
            )
        return data.Transaction(
            meta,
            drawn.on,
            drawn.flag,
            drawn.payee,
            drawn.narration,
            frozenset(drawn.tags),
            frozenset(drawn.links),
            postings,
        )


def options(items: Iterable[MainItem]) -> dict[str, Any]:
    """Return the options that the main file sets, in the form that the loader gives them."""
    set_options: dict[str, Any] = {"filename": MAIN, "operating_currency": [], "include": [MAIN]}
    for item in items:
        match item:
            case Option("operating_currency", value):
                set_options["operating_currency"].append(value)
            case Option(name, value):
                set_options[name] = value
            case Include(path):
                set_options["include"].append(path)
            case _:
                pass
    set_options["include"].sort()
    return set_options
