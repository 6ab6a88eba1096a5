"""The books of an export, read by stock Beancount and laid beside the journal entry by entry.

Beancount runs what a book names as a plugin, and reads whatever file it includes. So a stranger's book is looked
through before it is loaded: it may hold what our books hold, and nothing else.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from beancount import loader
from beancount.core import data
from beancount.parser import parser
from beancount.parser.options import OPTIONS_DEFAULTS

from ledger.rules.money import CURRENCY
from reports.archive.compared import FEN, Sums, check_entries, check_languages
from reports.archive.findings import Finding, found
from reports.archive.layout import BOOKS, Archive
from reports.archive.redrawn import LANGUAGES
from reports.book.book import book_title
from reports.book.key import Audience, BookKey, Language
from reports.book.text import quoted

_LINE = 64 * 1024  # bytes: ours have a few hundred
_QUOTED, _UNLIKE_OURS = re.compile(rb'"(?:[^"\\]|\\.)*"'), re.compile(rb'["/(){}@,+]')
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_BOOK = ".beancount"
#: What our books set (names and titles), and what the parser itself keeps among the options.
_HARMLESS = ("account_", "name_", "commodities", "dcontext", "filename", "include", "input_hash")
_TITLES = ("operating_currency", "title")


def check_books(archive: Archive) -> Iterator[Finding]:
    """Load both books, and lay them beside the journal and beside each other."""
    if archive.is_journal_only:
        yield found("books_left_out", BOOKS)
        return
    books = {}
    for language in LANGUAGES:
        if f"{BOOKS}{language}/main.beancount" not in archive.files:
            yield found("book_missing", f"{BOOKS}{language}")
            continue
        books[language], errors = _loaded(archive, language)
        for error in errors[:10]:
            yield found("book_unreadable", f"{BOOKS}{language}", str(error)[:200])
        yield from _title(archive, language)
    for language, entries in books.items():
        yield from check_entries(archive, language, entries)
    if len(books) == len(LANGUAGES) and not archive.is_full:
        yield from check_languages(books["zh"], books["en"])


def _title(archive: Archive, language: Language) -> Iterator[Finding]:
    """Compare the title of a book with the name that the manifest gives the compound."""
    audience: Audience = "full" if archive.is_full else "public"
    title = book_title(archive.manifest["name"], BookKey(archive.compound, audience, language))
    name = f"{BOOKS}{language}/main.beancount"
    said = [one for one in archive.files[name].split(b"\n") if one.lstrip().startswith(b'option "title"')]
    if said != [f'option "title" {quoted(title)}'.encode()]:
        yield found("name_differs", name, title)


def _loaded(archive: Archive, language: str) -> tuple[list[Any], list[str]]:
    prefix = f"{BOOKS}{language}/"
    with tempfile.TemporaryDirectory() as folder:
        try:
            _unpack(archive, prefix, Path(folder).resolve())
            strange = [
                one for path in sorted(Path(folder).rglob("*")) if path.is_file() for one in _strange(path)
            ]
            if strange:
                return [], strange
            entries, errors, _ = loader.load_file(str(Path(folder, "main.beancount")))
        except OSError as error:  # a file where another needs a folder, a path that is too long
            return [], [error.strerror or type(error).__name__]
        except MemoryError:  # what the parser says of brackets without end
            return [], ["MemoryError"]
    return list(entries), [getattr(error, "message", str(error)) for error in errors]


def _unpack(archive: Archive, prefix: str, folder: Path) -> None:
    """Write the files of a book into a folder, and none anywhere else."""
    for name, content in archive.files.items():
        path = Path(folder, name.removeprefix(prefix))
        is_ours = name.startswith(prefix) and name.endswith(_BOOK)
        if is_ours and path.resolve().is_relative_to(folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _strange(path: Path) -> Iterator[str]:
    """Say what in a book no book of ours holds: plugins, files from elsewhere, options that change what is read."""
    unruly = _unruly(path.read_bytes())
    if unruly is not None:
        yield f"line {unruly}"
        return
    _, _, options = parser.parse_file(str(path))
    for name, value in options.items():
        if name == "plugin":
            yield from (f"plugin {module!r}" for module, _ in value)
        elif name == "include":
            yield from (f"include {one!r}" for one in value if not _is_beside(one))
        elif not name.startswith(_HARMLESS) and name not in _TITLES and value != OPTIONS_DEFAULTS.get(name):
            yield f"option {name!r}"


def _unruly(content: bytes) -> int | None:
    """Return the first line that none of ours is like: control characters, sums, no end, a text that goes on below.

    The time that the parser takes grows with the square of the longest token, so a few megabytes of one are hours;
    and a division by zero ends the whole process.
    """
    for number, line in enumerate(content.split(b"\n"), 1):
        if len(line) > _LINE or _CONTROL.search(line):
            return number
        if not line.startswith(b";") and _UNLIKE_OURS.search(_QUOTED.sub(b"", line)):
            return number
    return None


def _is_beside(included: str) -> bool:
    """Say whether a file is one of the same book: below it, and one only."""
    parts = PurePosixPath(included).parts
    return included.endswith(_BOOK) and not {"..", "/"} & set(parts) and not set("*?[\\") & set(included)


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
                    sums[posting.account] += int(units.number * FEN)
    return {account: minor for account, minor in sums.items() if minor}
