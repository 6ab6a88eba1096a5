"""A4 pages that fill from the top: margins, continuation heads, page numbers, and nothing cut at the foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.pdf.breaking import wrap
from reports.pdf.pen import A4, Pen
from reports.pdf.type import GREY, INK, RULE, Scale, width

LEFT: Final = 38.0
RIGHT: Final = A4[0] - 38.0
TOP: Final = A4[1] - 34.0
BOTTOM: Final = 48.0
FOOT: Final = 31.0
CONTENT: Final = RIGHT - LEFT
ORDINALS: Final = (*"一二三四五六七八九十", *(f"十{one}" for one in "一二三四五六七八九"))
LEADING: Final = 1.36


@dataclass(frozen=True, slots=True)
class Furniture:
    """What every page repeats: the head of a continued page, and the two ends of the foot.

    ``notice_zh`` stands at the head of every page, in bold, where there is something nobody may overlook.
    """

    continued_zh: str
    foot_left: str
    foot_right: str
    notice_zh: str = ""


class Sheet:
    """The page being filled. ``y`` is the lower edge of what is drawn so far, in points from the bottom."""

    def __init__(self, pen: Pen, scale: Scale, furniture: Furniture, pages: int) -> None:
        """Begin page 1 of ``pages``; 0 while the number is not yet known."""
        self.pen = pen
        self.scale = scale
        self.y = TOP
        self.page = 1
        self._furniture = furniture
        self._pages = pages
        self._sections = 0

    def need(self, height: float) -> bool:
        """Turn the page if less than ``height`` is left; say whether it was turned."""
        if self.y - height >= BOTTOM:
            return False
        self._foot()
        self.pen.next_page()
        self.page += 1
        self._continue()
        return True

    def _continue(self) -> None:
        """Draw the head of a page after the first."""
        size = self.scale.small
        baseline = TOP - size
        self.pen.text(LEFT, baseline, self._furniture.continued_zh, size, ink=GREY, room=CONTENT * 0.8)
        self.pen.text(RIGHT, baseline, "单位：元（人民币）", size, ink=GREY, align="right")
        self.pen.line(LEFT, baseline - 5, RIGHT, baseline - 5, 0.8, RULE)
        self.y = baseline - 9
        self.notice()

    def notice(self) -> None:
        """Say at the head of a page what every page says."""
        said = self._furniture.notice_zh
        if not said:
            return
        size = self.scale.body
        lines = wrap(said, size, CONTENT - 16, bold=True)
        high = len(lines) * size * LEADING + 7
        self.y -= 6
        self.pen.box(LEFT, self.y - high, CONTENT, high, stroke=INK, weight=1.2)
        baseline = self.y - size - 4
        for line in lines:
            self.pen.text(LEFT + 8, baseline, line, size, bold=True, room=CONTENT - 16)
            baseline -= size * LEADING
        self.y -= high + 4

    def _foot(self) -> None:
        """Draw the foot: number, page of pages, fingerprint."""
        self.pen.line(LEFT, FOOT + 11, RIGHT, FOOT + 11, 0.6, RULE)
        third = CONTENT / 3 - 6
        self.pen.text(LEFT, FOOT, self._furniture.foot_left, 8, ink=GREY, room=third)
        pages = f"第 {self.page} 页　共 {self._pages} 页"
        self.pen.text((LEFT + RIGHT) / 2, FOOT, pages, 9, align="centre")
        self.pen.text(RIGHT, FOOT, self._furniture.foot_right, 8, ink=GREY, align="right", room=third)

    def finish(self) -> int:
        """Finish the last page and return how many there are."""
        self._foot()
        self.pen.next_page()
        return self.page

    def gap(self, points: float) -> None:
        """Leave white space."""
        self.y -= points

    def heading(self, title_zh: str, note_zh: str = "", *, follow: float = 60) -> None:
        """Draw a numbered section heading, on the same page as the ``follow`` points after it."""
        size = self.scale.body + 1.5
        self.need(size + 13 + follow)
        ordinal = ORDINALS[self._sections] if self._sections < len(ORDINALS) else str(self._sections + 1)
        self._sections += 1
        self.y -= size + 6.5
        title = f"{ordinal}、{title_zh}"
        self.pen.bookmark(title, f"s{self._sections}")
        self.pen.text(LEFT, self.y, title, size, bold=True, room=CONTENT * 0.6)
        if note_zh:
            self.pen.text(
                RIGHT, self.y, note_zh, self.scale.small, ink=GREY, align="right", room=CONTENT * 0.38
            )
        self.y -= 4.5

    def subtitle(self, title_zh: str, *, follow: float = 40) -> None:
        """Draw an unnumbered heading inside a section, on the same page as the ``follow`` points after it."""
        size = self.scale.body
        self.need(size + 10 + follow)
        self.y -= size + 6
        self.pen.text(LEFT, self.y, title_zh, size, bold=True, room=CONTENT)
        self.y -= 4

    def paragraph(
        self,
        text: str,
        size: float | None = None,
        *,
        bold: bool = False,
        ink: str = INK,
        lead_zh: str = "",
    ) -> None:
        """Draw a paragraph across the page; ``lead_zh`` hangs to its left, in bold, before the first line."""
        size = size or self.scale.body
        hang = width(lead_zh, size, bold=True) if lead_zh else 0.0
        for number, line in enumerate(wrap(text, size, CONTENT - hang, bold=bold)):
            self.need(size * LEADING)
            self.y -= size * LEADING
            if number == 0 and lead_zh:
                self.pen.text(LEFT, self.y, lead_zh, size, bold=True)
            self.pen.text(LEFT + hang, self.y, line, size, bold=bold, ink=ink, room=CONTENT - hang)
