"""The bulletin's figures as data: the JSON and the CSV that travel inside the PDF.

Amounts are decimal strings (``"179.06"``), or ``不适用`` and ``未录入``. The JSON has every field of the
dataclasses in canonical form (RFC 8785); the page prints its SHA-256, which anyone can compute again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from io import StringIO

import rfc8785

from reports.bulletin import Bulletin
from reports.collection import AGEING_BUCKETS_ZH
from reports.pdf.long_rows import LongRow, decimal, long_rows, section_rows

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def _plain(name: str, value: object) -> Json:
    """Turn a dataclass into JSON; a field called ``…_minor`` is an amount and becomes a decimal string."""
    if is_dataclass(value):
        return {
            field.name.removesuffix("_minor"): _plain(field.name, getattr(value, field.name))
            for field in fields(value)
        }
    if isinstance(value, tuple):
        return [_plain(name, each) for each in value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_minor"):
        return decimal(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{name} cannot be written as JSON")


def bulletin_json(bulletin: Bulletin) -> bytes:
    """Return all figures as canonical JSON, UTF-8."""
    return rfc8785.dumps(_plain("", bulletin))


def bulletin_csv(bulletin: Bulletin) -> bytes:
    """Return all figures as one long table 表, 行, 栏, 值; UTF-8 with a mark that Excel needs."""
    out = StringIO(newline="")
    # A cell that a spreadsheet would run as a formula is kept as text by a leading apostrophe.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["表", "行", "栏", "值"])
    for row in _long_rows(bulletin):
        writer.writerow([_unarmed(cell) for cell in row[:3]] + [row[3]])
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def _unarmed(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _long_rows(bulletin: Bulletin) -> list[LongRow]:
    """List every amount with the table and the row that it stands in."""
    parts = (
        *_fund_rows(bulletin),
        *_income_rows(bulletin),
        *_collection_rows(bulletin),
        *_list_rows(bulletin),
        *(section_rows(bulletin.sections) if bulletin.sections is not None else ()),
    )
    return [row for part in parts for row in part]


def _fund_rows(bulletin: Bulletin) -> Iterator[list[LongRow]]:
    """List the overview and every statement."""
    for fund in bulletin.overview:
        yield long_rows(
            "资金总览",
            fund.fund_zh,
            期初=fund.opening_minor,
            收入=fund.receipts_minor,
            支出=fund.expenses_minor,
            划转=fund.transfers_minor,
            期末=fund.closing_minor,
            可用=fund.spendable_minor,
        )
    for statement in bulletin.funds:
        for line in statement.rows:
            label = f"{line.line} {line.label_zh}"
            yield long_rows(
                statement.fund_zh,
                label,
                本月=line.month_minor,
                本年累计=line.year_to_date_minor,
            )
            if line.budget_minor is not None:
                yield long_rows(statement.fund_zh, label, 年度预算=line.budget_minor)


def _income_rows(bulletin: Bulletin) -> Iterator[list[LongRow]]:
    """List public income, its costs and its distribution."""
    for income in bulletin.public_income.rows:
        yield long_rows(
            "公共收益",
            f"{income.item_zh} {income.counterparty}",
            毛收入=income.gross_minor,
            本期应收=income.expected_minor,
            合理成本=income.cost_minor,
            净收益=income.net_minor,
        )
    for kind in bulletin.public_income.cost_kinds:
        yield long_rows("公共收益成本分类", kind.label_zh, 金额=kind.amount_minor)
    for cost in bulletin.public_income.cost_lines:
        yield long_rows("公共收益成本", cost.label_zh, 金额=cost.amount_minor)
    for share in bulletin.public_income.distribution:
        yield long_rows("公共收益分配", share.purpose_zh, 金额=share.amount_minor)


def _collection_rows(bulletin: Bulletin) -> Iterator[list[LongRow]]:
    """List collection, its total and the ageing."""
    for debtor in (*bulletin.collection.rows, bulletin.collection.total):
        yield long_rows(
            "应收与收缴",
            debtor.debtor_zh,
            期初欠费=debtor.opening_minor,
            本期应收=debtor.billed_minor,
            当期实收=debtor.received_current_minor,
            清欠实收=debtor.received_arrears_minor,
            减免=debtor.waived_minor,
            账销案存=debtor.written_off_minor,
            实物抵偿=debtor.in_kind_minor,
            补计更正=debtor.earlier_minor,
            期末欠费=debtor.closing_minor,
            其中争议=debtor.disputed_minor,
        )
    for aged in bulletin.collection.ageing:
        buckets = dict(zip(AGEING_BUCKETS_ZH, aged.buckets_minor, strict=True))
        yield long_rows("欠费账龄", aged.debtor_zh, **buckets)


def _list_rows(bulletin: Bulletin) -> Iterator[list[LongRow]]:
    """List money held for others, big expenses and corrections."""
    for held in bulletin.held_for_others:
        yield long_rows(
            "代管资金",
            held.label_zh,
            期初=held.opening_minor,
            收=held.received_minor,
            退=held.returned_minor,
            约定扣留=held.kept_minor,
            期末=held.closing_minor,
        )
    for expense in bulletin.expenses:
        label = f"{expense.voucher} {expense.payee} {expense.purpose}"
        yield long_rows("大额支出", label, 金额=expense.amount_minor)
    for correction in bulletin.corrections:
        yield long_rows(
            "更正", f"{correction.voucher} 更正 {correction.corrects}", 金额=correction.amount_minor
        )
