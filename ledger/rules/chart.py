"""The chart of accounts: which accounts a compound may have, in which fund, and what they are called in Chinese.

``chart.json`` holds 162 patterns. ``<F>`` stands for a fund, ``<F2>`` for another fund, ``<Acct>`` for a bank account
and ``<P>`` for a project or job. English code and Chinese path have the same number of segments.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from ledger.errors import AccountUnknown
from ledger.rules.money import CURRENCY, POINT

TYPES = ("Assets", "Liabilities", "Equity", "Income", "Expenses")
_DEEP = frozenset({"Governance", "Project"})  # funds of two segments: a pool or a project (design decision 5)
_SEGMENT = r"[A-Z][A-Za-z0-9-]{0,31}"
_ORDER = re.compile(
    r"^[0-9A-Z](?=[\u3000-\u9fff])"
)  # the sign that orders a Chinese segment; a code has none

#: Closed to the general entries route; only their acts post there (design decision 6).
CONTROL = frozenset(
    {"Receivable", "Uncollected", "Prepaid", "Refundable", "Unidentified", "Deposit", "Unspent", "Clearing"}
)
_MONEY = frozenset({"Bank", "Cash"})
_POINTS = "Points"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a compound: code, Chinese path, type, fund, and what detail its postings carry."""

    code: str
    zh: str
    fund: str
    detail: str
    merges_into: str | None
    order: int

    @property
    def type(self) -> str:
        """Assets, Liabilities, Equity, Income or Expenses."""
        return self.code.partition(":")[0]


def fund_of(code: str) -> str:
    """Return the fund of an account code: its second segment, or the second and third of pools and projects."""
    segments = code.split(":")
    return ":".join(segments[1:3]) if segments[1] in _DEEP else segments[1]


def group_of(code: str) -> str:
    """Return the segment after the fund: ``Bank``, ``Receivable``, ``Service``."""
    return code[len(code.partition(":")[0]) + len(fund_of(code)) + 2 :].partition(":")[0]


def currency_of(code: str) -> str:
    """Return what an account counts in: points on the accounts of points, yuan everywhere else.

    So no line can hold yuan among the points or points among the money, whoever wrote it.
    """
    return POINT if group_of(code) == _POINTS else CURRENCY


def is_control(code: str) -> bool:
    """Say whether only acts may post to this account."""
    return group_of(code) in CONTROL


def is_money(code: str) -> bool:
    """Say whether the account holds money that can be paid out: a bank account or cash."""
    return code.startswith("Assets:") and group_of(code) in _MONEY


@cache
def _chart() -> dict[str, Any]:
    text = resources.files("ledger.rules").joinpath("chart.json").read_text(encoding="utf-8")
    chart: dict[str, Any] = json.loads(text)
    return chart


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any], int]]:
    patterns = []
    for order, row in enumerate(_chart()["accounts"]):
        source = re.escape(row["code"])
        for name, part in (("F", "fund"), ("F2", "other")):
            source = source.replace(f"<{name}>", f"(?P<{part}>{_SEGMENT}(?::{_SEGMENT})?)")
        for name, part in (("Acct", "bank"), ("P", "project")):
            source = source.replace(f"<{name}>", f"(?P<{part}>{_SEGMENT})")
        patterns.append((re.compile(source), row, order))
    return patterns


def fund_zh(fund: str) -> str:
    """Return the Chinese path of a fund, such as ``5治理资金:1保障资金``.

    Raises:
        AccountUnknown: there is no such fund.
    """
    funds: dict[str, str] = _chart()["funds"]
    if fund in funds:
        return funds[fund]
    head, _, project = fund.partition(":")
    if head == "Project" and re.fullmatch(_SEGMENT, project):
        return funds["Project:<P>"].replace("<P>", project)
    raise AccountUnknown(pointer=None, account=fund)


def fund_name_zh(fund: str) -> str:
    """Return what a fund is called, without the signs that order its path: ``保障资金``, ``专项工程 Lift-01``."""
    names = [_unsigned(segment) for segment in fund_zh(fund).split(":")]
    return " ".join(names) if fund.startswith("Project:") else names[-1]


def account_name_zh(code: str) -> str:
    """Return what an account is called within its fund: ``广告·电梯``."""
    depth = len(fund_zh(fund_of(code)).split(":"))
    return "·".join(_unsigned(segment) for segment in account(code).zh.split(":")[1 + depth :])


def _unsigned(segment: str) -> str:
    return _ORDER.sub("", segment)


@lru_cache(maxsize=4096)
def account(code: str) -> Account:
    """Return the account that a code names.

    Raises:
        AccountUnknown: the chart has no such account in this fund.
    """
    for pattern, row, order in _patterns():
        match = pattern.fullmatch(code)
        if match is None:
            continue
        named = match.groupdict()
        fund = fund_of(code)
        if fund.partition(":")[0] not in row["funds"] or named.get("fund", fund) != fund:
            continue
        zh = row["zh"].replace("<资金>", fund_zh(fund))
        if "other" in named:
            zh = zh.replace("<对方>", fund_zh(named["other"]))
        zh = zh.replace("<Acct>", named.get("bank", "")).replace("<P>", named.get("project", ""))
        merged = row.get("merges_into")
        return Account(
            code=code,
            zh=zh,
            fund=fund,
            detail=row.get("detail", "none"),
            merges_into=merged.replace("<F>", fund) if merged else None,
            order=order,
        )
    raise AccountUnknown(pointer=None, account=code[:80])


def root_names() -> dict[str, str]:
    """Return the Chinese names of the five roots: ``Assets`` is ``A资产`` and so on."""
    roots: dict[str, str] = _chart()["roots"]
    return dict(roots)
