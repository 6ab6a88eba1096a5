"""The open budget in the book: what each month may cost, as Fava reads it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from beancount.core.data import Custom
from fava.core.budgets import calculate_budget, parse_budgets

from reports.book.book import BookKey, build_directives, build_files, build_hledger
from tests.reports.book.reading import load
from tests.reports.book.scene import BUDGET, CLEANING, CODE, SERVICE, Scene, day

TODAY = day("2026-03-15")
PATH = "2026/budget.beancount"
BOOKS = [BookKey(CODE, audience, language) for audience in ("public", "full") for language in ("zh", "en")]


def lines_of(scene: Scene, key: BookKey, **named: Any) -> list[str]:
    """Return the budget directives of a book, one a line."""
    with scene.database.reading() as session:
        files = build_files(session, key, TODAY, **named)
    return [
        line for path in files for line in files[path].decode().splitlines() if ' custom "budget" ' in line
    ]


def test_a_directive_stands_wherever_the_amount_changes_and_the_last_one_ends_it(lived: Scene) -> None:
    assert lines_of(lived, BookKey(CODE, "public", "en")) == [
        f'2026-01-01 custom "budget" {SERVICE} "monthly" -700.00 CNY',
        f'2026-01-01 custom "budget" {CLEANING} "monthly" 500.00 CNY',
        '2026-04-01 custom "budget" Expenses:PropertyFee:Greening "monthly" 900.01 CNY',
        '2026-05-01 custom "budget" Expenses:PropertyFee:Greening "monthly" 0.00 CNY',
        f'2026-06-01 custom "budget" {CLEANING} "monthly" 600.00 CNY',
        f'2026-09-01 custom "budget" {CLEANING} "monthly" 500.00 CNY',
        f'2027-01-01 custom "budget" {SERVICE} "monthly" 0.00 CNY',
        f'2027-01-01 custom "budget" {CLEANING} "monthly" 0.00 CNY',
    ]


@pytest.mark.parametrize("key", BOOKS)
def test_stock_fava_reads_every_month_of_every_book_to_the_fen(lived: Scene, key: BookKey) -> None:
    with lived.database.reading() as session:
        entries, errors = load(build_files(session, key, TODAY))
        built = build_directives(session, key, TODAY).entries
    assert errors == []
    customs = [entry for entry in entries if isinstance(entry, Custom)]
    assert customs == [entry for entry in built if isinstance(entry, Custom)]
    budgets, wrong = parse_budgets(customs)
    assert wrong == []
    zh = {CLEANING: "X支出:1物业服务资金:3清洁卫生", SERVICE: "I收入:1物业服务资金:1物业服务费:1业主"}
    for code, sign in ((CLEANING, 1), (SERVICE, -1)):
        for month, minor in BUDGET[code].items():
            begin = day(f"{month}-01")
            end = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
            name = zh[code] if key.language == "zh" else code
            found = calculate_budget(budgets, name, begin, end)["CNY"].quantize(Decimal("0.01"))
            assert int(found * 100) == sign * minor
        assert calculate_budget(budgets, name, day("2027-01-01"), day("2027-02-01"))["CNY"] == 0


def test_an_adjustment_changes_no_file_of_a_closed_month_and_no_month_before_it(scene: Scene) -> None:
    scene.spend("2026-01-08", 150000)
    scene.plan("2026-01-09", 1, {CLEANING: dict.fromkeys(("2026-01", "2026-02", "2026-03"), 50000)})
    scene.close("2026-01", "2026-02-03")
    key = BookKey(CODE, "public", "en")
    with scene.database.reading() as session:
        before = build_files(session, key, TODAY)
    more = {"2026-01": 50000, "2026-02": 50000, "2026-03": 80000}
    scene.plan("2026-03-01", 2, {CLEANING: more, "Expenses:PropertyFee:Greening": {"2026-03": 100}})
    with scene.database.reading() as session:
        after = build_files(session, key, TODAY)
    assert before["2026/2026-01.beancount"] == after["2026/2026-01.beancount"]
    assert {path for path in after if after[path] != before[path]} == {"main.beancount", PATH}
    assert [line.split()[-2] for line in after[PATH].decode().splitlines() if "Cleaning" in line] == [
        *("500.00", "800.00", "0.00")
    ]


def test_the_next_years_budget_follows_where_there_is_one(scene: Scene) -> None:
    scene.spend("2026-01-08", 150000)
    scene.plan("2026-01-09", 1, {CLEANING: {"2026-11": 100, "2026-12": 200}, SERVICE: {"2026-12": 5}})
    scene.plan("2026-12-01", 1, {CLEANING: {"2027-01": 200, "2027-02": 300}}, 2027)
    found = lines_of(scene, BookKey(CODE, "public", "en"))
    assert [(line[:10], line.split()[-2]) for line in found if "Cleaning" in line] == [
        ("2026-11-01", "1.00"),
        ("2026-12-01", "2.00"),
        ("2027-02-01", "3.00"),
        ("2027-03-01", "0.00"),
    ]
    assert [(line[:10], line.split()[-2]) for line in found if "Service" in line] == [
        ("2026-12-01", "-0.05"),
        ("2027-01-01", "0.00"),
    ]


def test_a_later_book_begins_with_what_is_planned_for_its_first_month(lived: Scene) -> None:
    key = BookKey(CODE, "full", "en")
    found = [line for line in lines_of(lived, key, since="2026-07", through="2026-09") if "Cleaning" in line]
    assert [(line[:10], line.split()[-2]) for line in found] == [
        ("2026-07-01", "600.00"),
        ("2026-09-01", "500.00"),
    ]
    with lived.database.reading() as session:
        _, errors = load(build_files(session, key, TODAY, since="2026-07", through="2026-09"))
    assert errors == []
    assert lines_of(lived, key, span=2027) == []


def test_other_programs_get_no_budget(lived: Scene) -> None:
    with lived.database.reading() as session:
        assert b"budget" not in build_hledger(session, BookKey(CODE, "public", "en"), TODAY)
