"""Governance funds through the interface: every door of grants, gifts and points."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import UNIT, Desk

POOL, MICRO = "Governance:Guarantee", "Governance:Micro"


@pytest.fixture
def pools(desk: Desk) -> Desk:
    """Give two pools and an approved project with 600.00 to spend."""
    for code, fund in (("G01", POOL), ("G02", MICRO)):
        desk.done("bank-accounts", {"code": code, "label": f"专户 {code}", "funds": [fund]})
        desk.done(
            "pools", {"fund": fund, "holder": "示例社区居委会", "document": "成社治 1 号", "bank": code}
        )
    application = {
        "code": "GP001",
        "fund": POOL,
        "title": "楼道照明改造",
        "applicant": "居民议事会",
        "budget": [{"purpose": "facilities", "amount": "1000.00"}],
        "clear_by": "2026-05-31",
        "document": "申请书 1",
    }
    desk.done("grants", application, "trustee")
    for step, who in (("reviewed", "treasurer"), ("approved", "committee")):
        body = {"step": step, "done_by": "居民议事会", "document": f"决议 {step}"}
        desk.done("grants/GP001/steps", body, who)
    received = desk.done("grant-money", money("600.00", project="GP001"))
    assert (received["amount"], received["income"]) == ("600.00", "0.00")
    return desk


def money(amount: str, **more: Any) -> dict[str, Any]:
    return {"fund": POOL, "amount": amount, "source": "街道办", "document": "通知 1", "bank": "G01", **more}


def spending(amount: str, **more: Any) -> dict[str, Any]:
    lines = [{"account": f"Expenses:{POOL}:Work:GP001", "amount": amount}]
    said = {"fund": POOL, "lines": lines, "payee": "示例工程队", "purpose": "工程款", "authority": "GP001"}
    return {**said, "bank": "G01", "grant_purpose": "facilities", **more}


def spent(desk: Desk, amount: str) -> None:
    identifier = desk.done("disbursements", spending(amount), "trustee")["id"]
    desk.done(f"disbursements/{identifier}/approvals", {}, "committee")
    desk.done(f"disbursements/{identifier}/postings", {})


def test_a_grant_is_spent_shown_and_cleared(pools: Desk) -> None:
    spent(pools, "450.00")
    figures = pools.get("grants?month=2026-02", "supervisor").json()
    (row,) = figures["projects"]
    assert (row["state"], row["received"], row["spent"], row["unspent"]) == (
        "approved",
        "600.00",
        "450.00",
        "150.00",
    )
    accepted = {"step": "accepted", "done_by": "党支部", "document": "验收单", "result": "合格"}
    pools.done("grants/GP001/steps", accepted, "committee")
    pools.done("grants/GP001/outcomes", {"outcomes": [{"caption": "更换灯具", "value": "120 盏"}]})
    cleared = pools.done("grants/GP001/clearing", {"done_by": "街道办", "document": "清算表"})
    assert cleared["amount"] == "150.00"
    disallowed = pools.done("grants/GP001/disallowances", {"amount": "50.00", "document": "审计报告"})
    assert disallowed["income"] == "-50.00"
    (row,) = pools.get("grants?month=2026-02").json()["projects"]
    assert (row["state_zh"], row["returned"], row["disallowed"]) == ("已清算", "150.00", "50.00")


def test_a_purpose_is_one_of_the_published_list(pools: Desk) -> None:
    items = pools.get("grant-purposes", None).json()["items"]
    assert {one["code"] for one in items if one["refused"]} == {
        "property_fee",
        "private",
        "others_liability",
        "government",
    }
    for purpose, code in ((None, "purpose_missing"), ("property_fee", "purpose_negative")):
        answer = pools.post("disbursements", spending("1.00", grant_purpose=purpose), "trustee")
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, code)


def test_unallocated_money_is_set_aside(pools: Desk) -> None:
    pools.done("grant-money", money("300.00"))
    assert (
        pools.done("grants/GP001/allocations", {"amount": "300.00", "document": "决议"})["amount"] == "300.00"
    )
    answer = pools.post("grants/GP001/allocations", {"amount": "0.01", "document": "决议"})
    assert answer.json()["type"].rpartition(":")[2] == "grant_short"


def test_projects_past_their_clearing_day_are_listed(pools: Desk) -> None:
    assert pools.get("grants/overdue").json()["items"] == []
    (late,) = pools.get("grants/overdue?as_of=2026-06-01").json()["items"]
    assert (late["code"], late["days"], late["unspent"]) == ("GP001", 1, "600.00")


def test_everybody_sees_closed_months_only(pools: Desk) -> None:
    assert pools.get("grants/published?month=2026-02", None).json()["type"].endswith("period_not_closed")
    pools.done("periods/2026-01/close", {})
    assert pools.get("grants/published?month=2026-01", None).json()["pools"] == []
    assert pools.get("grants?month=2026-02", None).status_code == 401


def test_a_gift_names_its_giver_only_with_consent(pools: Desk) -> None:
    gift = {"fund": MICRO, "what": "爱心款", "document": "收据 1", "amount": "50.00", "bank": "G02"}
    first = pools.done("gifts", {**gift, "donor": {"name": "王某", "consent": True}})
    pools.done("gifts", {"fund": MICRO, "what": "旧书", "document": "登记表", "donor": {"name": "李某"}})
    pools.done("gifts", {**gift, "donor_number": first["donor"]})

    def names() -> list[str]:
        return [one["name"] for one in pools.get("grants?month=2026-02").json()["gifts"]]

    assert names() == ["王某", "爱心人士", "王某"]
    assert [one["name"] for one in pools.get("donors").json()["items"]] == ["王某", "李某"]
    assert pools.get("donors", "committee").status_code == 403
    pools.done(f"donors/{first['donor']}/changes", {"forget": True})
    assert names() == ["爱心人士"] * 3
    nobody = pools.post("gifts", gift)
    assert nobody.json()["type"].rpartition(":")[2] == "text_refused"


def test_points_are_issued_and_redeemed_and_are_no_money(pools: Desk) -> None:
    body = {"fund": MICRO, "points": "20", "reason": "志愿服务"}
    issued = pools.done("points/issues", {**body, "unit": UNIT})
    assert (issued["points"], issued["outstanding"]) == ("20.00", "20.00")
    entry = pools.get(f"entries/{issued['seq']}").json()
    assert {line["currency"] for line in entry["postings"]} == {"POINT"}
    short = pools.post("points/redemptions", body)
    assert short.json()["type"].rpartition(":")[2] == "points_short"  # they are the unit's
    assert pools.done("points/redemptions", {**body, "unit": UNIT})["outstanding"] == "0.00"
    balances = pools.get("balances").json()["items"]
    assert not [one for one in balances if one["account"].endswith(":Points")]
