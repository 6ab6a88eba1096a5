"""The book as a journal that both hledger and Ledger read: the same transactions, the same accounts.

Neither program can quote text, so the few characters that mean something to them are drawn full-width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from ledger.rules.chart import currency_of
from ledger.rules.money import POINT, format_amount
from reports.book.drawn import Assertion, BudgetLine, DrawnTransaction, Meta
from reports.book.layout import CURRENCY, Open
from reports.book.names import Names

#: ``;`` begins a comment, ``|`` ends a payee, ``,`` a tag's value, ``:`` a tag's name, ``[`` a date.
_MEANINGFUL = str.maketrans(";|,:[]", "；｜，：［］")
_TYPES = {"Assets": "A", "Liabilities": "L", "Equity": "E", "Income": "R", "Expenses": "X"}


class HledgerPen:
    """Writes a book for hledger and Ledger; see ``reports.book.drawn.Pen``."""

    kind = "hledger"

    def __init__(self, names: Names) -> None:
        """Write with these account names."""
        self._names = names

    def lines_of(self, drawn: Sequence[DrawnTransaction]) -> int:  # noqa: ARG002 - nothing here knows its line
        """Return 0: nobody asks on which line a transaction of this journal stands."""
        return 0

    def transactions(self, path: str, drawn: Sequence[DrawnTransaction]) -> str:
        """Return a comment that says which file of the Beancount book this is, and its transactions.

        Assertions look at what stands above them, so transactions come by day here, then in their order.
        """
        in_time = sorted(drawn, key=lambda one: one.on)
        blocks = ("\n".join(self._lines(transaction)) for transaction in in_time)
        return f"; {path}\n\n" + "".join(f"{block}\n\n" for block in blocks)

    def assertions(self, path: str, after: int, on: date, balances: Iterable[Assertion]) -> str:  # noqa: ARG002
        """Return one transaction of nothing on the day before: each account's balance without its details."""
        lines = [f"{on - timedelta(days=1)} * (0) {path}"]
        for one in balances:
            name, own = self._names.name(one.code, one.detail), format_amount(one.own_minor)
            currency = currency_of(one.code)
            lines.append(f"    {name}  0.00 {currency} = {own} {currency}")
        return "\n".join(lines) + "\n\n" if len(lines) > 1 else ""

    def budgets(self, path: str, lines: Sequence[BudgetLine]) -> str:  # noqa: ARG002 - the pens share one face
        """Return nothing: hledger's periodic transactions are forecasts, and Ledger would count them."""
        return ""

    def main(self, title: str, opens: Iterable[Open]) -> str:
        """Return the title and the accounts; the five roots say what type they are."""
        opens = list(opens)
        lines = [f"; {_shown(title)}", "", f"commodity {CURRENCY}"]
        lines += [f"commodity {POINT}"] if any(currency_of(one.code) == POINT for one in opens) else []
        lines.append("")
        for root, name in self._names.roots().items():
            lines += [f"account {name}", f"    ; type: {_TYPES[root]}"]
        lines += [f"account {self._names.name(one.code, one.detail)}" for one in opens]
        return "\n".join(lines) + "\n\n"

    def _lines(self, transaction: DrawnTransaction) -> Iterator[str]:
        said = " | ".join(_shown(text) for text in (transaction.payee, transaction.narration) if text)
        # A number in brackets is the code; what follows it can be anything, brackets too.
        yield f"{transaction.on} {transaction.flag} ({transaction.seq}) {said}"
        yield from _comments(transaction.meta)
        yield from (f"    ; {tag}:" for tag in transaction.tags)
        for posting in transaction.postings:
            name = self._names.name(posting.code, posting.detail)
            yield f"    {name}  {format_amount(posting.amount_minor)} {currency_of(posting.code)}"
            yield from _comments(posting.meta)


def _shown(text: str) -> str:
    return " ".join(text.translate(_MEANINGFUL).split())


def _comments(meta: Meta) -> Iterator[str]:
    return (f"    ; {key}: {_shown(value)}" for key, value in meta)
