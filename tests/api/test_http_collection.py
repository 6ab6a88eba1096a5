"""Collection rates through the door."""

from __future__ import annotations

import pytest

from tests.api.conftest import UNIT, Desk


@pytest.fixture
def paid(desk: Desk) -> Desk:
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    desk.done("receipts", {"unit": UNIT, "amount": "100.00", "channel": "bank", "bank": "Joint01"})
    return desk


def test_both_rates_come_with_their_formulas(paid: Desk) -> None:
    body = paid.get("collection?since=2026-01&until=2026-02").json()
    assert set(body["formulas_zh"]) == {"current", "overall", "note"}
    owners = next(one for one in body["by_kind"] if one["key"] == "Owner")
    assert (owners["billed"], owners["received_current"], owners["closing"]) == ("869.07", "100.00", "769.07")
    assert owners["current_rate_bp"] == owners["overall_rate_bp"] == 1151
    assert [one["key"] for one in body["series"]] == ["2026-01", "2026-02"]
    assert [one["received_arrears"] for one in body["series"]] == ["0.00", "100.00"]
    assert len(body["by_building"]) == 1


def test_no_unit_stands_in_the_rates(paid: Desk) -> None:
    assert UNIT not in paid.get("collection", "supervisor").text


def test_the_chart_is_the_same_each_time(paid: Desk) -> None:
    first = paid.get("collection.pdf?since=2026-01")
    assert first.content.startswith(b"%PDF")
    assert first.content == paid.get("collection.pdf?since=2026-01").content


def test_a_span_without_a_month_is_refused(paid: Desk) -> None:
    assert paid.get("collection?since=2026-03&until=2026-02").status_code == 400


def test_a_stranger_sees_no_rates(paid: Desk) -> None:
    assert paid.get("collection", None).status_code == 401
