from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ledger.rules.entry import Entry, Kind, Posting
from reports.book.book import BookKey, build_directives, build_hledger
from reports.book.drawn import DrawnPosting, DrawnTransaction, plain
from reports.book.hledger import HledgerPen
from reports.book.names import Names
from tests.reports.book.reading import sums
from tests.reports.book.scene import BANK, CODE, Scene, day
from tests.reports.book.test_book_text import any_text

TODAY = day("2026-03-15")
ON = dt.date(2026, 1, 1)
needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
needs_ledger = pytest.mark.skipif(shutil.which("ledger") is None, reason="Ledger is not installed")
pytestmark = pytest.mark.oracle


def journal(scene: Scene, key: BookKey, span: int | None, folder: Path) -> tuple[Path, Counter[str]]:
    """Write the journal, and return it with the balances of the Beancount book."""
    path = folder / "books.journal"
    with scene.database.reading() as session:
        path.write_bytes(build_hledger(session, key, TODAY, span))
        return path, sums(build_directives(session, key, TODAY, span).entries)


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def minor(amount: str) -> int:
    return int(amount.removesuffix(" CNY").replace(".", "").replace(",", ""))


def hledger_sums(path: Path) -> Counter[str]:
    rows = csv.DictReader(
        io.StringIO(run("hledger", "-f", path, "balance", "--flat", "-E", "-N", "-O", "csv"))
    )
    return Counter({row["account"]: minor(row["balance"]) for row in rows})


def ledger_sums(path: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    text = run(
        "ledger", "-f", path, "--args-only", "register", "--format", "%(account)\t%(quantity(amount))\n"
    )
    for line in text.splitlines():
        account, amount = line.split("\t")
        found[account] += minor(
            f"{amount}.00" if "." not in amount else amount.ljust(amount.index(".") + 3, "0")
        )
    return found


def nonzero(balances: Counter[str]) -> dict[str, int]:
    return {name: amount for name, amount in balances.items() if amount}


@needs_hledger
@pytest.mark.parametrize("audience", ["public", "full"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("span", [None, 2026])
def test_hledger_agrees_on_every_balance(
    lived: Scene, tmp_path: Path, audience: Any, language: Any, span: int | None
) -> None:
    path, expected = journal(lived, BookKey(CODE, audience, language), span, tmp_path)
    run("hledger", "-f", path, "check", "--strict")
    assert nonzero(hledger_sums(path)) == nonzero(expected)


@needs_ledger
@pytest.mark.parametrize("audience", ["public", "full"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_ledger_agrees_on_every_balance(lived: Scene, tmp_path: Path, audience: Any, language: Any) -> None:
    path, expected = journal(lived, BookKey(CODE, audience, language), None, tmp_path)
    assert nonzero(ledger_sums(path)) == nonzero(expected)


@needs_hledger
@needs_ledger
@pytest.mark.parametrize("program", ["hledger", "ledger"])
def test_a_closed_month_that_was_changed_is_noticed(lived: Scene, tmp_path: Path, program: str) -> None:
    path, _ = journal(lived, BookKey(CODE, "full", "en"), None, tmp_path)
    text = path.read_text(encoding="utf-8")
    forged = text.replace("  1500.00 CNY\n", "  1500.01 CNY\n", 1).replace(
        "  -1500.00 CNY\n", "  -1500.01 CNY\n", 1
    )
    assert forged != text
    path.write_text(forged, encoding="utf-8")
    done = subprocess.run([program, "-f", path, "balance"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "ssertion" in done.stderr


@needs_hledger
def test_hledger_knows_which_account_is_what_in_chinese_too(lived: Scene, tmp_path: Path) -> None:
    path, _ = journal(lived, BookKey(CODE, "public", "zh"), None, tmp_path)
    statement = run("hledger", "-f", path, "incomestatement", "-O", "csv")
    assert "X支出:1物业服务资金:3清洁卫生" in statement
    assert "1623.45 CNY" in statement


@needs_hledger
@needs_ledger
@given(any_text, any_text, any_text)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_becomes_anything_but_words(
    tmp_path: Path, narration: str, payee: str, authority: str
) -> None:
    cleaning = "Expenses:PropertyFee:Cleaning"
    said = (("authority", plain(authority)),)
    hostile = DrawnTransaction(
        ON,
        1,
        plain(payee) or None,
        plain(narration),
        (DrawnPosting(cleaning, None, 100, said), DrawnPosting(BANK, None, -100, said)),
        said,
    )
    path = tmp_path / "hostile.journal"
    pen = HledgerPen(Names("en"))
    path.write_text(pen.transactions("x", [hostile, hostile._replace(narration="x")]), encoding="utf-8")
    assert nonzero(hledger_sums(path)) == nonzero(ledger_sums(path)) == {cleaning: 200, BANK: -200}


def test_words_that_mean_something_to_hledger_are_drawn_full_width(scene: Scene) -> None:
    lines = (Posting("Expenses:PropertyFee:Cleaning", 1), Posting(BANK, -1))
    entry = Entry(Kind.EXPENSE, day("2026-01-05"), "a;b|c [2026-01-01] date:x", lines, counterparty="(1) * x")
    scene.post(entry)
    with scene.database.reading() as session:
        text = build_hledger(session, BookKey(CODE), day("2026-01-05")).decode()
    assert "2026-01-05 * (3) (1) * x | a；b｜c ［2026-01-01］ date：x" in text
