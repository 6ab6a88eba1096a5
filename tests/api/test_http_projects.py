"""Projects through the interface: opening, shares, bridges, subsidies, what goes back, and the statement."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Desk

STAIR = ("B01-U1-0101", "B01-U1-0201", "B01-U1-0301")
FUND = "Project:Lift-01"


def voted(desk: Desk, code: str, matter: str = "project") -> str:
    """Let the three units of the stair vote; give the vote's code."""
    body = {
        "code": code,
        "matter": matter,
        "title": f"表决 {code}",
        "decided_on": "2026-02-10",
        "fund": FUND,
        "base": "units",
        "units": list(STAIR),
        "ballots": [{"unit": unit, "choice": "agree"} for unit in STAIR],
    }
    desk.done("votes", body)
    return code


def paid(desk: Desk, unit: str, amount: str) -> None:
    desk.done("receipts", {"unit": unit, "amount": amount, "channel": "bank", "bank": "P01"})


@pytest.fixture
def lift(desk: Desk) -> Desk:
    """Give an open project with 3,000.00 shared by two units in one instalment."""
    desk.done("bank-accounts", {"code": "P01", "label": "加梯专户", "funds": [FUND]})
    units: list[dict[str, Any]] = [
        {"unit": unit, "coefficient": coefficient}
        for unit, coefficient in zip(STAIR, ("0", "1", "2"), strict=True)
    ]
    project = {"code": "Lift-01", "title": "加装电梯", "amount": "5000.00", "bank": "P01", "units": units}
    opened = desk.done("projects", {**project, "authority": voted(desk, "L-1")})
    assert (opened["fund"], opened["units"]) == (FUND, 3)
    plan = {"amount": "3000.00", "authority": "L-1", "instalments": [{"due_on": "2026-03-31"}]}
    shares = desk.done("projects/Lift-01/plans", plan)["shares"]
    assert [one["share"] for one in shares] == ["0.00", "1000.00", "2000.00"]
    called = desk.done("projects/Lift-01/calls", {"plan": 1, "number": 1})
    assert (called["count"], called["total"]) == (2, "3000.00")
    return desk


def test_shares_are_paid_and_the_statement_adds_up(lift: Desk) -> None:
    paid(lift, STAIR[1], "1000.00")
    subsidy = {"source": "区住建委", "document": "通知", "bank": "P01", "amount": "500.00"}
    assert lift.done("projects/Lift-01/subsidies", {**subsidy, "conditional": True})["income"] == "0.00"
    (row,) = lift.get("projects?month=2026-02", "supervisor").json()["items"]
    assert (row["contributed"], row["open"], row["unspent_subsidy"]) == ("1000.00", "2000.00", "500.00")
    returned = lift.done("projects/Lift-01/subsidy-returns", {"document": "清算表"})
    assert returned["amount"] == "500.00"
    assert lift.get("projects?month=2026-01").json()["items"] == []
    lift.done("periods/2026-01/close", {})
    assert lift.get("projects/published?month=2026-01", None).json() == {"items": [], "withheld": 0}
    assert lift.get("projects/published?month=2026-02", None).status_code == 409


def test_the_vote_of_few_households_shows_everybody_only_its_result(lift: Desk) -> None:
    (shown,) = lift.get("votes", None).json()["items"]
    assert (shown["base_zh"], shown["result_zh"]) == ("参与户", "通过")
    withheld = ("entitled", "took", "agreed", "least_taking", "least_agreeing", "has_quorum")
    assert [shown[name] for name in withheld] == [None] * 6
    assert "B01" not in lift.get("votes/L-1", None).text


def test_who_takes_part_is_for_those_who_may_see_households(lift: Desk) -> None:
    found = lift.get("projects/Lift-01/units", "auditor").json()["items"]
    assert [(one["weight"], one["share"], one["open"]) for one in found] == [
        ("0.00", "0.00", "0.00"),
        ("1.00", "1000.00", "1000.00"),
        ("2.00", "2000.00", "2000.00"),
    ]
    assert lift.get("projects/Lift-01/units", "supervisor").status_code == 403


def test_a_bridge_settles_a_recharge_after_a_vote(lift: Desk) -> None:
    paid(lift, STAIR[1], "1000.00")
    bridged = lift.done("projects/Lift-01/bridges", {"unit": STAIR[1], "amount": "2000.00", "bank": "P01"})
    assert bridged["amount"] == "2000.00"
    charge = lift.get(f"charges?unit={STAIR[2]}").json()["items"][-1]["id"]
    relief = {"charges": [{"id": charge}], "authority": "业委会决定"}
    refused = lift.post("waivers", relief)
    assert refused.json()["type"].rpartition(":")[2] == "authority_unknown"
    lift.done("waivers", {**relief, "authority": voted(lift, "L-2", "relief")})
    again = {"amount": "2000.00", "authority": "L-1", "instalments": [{"due_on": "2026-04-30"}]}
    lift.done("projects/Lift-01/plans", {**again, "without": [STAIR[2]]})
    lift.done("projects/Lift-01/calls", {"plan": 2, "number": 1})
    used = lift.done("projects/Lift-01/bridge-settlements", {"unit": STAIR[1]})
    assert used["amount"] == "2000.00"


def test_what_is_left_becomes_refundable(lift: Desk) -> None:
    paid(lift, STAIR[1], "1000.00")
    body = {"amount": "300.00", "authority": voted(lift, "L-3", "distribution")}
    done = lift.done("projects/Lift-01/surplus-returns", body)
    assert (done["lowered"], done["freed"]) == ("300.00", "100.00")
    assert lift.get("refundables").json()["items"][0]["amount"] == "100.00"
