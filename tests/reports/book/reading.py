"""Reading a book back with stock Beancount, and adding it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from beancount.core.data import Transaction

from reports.book.second_opinion import load

__all__ = ["fen", "load", "sums", "transactions", "write"]


def write(files: dict[str, bytes], folder: Path) -> Path:
    """Write a book's files and return the main one."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder / "main.beancount"


def transactions(entries: Iterable[Any]) -> list[Any]:
    return [entry for entry in entries if isinstance(entry, Transaction)]


def fen(amount: Any) -> int:
    return int(amount.number * 100)


def sums(entries: Iterable[Any]) -> Counter[str]:
    """Return each account's balance in fen."""
    balances: Counter[str] = Counter()
    for transaction in transactions(entries):
        for posting in transaction.postings:
            balances[posting.account] += fen(posting.units)
    return balances
