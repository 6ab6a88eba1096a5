from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core.data import Balance

from ledger.rules.entry import Entry, Kind, Posting
from ledger.store.append import Journal
from ledger.store.tables import AccountRow
from reports.book.book import BookKey, build_directives, build_files
from reports.book.second_opinion import Disagreement, disagreements
from tests.reports.book.reading import load, sums, write
from tests.reports.book.scene import BANK, CODE, TREASURER, Scene, day, noon

TODAY = day("2026-03-15")
EVERY_BOOK = [
    pytest.param(BookKey(CODE, audience, language), span, id=f"{audience}-{language}-{span or 'all'}")
    for audience in ("public", "full")
    for language in ("zh", "en")
    for span in (None, 2026)
]


@pytest.mark.parametrize(("key", "span"), EVERY_BOOK)
def test_bean_check_passes(lived: Scene, tmp_path: Path, key: BookKey, span: int | None) -> None:
    with lived.database.reading() as session:
        main = write(build_files(session, key, TODAY, span), tmp_path)
    command = Path(sys.executable).parent / "bean-check"
    checked = subprocess.run([command, "--no-cache", main], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize(("key", "span"), EVERY_BOOK)
def test_the_directives_are_what_stock_beancount_loads_from_the_text(
    lived: Scene, tmp_path: Path, key: BookKey, span: int | None
) -> None:
    with lived.database.reading() as session:
        files = build_files(session, key, TODAY, span)
        built = build_directives(session, key, TODAY, span)
    entries, errors = load(files)
    assert errors == []
    assert len(entries) == len(built.entries)
    for loaded, directive in zip(entries, built.entries, strict=True):
        assert type(loaded) is type(directive)
        assert loaded == directive
    _, _, options = loader.load_file(str(write(files, tmp_path)))
    given = {name: options[name] for name in built.options}
    given["filename"] = Path(given["filename"]).name
    given["include"] = [str(Path(path).relative_to(tmp_path.resolve())) for path in given["include"]]
    assert given == built.options


def test_every_balance_is_that_of_sql(lived: Scene) -> None:
    with lived.database.reading() as session:
        rows = session.connection().exec_driver_sql("select account, unit, amount_minor from posting").all()
        book = build_directives(session, BookKey(CODE, "full", "en"), TODAY).entries
    expected: Counter[str] = Counter()
    with_unit = ("Receivable:", ":Prepaid")
    for account, unit, minor in rows:
        by_unit = unit is not None and any(word in account for word in with_unit)
        expected[f"{account}:{unit}" if by_unit else account] += minor
    assert sums(book) == expected
    assert sum(expected.values()) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("since", "through"),
    [(None, None), (None, "2026-02"), ("2026-03", None), ("2026-02", "2026-02"), ("2026-03", "2026-03")],
)
def test_two_engines_agree(lived: Scene, language: Any, since: str | None, through: str | None) -> None:
    with lived.database.reading() as session:
        assert disagreements(session, CODE, TODAY, since=since, through=through, language=language) == []


@pytest.mark.parametrize("today", ["2026-03-10", "2026-03-11", "2026-04-20"])
def test_two_engines_agree_on_every_day(lived: Scene, today: str) -> None:
    with lived.database.reading() as session:
        assert disagreements(session, CODE, day(today)) == []


def test_a_book_that_stock_beancount_refuses_is_a_disagreement(scene: Scene) -> None:
    scene.spend("2026-01-05", 100)
    row = {
        "code": "Assets:PropertyFee:Cash:Petty",
        "fund": "PropertyFee",
        "type": "Assets",
        "zh": "A资产:1物业服务资金:2现金:2备用金",
        "detail": "none",
        "opened_on": day("2026-01-06"),
    }
    scene.database.write(
        lambda session: Journal(session, CODE, TREASURER, noon("2026-01-06"), scene._salt).record(
            "account_opened", day("2026-01-06"), {AccountRow: [row]}
        )
    )
    lines = (Posting("Assets:PropertyFee:Cash:Petty", 100), Posting(BANK, -100))
    scene.post(Entry(Kind.GENERAL, day("2026-01-05"), "备用金", lines), "2026-01-07")
    with scene.database.reading() as session:
        found = disagreements(session, CODE, day("2026-01-07"))
    assert {one.account.partition(" ")[0] for one in found} == {"2026/2026-01.beancount:18"}
    assert "inactive account" in found[0].account


def test_a_fen_of_difference_is_found_and_named(scene: Scene) -> None:
    scene.spend("2026-01-05", 100)
    wrong = {"Expenses:PropertyFee:Cleaning": 100, BANK: -101}
    scene.close("2026-01", "2026-02-01", standing=wrong)
    with scene.database.reading() as session:
        assert disagreements(session, CODE, day("2026-02-01")) == []
        found = disagreements(session, CODE, day("2026-02-01"), since="2026-02")
    # The close stored a fen too much going out, so the public book of February would open with it.
    assert "Transaction does not balance" in found[0].account
    assert found[1:] == [Disagreement(BANK, -100, -101)]


@pytest.mark.parametrize("audience", ["public", "full"])
def test_a_closed_month_ends_with_an_exact_assertion_for_every_account(lived: Scene, audience: Any) -> None:
    with lived.database.reading() as session:
        files = build_files(session, BookKey(CODE, audience, "en"), TODAY)
    january, march = files["2026/2026-01.beancount"].decode(), files["2026/2026-03.beancount"].decode()
    assertions = january.rpartition("\n\n")[2].splitlines()
    assert all(line.startswith("2026-02-01 balance ") and line.endswith(" ~ 0 CNY") for line in assertions)
    opened = [line.split()[2] for line in files["main.beancount"].decode().splitlines() if " open " in line]
    asserted = [line.split()[2] for line in assertions]
    # An account that begins later, here one in dispute, has nothing to say in January; nor has one only planned for.
    assert set(opened) - set(asserted) <= {
        name for name in opened if "Disputed" in name or "Greening" in name
    }
    assert " balance " not in march
    wrong = january.replace(f" {assertions[0].split()[3]} ~ 0", " 1000.01 ~ 0")
    _, errors = load(files | {"2026/2026-01.beancount": wrong.encode()})
    assert [type(error).__name__ for error in errors] == ["BalanceError"]


def test_the_books_of_a_loaded_year_and_of_all_years_show_the_same_directives_of_a_month(
    lived: Scene,
) -> None:
    with lived.database.reading() as session:
        whole = build_directives(session, BookKey(CODE, "full"), TODAY).entries
        year = build_directives(session, BookKey(CODE, "full"), TODAY, 2026).entries
    assert whole == year
    assert any(isinstance(entry, Balance) for entry in whole)
