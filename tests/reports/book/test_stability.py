from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import migrations
from ledger.rules.entry import Entry, Kind, Posting
from ledger.store.session import Database
from reports.book.book import BookKey, MonthCache, build_directives, build_files, build_hledger
from tests.reports.book.conftest import UNITS
from tests.reports.book.reading import sums, transactions
from tests.reports.book.scene import BANK, CODE, Scene, day, months_of_life

TODAY = day("2026-03-15")
BOOKS = [BookKey(CODE, audience, language) for audience in ("public", "full") for language in ("zh", "en")]
JANUARY, MARCH = "2026/2026-01.beancount", "2026/2026-03.beancount"

_PROGRAM = """
import datetime, hashlib, json, sys
from ledger.store.session import Database
from reports.book.book import BookKey, build_files, build_hledger
database = Database(sys.argv[1])
with database.reading() as session:
    key = BookKey("guihuayuan", sys.argv[2], "zh")
    files = build_files(session, key, datetime.date(2026, 3, 15))
    files["hledger"] = build_hledger(session, key, datetime.date(2026, 3, 15))
print(json.dumps({path: hashlib.sha256(text).hexdigest() for path, text in files.items()}))
"""


@pytest.mark.parametrize("audience", ["public", "full"])
def test_every_process_writes_the_same_bytes(lived: Scene, audience: Any) -> None:
    def written(seed: str) -> Any:
        command = [sys.executable, "-c", _PROGRAM, str(lived.database.url), audience]
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(Path(migrations.__file__).parents[1]),
        }
        return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)

    with lived.database.reading() as session:
        key = BookKey(CODE, audience, "zh")
        here = build_files(session, key, TODAY) | {"hledger": build_hledger(session, key, TODAY)}
    assert (
        written("1")
        == written("2")
        == {path: hashlib.sha256(text).hexdigest() for path, text in here.items()}
    )


@pytest.mark.parametrize("key", BOOKS, ids=str)
def test_a_closed_month_never_changes_whatever_is_recorded_later(scene: Scene, key: BookKey) -> None:
    months_of_life(scene)
    with scene.database.reading() as session:
        before = build_files(session, key, TODAY)
    expense = scene.spend("2026-03-16", 777)
    back = (Posting("Expenses:PropertyFee:Cleaning", -777), Posting(BANK, 777))
    scene.post(Entry(Kind.REVERSAL, day("2026-03-17"), "错", back, reverses=expense.seq))
    new = (Posting("Assets:PropertyFee:Cash:Petty", 5), Posting("Income:PropertyFee:Other", -5))
    scene.post(Entry(Kind.GENERAL, day("2026-03-18"), "新账户", new, corrects="2026-01"))
    for unit in UNITS:
        scene.receive(unit, "2026-03-19", prepaid=10)
    scene.close("2026-03", "2026-04-02")
    with scene.database.reading() as session:
        after = build_files(session, key, day("2027-05-01"))
    closed = [JANUARY, "2026/2026-02.beancount"]
    assert [after[path] for path in closed] == [before[path] for path in closed]
    assert after[MARCH] != before[MARCH]


@pytest.mark.parametrize("key", BOOKS, ids=str)
def test_a_cache_changes_no_byte_and_a_posting_draws_its_own_month_only(scene: Scene, key: BookKey) -> None:
    months_of_life(scene)
    cache = MonthCache()
    for today in ("2026-03-15", "2026-03-16"):
        with scene.database.reading() as session:
            warm = build_files(session, key, day(today), cache=cache)
            assert warm == build_files(session, key, day(today))
            build_directives(session, key, day(today), cache=cache)
    made = cache.made
    scene.spend("2026-03-16", 4242)
    with scene.database.reading() as session:
        assert build_files(session, key, day("2026-03-16"), cache=cache)[MARCH].count(b"42.42 CNY") == 2
    assert cache.made == made + 1
    with scene.database.reading() as session:
        warm_directives = build_directives(session, key, day("2026-03-16"), cache=cache)
        assert warm_directives == build_directives(session, key, day("2026-03-16"))
        build_files(session, key, day("2026-03-16"), cache=cache)
    assert cache.made == made + 2


