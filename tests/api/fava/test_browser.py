"""What a reader sees: every page works under the strict policy, at a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api.fava.browser import Browser
from tests.api.fava.sample_book import CLEANING, HOSTILE_HTML

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
