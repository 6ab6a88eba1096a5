"""The commands about what is owed, run in this process on a furnished database."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.commands import Run, runner
from tests.api.conftest import UNIT


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    return runner(settings)


def test_a_month_of_arrears_from_the_command_line(mingzhang: Run, tmp_path: Path) -> None:
    mingzhang("bill", "2026-01")
    table = tmp_path / "arrears.csv"
    found = mingzhang("arrears", "--by", "kind", "--out", str(table))
    assert {row["key"] for row in found["by_kind"]} == {"Owner", "Developer"}
    assert len(table.read_text("utf-8-sig").splitlines()) == 7
    logged = mingzhang("demand", "log", UNIT, "--channel", "sms", "--outcome", "arrived")
    assert logged["demands"][0]["unit"] == UNIT
    assert len(mingzhang("demand", "list")["items"]) == 1
    recorded = ("--on", "2026-02-09", "--through", "2026-01", "--document", "立案 1")
    assert mingzhang("interrupt", UNIT, "suit", *recorded)["seq"]
    letters = tmp_path / "letters.zip"
    listed = mingzhang("demand", "letters", "--each", "--out", str(letters))["items"]
    with zipfile.ZipFile(letters) as archive:
        assert archive.namelist() == [f"{one['code']}.pdf" for one in listed]
    together = tmp_path / "letters.pdf"
    mingzhang("demand", "letters", "--over", "200", "--out", str(together))
    assert together.read_bytes().startswith(b"%PDF")


def test_rates_an_account_and_a_handover_from_the_command_line(mingzhang: Run, tmp_path: Path) -> None:
    mingzhang("bill", "2026-01")
    chart, account, paper, table = (
        tmp_path / name for name in ("rates.pdf", "account.csv", "hand.pdf", "hand.csv")
    )
    assert mingzhang("rates", "--out", str(chart))["total"]["current_rate_bp"] == 0
    assert mingzhang("account", UNIT, "--out", str(account))["closing"]["owed"] == "196.97"
    names = ("--outgoing", "甲公司", "--incoming", "乙公司", "--out", str(paper), "--out", str(table))
    assert mingzhang("compound", "handover", "2026-02-10", *names)["due_on"] == "2026-02-20"
    assert all(path.stat().st_size for path in (chart, account, paper, table))


def test_a_file_of_an_unknown_kind_and_an_unknown_grouping_are_usage_errors(mingzhang: Run) -> None:
    mingzhang("account", UNIT, "--out", "account.docx", code=2)
    mingzhang("arrears", "--by", "colour", code=2)
    mingzhang(
        "compound", "handover", "2026-02-10", "--outgoing", "甲", "--incoming", "乙", "--out", "x", code=2
    )