def test_the_digest_changes_with_the_day_and_with_every_act(scene: Scene) -> None:
    def digest(today: str) -> tuple[int, str]:
        with scene.database.reading() as session:
            book = build_directives(session, BookKey(CODE), day(today))
        return book.generation, book.digest

    first, next_day = digest("2026-01-05"), digest("2026-01-06")
    scene.spend("2026-01-05", 100)
    third = digest("2026-01-06")
    assert first[0] == next_day[0] < third[0]
    assert len({first[1], next_day[1], third[1]}) == 3


def test_both_databases_give_the_same_bytes(lived: Scene, postgres_url: str) -> None:
    database = Database(postgres_url)
    migrations.upgrade(database.engine)
    scene = Scene(database, UNITS)
    months_of_life(scene)
    for key in BOOKS:
        with lived.database.reading() as one, database.reading() as other:
            assert build_files(one, key, TODAY) == build_files(other, key, TODAY)
            assert build_files(one, key, TODAY, since="2026-03") == build_files(
                other, key, TODAY, since="2026-03"
            )
    database.close()


@pytest.fixture
def two_years(database: Database) -> Scene:
    scene = Scene(database, UNITS, opened="2025-11-01")
    scene.bill("2025-11-05")
    for unit in UNITS[:6]:
        scene.receive(unit, "2025-11-20", 15000)
    scene.close("2025-11", "2025-12-02")
    scene.spend("2025-12-04", 30000)
    scene.receive(UNITS[0], "2025-12-08", 1000)
    lines = (Posting("Assets:PublicIncome:Bank:Joint01", 321), Posting("Income:PublicIncome:Interest", -321))
    scene.post(Entry(Kind.GENERAL, day("2025-12-21"), "利息", lines))
    return scene


@pytest.mark.parametrize("audience", ["public", "full"])
@pytest.mark.parametrize("closed", [False, True])
def test_a_years_book_opens_with_what_was_before_and_shows_none_of_it(
    two_years: Scene, audience: Any, *, closed: bool
) -> None:
    if closed:
        two_years.close("2025-12", "2026-01-02")
    two_years.bill("2026-01-05")
    key = BookKey(CODE, audience, "en")
    with two_years.database.reading() as session:
        whole = sums(build_directives(session, key, day("2026-01-09")).entries)
        year = build_directives(session, key, day("2026-01-09"), 2026)
        files = build_files(session, key, day("2026-01-09"), 2026)
        assert (
            files["2026/2026-01.beancount"]
            == build_files(session, key, day("2026-01-09"))["2026/2026-01.beancount"]
        )
    assert not any(path.startswith("2025") for path in files)
    opening = [one for one in transactions(year.entries) if "opening" in one.tags]
    assert [(one.date, one.narration) for one in opening] == [
        (day("2026-01-01"), "Brought forward: PropertyFee"),
        (day("2026-01-01"), "Brought forward: PublicIncome"),
    ]
    expected: dict[str, int] = {}
    for name, minor in whole.items():  # nothing of January is income or expense
        root, _, rest = name.partition(":")
        place = name if root in {"Assets", "Liabilities"} else f"Equity:{rest.partition(':')[0]}:Surplus"
        expected[place] = expected.get(place, 0) + minor
    found = {name: minor for name, minor in sums(year.entries).items() if minor}
    assert found == {name: minor for name, minor in expected.items() if minor}


def test_a_years_closed_months_are_asserted_from_its_own_opening(two_years: Scene, tmp_path: Path) -> None:
    two_years.close("2025-12", "2026-01-02")
    two_years.spend("2026-01-05", 100)
    two_years.close("2026-01", "2026-02-02")
    with two_years.database.reading() as session:
        whole = build_files(session, BookKey(CODE, "full", "en"), day("2026-02-03"))
        year = build_files(session, BookKey(CODE, "full", "en"), day("2026-02-03"), 2026)
    cleaning = "Expenses:PropertyFee:Cleaning"

    def asserted(text: bytes) -> list[str]:
        return [line.split()[3] for line in text.decode().splitlines() if f"balance {cleaning} " in line]

    assert asserted(whole[JANUARY]) == ["301.00"]
    assert asserted(year[JANUARY]) == ["1.00"]
