"""Which unit a row is about: from building, stair and room, or from one cell that says all three.

Codes (each also an account segment):

    B03-U2-1502    building 3, stair 2, room 1502        B03-U0-1502    no stairs
    BA-U1-0301     building A                            B03A-… 3A栋    BA3-… A3栋    B1P03-… 1期3栋
    B12-U0-0000    villa 12                              S01-U0-0012    shop 12
    P01-0117       parking space 117                     S03-, P02-     shop of building 3, garage 2
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.intake import refusals
from ledger.intake.cells import read_text, squeeze

if TYPE_CHECKING:
    from ledger.intake.sheet import Cell

_NUMERAL: Final = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_BUILDING: Final = re.compile(
    r"(?:第?(\d{1,2})期)?第?([A-Z]{0,2})(\d{0,3})([A-Z]?)(?:号?(?:栋|幢|座|楼)|[号#])?", re.ASCII
)
_STAIR: Final = re.compile(r"第?U?([A-Z]?)(\d{0,2})(?:号?(?:单元|门|梯)|[号#])?", re.ASCII)
_FLOOR_ROOM: Final = re.compile(r"(\d{1,2})(?:-|楼|层|F)(\d{1,2})", re.ASCII)
_ROOM: Final = re.compile(r"([A-Z]?)(\d{1,5})([A-Z]?)", re.ASCII)
_SPLIT_ROOM: Final = re.compile(r"(\d{3,4})-(\d{1,2})", re.ASCII)
_OWN_CODE: Final = re.compile(
    r"([BS][A-Z0-9]{1,6})-(U[A-Z0-9]{1,3})-([A-Z]?\d{4,5}[A-Z]?(?:-\d{1,2})?)"
    r"|(P\d{2})-([A-Z]?\d{4,5}[A-Z]?)",
    re.ASCII,
)
_NAMED: Final = re.compile(
    r"(?P<b>[^-]*?(?:栋|幢|座|号楼|#))-?"
    r"(?:(?P<s>[A-Z\d]{1,2})(?:单元-?|-(?=\d{3,5}$|\d{1,2}-\d{1,2}$)))?(?P<r>.+)",
    re.ASCII,
)
_DASHED: Final = re.compile(
    r"(?P<b>[A-Z]?\d{1,3}|[A-Z])-(?:(?P<s>[A-Z\d]{1,2})-(?=.*\d{3}|\d+-))?"
    r"(?P<r>[A-Z]?\d{3,5}[A-Z]?|\d{1,2}-\d{1,2})",
    re.ASCII,
)
_KINDS: Final = (
    ("S", r"(?:商铺|商业|底商|门面房?|门市|铺面|店铺|商)"),
    ("P", r"(?:地下)?(?:停车位|车位|泊位|车库)"),
    ("B", r"别墅"),
)
_PREFIX: Final = r"(?:(\d{1,2})(?:号?[栋幢座楼]|#|-)-?)?"
_NUMBER: Final = r"([A-Z]?\d{1,5}[A-Z]?)"
_SPECIAL: Final = tuple(
    (
        kind,
        re.compile(rf"{_PREFIX}{word}[-#]?{_NUMBER}号?", re.ASCII),
        re.compile(rf"{_PREFIX}{_NUMBER}[号栋幢]?-?{word}", re.ASCII),
    )
    for kind, word in _KINDS
)
_SPECIAL_WORD: Final = re.compile("|".join(word for _, word in _KINDS))
_SUFFIX: Final = re.compile(r"(?:室|房|户|号|号房)$")


@dataclass(frozen=True, slots=True)
class Place:
    """One unit: its code, building ``B03``, stair ``U2``, floor if the room says it, printed label."""

    code: str
    building: str
    stair: str
    floor: int | None
    label: str


def read_place(building: Cell, stair: Cell, room: Cell) -> Place:
    """Return the unit named by three cells; a shop, space or villa may be named in any of them."""
    texts = [_house_text(cell) for cell in (building, stair, room)]
    label = _composed_label(building, stair, room)
    if _SPECIAL_WORD.search("".join(texts)):
        return read_whole_text("-".join(text for text in (texts[0], texts[2]) if text), label)
    return _home(read_building(building), read_stair(stair), read_room(room), label)


def read_whole_place(cell: Cell) -> Place:
    """Return the unit named by one cell, such as 3-2-1201, 3栋2单元1201, 商铺12, 车位117 or B03-U2-1201."""
    text = _house_text(cell)
    if not text:
        raise refusals.CellBlank
    return read_whole_text(text, read_text(cell) or text)


def read_whole_text(text: str, label: str) -> Place:
    """Return the unit that a squeezed text names in full."""
    own = _OWN_CODE.fullmatch(text)
    if own is not None:
        building, stair, room, bays, _bay = own.groups()
        if bays:
            return Place(text, bays, "U0", None, label)
        return Place(text, building, stair, _floor_of(room), label)
    for kind, *forms in _SPECIAL:
        for form in forms:
            match = form.fullmatch(text)
            if match is not None:
                return _special(kind, match[1], match[2], label)
    match = _NAMED.fullmatch(text) or _DASHED.fullmatch(re.sub(r"[/.·、]", "-", text))
    # 3-15-2 may be floor 15 of building 3, or stair 15: nobody but the treasurer knows.
    two_readings = match is not None and match.re is _DASHED and not match["s"] and "-" in match["r"]
    if match is None or two_readings or _SPECIAL_WORD.search(text):
        raise refusals.PlaceUnknown
    return _home(read_building(match["b"]), read_stair(match["s"]), read_room(match["r"]), label)


def read_building(cell: Cell) -> str:
    """Return the building's code: ``3栋``, ``3幢``, ``3号楼``, ``3#``, ``三栋`` and ``3`` are all B03."""
    text = _house_text(cell)
    if not text:
        raise refusals.CellBlank
    match = _BUILDING.fullmatch(text)
    if match is None:
        raise refusals.BuildingUnknown
    phase, before, number, after = match.groups()
    if not (before or number) or (number and int(number) == 0) or (before and after):
        raise refusals.BuildingUnknown
    digits = number if not number else str(int(number)) if before else f"{int(number):02d}"
    return f"B{int(phase)}P{before}{digits}{after}" if phase else f"B{before}{digits}{after}"


