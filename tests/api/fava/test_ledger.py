"""A ledger built from directives shows what stock Fava shows of the same book as a file."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from beancount.core import data
from beancount.core.amount import Amount
from beancount.loader import load_string

from api.fava.ledger import SnapshotLedger
from tests.api.fava.conftest import Client
from tests.api.fava.sample_book import (
    BANK,
    CASH,
    CLEANING,
    DAY,
    SampleShelf,
    book_text,
    custom,
    meta,
    sample_entries,
    snapshot,
    txn,
)

FIGURES = (
    "income_statement",
    "income_statement?time=2026-02",
    "income_statement?interval=quarter&conversion=units",
    "balance_sheet",
    "balance_sheet?time=2026-02",
    "trial_balance?time=2026",
    f"account_report?a={CLEANING}&r=changes",
    f"account_report?a={CLEANING}&r=balances",
    "account_report?a=X支出&r=changes&interval=quarter",
    f"income_statement?account={CLEANING}",
    "income_statement?filter=%23contract",
    "events",
    "commodities",
    "query?query_string=SELECT account, count(account) ORDER BY account",
)


def without_words(answer: str) -> Any:
    """Return the figures; our word for income less expenses is not Fava's."""
    return json.loads(answer.replace("\\u6536\\u652f\\u7ed3\\u4f59", "\\u51c0\\u5229\\u6da6"))["data"]


@pytest.mark.parametrize("place", FIGURES)
def test_the_figures_are_those_of_stock_fava(place: str, stock: Any, get: Client) -> None:
    ours = without_words(get(f"/books/jinxiu/api/{place}").text)
    theirs = json.loads(stock.get(f"/jinxiu/api/{place}").text)["data"]
    for entry in (*ours, *theirs) if place == "events" else ():
        # The place in a file, and with it the hash, is of the temporary folder.
        del entry["meta"], entry["entry_hash"]
    if place == "commodities":
        assert ours == theirs == []
    elif place.startswith("account_report"):
        # Fava's dates go through the same charts; the words of the charts' labels are ours.
        assert [chart["data"] for chart in ours["charts"]] == [chart["data"] for chart in theirs["charts"]]
        assert ours["interval_balances"] == theirs["interval_balances"]
        assert ours["budgets"] == theirs["budgets"]
    elif place.startswith("balance_sheet"):
        assert ours["trees"] == theirs["trees"]
    else:
        assert ours == theirs


def test_the_sample_book_is_sound_in_stock_beancount() -> None:
    entries, errors, _ = load_string(book_text(sample_entries()))
    assert errors == []
    assert len(entries) == len(sample_entries())


def test_an_account_knows_its_last_entry(stock: Any) -> None:
    ledger = SnapshotLedger(snapshot("x", sample_entries()))
    stock.get("/jinxiu/api/changed")
    theirs = stock.application.config["LEDGERS"]["jinxiu"].accounts
    assert set(ledger.accounts) == set(theirs)
    for name, details in theirs.items():
        last = ledger.accounts[name].last_entry
        assert last is not None
        assert last.date == details.last_entry.date
        assert details.currencies == ledger.accounts[name].currencies


@pytest.mark.parametrize(
    ("diff", "later", "colour"), [(None, 0, "green"), ("0.01", 0, "red"), (None, 1, "yellow")]
)
def test_the_dot_beside_an_account_is_the_last_bank_assertion(
    diff: str | None, later: int, colour: str
) -> None:
    opened = data.Open(meta(1) | {"fava-uptodate-indication": True}, DAY, "A资产:9", ["CNY"], None)
    difference = Amount(Decimal(diff), "CNY") if diff else None
    extra: list[data.Directive] = [
        opened,
        data.Balance(meta(2), DAY, "A资产:9", Amount(Decimal(0), "CNY"), None, difference),
    ]
    extra += [txn(DAY, None, "x", {"A资产:9": "1.00", CASH: "-1.00"}, number=3)] * later
    ledger = SnapshotLedger(snapshot("x", sample_entries(*extra)))
    assert ledger.accounts["A资产:9"].uptodate_status == colour


def test_a_popup_shows_the_entry_without_a_place_in_a_file(get: Client) -> None:
    page = get("/books/jinxiu/api/journal_page?page=1&order=desc&filter=%23contract")
    journal = page.json()["data"]["journal"]
    entry_hash = journal.partition("#context-")[2][:32]
    context = get(f"/books/jinxiu/api/context?entry_hash={entry_hash}").json()["data"]
    assert context["entry"]["meta"]["filename"] == "<book>"
    assert BANK in context["balances_before"]


def test_links_to_elsewhere_and_stored_queries_are_left_out(get: Client, shelf: SampleShelf) -> None:
    shelf.post(
        "jinxiu",
        custom("fava-sidebar-link", "script", "javascript:alert(1)"),
        custom("fava-sidebar-link", "elsewhere", "//elsewhere.example/"),
        custom("fava-sidebar-link", "here", "https://gov.example/"),
        data.Query(meta(1), DAY, "q", "SELECT 1"),
    )
    page = get("/books/jinxiu/api/ledger_data").json()["data"]
    assert [label for label, _ in page["sidebar_links"]] == ["2026年3月公示", "here"]
    assert page["user_queries"] == []


def test_a_book_without_a_transaction_can_be_opened(get: Client, shelf: SampleShelf) -> None:
    shelf.books["empty"] = snapshot("空账", [])
    assert get("/books/empty/income_statement/").status_code == 200
    assert get("/books/empty/api/income_statement?time=2026").status_code == 200
