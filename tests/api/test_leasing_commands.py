"""The commands of public income, run in this process's own language: assets, a contract, its rents, and the bank."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.commands import Run, runner
from tests.api.conftest import UNIT


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    return runner(settings)


def vote(mingzhang: Run, folder: Path) -> None:
    """Record the vote that lets the lifts' advert frames."""
    paper = folder / "count.txt"
    paper.write_text("5 票同意", encoding="utf-8")
    about = ("--matter", "common_parts", "--title", "出租电梯广告位", "--decided-on", "2026-02-01")
    counted = ("--took", "5/635.03", "--agreed", "5/635.03", "--evidence", str(paper))
    assert mingzhang("vote", "record", "V2026-01", *about, *counted)["vote"]["passed"]


def test_a_contract_from_the_register_to_its_end(mingzhang: Run, tmp_path: Path) -> None:
    vote(mingzhang, tmp_path)
    mingzhang("lease", "asset", "LIFT-AD", "advert_elevator", "--label", "电梯广告框", "--from", "2026-01-01")
    terms = ("--from", "2026-02-01", "--to", "2027-01-31", "--authority", "V2026-01", "--rent", "1200.00")
    who = ("--tenant", "示例传媒有限公司", "--credit-code", "91510107MA6CKQWR2A", "--related")
    signed = mingzhang("lease", "sign", "A-07", "--asset", "LIFT-AD", *who, *terms, "--months", "12")
    assert (signed["count"], signed["total"]) == (1, "1200.00")
    assert mingzhang("lease", "due")["charged"] == "1200.00"
    assert mingzhang("lease", "arrears")["total"] == "1200.00"
    paid = mingzhang("lease", "rent", "A-07", "1500.00", "--bank", "Joint01")
    assert (paid["settled"], paid["prepaid"]) == ("1200.00", "300.00")
    assert mingzhang("lease", "list")["items"][0]["related_party"] is True
    ended = mingzhang("lease", "end", "A-07", "2026-02-09", "--reason", "承租方退场", "--unused", "100.00")
    assert (ended["given_back"], ended["ahead"]) == ("100.00", "300.00")


def test_a_month_says_what_is_zero_not_applicable_and_missing(mingzhang: Run) -> None:
    mingzhang("lease", "asset", "GATE", "parking_temporary", "--label", "地面临停", "--from", "2026-01-01")
    mingzhang("lease", "none", "clubhouse", "--from", "2026-01-01", "--reason", "本小区无会所")
    assert mingzhang("lease", "month", "2026-01")["missing"] == ["地面临停(GATE)"]
    mingzhang("lease", "zero", "2026-01", "--asset", "GATE", "--reason", "道闸未启用")
    mingzhang("lease", "earn", "88.00", "--asset", "GATE", "--narration", "临停", "--bank", "Joint01")
    mingzhang("lease", "status", "GATE", "idle", "--from", "2026-02-10", "--reason", "路面翻修")
    page = mingzhang("lease", "month", "2026-01", page=True)
    for word in ("确认为零", "不适用", "未录入", "净收益 0.00"):
        assert word in page
    for name in ("list", "arrears"):
        assert mingzhang("lease", name, page=True)


def test_a_shared_account_and_a_deposit(mingzhang: Run) -> None:
    mingzhang("lease", "asset", "GATE", "parking_temporary", "--label", "地面临停", "--from", "2026-01-01")
    day = ("--effective-on", "2026-01-05")
    mingzhang("lease", "earn", "500.00", "--asset", "GATE", "--narration", "临停", "--bank", "Joint01", *day)
    assert "PublicIncome" in mingzhang("--dry-run", "bank-interest", "Joint01", "1.23", page=True)
    assert mingzhang("bank-interest", "Joint01", "1.23")["parts"][0]["amount"] == "1.23"
    assert mingzhang("bank-charge", "Joint01", "0.50")["parts"][0]["amount"] == "0.50"
    assert mingzhang("deposit", "renovation", "100.00", "--unit", UNIT, "--channel", "wechat")["unit"] == UNIT
    mingzhang("deposit", "tender", "100.00", "--channel", "wechat", code=1)
