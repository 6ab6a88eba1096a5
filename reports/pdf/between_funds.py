"""The part on what passed between funds: voted transfers, what is not paid yet, and loans."""

from __future__ import annotations

from datetime import date

from ledger.rules.between import REPAIR
from ledger.rules.chart import fund_name_zh
from reports.month.between_funds import BetweenFunds, LoanRow, MovedRow
from reports.pdf.amounts import yuan
from reports.pdf.sheet import Sheet
from reports.pdf.table import Column, Row, Table, figure_column


def draw_between_funds(sheet: Sheet, found: BetweenFunds) -> None:
    """Draw the month's moves, transfers owed and open loans; one line where there is nothing."""
    sheet.heading("资金划转与借款", "划转、借款均须授权并成对列示", follow=62)
    if not (found.moved or found.owed or found.loans):
        sheet.paragraph("无：本期没有划转和借款，期末没有未付的划转和未还的借款。")
        return
    if found.moved:
        Table(
            sheet,
            (
                Column("事项", 66),
                Column("转出", 92),
                Column("转入", 92),
                figure_column("金额", 84),
                Column("用途", 185),
            ),
        ).draw([_moved(one) for one in found.moved])
    else:
        sheet.paragraph("本期没有划转和借款。")
    if found.owed or found.loans:
        sheet.subtitle("期末未了结")
        rows = [
            Row(("未付划转", one.from_zh, one.to_zh, yuan(one.amount_minor), "已表决，待付款"))
            for one in found.owed
        ]
        rows += [
            Row(("借款", one.lender_zh, one.borrower_zh, yuan(one.open_minor), _loan(one)))
            for one in found.loans
        ]
        Table(
            sheet,
            (
                Column("事项", 66),
                Column("出方", 92),
                Column("入方", 92),
                figure_column("未了结", 84),
                Column("说明", 185),
            ),
        ).draw(rows)
    if not found.pairs_cancel:
        sheet.paragraph("各项资金之间的划转未能成对相抵，须查明。", bold=True)


def _moved(one: MovedRow) -> Row:
    steps = [("决定", one.decided_on), ("付款", one.paid_on)]
    if one.confirmed_on is not None or one.to_zh == fund_name_zh(REPAIR):  # only a custodian confirms
        steps.append(("到账确认", one.confirmed_on))
    done = "　".join(f"{word} {_day(day)}" for word, day in steps)
    return Row(
        (one.kind_zh, one.from_zh, one.to_zh, yuan(one.amount_minor), one.purpose),
        note=f"授权：{one.authority}　{done}",
    )


def _loan(one: LoanRow) -> str:
    late = "已逾期，" if one.overdue else ""
    whole = "" if one.open_minor == one.amount_minor else f"，原额 {yuan(one.amount_minor)}"
    return f"{late}应于 {one.due_on} 前归还{whole}；{one.authority}"


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else "未办"
