"""What one cell means: an area, a date, a state, a name. Each function returns the value or refuses."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from ledger.errors import TextRefused
from ledger.intake import refusals, words
from ledger.intake.sheet import Cell, FormulaError
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.rules.unit import State

MAX_AREA_HUNDREDTHS: Final = 100_000 * 100
EXCEL_EPOCH: Final = date(1899, 12, 30)  # serial 1 is 1 January 1900 once the false 29 February is behind
SERIALS: Final = range(29_221, 73_051)  # 1980-01-01 to 2099-12-31
YEARS: Final = range(1980, 2100)

NO_DATE: Final = frozenset(words.NO_DATE.split())
NO_TEXT: Final = frozenset(words.NO_TEXT.split())
STATES_OPEN: Final = frozenset(words.STATES_OPEN.split())
STATES: Final = {word: state for state, said in words.STATES.items() for word in said.split()} | {
    state.value.upper(): state for state in State
}

AREA_SOURCES: Final = (
    ("register", ("登记", "产权", "不动产", "房产证", "register")),
    ("survey", ("实测", "测绘", "survey")),
    ("contract", ("合同", "预测", "contract")),
)

_AREA: Final = re.compile(r"\+?(\d{1,9}(?:,\d{3})*(?:\.\d+)?)(?:平方米|平方|平米|平|M2|SQM)?", re.ASCII)
_DATE: Final = re.compile(
    r"(\d{4})([-./年])(\d{1,2})(?:[-./月])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII
)
_DIGITS_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def squeeze(cell: Cell) -> str:
    """Return a cell as text to recognise: half width (NFKC), capitals, one kind of dash, no blanks.

    Raises ``CellFormulaError`` for a failed formula. A date comes out as YYYY-MM-DD.
    """
    if cell is None:
        return ""
    if isinstance(cell, FormulaError):
        raise refusals.CellFormulaError
    text = unicodedata.normalize("NFKC", str(cell)).upper()
    return re.sub(r"[‐‑‒–—―−~﹣－]+", "-", re.sub(r"[\s\u200b\ufeff]+", "", text))


def read_area(cell: Cell) -> int:
    """Return an area in hundredths of a square metre: ``89.53㎡`` is 8953."""
    text = squeeze(cell)
    if not text:
        raise refusals.CellBlank
    match = _AREA.fullmatch(text)
    if match is None:
        if re.fullmatch(r"-\d+(\.\d+)?", text, re.ASCII):
            raise refusals.AreaOutOfRange
        raise refusals.AreaUnreadable
    hundredths = Decimal(match[1].replace(",", "")) * 100
    if not 0 < hundredths <= MAX_AREA_HUNDREDTHS:
        raise refusals.AreaOutOfRange
    if hundredths != hundredths.to_integral_value():
        raise refusals.AreaTooPrecise
    return int(hundredths)


def read_date(cell: Cell) -> date | None:
    """Return a day, or None where the cell says there is none (blank, ``/``, 未交付).

    Raises ``DateUnreadable`` (unknown spelling, impossible day) or ``DateOutOfRange`` (not 1980–2099).
    """
    if isinstance(cell, date):
        return _plausible(cell)
    text = squeeze(cell)
    if not text or text in NO_DATE:
        return None
    if text.isascii() and text.isdecimal() and int(text) in SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(text))
    match = _DIGITS_DATE.fullmatch(text)
    parts = match.groups() if match else ()
    if match is None:
        match = _DATE.fullmatch(text)
        parts = match.group(1, 3, 4) if match else ()
    if not parts:
        raise refusals.DateUnreadable
    try:
        day = date(*(int(part) for part in parts))
    except ValueError as error:
        raise refusals.DateUnreadable from error
    return _plausible(day)


def _plausible(day: date) -> date:
    """Return the day if a home could have been handed over on it."""
    if day.year not in YEARS:
        raise refusals.DateOutOfRange
    return day


def read_state(cell: Cell) -> State:
    """Return the state of a unit from any of its usual wordings; a remark in brackets is left aside.

    Raises ``StateAmbiguous`` for 已售 alone: who pays depends on the hand-over (物业管理条例 41 ¶2).
    """
    text = squeeze(cell)
    if not text:
        raise refusals.CellBlank
    for reading in (re.sub(r"[()\[\]【】/、,;:-]", "", text), re.sub(r"[(\[【].*", "", text)):
        state = STATES.get(reading)
        if state is not None:
            return state
        if reading in STATES_OPEN:
            raise refusals.StateAmbiguous
    raise refusals.StateUnknown


def read_floor(cell: Cell) -> int | None:
    """Return a floor, ``-1`` for the first below ground, or None if blank."""
    text = squeeze(cell)
    if not text or text in NO_TEXT:
        return None
    match = re.fullmatch(r"第?(-|负)?(\d{1,3})(?:层|楼|F)?", text, re.ASCII)
    floor = int(match[2]) * (-1 if match[1] else 1) if match else 0
    if floor not in range(-9, 201) or floor == 0:
        raise refusals.FloorUnreadable
    return floor


def read_text(cell: Cell, limit: int = NAME_LIMIT) -> str | None:
    """Return free text on one line as it was written (normal form C), or None if blank or ``/``."""
    text = squeeze(cell)
    if not text or text in NO_TEXT:
        return None
    line = re.sub(r"[\r\n\t]+", " ", str(cell)).replace("\u200b", "").replace("\ufeff", "")
    try:
        return check_text(line, "", limit)
    except TextRefused as error:
        raise refusals.CellTextUnsafe(limit=limit) from error


def read_area_source(cell: Cell) -> str | None:
    """Return where the area comes from: ``register``, ``survey`` or ``contract`` (法释〔2009〕7号 8)."""
    text = squeeze(cell).lower()
    if not text or text.upper() in NO_TEXT:
        return None
    for source, marks in AREA_SOURCES:
        if any(mark in text for mark in marks):
            return source
    raise refusals.AreaSourceUnknown


def read_credit_code(cell: Cell) -> str | None:
    """Return a unified social credit code whose check digit holds (GB 32100-2015), or None if blank."""
    text = squeeze(cell)
    if not text or text in NO_TEXT:
        return None
    try:
        return str(uscc.validate(text))
    except ValidationError as error:
        raise refusals.CreditCodeInvalid from error
