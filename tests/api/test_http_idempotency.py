"""The same key posts once, whatever is repeated, in whatever order, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import migrations
from api.app import create_app
from api.settings import Settings
from ledger.store.session import Database
from tests.api.conftest import NOW, UNIT, Desk, furnish

KEY = "receipt-of-2026-02-10"


def receipt(amount: str = "10.00") -> dict[str, Any]:
    return {"unit": UNIT, "amount": amount, "channel": "bank", "bank": "Joint01"}


@pytest.fixture(params=["sqlite", "postgresql"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Give a client on furnished books in either engine."""
    url = (
        f"sqlite:///{tmp_path / 'b.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    database = Database(url)
    migrations.upgrade(database.engine)
    tokens = furnish(database)
    app = create_app(Settings(database_url=url), clock=lambda: NOW, database=database, with_books=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(app, client, tokens)
    database.close()


def test_a_repeated_request_is_answered_from_the_first(counter: Desk) -> None:
    first = counter.post("receipts", receipt(), key=KEY)
    after = counter.head()
    again = counter.post("receipts", receipt(), key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert counter.head() == after


def test_the_same_content_in_another_spelling_is_the_same_request(counter: Desk) -> None:
    counter.post("receipts", receipt(), key=KEY)
    respelt = '{ "bank": "Joint01",\n "channel":"bank", "amount" : "10.00", "unit":"' + UNIT + '"}'
    again = counter.post("receipts", respelt, key=KEY)
    assert again.headers["idempotency-replayed"] == "true"


def test_the_same_key_with_other_content_is_refused(counter: Desk) -> None:
    counter.post("receipts", receipt(), key=KEY)
    after = counter.head()
    for answer in (
        counter.post("receipts", receipt("10.01"), key=KEY),
        counter.post("deposits", {"unit": UNIT, "amount": "10.00", "bank": "Joint01"}, key=KEY),
        counter.post("receipts?dry_run=false", receipt(), key=KEY),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"].endswith(":idempotency_key_reused")
    assert counter.head() == after


def test_a_key_belongs_to_its_caller(counter: Desk) -> None:
    counter.post("receipts", receipt(), key=KEY)
    other = counter.post("receipts", receipt(), "cashier", key=KEY)
    assert other.status_code == 201
    assert "idempotency-replayed" not in other.headers


def test_authorisation_comes_before_the_stored_answer(counter: Desk) -> None:
    counter.post("receipts", receipt(), key=KEY)
    assert counter.post("receipts", receipt(), "supervisor", key=KEY).status_code == 403
    assert counter.post("receipts", receipt(), None, key=KEY).status_code == 401


@pytest.mark.parametrize("key", ["short", "x" * 65, "has spaces in the key", "汉字" * 8])
def test_a_key_that_cannot_be_used_is_refused(desk: Desk, key: str) -> None:
    signed = desk.headers("treasurer")["Authorization"].encode()
    headers = {b"Authorization": signed, b"Idempotency-Key": key.encode()}
    answer = desk.client.post(f"{desk.base}/receipts", json=receipt(), headers=headers)
    assert answer.json()["type"].endswith(":idempotency_key_missing")


def test_a_write_without_a_key_is_refused(desk: Desk) -> None:
    answer = desk.client.post(f"{desk.base}/receipts", json=receipt(), headers=desk.headers("treasurer"))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (400, "idempotency_key_missing")


def test_a_refusal_is_not_kept_and_is_judged_anew(counter: Desk) -> None:
    bill = {"month": "2026-01", "items": ["garbage"]}
    assert counter.post("charges:bill", bill, key=KEY).status_code == 422
    tariff = {
        "item": "garbage",
        "formula": "fixed",
        "rate": "8",
        "effective_from": "2026-01-01",
        "authority": "表决",
    }
    counter.done("tariffs", tariff)
    assert counter.post("charges:bill", bill, key=KEY).status_code == 201


def test_a_dry_run_answers_and_stores_neither_act_nor_key(counter: Desk) -> None:
    before = counter.head()
    tried = counter.post("receipts?dry_run=true", receipt(), key=KEY)
    assert tried.status_code == 200
    assert tried.json()["dry_run"] is True
    assert tried.json()["number"] == "R-000001"
    assert counter.head() == before
    posted = counter.post("receipts", receipt(), key=KEY)
    assert "idempotency-replayed" not in posted.headers
    assert posted.json()["number"] == "R-000001"


def test_a_dry_run_does_not_read_keys(counter: Desk) -> None:
    counter.post("receipts", receipt(), key=KEY)
    tried = counter.post("receipts?dry_run=true", receipt("11.00"), key=KEY)
    assert tried.status_code == 200
    assert tried.json()["number"] == "R-000002"


def test_concurrent_duplicates_post_once(counter: Desk) -> None:
    before = counter.head()[0]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: counter.post("receipts", receipt(), key=KEY), range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert counter.head()[0] == before + 1


def test_concurrent_requests_of_different_keys_all_post_without_a_gap(counter: Desk) -> None:
    before = counter.head()[0]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda i: counter.post("receipts", receipt(), key=f"{KEY}-{i:02d}"), range(16))
        )
    assert sorted(answer.json()["seq"] for answer in answers) == list(range(before + 1, before + 17))
    assert sorted(answer.json()["number"] for answer in answers) == [f"R-{n:06d}" for n in range(1, 17)]


def test_a_compound_is_opened_once_by_concurrent_duplicates(counter: Desk) -> None:
    body = {"code": "xinyuan", "name": "新园小区", "opened_on": "2026-01-01"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: counter.post("/api/v1/compounds", body, "operator", KEY), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_an_upload_is_fingerprinted_by_its_bytes(counter: Desk) -> None:
    path, kind = "units/imports?filename=a.csv", "text/csv"
    line = "楼栋,单元,房号,建筑面积,房屋状态\n3栋,1单元,0101,{},已入住\n"
    first = counter.post(path, line.format("88.00").encode(), key=KEY, Content_Type=kind)
    again = counter.post(path, line.format("88.00").encode(), key=KEY, Content_Type=kind)
    other = counter.post(path, line.format("89.00").encode(), key=KEY, Content_Type=kind)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.headers["idempotency-replayed"] == "true"


def test_a_token_is_never_replayed(counter: Desk) -> None:
    body = {"name": "treasurer", "days": 1}
    first = counter.post("/api/v1/tokens", body, "operator", KEY).json()["token"]
    second = counter.post("/api/v1/tokens", body, "operator", KEY).json()["token"]
    assert first != second
