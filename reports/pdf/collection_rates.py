"""Collection rates as PDF: a chart of both rates month by month, and the tables behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.pdf.amounts import percent, yuan
from reports.pdf.buildings import building_zh
from reports.pdf.collection import RARE
from reports.pdf.finish import Attachment, Identity
from reports.pdf.paper import Paper, draw_papers, draw_title
from reports.pdf.sheet import LEFT, RIGHT, Furniture, Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import BLUE, GREY, HAIR, INK, RED
from reports.receivables.collection_rates import (
    CURRENT_FORMULA_ZH,
    FORMULA_NOTE_ZH,
    OVERALL_FORMULA_ZH,
    CollectionRates,
    Group,
)

TITLE_ZH: Final = "物业费收缴率"
HIGH: Final = 150.0
AXIS: Final = 34.0  # room for the percentages left of the chart
FULL: Final = 10_000  # basis points
DOT: Final = 3.0
MOST_LABELS: Final = 12
SERIES: Final = (("当期收缴率", BLUE, "current_rate_bp"), ("综合收缴率", RED, "overall_rate_bp"))


def draw_collection_rates(rates: CollectionRates, attachments: tuple[Attachment, ...] = ()) -> bytes:
    """Return chart and tables as PDF; the same figures give the same bytes."""
    span = f"{rates.since} 至 {rates.until}"
    furniture = Furniture(f"{TITLE_ZH}（续）　{rates.compound_zh}", rates.compound_zh, span)

    def draw(sheet: Sheet) -> None:
        draw_title(sheet, rates.compound_zh, TITLE_ZH, f"统计期：{span}", "单位：元（人民币）")
        sheet.heading("逐月收缴率", follow=HIGH)
        draw_chart(sheet, rates.series)
        for formula in (CURRENT_FORMULA_ZH, OVERALL_FORMULA_ZH, FORMULA_NOTE_ZH):
            sheet.paragraph(formula, sheet.scale.small, ink=GREY)
        sheet.heading("按类别")
        _table(sheet, "类别", (*rates.by_kind, rates.total))
        sheet.heading("按楼栋", "不足五户的楼栋合并列示")
        _table(sheet, "楼栋", (*rates.by_building, rates.total))
        sheet.heading("按月份")
        _table(sheet, "月份", (*rates.series, rates.total))

    identity = Identity(f"{rates.compound_zh} {TITLE_ZH}", rates.compound_zh, span, f"{rates.until}-01")
    return draw_papers([Paper(furniture, draw)], identity, attachments)


def draw_chart(sheet: Sheet, series: Sequence[Group]) -> None:
    """Draw both rates as lines from 0 to 100 %; a month without a rate breaks the line."""
    sheet.need(HIGH + 26)
    pen, small = sheet.pen, sheet.scale.small
    top, bottom = sheet.y - 20, sheet.y - HIGH
    for number, (name, ink, _) in enumerate(SERIES):
        x = LEFT + AXIS + number * 92
        pen.line(x, sheet.y - 9, x + 16, sheet.y - 9, 1.6, ink)
        pen.text(x + 20, sheet.y - 12, name, small, ink=INK)
    for part in range(5):
        y = bottom + (top - bottom) * part / 4
        pen.line(LEFT + AXIS, y, RIGHT, y, 0.4, HAIR)
        pen.text(LEFT + AXIS - 5, y - 3, f"{25 * part}%", small, ink=GREY, align="right")
    step = (RIGHT - LEFT - AXIS) / max(1, len(series))
    places = [LEFT + AXIS + step * (number + 0.5) for number in range(len(series))]
    every = -(-len(series) // MOST_LABELS)
    for number in range(0, len(series), every or 1):
        pen.text(places[number], bottom - 12, series[number].key, small, ink=GREY, align="centre")
    for _, ink, name in SERIES:
        last: tuple[float, float] | None = None
        for x, group in zip(places, series, strict=True):
            rate = getattr(group.figures, name)
            if rate is None:
                last = None
                continue
            y = bottom + (top - bottom) * min(max(rate, 0), FULL) / FULL
            if last is not None:
                pen.line(*last, x, y, 1.4, ink)
            pen.box(x - DOT / 2, y - DOT / 2, DOT, DOT, fill=ink)
            last = (x, y)
    sheet.y = bottom - 18


def _table(sheet: Sheet, head: str, groups: Sequence[Group]) -> None:
    rare = [name for name in RARE if any(getattr(group.figures, name) for group in groups)]
    titles = ["期初欠费", "本期应收", "当期实收", "清欠实收", "减免"]
    titles += [*(RARE[name] for name in rare), "期末欠费", "其中争议"]
    columns = [
        Column(head, 60),
        *(figure_column(title, 58) for title in titles),
        figure_column("当期率", 46),
        figure_column("综合率", 46),
    ]
    rows = []
    for group in groups:
        one = group.figures
        figures = [
            one.opening_minor,
            one.billed_minor,
            one.received_current_minor,
            one.received_arrears_minor,
            one.waived_minor,
            *(getattr(one, name) for name in rare),
            one.closing_minor,
            one.disputed_minor,
        ]
        cells = (building_zh(group.label_zh), *(yuan(minor) for minor in figures))
        rates = (percent(one.current_rate_bp), percent(one.overall_rate_bp))
        rows.append(Row((*cells, *rates), strong=group.key == "total"))
    Table(sheet, columns).draw(rows)
