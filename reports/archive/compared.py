"""The books of an export beside its journal, transaction by transaction, and beside each other.

Of a full export both books are drawn again besides (``redrawn``). A public export does not bring the facts for that,
so here every transaction is looked for: which act it tells of, when, in what words, and how much.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from typing import Any

from beancount.core import data

from ledger.errors import AccountUnknown
from ledger.rules.chart import account
from ledger.rules.money import parse_amount
from reports.archive.checks import part_of
from reports.archive.findings import Finding, found
from reports.archive.layout import BOOKS, Archive
from reports.book import words
from reports.book.drawn import plain, plain_optional
from reports.book.key import Language
from reports.book.public import merged

FEN = Decimal(100)
_DIGITS = 16  # of an act's number
_SEGMENTS = 20  # of an account: ours have half as many
_BATCH = frozenset({"batch"})
_OURS = (data.Open, data.Commodity, data.Custom, data.Balance, data.Transaction)
_NUMBER, _RECEIPT = re.compile(r"\d{1,15}"), re.compile(r"R-(\d{1,15})")
_SAME_META = (
    "seq",
    "voucher",
    "kind",
    "item",
    "period",
    "channel",
    "authority",
    "reverses",
    "corrects",
    "hash",
)
Sums = dict[str, int]
Drawn = dict[int, list[Any]]


def check_entries(archive: Archive, language: str, entries: list[Any]) -> Iterator[Finding]:
    """Compare what a book says of every act with the public part of the act; amounts in the English one."""
    place = f"{BOOKS}{language}"
    drawn: Drawn = defaultdict(list)
    for entry in entries:
        seq = _seq(entry)
        if seq is not None:
            drawn[seq].append(entry)
        elif not isinstance(entry, _OURS) or isinstance(entry, data.Transaction):
            yield found("book_stranger", place, f"{entry.date} {getattr(entry, 'narration', '')}")
    acts = {line["seq"]: line for line in archive.journal}
    for seq in sorted(drawn):
        if seq not in acts or _is_strange(archive, part_of(acts[seq], "public"), drawn[seq]):
            yield found("book_stranger", place, f"#{seq}")
    for line in archive.journal:
        told, part = drawn.get(line["seq"], []), part_of(line, "public") or {}
        is_whole = language != "en" or _adds_up(archive, part, told)
        if not is_whole or not (archive.is_full or all(_is_told(line, part, one, language) for one in told)):
            yield found("book_entry_differs", place, f"#{line['seq']}")


def _adds_up(archive: Archive, part: Mapping[str, Any], told: list[Any]) -> bool:
    """Say whether a book posts for an act what its public lines say."""
    lines = part.get("lines", ())
    alone = [one for one in told if "batch" not in one.tags]
    if not lines or (not archive.is_full and not alone and any(one["leaves_root"] for one in lines)):
        return True  # in the public book household acts are drawn as batches
    expected: Sums = defaultdict(int)
    for one in lines:
        code = one["account"] if archive.is_full else merged(one["account"])
        expected[code] += parse_amount(one["amount"])
    return _said(told, expected) == {code: minor for code, minor in expected.items() if minor}


def _seq(entry: Any) -> int | None:
    """Return the act that a transaction names; None where it names none, or is no transaction."""
    said = str(entry.meta.get("seq", "")) if isinstance(entry, data.Transaction) else ""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _DIGITS else None


def _is_strange(archive: Archive, part: Mapping[str, Any] | None, told: list[Any]) -> bool:
    """Say whether a book tells of an act that has no entry, or is not open to this audience.

    A batch hides households: of its acts the public journal opens none or few, but each carries a unit.
    """
    lines = () if part is None else part.get("lines", ())
    if archive.is_full:
        return not lines
    one = told[0]
    hides = part is None or any(line["leaves_root"] for line in lines)
    return len(told) > 1 or (not hides if one.tags == _BATCH else not lines or bool(one.tags))


def _is_told(line: Mapping[str, Any], part: Mapping[str, Any], told: Any, language: str) -> bool:
    """Say whether the public book tells of an act as its public part does: day, number, words, who was paid."""
    if (told.flag, told.links) != ("*", frozenset()):
        return False
    if told.tags:
        return _has_words_of_ours(told, language)
    links = (part.get(name) for name in ("authority", "reverses", "corrects"))
    is_act = (
        told.date.isoformat() == part["effective_on"]
        and (told.meta.get("voucher"), told.meta.get("hash")) == (part["voucher"], line["hash"])
        and [told.meta.get(name) for name in ("authority", "reverses", "corrects")]
        == [None if one is None else plain(str(one)) for one in links]
    )
    if any(one["leaves_root"] for one in part["lines"]):  # of many households: it has no words of its own
        return is_act and _has_words_of_ours(told, language)
    said = (plain_optional(part.get("counterparty")), plain(str(part.get("narration", ""))))
    return is_act and (told.payee, told.narration) == said


def _has_words_of_ours(told: Any, language: str) -> bool:
    """Say whether a transaction of households has the words that its kind and its numbers give it, and no payee."""
    spoken: Language = "zh" if language == "zh" else "en"
    kind, item, period = (told.meta.get(name) for name in ("kind", "item", "period"))
    numbers = [int(one) for one in _NUMBER.findall(told.narration)]
    count = numbers[-1] if numbers else 0
    receipts = [int(one) for one in _RECEIPT.findall(told.narration)]
    ours = (
        (words.small_batch(spoken, kind), words.batch(spoken, kind, count, receipts))
        if told.tags
        else (words.collective(spoken, kind, item, period, count),)
    )
    return told.payee is None and told.narration in {plain(one) for one in ours}


def _said(transactions: list[Any], accounts: Container[str]) -> Sums:
    """Return what transactions post by the journal's accounts: the detail (unit, contract) that ends one drops."""
    sums: Sums = defaultdict(int)
    for transaction in transactions:
        for posting in transaction.postings:
            parts = posting.account.split(":", _SEGMENTS)
            of = (":".join(parts[:count]) for count in range(len(parts), 0, -1))
            code = next((one for one in of if one in accounts), posting.account)
            sums[code] += int(posting.units.number * FEN)
    return {code: minor for code, minor in sums.items() if minor}


