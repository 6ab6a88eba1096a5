"""The section on collection: by kind of debtor, never by household, with formulas in words and ageing."""

from __future__ import annotations

from reports.bulletin import AGEING_BUCKETS_ZH, Bulletin, CollectionRow
from reports.pdf.amounts import percent, yuan
from reports.pdf.sheet import Sheet
from reports.pdf.statements import draw_capitals
from reports.pdf.table import Column, Row, Table, figure_column


def draw_collection(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw collection by kind of debtor, both formulas in words, and the ageing (5.2 (4))."""
    collection = bulletin.collection
    sheet.heading("应收与收缴", f"统计范围：{collection.span_zh}　只列类别，不列住户")
    rows = (*collection.rows, collection.total)
    lost = any(row.written_off_minor != 0 for row in rows)
    titles = [
        "期初欠费",
        "本期应收",
        "当期实收",
        "清欠实收",
        "减免",
        *(["账销案存"] if lost else []),
        "期末欠费",
        "其中争议",
    ]
    columns = [
        Column("类别", 54),
        *(figure_column(title, 54) for title in titles),
        figure_column("当期率", 48),
        figure_column("综合率", 48),
    ]
    drawn = [Row(_collection_cells(row, lost=lost), strong=row is rows[-1]) for row in rows]
    Table(sheet, columns).draw(drawn)
    sheet.gap(1)
    size = sheet.scale.small
    sheet.paragraph(
        "当期收缴率＝当期实收÷（本期应收－其中期末争议）；"
        "综合收缴率＝（当期实收＋清欠实收）÷（期初欠费＋本期应收－期末争议）。"
        "实收含预收款转入；争议额另列，仍在欠费中；违约金不计入。",
        size,
    )
    draw_capitals(sheet, "期末欠费合计大写：", collection.total.closing_minor)
    if collection.ageing:
        sheet.gap(7)
        ages = [
            Row((row.debtor_zh, *(yuan(bucket) for bucket in row.buckets_minor), yuan(row.total_minor)))
            for row in collection.ageing
        ]
        heads = [
            Column("欠费账龄", 76),
            *(figure_column(title, 70) for title in AGEING_BUCKETS_ZH),
            figure_column("合计", 76),
        ]
        Table(sheet, heads).draw(ages)


def _collection_cells(row: CollectionRow, *, lost: bool) -> tuple[str, ...]:
    """Return the cells of one kind of debtor; the write-off column stands only where there is one."""
    middle = (row.written_off_minor,) if lost else ()
    figures = (
        row.opening_minor,
        row.billed_minor,
        row.received_current_minor,
        row.received_arrears_minor,
        row.waived_minor,
        *middle,
        row.closing_minor,
        row.disputed_minor,
    )
    return (
        row.debtor_zh,
        *(yuan(figure) for figure in figures),
        percent(row.current_rate_bp),
        percent(row.overall_rate_bp),
    )
