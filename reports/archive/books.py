"""The books of an export, read by stock Beancount and laid beside the journal entry by entry.

Beancount runs what a book names as a plugin, and reads whatever file it includes. So a stranger's book is looked
through before it is loaded: it may hold what our books hold, and nothing else.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from beancount import loader
from beancount.core import data
from beancount.parser import parser
from beancount.parser.options import OPTIONS_DEFAULTS

from ledger.rules.money import CURRENCY, parse_amount
from reports.archive.checks import part_of
from reports.archive.findings import Finding, found
from reports.archive.layout import BOOKS, Archive
from reports.book.public import merged

_LANGUAGES = ("zh", "en")
_FEN = Decimal(100)
_DIGITS = 16  # of an act's number
_BOOK = ".beancount"
#: What our books set (names and titles), and what the parser itself keeps among the options.
_HARMLESS = ("account_", "name_", "commodities", "dcontext", "filename", "include", "input_hash")
_TITLES = ("operating_currency", "title")
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
            is_ours = name.startswith(prefix) and name.endswith(_BOOK)
            if is_ours and path.resolve().is_relative_to(Path(folder).resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        strange = [
            one for path in sorted(Path(folder).rglob("*")) if path.is_file() for one in _strange(path)
        ]
        if strange:
            return [], strange
        entries, errors, _ = loader.load_file(str(Path(folder, "main.beancount")))
    return list(entries), [getattr(error, "message", str(error)) for error in errors]


def _strange(path: Path) -> Iterator[str]:
    """Say what in a book no book of ours holds: plugins, files from elsewhere, options that change what is read."""
    _, _, options = parser.parse_file(str(path))
    for name, value in options.items():
        if name == "plugin":
            yield from (f"plugin {module!r}" for module, _ in value)
        elif name == "include":
            yield from (f"include {one!r}" for one in value if not _is_beside(one))
        elif not name.startswith(_HARMLESS) and name not in _TITLES and value != OPTIONS_DEFAULTS.get(name):
            yield f"option {name!r}"


def _is_beside(included: str) -> bool:
    """Say whether a file is one of the same book: below it, and one only."""
    parts = PurePosixPath(included).parts
    return included.endswith(_BOOK) and not {"..", "/"} & set(parts) and not set("*?[\\") & set(included)


def _compared(archive: Archive, entries: list[Any]) -> Iterator[Finding]:
    """Compare what the book says of an act with the public lines of the journal."""
    drawn: dict[int, list[Any]] = defaultdict(list)
    for entry in entries:
        seq_said = str(entry.meta.get("seq", "")) if isinstance(entry, data.Transaction) else ""
        if seq_said.isascii() and seq_said.isdecimal() and len(seq_said) < _DIGITS:
            drawn[int(seq_said)].append(entry)
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
