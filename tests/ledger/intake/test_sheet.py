"""Files as bytes: within limits, in every shape that is no register, and never anything but a refusal."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ledger.errors import Refusal
from ledger.intake import cells, place
from ledger.intake.refusals import FileDamaged, FileTooLarge, FileTypeUnknown, SheetTooLarge
from ledger.intake.register import read_register
from ledger.intake.sheet import Cell, FormulaError, letter, plain, read_sheets
from ledger.rules.unit import check_unit_code

SAMPLE = (Path(__file__).parents[2] / "samples" / "units.xlsx").read_bytes()


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(content: bytes, name: str, data: bytes) -> bytes:
    written = io.BytesIO()
    packed = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(written, "w", packed) as out:
        for part in parts.namelist():
            out.writestr(part, data if part == name else parts.read(part))
    return written.getvalue()


def test_a_number_is_read_at_the_digits_the_spreadsheet_shows() -> None:
    assert plain(128.77000000000001) == Decimal("128.77")
    assert plain(3.0) == 3
    assert plain(float("nan")) == FormulaError("#NUM!")


def test_columns_have_the_letters_of_the_spreadsheet() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"PK\x03\x04" + bytes(100), FileDamaged),
        (SAMPLE[:20_000], FileDamaged),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), FileTypeUnknown),
        (b"%PDF-1.7\n", FileTypeUnknown),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileTypeUnknown),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", FileTypeUnknown),
        (b"a," * 6_000_000, FileTooLarge),
        (b"a\n" * 50_001, SheetTooLarge),
        (b"," * 200 + b"a", SheetTooLarge),
    ],
)
def test_a_file_that_is_no_register_is_refused_for_what_it_is(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read_sheets(content)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as out:
        out.writestr("a.txt", "a")
    with pytest.raises(FileTypeUnknown):
        read_sheets(written.getvalue())


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(SAMPLE, "xl/worksheets/sheet1.xml", bytes(80 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(FileTooLarge):
        read_sheets(bomb)


def test_a_cell_in_the_last_corner_of_the_sheet_is_refused_without_filling_the_memory() -> None:
    book = Workbook()
    book.active["A1"] = "楼栋"
    book.active["XFD1048576"] = "x"
    with pytest.raises(SheetTooLarge):
        read_sheets(saved(book))


def test_a_row_number_beyond_any_sheet_is_refused() -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(SheetTooLarge):
        read_sheets(repacked(SAMPLE, "xl/worksheets/sheet1.xml", sheet))


def test_entities_that_multiply_are_refused() -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    sheet = b'<!DOCTYPE w [<!ENTITY e0 "aaaaaaaaaa">' + entities + b"]>"
    sheet += b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row></sheetData></worksheet>'
    with pytest.raises(FileDamaged):
        read_sheets(repacked(SAMPLE, "xl/worksheets/sheet1.xml", sheet))


def test_a_hidden_sheet_is_not_read() -> None:
    book = Workbook()
    book.create_sheet("藏").sheet_state = "hidden"
    assert [sheet.name for sheet in read_sheets(saved(book))] == ["Sheet"]


def test_blank_rows_below_the_table_do_not_count() -> None:
    book = Workbook()
    book.active.append(["楼栋"])
    book.active.row_dimensions[1_048_576].height = 20
    assert [row.number for row in read_sheets(saved(book))[0].rows] == [1]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", "楼栋,房号,面积,状态\n".encode()):
        try:
            read_register(start + content, "x")
        except Refusal as refusal:
            refusal.detail("zh")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_damaged_bytes_is_read_or_refused(at: int, noise: bytes) -> None:
    try:
        read_register(SAMPLE[:at] + noise + SAMPLE[at + len(noise) :], "x.xlsx")
    except Refusal as refusal:
        refusal.detail("zh")


CELLS = st.one_of(
    st.none(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.just(FormulaError("#REF!")),
    st.text(max_size=12),
    st.text(alphabet="0123456789-栋单元号楼座#A.室期商铺车位/年月日一十", max_size=12),
)


@settings(max_examples=500, deadline=None)
@given(CELLS, CELLS, CELLS)
def test_any_cell_has_a_meaning_or_is_refused(first: Cell, second: Cell, third: Cell) -> None:
    readers = (cells.read_area, cells.read_date, cells.read_state, cells.read_floor, cells.read_text)
    for read in (*readers, cells.read_area_source, cells.read_credit_code):
        try:
            read(first)
        except Refusal as refusal:
            refusal.detail("zh")
    for together in (True, False):
        try:
            found = place.read_place(first, second, third) if together else place.read_whole_place(first)
        except Refusal as refusal:
            refusal.detail("zh")
        else:
            check_unit_code(found.code)
            assert found.label.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), max_size=9), max_size=8))
def test_any_table_under_a_good_header_is_read_or_refused(rows: list[list[str]]) -> None:
    book = "\n".join(",".join(cell.replace(",", "").replace('"', "") for cell in row) for row in rows)
    content = ("楼栋,单元,房号,面积,状态,业主,电话,交付日期\n" + book).encode("utf-8", "ignore")
    try:
        proposal = read_register(content, "x.csv")
    except Refusal as refusal:
        refusal.detail("zh")
    else:
        numbers = {unit.row for unit in proposal.units} | {cell.row for cell in proposal.refused}
        assert numbers.isdisjoint(row.row for row in proposal.skipped)
