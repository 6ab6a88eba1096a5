"""A fictional register of 1,059 units, written as untidily as real ones are."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path

COMPOUND: Final = "桂花苑小区"
DEVELOPER: Final = "示例置业有限公司"
HEADERS: Final = (
    *("序号", "楼栋", "单元", "房号", "建筑面积(㎡)"),
    *("房屋状态", "业主姓名", "联系电话", "交付日期"),
)
AREAS: Final = (7850, 8953, 9610, 10550, 11025, 12877, 14200)  # hundredths of a square metre
UNSOLD: Final = 30
NOT_HANDED_OVER: Final = 12
BLANK_EVERY: Final = 300
FIRST_DAY: Final = date(2019, 1, 1)
DAYS: Final = 1_095
WRITTEN_AT: Final = (2026, 1, 1, 0, 0, 0)
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
# Rare characters are here on purpose: real registers have them.
SYLLABLES: Final = "伟芳敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉建国志垚喆堃昇璟𬭚"
FULL_WIDTH: Final = {ord(char): ord(char) + 0xFEE0 for char in "0123456789."}


@dataclass(frozen=True, slots=True)
class _Home:
    """One unit before it is spelled: building, stair, floor and door."""

    building: int
    stair: int
    floor: int
    door: int


def write_register(path: Path, seed: int = 20260101) -> None:
    """Write the register as .xlsx; the same seed gives the same bytes."""
    chance = random.Random(seed)  # noqa: S311  # a fixed sequence is wanted, no secret
    book = Workbook()
    book.properties.creator = COMPOUND
    page = book.active
    page.title = "房屋台账"
    page.append([f"{COMPOUND}房屋台账"])
    page.merge_cells("A1:I1")
    page.append(["编制单位:示例物业服务有限公司", *[None] * 5, "单位:平方米"])
    page.append(HEADERS)
    homes = _homes()
    picked = chance.sample(range(len(homes)), UNSOLD + NOT_HANDED_OVER)
    states = dict.fromkeys(picked[:UNSOLD], "未售") | dict.fromkeys(picked[UNSOLD:], "已售未交付")
    for index, home in enumerate(homes):
        page.append(_row(chance, index + 1, home, states.get(index)))
        if (index + 1) % BLANK_EVERY == 0:
            page.append([])
            page.cell(page.max_row + 1, 1)
    page.append(["合计", None, None, f"{len(homes)}户"])
    written = io.BytesIO()
    book.save(written)
    path.write_bytes(_without_clock(written.getvalue()))


def _homes() -> list[_Home]:
    """Return 1,059 homes: twelve buildings of two stairs, three doors a floor; the last stair is lower."""
    return [
        _Home(building, stair, floor, door)
        for building in range(1, 13)
        for stair in (1, 2)
        for floor in range(1, 9 if (building, stair) == (12, 2) else 16)
        for door in (1, 2, 3)
    ]


def _row(chance: random.Random, number: int, home: _Home, state: str | None) -> list[object]:
    """Return one row, spelled in one of the usual ways; ``state`` is given only for the developer's."""
    room = home.floor * 100 + home.door
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    name = chance.choice(SURNAMES) + "".join(chance.choices(SYLLABLES, k=chance.choice((1, 1, 2))))
    lived_in = chance.choices(("已入住", "出租", "空置"), weights=(84, 9, 7))[0]
    # No Chinese number begins with 100: nobody can be called by mistake.
    phone = "" if chance.random() < 0.1 else f"100{chance.randrange(10**8):08d}"  # noqa: PLR2004  # one in ten
    return [
        number,
        chance.choice((f"{home.building}栋", f"{home.building}幢", f"{home.building}栋 ", home.building)),
        chance.choice((f"{home.stair}单元", f" {home.stair}单元", home.stair)),
        chance.choice((room, str(room))),
        _spelled_area(chance, chance.choice(AREAS)),
        state or lived_in,
        DEVELOPER if state else name,
        phone or None,
        chance.choice(("/", "未交付", None, None)) if state else _spelled_day(chance, day),
    ]


def _spelled_area(chance: random.Random, hundredths: int) -> object:
    """Return an area as a number, or as text in one of four spellings."""
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    spellings = (Decimal(hundredths) / 100, text, f"{text}㎡", f"{text} ", text.translate(FULL_WIDTH))
    return chance.choices(spellings, weights=(60, 12, 10, 9, 9))[0]


def _spelled_day(chance: random.Random, day: date) -> object:
    """Return a day as a date, or as text in one of five spellings."""
    spellings = (
        day,
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    return chance.choices(spellings, weights=(40, 12, 12, 12, 12, 12))[0]


def _without_clock(content: bytes) -> bytes:
    """Return the workbook with every time in it set to the same moment."""
    year, month, day, *_ = WRITTEN_AT
    stamp = f"{year:04d}-{month:02d}-{day:02d}T00:00:00Z".encode()
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(fixed, "w") as out:
        for name in parts.namelist():
            data = parts.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(?<=W3CDTF\">)[^<]*", stamp, data)
            part = zipfile.ZipInfo(name, WRITTEN_AT)
            part.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(part, data)
    return fixed.getvalue()
