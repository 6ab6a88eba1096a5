"""The bytes of a spreadsheet as rows of plain values: .xlsx and CSV, within limits.

The .xlsx reader streams (openpyxl, read only): its memory follows what the file holds, not the corner
that its last cell claims, and a failed formula stays visible instead of turning into a blank. Numbers
become ``int`` or ``Decimal`` at once, at the 15 significant digits that a spreadsheet shows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from ledger.intake.refusals import FileDamaged, FileRefused, FileTooLarge, FileTypeUnknown, SheetTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEGABYTE: Final = 1024 * 1024
MAX_BYTES: Final = 10 * MEGABYTE
MAX_UNPACKED: Final = 64 * MEGABYTE
MAX_PARTS: Final = 2_000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
LAST_EXCEL_ROW: Final = 1_048_576
MAX_CELLS_VISITED: Final = 10_000_000
EXACT_INTEGER: Final = 10**15

FORMULA_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


@dataclass(frozen=True, slots=True)
class FormulaError:
    """A cell whose formula failed, such as ``#REF!``."""

    text: str


Cell: TypeAlias = str | int | Decimal | date | FormulaError | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its 1-based number in the file and its cells, as many as were filled."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing is written in the row."""
        return all(cell is None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet: its name and its rows up to the last written one, blank rows included."""

    name: str
    rows: tuple[Row, ...]


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Return the visible sheets of a file; what it is, its bytes say, not its name.

    Raises ``FileTooLarge``, ``FileTypeUnknown``, ``FileDamaged`` or ``SheetTooLarge``.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(limit=MAX_BYTES // MEGABYTE)
    if content.startswith(b"PK\x03\x04"):
        return _read_workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileTypeUnknown(found_zh="旧式 .xls,或加了密码", found_en="an old .xls, or has a password")
    if content.startswith(b"%PDF"):
        raise FileTypeUnknown(found_zh="PDF", found_en="a PDF")
    return (Sheet("CSV", _rows(_read_csv(_decode(content)))),)


def letter(index: int) -> str:
    """Return the letter a spreadsheet shows over the 0-based column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Return the visible sheets of an .xlsx, after its parts were weighed."""
    from openpyxl import load_workbook  # here: few commands bring a spreadsheet, and it takes long to import

    _weigh(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = []
            for page in book.worksheets:
                if page.sheet_state != "visible":
                    continue
                # What the file says about its own size may be wrong; read what is there.
                page.reset_dimensions()
                sheets.append(Sheet(page.title, _rows(page.iter_rows(values_only=True))))
            return tuple(sheets)
        finally:
            book.close()
    except FileRefused:
        raise
    except Exception as error:  # a damaged file can fail in any part of the reader
        raise FileDamaged from error


def _weigh(content: bytes) -> None:
    """Refuse an archive that is not a workbook or that unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise FileDamaged from error
    # zipfile never unpacks more than the declared size, so the sum below is a true ceiling.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileTooLarge(limit=MAX_UNPACKED // MEGABYTE)
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise FileTypeUnknown(found_zh="压缩包或其他格式", found_en="an archive or another format")


def _decode(content: bytes) -> str:
    """Return the text of a CSV in UTF-8 (with or without mark), UTF-16 (with mark) or GB 18030."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise FileTypeUnknown(found_zh="不是表格文本", found_en="not a table of text")


def _read_csv(text: str) -> Iterator[list[str]]:
    """Yield the records of a CSV; the separator is the one that its first lines use most."""
    head = text[:4_096]
    separator = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error as error:
        raise FileDamaged from error


def _rows(records: Iterable[Iterable[object]]) -> tuple[Row, ...]:
    """Return plain rows, numbered from 1, without the blank tail; refuse what is beyond the limits."""
    rows: list[Row] = []
    written = visited = 0
    for number, record in enumerate(records, start=1):
        cells = [plain(value) for value in record]
        visited += len(cells) + 1
        if number > LAST_EXCEL_ROW or visited > MAX_CELLS_VISITED:
            raise SheetTooLarge(rows=MAX_ROWS, columns=MAX_COLUMNS)
        while cells and cells[-1] is None:
            cells.pop()
        if cells and (number > MAX_ROWS or len(cells) > MAX_COLUMNS):
            raise SheetTooLarge(rows=MAX_ROWS, columns=MAX_COLUMNS)
        if number <= MAX_ROWS:
            rows.append(Row(number, tuple(cells)))
            written = number if cells else written
    return tuple(rows[:written])


def plain(value: object) -> Cell:
    """Return a cell's value as text, whole number, decimal, date, failed formula or ``None`` if blank."""
    if value is None:
        return None
    if isinstance(value, (int, float)):
        shown = str(value) if isinstance(value, int) else format(value, ".15g")
        return shown.upper() if isinstance(value, bool) else _plain_number(shown)
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = str(value).strip().strip("\ufeff\u200b\u3000")
    if text.upper() in FORMULA_ERRORS:
        return FormulaError(text.upper())
    return text or None


def _plain_number(digits: str) -> Cell:
    """Return a spreadsheet's number at the 15 digits it shows (128.77000000000001 is 128.77)."""
    number = Decimal(digits)
    if not number.is_finite():
        return FormulaError("#NUM!")
    if abs(number) > EXACT_INTEGER:
        return str(number)
    return int(number) if number == number.to_integral_value() else number
