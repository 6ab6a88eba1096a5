"""Bad input of every kind: each is a clear refusal with a code, and nothing is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import UNIT, Desk

CASH, EXPENSE = "Assets:PublicIncome:Bank:Joint01", "Income:PublicIncome:Advertising"


def entry(**changes: Any) -> dict[str, Any]:
    """Return a general entry that would be accepted, but for the changes."""
    fine = {
        "effective_on": "2026-02-05",
        "narration": "误记更正",
        "postings": [
            {"account": "Expenses:PropertyFee:Cleaning", "amount": "10.00"},
            {"account": "Expenses:PropertyFee:Greening", "amount": "-10.00"},
        ],
    }
    return {**fine, **changes}


def lines(*amounts: Any, account: str = "Expenses:PropertyFee:Cleaning") -> dict[str, Any]:
    return entry(postings=[{"account": account, "amount": amount} for amount in amounts])


def problem(answer: Any) -> tuple[int, str, str | None]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail_zh"]
    assert body["detail_en"]
    return answer.status_code, body["type"].removeprefix("urn:mingzhang:problem:"), body.get("pointer")


def test_the_entry_that_the_others_are_made_from_is_accepted(desk: Desk) -> None:
    answer = desk.post("entries", entry())
    assert answer.status_code == 201
    assert answer.json()["entry"]["postings"][0]["amount"] == "10.00"


BAD = {
    "unbalanced": (lines("10.00", "-9.99"), 422, "entry_unbalanced", "/postings"),
    "one-sided": (lines("10.00"), 422, "entry_too_small", "/postings"),
    "no postings": (lines(), 422, "entry_too_small", "/postings"),
    "zero": (lines("0", "0.00"), 422, "zero_posting", "/postings/0/amount"),
    "below a fen": (lines("10.001", "-10.001"), 400, "amount_malformed", "/postings/0/amount"),
    "a JSON number": (lines(10.5, "-10.50"), 400, "amount_malformed", "/postings/0/amount"),
    "a JSON integer": (lines("10", -10), 400, "amount_malformed", "/postings/1/amount"),
    "1e5": (lines("1e5", "-1e5"), 400, "amount_malformed", "/postings/0/amount"),
    "NaN as text": (lines("NaN", "NaN"), 400, "amount_malformed", "/postings/0/amount"),
    "Infinity as text": (lines("Infinity", "-Infinity"), 400, "amount_malformed", "/postings/0/amount"),
    "a plus sign": (lines("+10", "-10"), 400, "amount_malformed", "/postings/0/amount"),
    "full-width digits": (lines("１０", "-10"), 400, "amount_malformed", "/postings/0/amount"),
    "thousands": (lines("1,000.00", "-1000"), 400, "amount_malformed", "/postings/0/amount"),
    "null": (lines(None, "-1"), 400, "amount_malformed", "/postings/0/amount"),
    "twelve digits": (lines("100000000000", "-1"), 400, "amount_malformed", "/postings/0/amount"),
    "a million million": (lines("1000000000000.00", "-1"), 400, "amount_malformed", "/postings/0/amount"),
    "unknown account": (lines("1", "-1", account="Expenses:PropertyFee:Yacht"), 422, "account_unknown", None),
    "hostile account": (lines("1", "-1", account='X" 2026-01-01 open'), 422, "account_unknown", None),
    "control account": (
        lines("1", "-1", account="Assets:PropertyFee:Receivable:Owner"),
        422,
        "account_controlled",
        None,
    ),
    "future day": (entry(effective_on="2026-02-11"), 422, "date_in_future", "/effective_on"),
    "future month": (entry(effective_on="2026-03-01"), 422, "date_in_future", "/effective_on"),
    "before the books": (entry(effective_on="2025-12-31"), 422, "date_before_opening", "/effective_on"),
    "no such day": (entry(effective_on="2026-02-30"), 400, "request_malformed", "/effective_on"),
    "another spelling of a day": (entry(effective_on="20260205"), 400, "request_malformed", "/effective_on"),
    "a day with a time": (
        entry(effective_on="2026-02-05T00:00:00"),
        400,
        "request_malformed",
        "/effective_on",
    ),
    "a number for a day": (entry(effective_on=20260205), 400, "request_malformed", "/effective_on"),
    "a bad month": (entry(corrects="2026-13"), 400, "period_malformed", "/corrects"),
    "control character": (entry(narration="a\x07b"), 400, "text_refused", "/narration"),
    "NUL": (entry(narration="a\x00b"), 400, "text_refused", "/narration"),
    "newline": (entry(narration="a\nb"), 400, "text_refused", "/narration"),
    "bidi override": (entry(narration="a\u202eb"), 400, "text_refused", "/narration"),
    "bidi isolate": (entry(counterparty="a\u2066b"), 400, "text_refused", "/counterparty"),
    "too long": (entry(narration="长" * 201), 400, "text_refused", "/narration"),
    "far too long": (entry(narration="长" * 5000), 400, "request_malformed", "/narration"),
    "empty narration": (entry(narration=" "), 400, "text_refused", "/narration"),
    "a number for text": (entry(narration=5), 400, "request_malformed", "/narration"),
    "an unknown field": (entry(amount="1"), 400, "request_malformed", "/amount"),
    "a list": ([], 400, "request_malformed", ""),
    "too many postings": (lines(*["1"] * 501), 400, "request_malformed", "/postings"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_entry_is_refused_and_nothing_is_stored(desk: Desk, name: str) -> None:
    body, status, code, pointer = BAD[name]
    before = desk.head()
    got = problem(desk.post("entries", body))
    assert got[:2] == (status, code)
    if pointer is not None:
        assert got[2] == pointer
    assert desk.head() == before


def test_the_largest_amount_that_can_be_written_is_within_the_bounds(desk: Desk) -> None:
    body = {"unit": UNIT, "amount": "99999999999.99", "channel": "bank", "bank": "Joint01"}
    assert desk.post("receipts?dry_run=true", body).status_code == 200


RAW = {
    "NaN": b'{"effective_on":"2026-02-05","narration":"a","postings":[{"account":"a","amount":NaN}]}',
    "Infinity": b'{"amount":Infinity}',
    "a number too large": b'{"amount":1e999}',
    "half a document": b'{"effective_on":',
    "not UTF-8": b'{"narration":"\xff\xfe"}',
    "a lone surrogate": b'{"narration":"\\ud800"}',
    "a name twice": b'{"narration":"a","narration":"b"}',
    "deep nesting": b"[" * 50_000,
    "a bare word": b"hello",
}


@pytest.mark.parametrize("name", RAW)
def test_a_body_that_is_no_plain_json_is_refused(desk: Desk, name: str) -> None:
    assert problem(desk.post("entries", RAW[name]))[:2] == (400, "request_malformed")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", ""]
)
def test_another_content_type_is_refused(desk: Desk, kind: str) -> None:
    answer = desk.post("entries", json.dumps(entry()).encode(), Content_Type=kind)
    assert problem(answer)[:2] == (415, "media_type_refused")


def test_a_body_of_ten_megabytes_is_refused(desk: Desk) -> None:
    assert problem(desk.post("entries", b"x" * 10_000_000))[:2] == (413, "body_too_large")


def test_a_register_that_is_too_large_is_refused(desk: Desk) -> None:
    answer = desk.post("units/imports?filename=a.csv", b"x" * (10 * 1024 * 1024 + 1), Content_Type="text/csv")
    assert problem(answer)[:2] == (413, "body_too_large")


def test_a_misspelt_dry_run_is_refused_rather_than_posted(desk: Desk) -> None:
    assert problem(desk.post("entries?dryrun=true", entry()))[:2] == (400, "parameter_unknown")
    assert problem(desk.post("entries?dry_run=true&dry_run=false", entry()))[:2] == (400, "parameter_unknown")


def test_a_closed_month_takes_no_entry(desk: Desk) -> None:
    desk.done("periods/2026-01/close")
    got = problem(desk.post("entries", entry(effective_on="2026-01-31")))
    assert got == (409, "period_closed", "/effective_on")


def test_another_compounds_ids_are_not_found(desk: Desk) -> None:
    seq = desk.done("entries", entry())["seq"]
    path = f"/api/v1/compounds/meiguiyuan/entries/{seq}"
    assert desk.get(path, "stranger").status_code == 404
    assert desk.post(f"{path}/reversals", {"reason": "a"}, "stranger").status_code == 404
    there = {"unit": UNIT, "amount": "1.00", "channel": "cash"}
    assert desk.post("/api/v1/compounds/meiguiyuan/receipts", there, "stranger").status_code == 404


def test_a_general_entry_cannot_pay_out(desk: Desk) -> None:
    body = entry(
        postings=[
            {"account": "Expenses:PropertyFee:Cleaning", "amount": "1.00"},
            {"account": "Assets:PropertyFee:Bank:Joint01", "amount": "-1.00"},
        ]
    )
    assert problem(desk.post("entries", body))[:2] == (422, "payment_needs_two_keys")


def test_money_does_not_move_between_funds_by_a_general_entry(desk: Desk) -> None:
    body = entry(
        postings=[
            {"account": "Expenses:PropertyFee:Cleaning", "amount": "1.00"},
            {"account": "Income:PublicIncome:Advertising", "amount": "-1.00"},
        ]
    )
    assert problem(desk.post("entries", body))[1] in {"entry_unbalanced", "funds_mixed", "account_unknown"}


@pytest.mark.parametrize(
    "cursor", ["x", "djI6NQ", "djE6", "djE6YWJj", "5" * 201, "djE6OTk5OTk5OTk5OTk5OTk5OTk5"]
)
def test_a_cursor_that_is_not_ours_is_refused(desk: Desk, cursor: str) -> None:
    assert desk.get(f"entries?cursor={cursor}").status_code == 400


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "since=2026-13-01", "period=january", "account="]
)
def test_a_filter_that_cannot_be_read_is_refused_or_finds_nothing(desk: Desk, query: str) -> None:
    answer = desk.get(f"entries?{query}")
    assert answer.status_code == 400 or answer.json()["items"] == []


def test_problems_are_told_in_the_readers_language(desk: Desk) -> None:
    zh = desk.post("entries", lines("1", "-2"))
    en = desk.post("entries", lines("1", "-2"), Accept_Language="en-GB,en;q=0.9,zh;q=0.5")
    assert zh.json()["detail"] == zh.json()["detail_zh"]
    assert zh.headers["content-language"] == "zh-CN"
    assert en.json()["detail"] == en.json()["detail_en"]
    assert en.json()["title"] == "Refused by a rule"
    assert "Accept-Language" in en.headers["vary"]


def test_an_unknown_address_and_method_are_problems_too(desk: Desk) -> None:
    assert problem(desk.client.get("/nothing"))[:2] == (404, "not_found")
    assert problem(desk.client.delete(f"{desk.base}/entries/1"))[:2] == (405, "method_refused")
    refused = desk.client.put(f"{desk.base}/entries", json={})
    assert problem(refused)[:2] == (405, "method_refused")
    assert refused.headers["allow"] == "GET, POST"
    assert desk.client.post("/healthz").headers["allow"] == "GET"


@pytest.mark.parametrize("where", ["budgets?fund=%00", "entries?fund=a%00b", "audit?user=%00"])
def test_a_nul_in_an_address_reaches_no_database(desk: Desk, where: str) -> None:
    assert problem(desk.get(where))[:2] == (400, "address_malformed")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-01", "1899-12-31", "2026-02-30"])
def test_a_day_outside_of_any_calendar_of_ours_is_no_day(desk: Desk, day: str) -> None:
    body = {"unit": UNIT, "state": "let", "from_on": "2026-02-01", "to_on": day}
    assert problem(desk.post("tenures", body)) == (400, "request_malformed", "/to_on")
    assert problem(desk.get(f"balances?as_of={day}"))[:2] == (400, "request_malformed")


@pytest.mark.parametrize("month", ["9999-12", "0000-01", "2200-01", "2026-13"])
def test_a_month_outside_of_any_calendar_of_ours_is_no_month(desk: Desk, month: str) -> None:
    assert problem(desk.post("charges:bill", {"month": month})) == (400, "period_malformed", "/month")


def test_a_register_with_bad_cells_names_row_and_column_and_imports_nothing(desk: Desk) -> None:
    bad = "楼栋,单元,房号,建筑面积,房屋状态\n1栋,1单元,0901,abc,已入住\n".encode()
    preview = desk.post("units/imports?filename=a.csv&dry_run=true", bad, Content_Type="text/csv")
    assert preview.status_code == 200
    assert preview.json()["complete"] is False
    before = desk.head()
    answer = desk.post("units/imports?filename=a.csv", bad, Content_Type="text/csv")
    assert problem(answer)[:2] == (422, "import_refused")
    assert answer.json()["refused"][0]["row"] == 2
    assert answer.json()["refused"][0]["letter"] == "D"
    assert desk.head() == before
