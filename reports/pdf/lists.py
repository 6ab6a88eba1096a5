"""The lists of the bulletin: big expenses, money held for others, corrections and notes."""

from __future__ import annotations

from reports.bulletin import Bulletin
from reports.pdf.amounts import yuan
from reports.pdf.sheet import Sheet
from reports.pdf.statements import vouchers
from reports.pdf.table import Column, Row, Table, figure_column


def draw_expenses(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the biggest expenses: who was paid, for what, by whose authority."""
    sheet.heading("大额支出", "自然人以“个人”列示")
    if not bulletin.expenses:
        sheet.paragraph("本期无大额支出。")
        return
    rows = [
        Row(
            (
                expense.paid_on[5:],
                vouchers((expense.voucher,), bulletin.period),
                expense.payee,
                expense.purpose,
                yuan(expense.amount_minor),
                expense.authority,
            )
        )
        for expense in bulletin.expenses
    ]
    Table(
        sheet,
        (
            Column("日期", 44),
            Column("凭证号", 44),
            Column("收款方", 128),
            Column("用途", 138),
            figure_column("金额", 66),
            Column("批准依据", 91),
        ),
    ).draw(rows)


def draw_held(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the money held for others, which is nobody's income."""
    if not bulletin.held_for_others:
        return
    sheet.heading("代管资金", "押金与代收代付，不是收入")
    rows = [
        Row(
            (
                held.label_zh,
                *(
                    yuan(figure)
                    for figure in (
                        held.opening_minor,
                        held.received_minor,
                        held.returned_minor,
                        held.closing_minor,
                    )
                ),
            )
        )
        for held in bulletin.held_for_others
    ]
    Table(
        sheet,
        [
            Column("项目", 171),
            *(figure_column(title, 85) for title in ("期初", "本期收", "本期退（付）", "期末")),
        ],
    ).draw(rows)


def draw_corrections(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the corrections of the month, or say that there are none."""
    sheet.heading("更正与说明", follow=30)
    if bulletin.corrections:
        total = sum(correction.amount_minor for correction in bulletin.corrections)
        sheet.paragraph(f"本期冲销与更正 {len(bulletin.corrections)} 笔，合计 {yuan(total, dash=False)} 元：")
        sheet.gap(3)
        rows = [
            Row(
                (
                    vouchers((each.voucher,), bulletin.period),
                    each.corrects,
                    yuan(each.amount_minor),
                    each.reason,
                )
            )
            for each in bulletin.corrections
        ]
        Table(
            sheet,
            (
                Column("凭证号", 60),
                Column("所更正的凭证或期间", 130),
                figure_column("金额", 80),
                Column("原因", 241),
            ),
        ).draw(rows)
    else:
        sheet.paragraph("本期公开的凭证无冲销与更正。")
    for number, note in enumerate(bulletin.notes_zh, start=1):
        sheet.paragraph(note, lead_zh=f"{number}. ")
