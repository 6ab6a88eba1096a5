"""Tables for a spreadsheet: UTF-8 with the mark that Excel needs, amounts as plain decimals, no cell that computes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

from ledger.rules.money import format_amount
from reports.receivables.arrears import Arrears
from reports.receivables.handover import CONTRACTS_ZH, HandoverList
from reports.receivables.unit_account import Moved, UnitAccount

_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
Cell = str | int | date | None


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV; text that a spreadsheet would run as a formula is kept as text by an apostrophe."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    is_amount = _AMOUNT.fullmatch(text) is not None
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} and not is_amount else text


def arrears_csv(found: Arrears) -> bytes:
    """Return every open charge with its age and its limitation date."""
    heads = (
        "房屋",
        "楼栋",
        "债务人序号",
        "类别",
        "费项",
        "账期",
        "到期日",
        "应收",
        "尚欠",
        "其中争议",
        "账龄(天)",
        "诉讼时效届满日",
    )
    rows = (
        (
            line.unit,
            line.building,
            line.debtor,
            str(line.kind),
            line.item_zh,
            line.period,
            line.due_on,
            format_amount(line.billed_minor),
            format_amount(line.open_minor),
            format_amount(line.disputed_minor),
            line.age_days,
            line.limitation_on,
        )
        for line in found.lines
    )
    return csv_bytes(heads, rows)


def unit_account_csv(account: UnitAccount) -> bytes:
    """Return the account with the opening and closing lines of each debtor."""
    heads = (
        "日期",
        "凭证",
        "摘要",
        "债务人序号",
        "费项",
        "账期",
        "应收",
        "核销",
        "减免",
        "欠费余额",
        "预收增减",
        "预收余额",
        "应退增减",
    )

    def standing(name: str, day: date, whose: int | None, one: Moved) -> tuple[Cell, ...]:
        owed, prepaid = format_amount(one.owed_minor), format_amount(one.prepaid_minor)
        return (day, None, name, whose, None, None, None, None, None, owed, None, prepaid, None)

    rows: list[tuple[Cell, ...]] = [
        standing("期初", account.since, one.debtor, one.opening) for one in account.balances
    ]
    rows += [
        (
            line.on,
            line.voucher,
            line.narration,
            line.debtor,
            line.item_zh,
            line.period,
            format_amount(line.moved.charged_minor),
            format_amount(line.moved.settled_minor),
            format_amount(line.moved.relieved_minor),
            format_amount(line.owed_minor),
            format_amount(line.moved.prepaid_minor),
            format_amount(line.prepaid_minor),
            format_amount(line.moved.refundable_minor),
        )
        for line in account.lines
    ]
    rows += [standing("期末", account.until, one.debtor, one.closing) for one in account.balances]
    return csv_bytes(heads, rows)


def handover_csv(listed: HandoverList) -> bytes:
    """Return the handover list as one long table."""
    rows: list[tuple[Cell, ...]] = [
        ("资金", one.fund_zh, one.account_zh, None, None, format_amount(one.amount_minor), None, None)
        for one in listed.money
    ]
    rows += [
        ("结余", one.fund_zh, None, None, None, format_amount(one.net_minor), None, None)
        for one in listed.funds
    ]
    rows += [
        (one.kind_zh, one.unit, one.label_zh, one.debtor, None, format_amount(one.amount_minor), None, None)
        for one in listed.held
    ]
    rows += [
        (
            "欠费",
            one.line.unit,
            one.line.item_zh,
            one.line.debtor,
            one.line.period,
            *(
                format_amount(minor)
                for minor in (one.line.open_minor, one.outgoing_minor, one.incoming_minor)
            ),
        )
        for one in listed.arrears
    ]
    rows += [
        ("凭证", one.month, f"{one.first} 至 {one.last}", one.count, None, None, None, None)
        for one in listed.vouchers
    ]
    notes = (("未计费", listed.later_zh), ("合同", CONTRACTS_ZH), ("账链", f"{listed.seq} {listed.head}"))
    rows += [(name, said, None, None, None, None, None, None) for name, said in notes]
    heads = ("表", "对象", "名称", "债务人序号或张数", "账期", "金额", "其中移交方", "其中接收方")
    return csv_bytes(heads, rows)
