"""The public face of the projection: a book as files, or as directives, as of a day.

Same journal, audience, language and day: same bytes (I13). ``span`` is a year: such a book opens on 1 January
with one derived ``#opening`` transaction per fund and shows no month before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from beancount.core import data
from sqlmodel import Session

from ledger.rules.chart import currency_of
from ledger.rules.money import POINT
from reports.book import layout, public, rows, words
from reports.book.assembly import Assembler, Assembly
from reports.book.directives import DirectivePen, options
from reports.book.drawn import Balances, plain
from reports.book.hledger import HledgerPen
from reports.book.key import Audience, BookKey, Language, MonthCache
from reports.book.names import Names
from reports.book.text import TextPen

__all__ = [
    "Audience",
    "BookDirectives",
    "BookKey",
    "Language",
    "MonthCache",
    "book_title",
    "build_directives",
    "build_files",
    "build_hledger",
    "build_month",
    "waiting",
]

_FAVA_OPTIONS = {
    "zh": {"language": "zh", "locale": "zh_CN"},
    "en": {"language": "en", "locale": "en"},
}
#: Where Beancount puts what a span of time carries over; its own names would be English in a Chinese book.
_CARRIED_ZH = {
    "account_previous_balances": "9期初结转:1余额",
    "account_previous_earnings": "9期初结转:2收支",
    "account_previous_conversions": "9期初结转:3折算",
    "account_current_earnings": "8本期收支",
    "account_current_conversions": "8本期折算",
}
_BULLETIN = {"zh": "月度公示", "en": "Monthly bulletin"}


@dataclass(frozen=True, slots=True)
class BookDirectives:
    """A book as Beancount directives.

    ``entries`` are sorted as Beancount sorts them; ``options`` are those that the main file sets, paths
    relative. ``generation`` is the head of the chain; ``digest`` names all that the book depends on.
    """

    title: str
    entries: list[Any]  # Any: Beancount's directives have no common type
    options: dict[str, Any]
    generation: int
    digest: str


def build_files(  # noqa: PLR0913 - what a book depends on, all named
    session: Session,
    key: BookKey,
    today: date,
    span: int | None = None,
    *,
    since: str | None = None,
    through: str | None = None,
    cache: MonthCache | None = None,
) -> dict[str, bytes]:
    """Return the files of a book by their path relative to its folder: ``main.beancount`` and one a month.

    ``since`` and ``through`` (months) narrow the book further; ``since`` moves the opening to another month
    than January. Raises ``NotFound`` if there is no such compound.
    """
    frame = rows.read_frame(session, key.compound)
    pen = TextPen(_names(key, frame))
    assembler = Assembler(session, key, frame, today, pen, cache if cache is not None else MonthCache())
    made = assembler.assemble(_first(span, since), through)
    files = {layout.MAIN: pen.main(_main_items(key, frame, today, span, made)).encode()}
    return files | {file.path: "".join(file.parts).encode() for file in made.files}


def build_month(session: Session, key: BookKey, month: str) -> bytes:
    """Return the file of one closed month as it stands in the whole book; it never changes again.

    Raises:
        NotFound: there is no such compound.
        PeriodNotClosed: the month is still open.
    """
    frame = rows.read_frame(session, key.compound)
    pen = TextPen(_names(key, frame))
    # of a closed month the day changes nothing: what waited was drawn by the close
    assembler = Assembler(session, key, frame, frame.opened_on, pen, MonthCache())
    return "".join(assembler.closed_month(month).parts).encode()


def build_directives(  # noqa: PLR0913 - as above
    session: Session,
    key: BookKey,
    today: date,
    span: int | None = None,
    *,
    since: str | None = None,
    through: str | None = None,
    cache: MonthCache | None = None,
) -> BookDirectives:
    """Return the same book as directives, equal to what stock Beancount loads from the files."""
    frame = rows.read_frame(session, key.compound)
    pen = DirectivePen(_names(key, frame))
    assembler = Assembler(session, key, frame, today, pen, cache if cache is not None else MonthCache())
    made = assembler.assemble(_first(span, since), through)
    items = _main_items(key, frame, today, span, made)
    entries = pen.main(items)
    for file in made.files:
        for part in file.parts:
            entries.extend(part)
    entries.sort(key=data.entry_sortkey)  # runs that are sorted already: nearly one pass
    return BookDirectives(
        title=book_title(frame.name, key, span),
        entries=entries,
        options=options(items),
        generation=frame.head_seq,
        digest=_digest(key, frame, today, span),
    )


def build_hledger(
    session: Session, key: BookKey, today: date, span: int | None = None, *, cache: MonthCache | None = None
) -> bytes:
    """Return the same book as one journal that both hledger and Ledger read."""
    frame = rows.read_frame(session, key.compound)
    pen = HledgerPen(_names(key, frame))
    assembler = Assembler(session, key, frame, today, pen, cache if cache is not None else MonthCache())
    made = assembler.assemble(_first(span, None), None)
    head = pen.main(book_title(frame.name, key, span), made.opens)
    return (head + "".join(part for file in made.files for part in file.parts)).encode()


def waiting(
    session: Session, compound: str, today: date, *, since: str | None = None, through: str | None = None
) -> Balances:
    """Return what the public book does not show yet, by its own accounts, in fen; by default of all months.

    The public book's balances plus these are the full book's, after dropping the detail (I12).
    """
    balances: Balances = {}
    for month, state in rows.read_frame(session, compound).months.items():
        if state.closed_seq is None and (since or "") <= month and (not through or month <= through):
            entries = rows.read_month(session, compound, month)
            waits = public.draw_public(entries, today, "zh", closed=False).waiting
            for place, minor in public.waiting_balances(waits).items():
                balances[place] = balances.get(place, 0) + minor
    return balances


def book_title(name: str, key: BookKey, span: int | None = None) -> str:
    """Return the title of a compound's book."""
    return plain(words.title(name, key, span))


