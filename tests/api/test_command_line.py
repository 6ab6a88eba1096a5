"""The command line as people and scripts use it: real processes, exit codes, tables and JSON."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app, hoisted
from tests.api.conftest import HOME, REGISTER, UNIT

Command = Callable[..., subprocess.CompletedProcess[str]]


def runner(database: Path, folder: Path) -> Command:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINGZHANG_")}
    environment |= {
        "MINGZHANG_DATABASE_URL": f"sqlite:///{database}",
        "PYTHONPATH": str(Path.cwd()),
        "COLUMNS": "120",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "api.cli.main", *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def mingzhang(books_file: Path, tmp_path: Path) -> Command:
    """Run a command on furnished books, in this process: its start takes longer than most commands."""
    environment = {"MINGZHANG_DATABASE_URL": f"sqlite:///{books_file}", "COLUMNS": "120"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        with contextlib.chdir(tmp_path):
            done = CliRunner().invoke(app, hoisted(list(arguments)), env=environment)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    return run


def said(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_books_are_built_from_nothing_to_the_first_receipt(tmp_path: Path) -> None:
    run = runner(tmp_path / "new" / "books.db", tmp_path)
    assert run("compound", "list").returncode == 3
    assert said(run("init", "--json"))["operator_added"] is True
    assert said(run("init", "--json"))["operator_added"] is False
    assert stat.S_IMODE((tmp_path / "new" / "books.db").stat().st_mode) == 0o600
    assert (
        said(run("compound", "open", HOME, "--name", "桂花苑", "--opened-on", "2026-01-01", "--json"))["seq"]
        == 1
    )
    assert (
        run("user", "add", "李会计", "-c", HOME, "--role", "treasurer", "--body", "committee").returncode == 0
    )
    (tmp_path / "units.csv").write_text(REGISTER, encoding="utf-8")
    keeper = ("--as", "李会计", "-c", HOME, "--json")
    preview = said(run("units", "import", "units.csv", "--dry-run", *keeper))
    assert (preview["dry_run"], preview["understood"]) == (True, 6)
    assert said(run("units", "import", "units.csv", *keeper))["developer_units"] == 2
    assert (
        said(run("bank", "open", "Joint01", "--label", "共管", "--fund", "PropertyFee", *keeper))["seq"] == 3
    )
    tariff = ("property_fee", "--rate", "2.20", "--from", "2026-01-01", "--authority", "合同")
    assert said(run("tariff", "set", *tariff, *keeper))["rate"] == "2.20"
    billed = said(run("bill", "2026-01", "--effective-on", "2026-01-31", *keeper))
    assert billed["runs"][0]["total"] == "1397.07"
    paid = said(run("receipt", UNIT, "196.97", "--bank", "Joint01", *keeper))
    assert (paid["number"], paid["prepaid"]) == ("R-000001", "0.00")
    checked = run("check", *keeper[:-1])
    assert checked.returncode == 0
    assert "一致" in checked.stdout


def test_a_month_is_closed_published_and_exported(mingzhang: Command, tmp_path: Path) -> None:
    keeper = ("--as", "treasurer", "-c", HOME)
    assert mingzhang("bill", "2026-01", "--effective-on", "2026-01-31", *keeper).returncode == 0
    assert mingzhang("close", "2026-01", *keeper).returncode == 0
    published = mingzhang("publish", "2026-01", "--out", "page.pdf", *keeper)
    assert published.returncode == 0, published.stderr
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")
    assert mingzhang("publish", "2026-01", *keeper).returncode == 1
    written = said(mingzhang("book", "export", "book", "--json", *keeper))["files"]
    assert "book/2026/2026-01.beancount" in written
    hledger = ("--format", "hledger", "--language", "en", "--audience", "full")
    assert said(mingzhang("book", "export", "hl", *hledger, "--json", *keeper))["files"] == [
        "hl/books.journal"
    ]


def test_a_payment_passes_from_hand_to_hand(mingzhang: Command) -> None:
    common = ("-c", HOME, "--json")
    said(mingzhang("bill", "2026-01", "--as", "treasurer", *common))
    said(mingzhang("receipt", UNIT, "196.97", "--bank", "Joint01", "--as", "treasurer", *common))
    asked = said(
        mingzhang(
            *("pay", "request", "--fund", "PropertyFee", "--line", "Expenses:PropertyFee:Cleaning=5.00"),
            *("--payee", "某保洁公司", "--purpose", "保洁", "--authority", "预算2026", "--bank", "Joint01"),
            *("--as", "trustee", *common),
        )
    )
    refused = mingzhang("pay", "approve", asked["id"], "--as", "trustee", *common)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["type"] == "urn:mingzhang:problem:role_refused"
    for step, who in (("approve", "committee"), ("post", "treasurer"), ("out", "treasurer")):
        said(mingzhang("pay", step, asked["id"], "--as", who, *common))
    states = [one["state"] for one in said(mingzhang("pay", "list", "--as", "treasurer", *common))["items"]]
    assert states == ["paid"]


def test_a_token_opens_the_books_and_a_key_makes_a_retry_safe(mingzhang: Command) -> None:
    token = said(mingzhang("token", "treasurer", "--json"))["token"]
    once = (
        "receipt",
        UNIT,
        "1.00",
        "--channel",
        "cash",
        "-c",
        HOME,
        "--token",
        token,
        "--json",
        "--key",
        "k" * 20,
    )
    first, second = said(mingzhang(*once)), said(mingzhang(*once))
    assert first == second
    assert mingzhang("balances", "-c", HOME, "--token", "nonsense").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bill",), 2),
        (("bill", "2026-01"), 2),  # no compound
        (("nothing",), 2),
        (("receipt", UNIT, "1.00", "--channel", "barter", "-c", HOME), 2),
        (("receipt", UNIT, "1e5", "--as", "treasurer", "-c", HOME), 1),
        (("receipt", UNIT, "1.00", "--as", "nobody", "-c", HOME), 1),
        (("receipt", UNIT, "1.00", "--as", "stranger", "-c", HOME), 1),
        (("bill", "2026-02", "--as", "auditor", "-c", HOME), 1),
        (("close", "2026-02", "--as", "treasurer", "-c", HOME), 1),
        (("balances", "-c", HOME, "--server", "http://127.0.0.1:9"), 3),
    ],
)
def test_the_exit_code_says_what_happened(mingzhang: Command, arguments: tuple[str, ...], code: int) -> None:
    done = mingzhang(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_global_options_may_stand_anywhere() -> None:
    assert hoisted(["bill", "2026-01", "-c", "x", "--json"]) == ["-c", "x", "--json", "bill", "2026-01"]
    assert hoisted(["reverse", "5", "--compound=x", "--", "--json"]) == [
        "--compound=x",
        "reverse",
        "5",
        "--",
        "--json",
    ]
