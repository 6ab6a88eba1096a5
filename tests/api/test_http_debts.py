"""Receipts and what happens to a debt, through the interface: the doors open, and say what was done."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from tests.api.conftest import UNIT, Desk

LIFT = "Expenses:PropertyFee:Facility:MinorRepair"
OTHER_UNIT, DEVELOPERS = "B02-U1-0601", ["B02-U1-0501", "B02-U1-0502"]


@pytest.fixture
def billed(desk: Desk) -> Desk:
    """Give books with January billed."""
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    return desk


def charge_of(desk: Desk, unit: str) -> str:
    identifier: str = desk.get(f"charges?unit={unit}").json()["items"][0]["id"]
    return identifier


def receipt(amount: str, **more: Any) -> dict[str, Any]:
    return {"unit": UNIT, "amount": amount, "channel": "bank", "bank": "Joint01", **more}


def test_a_receipt_names_its_charge_and_is_printed(billed: Desk) -> None:
    done = billed.done("receipts", receipt("100.00", charges=[charge_of(billed, UNIT)]))
    assert [part["unit"] for part in done["settled"]] == [UNIT]
    page = billed.get("receipts/1/pdf")
    assert (page.status_code, page.headers["content-type"]) == (200, "application/pdf")
    assert page.content == billed.get("receipts/1/pdf").content
    with pikepdf.open(io.BytesIO(page.content)) as pdf:
        assert len(pdf.pages) == 1
    assert billed.get("receipts/2/pdf").status_code == 404
    assert billed.get("receipts/1/pdf", "supervisor").status_code == 403


def test_parked_money_is_listed_and_claimed(billed: Desk) -> None:
    body = {"amount": "200.00", "channel": "bank", "bank": "Joint01"}
    parked = billed.done("parked-receipts", body)
    done = billed.done(f"parked-receipts/{parked['parked']}/claims", {"unit": UNIT, "amount": "150.00"})
    assert (done["number"], done["amount"]) == ("R-000001", "150.00")
    assert billed.get("parked-receipts").json()["items"][0]["left"] == "50.00"
    answer = billed.post(f"parked-receipts/{parked['parked']}/claims", {"unit": UNIT, "amount": "50.01"})
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "parked_short")


def test_a_refund_takes_two_keys(billed: Desk) -> None:
    billed.done("receipts", receipt("500.00"))
    due = billed.done("refundables", {"unit": UNIT})
    assert due["amount"] == billed.get("refundables").json()["items"][0]["amount"] == "303.03"
    request = {"kind": "refund", "fund": "PropertyFee", "unit": UNIT, "amount": "303.03", "payee": "业主"}
    more = {"purpose": "退款", "authority": "申请单 1", "bank": "Joint01"}
    asked = billed.done("disbursements", request | more, "trustee")
    billed.done(f"disbursements/{asked['id']}/approvals", {}, "committee")
    billed.done(f"disbursements/{asked['id']}/payments", {})
    assert billed.get(f"disbursements/{asked['id']}").json()["payee"] == "个人"
    assert billed.get("refundables").json()["items"] == []


def test_a_waiver_a_write_off_and_a_dispute_are_listed(billed: Desk) -> None:
    charge = charge_of(billed, UNIT)
    for path, amount in (("waivers", "10.00"), ("write-offs", "20.00"), ("disputes", "30.00")):
        body = {"charges": [{"id": charge, "amount": amount}], "authority": "表决 V1"}
        assert billed.done(path, body)["amount"] == amount
    billed.done("disputes/ends", {"charges": [{"id": charge}], "authority": "调解书 1"})
    found = [(one["kind"], one["amount"]) for one in billed.get("reliefs").json()["items"]]
    assert found == [("waiver", "10.00"), ("write_off", "20.00"), ("dispute", "30.00"), ("dispute", "-30.00")]
    assert len(billed.get("reliefs?kind=waiver").json()["items"]) == 1
    nobody = billed.post("waivers", {"charges": [{"id": charge}], "authority": ""})
    assert nobody.json()["type"].rpartition(":")[2] == "authority_missing"


def test_a_late_fee_is_demanded_or_paid_with_the_debt(billed: Desk) -> None:
    billed.done("prime-rates", {"from_on": "2026-01-20", "rate": "3.00", "source": "全国银行间同业拆借中心"})
    late = {"charges": [{"id": charge_of(billed, UNIT)}], "through": "2026-02-10", "authority": "合同 12 条"}
    assert billed.done("late-fees", {**late, "through": "2026-02-05"})["amount"] == "0.11"
    done = billed.done("receipts", receipt("200.00", late_fee=late))
    assert (done["settled"][0]["item"], done["settled"][0]["amount"]) == ("late_fee", "0.11")
    again = billed.post("late-fees", late)
    assert again.json()["type"].rpartition(":")[2] == "late_fee_twice"
    above = billed.post(
        "late-fees", {**late, "charges": [{"id": charge_of(billed, OTHER_UNIT)}], "amount": "9"}
    )
    assert above.json()["type"].rpartition(":")[2] == "late_fee_above_cap"


def test_an_owner_changes_and_a_returned_payment_is_no_mistake(billed: Desk) -> None:
    paid = billed.done("receipts", receipt("100.00"))
    body = {"from_on": "2026-02-09", "ahead": "carry", "authority": "产权变更登记 1"}
    done = billed.done(f"units/{UNIT}/owner-changes", body)
    assert (done["old_debtor"], done["debtor"], done["former"]) == (1, 2, "96.97")
    billed.done(f"entries/{paid['seq']}/reversals", {"reason": "支票退回", "returned": True})
    former = billed.get("entries?account=Assets:PropertyFee:Receivable:Former").json()["items"]
    assert [one["kind"] for one in former] == ["owner_change", "reversal"]


def test_the_developer_settles_and_what_it_gave_is_sold(billed: Desk) -> None:
    body = {"units": DEVELOPERS, "amount": "200.00", "bank": "Joint01", "authority": "表决 V2"}
    done = billed.done(
        "developer-settlements", {**body, "in_kind": "300.00", "document": "评估 1", "waive_rest": True}
    )
    assert (done["receipt_act"]["amount"], done["in_kind"]["amount"]) == ("200.00", "300.00")
    assert done["waiver"]["amount"] == "28.00"
    sale = {"book": "300.00", "amount": "290.00", "bank": "Joint01", "authority": "合同 3"}
    billed.done("settlements-in-kind/sales", sale)
    work = {"charges": [{"id": charge_of(billed, UNIT)}], "authority": "表决 V3", "document": "验收单"}
    assert billed.done("settlements-in-kind", {**work, "consumed": LIFT})["amount"] == "196.97"
