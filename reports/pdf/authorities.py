"""The parts on what allowed spending: votes with heads and areas, authorities with what is left, and open lists."""

from __future__ import annotations

from ledger.rules.chart import account_name_zh, fund_name_zh, fund_of, group_of
from ledger.rules.money import format_factor
from ledger.rules.vote import Weight
from reports.month.authorities import Authorisations, AuthorityFigures, VoteFigures
from reports.month.payments import PaymentFigures
from reports.pdf.amounts import yuan
from reports.pdf.sheet import Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import INK, RED

_OPEN_ZH = {
    "Cash": "已收现金，未存银行",
    "Clearing": "已收款，未到账",
    "Custody": "已付出，待代管机构确认",
    "Suspense": "银行已扣，待说明",
    "Unidentified": "已到账，待认领",
}


def draw_payments(sheet: Sheet, found: PaymentFigures) -> None:
    """Draw emergencies not ratified, costs without a voucher, what is open, counted cash; say where there is none."""
    if not found.emergencies:
        sheet.paragraph("无：期末没有待追认的应急支出。", lead_zh="应急支出：")
    else:
        sheet.subtitle("待追认的应急支出")
        rows = [
            Row(
                (one.asked_on.isoformat(), one.payee, one.purpose, yuan(one.amount_minor), "待追认"),
                note=f"原因：{one.reason}；已 {one.days} 天未获追认",
                ink=RED,
            )
            for one in found.emergencies
        ]
        Table(
            sheet,
            (
                Column("日期", 72),
                Column("收款方", 145),
                Column("用途", 172),
                figure_column("金额", 80),
                Column("状态", 50),
            ),
        ).draw(rows)
    if not found.without_voucher:
        sheet.paragraph("无。", lead_zh="无凭证支出：")
    else:
        sheet.subtitle("无凭证支出")
        rows = [
            Row((one.on.isoformat(), fund_name_zh(one.fund), one.purpose, yuan(one.amount_minor), "无凭证"))
            for one in found.without_voucher
        ]
        Table(
            sheet,
            (
                Column("日期", 72),
                Column("资金", 95),
                Column("用途", 222),
                figure_column("金额", 80),
                Column("凭证", 50),
            ),
        ).draw(rows)
    _open_items(sheet, found)
    for one in found.counts:
        box = f"{fund_name_zh(fund_of(one.account))}{account_name_zh(one.account).rpartition('·')[2]}"
        sheet.paragraph(
            f"{box} {one.on} 账面 {yuan(one.book_minor, dash=False)}，实存 {yuan(one.counted_minor, dash=False)}，"
            f"差额 {yuan(one.difference_minor, dash=False)} 元。",
            lead_zh="现金盘点：",
        )


def _open_items(sheet: Sheet, found: PaymentFigures) -> None:
    """Draw what is under way, not banked or not explained when the month ends: none of it can stay."""
    if not found.open_items:
        sheet.paragraph("无。", lead_zh="期末在途与待查：")
        return
    sheet.subtitle("期末在途与待查")
    rows = [
        Row((fund_name_zh(one.fund), one.label_zh, _OPEN_ZH[group_of(one.account)], yuan(one.amount_minor)))
        for one in found.open_items
    ]
    columns = (Column("资金", 117), Column("项目", 150), Column("说明", 162), figure_column("金额", 90))
    Table(sheet, columns).draw(rows)


def draw_authorisations(sheet: Sheet, found: Authorisations) -> None:
    """Draw the month's votes (heads and area: entitled, took part, agreed), and what is left of each authority."""
    sheet.heading("表决与授权", "人数与专有部分面积（㎡）分列")
    if not found.votes:
        sheet.paragraph("无。", lead_zh="本期表决：")
    else:
        columns = (
            Column("表决", 119),
            Column("计算", 50, "centre"),
            *(figure_column(title, 76) for title in ("应参与", "参与", "同意")),
            Column("结果", 122),
        )
        Table(sheet, columns).draw([row for one in found.votes for row in _vote(one)])
    if not found.authorities:
        sheet.paragraph("无。", lead_zh="本期有效的授权：")
        return
    sheet.subtitle("本期有效的授权与余额")
    columns = (
        Column("授权", 215),
        Column("种类", 72),
        figure_column("额度", 77),
        figure_column("累计使用", 77),
        figure_column("余额", 78),
    )
    Table(sheet, columns).draw([_authority(one) for one in found.authorities])


def _vote(one: VoteFigures) -> tuple[Row, Row]:
    def cells(weight: Weight | None) -> tuple[str, str]:
        if weight is None:  # withheld: fewer than five electors
            return "—", "—"
        return f"{weight.heads:,}", yuan(weight.area_hundredths)  # both count in hundredths

    told = [cells(weight) for weight in (one.entitled, one.took, one.agreed)]
    kind = "特别事项，参与的四分之三" if one.is_special else "一般事项，参与的过半数"
    ink = INK if one.passed else RED
    heads = Row(
        (one.code, "人数", *(each[0] for each in told), "通过" if one.passed else "未通过"),
        ink=ink,
    )
    amount = f"，额度 {yuan(one.amount_minor)} 元" if one.amount_minor is not None else ""
    if one.repair_share_bp is not None:
        amount += f"，补充维修资金 {format_factor(one.repair_share_bp)}"
    areas = Row(
        ("", "面积", *(each[1] for each in told), ""),
        note=f"{one.subject}（{one.matter_zh}；{one.base_zh}；{kind}）{amount}。{_wide(one.result_zh)}。"
        f"{one.decided_on} 表决，{one.announced_on} 公告，可申请撤销至 {one.annulment_ends_on}；"
        f"证据 {len(one.evidence)} 份。",
        ink=ink,
    )
    return heads, areas


def _authority(one: AuthorityFigures) -> Row:
    parts = [f"{one.decided_on} 作出"]
    if one.until is not None:
        parts.append(f"有效至 {one.until}")
    if one.ended_on is not None:
        parts.append(f"{one.ended_on} 终止：{one.end_reason}")
    if one.counterparty:
        parts.append(f"对方 {one.counterparty}")
    return Row(
        (
            f"{one.code} {one.title}" if one.title != one.code else one.code,
            one.kind_zh,
            "不限额" if one.amount_minor is None else yuan(one.amount_minor),
            yuan(one.used_minor),
            "不限额" if one.left_minor is None else yuan(one.left_minor),
        ),
        note=f"{one.matter_zh}；{'，'.join(parts)}",
    )


def _wide(text: str) -> str:
    """Set a sentence's marks as Chinese print does."""
    return text.replace(":", "：").replace(",", "，")
