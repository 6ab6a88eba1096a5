"""The open budget of a real book, looked at in Fava's own page."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

import migrations
from api.fava.app import create_fava
from api.fava.snapshot import BookSnapshot
from ledger.store.session import Database
from reports.book.book import BookKey, build_directives
from tests.api.fava.browser import Browser
from tests.api.fava.conftest import reader_from_header, serving
from tests.api.fava.sample_book import SampleShelf
from tests.reports.book.conftest import UNITS
from tests.reports.book.scene import CODE, Scene, day, months_of_life

CLEANING = "X支出:1物业服务资金:3清洁卫生"


def test_the_page_of_an_account_shows_budget_beside_actual(browser: Browser, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'books.db'}")
    migrations.upgrade(database.engine)
    months_of_life(Scene(database, UNITS))
    today = day("2026-03-20")
    with database.reading() as session:
        book = build_directives(session, BookKey(CODE), today)
    database.close()
    snapshot = BookSnapshot(book.title, book.entries, book.generation, book.digest, today, book.options)
    site = FastAPI()
    site.mount("/books", create_fava(SampleShelf({CODE: snapshot}), reader_from_header))
    with serving(site) as address:
        browser.open(f"{address}/books/{CODE}/account/{CLEANING}/?r=changes&time=2026&interval=month")
        shown = str(browser.run("document.querySelector('article').innerText"))
    # January: 1,500.00 was spent where 500.00 was planned; June: nothing yet of 600.00.
    for figures in ("1,500.00 CNY\n(-1,000.00)", "123.45 CNY\n(+376.55)", "0.00 CNY\n(+600.00)"):
        assert figures in shown
    assert browser.complaints == []
