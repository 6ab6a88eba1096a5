"""What nobody may overlook, above the tables: in red, framed, and each in words, so that grey paper says it, too."""

from __future__ import annotations

from typing import Final

from ledger.rules.chart import fund_name_zh
from reports.bulletin import Bulletin
from reports.pdf.amounts import yuan
from reports.pdf.breaking import wrap
from reports.pdf.buildings import building_zh
from reports.pdf.sheet import CONTENT, LEADING, LEFT, Sheet
from reports.pdf.type import RED

INSET: Final = 8.0
STATE_ZH: Final = {"approved": "未付款", "posted": "已记账、未付款", "paid": "已付款"}


def draw_alerts(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw emergencies that nobody ratified, overdrawn funds and what is missing; nothing where there is nothing."""
    said = alerts(bulletin)
    if not said:
        return
    size = sheet.scale.body
    lines = [line for one in said for line in wrap(one, size, CONTENT - 2 * INSET, bold=True)]
    high = len(lines) * size * LEADING + 8
    sheet.gap(7)
    if sheet.need(high):
        sheet.gap(4)
    sheet.pen.box(LEFT, sheet.y - high, CONTENT, high, stroke=RED, weight=1.2)
    baseline = sheet.y - size - 4
    for line in lines:
        sheet.pen.text(LEFT + INSET, baseline, line, size, bold=True, ink=RED, room=CONTENT - 2 * INSET)
        baseline -= size * LEADING
    sheet.y -= high


def alerts(bulletin: Bulletin) -> list[str]:
    """Return the sentences, each beginning with what it is about."""
    said = [
        f"【透支】{fund.fund_zh}可用结余为 {yuan(fund.spendable_minor)} 元，在补足前不再批准支出。"
        for fund in bulletin.overview
        if fund.is_overdrawn
    ]
    if bulletin.public_income.missing_zh:
        names = "、".join(bulletin.public_income.missing_zh)
        said.append(f"【未录入】以下公共收益既无入账、也无“本月为零”或“不适用”的说明：{names}。")
    parts = bulletin.sections
    if parts is None:
        return said
    emergencies = [
        f"【应急支出待追认】{one.asked_on} {one.payee} {one.purpose} {yuan(one.amount_minor)} 元"
        f"（{fund_name_zh(one.fund)}，{STATE_ZH.get(one.state, one.state)}）。"
        f"原因：{one.reason}。仅凭一把钥匙支出，至期末已 {one.days} 天未获追认。"
        for one in parts.payments.emergencies
    ]
    unexplained = [
        f"【银行扣款未查明】{one.on} {yuan(one.open_minor)} 元，待说明或追回。"
        for one in parts.payments.unexplained
    ]
    held = [
        f"【受托人代收未缴】{fund_name_zh(one.fund)} {yuan(one.amount_minor)} 元，已超过结算期限。"
        for one in parts.payments.held_by_trustee
    ]
    above = parts.payments.fee_above_cap_minor
    fee = [f"【经营管理费超过上限】本年已计超出 {yuan(above)} 元，应予退回。"] if above else []
    overdue = [
        f"【治理项目逾期未结清】{one.code} 应于 {one.clear_by} 前结清。" for one in parts.grants.overdue
    ]
    loans = [
        f"【借款逾期】{one.borrower_zh}欠{one.lender_zh} {yuan(one.open_minor)} 元，应于 {one.due_on} 前归还。"
        for one in parts.between.loans
        if one.overdue
    ]
    low = (
        [f"【维修资金不足首期 30%】{building_zh('、'.join(parts.repair.low))}，应依法续筹。"]
        if parts.repair.low
        else []
    )
    return [*emergencies, *said, *unexplained, *held, *fee, *loans, *overdue, *low]
