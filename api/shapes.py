"""Money, dates, months and cursors as they look on the wire.

In: text, read once at the edge into fen, dates and checked months; a JSON number is never money.
Out: any frozen dataclass of the ledger, with ``amount_minor`` written as ``"amount": "179.06"``.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from ledger.errors import (
    AmountMalformed,
    CursorMalformed,
    PeriodMalformed,
    Refusal,
    RequestMalformed,
    TextRefused,
)
from ledger.rules.money import (
    check_bounds,
    format_amount,
    format_area,
    format_rate,
    parse_amount,
    parse_positive,
    parse_rate,
)
from ledger.rules.period import parse_month

T = TypeVar("T")
Wire = dict[str, Any]  # Any: JSON

LIST_LIMIT = 200
_YEARS = (
    r"(19|20|21)\d\d"  # the day after the last day there is has no name: a calendar is not counted to its end
)
_DATE = re.compile(_YEARS + r"-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(_YEARS + r"-\d\d", re.ASCII)


class Shape(BaseModel):
    """What a body may be: exactly the named fields, nothing coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Empty(Shape):
    """The body of an act that needs no particulars."""


def _reading(read: Callable[[Any], T]) -> Callable[[object], T]:
    """Return a validator whose refusal keeps its own code and words; ``api.problems`` adds the pointer."""

    def validate(value: object) -> T:
        try:
            return read(value)
        except Refusal as refusal:
            raise PydanticCustomError("refused", "refused", {"refusal": refusal}) from refusal

    return validate


def _text_of_amount(value: object) -> str:
    if not isinstance(value, str):  # a JSON number is a float somewhere on its way
        raise AmountMalformed(amount=str(value)[:40])
    return value


def _read_amount(value: object) -> int:
    return check_bounds(parse_amount(_text_of_amount(value)))


def _read_positive(value: object) -> int:
    return parse_positive(_text_of_amount(value))


def _read_rate(value: object) -> int:
    return parse_rate(_text_of_amount(value))


def read_date(value: object) -> date:
    """Return the date of an ISO string such as ``2026-01-31``, of the years 1900 to 2199; refuse everything else."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise RequestMalformed(why_zh="日期应写成 2026-01-31 这样", why_en="dates are written like 2026-01-31")


def _read_month(value: object) -> str:
    text = value if isinstance(value, str) else str(value)[:20]
    month = parse_month(text)
    if _MONTH.fullmatch(month) is None:
        raise PeriodMalformed(month=text)
    return month


def _without_nul(text: str) -> str:
    """Refuse the one character that PostgreSQL takes nowhere, not even to look for it."""
    if "\x00" in text:
        raise TextRefused(why_zh="含不可用字符 U+0000", why_en="contains U+0000")
    return text


_AMOUNT_SCHEMA = {"type": "string", "pattern": r"^-?\d{1,11}(\.\d{1,2})?$", "examples": ["-179.06"]}
_POSITIVE_SCHEMA = {"type": "string", "pattern": r"^\d{1,11}(\.\d{1,2})?$", "examples": ["179.06"]}

#: Signed yuan as text, read into fen: debit positive.
Amount = Annotated[int, BeforeValidator(_reading(_read_amount)), WithJsonSchema(_AMOUNT_SCHEMA)]
#: Yuan above zero as text, read into fen.
Positive = Annotated[int, BeforeValidator(_reading(_read_positive)), WithJsonSchema(_POSITIVE_SCHEMA)]
#: Yuan with up to four decimals as text, read into 1/10,000 yuan.
Rate = Annotated[
    int,
    BeforeValidator(_reading(_read_rate)),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,7}(\.\d{1,4})?$", "examples": ["2.00"]}),
]
#: An ISO date.
Day = Annotated[
    date,
    BeforeValidator(_reading(read_date)),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-01-31"]}),
]
#: An accounting month.
Month = Annotated[
    str,
    BeforeValidator(_reading(_read_month)),
    WithJsonSchema({"type": "string", "pattern": f"^{_YEARS}-(0[1-9]|1[0-2])$", "examples": ["2026-01"]}),
]
_NO_NUL = AfterValidator(_reading(_without_nul))
#: A code: unit, account, fund, bank account. The rules say which ones exist.
Code = Annotated[str, StringConstraints(min_length=1, max_length=160), _NO_NUL]
#: Words; the rules say which characters and how many (``rules.text``), the door only keeps floods out.
Words = Annotated[str, StringConstraints(max_length=2000), _NO_NUL]


def write_cursor(position: str) -> str:
    """Return the opaque mark of a position in a list."""
    return base64.urlsafe_b64encode(f"v1:{position}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> str | None:
    """Return the position that a mark stands for; None at the beginning.

    Raises:
        CursorMalformed: the mark is not one of ours.
    """
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise CursorMalformed(pointer="/cursor") from error
    version, _, position = text.partition(":")
    if version != "v1" or not position or "\x00" in position:
        raise CursorMalformed(pointer="/cursor")
    return position


def read_seq_cursor(cursor: str | None) -> int:
    """Return the number after which a list of numbered things goes on; 0 at the beginning."""
    position = read_cursor(cursor)
    if position is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,15}", position):
        raise CursorMalformed(pointer="/cursor")
    return int(position)


def receipt_number(number: int) -> str:
    """Return the printed number of a receipt: ``R-000123``."""
    return f"R-{number:06d}"


_SUFFIXES: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("_minor", format_amount),
    ("_e4", format_rate),
    ("_hundredths", format_area),
)


_PLAIN = frozenset({str, int, bool})


def to_wire(value: Any) -> Any:  # Any: anything that the ledger answers, as JSON
    """Return a dataclass, mapping, sequence or value of the ledger as JSON."""
    if value is None or type(value) in _PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return dict(_named(name, held) for name, held in fields)
    if isinstance(value, Mapping):
        return dict(_named(str(name), held) for name, held in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_wire(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _named(name: str, value: Any) -> tuple[str, Any]:  # Any: as above
    """Return a field's name and value on the wire: money, rates, areas and receipt numbers are text."""
    if name == "receipt" and isinstance(value, int):
        return name, receipt_number(value)
    for suffix, write in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix), write(value) if isinstance(value, int) else to_wire(value)
    return name, to_wire(value)
