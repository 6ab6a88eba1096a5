"""The section on collection: by kind of debtor, never by household, with formulas in words and ageing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.bulletin import Bulletin
from reports.collection import AGEING_BUCKETS_ZH, CollectionRow
from reports.figures import add_figures
from reports.pdf.amounts import percent, yuan
from reports.pdf.sheet import Sheet
from reports.pdf.statements import draw_capitals
from reports.pdf.table import PAD, Column, Row, Table, figure_column
from reports.pdf.type import width
from reports.receivables.collection_rates import CURRENT_FORMULA_ZH, FORMULA_NOTE_ZH, OVERALL_FORMULA_ZH

#: Columns that stand only where something is in them.
RARE: Final = {
    "earlier_minor": "补计更正",
    "written_off_minor": "账销案存",
    "in_kind_minor": "实物抵偿",
}
#: Both formulas in a month in which nothing stands in the columns that only sometimes have something.
PLAIN_ZH: Final = (
    "当期收缴率＝当期实收÷（本期应收－其中期末争议）；"
    "综合收缴率＝（当期实收＋清欠实收）÷（期初欠费＋本期应收－期末争议）。"
    "实收含预收款转入；争议额另列，仍在欠费中；违约金、实物抵偿不计入实收。"
)


def draw_collection(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw collection by kind of debtor, both formulas in words, and the ageing (5.2 (4))."""
    collection = bulletin.collection
    sheet.heading("应收与收缴", f"统计范围：{collection.span_zh}　只列类别，不列住户")
    rows = (*collection.rows, collection.total)
    rare = [name for name in RARE if any(getattr(row, name) != 0 for row in rows)]
    titles = ["期初欠费", "本期应收", "当期实收", "清欠实收", "减免"]
    titles += [*(RARE[name] for name in rare), "期末欠费", "其中争议"]
    drawn = [Row(_collection_cells(row, rare), strong=row is rows[-1]) for row in rows]
    # So many columns, and some of them are mostly empty: each is as wide as what it holds.
    size = sheet.scale.body
    wide = [
        2 * PAD + max(width(cell, size, bold=True) for cell in column)
        for column in zip(("类别", *titles, "当期率", "综合率"), *(row.cells for row in drawn), strict=True)
    ]
    heads = (
        figure_column(title, part)
        for title, part in zip((*titles, "当期率", "综合率"), wide[1:], strict=True)
    )
    Table(sheet, [Column("类别", wide[0] + 2 * PAD), *heads]).draw(drawn)
    sheet.gap(1)
    formulas: tuple[str, ...] = (PLAIN_ZH,)
    if "earlier_minor" in rare:
        formulas = (f"{CURRENT_FORMULA_ZH}；{OVERALL_FORMULA_ZH}。", FORMULA_NOTE_ZH)
    for formula in formulas:
        sheet.paragraph(formula, sheet.scale.small)
    draw_capitals(sheet, "期末欠费合计大写：", collection.total.closing_minor)
    if collection.ageing:
        sheet.gap(7)
        ages = [
            Row((row.debtor_zh, *(yuan(bucket) for bucket in row.buckets_minor), yuan(row.total_minor)))
            for row in collection.ageing
        ]
        if len(ages) > 1:
            sums = (
                add_figures(*bucket)
                for bucket in zip(*(row.buckets_minor for row in collection.ageing), strict=True)
            )
            whole = add_figures(*(row.total_minor for row in collection.ageing))
            ages.append(Row(("合计", *(yuan(one) for one in sums), yuan(whole)), strong=True))
        columns = [
            Column("欠费账龄", 76),
            *(figure_column(title, 70) for title in AGEING_BUCKETS_ZH),
            figure_column("合计", 76),
        ]
        Table(sheet, columns).draw(ages)


def _collection_cells(row: CollectionRow, rare: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of one kind of debtor; ``rare`` are the columns that stand only where something is in them."""
    figures = (
        row.opening_minor,
        row.billed_minor,
        row.received_current_minor,
        row.received_arrears_minor,
        row.waived_minor,
        *(getattr(row, name) for name in rare),
        row.closing_minor,
        row.disputed_minor,
    )
    return (
        row.debtor_zh,
        *(yuan(figure) for figure in figures),
        percent(row.current_rate_bp),
        percent(row.overall_rate_bp),
    )
