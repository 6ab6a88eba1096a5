"""Our own pages: readable without any other server, safe, and the same for everybody."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from api.app import api_routes, create_app
from api.settings import Settings
from tests.api.conftest import NOW, Desk

PAGES = ("/", "/docs")


class Addresses(HTMLParser):
    """Collects what a page would fetch or link to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fetches_nothing_from_elsewhere_and_runs_no_script(desk: Desk, path: str) -> None:
    answer = desk.get(path, None)
    page = Addresses()
    page.feed(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert all(address.startswith(("/", "#")) for address in page.found)
    assert not page.tags & {"script", "style", "iframe", "img"}
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_front_page_leads_to_every_compounds_book(desk: Desk) -> None:
    page = desk.get("/", None).text
    assert "桂花苑小区" in page
    assert 'href="/books/guihuayuan/"' in page
    assert "还没有公示" in page


def test_a_browser_gets_a_refusal_as_a_page_and_a_program_as_a_problem(desk: Desk) -> None:
    for path in (
        "/nope",
        "/api/v1/compounds/guihuayuan/bulletins/2026-01.pdf",
        "/api/v1/compounds/<b>/book.zip",
    ):
        page = desk.client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        problem = desk.client.get(path)
        assert page.status_code == problem.status_code
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert problem.headers["content-type"] == "application/problem+json"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        said = problem.json()
        shown = html.unescape(page.text)
        assert said["detail_zh"] in shown
        assert said["detail_en"] in shown
        assert "<b>" not in page.text
        assert 'href="/"' in page.text


def test_a_hostile_name_is_shown_literally(desk: Desk) -> None:
    name = '<script>alert(1)</script>"{{7*7}}'
    body = {"code": "hostile", "name": name, "opened_on": "2026-01-01"}
    desk.done("/api/v1/compounds", body, "operator")
    page = desk.get("/", None).text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;{{7*7}}" in page


def test_the_interface_page_describes_every_route_in_the_document(desk: Desk) -> None:
    document = desk.get("/openapi.json", None).json()
    page = desk.get("/docs", None).text
    operations = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert sorted(operations) == sorted(route.name for route in api_routes() if route.include_in_schema)
    assert len(set(operations)) == len(operations)
    assert all(f'id="{name}"' in page for name in operations)


def test_every_operation_promises_problems_and_names_its_roles(desk: Desk) -> None:
    document = desk.get("/openapi.json", None).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert re.search(r"[\u4e00-\u9fff]", operation["summary"]), path
            if method == "post":
                assert operation["x-roles"], path


def test_amounts_are_strings_in_the_document(desk: Desk) -> None:
    schemas = desk.get("/openapi.json", None).json()["components"]["schemas"]
    assert schemas["PostingIn"]["properties"]["amount"]["type"] == "string"
    assert schemas["ReceiptIn"]["properties"]["amount"]["pattern"] == r"^\d{1,11}(\.\d{1,2})?$"


def test_the_server_says_whether_it_is_well(desk: Desk) -> None:
    assert desk.get("/healthz", None).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/api/v1/compounds"])
def test_head_answers_as_get_does_without_the_body(desk: Desk, path: str) -> None:
    answer = desk.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == desk.client.get(path).headers["content-type"]


def test_the_open_book_is_shown_to_everybody_and_the_full_one_to_members(
    settings: Settings, desk: Desk
) -> None:
    app = create_app(settings, clock=lambda: NOW, database=desk.app.state.house.database)
    with TestClient(app) as client:
        assert client.get("/books/guihuayuan/income_statement/").status_code == 200
        assert client.get("/books/guihuayuan_full/income_statement/").status_code == 404
        signed = desk.headers("auditor")
        assert client.get("/books/guihuayuan_full/income_statement/", headers=signed).status_code == 200
        assert (
            client.get(
                "/books/guihuayuan_full/income_statement/", headers=desk.headers("stranger")
            ).status_code
            == 404
        )
