"""A small compound's public book with Chinese accounts, and what an attacker would write into it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core import data
from beancount.core.amount import Amount
from beancount.parser import printer
from beancount.parser.grammar import ValueType

from api.fava.snapshot import BookSnapshot

DAY = date(2026, 3, 20)
BANK = "A资产:1物业服务资金:1银行存款:6688"
CASH = "A资产:1物业服务资金:2现金:1待存收款"
FEES = "I收入:1物业服务资金:1物业费"
ADVERTS = "I收入:2公共收益:1广告"
CLEANING = "X支出:1物业服务资金:3清洁卫生"
LIFTS = "X支出:1物业服务资金:2设施设备:1电梯"
SURPLUS = "E净资产:1物业服务资金:1结余"
ACCOUNTS = (BANK, CASH, FEES, ADVERTS, CLEANING, LIFTS, SURPLUS)
#: What somebody might write into a narration, in the hope that a browser or a parser obeys it.
HOSTILE_HTML = "<img src=x onerror=alert(1)>"
HOSTILE_TEXT = '" 2026-01-01 open Assets:X\n2026-01-02 * "forged'

OPTIONS: Mapping[str, object] = {
    "operating_currency": ["CNY"],
    "name_assets": "A资产",
    "name_liabilities": "L负债",
    "name_equity": "E净资产",
    "name_income": "I收入",
    "name_expenses": "X支出",
    "account_previous_balances": "9期初结转:1余额",
    "account_previous_earnings": "9期初结转:2收支",
    "account_previous_conversions": "9期初结转:3折算",
    "account_current_earnings": "8本期收支",
    "account_current_conversions": "8本期折算",
    "account_unrealized_gains": "8未实现损益",
}
FAVA_OPTIONS = (
    ("language", "zh"),
    ("locale", "zh_CN"),
    ("invert-income-liabilities-equity", "true"),
    ("default-page", "income_statement/?time=2026"),
)


def meta(line: int) -> dict[str, Any]:
    return {"filename": "2026/2026-03.beancount", "lineno": line}


def custom(kind: str, *values: object) -> data.Custom:
    typed = [ValueType(value, Amount if isinstance(value, Amount) else type(value)) for value in values]
    return data.Custom(meta(1), date(2026, 1, 1), kind, typed)


def txn(
    day: date,
    payee: str | None,
    narration: str,
    legs: Mapping[str, str],
    *,
    number: int = 1,
    tags: frozenset[str] = frozenset(),
    links: frozenset[str] = frozenset(),
    **more: Any,
) -> data.Transaction:
    postings = [
        data.Posting(account, Amount(Decimal(amount), "CNY"), None, None, None, None)
        for account, amount in legs.items()
    ]
    return data.Transaction(meta(number) | more, day, "*", payee, narration, tags, links, postings)


def sample_entries(*extra: data.Directive) -> list[data.Directive]:
    """Three months of a small compound, with what an attacker would write among them."""
    entries: list[data.Directive] = [
        *(data.Open(meta(1), date(2026, 1, 1), name, ["CNY"], None) for name in ACCOUNTS),
        data.Commodity(meta(1) | {"name": "人民币"}, date(2026, 1, 1), "CNY"),
        *(custom("fava-option", *pair) for pair in FAVA_OPTIONS),
        custom("fava-sidebar-link", "2026年3月公示", "/p/jinxiu/bulletins/2026-03"),
        custom("budget", CLEANING, "monthly", Amount(Decimal("9000.00"), "CNY")),
        data.Event(meta(1), date(2026, 3, 24), "公示", "三月公示"),
        txn(date(2026, 1, 1), None, "年初余额", {BANK: "120000.00", SURPLUS: "-120000.00"}),
    ]
    for month in (1, 2, 3):
        entries += [
            txn(date(2026, month, 5), None, f"收物业费({month}月)", {BANK: "36000.00", FEES: "-36000.00"}),
            txn(
                date(2026, month, 9),
                "沪上保洁服务有限公司",
                f"记-2026-{month:02}-0002 保洁费",
                {CLEANING: "8600.00", BANK: "-8600.00"},
                number=month,
                tags=frozenset({"contract"}),
                voucher=f"V-2026-{month:02}-0002",
            ),
            txn(date(2026, month, 15), "分众传媒", "电梯广告", {BANK: "4200.00", ADVERTS: "-4200.00"}),
        ]
    entries += [
        txn(
            date(2026, 3, 16),
            HOSTILE_HTML,
            HOSTILE_HTML,
            {LIFTS: "100.00", BANK: "-100.00"},
            note=HOSTILE_HTML,
        ),
        txn(date(2026, 3, 17), None, HOSTILE_TEXT, {LIFTS: "200.00", BANK: "-200.00"}),
        data.Balance(meta(9), date(2026, 2, 1), BANK, Amount(Decimal("151600.00"), "CNY"), Decimal(0), None),
    ]
    return sorted([*entries, *extra], key=data.entry_sortkey)


def book_text(entries: list[data.Directive]) -> str:
    """Write the book as stock Beancount would load it."""
    lines = [f'option "{key}" "{value}"' for key, value in OPTIONS.items() if isinstance(value, str)]
    lines += ['option "title" "jinxiu"', 'option "operating_currency" "CNY"']
    return "\n".join(lines) + "\n" + "\n".join(printer.format_entry(entry) for entry in entries)


def snapshot(title: str, entries: list[data.Directive], generation: int = 1) -> BookSnapshot:
    etag = hashlib.sha256(f"{title}{generation}{len(entries)}".encode()).hexdigest()
    return BookSnapshot(title, entries, generation, etag, DAY, OPTIONS)


@dataclass
class SampleShelf:
    """Two compounds; the full book of the first is for its treasurer only."""

    books: dict[str, BookSnapshot] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def snapshot(self, slug: str) -> BookSnapshot:
        self.asked.append(slug)
        return self.books[slug]

    def visible(self, slug: str, reader: str | None) -> bool:
        return slug in self.books and (not slug.endswith("-full") or reader == "treasurer")

    def post(self, slug: str, *entries: data.Directive) -> None:
        old = self.books[slug]
        newer = sorted([*old.entries, *entries], key=data.entry_sortkey)
        self.books[slug] = replace(
            old, entries=newer, generation=old.generation + 1, etag=f"{old.etag}+{len(newer)}"
        )
