"""Which parameters a page accepts: what Fava's own pages send, and nothing that costs or hurts."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest

from tests.api.fava.conftest import Client
from tests.api.fava.sample_book import BANK, CASH, CLEANING, DAY, FEES, SampleShelf, snapshot, txn

STATEMENT = "/books/jinxiu/api/income_statement"
ACCOUNT = f"/books/jinxiu/api/account_report?a={BANK}"
ACCEPTED = (
    "time=2026",
    "time=2026-03",
    "time=2026-03-09",
    "time=2026-Q1",
    "time=2026-W10",
    "time=2026-01 - 2026-03",
    "time=2026-01-2026-03",
    "time=2025 to 2027",
    "time=year",
    "time=month-1",
    "time=quarter",
    "time=day-30 - day",
    "time=",
    "filter=%23contract",
    "filter=%23contract ^r-1",
    f"account={CLEANING}",
    "account=X支出",
    "interval=day&time=2026-03",
    "interval=year",
    "conversion=at_value",
    "conversion=CNY",
)
REFUSED = (
    "time=1999",
    "time=2028",
    "time=2026-13",
    "time=2026-02-30",
    "time=2026-W99",
    "time=2026-03 - 2026-01",
    "time=FY2026",
    "time=year-999",
    "time=day+99999",
    "time=" + "2026 - " * 20,
    "filter=payee:.*",
    'filter=any(account:"x")',
    "filter=>100",
    'filter=voucher:""',
    "filter=%23a ^b ^c ^d ^e",
    "account=清洁",
    "account=.*",
    "account=" + quote("X支出|A资产"),
    "interval=hour",
    "conversion=USD",
    "conversion=" + "C" * 200,
    "page=1",
    "query_string=x",
    "partial=true",
    "unknown=1",
    "time=2026&time=2025",
    "&".join(f"x{n}=1" for n in range(20)),
    "time=%ff%fe",
    "account=" + "a" * 2_000,
)


@pytest.mark.parametrize("query", ACCEPTED)
def test_what_the_pages_send_is_accepted(query: str, get: Client) -> None:
    assert get(f"{STATEMENT}?{query}").status_code == 200


@pytest.mark.parametrize("query", REFUSED)
def test_anything_else_is_refused_with_a_reason_in_chinese(query: str, get: Client) -> None:
    answer = get(f"{STATEMENT}?{query}")
    assert answer.status_code == 400
    if answer.headers["content-type"] == "application/json":
        problem = answer.json()
        assert problem["type"].startswith("urn:mingzhang:problem:book_")
        assert problem["error"] == problem["detail"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["detail"])
    else:
        assert "网址无法识别" in answer.text


def test_a_refused_parameter_of_a_page_is_a_page(get: Client) -> None:
    answer = get("/books/jinxiu/journal/?unknown=<script>")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "这一页没有参数 unknown" in answer.text
    assert "<script>" not in answer.text


def test_what_messengers_append_to_a_link_does_no_harm(get: Client) -> None:
    plain, shared = (
        get(f"/books/jinxiu/journal/{query}") for query in ("", "?from=singlemessage&isappinstalled=0")
    )
    assert shared.status_code == 200
    assert shared.content == plain.content


def test_a_click_on_a_counterparty_finds_its_entries(get: Client) -> None:
    # What Fava's script makes of a click on the name: an anchored, escaped regular expression.
    pattern = quote('payee:"^沪上保洁服务有限公司$"')
    answer = get(f"/books/jinxiu/api/journal_page?page=1&order=asc&filter={pattern}")
    assert answer.json()["data"]["journal"].count("保洁费") == 3
    escaped = quote('payee:"^<img src=x onerror=alert\\(1\\)>$"')
    answer = get(f"/books/jinxiu/api/journal_page?page=1&order=asc&filter={escaped}")
    assert answer.json()["data"]["journal"].count("class='payee'") == 1
    loose = quote('payee:"^(a|a)*$"')
    assert get(f"/books/jinxiu/api/journal_page?page=1&order=asc&filter={loose}").status_code == 400


def test_a_relative_time_counts_from_the_books_own_day(get: Client) -> None:
    assert f"{DAY:%Y-%m}" == "2026-03"
    for relative, absolute in (("month-1", "2026-02"), ("year", "2026"), ("quarter-1", "2025-q4")):
        assert get(f"{STATEMENT}?time={relative}").content == get(f"{STATEMENT}?time={absolute}").content


def test_an_account_of_another_book_has_no_page(get: Client) -> None:
    for name in ("X支出", "X支出:1物业服务资金", CLEANING, "E净资产:8本期收支"):
        assert get(f"/books/jinxiu/account/{name}/").status_code == 200
    for name in ("X支出:1物业服务资金:9别的", "净利润", "x" * 300):
        assert get(f"/books/jinxiu/account/{name}/").status_code == 404


@pytest.fixture
def long_book(shelf: SampleShelf) -> None:
    """Add a book of three years and six thousand rows in the bank account."""
    days = [date(2024, 1, 1) + timedelta(days=n // 6) for n in range(6_100)]
    old = shelf.books["jinxiu"].entries
    entries = [*old, *(txn(day, None, "收费", {BANK: "1.00", FEES: "-1.00"}) for day in days)]
    shelf.books["jinxiu"] = snapshot("三年", sorted(entries, key=lambda entry: entry.date), 2)


@pytest.mark.usefixtures("long_book")
def test_a_page_that_would_take_too_long_asks_for_a_shorter_time(get: Client) -> None:
    for query in (
        "",
        "&r=balances",
        "&interval=day",
        "&r=changes&interval=week",
        "&r=balances&interval=day&time=2025",
    ):
        answer = get(ACCOUNT + query)
        assert answer.status_code == 400, query
        assert "所选时间太长" in answer.json()["error"]
    for query in ("&time=2025", "&r=balances&time=2025", "&r=changes&interval=week&time=2025-Q1"):
        assert get(ACCOUNT + query).status_code == 200, query
    # A narrow account is not refused for what happens in a wide one.
    assert get(f"/books/jinxiu/api/account_report?a={CASH}").status_code == 200


def test_a_report_of_no_account_is_refused(get: Client) -> None:
    assert get("/books/jinxiu/api/account_report").status_code == 400


def test_in_a_years_book_the_balances_need_no_time(get: Client) -> None:
    assert get(f"{ACCOUNT}&r=balances").status_code == 200
    assert get(f"{ACCOUNT}&r=balances&interval=week").status_code == 200
