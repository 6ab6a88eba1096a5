"""Public income over HTTP: assets, contracts, rents, what a month lacks, and what a bank pays on a shared account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import UNIT, Desk

VOTE = {
    "code": "V2026-01",
    "matter": "common_parts",
    "title": "出租电梯广告位",
    "decided_on": "2026-02-01",
    "took": {"heads": 5, "area": "635.03"},
    "agreed": {"heads": 5, "area": "635.03"},
    "evidence": [{"sha256": "ab" * 32, "title": "计票表"}],
}
ASSET = {
    "code": "LIFT-AD",
    "type": "advert_elevator",
    "label": "电梯轿厢广告框",
    "from_on": "2026-01-01",
    "count": 6,
}
GATE = {**ASSET, "code": "GATE", "type": "parking_temporary", "label": "地面临停", "count": 1}
CONTRACT: dict[str, Any] = {
    "code": "A-07",
    "assets": ["LIFT-AD"],
    "tenant": {"name": "示例传媒有限公司", "credit_code": "91510107MA6CKQWR2A"},
    "from_on": "2026-02-01",
    "to_on": "2027-01-31",
    "authority": "V2026-01",
    "schedule": {"amount": "12000.00", "months": 12},
    "fee_bp": 2000,
    "tax_bp": 100,
    "deposit": "2000.00",
}


@pytest.fixture
def letting(desk: Desk) -> Desk:
    """Give a desk where the lifts' advert frames are let by a vote."""
    assert desk.done("votes", VOTE)["vote"]["passed"]
    desk.done("public-income/assets", ASSET)
    done = desk.done("public-income/contracts", CONTRACT)
    assert (done["contract"], done["count"], done["total"]) == ("A-07", 1, "12000.00")
    return desk


def income(desk: Desk, month: str, kind: str) -> dict[str, Any]:
    """Return what is known of a type in a month."""
    types = desk.get(f"public-income/months/{month}", "auditor").json()["types"]
    found: dict[str, Any] = next(one for one in types if one["type"] == kind)
    return found


def test_rent_is_received_with_its_fee_and_its_tax(letting: Desk) -> None:
    rent = {"amount": "12000.00", "bank": "Joint01"}
    tried = letting.post("public-income/contracts/A-07/receipts?dry_run=true", rent).json()
    assert (tried["settled"], tried["dry_run"]) == ("12000.00", True)
    done = letting.done("public-income/contracts/A-07/receipts", rent)
    assert (done["settled"], done["prepaid"], done["instalments"]) == ("12000.00", "0.00", [1])
    costs = letting.get(f"entries/{done['costs']['seq']}").json()
    assert [(line["account"], line["amount"], line["contract"]) for line in costs["postings"]] == [
        ("Expenses:PublicIncome:Cost:ManagementFee", "2400.00", "A-07"),
        ("Liabilities:PublicIncome:Payable:Trustee", "-2400.00", "A-07"),
        ("Expenses:PublicIncome:Cost:Tax", "118.81", "A-07"),
        ("Liabilities:PublicIncome:Tax", "-118.81", "A-07"),
    ]
    month = letting.get("public-income/months/2026-02").json()
    assert (month["gross"], month["cost"], month["net"]) == ("12000.00", "2518.81", "9481.19")
    (source,) = income(letting, "2026-02", "advert_elevator")["sources"]
    assert (source["state"], source["expected"], source["received"], source["net"]) == (
        "received",
        "12000.00",
        "12000.00",
        "9481.19",
    )


def test_a_contract_and_its_instalments_are_read(letting: Desk) -> None:
    letting.done("public-income/rents", {})
    shown = letting.get("public-income/contracts/A-07", "supervisor").json()
    assert (shown["deposit"], shown["prepaid"], shown["place_zh"]) == ("2000.00", "0.00", "全体业主共有")
    (only,) = shown["instalments"]
    assert (only["due_on"], only["amount"], only["charged"], only["open"]) == (
        "2026-02-01",
        "12000.00",
        "12000.00",
        "12000.00",
    )
    everybody = letting.get("public-income/contracts", None).json()["items"]
    assert [(one["code"], one["counterparty"]) for one in everybody] == [("A-07", "示例传媒有限公司")]
    arrears = letting.get("public-income/arrears").json()
    assert (arrears["as_of"], arrears["total"]) == ("2026-02-10", "12000.00")
    assert letting.get("public-income/arrears?as_of=2026-02-09").json()["debts"] == []
    assert letting.get("public-income/contracts/NONE").status_code == 404
    assert letting.post("public-income/rents", {}).json()["type"].endswith("no_rent_due")


def test_a_contract_ends_early_and_its_rent_is_owed_back(letting: Desk) -> None:
    letting.done("public-income/contracts/A-07/receipts", {"amount": "12000.00", "bank": "Joint01"})
    end = {"ended_on": "2026-02-09", "reason": "承租方退场", "unused": "303.00"}
    done = letting.done("public-income/contracts/A-07/ends", end)
    assert (done["given_back"], done["lapsed"], done["ahead"]) == ("303.00", "0.00", "0.00")
    again = letting.post("public-income/contracts/A-07/ends", end)
    assert (again.status_code, again.json()["type"]) == (409, "urn:mingzhang:problem:lease_refused")


