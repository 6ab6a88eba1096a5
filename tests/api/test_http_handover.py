"""Handing over through the door."""

from __future__ import annotations

import pytest

from tests.api.conftest import UNIT, Desk

BODY = {"handed_on": "2026-02-09", "outgoing": "示例物业甲公司", "incoming": "示例物业乙公司"}


@pytest.fixture
def handed(desk: Desk) -> tuple[Desk, int]:
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    done = desk.done("handovers", BODY)
    assert done["due_on"] == "2026-02-19"
    return desk, done["seq"]


def test_the_list_says_what_passes_and_what_is_not_in_the_books(handed: tuple[Desk, int]) -> None:
    desk, seq = handed
    body = desk.get(f"handovers/{seq}").json()
    assert (body["outgoing"], body["incoming"]) == (BODY["outgoing"], BODY["incoming"])
    assert {one["line"]["unit"] for one in body["arrears"]} >= {UNIT}
    assert body["public_income"] == "0.00"
    assert "合同" in body["contracts_zh"]
    assert desk.get("handovers").json()["items"][0]["seq"] == seq


def test_it_comes_as_a_table_and_as_a_paper(handed: tuple[Desk, int]) -> None:
    desk, seq = handed
    table = desk.get(f"handovers/{seq}.csv").content.decode("utf-8-sig").splitlines()
    assert f"欠费,{UNIT},物业服务费,1,2026-01,196.97,196.97,0.00" in table
    paper = desk.get(f"handovers/{seq}.pdf").content
    assert paper.startswith(b"%PDF")
    assert paper == desk.get(f"handovers/{seq}.pdf").content


@pytest.mark.parametrize("kind", ["", ".csv", ".pdf"])
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("supervisor", 403), ("stranger", 404)])
def test_the_list_is_for_insiders_only(
    handed: tuple[Desk, int], kind: str, who: str | None, status: int
) -> None:
    desk, seq = handed
    assert desk.get(f"handovers/{seq}{kind}", who).status_code == status


def test_an_act_that_handed_nothing_over_has_no_list(desk: Desk) -> None:
    assert desk.get("handovers/1").status_code == 404


def test_only_the_treasurer_records_a_handover(desk: Desk) -> None:
    assert desk.post("handovers", BODY, "trustee").status_code == 403