def check_languages(zh: list[Any], en: list[Any]) -> Iterator[Finding]:
    """Compare the two books: the same transactions on the same days, with the same amounts on the same accounts."""
    names: dict[str, str] = {}
    here, there = (_told(book) for book in (zh, en))
    for key in sorted(here.keys() ^ there.keys()):
        yield found("book_languages", f"{BOOKS}zh", f"{key[0]} #{key[1]}")
    for key in sorted(here.keys() & there.keys()):
        said = [[_of(one, None) for one in here[key]], [_of(one, names) for one in there[key]]]
        if said[0] != said[1]:
            yield found("book_languages", f"{BOOKS}zh", f"{key[0]} #{key[1]}")


def _told(book: list[Any]) -> dict[tuple[str, str], list[Any]]:
    """Return a book's transactions by day and act, in the book's order."""
    told: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in book:
        if isinstance(one, data.Transaction):
            told[f"{one.date}", str(one.meta.get("seq", ""))].append(one)
    return told


def _of(one: Any, names: dict[str, str] | None) -> tuple[Any, ...]:
    """Return what of a transaction both languages have; the English accounts by their Chinese names."""
    meta = tuple(one.meta.get(name) for name in _SAME_META)
    postings = [
        (name if names is None else _in_chinese(name, names), units.number, units.currency)
        for posting in one.postings
        for name, units in [(posting.account, posting.units)]
    ]
    return (one.flag, one.tags, one.links, one.payee, meta, postings)


def _in_chinese(name: str, names: dict[str, str]) -> str:
    """Return the Chinese name of an account: of the longest beginning that the chart has, with the detail behind."""
    if name not in names:
        parts = name.split(":", _SEGMENTS)
        names[name] = name
        for count in range(len(parts), 0, -1):
            try:
                known = account(":".join(parts[:count])).zh
            except AccountUnknown:
                continue
            names[name] = ":".join([known, *parts[count:]])
            break
    return names[name]
