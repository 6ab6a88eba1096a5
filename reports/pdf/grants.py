"""The parts on governance pools with their projects, gifts and points, and on projects that only some units own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.month.grants import GrantRow, GrantsFigures
from reports.month.projects import PlanFigures, ProjectFigures
from reports.pdf.amounts import percent, yuan
from reports.pdf.sheet import Sheet
from reports.pdf.table import Column, Row, Table, figure_column

GIFT_ZH: Final = {"money": "捐款", "in_kind": "实物或服务"}


def draw_grants(sheet: Sheet, found: GrantsFigures) -> None:
    """Draw the pools, each project with its decisions and outcome, gifts, and points apart from money."""
    sheet.heading("治理资金", "拨款在支用时才是收入，未用部分应退回")
    if not (found.pools or found.projects or found.gifts):
        sheet.paragraph("不适用：没有治理资金。")
        return
    titles = ("期初", "本期收到", "本期支出", "本期退回", "期末", "未分配")
    columns = [Column("资金池", 99), *(figure_column(title, 70) for title in titles)]
    rows = [
        Row(
            (
                one.name_zh,
                *(
                    yuan(figure)
                    for figure in (
                        one.opening_minor,
                        one.received_minor,
                        one.spent_minor,
                        one.returned_minor,
                        one.closing_minor,
                        one.unallocated_minor,
                    )
                ),
            ),
            note=f"法定持有人 {one.holder}，依据 {one.document}；项目未用 {yuan(one.unspent_minor)}，"
            f"应退回 {yuan(one.owed_back_minor)}；本期确认收入 {yuan(one.income_minor)}。",
        )
        for one in found.pools
    ]
    Table(sheet, columns).draw(rows)
    _projects(sheet, found.projects)
    _gifts(sheet, found)
    _points(sheet, found)


def _projects(sheet: Sheet, projects: Sequence[GrantRow]) -> None:
    """Draw 项目, 批准文号, 预算, 拨入, 支出, 结余/退回, 验收 (``domain.md`` 5.2 (6))."""
    if not projects:
        sheet.paragraph("治理项目：无。")
        return
    sheet.subtitle("治理项目")
    columns = (
        Column("项目", 132),
        *(figure_column(title, 68) for title in ("预算", "拨入", "支出", "结余", "退回")),
        Column("状态", 47),
    )
    Table(sheet, columns).draw([_project(one) for one in projects])


def _project(one: GrantRow) -> Row:
    figures = (one.planned_minor, one.received_minor, one.spent_minor, one.unspent_minor, one.returned_minor)
    steps = "；".join(f"{step.step_zh} {step.done_on} {step.document}" for step in one.steps)
    note = f"申请 {one.applicant}，文号 {one.document}，应于 {one.clear_by} 前结清。{steps}"
    if one.disallowed_minor:
        note += f"；审计剔除 {yuan(one.disallowed_minor)}"
    results = [f"{each.caption} {each.value}" for each in one.outcomes if each.value is not None]
    photos = [each for each in one.outcomes if each.sha256 is not None]
    if results:
        note += "。成效：" + "，".join(results)
    if photos:
        note += "。照片：" + "，".join(f"{each.caption}（{(each.sha256 or '')[:12]}…）" for each in photos)
    return Row((f"{one.code} {one.title}", *(yuan(each) for each in figures), one.state_zh), note=note)


def _gifts(sheet: Sheet, found: GrantsFigures) -> None:
    if not found.gifts:
        sheet.paragraph("本期捐赠：无。")
        return
    sheet.subtitle("本期捐赠（未同意公开姓名的列为“爱心人士”）")
    rows = [
        Row(
            (
                one.given_on.isoformat(),
                one.name,
                f"{GIFT_ZH.get(one.kind, one.kind)}：{one.what}",
                yuan(one.amount_minor) if one.amount_minor is not None else "未估值",
                one.document,
            )
        )
        for one in found.gifts
    ]
    Table(
        sheet,
        (
            Column("日期", 72),
            Column("捐赠人", 107),
            Column("内容", 170),
            figure_column("金额", 70),
            Column("依据", 100),
        ),
    ).draw(rows)


def _points(sheet: Sheet, found: GrantsFigures) -> None:
    if not found.points:
        return
    sheet.subtitle("积分（单位：分，不是钱，不折算为钱）")
    rows = [
        Row(
            (
                one.name_zh,
                *(yuan(each) for each in (one.issued_minor, one.redeemed_minor, one.outstanding_minor)),
            )
        )
        for one in found.points
    ]
    titles = ("本期发放", "本期兑用", "期末未兑")
    Table(sheet, [Column("资金池", 219), *(figure_column(title, 100) for title in titles)]).draw(rows)


def draw_projects(sheet: Sheet, found: Sequence[ProjectFigures], small: int = 0) -> None:
    """Draw the projects of some units, each as sums of all of them; ``small`` ones have fewer than five units."""
    sheet.heading("部分业主共有项目", "只列合计，不列住户")
    if not found:
        sheet.paragraph("不适用：没有只属于部分业主的项目。" if not small else "没有可单列的项目。")
    for one in found:
        _own_project(sheet, one)
    if small:
        sheet.paragraph(f"另有 {small} 个项目参与不足五户，为不显露住户，不单列。")


def _own_project(sheet: Sheet, one: ProjectFigures) -> None:
    sheet.subtitle(f"{one.code} {one.title}（{one.units} 户，{one.authority}）")
    left = (
        ("预算", one.planned_minor, "已交（业主分摊）", one.contributed_minor),
        ("议定分摊", one.agreed_minor, "已通知未交", one.open_minor),
        ("补助", one.subsidy_minor, "其中未用（不用应退）", one.unspent_subsidy_minor),
        ("累计支出", one.spent_minor, "应付工程款", one.payable_minor),
        ("质保金", one.retention_minor, "垫付（应还）", one.bridging_minor),
        ("期初存款", one.opening_cash_minor, "期末存款", one.closing_cash_minor),
        ("应退业主", one.refundable_minor, "可用结余", one.spendable_minor),
    )
    Table(
        sheet,
        (Column("项目", 130), figure_column("金额", 120), Column("项目", 149), figure_column("金额", 120)),
    ).draw([Row((name, yuan(minor), other, yuan(second))) for name, minor, other, second in left])
    if one.costs:
        sheet.gap(2)
        costs = "，".join(
            f"{each.name_zh} 本期 {yuan(each.month_minor)}、累计 {yuan(each.to_date_minor)}"
            for each in one.costs
        )
        sheet.paragraph(costs, lead_zh="支出：")
    for plan in one.plans:
        sheet.paragraph(_plan(plan), lead_zh=f"分摊 {plan.number}：")


def _plan(plan: PlanFigures) -> str:
    called = sum(each.amount_minor for each in plan.instalments if each.is_called)
    share = percent(10_000 * called // plan.amount_minor) if plan.amount_minor else percent(None)
    days = "，".join(
        f"第 {each.number} 期 {each.due_on} {yuan(each.amount_minor)}{'（已通知）' if each.is_called else ''}"
        for each in plan.instalments
    )
    return (
        f"{yuan(plan.amount_minor)} 元由 {plan.payers} 户分摊（{plan.authority}），已通知 {share}：{days}。"
    )
