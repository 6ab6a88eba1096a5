"""Arrears, demands and letters through the door."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.api.conftest import UNIT, Desk

DEVELOPER = "B02-U1-0501"


@pytest.fixture
def billed(desk: Desk) -> Desk:
    """January is billed; since 31 January it is overdue."""
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    return desk


def found(desk: Desk, path: str) -> dict[str, Any]:
    answer = desk.get(path)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_arrears_are_told_by_age_and_charge_by_charge(billed: Desk) -> None:
    body = found(billed, "arrears?as_of=2026-03-31")
    assert body["buckets"] == ["0–30天", "31–90天", "91–365天", "1–3年", "3年以上"]
    row = next(one for one in body["by_unit"] if one["key"] == UNIT)
    assert row["buckets"] == ["0.00", "196.97", "0.00", "0.00", "0.00"]
    assert row["limitation_on"] == "2029-01-31"
    assert {one["key"] for one in body["by_kind"]} == {"Owner", "Developer"}
    assert sum(one["unit"] == UNIT for one in body["charges"]) == 1


def test_the_age_classes_may_be_chosen(billed: Desk) -> None:
    assert found(billed, f"arrears?as_of=2026-03-31&unit={UNIT}&buckets=10,20")["total"]["buckets"] == [
        "0.00",
        "0.00",
        "196.97",
    ]
    for wrong in ("20,10", "a", "", "1,,2", "-1"):
        assert billed.get(f"arrears?buckets={wrong}").status_code == 400


def test_open_charges_come_as_a_table_for_a_spreadsheet(billed: Desk) -> None:
    answer = billed.get(f"arrears.csv?as_of=2026-03-31&unit={UNIT}")
    assert answer.headers["content-disposition"].endswith('arrears-2026-03-31.csv"')
    assert answer.headers["cache-control"] == "no-store"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1] == f"{UNIT},B01,1,Owner,物业服务费,2026-01,2026-01-31,196.97,196.97,0.00,59,2029-01-31"


def test_a_demand_is_logged_listed_and_moves_the_limitation(billed: Desk) -> None:
    done = billed.done("demands", {"channel": "letter", "outcome": "signed", "units": [UNIT]}, "trustee")
    assert done["demands"] == [
        {"number": 1, "unit": UNIT, "debtor": 1, "amount": "196.97", "through": "2026-01"}
    ]
    assert found(billed, "demands")["items"][0]["outcome"] == "signed"
    assert found(billed, f"arrears?unit={UNIT}")["charges"][0]["limitation_on"] == "2029-02-10"


def test_a_demand_to_all_over_a_threshold_takes_pages_to_list(billed: Desk) -> None:
    done = billed.done("demands", {"channel": "sms", "outcome": "arrived", "over": "200.00"})
    assert len(done["demands"]) == 5
    first = found(billed, "demands?limit=3")
    rest = found(billed, f"demands?limit=3&cursor={first['next_cursor']}")
    assert [one["number"] for one in first["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    assert rest["next_cursor"] is None


def test_a_suit_is_recorded_with_its_document(billed: Desk) -> None:
    billed.done(
        "interruptions",
        {
            "unit": UNIT,
            "cause": "suit",
            "happened_on": "2026-02-09",
            "through": "2026-01",
            "document": "立案 1",
        },
    )
    assert found(billed, f"arrears?unit={UNIT}")["charges"][0]["limitation_on"] == "2029-02-09"


def test_nobody_is_reminded_of_nothing(billed: Desk) -> None:
    answer = billed.post("demands", {"channel": "visit", "outcome": "pending", "over": "90000.00"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mingzhang:problem:nothing_overdue")
    assert billed.get("demand-letters.pdf?over=90000").status_code == 422


def test_letters_are_listed_and_drawn_together_and_each(billed: Desk) -> None:
    listed = found(billed, "demand-letters?over=200")["items"]
    assert listed[0]["code"] == "developer"
    assert listed[0]["units"] == [DEVELOPER, "B02-U1-0502"]
    assert listed[0]["amount"] == "528.00"
    together = billed.get("demand-letters.pdf?over=200").content
    assert together.startswith(b"%PDF")
    assert together == billed.get("demand-letters.pdf?over=200").content
    with zipfile.ZipFile(io.BytesIO(billed.get("demand-letters.zip?over=200").content)) as archive:
        assert archive.namelist() == [f"{one['code']}.pdf" for one in listed]
        alone = billed.get(f"demand-letters.pdf?code={listed[1]['code']}").content
        assert archive.read(f"{listed[1]['code']}.pdf") == alone
    assert billed.get("demand-letters.pdf?code=B01-U1-0201-9").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["arrears", "arrears.csv", "demands", "demand-letters", "demand-letters.pdf", "demand-letters.zip"],
)
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("stranger", 404), ("supervisor", 403)])
def test_what_names_units_is_for_insiders_only(billed: Desk, path: str, who: str | None, status: int) -> None:
    assert billed.get(path, who).status_code == status
