"""The commands about votes, authorities and budgets, run on a furnished database."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.commands import Run, runner

TERMS = ("--title", "更换单元门", "--decided-on", "2026-02-01", "--fund", "PropertyFee")


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    return runner(settings)


def test_a_vote_is_recorded_by_totals_and_by_ballots(mingzhang: Run, tmp_path: Path) -> None:
    paper = tmp_path / "计票表.txt"
    paper.write_text("4 户同意", "utf-8")
    spending = ("--matter", "spending", *TERMS, "--amount", "850.00")
    totals = ("--took", "4/423.36", "--agreed", "3/211.69", "--evidence", str(paper))
    done = mingzhang("vote", "record", "V2026-01", *spending, *totals)
    assert done["vote"]["passed"]
    assert done["vote"]["evidence"][0]["title"] == "计票表.txt"
    table = tmp_path / "ballots.csv"
    table.write_text("房屋,意见\nB01-U1-0101,同意\nB01-U1-0201,反对\n", "utf-8-sig")
    failed = mingzhang("vote", "record", "V2026-02", *spending, "--ballots", str(table))
    assert failed["vote"]["took"] == {"heads": 2, "area": "189.53"}
    assert not failed["vote"]["passed"]
    assert [one["code"] for one in mingzhang("vote", "list")["items"]] == ["V2026-01", "V2026-02"]
    assert mingzhang("vote", "show", "V2026-02")["result_zh"].startswith("未通过")
    listed = {one["code"]: one["left"] for one in mingzhang("authority", "list")["items"]}
    assert (listed["V2026-01"], "V2026-02" in listed) == ("850.00", False)


def test_figures_and_ballots_that_cannot_be_read_are_usage_errors(mingzhang: Run, tmp_path: Path) -> None:
    spending = ("vote", "record", "V-1", "--matter", "spending", *TERMS)
    mingzhang(*spending, "--took", "four", "--agreed", "3/1.00", code=2)
    table = tmp_path / "ballots.csv"
    table.write_text("房屋,意见\nB01-U1-0101,也许\n", "utf-8")
    mingzhang(*spending, "--ballots", str(table), code=2)
    table.write_text("unit,choice\nB01-U1-0101,同意\n", "utf-8")
    mingzhang(*spending, "--ballots", str(table), code=2)


def test_resolutions_and_contracts_are_recorded_and_ended(mingzhang: Run) -> None:
    terms = ("--matter", "spending", *TERMS)
    mingzhang("authority", "resolution", "J-1", *terms, code=1)
    mingzhang("authority", "resolution", "J-1", *terms, by="committee")
    parties = ("--counterparty", "示例保洁公司", "--document", "合同 2026-03")
    mingzhang("authority", "contract", "HT-1", *terms, *parties, "--until", "2027-01-31")
    mingzhang("authority", "end", "HT-1", "--ended-on", "2026-02-09", "--reason", "解除")
    listed = mingzhang("authority", "list", "--as-of", "2026-02-10")["items"]
    ended = {one["code"]: one["ended_on"] for one in listed}
    assert (ended["J-1"], ended["HT-1"]) == (None, "2026-02-09")


def test_a_budget_is_drafted_from_a_table_and_discussed(mingzhang: Run, tmp_path: Path) -> None:
    table = tmp_path / "budget.csv"
    table.write_text(
        "科目代码,说明,每月,2026-03\n"
        "Income:PropertyFee:Interest,利息,,5000.00\n"
        "Expenses:PropertyFee:Cleaning,保洁合同,100.00,\n",
        "utf-8-sig",
    )
    fund = ("PropertyFee", "2026")
    assert (
        mingzhang("budget", "draft", *fund, str(table), "--title", "2026 年预算", by="trustee")["version"]
        == 1
    )
    today = mingzhang("authority", "list")["as_of"]
    mingzhang("budget", "open", *fund, "1", "--from", today, "--to", today)
    assert mingzhang("budget", "comment", *fund, "1", "太贵")["number"] == 1
    mingzhang("budget", "answer", *fund, "1", "1", "到期后重新招标", by="committee")
    early = mingzhang("budget", "adopt", *fund, "1", "--from", today, "--authority", "V-B1", code=1)
    assert early["type"] == "urn:mingzhang:problem:budget_refused"
    mingzhang("budget", "withdraw", *fund, "1")
    (one,) = mingzhang("budget", "list", "--fund", "PropertyFee", "--year", "2026")["items"]
    assert (one["state"], [line["year"] for line in one["lines"]]) == ("withdrawn", ["1200.00", "5000.00"])
    none = mingzhang("budget", "show", "PropertyFee", "--as-of", "2026-02-10", code=1)
    assert none["type"] == "urn:mingzhang:problem:not_found"


def test_a_table_without_accounts_is_a_usage_error(mingzhang: Run, tmp_path: Path) -> None:
    table = tmp_path / "budget.csv"
    table.write_text("科目,每月\n保洁,100.00\n", "utf-8")
    mingzhang("budget", "draft", "PropertyFee", "2026", str(table), "--title", "草案", code=2)
