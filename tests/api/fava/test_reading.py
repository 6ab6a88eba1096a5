"""Who sees which book, how fresh it is, and what the headers promise."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api.fava.app import create_fava
from api.fava.ledger import SnapshotLedger
from api.fava.registry import LiveLedgers
from tests.api.fava.conftest import Client
from tests.api.fava.sample_book import ADVERTS, BANK, DAY, SampleShelf, sample_entries, snapshot, txn

JOURNAL = "/books/jinxiu/api/journal_page?page=1&order=desc"


def test_the_book_opens_at_the_income_of_the_year(get: Client) -> None:
    for path in ("/books/jinxiu", "/books/jinxiu/"):
        answer = get(path)
        assert answer.status_code == 302
        assert answer.headers["location"] == "/books/jinxiu/income_statement/?time=2026"


def test_a_page_without_its_last_slash_is_shown_at_its_address(get: Client) -> None:
    answer = get("/books/jinxiu/journal?time=2026")
    assert (answer.status_code, answer.headers["location"]) == (302, "/books/jinxiu/journal/?time=2026")


def test_the_page_is_chinese_whatever_the_browser_prefers(get: Client) -> None:
    answers = [get("/books/jinxiu/journal/", accept_language=language) for language in ("en", "de, fr")]
    assert answers[0].content == answers[1].content
    assert '<html lang="zh-CN">' in answers[0].text
    figures = get("/books/jinxiu/api/income_statement", accept_language="en").json()["data"]
    assert figures["trees"][1]["account"] == "收支结余"


def test_the_page_has_the_title_the_currency_and_the_links_of_the_book(get: Client) -> None:
    data = get("/books/jinxiu/api/ledger_data").json()["data"]
    assert data["options"]["title"] == "锦绣花园 2026 年公开账"
    assert data["options"]["operating_currency"] == ["CNY"]
    assert data["sidebar_links"] == [["2026年3月公示", "/p/jinxiu/bulletins/2026-03"]]
    assert data["fava_options"]["invert_income_liabilities_equity"] is True
    assert (data["payees"], data["links"], data["upcoming_events_count"]) == ([], [], 1)


def test_an_entry_is_on_the_next_page(get: Client, shelf: SampleShelf) -> None:
    before = get(JOURNAL)
    shelf.post("jinxiu", txn(DAY, None, "快递柜分成", {BANK: "500.00", ADVERTS: "-500.00"}))
    after = get(JOURNAL, if_none_match=before.headers["etag"])
    assert "快递柜分成" not in before.json()["data"]["journal"]
    assert "快递柜分成" in after.json()["data"]["journal"]
    # The open page compares this number and offers to reload.
    assert int(after.json()["mtime"]) > int(before.json()["mtime"])


def test_a_page_that_the_reader_has_is_not_sent_again(get: Client) -> None:
    for path in ("/books/jinxiu/journal/", JOURNAL, "/books/static/app.js", "/books/jinxiu/api/changed"):
        first = get(path)
        again = get(path, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-security-policy" in again.headers


def test_an_etag_is_of_one_book_one_page_and_one_state(get: Client, shelf: SampleShelf) -> None:
    paths = ("/books/jinxiu/journal/", "/books/beicheng/journal/", "/books/jinxiu/events/", JOURNAL)
    etags = [get(path).headers["etag"] for path in paths]
    shelf.post("jinxiu")
    etags.append(get(paths[0]).headers["etag"])
    assert len(set(etags)) == len(etags)


def test_a_hidden_book_cannot_be_told_from_a_missing_one(get: Client) -> None:
    hidden, missing = get("/books/jinxiu-full/journal/"), get("/books/nobody/journal/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert hidden.headers == missing.headers


def test_the_reader_is_known_before_a_book_is_looked_up(get: Client, shelf: SampleShelf) -> None:
    etag = get("/books/jinxiu-full/journal/", reader="treasurer").headers["etag"]
    shelf.asked.clear()
    assert get("/books/jinxiu-full/journal/", reader="owner").status_code == 404
    assert get("/books/jinxiu-full/journal/", if_none_match=etag).status_code == 404
    assert shelf.asked == []


def test_the_reader_may_come_from_the_request_state(shelf: SampleShelf) -> None:
    app = FastAPI()
    inner = create_fava(shelf)

    async def signed_in(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        await inner({**scope, "state": {"reader": "treasurer"}}, receive, send)

    app.mount("/books", signed_in)
    assert Client(app)("/books/jinxiu-full/journal/").status_code == 200


@pytest.mark.parametrize("slug", ["..", "%2e%2e", "a b", "锦绣", "x" * 65, "-", ".env", "jinxiu%00"])
def test_a_name_that_no_book_can_have_is_not_looked_up(slug: str, get: Client, shelf: SampleShelf) -> None:
    assert get(f"/books/{slug}/journal/").status_code in {400, 404}
    assert shelf.asked == []


ANSWERS = {
    "/books/jinxiu/journal/": 200,
    "/books/jinxiu/": 302,
    JOURNAL: 200,
    "/books/static/app.css": 200,
    "/books/static/app.js.map": 404,
    "/books/nobody/": 404,
    "/books/jinxiu/journal/?x=1": 400,
}


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_strict_headers(path: str, get: Client) -> None:
    answer = get(path, cookie="session=1", authorization="Bearer x")
    assert answer.status_code == ANSWERS[path]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in answer.headers
    if "static" not in path:
        assert answer.headers["cache-control"] in {"private, no-cache", "no-store"}


def test_only_reading_is_allowed(get: Client) -> None:
    answer = get("/books/jinxiu/journal/", "POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_static_file_that_names_its_version_is_kept_by_the_browser(get: Client) -> None:
    page = get("/books/jinxiu/journal/").text
    address = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in get(address).headers["cache-control"]
    assert get("/books/static/app.css").headers["cache-control"] == "no-cache"


def test_a_long_answer_is_compressed_for_those_who_take_it(site: FastAPI) -> None:
    async def sizes() -> list[tuple[str | None, int]]:
        found = []
        transport = httpx2.ASGITransport(app=site)
        async with httpx2.AsyncClient(transport=transport, base_url="http://books.test") as client:
            for accepted in ("gzip", "identity", "gzip;q=0"):
                async with client.stream("GET", JOURNAL, headers={"accept-encoding": accepted}) as answer:
                    raw = b"".join([chunk async for chunk in answer.aiter_raw()])
                    assert len(raw) == int(answer.headers["content-length"])
                    encoding = answer.headers.get("content-encoding")
                    found.append((encoding, len(gzip.decompress(raw)) if encoding else len(raw)))
        return found

    compressed, plain, refused = asyncio.run(sizes())
    assert (compressed[0], plain[0], refused[0]) == ("gzip", None, None)
    assert compressed[1] == plain[1] == refused[1]


def test_a_book_is_built_once_however_many_ask() -> None:
    live, state = LiveLedgers(4), snapshot("x", sample_entries())
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        found.append(live.ledger_for("x", state))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(ledger) for ledger in found}) == 1


def test_the_least_recently_read_book_goes_first() -> None:
    live, state = LiveLedgers(2), snapshot("x", sample_entries())
    for slug in ("a", "b", "a", "c"):
        live.ledger_for(slug, state)
    assert live.slugs() == ["a", "c"]


def test_an_overtaken_reader_does_not_put_the_older_book_back() -> None:
    live = LiveLedgers(2)
    older, newer = snapshot("x", sample_entries(), 1), snapshot("x", sample_entries(), 2)
    ledger = live.ledger_for("x", newer)
    assert live.ledger_for("x", older) is ledger


def test_too_many_readers_are_told_to_come_back(site: FastAPI, shelf: SampleShelf) -> None:
    slow, release = threading.Event(), threading.Event()

    class SlowShelf(SampleShelf):
        def snapshot(self, slug: str) -> Any:
            slow.set()
            release.wait(10)
            return super().snapshot(slug)

    app = FastAPI()
    app.mount("/books", create_fava(SlowShelf(shelf.books), workers=2))

    async def crowd() -> list[int]:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://books.test") as client:
            asking = [asyncio.create_task(client.get("/books/jinxiu/events/")) for _ in range(70)]
            await asyncio.to_thread(slow.wait, 10)
            await asyncio.sleep(0.2)
            release.set()
            return [answer.status_code for answer in await asyncio.gather(*asking)]

    statuses = asyncio.run(crowd())
    assert statuses.count(200) == 64
    assert statuses.count(503) == 6


def test_a_small_book_is_built_without_a_thread() -> None:
    rows = [txn(DAY, None, f"收费 {n}", {BANK: "1.00", ADVERTS: "-1.00"}) for n in range(1_000)]
    state = snapshot("x", sample_entries(*rows))
    threads = threading.active_count()
    SnapshotLedger(state)
    assert threading.active_count() == threads
