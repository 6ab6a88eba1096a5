"""Budgets of the funds without a statement of their own, and the base of the trustee's remuneration."""

from __future__ import annotations

from collections.abc import Collection

from ledger.rules.chart import fund_name_zh
from reports.month.budget import BudgetFigures, BudgetRow
from reports.month.sections import RemunerationFigures
from reports.pdf.amounts import percent, yuan
from reports.pdf.sheet import Sheet
from reports.pdf.table import Column, Row, Table, figure_column


def draw_budgets(sheet: Sheet, budgets: tuple[BudgetFigures, ...], stated: Collection[str]) -> None:
    """Draw the year's budget against what was done, for the funds that no statement shows with its budget."""
    for one in budgets:
        if one.fund in stated:
            continue
        sheet.heading(
            f"{fund_name_zh(one.fund)}预算执行",
            f"第 {one.version} 版，{one.authority}，{one.in_force_from} 起",
        )
        rows = [
            *(_row(each, indent=1) for each in one.incomes),
            _row(one.total_income, strong=True),
            *(_row(each, indent=1) for each in one.expenses),
            _row(one.total_expenses, strong=True),
        ]
        Table(
            sheet,
            (
                Column("科目", 159),
                figure_column("年度预算", 80),
                figure_column("截至本月预算", 82),
                figure_column("本年累计", 80),
                figure_column("执行率", 58),
                figure_column("预算余额", 80),
            ),
        ).draw(rows)


def _row(one: BudgetRow, *, strong: bool = False, indent: int = 0) -> Row:
    left = "" if one.left_minor is None else yuan(one.left_minor)
    dash = not strong
    name = f"{one.name_zh}（{one.note}）" if one.note else one.name_zh
    return Row(
        (
            name,
            yuan(one.planned_minor, dash=dash),
            yuan(one.due_minor, dash=dash),
            yuan(one.actual_minor, dash=dash),
            percent(one.executed_bp),
            left,
        ),
        strong=strong,
        indent=indent,
    )


def draw_remuneration(sheet: Sheet, found: RemunerationFigures | None) -> None:
    """Draw what the trustee's remuneration is a share of, account by account (L03)."""
    sheet.subtitle("受托人酬金的计提基数")
    if found is None:
        sheet.paragraph("不适用：没有约定酬金的合同，未计提。")
        return
    if found.rate_bp is None:
        sheet.paragraph(
            f"依据{found.contract}：每 {found.every_months} 个月固定 {yuan(found.fixed_minor)} 元；"
            f"自 {found.since} 起应计 {yuan(found.due_minor, dash=False)}，"
            f"已计 {yuan(found.recognised_minor, dash=False)} 元。"
        )
        return
    rows = [Row((one.name_zh, yuan(one.amount_minor)), indent=1) for one in found.bases]
    rows.append(Row((f"自 {found.since} 起已实现的收入合计（基数）", yuan(found.base_minor)), strong=True))
    rows.append(
        Row((f"应计酬金＝基数 × {percent(found.rate_bp)}（{found.contract}）", yuan(found.due_minor)))
    )
    rows.append(Row(("已计酬金", yuan(found.recognised_minor))))
    if found.accrual_minor:
        rows.append(Row(("待计酬金（于合同约定的计提期末入账）", yuan(found.accrual_minor))))
    if found.overdrawn_minor:
        rows.append(Row(("多计酬金（以后各期抵回）", yuan(found.overdrawn_minor))))
    Table(sheet, (Column("项目", 399), figure_column("金额", 120))).draw(rows)
