"""The one gate through which ink reaches the page.

Text is drawn as plain strings, never as markup, so ``<img src=x>`` is nine characters and nothing else. What
the page cannot show as given (a character the face lacks, a text too long for its place) is shown as well as
can be and reported: a long name must not keep a bulletin from the board.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal

from reportlab.pdfgen.canvas import Canvas

from reports.pdf.breaking import cut
from reports.pdf.type import BOLD, HAIR, INK, REGULAR, printable, register, width

A4: Final = (595.28, 841.89)
SHRINK_LIMIT: Final = 0.8

Align = Literal["left", "right", "centre"]
Trouble = Literal["missing_glyph", "shrunk", "cut"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the page shows otherwise than it was given, for the builder's report."""

    trouble: Trouble
    text: str
    detail: str


class Pen:
    """Draws text, lines and boxes on A4 pages, in points from the lower left corner."""

    def __init__(self) -> None:
        """Begin an empty document; bytes depend on what is drawn and nothing else."""
        register()
        self._out = BytesIO()
        self._canvas = Canvas(
            self._out,
            pagesize=A4,
            invariant=1,
            pageCompression=0,
            initialFontName=REGULAR,
            lang="zh-CN",
        )
        self.remarks: list[Remark] = []

    def text(  # noqa: PLR0913 - a line of text has a place, a face and a fit
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        ink: str = INK,
        align: Align = "left",
        room: float | None = None,
        never_cut: bool = False,
        track: float = 0,
    ) -> None:
        """Draw one line with its baseline at ``y``.

        ``room`` is the width there is: a wider text shrinks by at most a fifth, then ends in an ellipsis;
        with ``never_cut`` it shrinks as far as it must: a figure without its end is another figure.
        """
        shown = self._shown(text, bold=bold)
        if room is not None and width(shown, size, bold=bold) > room:
            shown, size = self._fit(shown, size, room, bold=bold, never_cut=never_cut)
        advance = width(shown, size, bold=bold) + track * max(0, len(shown) - 1)
        left = {"left": x, "right": x - advance, "centre": x - advance / 2}[align]
        self._canvas.setFont(BOLD if bold else REGULAR, size)
        self._canvas.setFillColor(ink)
        self._canvas.drawString(left, y, shown, charSpace=track or None)

    def _shown(self, text: str, *, bold: bool) -> str:
        """Replace what the face lacks, and report it by code point."""
        shown, lacking = printable(text, bold=bold)
        if lacking:
            points = " ".join(f"U+{ord(character):04X}" for character in lacking)
            self.remarks.append(Remark("missing_glyph", text, points))
        return shown

    def _fit(
        self,
        text: str,
        size: float,
        room: float,
        *,
        bold: bool,
        never_cut: bool,
    ) -> tuple[str, float]:
        """Return the text and the size that fit the room."""
        fitting = size * room / width(text, size, bold=bold)
        if fitting >= size * SHRINK_LIMIT or never_cut:
            self.remarks.append(Remark("shrunk", text, f"{size:.1f}->{fitting:.1f}"))
            return text, fitting
        smallest = size * SHRINK_LIMIT
        self.remarks.append(Remark("cut", text, f"{room:.0f} pt"))
        return cut(text, smallest, room, bold=bold), smallest

    def line(self, x1: float, y1: float, x2: float, y2: float, weight: float = 0.4, ink: str = HAIR) -> None:
        """Draw a straight rule."""
        self._canvas.setStrokeColor(ink)
        self._canvas.setLineWidth(weight)
        self._canvas.line(x1, y1, x2, y2)

    def box(  # noqa: PLR0913 - a box has four sides, a fill and an outline
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        weight: float = 0.5,
        dashed: bool = False,
    ) -> None:
        """Draw a rectangle from its lower left corner."""
        self._canvas.saveState()
        if fill is not None:
            self._canvas.setFillColor(fill)
        if stroke is not None:
            self._canvas.setStrokeColor(stroke)
            self._canvas.setLineWidth(weight)
        if dashed:
            self._canvas.setDash(3, 2)
        self._canvas.rect(x, y, wide, high, stroke=int(stroke is not None), fill=int(fill is not None))
        self._canvas.restoreState()

    def squares(self, squares: list[tuple[float, float, float, float]], ink: str = INK) -> None:
        """Fill many rectangles ``(x, y, wide, high)`` as one path, so that no hairline shows between them."""
        path = self._canvas.beginPath()
        for x, y, wide, high in squares:
            path.rect(x, y, wide, high)
        self._canvas.setFillColor(ink)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def bookmark(self, title: str, key: str) -> None:
        """Add an entry to the document's outline that leads to this page."""
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(self._shown(title, bold=False), key, level=0)

    def next_page(self) -> None:
        """Finish the page."""
        self._canvas.showPage()

    def close(self) -> bytes:
        """Finish the document and return it, not yet archivable: ``reports.pdf.finish`` does the rest."""
        self._canvas.save()
        return self._out.getvalue()
