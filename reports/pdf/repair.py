"""The part on the repair fund, as its custodian confirmed it: a memorandum, in no total of money to spend."""

from __future__ import annotations

from reports.month.repair import BuildingRow, ConfirmationRow, RepairFigures, RepairSpan
from reports.pdf.amounts import yuan
from reports.pdf.buildings import building_zh
from reports.pdf.sheet import Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import INK, RED


def draw_repair(sheet: Sheet, found: RepairFigures) -> None:
    """Draw the fund's movement, what was confirmed and when, the jobs with their sharing, and who is below 30 %."""
    sheet.heading("专项维修资金（备查）", "由主管部门或专户银行代管，不计入结余")
    spans = (found.of_month, found.of_year)
    if not (found.buildings or found.confirmed or found.jobs or any(_moved(one) for one in spans)):
        sheet.paragraph("未录入：本账簿尚无维修资金的期初和代管机构对账。")
        return
    titles = ("期初结存", "业主交存", "公共收益划入", "增值", "使用", "期末结存")
    columns = [Column("期间", 63), *(figure_column(title, 76) for title in titles)]
    Table(sheet, columns).draw([_span("本月", found.of_month), _span("本年累计", found.of_year)])
    sheet.gap(2)
    for one in found.confirmed:
        sheet.paragraph(_confirmed(one), lead_zh="代管机构对账：")
    if not found.confirmed:
        sheet.paragraph("未录入：代管机构尚未出具对账，以上为账面数。", lead_zh="代管机构对账：")
    if found.in_transit_minor:
        sheet.paragraph(f"已付出、待代管机构确认到账 {yuan(found.in_transit_minor)} 元。")
    if found.jobs_owed_minor:
        sheet.paragraph(f"维修工程应付未付 {yuan(found.jobs_owed_minor)} 元。")
    _jobs(sheet, found)
    _buildings(sheet, found)


def _moved(one: RepairSpan) -> bool:
    parts = (one.opening_minor, one.paid_in_minor, one.transferred_minor, one.growth_minor, one.used_minor)
    return any(parts) or bool(one.closing_minor)


def _span(label: str, one: RepairSpan) -> Row:
    figures = (
        one.opening_minor,
        one.paid_in_minor,
        one.transferred_minor,
        one.growth_minor,
        one.used_minor,
        one.closing_minor,
    )
    return Row((label, *(yuan(figure) for figure in figures)))


def _confirmed(one: ConfirmationRow) -> str:
    said = f"{one.custodian_zh} {one.confirmed_on} 确认 {yuan(one.amount_minor)} 元（{one.document}），"
    if not one.difference_minor:
        return f"{said}与当日账面一致。"
    book, differs = yuan(one.book_minor, dash=False), yuan(one.difference_minor)
    return f"{said}当日账面 {book} 元，相差 {differs} 元，须查明。"


def _jobs(sheet: Sheet, found: RepairFigures) -> None:
    if not found.jobs:
        sheet.paragraph("无。", lead_zh="维修工程列支：")
        return
    sheet.subtitle("维修工程列支与分摊")
    rows = [
        Row(
            (one.code, one.vendor or "—", one.authority or "—", yuan(one.amount_minor)),
            note="分摊："
            + "，".join(f"{building_zh(share.label_zh)} {yuan(share.amount_minor)}" for share in one.shares),
        )
        for one in found.jobs
    ]
    columns = (Column("工程", 110), Column("施工单位", 189), Column("依据", 130), figure_column("费用", 90))
    Table(sheet, columns).draw(rows)


def _buildings(sheet: Sheet, found: RepairFigures) -> None:
    if not found.buildings:
        return
    sheet.subtitle("各幢结存")
    columns = (
        Column("幢", 79),
        figure_column("户数", 38),
        *(figure_column(title, 78) for title in ("首期交存", "期初及交存", "使用累计", "结存")),
        Column("首期 30% 警戒", 90),
    )
    Table(sheet, columns).draw([_building(one) for one in found.buildings])


def _building(one: BuildingRow) -> Row:
    figures = (one.first_instalment_minor, one.paid_in_minor, one.used_minor, one.balance_minor)
    warning = "低于 30%，应续筹" if one.low else "未低于"
    return Row(
        (building_zh(one.label_zh), str(one.units), *(yuan(figure) for figure in figures), warning),
        ink=RED if one.low else INK,
    )
