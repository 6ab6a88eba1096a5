"""Votes, authorities and budgets over HTTP: what is computed, what is public, and what Fava shows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import NOW, Desk

VOTE = {
    "code": "V2026-01",
    "matter": "spending",
    "title": "更换单元门",
    "decided_on": "2026-02-01",
    "fund": "PropertyFee",
    "amount": "850.00",
    "until": "2026-12-31",
    "took": {"heads": 4, "area": "423.36"},
    "agreed": {"heads": 3, "area": "211.69"},
    "evidence": [{"sha256": "ab" * 32, "title": "计票表"}],
}
LINES = [
    {"account": "Income:PropertyFee:Interest", "months": {"2026-12": "5000.00"}},
    {"account": "Expenses:PropertyFee:Cleaning", "monthly": "100.00", "note": "保洁合同"},
    {"account": "Expenses:PropertyFee:Greening", "months": {"2026-03": "600.00"}},
]
KEY = {"fund": "PropertyFee", "year": 2026, "version": 1}


def held(desk: Desk, query: str = "") -> list[dict[str, Any]]:
    """Return the authorities that everybody sees."""
    found: list[dict[str, Any]] = desk.get(f"authorities{query}", None).json()["items"]
    return found


class Days:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self) -> None:
        """Let it be the next day."""
        self.now += timedelta(days=1)


class LateDesk(Desk):
    """A desk with keys of its own."""

    def key(self) -> str:
        return f"late-{secrets.token_hex(12)}"


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def late(settings: Settings, furnished: tuple[Path, dict[str, str]], days: Days) -> Iterator[Desk]:
    """Give a client of the application with its books in Fava; its clock moves."""
    app = create_app(settings, clock=days)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield LateDesk(app, client, furnished[1])


def discussed(desk: Desk) -> None:
    """Draft a budget, open it for a day, take a comment, and let everybody agree."""
    desk.done(
        "budgets", {"fund": "PropertyFee", "year": 2026, "title": "2026 年预算", "lines": LINES}, "trustee"
    )
    desk.done("budgets/comment-periods", {**KEY, "from_on": "2026-02-10", "to_on": "2026-02-10"})
    desk.done("budgets/comments", {**KEY, "words": "B01-U1-0101 认为绿化太贵"})
    desk.done("budgets/answers", {**KEY, "number": 1, "words": "到期后重新招标"}, "committee")
    everybody = {"heads": 5, "area": "635.03"}
    vote = {**VOTE, "code": "V-B1", "matter": "budget", "took": everybody, "agreed": everybody}
    desk.done("votes", {name: value for name, value in vote.items() if name not in {"amount", "until"}})


def test_a_vote_is_computed_from_the_register_and_becomes_an_authority(desk: Desk) -> None:
    done = desk.done("votes", VOTE, "committee")["vote"]
    assert done["entitled"] == {"heads": 5, "area": "635.03"}
    assert done["least_taking"] == {"heads": 4, "area": "423.36"}
    assert done["least_agreeing"] == {"heads": 3, "area": "211.69"}
    assert (done["passed"], done["result_zh"]) == (True, "通过:参与达三分之二,同意过半数")
    assert done["annulment_ends_on"] == "2027-02-01"
    shown = desk.get("votes/V2026-01", None).json()
    assert shown == done == desk.get("votes", None).json()["items"][0]
    (listed,) = (one for one in held(desk) if one["code"] == "V2026-01")
    assert (listed["kind"], listed["amount"], listed["left"]) == ("vote", "850.00", "850.00")


@pytest.mark.parametrize(
    ("took", "agreed", "result_zh", "result_en"),
    [
        (
            (4, "423.35"),
            (4, "423.35"),
            "未通过:参与的面积不足三分之二",
            "Not passed: less than two thirds took part (area)",
        ),
        (
            (3, "423.35"),
            (3, "423.35"),
            "未通过:参与的人数和面积不足三分之二",
            "Not passed: less than two thirds took part (heads and area)",
        ),
        (
            (4, "423.36"),
            (2, "211.69"),
            "未通过:同意的人数未达过半数",
            "Not passed: not more than half agreed (heads)",
        ),
        (
            (4, "423.36"),
            (3, "211.68"),
            "未通过:同意的面积未达过半数",
            "Not passed: not more than half agreed (area)",
        ),
    ],
)
def test_a_vote_that_is_one_head_or_one_hundredth_short_fails_in_words(
    desk: Desk, took: tuple[int, str], agreed: tuple[int, str], result_zh: str, result_en: str
) -> None:
    figures = {
        "took": {"heads": took[0], "area": took[1]},
        "agreed": {"heads": agreed[0], "area": agreed[1]},
    }
    done = desk.done("votes", {**VOTE, **figures})["vote"]
    assert (done["passed"], done["result_zh"], done["result_en"]) == (False, result_zh, result_en)
    assert "V2026-01" not in {one["code"] for one in held(desk)}


def test_ballots_come_in_bulk_and_no_unit_shows(desk: Desk) -> None:
    units = ["B01-U1-0101", "B01-U1-0201", "B01-U1-0301", "B02-U1-0501"]
    ballots = [{"unit": unit, "choice": "agree"} for unit in units]
    vote = {name: value for name, value in VOTE.items() if name not in {"took", "agreed", "evidence"}}
    done = desk.done("votes", {**vote, "ballots": ballots})
    assert done["vote"]["took"] == {"heads": 4, "area": "529.53"}
    assert "B01-U1-0101" not in desk.get("votes/V2026-01", None).text
    twice = desk.post("votes", {**vote, "code": "V-2", "ballots": [*ballots, ballots[0]]})
    assert (twice.status_code, twice.json()["pointer"]) == (400, "/ballots")
    assert desk.post("votes", {**VOTE, "code": "V-2", "ballots": ballots}).status_code == 400
    assert desk.post("votes", {**vote, "code": "V-2"}).status_code == 400


def test_the_result_of_a_vote_cannot_be_entered(desk: Desk) -> None:
    assert desk.post("votes", {**VOTE, "passed": True}).status_code == 400
    assert desk.post("votes", {**VOTE, "entitled": {"heads": 1, "area": "1.00"}}).status_code == 400


def test_resolutions_are_the_committees_contracts_the_treasurers_and_both_end(desk: Desk) -> None:
    terms = {name: VOTE[name] for name in ("matter", "title", "decided_on", "fund", "amount")}
    desk.done("authorities/resolutions", {**terms, "code": "J-1"}, "committee")
    contract = {**terms, "code": "HT-1", "counterparty": "示例保洁公司", "document": "ab" * 32}
    desk.done("authorities/contracts", contract)
    refused = desk.post("authorities/resolutions", {**terms, "code": "J-2", "matter": "loan"}, "committee")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:mingzhang:problem:vote_needed")
    desk.done("authorities/ends", {"code": "J-1", "ended_on": "2026-02-09", "reason": "撤回"}, "committee")
    ended = {one["code"]: one["ended_on"] for one in held(desk)}
    assert (ended["J-1"], ended["HT-1"]) == ("2026-02-09", None)
    assert not {"J-1", "HT-1"} & {one["code"] for one in held(desk, "?as_of=2026-01-31")}


def test_a_budget_is_public_and_what_residents_said_is_not(late: Desk, days: Days) -> None:
    discussed(late)
    adoption = {**KEY, "from_on": "2026-01-01", "authority": "V-B1"}
    early = late.post("budgets/adoptions", adoption)
    assert early.json()["type"] == "urn:mingzhang:problem:budget_refused"
    days.pass_by()
    done = late.done("budgets/adoptions", adoption)
    assert done["weighed"] == {"expense": "1800.00", "income": "5000.00", "opening": "0.00"}
    listed = late.get("budgets", None)
    (one,) = listed.json()["items"]
    assert (one["state"], one["authority"], one["comments"]["count"]) == ("adopted", "V-B1", 1)
    assert one["comments"]["answers"] == [{"number": 1, "words": ["到期后重新招标"]}]
    assert one["lines"][0]["year"] == "1200.00"
    assert "B01-U1-0101" not in listed.text
    said = late.get("budgets/comments?fund=PropertyFee&year=2026&version=1").json()["items"]
    assert [item["words"] for item in said] == ["B01-U1-0101 认为绿化太贵"]


def test_everybody_sees_how_a_budget_was_executed_by_the_end_of_a_closed_month(
    late: Desk, days: Days
) -> None:
    discussed(late)
    days.pass_by()
    late.done("budgets/adoptions", {**KEY, "from_on": "2026-01-01", "authority": "V-B1"})
    figures = late.get("budgets/execution?fund=PropertyFee&as_of=2026-02-11", "supervisor").json()
    assert figures["total_expenses"]["planned"] == "1800.00"
    january = {"month": "2026-01", "planned": "100.00", "actual": "0.00"}
    assert figures["expenses"][0]["months"][0] == january
    (interest,) = figures["incomes"]  # not under the name of the sum that was weighed
    assert (interest["account"], interest["planned"], figures["income"]) == (
        "Income:PropertyFee:Interest",
        "5000.00",
        "5000.00",
    )
    table = late.get("budgets/execution.csv?fund=PropertyFee")
    assert table.headers["content-type"].startswith("text/csv")
    assert "Expenses:PropertyFee:Cleaning,清洁卫生,保洁合同,1200.00" in table.text
    assert late.get("budgets/executed?month=2026-01", None).status_code == 409
    late.done("periods/2026-01/close")
    public = late.get("budgets/executed?month=2026-01", None).json()
    assert [found["fund"] for found in public["items"]] == ["PropertyFee"]
    assert late.get("budgets/execution?fund=PropertyFee", None).status_code == 401
    assert late.get("budgets/execution?fund=Repair").status_code == 404


def test_a_draft_may_be_withdrawn_and_a_line_is_said_one_way(desk: Desk) -> None:
    body: dict[str, Any] = {"fund": "PropertyFee", "year": 2026, "title": "草案", "lines": LINES}
    both = {**LINES[1], "months": {"2026-01": "1.00"}}
    assert desk.post("budgets", {**body, "lines": [both]}).status_code == 400
    assert desk.post("budgets", {**body, "lines": [LINES[1], LINES[1]]}).status_code == 400
    desk.done("budgets", body)
    desk.done("budgets/withdrawals", KEY, "committee")
    assert desk.get("budgets?fund=PropertyFee&year=2026", None).json()["items"][0]["state"] == "withdrawn"


def test_fava_shows_the_budget_of_the_published_book(late: Desk, days: Days) -> None:
    discussed(late)
    days.pass_by()
    late.done("budgets/adoptions", {**KEY, "from_on": "2026-01-01", "authority": "V-B1"})
    name = "X支出:1物业服务资金:3清洁卫生"
    report = late.get(f"/books/guihuayuan/api/account_report?a={name}&r=changes&time=2026-02", None)
    (february,) = report.json()["data"]["budgets"][name]
    assert february["budget"] == {"CNY": 100.0}
