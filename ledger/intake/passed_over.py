"""Which rows of a register are not units: titles, blanks, totals, repeated headers, remarks."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ledger.intake.cells import read_area
from ledger.intake.columns import header_key
from ledger.intake.refusals import CellRefused

if TYPE_CHECKING:
    from ledger.intake.columns import Columns
    from ledger.intake.sheet import Row

TOTAL_WORDS: Final = ("合计", "总计", "共计", "总户数", "合计户数", "总套数", "TOTAL")
SUBTOTAL_WORDS: Final = ("小计", "本页合计", "本栋合计", "SUBTOTAL")
NOTE_WORDS: Final = ("备注", "注", "说明", "制表", "填表", "审核", "编制", "打印", "经办", "复核")
_HOME: Final = ("whole_room", "building", "stair", "room", "area", "state")
_COUNT: Final = re.compile(r"共?(\d{1,6})(?:户|套|间|个|条|栋房)", re.ASCII)


def why_skipped(columns: Columns, row: Row) -> str | None:
    """Return why a row is not a unit, or None if it must be read as one."""
    if row.blank:
        return "blank"
    if row.number <= columns.header_rows[-1]:
        return "header" if row.number in columns.header_rows else "title"
    if is_total(row) or _starts_with(row, SUBTOTAL_WORDS):
        return "total"
    if _repeats_header(columns, row):
        return "repeated_header"
    filled = [name for name in _HOME if columns.cell(row, name) is not None]
    if not filled or (_starts_with(row, NOTE_WORDS) and not {"area", "state"} & set(filled)):
        return "note"
    return None


def is_total(row: Row) -> bool:
    """Return whether the row sums up the whole register: 合计, 总计."""
    return _starts_with(row, TOTAL_WORDS)


def stated_total(columns: Columns, row: Row) -> tuple[int | None, int | None]:
    """Return the number of units and the area (hundredths) that a totals row states, where it does."""
    count = None
    area_index = columns.fields.get("area")
    area = None
    for index, cell in enumerate(row.cells):
        if index == area_index:
            if isinstance(cell, (str, int, Decimal)):
                area = _area(cell)
            continue
        match = _COUNT.search(_plain(cell)) if isinstance(cell, str) else None
        if match is not None and count is None:
            count = int(match[1])
    return count, area


def _area(cell: str | int | Decimal) -> int | None:
    """Return a total area in hundredths, which may be more than one home has, or None if it is none."""
    try:
        return read_area(cell)
    except CellRefused:
        text = _plain(cell).replace(",", "")
        match = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2}))?(?:M2|平方米|平米)?", text, re.ASCII)
        return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else None


def _starts_with(row: Row, words: tuple[str, ...]) -> bool:
    """Return whether the first written cell starts with one of the words."""
    first = next((cell for cell in row.cells if cell is not None), None)
    return isinstance(first, str) and _plain(first).startswith(words)


def _repeats_header(columns: Columns, row: Row) -> bool:
    """Return whether the row is the header again, as on every printed page."""
    keys = [header_key(cell) if isinstance(cell, str) else "" for cell in row.cells]
    headers = [header_key(header.rpartition("/")[2]) for header in columns.headers]
    same = sum(bool(key) and key == header for key, header in zip(keys, headers, strict=False))
    return same >= 3 or (same > 0 and same == sum(map(bool, keys)))  # noqa: PLR2004  # three columns are no accident


def _plain(cell: object) -> str:
    """Return text without blanks, half width, in capitals."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(cell))).upper()
