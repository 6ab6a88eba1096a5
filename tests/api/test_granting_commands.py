"""The commands of governance funds and projects, run in this process on a furnished database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from tests.api.commands import Run, runner
from tests.api.test_http_projects import STAIR


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    return runner(settings)


POOL, MICRO, LIFT = "Governance:Guarantee", "Governance:Micro", "Project:Lift-01"


def test_a_grant_from_the_command_line(mingzhang: Run) -> None:
    for code, fund in (("G01", POOL), ("G02", MICRO)):
        mingzhang("bank", "open", code, "--label", f"专户 {code}", "--fund", fund)
        mingzhang("grant", "pool", fund, "--holder", "示例社区居委会", "--document", "1 号", "--bank", code)
    said = (
        "--title",
        "楼道照明",
        "--applicant",
        "居民议事会",
        "--clear-by",
        "2099-05-31",
        "--document",
        "申请书",
    )
    mingzhang("--as", "trustee", "grant", "apply", "GP001", POOL, "facilities=600", "culture=400", *said)
    by = ("--by", "议事会", "--document", "决议")
    mingzhang("grant", "step", "GP001", "reviewed", *by)
    mingzhang("--as", "committee", "grant", "step", "GP001", "approved", *by)
    assert {one["code"] for one in mingzhang("grant", "purposes")["items"]} >= {"facilities", "property_fee"}
    paper = ("--source", "街道办", "--document", "通知", "--bank", "G01")
    mingzhang("grant", "receive", POOL, "500", *paper)
    assert mingzhang("grant", "allocate", "GP001", "300", "--document", "决议")["amount"] == "300.00"
    mingzhang("grant", "receive", POOL, "200", *paper, "--project", "GP001")
    mingzhang("grant", "outcome", "GP001", "更换灯具", "--value", "120 盏")
    assert mingzhang("grant", "overdue", "--as-of", "2099-06-01")["items"][0]["unspent"] == "500.00"
    assert mingzhang("grant", "clear", "GP001", *by)["amount"] == "500.00"
    mingzhang("grant", "disallow", "GP001", "1", "--document", "审计", code=1)  # nothing was income
    (row,) = mingzhang("grant", "show", "2099-12")["projects"]
    assert row["returned"] == "500.00"


def test_gifts_and_points_from_the_command_line(mingzhang: Run) -> None:
    mingzhang("bank", "open", "G02", "--label", "专户", "--fund", MICRO)
    mingzhang("grant", "pool", MICRO, "--holder", "示例基金会", "--document", "协议", "--bank", "G02")
    who = ("--name", "王某", "--consent", "--document", "收据 1")
    given = mingzhang("gift", MICRO, "爱心款", *who, "--amount", "50", "--bank", "G02")
    mingzhang("gift", MICRO, "旧书", "--document", "登记表", "--donor", str(given["donor"]))
    mingzhang("donor", str(given["donor"]), "--no-consent")
    assert {one["name"] for one in mingzhang("grant", "show", given["month"])["gifts"]} == {"爱心人士"}
    mingzhang("points", "issue", MICRO, "20", "--reason", "志愿服务")
    assert mingzhang("points", "redeem", MICRO, "5", "--reason", "兑换")["outstanding"] == "15.00"


def voted(mingzhang: Run, tmp_path: Path, code: str, matter: str) -> None:
    """Record a vote of the stair from the command line."""
    ballots = tmp_path / f"{code}.csv"
    ballots.write_text("\n".join(["房屋,意见", *(f"{unit},同意" for unit in STAIR)]), encoding="utf-8")
    units: list[Any] = [word for unit in STAIR for word in ("--unit", unit)]
    mingzhang(*vote_words(code, matter, str(ballots)), *units)


def vote_words(code: str, matter: str, ballots: str) -> tuple[str, ...]:
    """Return the words of the command that records a vote."""
    named = ("--matter", matter, "--title", f"表决 {code}", "--decided-on", "2026-02-10", "--fund", LIFT)
    return ("vote", "record", code, *named, "--base", "units", "--ballots", ballots)


def test_a_project_from_the_command_line(mingzhang: Run, tmp_path: Path) -> None:
    mingzhang("bank", "open", "P01", "--label", "加梯专户", "--fund", LIFT)
    voted(mingzhang, tmp_path, "L-1", "project")
    units = [f"{unit}={weight}" for unit, weight in zip(STAIR, ("0", "1", "2"), strict=True)]
    named = ("--title", "加装电梯", "--authority", "L-1", "--bank", "P01")
    assert mingzhang("project", "open", "Lift-01", "5000", *units, *named)["units"] == 3
    days = ("2026-03-31=1000", "2026-06-30=2000")
    assert mingzhang("project", "plan", "Lift-01", "3000", *days, "--authority", "L-1")["plan"] == 1
    assert mingzhang("project", "call", "Lift-01", "1", "1")["total"] == "1000.00"
    paper = ("--source", "区住建委", "--document", "通知", "--bank", "P01", "--conditional")
    mingzhang("project", "subsidy", "Lift-01", "500", *paper)
    assert mingzhang("project", "return-subsidy", "Lift-01", "--document", "清算表")["amount"] == "500.00"
    mingzhang("project", "bridge", "Lift-01", STAIR[2], "100", "--bank", "P01")
    assert mingzhang("project", "settle-bridge", "Lift-01", STAIR[2])["amount"] == "100.00"
    voted(mingzhang, tmp_path, "L-2", "distribution")
    assert mingzhang("project", "return", "Lift-01", "60", "--authority", "L-2")["lowered"] == "60.00"
    found = mingzhang("project", "units", "Lift-01")["items"]
    assert [one["share"] for one in found] == ["0.00", "1000.00", "2000.00"]
    assert mingzhang("project", "show", "2099-12")["items"][0]["agreed"] == "3000.00"
