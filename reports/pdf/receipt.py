"""The receipt on paper: number, unit, what was paid, the amount in figures and in 大写, places to sign."""

from __future__ import annotations

from typing import Final

from reports.pdf.amounts import in_capitals, yuan
from reports.pdf.finish import Identity, finish
from reports.pdf.pen import Pen
from reports.pdf.sheet import CONTENT, LEFT, RIGHT, Furniture, Sheet
from reports.pdf.type import FILL, FORM, GREY, HAIR, RED, RULE
from reports.receipt import PaidLine, ReceiptFigures

_ROW: Final = 18.0
_COLUMNS: Final = (0.0, 0.08, 0.36, 0.62, 0.78)  # where each column begins, as a part of the width
_HEADS: Final = ("序号", "房屋", "项目", "所属月份", "金额（元）")


def draw_receipt(figures: ReceiptFigures) -> bytes:
    """Return the receipt as an archivable PDF; the same figures give the same bytes."""
    pages = _draw(figures, 0)[1]
    content, _ = _draw(figures, pages)
    title = f"收据 {figures.number}"
    identity = Identity(title, figures.compound_zh, title, figures.booked_on.isoformat())
    return finish(content, identity, ())


def _draw(figures: ReceiptFigures, pages: int) -> tuple[bytes, int]:
    pen = Pen()
    furniture = Furniture(f"收据 {figures.number}（续）", figures.compound_zh, figures.number)
    sheet = Sheet(pen, FORM, furniture, pages)
    _head(sheet, figures)
    _row(sheet, _HEADS, bold=True, fill=FILL)
    for place, line in enumerate(figures.lines, 1):
        _paid(sheet, place, line)
    _total(sheet, figures)
    _feet(sheet, figures)
    return pen.close(), sheet.finish()


def _head(sheet: Sheet, figures: ReceiptFigures) -> None:
    pen = sheet.pen
    pen.text((LEFT + RIGHT) / 2, sheet.y - 16, figures.compound_zh, 12, align="centre", room=CONTENT)
    pen.text((LEFT + RIGHT) / 2, sheet.y - 42, "收　款　收　据", 20, bold=True, align="centre")
    pen.text(RIGHT, sheet.y - 42, f"No. {figures.number}", 12, bold=True, ink=RED, align="right")
    sheet.gap(62)
    about = f"房屋：{figures.label_zh}　　收款方式：{figures.channel_zh}"
    pen.text(LEFT, sheet.y, about, 10.5, room=CONTENT * 0.55)
    dates = f"收款日期：{figures.received_on.isoformat()}　　凭证：{figures.voucher}"
    pen.text(RIGHT, sheet.y, dates, 10.5, align="right", room=CONTENT * 0.44)
    sheet.gap(8)


def _paid(sheet: Sheet, place: int, line: PaidLine) -> None:
    _row(sheet, (str(place), line.unit, line.words_zh, line.period or "—", yuan(line.amount_minor)))


def _row(sheet: Sheet, cells: tuple[str, ...], *, bold: bool = False, fill: str | None = None) -> None:
    """Draw one row of the table; the last cell is a figure and stands at the right."""
    if sheet.need(_ROW):
        sheet.gap(4)
    pen, foot = sheet.pen, sheet.y - _ROW
    if fill is not None:
        pen.box(LEFT, foot, CONTENT, _ROW, fill=fill)
    for place, cell in enumerate(cells):
        begin = LEFT + CONTENT * _COLUMNS[place]
        end = RIGHT if place + 1 == len(cells) else LEFT + CONTENT * _COLUMNS[place + 1]
        room = end - begin - 8
        if place + 1 == len(cells):
            pen.text(RIGHT - 6, foot + 5, cell, 10.5, bold=bold, align="right", room=room, never_cut=True)
        else:
            pen.text(begin + 6, foot + 5, cell, 10.5, bold=bold, room=room)
    pen.line(LEFT, foot, RIGHT, foot, 0.4, HAIR)
    sheet.y = foot


def _total(sheet: Sheet, figures: ReceiptFigures) -> None:
    sheet.need(2 * _ROW)
    pen = sheet.pen
    foot = sheet.y - 24
    pen.box(LEFT, foot, CONTENT, 24, stroke=RULE, weight=0.7)
    capitals = f"合计（大写）：{in_capitals(figures.amount_minor)}"
    pen.text(LEFT + 6, foot + 8, capitals, 11, bold=True, room=CONTENT * 0.66, never_cut=True)
    shown = f"¥{yuan(figures.amount_minor)}"
    pen.text(RIGHT - 6, foot + 8, shown, 12, bold=True, align="right", room=CONTENT * 0.3, never_cut=True)
    sheet.y = foot


def _feet(sheet: Sheet, figures: ReceiptFigures) -> None:
    sheet.need(90)
    pen = sheet.pen
    if figures.reversed_on is not None:
        words = f"本收据已于 {figures.reversed_on.isoformat()} 冲销，作废"
        pen.text(LEFT, sheet.y - 22, words, 13, bold=True, ink=RED)
        sheet.gap(24)
    for place, role in enumerate(("收款人", "复核", "收款单位（盖章）")):
        pen.text(LEFT + CONTENT * place / 3, sheet.y - 26, f"{role}：", 10.5)
    note = "款项按缴款人指定或最早到期的应收冲抵；余款为预收。本收据编号连续，冲销后不再使用。"
    pen.text(LEFT, sheet.y - 58, note, 9, ink=GREY, room=CONTENT)
    sheet.gap(66)
