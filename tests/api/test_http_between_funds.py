"""Between funds over HTTP: the whole way of a distribution, a loan, the repair fund and a meter group."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Desk

UNITS = [f"B01-U1-0{floor}01" for floor in (1, 2, 3)] + ["B02-U1-0501", "B02-U1-0502", "B02-U1-0601"]


def voted(desk: Desk, code: str, matter: str, fund: str | None = None) -> str:
    ballots = [{"unit": unit, "choice": "agree"} for unit in UNITS]
    terms = {
        "code": code,
        "matter": matter,
        "title": f"表决 {code}",
        "decided_on": "2026-02-10",
        "fund": fund,
    }
    desk.done("votes", {**terms, "ballots": ballots})
    return code


@pytest.fixture
def funded(desk: Desk) -> Desk:
    """Give the books with public income of 1,000.00 and three more bank accounts."""
    for code, funds in (("Basic01", ["Committee"]), ("Basic02", ["Agency"]), ("Joint02", ["PublicIncome"])):
        desk.done("bank-accounts", {"code": code, "label": "户 0001", "funds": funds})
    income = {"account": "Income:PublicIncome:Telecom", "narration": "基站场地费", "bank": "Joint01"}
    desk.done("public-income", {**income, "amount": "1000.00", "effective_on": "2026-01-15"})
    return desk


def carried(desk: Desk, body: dict[str, Any]) -> str:
    """Ask, approve and pay; give the request's address."""
    asked = desk.done("fund-moves", body, "trustee")
    path = f"fund-moves/{asked['id']}"
    assert desk.get(path).json()["state"] == "requested"
    desk.done(f"{path}/approvals", None, "committee")
    desk.done(f"{path}/payments")
    return path


def test_a_rule_is_previewed_then_distributed(funded: Desk) -> None:
    vote = voted(funded, "V-D", "distribution", "PublicIncome")
    rule = {"code": "D-1", "every": "year", "from_month": "2026-01", "authority": vote}
    shares = [{"fund": "Repair", "share_bp": 7_000}, {"fund": "Committee", "share_bp": 2_000}]
    funded.done("distribution-rules", {**rule, "shares": shares})
    listed = funded.get("distribution-rules").json()["items"][0]
    assert (listed["rest_bp"], listed["shares"]) == (1_000, shares)
    early = funded.get("distributions/preview?rule=D-1&span=2026")
    assert (early.status_code, early.json()["type"]) == (409, "urn:mingzhang:problem:period_not_closed")
    body = {"rule": "D-1", "span": "2026", "from_bank": "Joint01"}
    asked = funded.post("distributions", body, "trustee")
    assert asked.json()["type"].endswith("period_not_closed")
    assert funded.get("distributions").json() == {"items": []}
    unknown = funded.post(f"distributions/{'0' * 36}/approvals", None, "committee")
    assert unknown.status_code == 404
    assert (
        funded.post(f"distributions/{'0' * 36}/refusals", {"reason": "重算"}, "committee").status_code == 404
    )


def test_a_share_for_repairs_below_the_minimum_stands_in_the_vote_itself(funded: Desk) -> None:
    voted(funded, "V-D", "distribution", "PublicIncome")
    ballots = [{"unit": unit, "choice": "agree"} for unit in UNITS]
    terms = {"code": "V-L", "matter": "distribution", "title": "分配", "decided_on": "2026-02-10"}
    low = {**terms, "fund": "PublicIncome", "ballots": ballots, "repair_share_bp": 1_000}
    assert funded.done("votes", low)["vote"]["repair_share_bp"] == 1_000
    rule = {"code": "D-1", "every": "year", "from_month": "2026-01"}
    body = {**rule, "shares": [{"fund": "Repair", "share_bp": 1_000}]}
    refused = funded.post("distribution-rules", {**body, "authority": "V-D"})
    assert refused.json()["type"].endswith("distribution_below_minimum")
    assert (
        funded.post("distribution-rules", {**body, "authority": "V-D", "below_minimum": True}).status_code
        == 400
    )
    funded.done("distribution-rules", {**body, "authority": "V-L"})
    assert funded.get("distribution-rules").json()["items"][0]["below_minimum"] is True


