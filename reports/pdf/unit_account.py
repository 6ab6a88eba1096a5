"""The account of one unit as PDF: for members of the compound's bodies and the unit's own debtors."""

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
    furniture = Furniture(f"{TITLE_ZH}（续）　{account.label_zh}", account.compound_zh, account.unit)

    def draw(sheet: Sheet) -> None:
        draw_title(
            sheet, account.compound_zh, TITLE_ZH, f"房屋：{account.label_zh}　{span}", "单位：元（人民币）"
        )
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
    parts = (("期初", account.opening), ("期末", account.closing))
    rows = [
        Row(
            (
                name,
                yuan(one.owed_minor, dash=False),
                yuan(one.prepaid_minor, dash=False),
                yuan(one.refundable_minor, dash=False),
            ),
            strong=name == "期末",
        )
        for name, one in parts
    ]
    columns = (Column("", 90), *(figure_column(name, 120) for name in ("欠费", "预收（已交未用）", "应退")))
    Table(sheet, columns).draw(rows)
    sheet.gap(2)
    sheet.paragraph(in_capitals(account.closing.owed_minor), bold=True, lead_zh="期末欠费大写：")


def _lines(sheet: Sheet, account: UnitAccount) -> None:
    if not account.lines:
        sheet.paragraph("本期没有发生额。")
        return
    rows = [
        Row(
            (
                line.on.isoformat(),
                line.voucher.removeprefix(f"记-{line.on:%Y-%m}-"),
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
    moved, closing = account.turnover, account.closing
    total = (
        "合计",
        "",
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
        Column("摘要", 113),
        *(figure_column(name, 51) for name in names),
    )
    Table(sheet, columns).draw([*rows, Row(total, strong=True)])
