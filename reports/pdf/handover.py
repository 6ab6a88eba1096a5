"""The handover list as PDF, with the places for three signatures."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from reports.pdf.amounts import in_capitals, yuan
from reports.pdf.finish import Attachment, Identity
from reports.pdf.paper import Paper, date_zh, draw_papers, draw_title
from reports.pdf.sheet import CONTENT, LEFT, Furniture, Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.receivables.handover import CONTRACTS_ZH, SPLIT_ZH, HandoverList, MoneyRow

TITLE_ZH: Final = "物业资金交接表"


def draw_handover(listed: HandoverList, attachments: tuple[Attachment, ...] = ()) -> bytes:
    """Return the list as PDF; the same figures give the same bytes."""
    day = listed.handed_on.isoformat()
    furniture = Furniture(f"{TITLE_ZH}（续）　截止 {day}", listed.compound_zh, f"业务序号 {listed.seq}")

    def draw(sheet: Sheet) -> None:
        draw_title(
            sheet, listed.compound_zh, TITLE_ZH, f"截止日：{date_zh(day)}（含当日）", "单位：元（人民币）"
        )
        sheet.gap(3)
        sheet.paragraph(listed.outgoing, lead_zh="移交方：")
        sheet.paragraph(listed.incoming, lead_zh="接收方：")
        sheet.paragraph(f"应于 {date_zh(listed.due_on.isoformat())} 前移交完毕。", lead_zh="期限：")
        _money(sheet, listed)
        _held(sheet, listed)
        _arrears(sheet, listed)
        _papers(sheet, listed)
        sheet.heading("账簿校验")
        sheet.paragraph(f"第 {listed.seq} 号业务  {listed.head}", sheet.scale.small, lead_zh="账链截止：")
        sheet.paragraph("本表按办理交接时的账簿列示，此后补记的业务不改变本表。", sheet.scale.small)
        _signatures(sheet)

    identity = Identity(f"{listed.compound_zh} {TITLE_ZH}", listed.compound_zh, f"截止 {day}", day)
    return draw_papers([Paper(furniture, draw)], identity, attachments)


def _money(sheet: Sheet, listed: HandoverList) -> None:
    sheet.heading("资金", "按资金、按账户；备查项不计入合计")
    own = [one for one in listed.money if not one.in_custody]
    total = sum(one.amount_minor for one in own)
    rows = [_held_money(one, one.fund_zh) for one in own]
    rows.append(Row(("合计", "", yuan(total, dash=False)), strong=True))
    # The repair fund is its custodian's to keep: no trustee hands it over.
    rows += [_held_money(one, f"{one.fund_zh}（备查）") for one in listed.money if one.in_custody]
    Table(sheet, (Column("资金", 150), Column("账户", 250), figure_column("金额", 110))).draw(rows)
    sheet.gap(2)
    sheet.paragraph(in_capitals(total), bold=True, lead_zh="合计大写：")
    sheet.heading("各项资金结余")
    funds = [
        Row((one.fund_zh, yuan(one.net_minor, dash=False), yuan(one.spendable_minor, dash=False)))
        for one in listed.funds
    ]
    Table(sheet, (Column("资金", 250), figure_column("结余", 130), figure_column("其中可用", 130))).draw(
        funds
    )
    sheet.gap(2)
    sheet.paragraph(f"其中公共收益结余 {yuan(listed.public_income_minor, dash=False)} 元。")


def _held_money(one: MoneyRow, fund_zh: str) -> Row:
    return Row((fund_zh, one.account_zh, yuan(one.amount_minor, dash=False)))


def _held(sheet: Sheet, listed: HandoverList) -> None:
    sheet.heading("预收、应退与押金", "按户")
    if not listed.held:
        sheet.paragraph("无。")
        return
    rows = []
    for kind, some in groupby(listed.held, key=lambda one: one.kind_zh):
        each = list(some)
        rows += [Row((kind, one.label_zh, one.unit, yuan(one.amount_minor))) for one in each]
        label, units = f"{kind}合计", len({one.unit for one in each})
        rows.append(Row((label, f"{units} 户", "", yuan(sum(one.amount_minor for one in each))), strong=True))
    columns = (Column("类别", 80), Column("房屋", 170), Column("编号", 150), figure_column("金额", 110))
    Table(sheet, columns).draw(rows)


def _arrears(sheet: Sheet, listed: HandoverList) -> None:
    sheet.heading("欠费清单", "按笔")
    if not listed.arrears:
        sheet.paragraph("无。")
        sheet.paragraph(listed.later_zh, sheet.scale.small)
        return
    rows = [
        Row(
            (
                one.line.label_zh,
                one.line.item_zh,
                one.line.period,
                one.line.due_on.isoformat(),
                yuan(one.outgoing_minor),
                yuan(one.incoming_minor),
                yuan(one.line.open_minor),
            )
        )
        for one in listed.arrears
    ]
    sums = (
        sum(one.outgoing_minor for one in listed.arrears),
        sum(one.incoming_minor for one in listed.arrears),
        sum(one.line.open_minor for one in listed.arrears),
    )
    rows.append(Row(("合计", "", "", "", *(yuan(one) for one in sums)), strong=True))
    columns = (
        Column("房屋", 106),
        Column("费项", 84),
        Column("账期", 52),
        Column("到期日", 70),
        figure_column("移交方期间", 70),
        figure_column("接收方期间", 70),
        figure_column("合计", 70),
    )
    Table(sheet, columns).draw(rows)
    sheet.gap(2)
    sheet.paragraph(SPLIT_ZH, sheet.scale.small)
    sheet.paragraph(listed.later_zh, sheet.scale.small)


def _papers(sheet: Sheet, listed: HandoverList) -> None:
    sheet.heading("会计凭证")
    rows = [Row((one.month, str(one.count), one.first, one.last)) for one in listed.vouchers]
    columns = (
        Column("月份", 100),
        figure_column("张数", 60),
        Column("首号", 170, "centre"),
        Column("末号", 170, "centre"),
    )
    Table(sheet, columns).draw(rows)
    sheet.heading("合同及其他资料")
    sheet.paragraph(CONTRACTS_ZH)


def _signatures(sheet: Sheet) -> None:
    sheet.need(74)
    sheet.y -= 34
    for number, name in enumerate(("移交方（盖章）", "接收方（盖章）", "监交：业主委员会 / 居民委员会")):
        x = LEFT + CONTENT / 3 * number
        sheet.pen.text(x, sheet.y, f"{name}：", sheet.scale.body, bold=True)
        sheet.pen.text(x, sheet.y - 26, "____年____月____日", sheet.scale.body)
    sheet.y -= 30