def _first(span: int | None, since: str | None) -> str | None:
    january = None if span is None else f"{span:04d}-01"
    return max(filter(None, (january, since)), default=None)


def _names(key: BookKey, frame: rows.Frame) -> Names:
    return Names(key.language, {code: account.zh for code, account in frame.accounts.items()})


def _main_items(
    key: BookKey, frame: rows.Frame, today: date, span: int | None, made: Assembly[Any]
) -> list[layout.MainItem]:
    """Return the main file: options, the currency, what Fava should show first, accounts, other files."""
    names = _names(key, frame)
    items: list[layout.MainItem] = [
        layout.Option("title", book_title(frame.name, key, span)),
        layout.Option("operating_currency", layout.CURRENCY),
    ]
    if key.language == "zh":
        items += [layout.root_option(root, name) for root, name in names.roots().items()]
        items += [layout.Option(name, account) for name, account in _CARRIED_ZH.items()]
    year = today.year if span is None else span
    shown = _FAVA_OPTIONS[key.language] | {
        "invert-income-liabilities-equity": "true",
        "show-metadata-indicators": "false",
        "default-page": f"income_statement/?time={year}",
    }
    items += [layout.Blank(), layout.Commodity(frame.opened_on, layout.CURRENCY)]
    if any(currency_of(one.code) == POINT for one in made.opens):
        items.append(layout.Commodity(frame.opened_on, POINT))
    items += [layout.Custom(frame.opened_on, "fava-option", pair) for pair in shown.items()]
    if frame.bulletin is not None:
        link = f"/api/v1/compounds/{key.compound}/bulletins/{frame.bulletin}.pdf"
        items.append(layout.Custom(frame.opened_on, "fava-sidebar-link", (_BULLETIN[key.language], link)))
    items += [layout.Blank(), *made.opens, layout.Blank()]
    items += [layout.Include(file.path) for file in made.files]
    return items


def _digest(key: BookKey, frame: rows.Frame, today: date, span: int | None) -> str:
    book = [key.compound, key.audience, key.language, span, today.isoformat()]
    return hashlib.sha256(json.dumps([*book, frame.head_seq, frame.head_hash]).encode()).hexdigest()
