"""The second opinion: stock Beancount reads the exported text and must come to the sums of SQL (decision 2).

This engine adds in its own way and by its own rules; all that it is given is the text. A close asks it first,
and any disagreement blocks the close.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core import data
from sqlalchemy import Table, and_, case, func, select
from sqlmodel import Session

from ledger.rules.chart import currency_of, fund_of
from ledger.rules.money import CURRENCY
from ledger.rules.period import months_back
from ledger.store.tables import AccountRow, EntryRow, PostingRow
from reports.book.book import build_directives, build_files, waiting
from reports.book.key import Audience, BookKey, Language, MonthCache
from reports.book.layout import MAIN
from reports.book.names import Names
from reports.book.public import merged

_POSTING: Table = PostingRow.__table__  # type: ignore[attr-defined]  # SQLModel does not tell mypy
_ENTRY: Table = EntryRow.__table__  # type: ignore[attr-defined]  # as above
_ACCOUNT: Table = AccountRow.__table__  # type: ignore[attr-defined]  # as above
_FEN = Decimal(100)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One account on which SQL and Beancount differ, in fen.

    A fault of the book itself, such as a file that Beancount cannot read, stands in ``account`` with its
    place, and both amounts are 0.
    """

    account: str
    sql_minor: int
    beancount_minor: int


def disagreements(
    session: Session,
    compound: str,
    today: date,
    *,
    through: str | None = None,
    since: str | None = None,
    language: Language = "zh",
) -> list[Disagreement]:
    """Return everything on which the two engines differ, in the full book and then in the public one (I12).

    ``through`` is the last month that is compared, such as the one about to be closed. ``since`` is the first
    month that the book shows one by one, everything before it being one opening, so that reading the text
    costs the same however old the books are. None: all months. ``language`` is that of the book read.
    """
    months = _Months(since, through)
    sums = _sql_sums(session, compound, months)
    found = list(_opinion(session, BookKey(compound, "full", language), today, months, sums))
    shown: dict[str, int] = {}
    for code, minor in sums.items():
        _count(shown, merged(code), minor)
    # What waits has to be missing from the public book: exactly that, and nothing else.
    before = months_back(since, 1) if since else ""
    for code, minor in _waiting(session, compound, today, _Months(None, before)).items():
        _count(shown, months.fold(code, before), -minor)
    for code, minor in _waiting(session, compound, today, months).items():
        _count(shown, code, -minor)
    return found + list(_opinion(session, BookKey(compound, "public", language), today, months, shown))


@dataclass(frozen=True, slots=True)
class _Months:
    """The months that a book shows; what came before stands in its opening."""

    since: str | None
    through: str | None

    def fold(self, code: str, month: str) -> str:
        """Return the account under which a posting of ``month`` counts: income of before is surplus."""
        if self.since is None or month >= self.since or code.startswith(("Assets:", "Liabilities:")):
            return code
        if currency_of(code) != CURRENCY:
            return code  # points are no surplus
        return f"Equity:{fund_of(code)}:Surplus"


def load(files: dict[str, bytes]) -> tuple[list[Any], list[Any]]:
    """Return what stock Beancount makes of a book's files, and its errors; paths are relative to the book."""
    with tempfile.TemporaryDirectory(prefix="book-") as folder:
        root = Path(os.path.realpath(folder))
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        # A new folder has no cache that could be read in place of the text.
        entries, errors, _options = loader.load_file(str(root / MAIN))
    prefix = f"{root}/"
    for entry in entries:
        _relative(entry.meta, prefix)
        for posting in getattr(entry, "postings", ()):
            _relative(posting.meta, prefix)
    for error in errors:
        _relative(error.source, prefix)
    return entries, errors


def _relative(meta: dict[str, Any] | None, prefix: str) -> None:
    if meta is not None:
        meta["filename"] = str(meta.get("filename", "")).removeprefix(prefix)


def _opinion(
    session: Session, key: BookKey, today: date, months: _Months, expected: dict[str, int]
) -> Iterator[Disagreement]:
    """Give what is wrong with one book: its errors, its directives against its text, its sums against SQL."""
    cache = MonthCache()  # the text and the directives share the sums of the opening
    since, through = months.since, months.through
    entries, errors = load(build_files(session, key, today, since=since, through=through, cache=cache))
    for error in errors:
        place = error.source or {}
        yield Disagreement(f"{place.get('filename')}:{place.get('lineno')} {error.message}", 0, 0)
    built = build_directives(session, key, today, since=since, through=through, cache=cache).entries
    yield from _different_directives(key.audience, entries, built)
    found = _beancount_sums(entries, _codes(session, key))
    for account in sorted(expected.keys() | found.keys()):
        left, right = expected.get(account, 0), found.get(account, 0)
        if left != right:
            yield Disagreement(account, left, right)


def _different_directives(audience: Audience, loaded: list[Any], built: list[Any]) -> Iterator[Disagreement]:
    """Give the first directive that is not the same in the text and in what Fava is shown."""
    for one, other in zip_longest(loaded, built):
        if type(one) is not type(other) or one != other:
            meta = (other if one is None else one).meta
            place = f"{meta['filename']}:{meta['lineno']}"
            yield Disagreement(f"{place} text and directives differ ({audience})", 0, 0)
            return


def _sql_sums(session: Session, compound: str, months: _Months) -> dict[str, int]:
    """Return each account's sum straight from the postings, what came before the book folded into surplus."""
    before = case((_ENTRY.c.month < (months.since or ""), "before"), else_="shown")
    rows = session.execute(
        select(_POSTING.c.account, before, func.sum(_POSTING.c.amount_minor))
        .join(_ENTRY, and_(_ENTRY.c.compound == _POSTING.c.compound, _ENTRY.c.seq == _POSTING.c.seq))
        .where(_POSTING.c.compound == compound)
        .where(*([_ENTRY.c.month <= months.through] if months.through else []))
        .group_by(_POSTING.c.account, before)
    )
    sums: dict[str, int] = {}
    for code, when, minor in rows:
        _count(sums, months.fold(code, "" if when == "before" else (months.since or "")), int(minor))
    return sums


def _waiting(session: Session, compound: str, today: date, months: _Months) -> dict[str, int]:
    if months.through == "":
        return {}
    balances = waiting(session, compound, today, since=months.since, through=months.through)
    return {code: minor for (code, _detail), minor in balances.items()}


def _codes(session: Session, key: BookKey) -> dict[str, str]:
    """Return the codes of the compound's accounts by the names that the book gives them."""
    rows = session.execute(
        select(_ACCOUNT.c.code, _ACCOUNT.c.zh, _ACCOUNT.c.fund).where(_ACCOUNT.c.compound == key.compound)
    ).all()
    names = Names(key.language, {row.code: row.zh for row in rows})
    codes = {row.code for row in rows} | {merged(row.code) for row in rows}
    codes |= {f"Equity:{row.fund}:Surplus" for row in rows if row.fund != "Agency"}
    return {names.name(code): code for code in codes}


def _beancount_sums(entries: list[Any], codes: dict[str, str]) -> dict[str, int]:
    """Return each account's sum in the loaded book, by code, whatever detail its name ends with."""
    sums: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                units: Any = posting.units  # the book's numbers are never missing
                name = posting.account
                code = codes.get(name) or codes.get(name.rpartition(":")[0], name)
                _count(sums, code, int(units.number * _FEN))
    return sums


def _count(sums: dict[str, int], code: str, minor: int) -> None:
    sums[code] = sums.get(code, 0) + minor
