"""The section on public income: gross, reasonable cost and net of each contract, and where the net went."""

from __future__ import annotations

from reports.bulletin import Bulletin
from reports.pdf.amounts import yuan
from reports.pdf.sheet import Sheet
from reports.pdf.statements import draw_capitals, vouchers
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import GREY


def draw_public_income(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw gross, reasonable cost and net of each contract, the costs, and the distribution (5.2 (2))."""
    income = bulletin.public_income
    sheet.heading("公共收益收支表", "毛收入、合理成本、净收益分列")
    if not income.rows:
        said = "本期无公共收益。" if income.empty == "none" else f"公共收益：{income.empty.value}。"
        sheet.paragraph(said)
    else:
        rows = [
            Row(
                (
                    row.item_zh,
                    row.counterparty,
                    row.period,
                    yuan(row.gross_minor),
                    yuan(row.cost_minor),
                    yuan(row.net_minor),
                    vouchers((row.voucher,), bulletin.period),
                )
            )
            for row in income.rows
        ]
        rows.append(
            Row(
                (
                    "合计",
                    "",
                    "",
                    *(
                        yuan(figure, dash=False)
                        for figure in (income.gross_minor, income.cost_minor, income.net_minor)
                    ),
                    "",
                ),
                strong=True,
            )
        )
        columns = (
            Column("收益项目", 86),
            Column("合同方", 100),
            Column("收款期间", 86),
            figure_column("毛收入", 66),
            figure_column("合理成本", 66),
            figure_column("净收益", 66),
            Column("凭证号", 41),
        )
        Table(sheet, columns).draw(rows)
        draw_capitals(sheet, "净收益合计大写：", income.net_minor)
    _draw_uses(sheet, bulletin)


def _draw_uses(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the cost lines and the distribution of public income as one table."""
    income = bulletin.public_income
    rows = [
        Row(
            (
                "合理成本",
                cost.label_zh,
                yuan(cost.amount_minor),
                vouchers((cost.voucher,), bulletin.period) if cost.voucher else "无凭证",
            )
        )
        for cost in income.cost_lines
    ]
    rows += [
        Row(
            (
                "分配",
                share.purpose_zh,
                yuan(share.amount_minor),
                f"表决 {share.vote}" if share.vote else "未列表决",
            )
        )
        for share in income.distribution
    ]
    if rows:
        sheet.subtitle("公共收益的合理成本与分配")
        columns = (
            Column("类别", 60),
            Column("用途", 220),
            figure_column("金额", 90),
            Column("凭证或表决", 141),
        )
        Table(sheet, columns).draw(rows)
    if not income.distribution:
        sheet.paragraph("本期未分配公共收益。", sheet.scale.small, ink=GREY)