def test_zero_not_applicable_and_missing_are_three_things_in_json(desk: Desk) -> None:
    desk.done("public-income/assets", GATE)
    absent = {"type": "clubhouse", "from_on": "2026-01-01", "reason": "本小区无会所"}
    desk.done("public-income/absences", absent)
    gate = income(desk, "2026-01", "parking_temporary")
    assert (gate["state"], gate["state_zh"], gate["received"]) == ("missing", "未录入", None)
    club = income(desk, "2026-01", "clubhouse")
    assert (club["state"], club["received"], club["absent_since"], club["stated_by"]) == (
        "not_applicable",
        None,
        "2026-01-01",
        "treasurer",
    )
    zero = {"month": "2026-01", "asset": "GATE", "reason": "道闸未启用"}
    desk.done("public-income/zero-statements", zero)
    gate = income(desk, "2026-01", "parking_temporary")
    assert (gate["state"], gate["received"], gate["sources"][0]["reason"]) == ("zero", "0.00", "道闸未启用")


def test_what_is_missing_blocks_the_bulletin(desk: Desk) -> None:
    desk.done("public-income/assets", GATE)
    desk.done("periods/2026-01/close", {})
    refused = desk.post("bulletins/2026-01", {})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:mingzhang:problem:public_income_missing",
    )
    assert "地面临停(GATE)" in refused.json()["detail_zh"]
    open_month = desk.get("public-income/published/2026-02", None)
    assert open_month.json()["type"].endswith("period_not_closed")
    published = desk.get("public-income/published/2026-01", None).json()
    assert published["missing"] == ["地面临停(GATE)"]
    desk.done("public-income/zero-statements", {"month": "2026-01", "asset": "GATE", "reason": "道闸未启用"})
    assert desk.done("bulletins/2026-01", {})["version"] == 1


def test_an_asset_changes_its_status_and_is_listed_for_everybody(desk: Desk) -> None:
    desk.done("public-income/assets", GATE)
    change = {"status": "idle", "from_on": "2026-02-01", "reason": "路面翻修"}
    desk.done("public-income/assets/GATE/statuses", change)
    listed = desk.get("public-income/assets", None).json()
    assert [(one["code"], one["status"], one["place_zh"]) for one in listed["items"]] == [
        ("GATE", "idle", "全体业主共有")
    ]
    before = desk.get("public-income/assets?as_of=2026-01-31", None).json()
    assert before["items"][0]["status"] == "operated"
    earned = {"asset": "GATE", "amount": "88.00", "narration": "临停", "bank": "Joint01", "month": "2026-01"}
    assert desk.done("public-income", earned)["amount"] == "88.00"
    assert income(desk, "2026-01", "parking_temporary")["state"] == "received"


def test_interest_is_previewed_and_shared(desk: Desk) -> None:
    for fund, amount in (("PropertyFee", "50000.00"), ("PublicIncome", "30000.00")):
        cash = [{"account": f"Assets:{fund}:Bank:Joint01", "amount": amount}]
        desk.done(
            "opening-balances",
            {"fund": fund, "effective_on": "2026-01-01", "document": "审计表", "cash": cash},
        )
    body = {"bank": "Joint01", "amount": "45.67"}
    tried = desk.post("bank-interest?dry_run=true", body).json()
    done = desk.done("bank-interest", body)
    for answer in (tried, done):
        assert [(one["fund"], one["amount"]) for one in answer["parts"]] == [
            ("PropertyFee", "28.54"),
            ("PublicIncome", "17.13"),
        ]
        assert (answer["from_on"], answer["to_on"]) == ("2026-01-01", "2026-02-09")
    charge = desk.done("bank-charges", {"bank": "Joint01", "amount": "16.00"})
    assert sum(float(one["amount"]) for one in charge["parts"]) == 16


def test_a_tenants_deposit_is_taken_and_goes_back_less_the_rent_that_is_owed(letting: Desk) -> None:
    letting.done("bank-accounts", {"code": "Basic02", "label": "基本 0001", "funds": ["Agency"]})
    taken = {"deposit": "tenant", "contract": "A-07", "amount": "2000.00", "bank": "Basic02"}
    assert letting.done("deposits", taken)["contract"] == "A-07"
    renovation = {"unit": UNIT, "amount": "1000.00", "bank": "Basic02"}
    assert letting.done("deposits", renovation)["unit"] == UNIT
    letting.done("public-income/rents", {})
    release = {
        "kind": "deposit_release",
        "fund": "Agency",
        "deposit": "tenant",
        "contract": "A-07",
        "amount": "2000.00",
        "lines": [{"account": "Income:PublicIncome:Advert:Elevator", "amount": "500.00"}],
        "to_bank": "Joint01",
        "payee": "示例传媒有限公司",
        "purpose": "退押金",
        "authority": "合同 A-07 第 9 条",
        "bank": "Basic02",
    }
    asked = letting.done("disbursements", release, "trustee")["id"]
    letting.done(f"disbursements/{asked}/approvals", {}, "committee")
    letting.done(f"disbursements/{asked}/payments", {})
    assert letting.get("public-income/arrears").json()["total"] == "11500.00"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("public-income/assets", {**ASSET, "count": 0}),
        ("public-income/assets", {**ASSET, "type": "casino"}),
        ("public-income/contracts", {**CONTRACT, "assets": []}),
        ("public-income/contracts", {**CONTRACT, "fee_bp": 10_001}),
        ("public-income/zero-statements", {"month": "2026-1", "reason": "无"}),
        ("bank-interest", {"bank": "Joint01", "amount": 45.67}),
    ],
)
def test_what_cannot_be_read_is_malformed(desk: Desk, path: str, body: dict[str, Any]) -> None:
    assert desk.post(path, body).status_code == 400


def test_the_trustee_keeps_no_books_of_public_income(desk: Desk) -> None:
    assert desk.post("public-income/assets", ASSET, "trustee").status_code == 403
    assert desk.get("public-income/months/2026-01", None).status_code == 401
