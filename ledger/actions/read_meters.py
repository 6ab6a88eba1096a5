"""Take in the meter readings of a month, all or none; a later act for the same month corrects a reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.errors import NotFound, ReadingBelowLast, ReadingSuperseded, RequestMalformed
from ledger.rules.charge import fee_item
from ledger.rules.money import format_thousandths
from ledger.rules.period import first_day, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.metering import readings_around
from ledger.store.owed import billed_units
from ledger.store.tables import MeterReading
from ledger.store.tenures import timelines

_MOST = 10**12  # a thousand million of the measure


@dataclass(frozen=True, slots=True)
class Replaced:
    """A meter was replaced: where the old one ended, where the new one began (1/1,000), and what shows it."""

    old_end: int
    new_start: int
    document: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a unit's meter shows at the end of the month, in 1/1,000 of its measure."""

    unit: str
    reading: int
    replaced: Replaced | None = None


@dataclass(frozen=True, slots=True)
class ReadMeters:
    """The readings of an item's meters for a month."""

    item: str
    month: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class MetersRead:
    """How many readings were taken in, and what they count together, in 1/1,000."""

    recorded: Recorded
    count: int
    used: int


def read_meters(journal: Journal, command: ReadMeters) -> MetersRead:
    """Append the readings. The first reading of a unit is where it begins: it counts nothing.

    Raises:
        NotFound: there is no such item or unit.
        ReadingBelowLast: a reading is below the last one, and no replacement of the meter is named.
        ReadingSuperseded: the unit was read for a later month, or the month is billed already.
        RequestMalformed: no readings, or a unit is named twice.
    """
    require(journal.actor, KEEPERS)
    fee_item(command.item)
    month = parse_month(command.month, "/month")
    if not command.readings:
        raise RequestMalformed(pointer="/readings", why_zh="没有读数", why_en="there are no readings")
    last, later = readings_around(journal.session, journal.compound, command.item, month)
    billed = billed_units(journal.session, journal.compound, command.item, month)
    known = timelines(journal.session, journal.compound)
    rows: list[dict[str, Any]] = []
    named: set[str] = set()
    for place, one in enumerate(command.readings):
        pointer = f"/readings/{place}"
        if one.unit not in known:
            raise NotFound(pointer=f"{pointer}/unit", what=one.unit[:40])
        if one.unit in named:
            raise RequestMalformed(
                pointer=f"{pointer}/unit", why_zh="房屋重复", why_en="the unit is named twice"
            )
        named.add(one.unit)
        if one.unit in billed or one.unit in later:
            raise ReadingSuperseded(pointer=pointer, unit=one.unit, month=month)
        rows.append(
            {
                "item": command.item,
                "unit": one.unit,
                "period": month,
                "reading": one.reading,
                "used": _used(one, last.get(one.unit), pointer),
                "document": _document(one, pointer),
            }
        )
    recorded = journal.record("meters_read", first_day(month), {MeterReading: rows})
    return MetersRead(recorded, len(rows), sum(row["used"] for row in rows))


def _document(one: Reading, pointer: str) -> str | None:
    if one.replaced is None:
        return None
    return check_text(one.replaced.document, f"{pointer}/replaced/document", NAME_LIMIT)


def _used(one: Reading, last: MeterReading | None, pointer: str) -> int:
    """Return what the meter counted since the last month that was read."""
    if not 0 <= one.reading <= _MOST:
        raise RequestMalformed(
            pointer=f"{pointer}/reading", why_zh="读数超出范围", why_en="the reading is out of range"
        )
    if last is None:
        return 0
    ends = [(last.reading, one.reading, "reading")]
    if one.replaced is not None:
        old_end, new_start = one.replaced.old_end, one.replaced.new_start
        ends = [(last.reading, old_end, "replaced/old_end"), (new_start, one.reading, "reading")]
    for begin, end, name in ends:
        if end < begin or begin < 0:
            raise ReadingBelowLast(
                pointer=f"{pointer}/{name}",
                unit=one.unit,
                reading=format_thousandths(max(end, 0)),
                last=format_thousandths(max(begin, 0)),
                month=last.period,
            )
    return sum(end - begin for begin, end, _ in ends)
