"""What a reader sees: every page works under the strict policy, at a desk and on a phone."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api.fava.browser import Browser
from tests.api.fava.sample_book import CLEANING

pytestmark = pytest.mark.browser
#: Set it to a folder to keep the pictures and look at them.
PICTURES = os.environ.get("BOOK_PICTURES")
PAGES = {
    "income_statement": "income_statement/?time=2026",
    "balance_sheet": "balance_sheet/",
    "trial_balance": "trial_balance/",
    "journal": "journal/?time=2026",
    "account": f"account/{quote(CLEANING, safe=':')}/",
    "changes": f"account/{quote(CLEANING, safe=':')}/?r=changes",
    "balances": f"account/{quote(CLEANING, safe=':')}/?r=balances",
    "commodities": "commodities/",
    "events": "events/",
    "statistics": "statistics/",
}


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_works_without_a_word_on_the_console(browser: Browser, served: str, width: int) -> None:
    for name, page in PAGES.items():
        browser.open(f"{served}/books/jinxiu/{page}", width=width, height=844 if width < 700 else 900)
        text = browser.run("document.body.innerText")
        assert "failed with error" not in text, name
        assert browser.complaints == [], name
        if PICTURES:
            browser.picture(Path(PICTURES) / f"{name}-{width}.png")


def test_a_phone_shows_every_figure_whole_and_beside_the_next(browser: Browser, served: str) -> None:
    for page in (PAGES["journal"], PAGES["account"]):
        browser.open(f"{served}/books/jinxiu/{page}", width=390, height=844)
        browser.wait_for("document.querySelector('.journal .transaction')")
        if not browser.run("Boolean(document.querySelector('.journal.show-postings'))"):
            browser.run("document.querySelector('form:has(~ .journal) button:nth-child(17)').click()")
        browser.wait_for("document.querySelector('.journal.show-postings .postings .num')")
        figures = browser.run(
            """[...document.querySelectorAll('.journal > li:not(.head) p')].map((line) =>
              [...line.querySelectorAll(':scope > .num')].filter((one) => one.offsetParent).map((one) => {
                const text = document.createRange();
                text.selectNodeContents(one);
                const drawn = text.getBoundingClientRect();
                return [one.textContent.trim(), drawn.left, drawn.right, drawn.top, drawn.height,
                  one.scrollWidth > one.clientWidth + 1];
              })).filter((line) => line.length)""",
        )
        assert len(figures) > 5
        for line in figures:
            for text, left, right, _, height, is_cut in line:
                assert not is_cut, text
                assert 0 <= left <= right <= 390, text
                assert height < 40, text
            for one, other in itertools.pairwise(line):
                assert one[2] <= other[1] or abs(one[3] - other[3]) > 8, (one, other)


def test_links_that_would_be_refused_are_out_of_sight(browser: Browser, served: str) -> None:
    browser.open(f"{served}/books/jinxiu/journal/")
    shown = browser.run(
        "[...document.querySelectorAll('aside a')].filter(a => a.offsetParent).map(a => a.innerText.trim())",
    )
    assert [label.split()[0] for label in shown] == [
        "2026年3月公示",
        "收支表",
        "资产负债表",
        "科目余额表",
        "流水账",
        "事件",
        "统计",
    ]


def test_a_click_on_a_date_opens_the_entry(browser: Browser, served: str) -> None:
    browser.open(f"{served}/books/jinxiu/journal/")
    browser.run("document.querySelector('.journal .transaction .datecell a').click()")
    browser.wait_for("document.querySelector('.content details')")
    assert "main.beancount" not in browser.run("document.body.innerText")
    assert browser.complaints == []


def test_a_filter_that_is_refused_says_why_in_chinese(browser: Browser, served: str) -> None:
    browser.open(f"{served}/books/jinxiu/journal/?filter=%23contract")
    browser.run("document.querySelectorAll('.journal dl.metadata dd')[0].click()")
    browser.wait_for("document.querySelector('article').innerText.includes('只能用 #标签')")


def test_a_refusal_is_a_readable_page(browser: Browser, served: str) -> None:
    browser.open(f"{served}/books/nobody/journal/")
    assert "没有这本账" in browser.run("document.querySelector('h1').innerText")
    assert browser.run("getComputedStyle(document.body).maxWidth") != "none"
    assert not any("Content Security Policy" in complaint for complaint in browser.complaints)
