"""The commands that put things right afterwards, run in this process on a furnished database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app, hoisted
from api.settings import Settings
from tests.api.conftest import UNIT

Run = Callable[..., Any]


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    """Run a command on the furnished books as ``who``, and give its JSON, or what it shows."""
    runner = CliRunner()

    def start(*words: str, who: str = "treasurer", code: int = 0, shown: bool = False) -> Any:
        environment = {
            "MINGZHANG_DATABASE_URL": settings.database_url,
            "MINGZHANG_COMPOUND": "guihuayuan",
            "MINGZHANG_USER": who,
        }
        asked = list(words) if shown else ["--json", *words]
        done = runner.invoke(app, hoisted(asked), env=environment)
        assert done.exit_code == code, done.output
        return done.stdout if shown else json.loads(done.stdout or "null")

    return start


def test_a_charge_is_taken_back_by_two_people(mingzhang: Run) -> None:
    seq = mingzhang("bill", "2026-01")["seq"]
    asked = mingzhang("charge", "adjust", f"{seq}-2", "--reason", "重复计费")
    assert (asked["adjustment"], asked["lowered"]) == (1, "196.97")
    assert "重复计费" in mingzhang("charge", "adjustments", shown=True)
    mingzhang("charge", "approve", "1", code=1)
    assert mingzhang("charge", "approve", "1", who="trustee")["voucher"]
    mingzhang("charge", "adjust", f"{seq}-3", "--reason", "看错")
    assert mingzhang("charge", "withdraw", "2", "--reason", "没有错")["state"] == "withdrawn"
    mingzhang("charge", "adjust", f"{seq}-3", "--reason", "看错")
    assert mingzhang("charge", "decline", "3", "--reason", "没有错", who="committee")["state"] == "declined"
    states = [one["state"] for one in mingzhang("charge", "adjustments")["items"]]
    assert states == ["approved", "withdrawn", "declined"]


def test_a_claim_is_opened_shown_and_recovered(mingzhang: Run) -> None:
    words = ("--reason", "超预算支出", "--authority", "决议 3")
    claim = mingzhang("claims", "loss", "trustee", "500", *words, who="committee")["seq"]
    part = mingzhang("claims", "recover", str(claim), "--bank", "Joint01", "--amount", "120")
    assert part["open"] == "380.00"
    (one,) = mingzhang("claims", "list")["items"]
    assert (one["seq"], one["open"]) == (claim, "380.00")
    assert "380.00" in mingzhang("claims", "list", shown=True)


def test_parked_money_is_asked_back(mingzhang: Run) -> None:
    mingzhang("park", "88", "--bank", "Joint01")
    words = ("--bank", "Joint01", "--authority", "银行回单 7")
    asked = mingzhang("refund-parked", "1", "--amount", "80", *words)
    assert asked["state"] == "requested"
    mingzhang("refund-parked", "1", "--amount", "88.01", *words, code=1)


def test_remuneration_that_was_never_accrued_is_not_asked_for(mingzhang: Run) -> None:
    words = ("--payee", "示例物业公司", "--bank", "Joint01", "--authority", "合同 1")
    mingzhang("pay", "remuneration", "--amount", "1", *words, code=1)


def test_a_demand_and_an_interruption_are_put_right(mingzhang: Run) -> None:
    mingzhang("bill", "2026-01", "--effective-on", "2026-01-05")
    mingzhang("demand", "log", UNIT, "--made-on", "2026-02-02")
    assert mingzhang("demand", "outcome", "1", "signed", "--on", "2026-02-09")["outcome"] == "signed"
    assert mingzhang("demand", "withdraw", "1", "--reason", "送错户")["outcome"] == "withdrawn"
    assert "已撤回" in mingzhang("demand", "list", shown=True)
    recorded = ("--on", "2026-02-09", "--through", "2026-01", "--document", "立案 1")
    seq = mingzhang("interrupt", UNIT, "suit", *recorded)["seq"]
    assert mingzhang("withdraw-interruption", str(seq), "--reason", "案号有误")["interruption"] == seq
    assert mingzhang("interruptions", "--unit", UNIT)["items"][0]["withdrawn"]["reason"] == "案号有误"
    assert "立案 1" in mingzhang("interruptions", shown=True)


def test_a_correction_of_the_timeline_says_why(mingzhang: Run) -> None:
    mingzhang("tenure", "change", UNIT, "let", "--from", "2026-02-01")
    mingzhang("tenure", "withdraw", UNIT, "--from", "2026-02-01", "--reason", "业主来电更正")
    assert "业主来电更正" in mingzhang("tenure", "list", UNIT, shown=True)
