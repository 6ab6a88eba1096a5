"""Every route that Fava registers is either on our list or answers nobody, by its URL map."""

from __future__ import annotations

from typing import Any

import pytest

from api.fava.app import create_fava, create_guarded_flask
from api.fava.pages import PAGES, REPORTS
from tests.api.fava.conftest import Client
from tests.api.fava.sample_book import CLEANING, SampleShelf

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
VALUES = {
    "bfile": "jinxiu",
    "name": CLEANING,
    "report_name": "journal",
    "aggregation_key": "account",
    "extension_name": "X",
    "endpoint": "x",
    "result_format": "csv",
    "page_slug": "_index",
    "filename": "app.js",
}
#: What the pages need, so that the allowed ones do answer.
QUERIES = {
    "json_api.get_journal_page": "?page=1&order=desc",
    "json_api.get_account_report": f"?a={CLEANING}",
    "json_api.get_query": "?query_string=SELECT account, count(account) ORDER BY account",
    "json_api.get_context": "?entry_hash=" + "0" * 32,
}
RULES = sorted(create_guarded_flask().url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def address(rule: Any) -> str:
    _, path = rule.build(VALUES, append_unknown=False)
    return f"/books{path}{QUERIES.get(rule.endpoint, '')}"


def test_fava_registers_the_routes_that_we_know_of() -> None:
    assert len(RULES) > 50
    assert {rule.endpoint for rule in RULES} >= set(PAGES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint}:{rule.rule}")
def test_a_route_is_on_the_list_or_refused_for_every_method(rule: Any, get: Client) -> None:
    listed = (rule.endpoint in PAGES and "bfile" in rule.arguments) or rule.endpoint == "static"
    for method in METHODS:
        status = get(address(rule), method).status_code
        if not listed or method not in {"GET", "HEAD"}:
            assert status in {403, 404, 405}, (method, rule)
        elif rule.endpoint == "json_api.get_context":
            assert status == 404
        else:
            assert status in {200, 302}, (method, rule)


@pytest.mark.parametrize("report", ["editor", "import", "query", "options", "holdings", "documents", "help"])
def test_a_report_that_writes_or_queries_is_refused(report: str, get: Client) -> None:
    assert report not in REPORTS
    assert get(f"/books/jinxiu/{report}/").status_code == 404


def test_without_the_door_fava_itself_answers_nothing() -> None:
    client = create_guarded_flask().test_client()
    for rule in RULES:
        if rule.endpoint != "static":
            path = address(rule).removeprefix("/books")
            assert client.get(path).status_code == 404, rule


def test_the_views_that_are_not_listed_are_gone_from_fava() -> None:
    views = create_guarded_flask().view_functions
    kept = {name for name, view in views.items() if view.__module__.startswith("fava.")}
    assert kept == set(PAGES) - {"json_api.get_query"}


def test_head_answers_the_headers_of_get_without_a_body(get: Client) -> None:
    whole, head = get("/books/jinxiu/journal/"), get("/books/jinxiu/journal/", "HEAD")
    assert head.content == b""
    assert head.headers == whole.headers


def test_the_root_names_no_book(get: Client) -> None:
    assert get("/books/").status_code == 404


def test_two_prefixes_in_one_process_each_link_to_themselves(shelf: SampleShelf) -> None:
    from fastapi import FastAPI

    pages = []
    for prefix in ("/books", "/open/accounts"):
        app = FastAPI()
        app.mount(prefix, create_fava(shelf))
        answer = Client(app)(f"{prefix}/jinxiu/journal/")
        pages.append(answer.text)
        assert f'"base_url":"{prefix}/jinxiu/"' in answer.text.replace("\\u002f", "/")
        assert f'src="{prefix}/static/app.js' in answer.text
    assert pages[0].replace("/books", "/open/accounts") == pages[1]
