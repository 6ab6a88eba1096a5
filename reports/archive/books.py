"""The books of an export, read by stock Beancount and laid beside the journal entry by entry."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core import data

from ledger.rules.money import CURRENCY, parse_amount
from reports.archive.checks import part_of
from reports.archive.findings import Finding, found
from reports.archive.layout import BOOKS, Archive
from reports.book.public import merged

_LANGUAGES = ("zh", "en")
_FEN = Decimal(100)
Sums = dict[str, int]


def check_books(archive: Archive) -> Iterator[Finding]:
    """Load both books; compare every entry that is open in the journal with the English one's transactions."""
    for language in _LANGUAGES:
        if f"{BOOKS}{language}/main.beancount" not in archive.files:
            continue
        entries, errors = _loaded(archive, language)
        for error in errors[:10]:
            yield found("book_unreadable", f"{BOOKS}{language}", str(error)[:200])
        if language == "en":
            yield from _compared(archive, entries)


def _loaded(archive: Archive, language: str) -> tuple[list[Any], list[str]]:
    prefix = f"{BOOKS}{language}/"
    with tempfile.TemporaryDirectory() as folder:
        for name, content in archive.files.items():
            path = Path(folder, name.removeprefix(prefix))
            if name.startswith(prefix) and path.resolve().is_relative_to(Path(folder).resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        entries, errors, _ = loader.load_file(str(Path(folder, "main.beancount")))
    return list(entries), [getattr(error, "message", str(error)) for error in errors]


def _compared(archive: Archive, entries: list[Any]) -> Iterator[Finding]:
    """Compare what the book says of an act with the public lines of the journal."""
    drawn: dict[int, list[Any]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, data.Transaction) and "seq" in entry.meta:
            drawn[int(entry.meta["seq"])].append(entry)
    held = {line["seq"] for line in archive.journal if (part_of(line, "public") or {"lines": 1}).get("lines")}
    for seq in sorted(set(drawn) - held):
        yield found("book_stranger", f"{BOOKS}en", f"#{seq}")
    for line in archive.journal:
        lines = (part_of(line, "public") or {}).get("lines", ())
        alone = [one for one in drawn.get(line["seq"], []) if "batch" not in one.tags]
        if not lines or (not archive.is_full and not alone and any(one["leaves_root"] for one in lines)):
            continue  # in the public book household acts are drawn as batches
        expected: Sums = defaultdict(int)
        for one in lines:
            expected[one["account"] if archive.is_full else merged(one["account"])] += parse_amount(
                one["amount"]
            )
        said = _said(drawn.get(line["seq"], []), sorted(expected, key=len, reverse=True))
        if said != {account: minor for account, minor in expected.items() if minor}:
            yield found("book_entry_differs", f"{BOOKS}en", f"#{line['seq']}")


def balances_through(archive: Archive, month: str) -> Sums | None:
    """Return every account's balance at a month's end, in fen, as the book adds up; None without a book."""
    if f"{BOOKS}en/main.beancount" not in archive.files:
        return None
    entries, _ = _loaded(archive, "en")
    sums: Sums = defaultdict(int)
    for entry in entries:
        if isinstance(entry, data.Transaction) and f"{entry.date:%Y-%m}" <= month:
            for posting in entry.postings:
                units: Any = posting.units
                if units.currency == CURRENCY:
                    sums[posting.account] += int(units.number * _FEN)
    return {account: minor for account, minor in sums.items() if minor}


def _said(transactions: list[Any], accounts: list[str]) -> Sums:
    """Return what transactions post by the journal's accounts: the detail (unit, contract) that ends one drops."""
    sums: Sums = defaultdict(int)
    for transaction in transactions:
        for posting in transaction.postings:
            of = (one for one in accounts if f"{posting.account}:".startswith(f"{one}:"))
            account = next(of, posting.account)
            sums[account] += int(posting.units.number * _FEN)
    return {account: minor for account, minor in sums.items() if minor}
