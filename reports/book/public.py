"""The public book: no household can be read from it, not even by comparing two days (design decision 10).

Entries without a unit are drawn one by one at once. A collective entry of five units or more is drawn whole,
without its units. All other entries that carry a unit wait in a stream, by kind, channel and project within the
month of their effective date. At the end of each day on which entries were recorded, a stream that holds five
distinct units is drawn as one transaction and begins anew; the close of the month draws what still waits.
What has been drawn stays drawn, so the difference of two versions is always a whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.rules import chart
from ledger.rules.entry import Kind
from reports.book import words
from reports.book.drawn import Balances, DrawnPosting, DrawnTransaction, plain, plain_optional
from reports.book.full import contract_of, entry_meta
from reports.book.key import Language
from reports.book.rows import BookEntry, Line

#: So many distinct units hide each other.
ENOUGH_UNITS = 5
_COLLECTIVE = frozenset({Kind.BILL, Kind.RELEASE, Kind.OPENING, Kind.SURPLUS_RETURN})
_RECEIPTED = frozenset({Kind.RECEIPT, Kind.CLAIM, Kind.BRIDGE})


@dataclass(slots=True)
class PublicMonth:
    """What the public sees of a month, in the order of ``seq``, and the entries that it does not see yet."""

    drawn: list[DrawnTransaction] = field(default_factory=list)
    waiting: list[BookEntry] = field(default_factory=list)


def merged(code: str) -> str:
    """Return the account that stands for this one in the public book (``merges_into`` of the chart)."""
    return chart.account(code).merges_into or code


def draw_public(
    entries: Sequence[BookEntry], today: date, language: Language, *, closed: bool
) -> PublicMonth:
    """Return the public side of one month.

    ``entries`` are all entries of the month in the order of ``seq``; days before ``today`` have ended.
    """
    month = PublicMonth()
    streams: dict[tuple[str, str | None, frozenset[str]], list[tuple[date, BookEntry]]] = {}
    last_day = date.min
    for entry in entries:
        # A clock that was set back must not put an entry into a day that has been drawn already.
        last_day = max(last_day, entry.recorded_on)
        units = entry.units()
        if not units:
            month.drawn.append(_single(entry))
        elif entry.kind in _COLLECTIVE and len(units) >= ENOUGH_UNITS:
            month.drawn.append(_collective(entry, len(units), language))
        else:
            stream = (entry.kind, entry.channel, _projects(entry))
            streams.setdefault(stream, []).append((last_day, entry))
    for members in streams.values():
        _walk(month, members, today, language, closed=closed)
    month.drawn = sorted((one for one in month.drawn if one.postings), key=lambda one: one.seq)
    month.waiting.sort(key=lambda entry: entry.seq)
    return month


def waiting_balances(entries: Iterable[BookEntry]) -> Balances:
    """Return what the entries that still wait move, by account of the public book, in fen."""
    balances: Balances = {}
    for entry in entries:
        for code, minor in _sums(entry.lines).items():
            balances[code, None] = balances.get((code, None), 0) + minor
    return balances


def _projects(entry: BookEntry) -> frozenset[str]:
    """Return the projects that an entry touches: a few units own each, and only their own number hides them.

    In a batch with everybody's fees, one household's share would stand alone on the project's accounts.
    """
    funds = {chart.fund_of(line.account) for line in entry.lines}
    return frozenset(fund for fund in funds if fund.startswith("Project:"))


def _walk(
    month: PublicMonth,
    members: Sequence[tuple[date, BookEntry]],
    today: date,
    language: Language,
    *,
    closed: bool,
) -> None:
    """Draw one stream day by day."""
    batch: list[BookEntry] = []
    units: set[str] = set()
    for place, (day, entry) in enumerate(members):
        batch.append(entry)
        units |= entry.units()
        day_goes_on = place + 1 < len(members) and members[place + 1][0] == day
        if not day_goes_on and (day < today or closed) and len(units) >= ENOUGH_UNITS:
            month.drawn.append(_batch(batch, len(units), language))
            batch, units = [], set()
    if batch and closed:
        month.drawn.append(_batch(batch, len(units), language))
    elif batch:
        month.waiting.extend(batch)


def _single(entry: BookEntry) -> DrawnTransaction:
    """Draw an entry that carries no unit, with its own words."""
    before, after = entry_meta(entry)
    return DrawnTransaction(
        on=entry.effective_on,
        seq=entry.seq,
        payee=plain_optional(entry.counterparty),
        narration=plain(entry.narration),
        postings=tuple(
            DrawnPosting(merged(line.account), detail, line.amount_minor, said)
            for line in entry.lines
            for detail, said in [contract_of(line)]
        ),
        meta=(*before, *after),
    )


def _collective(entry: BookEntry, units: int, language: Language) -> DrawnTransaction:
    """Draw a collective entry without its units; its words come from a template."""
    said = [line for line in entry.lines if line.unit is not None]
    items, periods = {line.item for line in said}, {line.period for line in said}
    item = items.pop() if len(items) == 1 else None
    period = periods.pop() if len(periods) == 1 else None
    before, after = entry_meta(entry)
    about = [(name, plain(value)) for name, value in (("period", period), ("item", item)) if value]
    return DrawnTransaction(
        on=entry.effective_on,
        seq=entry.seq,
        payee=None,
        narration=plain(words.collective(language, entry.kind, item, period, units)),
        postings=_postings(entry.lines),
        meta=(*before, *about, *after),
    )


def _batch(members: Sequence[BookEntry], units: int, language: Language) -> DrawnTransaction:
    """Draw a batch; one of fewer than five units, drawn by a close, says neither numbers nor receipts."""
    kind, channel = members[0].kind, members[0].channel
    if units < ENOUGH_UNITS:
        narration = words.small_batch(language, kind)
    else:
        lines = [line for entry in members for line in entry.lines if kind in _RECEIPTED]
        receipts = {line.receipt for line in lines if line.receipt is not None}
        narration = words.batch(language, kind, len(members), receipts)
    seq = members[-1].seq
    meta = [("seq", str(seq)), ("kind", kind)]
    if channel:
        meta.append(("channel", plain(channel)))
    return DrawnTransaction(
        on=max(entry.effective_on for entry in members),
        seq=seq,
        payee=None,
        narration=narration,
        postings=_postings(line for entry in members for line in entry.lines),
        meta=tuple(meta),
        tags=("batch",),
    )


def _postings(lines: Iterable[Line]) -> tuple[DrawnPosting, ...]:
    """Return one posting per account in chart order; an account that ends where it began is left out."""
    sums = sorted(_sums(lines).items(), key=lambda pair: (chart.account(pair[0]).order, pair[0]))
    return tuple(DrawnPosting(code, None, minor) for code, minor in sums if minor)


def _sums(lines: Iterable[Line]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        code = merged(line.account)
        sums[code] = sums.get(code, 0) + line.amount_minor
    return sums
