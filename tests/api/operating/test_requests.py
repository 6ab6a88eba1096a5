"""Every request leaves one line: which route, which answer, how long, and nothing of whom or what it was about."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import HOME, NOW, UNIT, Desk
from tests.api.operating.conftest import Lines

RECEIPT = {"unit": UNIT, "amount": "10.00", "channel": "cash"}


def requests_in(log: Lines) -> list[dict[str, object]]:
    return [line for line in log() if line["event"] == "request"]


def id_of(answer: httpx2.Response) -> str:
    return answer.headers["x-request-id"]


def test_a_write_leaves_one_line_with_its_template_and_an_opaque_user(desk: Desk, log: Lines) -> None:
    answer = desk.post("receipts", RECEIPT)
    (line,) = requests_in(log)
    assert line.pop("ms") > 0  # type: ignore[operator]  # a number, as the other fields are text
    assert str(uuid.UUID(str(line.pop("user")))) not in desk.tokens.values()
    line.pop("time")
    assert line == {
        "level": "info",
        "event": "request",
        "request": id_of(answer),
        "method": "POST",
        "route": "/api/v1/compounds/{compound}/receipts",
        "status": 201,
        "compound": HOME,
    }


def test_a_refusal_is_named_by_its_code(desk: Desk, log: Lines) -> None:
    desk.post("receipts", {**RECEIPT, "amount": "0"})
    desk.get("accounts", None, Authorization="Bearer nobody-knows-this")
    desk.get("/nowhere/张甲", None)
    said = [(line["route"], line["status"], line["refusal"]) for line in requests_in(log)]
    assert said[0][::2] == ("/api/v1/compounds/{compound}/receipts", "amount_malformed")
    assert said[1:] == [
        ("/api/v1/compounds/{compound}/accounts", 401, "not_signed_in"),
        ("(none)", 404, "not_found"),
    ]


def test_a_path_a_query_and_a_method_that_mean_nothing_are_not_written(desk: Desk, log: Lines) -> None:
    desk.client.get("/api/v1/compounds/zhangjia/accounts?name=zhangjia")
    desk.client.request("ZHANGJIA", "/")
    desk.get(f"{desk.base}/units/ZHANGJIA/account")
    assert "zhangjia" not in json.dumps(log()).lower()
    assert [line["method"] for line in requests_in(log)] == ["GET", "OTHER", "GET"]


@pytest.mark.parametrize("given", ["0123456789abcdef" * 2, str(uuid.UUID(int=7)), "0123456789ABCDEF" * 2])
def test_a_proxys_request_id_is_taken_over(desk: Desk, log: Lines, given: str) -> None:
    answer = desk.get("chain/head", None, X_Request_Id=given)
    assert id_of(answer) == given.lower()
    assert requests_in(log)[0]["request"] == given.lower()


@pytest.mark.parametrize("given", ["13800138000", "zhang jia", "x" * 32, "a" * 33, ""])
def test_anything_else_in_its_place_is_not(desk: Desk, log: Lines, given: str) -> None:
    answer = desk.get("chain/head", None, X_Request_Id=given)
    assert re.fullmatch(r"[0-9a-f]{32}", id_of(answer))
    assert requests_in(log)[0]["request"] == id_of(answer)


def test_a_page_of_a_book_is_named_by_its_report(desk: Desk, settings: Settings, log: Lines) -> None:
    app = create_app(settings, clock=lambda: NOW, database=desk.app.state.house.database)
    with TestClient(app) as client:
        client.get(f"/books/{HOME}/journal/?time=2026-01")
        client.get(f"/books/{HOME}_full/journal/", headers=desk.headers("auditor"))
        client.get(f"/books/{HOME}_full/journal/")
        client.post(f"/books/{HOME}/journal/")
    lines = requests_in(log)
    assert [(line["route"], line.get("compound"), line.get("refusal")) for line in lines] == [
        ("/books/{book}/journal", HOME, None),
        ("/books/{book}/journal", HOME, None),
        ("/books", None, "book_not_found"),
        ("/books", None, "book_read_only"),
    ]
    assert ["user" in line for line in lines] == [False, True, False, False]


def test_an_accident_is_told_under_the_id_that_its_reader_got(desk: Desk, log: Lines) -> None:
    with desk.app.state.house.database.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON receipt BEGIN SELECT RAISE(ABORT, '张甲 13800138000'); END"
        )
        connection.commit()
    answer = desk.post("receipts", RECEIPT)
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:mingzhang:problem:internal_error")
    request, accident = log()
    assert request["request"] == accident["request"] == id_of(answer)
    assert (request["status"], request["refusal"]) == (500, "internal_error")
    assert accident["error"][0] == "sqlalchemy.exc.IntegrityError"
    assert any(frame.startswith("ledger.store.append:Journal.") for frame in accident["frames"])
    assert "张甲" not in json.dumps(log(), ensure_ascii=False)


def test_probes_are_written_at_debug_only(desk: Desk, log: Lines) -> None:
    desk.get("/healthz", None)
    desk.get("/readyz", None)
    assert [line["level"] for line in requests_in(log)] == ["debug", "debug"]


def test_the_handbook_lists_every_field_of_a_line(desk: Desk, log: Lines) -> None:
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text(encoding="utf-8")
    table = page.partition("| field | meaning |")[2].partition("\n\n")[0]
    listed = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if line)))
    desk.post("receipts", {**RECEIPT, "amount": "0"})
    with desk.app.state.house.database.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON receipt BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
        connection.commit()
    desk.post("receipts", RECEIPT)
    seen = {name for line in log() for name in line}
    assert seen - {"time", "level", "event", "method"} == listed - {"trace", "logger"}
