"""A register as people keep it: the sample as it is, other layouts, and every way a cell can be wrong."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from ledger.intake.refusals import RegisterColumnTwice, RegisterHeaderMissing, RegisterMappingUnknown
from ledger.intake.register import read_register
from ledger.rules.unit import Party, State

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE = Path(__file__).parents[2] / "samples" / "units.xlsx"
HEADER = ["楼栋", "单元", "房号", "建筑面积", "房屋状态", "业主姓名", "联系电话", "交付日期"]
GOOD = ["3栋", "2单元", "1502", 89.53, "已入住", "示例甲", "10000000001", "2021-03-11"]


def xlsx(*rows: Sequence[object], **sheets: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        page = book.create_sheet(name)
        for row in more:
            page.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def text_table(rows: Sequence[Sequence[object]], encoding: str, separator: str = ",") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue().encode(encoding)


def with_cell(header: str, value: object) -> bytes:
    bad = [value if name == header else cell for name, cell in zip(HEADER, GOOD, strict=True)]
    return xlsx(["桂花苑小区"], HEADER, bad)


def test_the_sample_is_read_as_it_is() -> None:
    proposal = read_register(SAMPLE.read_bytes(), "units.xlsx")
    assert len(proposal.units) == len({unit.code for unit in proposal.units}) == 1059
    assert proposal.complete
    assert (proposal.refused, proposal.warnings, proposal.unrecognised) == ((), (), ())
    assert proposal.developer_count == 42
    assert proposal.developer_names == ("示例置业有限公司",)
    assert Counter(unit.state for unit in proposal.units) == {
        State.OCCUPIED: 856,
        State.LET: 93,
        State.VACANT: 68,
        State.UNSOLD: 30,
        State.SOLD_NOT_HANDED_OVER: 12,
    }
    assert [(row.row, row.why) for row in proposal.skipped] == [
        (1, "title"),
        (2, "title"),
        (3, "header"),
        (304, "blank"),
        (605, "blank"),
        (906, "blank"),
        (1066, "total"),
    ]


def test_the_sample_has_seven_areas_and_twelve_buildings() -> None:
    units = read_register(SAMPLE.read_bytes(), "units.xlsx").units
    assert {unit.area_hundredths for unit in units} == {7850, 8953, 9610, 10550, 11025, 12877, 14200}
    assert {unit.building for unit in units} == {f"B{number:02d}" for number in range(1, 13)}
    assert all((unit.handed_over_on is None) == (unit.party is Party.DEVELOPER) for unit in units)


def test_the_first_unit_of_the_sample_is_understood_field_by_field() -> None:
    unit = read_register(SAMPLE.read_bytes(), "units.xlsx").units[0]
    assert (unit.row, unit.code, unit.label, unit.floor) == (4, "B01-U1-0101", "1栋1单元101", 1)
    assert (unit.area_hundredths, unit.state, unit.party) == (7850, State.VACANT, Party.OWNER)
    assert unit.handed_over_on == date(2020, 12, 1)


OTHER: list[list[object]] = [
    ["XX花园 业主信息表"],
    [],
    ["房屋", "面积", "接房时间", "入住情况", "产权人", "手机", "户型", "家庭人口"],
    ["3-2-1201", "89.53㎡", "2021年3月11日", "自住", "示例乙", 10000000002, "三室", 3],
    ["3-2-1202", 142, 44266, "空房", "示例丙", None, "四室", None],
    ["4-1-301", "78.5", "/", "未销售", "示例置业有限公司", None, None, None],
    ["商铺12", "45.00平方米", "20200101", "租赁", "示例丁", None, None, None],
    ["总计", None, None, "共4户", None, None, None, None],
    ["制表人:示例"],
]


def test_another_layout_is_recognised_by_meaning() -> None:
    proposal = read_register(xlsx(*OTHER), "another.xlsx")
    assert proposal.complete
    assert proposal.columns["房屋"] == "whole_room"
    assert proposal.unrecognised == ("家庭人口",)
    assert [(unit.code, unit.state, unit.handed_over_on) for unit in proposal.units] == [
        ("B03-U2-1201", State.OCCUPIED, date(2021, 3, 11)),
        ("B03-U2-1202", State.VACANT, date(2021, 3, 11)),
        ("B04-U1-0301", State.UNSOLD, None),
        ("S01-U0-0012", State.LET, date(2020, 1, 1)),
    ]
    assert proposal.units[0].label == "3-2-1201"
    assert (proposal.skipped[-1].row, proposal.skipped[-1].why) == (9, "note")
    assert proposal.warnings == ()


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("gb18030", ";")],
)
def test_a_csv_in_any_usual_encoding_gives_the_same_units(encoding: str, separator: str) -> None:
    units = read_register(text_table(OTHER, encoding, separator), "another.csv").units
    assert units == read_register(xlsx(*OTHER), "another.xlsx").units


def test_a_header_of_two_rows_is_one_header() -> None:
    upper = ["楼栋", "单元", "房号", "面积", None, "业主信息", None, "房屋状态"]
    lower = [None, None, None, "建筑面积", "套内面积", "姓名", "电话", None]
    row = ["A座", "2", "15-2", 89.53, 70, "示例", None, "出租"]
    proposal = read_register(xlsx(upper, lower, row), "two.xlsx")
    assert [unit.code for unit in proposal.units] == ["BA-U2-1502"]
    assert proposal.units[0].owner_name == "示例"
    assert proposal.unrecognised == ("面积/套内面积",)


def test_the_treasurers_mapping_goes_before_the_known_words() -> None:
    header = ["楼栋", "单元", "房号", "建筑面积", "分摊面积", "现况"]
    content = xlsx(header, ["1", "1", "101", 90, 80, "出租"])
    with pytest.raises(RegisterHeaderMissing) as refusal:
        read_register(content, "x.xlsx")
    assert "房屋状态" in refusal.value.detail("zh")
    assert "现况" in refusal.value.detail("zh")
    proposal = read_register(content, "x.xlsx", {"现况": "state", "分摊面积": "area"})
    assert proposal.units[0].area_hundredths == 8000
    assert proposal.unrecognised == ("建筑面积",)


def test_a_column_without_a_header_can_be_mapped_by_its_letter() -> None:
    content = xlsx(["楼栋", "单元", "房号", "建筑面积", None], ["1", "1", "101", 90, "出租"])
    assert read_register(content, "x.xlsx", {"第E列": "state"}).units[0].state is State.LET


def test_two_columns_of_one_meaning_are_refused_until_one_is_chosen() -> None:
    content = xlsx(["楼栋", "房号", "建筑面积", "计费面积", "状态"], ["1", "101", 90, 88, "出租"])
    with pytest.raises(RegisterColumnTwice, match="建筑面积、计费面积"):
        read_register(content, "x.xlsx")
    assert read_register(content, "x.xlsx", {"计费面积": "area"}).units[0].area_hundredths == 8800


def test_an_unknown_field_in_the_mapping_is_refused() -> None:
    with pytest.raises(RegisterMappingUnknown):
        read_register(xlsx(HEADER, GOOD), "x.xlsx", {"楼栋": "tower"})


def test_a_file_without_a_header_says_which_words_were_seen() -> None:
    with pytest.raises(RegisterHeaderMissing) as refusal:
        read_register(xlsx(["甲", "乙", "丙"], [1, 2, 3]), "x.xlsx")
    assert "甲、乙、丙" in refusal.value.detail("zh")


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("楼栋", "东区大楼", "building_unknown"),
        ("楼栋", "0栋", "building_unknown"),
        ("楼栋", "#REF!", "cell_formula_error"),
        ("楼栋", None, "cell_blank"),
        ("单元", "东单元", "stair_unknown"),
        ("房号", "101/102", "room_unknown"),
        ("房号", None, "cell_blank"),
        ("房号", date(2026, 3, 2), "cell_became_date"),
        ("建筑面积", "#REF!", "cell_formula_error"),
        ("建筑面积", "约90", "area_unreadable"),
        ("建筑面积", "89.531", "area_too_precise"),
        ("建筑面积", 0, "area_out_of_range"),
        ("建筑面积", -5, "area_out_of_range"),
        ("建筑面积", 100000.01, "area_out_of_range"),
        ("房屋状态", "不详", "state_unknown"),
        ("房屋状态", "已售", "state_ambiguous"),
        ("房屋状态", None, "cell_blank"),
        ("交付日期", "2021-02-30", "date_unreadable"),
        ("交付日期", "去年", "date_unreadable"),
        ("交付日期", "1021-03-11", "date_out_of_range"),
        ("业主姓名", "甲" * 65, "cell_text_unsafe"),
        ("业主姓名", "甲\u202e乙", "cell_text_unsafe"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column_with_a_reason(header: str, value: object, code: str) -> None:
    proposal = read_register(with_cell(header, value), "x.xlsx")
    assert [(cell.row, cell.header, cell.letter, cell.code) for cell in proposal.refused] == [
        (3, header, "ABCDEFGH"[HEADER.index(header)], code)
    ]
    assert not proposal.units
    assert not proposal.complete
    assert proposal.refused[0].reason_zh != proposal.refused[0].reason_en


def test_all_bad_cells_of_a_row_are_listed_and_other_rows_stand() -> None:
    proposal = read_register(xlsx(HEADER, ["?", "?", "?", "?", "?", "示例", None, "?"], GOOD), "x.xlsx")
    assert [cell.letter for cell in proposal.refused] == ["A", "B", "C", "D", "E", "H"]
    assert [unit.row for unit in proposal.units] == [3]


def test_the_same_unit_twice_is_refused_the_second_time_without_naming_anybody() -> None:
    again = ["3幢", 2, "15-2", "90", "出租", "示例别人", "10000000009", None]
    proposal = read_register(xlsx(HEADER, GOOD, again), "x.xlsx")
    assert [(cell.row, cell.code) for cell in proposal.refused] == [(3, "unit_twice")]
    assert "第 2 行" in proposal.refused[0].reason_zh
    assert "示例甲" not in repr(proposal.refused)


def test_names_and_phones_stay_out_of_the_printed_form() -> None:
    proposal = read_register(xlsx(HEADER, GOOD), "x.xlsx")
    assert proposal.units[0].owner_name == "示例甲"
    assert "示例甲" not in repr(proposal)
    assert "10000000001" not in repr(proposal)


def test_a_refused_name_is_not_repeated() -> None:
    proposal = read_register(with_cell("业主姓名", "甲" * 65), "x.xlsx")
    assert "甲甲" not in repr(proposal.refused)


def test_a_merged_building_counts_for_the_rows_below_and_is_pointed_out() -> None:
    below = [None, None, "1503", 90, "出租", "示例", None, "2021-03-11"]
    proposal = read_register(xlsx(HEADER, GOOD, below), "x.xlsx")
    assert [unit.code for unit in proposal.units] == ["B03-U2-1502", "B03-U2-1503"]
    assert [(warning.code, warning.rows) for warning in proposal.warnings] == [("building_filled_down", (3,))]


def test_a_blank_stair_is_refused_where_the_building_has_stairs() -> None:
    other = ["3栋", None, "1503", 90, "出租", "示例", None, "2021-03-11"]
    proposal = read_register(xlsx(HEADER, GOOD, other), "x.xlsx")
    assert [(cell.row, cell.code) for cell in proposal.refused] == [(3, "stair_missing")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["3栋", "2", "101", 90, "未售", "示例置业有限公司", None, "2021-03-11"], "state_contradicts_date"),
        (["3栋", "2", "101", 90, "已入住", "示例", None, "/"], "hand_over_date_missing"),
        (["3栋", "2", "101", 90, "未售", "示例", None, None], "unsold_with_person"),
        (["合计", None, None, 179.53, "2户", None, None, None], "total_count_differs"),
        (["合计", None, None, 100, None, None, None, None], "total_area_differs"),
    ],
)
def test_what_does_not_fit_together_is_a_warning(row: list[object], code: str) -> None:
    proposal = read_register(xlsx(HEADER, GOOD, row), "x.xlsx")
    assert code in [warning.code for warning in proposal.warnings]
    assert proposal.complete


def test_a_buyers_name_is_never_a_developers_name() -> None:
    row = ["3栋", "2", "101", 90, "已售未交付", "示例买方", None, None]
    assert read_register(xlsx(HEADER, row), "x.xlsx").developer_names == ()


def test_a_header_repeated_on_every_page_and_subtotals_are_passed_over() -> None:
    proposal = read_register(xlsx(HEADER, GOOD, ["小计", None, None, 89.53], HEADER), "x.xlsx")
    assert [(row.row, row.why) for row in proposal.skipped][1:] == [(3, "total"), (4, "repeated_header")]


def test_the_sheet_with_the_register_is_found_and_a_second_one_is_pointed_out() -> None:
    content = xlsx(["说明"], 台账=[HEADER, GOOD], 副表=[HEADER, GOOD])
    proposal = read_register(content, "x.xlsx")
    assert proposal.sheet == "台账"
    assert [warning.code for warning in proposal.warnings] == ["other_sheets"]


def test_forty_eight_thousand_units_are_read() -> None:
    rows: list[list[object]] = [["房屋", "面积", "状态"]]
    for floor, room in product(range(1, 31), range(1, 17)):
        homes = (f"{building}-{stair}-{floor * 100 + room}" for building in range(1, 51) for stair in (1, 2))
        rows += [[home, "90", "出租"] for home in homes]
    assert len(read_register(text_table(rows, "utf-8"), "x.csv").units) == 48_000
