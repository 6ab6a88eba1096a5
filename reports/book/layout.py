"""Where everything stands: the main file item by item, one line each, and the lines that a transaction takes.

Text and directives are both made from this, so that a directive knows its line without any text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from reports.book.drawn import BudgetLine, DrawnTransaction

MAIN = "main.beancount"
CURRENCY = "CNY"


class Option(NamedTuple):
    """An option of Beancount."""

    name: str
    value: str


class Commodity(NamedTuple):
    """The currency of the book, or points."""

    on: date
    currency: str


class Custom(NamedTuple):
    """A directive for the reader's program: a type and texts."""

    on: date
    type: str
    values: tuple[str, ...]


class Open(NamedTuple):
    """An account begins."""

    on: date
    code: str
    detail: str | None


class Include(NamedTuple):
    """Another file of the book, relative to its folder."""

    path: str


class Blank(NamedTuple):
    """An empty line."""


MainItem = Option | Commodity | Custom | BudgetLine | Open | Include | Blank


def month_path(month: str) -> str:
    """Return the file of a month: ``2026-01`` is in ``2026/2026-01.beancount``."""
    return f"{month[:4]}/{month}.beancount"


def budget_path(year: int) -> str:
    """Return the file of a year's budgets."""
    return f"{year:04d}/budget.beancount"


def opening_path(month: str) -> str:
    """Return the file of the transactions that open a book which begins with ``month``."""
    return f"{month[:4]}/{month}-opening.beancount"


def header_items(roots: Mapping[str, str]) -> list[MainItem]:
    """Return what a file below the main one begins with: each file has to name renamed roots for itself."""
    renamed: list[MainItem] = [root_option(root, name) for root, name in roots.items() if root != name]
    return [*renamed, Blank()] if renamed else []


def root_option(root: str, name: str) -> Option:
    """Return the option that renames a root, such as ``name_assets``."""
    return Option(f"name_{root.lower()}", name)


def header_height(roots: Mapping[str, str]) -> int:
    """Return how many lines stand above the first transaction of a file: its path, a blank one, its items."""
    return 2 + len(header_items(roots))


def height(transaction: DrawnTransaction) -> int:
    """Return how many lines a transaction takes: itself, metadata, postings with theirs, and a blank one."""
    return 2 + len(transaction.meta) + sum(1 + len(posting.meta) for posting in transaction.postings)
