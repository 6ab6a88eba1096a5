"""Which unit a text means, in the spellings that people use."""

from __future__ import annotations

import pytest

from ledger.intake.place import read_place, read_whole_place
from ledger.intake.refusals import CellRefused


@pytest.mark.parametrize(
    ("text", "code", "floor"),
    [
        ("3-2-1201", "B03-U2-1201", 12),
        ("3.2.1201", "B03-U2-1201", 12),
        ("3栋2单元1201", "B03-U2-1201", 12),
        ("3幢2单元15-2", "B03-U2-1502", 15),
        ("3-2-15-2", "B03-U2-1502", 15),
        ("3#2-1201", "B03-U2-1201", 12),
        ("3号楼1201室", "B03-U0-1201", 12),
        ("3-1201", "B03-U0-1201", 12),
        ("A座1201", "BA-U0-1201", 12),
        ("3A栋1单元101", "B03A-U1-0101", 1),
        ("A3-1-101", "BA3-U1-0101", 1),
        ("1期3栋2单元1201", "B1P03-U2-1201", 12),
        ("十二栋二单元一五〇二", "B12-U2-1502", 15),
        ("12号别墅", "B12-U0-0000", None),
        ("商铺12", "S01-U0-0012", None),
        ("3栋12号商铺", "S03-U0-0012", None),
        ("地下车位117", "P01-0117", None),
        ("B03-U2-1502", "B03-U2-1502", 15),
        ("P01-0117", "P01-0117", None),
        ("3栋1单元1502-1", "B03-U1-1502-1", 15),
    ],
)
def test_one_cell_names_a_unit(text: str, code: str, floor: int | None) -> None:
    where = read_whole_place(text)
    assert (where.code, where.floor, where.label) == (code, floor, text)


@pytest.mark.parametrize("text", ["3-15-2", "15-2", "1201", "3栋", "2单元1201", "15楼2号", "东区3栋101"])
def test_a_text_with_two_readings_or_none_is_refused(text: str) -> None:
    with pytest.raises(CellRefused):
        read_whole_place(text)


@pytest.mark.parametrize(
    "building", ["3栋", "3幢", "3号楼", "3座", "3#", "03", "3", 3, "三栋", "第3栋", " 3 栋 ", "\uff13栋"]
)
def test_one_building_has_many_spellings(building: str | int) -> None:
    assert read_place(building, "2单元", 1502).code == "B03-U2-1502"


@pytest.mark.parametrize("stair", ["2单元", "2", 2, "二单元", "第2单元", "2 单元", "U2", "2#"])
def test_one_stair_has_many_spellings(stair: str | int) -> None:
    assert read_place("3", stair, "15-2").code == "B03-U2-1502"


def test_the_printed_label_is_kept() -> None:
    assert read_place("3幢", "2单元", "15-2").label == "3幢2单元15-2"
    assert read_place(3, 2, 1502).label == "3栋2单元1502"
    assert read_place("3", "/", "1502").label == "3栋1502"
