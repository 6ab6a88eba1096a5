"""The account of one unit as PDF: for members of the compound's bodies, and of one debtor for that debtor (L29)."""

from __future__ import annotations

from typing import Final

from reports.pdf.amounts import in_capitals, yuan
from reports.pdf.finish import Attachment, Identity
from reports.pdf.paper import Paper, draw_papers, draw_title
from reports.pdf.sheet import Furniture, Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.receivables.unit_account import UnitAccount

TITLE_ZH: Final = "分户账"


def draw_unit_account(account: UnitAccount, attachments: tuple[Attachment, ...] = ()) -> bytes:
    """Return the account as PDF; the same figures give the same bytes."""
    span = f"{account.since.isoformat()} 至 {account.until.isoformat()}"
    named = account.label_zh if account.debtor is None else f"{account.label_zh}　债务人 {account.debtor}"
    furniture = Furniture(f"{TITLE_ZH}（续）　{account.label_zh}", account.compound_zh, account.unit)

    def draw(sheet: Sheet) -> None:
        draw_title(sheet, account.compound_zh, TITLE_ZH, f"房屋：{named}　{span}", "单位：元（人民币）")
        _summary(sheet, account)
        sheet.heading("明细")
        _lines(sheet, account)

    identity = Identity(
        f"{account.compound_zh} {TITLE_ZH} {account.unit}",
        account.compound_zh,
        span,
        account.until.isoformat(),
    )
    return draw_papers([Paper(furniture, draw)], identity, attachments)


def _summary(sheet: Sheet, account: UnitAccount) -> None:
    sheet.heading("余额")
    several = len(account.balances) > 1
    rows = [
        Row(
            (
                f"债务人 {one.debtor}　{name}" if several else name,
                yuan(standing.owed_minor, dash=False),
                yuan(standing.prepaid_minor, dash=False),
                yuan(standing.refundable_minor, dash=False),
            ),
            strong=name == "期末",
        )
        for one in account.balances
        for name, standing in (("期初", one.opening), ("期末", one.closing))
    ]
    columns = (Column("", 90), *(figure_column(name, 120) for name in ("欠费", "预收（已交未用）", "应退")))
    Table(sheet, columns).draw(rows)
    sheet.gap(2)
    for one in account.balances:
        lead = f"债务人 {one.debtor} 期末欠费大写：" if several else "期末欠费大写："
        sheet.paragraph(in_capitals(one.closing.owed_minor), bold=True, lead_zh=lead)
    if several:
        sheet.paragraph("先后各债务人的欠费与预收各自列示，互不抵销。", sheet.scale.small)


def _lines(sheet: Sheet, account: UnitAccount) -> None:
    if not account.lines:
        sheet.paragraph("本期没有发生额。")
        return
    whose = len({line.debtor for line in account.lines}) > 1
    rows = [
        Row(
            (
                line.on.isoformat(),
                line.voucher.removeprefix(f"记-{line.on:%Y-%m}-"),
                *((str(line.debtor),) if whose else ()),
                f"{line.item_zh or line.narration} {line.period}".strip(),
                yuan(line.moved.charged_minor),
                yuan(line.moved.settled_minor),
                yuan(line.moved.relieved_minor),
                yuan(line.owed_minor),
                yuan(line.moved.prepaid_minor),
                yuan(line.prepaid_minor),
            )
        )
        for line in account.lines
    ]
    moved, closing = account.total.turnover, account.total.closing
    total = (
        "合计",
        "",
        *(("",) if whose else ()),
        "",
        yuan(moved.charged_minor),
        yuan(moved.settled_minor),
        yuan(moved.relieved_minor),
        yuan(closing.owed_minor, dash=False),
        yuan(moved.prepaid_minor),
        yuan(closing.prepaid_minor, dash=False),
    )
    names = ("应收", "核销", "减免", "欠费余额", "预收增减", "预收余额")
    columns = (
        Column("日期", 65),
        Column("凭证", 38),
        *((Column("债务人", 40),) if whose else ()),
        Column("摘要", 113),
        *(figure_column(name, 51) for name in names),
    )
    Table(sheet, columns).draw([*rows, Row(total, strong=True)])
