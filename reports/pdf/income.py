"""The section on public income: gross, reasonable cost and net of each contract, and where the net went."""

from __future__ import annotations

from reports.bulletin import Bulletin, PublicIncome, PublicIncomeRow
from reports.figures import MISSING, add_figures
from reports.pdf.amounts import yuan
from reports.pdf.sheet import Sheet
from reports.pdf.statements import draw_capitals, vouchers
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import GREY, INK, RED


def draw_public_income(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw gross, reasonable cost and net of each contract, the costs, and the distribution (5.2 (2))."""
    income = bulletin.public_income
    sheet.heading("公共收益收支表", "毛收入、合理成本、净收益分列")
    if not income.rows:
        said = "本期无公共收益。" if income.empty == "none" else f"公共收益：{income.empty.value}。"
        sheet.paragraph(said)
    else:
        sums = (income.gross_minor, income.cost_minor, income.net_minor)
        rows = [_row(row, bulletin.period) for row in income.rows]
        rows.append(Row(("合计", "", "", *(yuan(each, dash=False) for each in sums), ""), strong=True))
        columns = (
            Column("收益项目", 97),
            Column("合同方", 115),
            figure_column("本期应收", 62),
            figure_column("毛收入", 64),
            figure_column("合理成本", 60),
            figure_column("净收益", 64),
            Column("凭证号", 61),
        )
        Table(sheet, columns).draw(rows)
        draw_capitals(sheet, "净收益合计大写：", income.net_minor)
    _draw_absent(sheet, income)
    _draw_uses(sheet, bulletin)


def _row(row: PublicIncomeRow, period: str) -> Row:
    """Turn a contract into cells; below it its term, what an empty figure means, and a related party."""
    said = (row.period, row.state_zh, "合同方为关联方" if row.related_party else "")
    figures = (row.expected_minor, row.gross_minor, row.cost_minor, row.net_minor)
    return Row(
        (
            row.item_zh,
            row.counterparty,
            *(yuan(figure) for figure in figures),
            vouchers((row.voucher,), period),
        ),
        note="　".join(part for part in said if part),
        ink=RED if MISSING in figures else INK,
    )


def _draw_absent(sheet: Sheet, income: PublicIncome) -> None:
    """Say what the compound does not have, and what nobody has spoken of: two different things (L25)."""
    sheet.gap(2)
    if income.not_applicable_zh:
        sheet.paragraph(f"{'；'.join(income.not_applicable_zh)}。", sheet.scale.small, lead_zh="不适用：")
    if income.missing_zh:
        sheet.paragraph(f"{'、'.join(income.missing_zh)}。", sheet.scale.small, lead_zh="未录入：", ink=RED)
    if income.later_periods_minor:
        sheet.paragraph(
            f"已收租金中属于以后期间的 {yuan(income.later_periods_minor)} 元，分配时按表决的规则办理。",
            sheet.scale.small,
        )


def _draw_uses(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the costs by kind and one by one, those without a voucher apart, and the distribution."""
    income = bulletin.public_income
    if income.cost_kinds:
        kinds = "，".join(f"{one.label_zh} {yuan(one.amount_minor)}" for one in income.cost_kinds)
        sheet.paragraph(f"{kinds}。", lead_zh="成本分类：")
    if income.cost_lines:
        sheet.subtitle("合理成本明细")
        rows = [
            Row(
                (
                    cost.label_zh,
                    yuan(cost.amount_minor),
                    vouchers((cost.voucher,), bulletin.period) if cost.voucher else "无凭证",
                )
            )
            for cost in income.cost_lines
        ]
        Table(sheet, (Column("用途", 339), figure_column("金额", 90), Column("凭证号", 90))).draw(rows)
        bare = [cost.amount_minor for cost in income.cost_lines if not cost.voucher]
        if bare:
            said = f"{len(bare)} 笔，合计 {yuan(add_figures(*bare))} 元，业主可要求说明。"
            sheet.paragraph(said, bold=True, lead_zh="无凭证成本：")
    if not income.distribution:
        sheet.paragraph("本期未分配公共收益。", sheet.scale.small, ink=GREY)
        return
    sheet.subtitle("公共收益分配")
    shares = [
        Row((one.purpose_zh, yuan(one.amount_minor), f"表决 {one.vote}" if one.vote else "未列表决"))
        for one in income.distribution
    ]
    Table(sheet, (Column("去向", 319), figure_column("金额", 90), Column("依据", 110))).draw(shares)
