"""Papers that are not the bulletin: letters, accounts, lists. One or many in a file, each with pages of its own.

The same figures give the same bytes: a paper is drawn twice, first to count its pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from reports.pdf.finish import Attachment, Identity, finish
from reports.pdf.pen import Pen
from reports.pdf.sheet import CONTENT, LEFT, RIGHT, Furniture, Sheet
from reports.pdf.type import GREY, RULE, Scale

SCALE: Final = Scale(10, 8.5, 15.2)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what its pages repeat, and what draws it."""

    furniture: Furniture
    draw: Callable[[Sheet], None]


def draw_papers(
    papers: Sequence[Paper], identity: Identity, attachments: tuple[Attachment, ...] = ()
) -> bytes:
    """Return all papers in one file, each beginning on a page of its own and counted by itself."""
    pen = Pen()
    for paper in papers:
        pages = _drawn(Pen(), paper, 0)
        _drawn(pen, paper, pages)
    return finish(pen.close(), identity, attachments)


def _drawn(pen: Pen, paper: Paper, pages: int) -> int:
    sheet = Sheet(pen, SCALE, paper.furniture, pages)
    paper.draw(sheet)
    return sheet.finish()


def draw_title(sheet: Sheet, issuer_zh: str, title_zh: str, left_zh: str, right_zh: str) -> None:
    """Draw who issues the paper, its title, and one line below it."""
    middle = (LEFT + RIGHT) / 2
    sheet.y -= 13
    sheet.pen.text(middle, sheet.y, issuer_zh, 13, align="centre", room=CONTENT)
    sheet.y -= 25
    sheet.pen.text(middle, sheet.y, title_zh, 20, bold=True, align="centre", track=3)
    sheet.y -= 9
    sheet.pen.line(LEFT, sheet.y, RIGHT, sheet.y, 1.4, RULE)
    sheet.pen.line(LEFT, sheet.y - 2.6, RIGHT, sheet.y - 2.6, 0.5, RULE)
    sheet.y -= 16
    size = sheet.scale.body
    sheet.pen.text(LEFT, sheet.y, left_zh, size, room=CONTENT * 0.62)
    sheet.pen.text(RIGHT, sheet.y, right_zh, size, ink=GREY, align="right", room=CONTENT * 0.36)
    sheet.y -= 6


def date_zh(iso: str) -> str:
    """Return ``2026-03-31`` as 2026年3月31日."""
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
