"""Tables of figures: text left, figures right, heads aligned as their columns, horizontal rules only.

A table that reaches the foot goes on at the top of the next page under its own head; a text wider than its
column goes on in the next line; a figure is never cut and never broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.pdf.breaking import wrap
from reports.pdf.pen import Align
from reports.pdf.sheet import CONTENT, LEADING, LEFT, RIGHT, Sheet
from reports.pdf.type import FILL, GREY, HAIR, INK, RED, RULE, width

PAD: Final = 4.0
LINE: Final = 1.22
MAX_LINES: Final = 6
INDENT: Final = 11.0
AFTER_PAGE_HEAD: Final = 5.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, its share of the width, and whether it holds text, figures or short marks."""

    title: str
    share: float
    align: Align = "left"


def figure_column(title: str, share: float) -> Column:
    """Return a column of figures, set to the right."""
    return Column(title, share, "right")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``strong`` is bold on a tint (totals), ``indent`` counts steps in the first column.

    ``note`` runs across the page below the cells, small. An ``ink`` other than the usual never says anything alone:
    the words say it, too.
    """

    cells: tuple[str, ...]
    strong: bool = False
    indent: int = 0
    note: str = ""
    ink: str = INK


class Table:
    """Draws rows on a sheet, with the head again on every new page."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column]) -> None:
        """Lay the columns out over the full width, in proportion to their shares."""
        self._sheet = sheet
        self._columns = columns
        unit = CONTENT / sum(column.share for column in columns)
        self._wide = [column.share * unit for column in columns]

    def draw(self, rows: Sequence[Row]) -> None:
        """Draw the head and all rows; the last row is never alone on a page."""
        self._fit(rows)
        self._head(rows[0] if rows else None)
        for number, row in enumerate(rows):
            high = self._height(row)
            # The row before a last one waits for it: a total alone on a page belongs to nothing.
            following = self._height(rows[-1]) if number == len(rows) - 2 else 0.0
            if self._sheet.need(high + following):
                self._sheet.gap(AFTER_PAGE_HEAD)
                self._head(None)
            self._row(row, high)
        self._sheet.pen.line(LEFT, self._sheet.y, RIGHT, self._sheet.y, 0.9, RULE)

    def _fit(self, rows: Sequence[Row]) -> None:
        """Widen columns of figures that are too narrow at the cost of those with room to spare: one size for all."""
        size = self._sheet.scale.body
        spare = []
        for number, column in enumerate(self._columns):
            cells = [(column.title, True), *((row.cells[number], row.strong) for row in rows)]
            held = max(width(text, size, bold=bold) for text, bold in cells) + 2 * PAD
            spare.append(self._wide[number] - held if column.align == "right" else 0.0)
        lacking = -sum(one for one in spare if one < 0)
        given = sum(one for one in spare if one > 0)
        if not lacking or not given:
            return
        part = min(1.0, lacking / given)
        for number, one in enumerate(spare):
            self._wide[number] -= one * (part if one > 0 else min(1.0, given / lacking))

    def _lines(self, row: Row, number: int) -> list[str]:
        """Break the text of one cell; figures stay on one line."""
        text = row.cells[number]
        if self._columns[number].align == "right":
            return [text]
        room = self._wide[number] - 2 * PAD - (row.indent * INDENT if number == 0 else 0.0)
        lines = wrap(text, self._sheet.scale.body, room, bold=row.strong)
        if len(lines) > MAX_LINES:
            # The pen cuts the over-long last line, and reports it.
            lines = [*lines[: MAX_LINES - 1], "".join(lines[MAX_LINES - 1 :])]
        return lines

    def _height(self, row: Row) -> float:
        """Return the height of a row in points."""
        most = max(len(self._lines(row, number)) for number in range(len(self._columns)))
        noted = len(self._note(row)) * self._sheet.scale.small * LEADING
        return self._sheet.scale.row + (most - 1) * self._sheet.scale.body * LINE + noted

    def _note(self, row: Row) -> list[str]:
        """Break the note below a row."""
        return wrap(row.note, self._sheet.scale.small, CONTENT - PAD - INDENT) if row.note else []

    def _head(self, first: Row | None) -> None:
        """Draw the column heads, on a page that has room for the first row too."""
        head = Row(tuple(column.title for column in self._columns), strong=True)
        high = self._sheet.scale.row
        self._sheet.need(high + (self._height(first) if first else 0.0))
        sheet = self._sheet
        sheet.pen.line(LEFT, sheet.y, RIGHT, sheet.y, 0.9, RULE)
        self._row(head, high, is_head=True)
        sheet.pen.line(LEFT, sheet.y, RIGHT, sheet.y, 0.6, RULE)

    def _row(self, row: Row, high: float, *, is_head: bool = False) -> None:
        """Draw one row below what is drawn so far."""
        sheet = self._sheet
        size = sheet.scale.body if not is_head else sheet.scale.body - 0.5
        if row.strong:
            sheet.pen.box(LEFT, sheet.y - high, CONTENT, high, fill=FILL)
        x = LEFT
        for number, column in enumerate(self._columns):
            wide = self._wide[number]
            inset = PAD + (row.indent * INDENT if number == 0 else 0.0)
            place = {"left": x + inset, "right": x + wide - PAD, "centre": x + wide / 2}[column.align]
            lines = [row.cells[number]] if is_head else self._lines(row, number)
            # One line sits in the middle of the row; further lines follow below it.
            baseline = sheet.y - sheet.scale.row / 2 - size * 0.36
            for line in lines:
                figure = column.align == "right"
                ink = RED if figure and line.startswith("-") else row.ink
                sheet.pen.text(
                    place,
                    baseline,
                    line,
                    size,
                    bold=row.strong,
                    ink=ink,
                    align=column.align,
                    room=wide - inset - PAD,
                    never_cut=figure,
                )
                baseline -= size * LINE
            x += wide
        self._draw_note(row, sheet.y - high)
        sheet.y -= high
        if not is_head:
            sheet.pen.line(LEFT, sheet.y, RIGHT, sheet.y, 0.35, HAIR)

    def _draw_note(self, row: Row, bottom: float) -> None:
        """Draw the note of a row on the lines above its lower edge."""
        size = self._sheet.scale.small
        lines = self._note(row)
        baseline = bottom + len(lines) * size * LEADING - size + 1
        for line in lines:
            self._sheet.pen.text(
                LEFT + INDENT,
                baseline,
                line,
                size,
                ink=GREY if row.ink == INK else row.ink,
                room=CONTENT - INDENT,
            )
            baseline -= size * LEADING
