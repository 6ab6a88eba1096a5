"""The document promises what every route answers, and the promises are strict enough to be broken."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from api.answers import ANSWERS
from api.answers.schema import Shapes
from api.app import api_routes
from ledger.store.append import Recorded
from tests.api.conftest import UNIT, Desk
from tests.api.promised import document, errors_of, keeps_its_promise

SPENDING = {
    "fund": "PropertyFee",
    "lines": [{"account": "Expenses:PropertyFee:Cleaning", "amount": "30.00"}],
    "payee": "示例保洁公司",
    "purpose": "保洁",
    "authority": "预算2026",
    "bank": "Joint01",
}
ROUTES = sorted(route.name for route in api_routes() if route.include_in_schema)


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in document()["paths"].values():
        for operation in methods.values():
            yield operation["operationId"], operation


def test_every_route_says_what_it_answers_and_nothing_else_does() -> None:
    assert sorted(ANSWERS) == ROUTES


def test_every_success_has_a_schema_or_the_type_of_a_file() -> None:
    for name, operation in _operations():
        successes = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
        assert successes, name
        for said in successes.values():
            for media, content in said["content"].items():
                assert content["schema"] or media == "application/json", f"{name}: {media}"
                assert content["schema"] or len(said["content"]) > 1, f"{name}: {media}"


def test_no_schema_of_an_answer_is_open() -> None:
    shapes = Shapes()
    for described in ANSWERS.values():
        described.responses(shapes)
    assert len(shapes.named) > 100
    for name, schema in shapes.named.items():
        assert schema["additionalProperties"] is False, name
        assert set(schema["required"]) <= set(schema["properties"]), name


def test_two_fields_that_would_leave_under_one_name_are_found() -> None:
    @dataclasses.dataclass
    class Confused:
        income_minor: int
        income: tuple[int, ...]

    with pytest.raises(TypeError, match="two fields that leave as 'income'"):
        Shapes().of({"confused": Confused})


def test_a_type_that_has_no_place_on_the_wire_is_found() -> None:
    with pytest.raises(TypeError, match="is not described"):
        Shapes().of({"broken": bytes})


@pytest.fixture
def receipt(desk: Desk) -> httpx2.Response:
    desk.done("charges:bill", {"month": "2026-01"})
    sent = {"unit": UNIT, "amount": "200.00", "channel": "bank", "bank": "Joint01"}
    return desk.post("receipts", sent)


def _promised(name: str, status: str) -> dict[str, Any]:
    operation = dict(_operations())[name]
    found: dict[str, Any] = operation["responses"][status]["content"]["application/json"]["schema"]
    return found


def test_an_answer_that_keeps_its_promise_has_no_errors(receipt: httpx2.Response) -> None:
    assert errors_of(_promised("receive_money", "201"), receipt.json()) == []
    assert keeps_its_promise(receipt) is receipt


BREAKS: list[tuple[tuple[str | int, ...], Any]] = [
    (("seq",), "7"),
    (("amount",), 200.0),
    (("amount",), "200"),
    (("hash",), "A" * 64),
    (("number",), 1),
    (("month",), "2026-1"),
    (("settled", 0, "amount"), None),
    (("settled", 0, "period"), "January"),
    (("invented",), "a field that no type names"),
]


@pytest.mark.parametrize(("place", "value"), BREAKS)
def test_a_field_of_another_type_breaks_the_schema(
    receipt: httpx2.Response, place: tuple[str | int, ...], value: Any
) -> None:
    broken = copy.deepcopy(receipt.json())
    held = broken
    for step in place[:-1]:
        held = held[step]
    held[place[-1]] = value
    assert len(errors_of(_promised("receive_money", "201"), broken)) == 1


@pytest.mark.parametrize("field", [one.name for one in dataclasses.fields(Recorded)])
def test_a_field_that_is_left_out_breaks_the_schema(receipt: httpx2.Response, field: str) -> None:
    broken = {name: value for name, value in receipt.json().items() if name != field}
    assert len(errors_of(_promised("receive_money", "201"), broken)) == 1


def test_a_trial_says_that_it_is_one(desk: Desk, receipt: httpx2.Response) -> None:
    sent = {"unit": UNIT, "amount": "1.00", "channel": "bank", "bank": "Joint01"}
    tried = keeps_its_promise(desk.post("receipts?dry_run=true", sent))
    assert tried.json()["dry_run"] is True
    assert errors_of(_promised("receive_money", "200"), receipt.json())


def test_the_document_says_how_to_go_on_with_what_was_taken_in() -> None:
    links = {name: one["responses"].get("201", {}).get("links", {}) for name, one in _operations()}
    assert links["request_disbursement"]["approve_disbursement"] == {
        "operationId": "approve_disbursement",
        "parameters": {"compound": "$request.path.compound", "identifier": "$response.body#/id"},
    }
    assert (
        links["ask_adjustment"]["agree_to_adjustment"]["parameters"]["number"] == "$response.body#/adjustment"
    )
    assert links["open_a_project"]["call"]["parameters"]["project"] == "$response.body#/code"
    assert "print_receipt" not in links["receive_money"]  # R-000123 is not the 123 of the address
    assert sum(map(len, links.values())) > 40


def test_a_link_leads_where_it_says(desk: Desk) -> None:
    asked = desk.post("disbursements", SPENDING, "trustee")
    links = dict(_operations())["request_disbursement"]["responses"]["201"]["links"]
    field = links["read_disbursement"]["parameters"]["identifier"].removeprefix("$response.body#/")
    found = desk.get(f"disbursements/{asked.json()[field]}").json()
    assert found["purpose"] == SPENDING["purpose"]
    assert asked.headers["location"] == f"{desk.base}/disbursements/{found['id']}"
