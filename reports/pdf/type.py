"""Type and colour: one family in two weights, a small palette that survives a grey printer, the sizes of a form.

The faces are registered once a process, on first use: ReportLab keeps them in a table of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics, ttfonts

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"
GETA: Final = "〓"

INK: Final = "#1B2430"
GREY: Final = "#4A5561"
RULE: Final = "#39485A"
HAIR: Final = "#B4BEC9"
FILL: Final = "#E9EEF4"
BLUE: Final = "#1F4E79"
RED: Final = "#B3261E"


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of one setting, in points; ``row`` is the height of a table row with one line of text."""

    body: float
    small: float
    row: float


# Old eyes read the board: body text of a form is 10.5 pt (domain.md section 11), however many pages it takes.
FORM: Final = Scale(10.5, 9, 15.4)


@cache
def register() -> None:
    """Read both faces into ReportLab's table; unshaped: no optional package may change the bytes."""
    folder = Path(__file__).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(folder / f"{name}.ttf"), shapable=False))


@cache
def _glyphs(name: str) -> frozenset[int]:
    """Return the code points a face can print."""
    register()
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)


def printable(text: str, *, bold: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text with 〓 for what the face lacks, and the characters that it lacks."""
    glyphs = _glyphs(BOLD if bold else REGULAR)
    lacking = tuple(dict.fromkeys(character for character in text if ord(character) not in glyphs))
    if not lacking:
        return text, ()
    return "".join(character if ord(character) in glyphs else GETA for character in text), lacking


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of text in points."""
    register()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size))