def read_stair(cell: Cell) -> str:
    """Return the stair's code: ``2单元``, ``二单元`` and ``2`` are U2; blank, 0 and ``/`` are U0."""
    text = _house_text(cell)
    if text in {"", "0", "/", "-", "无"}:
        return "U0"
    match = _STAIR.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise refusals.StairUnknown
    return f"U{match[1]}{int(match[2]) if match[2] else ''}"


def read_room(cell: Cell) -> tuple[str, int | None]:
    """Return the room's code of four digits and more, and its floor: ``15-2``, ``1502室`` are (1502, 15)."""
    text = _house_text(cell)
    if not text:
        raise refusals.CellBlank
    text = _SUFFIX.sub("", text)
    match = _FLOOR_ROOM.fullmatch(text)
    if match is not None and int(match[1]) and int(match[2]):
        return f"{int(match[1]) * 100 + int(match[2]):04d}", int(match[1])
    match = _SPLIT_ROOM.fullmatch(text)
    if match is not None and int(match[1]):
        room = f"{int(match[1]):04d}"
        return f"{room}-{int(match[2])}", _floor_of(room)
    match = _ROOM.fullmatch(text)
    if match is None or int(match[2]) == 0:
        raise refusals.RoomUnknown
    room = f"{match[1]}{int(match[2]):04d}{match[3]}"
    return room, _floor_of(room)


def names_special(cell: Cell) -> bool:
    """Return whether a text names a shop, a parking space or a villa, which need no building beside it."""
    return isinstance(cell, str) and _SPECIAL_WORD.search(cell) is not None


def _home(building: str, stair: str, room: tuple[str, int | None], label: str) -> Place:
    """Return a flat from its three codes."""
    return Place(f"{building}-{stair}-{room[0]}", building, stair, room[1], label)


def _special(kind: str, building: str | None, number: str, label: str) -> Place:
    """Return a shop (S), a parking space (P) or a villa (B, where the number is the building)."""
    if kind == "B":
        villa = read_building(number)
        return Place(f"{villa}-U0-0000", villa, "U0", None, label)
    part = f"{kind}{int(building or 1):02d}"
    room, _ = read_room(number)
    return Place(f"{part}-{room}" if kind == "P" else f"{part}-U0-{room}", part, "U0", None, label)


def _floor_of(room: str) -> int | None:
    """Return the floor that a room of three or four digits begins with: 0302 is on 3, 1502B on 15."""
    match = re.match(r"(\d{2})\d{2}(?!\d)", room, re.ASCII)
    return int(match[1]) or None if match else None


def _house_text(cell: Cell) -> str:
    """Return a cell as text to recognise, its Chinese numerals turned to digits."""
    if isinstance(cell, date):
        raise refusals.CellBecameDate
    return re.sub(r"[〇零一二三四五六七八九十]+", _digits, squeeze(cell))


def _digits(match: re.Match[str]) -> str:
    """Return a Chinese numeral up to 99 in digits, or digit by digit: 十二 is 12, 一五〇二 is 1502."""
    text = match[0]
    tens, ten, ones = text.partition("十")
    if not ten:
        return "".join(str(_NUMERAL[char]) for char in text)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return text
    return str((_NUMERAL[tens] if tens else 1) * 10 + (_NUMERAL[ones] if ones else 0))


def _composed_label(building: Cell, stair: Cell, room: Cell) -> str:
    """Return what is printed on the door, as written; a bare number gets its 栋 or 单元."""
    parts = []
    for cell, word in ((building, "栋"), (stair, "单元"), (room, "")):
        text = squeeze(cell)
        if text in {"", "/", "-", "无"} or (word == "单元" and text == "0"):
            continue
        parts.append(text + word if text.isascii() and text.isalnum() else text)
    return "".join(parts)
