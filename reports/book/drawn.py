"""What a book consists of before it is written: transactions with account codes, and what a pen must do.

Amounts are signed fen, debit positive. Codes are the English ones; names are given by the pen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

#: An account and its detail, a unit code, which becomes the last segment of the name.
Place = tuple[str, str | None]
#: What each place stands at, in fen.
Balances = dict[Place, int]
Meta = tuple[tuple[str, str], ...]

#: Metadata that a book may carry; anything else stays in the journal.
ALLOWED_META = frozenset(
    {
        "seq", "voucher", "kind", "period", "item", "charge", "debtor", "receipt", "unit", "authority",
        "contract", "channel", "occurred-on", "recorded-on", "reverses", "corrects", "hash",
    }
)  # fmt: skip
#: Control characters, line separators, lone surrogates and bidirectional controls: refused at the door
#: (``ledger.rules.text``), and not to be shown if they were here all the same.
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class DrawnPosting(NamedTuple):
    """One line of a transaction."""

    code: str
    detail: str | None
    amount_minor: int
    meta: Meta = ()


class DrawnTransaction(NamedTuple):
    """One transaction of a book; ``seq`` is that of the act, or of the last act of a batch."""

    on: date
    seq: int
    payee: str | None
    narration: str
    postings: tuple[DrawnPosting, ...]
    meta: Meta = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    flag: str = "*"


class Assertion(NamedTuple):
    """What a place stands at: with all details below it (``subtree_minor``), and alone (``own_minor``)."""

    code: str
    detail: str | None
    subtree_minor: int
    own_minor: int


class BudgetLine(NamedTuple):
    """From a day on, how much a month an account may move, in signed fen."""

    on: date
    code: str
    amount_minor: int


class Pen(Protocol[T_co]):
    """Writes parts of a book in one format; ``T_co`` is what it writes."""

    @property
    def kind(self) -> str:
        """A word that tells this pen's work from that of others in a cache."""
        ...

    def lines_of(self, drawn: Sequence[DrawnTransaction]) -> int:
        """Return how many lines a file with these transactions has; what ends a month stands below."""
        ...

    def transactions(self, path: str, drawn: Sequence[DrawnTransaction]) -> T_co:
        """Write a file's header and its transactions, in the order given."""
        ...

    def assertions(self, path: str, after: int, on: date, balances: Iterable[Assertion]) -> T_co:
        """Write assertions of the start of the day ``on``, after the first ``after`` lines of the file."""
        ...

    def budgets(self, path: str, lines: Sequence[BudgetLine]) -> T_co:
        """Write a file of budget lines, in the order given."""
        ...


def plain(text: str) -> str:
    """Return the text in normal form C, with a space in place of what cannot be shown."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _UNSHOWABLE.sub(" ", text))


def plain_optional(text: str | None) -> str | None:
    """Return the plain text, or None where there is nothing to show."""
    return (plain(text) or None) if text else None


def net_of(drawn: Iterable[DrawnTransaction]) -> Balances:
    """Return how much the transactions move each place, in fen; a place that ends where it began is 0."""
    net: Balances = {}
    for transaction in drawn:
        for posting in transaction.postings:
            place = (posting.code, posting.detail)
            net[place] = net.get(place, 0) + posting.amount_minor
    return net


def add(into: Balances, balances: Balances) -> None:
    """Add ``balances`` to ``into``."""
    for place, minor in balances.items():
        into[place] = into.get(place, 0) + minor
