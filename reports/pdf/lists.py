"""The lists of the bulletin: big expenses, money held for others, corrections and notes."""

from __future__ import annotations

from reports.bulletin import Bulletin, Expense
from reports.pdf.amounts import yuan
from reports.pdf.sheet import Sheet
from reports.pdf.statements import vouchers
from reports.pdf.table import Column, Row, Table, figure_column


def draw_expenses(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the biggest expenses: who was paid, for what, by whose authority."""
    sheet.heading("大额支出与授权", "自然人列为“个人”，经办、批准只列机构")
    if not bulletin.expenses:
        sheet.paragraph("无：本期没有支出。")
        return
    rows = [
        Row(
            (
                expense.paid_on[5:],
                vouchers((expense.voucher,), bulletin.period),
                expense.payee,
                expense.purpose,
                yuan(expense.amount_minor),
                _basis(expense),
            ),
            note=_keys(expense),
        )
        for expense in bulletin.expenses
    ]
    Table(
        sheet,
        (
            Column("日期", 40),
            Column("凭证号", 42),
            Column("收款方", 122),
            Column("用途", 128),
            figure_column("金额", 66),
            Column("批准依据", 121),
        ),
    ).draw(rows)


def _basis(expense: Expense) -> str:
    """Return the kind of the authority and its code, unless the code says the kind."""
    kind, code = expense.basis_zh, expense.authority
    return code if not kind or kind in code else f"{kind} {code}".strip()


def _keys(expense: Expense) -> str:
    """Return who turned which key, how a vote went, and whether a related party was paid."""
    said = (expense.keys_zh, expense.vote_zh, "收款方为关联方" if expense.related_party else "")
    return "　".join(part for part in said if part)


def draw_held(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the money held for others, which is nobody's income."""
    sheet.heading("代管资金", "押金与代收代付，不是收入", follow=34)
    if not bulletin.held_for_others:
        sheet.paragraph("无：没有代管的押金和代收代付款。")
        return
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
                        held.kept_minor,
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
            *(figure_column(title, 68) for title in ("期初", "本期收", "本期退（付）", "约定扣留", "期末")),
        ],
    ).draw(rows)
    _draw_groups(sheet, bulletin)


def _draw_groups(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw what each meter group's supplier billed, and what its units were charged and paid (L19)."""
    if bulletin.sections is None or not bulletin.sections.agency.groups:
        return
    sheet.subtitle("代收水电等（自建账起累计）：收支相抵，不得加价")
    titles = ("供方账单", "计收", "已收", "已付", "垫付", "资金承担", "超收")
    rows = [
        Row(
            (
                f"{one.label_zh}（{one.item_zh}）",
                *(
                    yuan(figure)
                    for figure in (
                        one.figures.billed_minor,
                        one.figures.charged_minor,
                        one.figures.collected_minor,
                        one.figures.paid_minor,
                        one.figures.bridged_minor,
                        one.figures.borne_minor,
                        one.figures.surplus_minor,
                    )
                ),
            )
        )
        for one in bulletin.sections.agency.groups
    ]
    Table(sheet, [Column("表组", 99), *(figure_column(title, 60) for title in titles)]).draw(rows)


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