def test_a_transfer_takes_two_keys_and_is_confirmed(funded: Desk) -> None:
    vote = voted(funded, "V-T", "transfer", "PublicIncome")
    path = carried(
        funded,
        {
            "kind": "transfer",
            "from_fund": "PublicIncome",
            "to_fund": "Repair",
            "amount": "300.00",
            "purpose": "补充维修资金",
            "authority": vote,
            "from_bank": "Joint01",
        },
    )
    funded.done(f"{path}/confirmations", {"document": "入账回单 7"})
    found = funded.get(path, "supervisor").json()
    assert (found["state"], found["amount"]) == ("confirmed", "300.00")
    month = funded.get("between-funds").json()
    assert month["moved"][0]["to_zh"] == "维修资金"
    assert (month["owed"], month["pairs_cancel"]) == ([], True)
    assert funded.get("repair-fund").json()["of_month"]["transferred"] == "300.00"
    assert [one["id"] for one in funded.get("fund-moves?limit=1").json()["items"]] == [found["id"]]


def test_a_loan_is_listed_until_it_is_back(funded: Desk) -> None:
    vote = voted(funded, "V-L", "loan", "PublicIncome")
    terms = {"kind": "loan", "from_fund": "PublicIncome", "to_fund": "PropertyFee", "due_on": "2026-03-01"}
    money = {"amount": "200.00", "from_bank": "Joint01", "to_bank": "Joint01", "purpose": "周转"}
    loan = carried(funded, {**terms, **money, "authority": vote}).rpartition("/")[2]
    listed = funded.get("fund-loans?as_of=2026-03-01").json()["items"][0]
    assert (listed["open"], listed["is_due"]) == ("200.00", True)
    assert funded.get("fund-loans").json()["items"][0]["is_due"] is False
    assert funded.get("fund-loans?due_within=18").json()["items"] == []
    assert [one["id"] for one in funded.get("fund-loans?due_within=19").json()["items"]] == [loan]
    carried(funded, {**money, "kind": "repayment", "loan": loan, "purpose": "归还"})
    assert funded.get("fund-loans").json()["items"][0]["open"] == "0.00"


def test_a_request_is_sent_back_with_its_reason(funded: Desk) -> None:
    sweep = {"kind": "sweep", "from_fund": "PublicIncome", "from_bank": "Joint01", "to_bank": "Joint02"}
    asked = funded.done("fund-moves", {**sweep, "amount": "10.00", "purpose": "归集"})
    path = f"fund-moves/{asked['id']}"
    assert funded.done(f"{path}/refusals", {"reason": "无需归集"}, "committee")["state"] == "refused"
    again = funded.post(f"{path}/approvals", None, "committee")
    assert (again.status_code, again.json()["type"]) == (409, "urn:mingzhang:problem:fund_move_state")


def test_the_repair_fund_is_kept_by_building(funded: Desk) -> None:
    buildings = [
        {"building": one, "first_instalment": "1000.00", "opening": "0.00"} for one in ("B01", "B02")
    ]
    funded.done("repair-fund/buildings", {"buildings": buildings})
    record = {"kind": "contribution", "amount": "500.00", "document": "通知 1", "sharing": "area"}
    funded.done("repair-fund/records", record)
    funded.done(
        "repair-fund/confirmations",
        {"confirmed_on": "2026-02-10", "document": "对账单 2", "amount": "499.00"},
    )
    found = funded.get("repair-fund").json()
    assert found["of_month"]["paid_in"] == "500.00"
    assert found["confirmed"][0]["difference"] == "-1.00"
    assert [one["label_zh"] for one in found["buildings"]] == ["全部楼栋"]  # neither has five units
    assert found["buildings"][0]["balance"] == "500.00"


def test_a_meter_group_and_its_bill(funded: Desk) -> None:
    funded.done("meter-groups", {"code": "W-1", "item": "water", "label": "1号水表"})
    bill = {
        "meter_group": "W-1",
        "month": "2026-01",
        "amount": "60.00",
        "supplier": "自来水公司",
        "document": "1",
    }
    funded.done("utility-bills", bill)
    found = funded.get("agency").json()
    assert found["groups"][0]["figures"]["billed"] == "60.00"
    assert found["net"] == "0.00"


def test_what_a_former_company_kept_is_honoured_and_a_surplus_is_voted(funded: Desk) -> None:
    vote = voted(funded, "V-O", "other")
    funded.done(
        "opening-claims",
        {"fund": "PropertyFee", "units": [{"unit": UNITS[0], "amount": "120.00"}], "authority": vote},
    )
    refused = funded.post("surplus-returns", {"amount": "1.00", "authority": vote})
    assert refused.json()["type"].endswith("authority_unfit")
    year = {"fund": "PropertyFee", "year": 2026, "narration": "漏记", "authority": vote}
    lines = [{"account": "Liabilities:PropertyFee:Payable:Vendor", "amount": "-1.00"}]
    answer = funded.post("prior-year-corrections", {**year, "lines": lines})
    assert answer.json()["type"].endswith("year_still_open")
