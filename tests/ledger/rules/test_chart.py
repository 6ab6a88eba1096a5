from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import pytest
from beancount import loader

from ledger.errors import AccountUnknown
from ledger.rules import chart

CHART: dict[str, Any] = json.loads(
    resources.files("ledger.rules").joinpath("chart.json").read_text(encoding="utf-8")
)
FUNDS = [fund.replace("<P>", "Lift-01") for fund in CHART["funds"]]


def every_account() -> list[tuple[int, str]]:
    """Return every account that the chart allows, with the place of its pattern: each pattern in each of its funds."""
    found = []
    for place, row in enumerate(CHART["accounts"]):
        for fund in FUNDS:
            if fund.partition(":")[0] not in row["funds"]:
                continue
            code = (
                row["code"]
                .replace("<F>", fund)
                .replace("<F2>", "Committee" if fund != "Committee" else "Repair")
            )
            code = code.replace("<Acct>", "Joint01").replace("<P>", "Job-7")
            if chart.fund_of(code) == fund:
                found.append((place, code))
    return found


EVERY = every_account()


def test_there_are_162_patterns_and_each_has_an_account() -> None:
    assert len(CHART["accounts"]) == 162
    assert {place for place, _ in EVERY} == set(range(162))


def test_every_account_resolves_in_both_languages() -> None:
    for _, code in EVERY:
        account = chart.account(code)
        assert account.code == code
        assert "<" not in account.zh, code
        assert len(account.zh.split(":")) == len(code.split(":")), code
        assert account.zh.startswith(chart.root_names()[account.type])


@pytest.mark.parametrize(
    ("fund", "name"),
    [
        ("PropertyFee", "物业服务资金"),
        ("Governance:Micro", "微基金"),
        ("Project:Lift-01", "专项工程 Lift-01"),
        ("Agency", "代收代付"),
    ],
)
def test_a_fund_is_called_without_the_signs_that_order_it(fund: str, name: str) -> None:
    assert chart.fund_name_zh(fund) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("Income:PublicIncome:Advert:Elevator", "广告·电梯"),
        ("Liabilities:Agency:Deposit:Renovation", "押金保证金·装修"),
        ("Assets:PropertyFee:Bank:Joint01", "银行存款·Joint01"),
        ("Assets:PropertyFee:Suspense", "待查付款"),
        ("Assets:Governance:Micro:Bank:G02", "银行存款·G02"),
        ("Expenses:Project:Lift-01:Construction", "工程"),
    ],
)
def test_an_account_is_called_within_its_fund_by_words_alone(code: str, name: str) -> None:
    assert chart.account_name_zh(code) == name


def test_every_account_resolves_to_its_own_pattern() -> None:
    assert [place for place, code in EVERY if chart.account(code).order != place] == []


def test_no_two_accounts_share_a_name_in_chinese() -> None:
    names = [chart.account(code).zh for _, code in EVERY]
    assert len(set(names)) == len(EVERY)


def test_digits_stand_in_the_order_of_the_chart() -> None:
    """Siblings sort by their one leading digit or letter: 1 to 9, then A to H, never 10."""
    siblings: dict[str, list[str]] = {}
    for _, code in EVERY:
        segments = chart.account(code).zh.split(":")
        for depth in range(2, len(segments)):  # the funds themselves stand in the order of CHART["funds"]
            names = siblings.setdefault(":".join(segments[:depth]), [])
            if segments[depth] not in names:
                names.append(segments[depth])
    siblings["funds"] = list(dict.fromkeys(path.partition(":")[0] for path in CHART["funds"].values()))
    for parent, names in siblings.items():
        numbered = [name for name in names if re.match(r"[1-9A-H][\u4e00-\u9fff]", name)]
        marks = [name[0] for name in numbered]
        assert marks == sorted(set(marks)), f"{parent}: {names}"
        codes = [name for name in names if name not in numbered]
        assert all(re.fullmatch(r"[A-Z][A-Za-z0-9-]*", name) for name in codes), f"{parent}: {codes}"


def test_stock_beancount_opens_every_account_in_both_languages() -> None:
    options = "".join(f'option "name_{root.lower()}" "{zh}"\n' for root, zh in chart.root_names().items())
    for head, names in (
        (options, [chart.account(code).zh for _, code in EVERY]),
        ("", [code for _, code in EVERY]),
    ):
        text = head + "".join(f"2026-01-01 open {name} CNY\n" for name in names)
        entries, errors, _ = loader.load_string(text)
        assert [error.message for error in errors] == []
        assert len(entries) == len(EVERY)


def test_an_account_merges_into_one_that_exists_in_the_same_fund() -> None:
    merged = [(code, chart.account(code).merges_into) for _, code in EVERY if chart.account(code).merges_into]
    assert merged
    for code, into in merged:
        assert into is not None
        assert chart.account(into).fund == chart.account(code).fund
        assert chart.account(into).merges_into is None


@pytest.mark.parametrize(
    "code",
    [
        "Assets", "Assets:PropertyFee", "Assets:Nobody:Bank:Joint01", "Assets:Repair:Bank:Joint01",
        "Assets:PropertyFee:Bank:joint", "Assets:PropertyFee:Bank:Joint01:More", "Income:PropertyFee:Service",
        "Income:PublicIncome:Service:Owner", "Assets:Governance:Bank:G01", "Assets:Governance:Nothing:Bank:G01",
        "assets:PropertyFee:Prepaid", "Assets:PropertyFee:Receivable:张三", "", "Assets:Project:Bank:P01",
    ],
)  # fmt: skip
def test_an_account_outside_the_chart_is_refused(code: str) -> None:
    with pytest.raises(AccountUnknown):
        chart.account(code)


def test_a_pool_and_a_project_are_funds_of_their_own() -> None:
    assert chart.fund_of("Assets:Governance:Guarantee:Bank:G01") == "Governance:Guarantee"
    assert chart.fund_of("Assets:Project:Lift-01:Bank:P01") == "Project:Lift-01"
    assert chart.fund_of("Assets:PropertyFee:Bank:Joint01") == "PropertyFee"


def test_every_account_of_a_control_group_is_closed_to_general_entries() -> None:
    controlled = {chart.group_of(code) for _, code in EVERY if chart.is_control(code)}
    assert controlled == chart.CONTROL
    assert {chart.group_of(code) for _, code in EVERY if chart.is_money(code)} == {"Bank", "Cash"}


def test_every_receivable_has_a_mirror_of_the_same_name() -> None:
    """Claims of Agency on a former trustee are mirrored by the depositor's liability (chart 2.8)."""
    for _, code in EVERY:
        if ":Receivable:" in code and code != "Assets:Agency:Receivable:FormerTrustee":
            mirror = code.replace("Assets:", "Liabilities:").replace(":Receivable:", ":Uncollected:")
            own = chart.account(code).zh.rpartition(":")[2]
            assert chart.account(mirror).zh.rpartition(":")[2] == own, code
