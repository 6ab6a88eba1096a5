"""The book as Beancount text: UTF-8 without a mark, LF, two decimals, strings escaped, assertions exact.

Within quotes Beancount knows two special characters, the backslash and the quote; everything else is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.rules.chart import currency_of
from ledger.rules.money import format_amount
from reports.book import layout
from reports.book.drawn import Assertion, BudgetLine, DrawnPosting, DrawnTransaction, Meta
from reports.book.layout import Blank, Commodity, Custom, Include, MainItem, Open, Option
from reports.book.names import Names

_NAME_WIDTH = 56  # columns kept for account names
_AMOUNT_WIDTH = 14  # columns kept for amounts


def quoted(text: str) -> str:
    """Return the text as a Beancount string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class TextPen:
    """Writes a book as text; see ``reports.book.drawn.Pen``."""

    kind = "text"

    def __init__(self, names: Names) -> None:
        """Write with these account names."""
        self._names = names

    def lines_of(self, drawn: Sequence[DrawnTransaction]) -> int:
        """Return how many lines a file with these transactions has."""
        return layout.header_height(self._names.roots()) + sum(map(layout.height, drawn))

    def transactions(self, path: str, drawn: Sequence[DrawnTransaction]) -> str:
        """Return a file's header and its transactions."""
        header = self.main(layout.header_items(self._names.roots()))
        blocks = ("\n".join(self._lines(transaction)) for transaction in drawn)
        return f"; {path}\n\n{header}" + "".join(f"{block}\n\n" for block in blocks)

    def assertions(self, path: str, after: int, on: date, balances: Iterable[Assertion]) -> str:  # noqa: ARG002 - the pens share one face
        """Return one exact assertion a line, with everything below the account counted in."""
        return "".join(
            f"{on} balance {self._names.padded(one.code, one.detail, _NAME_WIDTH)}"
            f"{format_amount(one.subtree_minor)} ~ 0 {currency_of(one.code)}\n"
            for one in balances
        )

    def budgets(self, path: str, lines: Sequence[BudgetLine]) -> str:
        """Return a file of budget lines, one a line."""
        return f"; {path}\n\n" + self.main([*layout.header_items(self._names.roots()), *lines])

    def main(self, items: Iterable[MainItem]) -> str:
        """Return the main file, one item a line."""
        return "".join(f"{self._item(item)}\n" for item in items)

    def _lines(self, transaction: DrawnTransaction) -> Iterator[str]:
        head = [transaction.on.isoformat(), transaction.flag]
        if transaction.payee is not None:
            head.append(quoted(transaction.payee))
        head.append(quoted(transaction.narration))
        head += [f"#{tag}" for tag in transaction.tags]
        head += [f"^{link}" for link in transaction.links]
        yield " ".join(head)
        yield from _meta(transaction.meta, "  ")
        for posting in transaction.postings:
            yield self._posting(posting)
            yield from _meta(posting.meta, "    ")

    def _posting(self, posting: DrawnPosting) -> str:
        name = self._names.padded(posting.code, posting.detail, _NAME_WIDTH)
        return f"  {name}{format_amount(posting.amount_minor):>{_AMOUNT_WIDTH}} {currency_of(posting.code)}"

    def _item(self, item: MainItem) -> str:
        match item:
            case Option(name, value):
                line = f"option {quoted(name)} {quoted(value)}"
            case Commodity(on, currency):
                line = f"{on} commodity {currency}"
            case Custom(on, kind, values):
                line = " ".join([f"{on} custom", quoted(kind), *map(quoted, values)])
            case BudgetLine(on, code, minor):
                name = self._names.name(code)
                line = f'{on} custom "budget" {name} "monthly" {format_amount(minor)} {currency_of(code)}'
            case Open(on, code, detail):
                line = f"{on} open {self._names.name(code, detail)} {currency_of(code)}"
            case Include(path):
                line = f"include {quoted(path)}"
            case Blank():
                line = ""
        return line


def _meta(meta: Meta, indent: str) -> Iterator[str]:
    return (f"{indent}{key}: {quoted(value)}" for key, value in meta)
