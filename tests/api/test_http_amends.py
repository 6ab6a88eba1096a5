"""What is put right afterwards, through the door: adjustments with two keys, claims, parked money, demands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import UNIT, Desk


@pytest.fixture
def billed(desk: Desk) -> Desk:
    """January is billed; since 31 January it is overdue."""
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    return desk


def found(desk: Desk, path: str, who: str = "treasurer") -> dict[str, Any]:
    answer = desk.get(path, who)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def code(desk: Desk, path: str, body: Any, who: str = "treasurer") -> tuple[int, str]:
    answer = desk.post(path, body, who)
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def charge(desk: Desk) -> str:
    return str(found(desk, f"charges?unit={UNIT}")["items"][0]["id"])


def test_an_adjustment_is_asked_for_shown_and_agreed_to(billed: Desk) -> None:
    body = {"charges": [charge(billed)], "reason": "重复计费"}
    tried = billed.post("adjustments?dry_run=true", body).json()
    assert (tried["lowered"], tried["freed"], tried["dry_run"]) == ("196.97", "0.00", True)
    asked = billed.post("adjustments", body)
    assert asked.headers["location"].endswith("/adjustments/1")
    assert "voucher" not in asked.json() or asked.json()["voucher"] is None
    shown = found(billed, "adjustments/1", "trustee")
    assert (shown["state"], shown["reason"], shown["ended"]) == ("requested", "重复计费", None)
    (line,) = shown["charges"]
    assert (line["charge"], line["item"], line["amount"]) == (body["charges"][0], "property_fee", "196.97")
    assert isinstance(line["tariff_seq"], int)
    assert code(billed, "adjustments/1/approvals", None, "committee") == (422, "two_keys_same_body")
    done = billed.done("adjustments/1/approvals", {"effective_on": "2026-02-10"}, "trustee")
    assert (done["lowered"], done["voucher"]) == ("196.97", "记-2026-02-0001")
    ended = found(billed, "adjustments")["items"][0]["ended"]
    assert (ended["step"], ended["body"]) == ("approved", "trustee")
    assert found(billed, f"arrears?unit={UNIT}")["total"] is None


def test_an_adjustment_is_sent_back_or_withdrawn_with_a_reason(billed: Desk) -> None:
    body = {"charges": [charge(billed)], "reason": "重复计费"}
    for _ in range(2):
        billed.done("adjustments", body)
    billed.done("adjustments/1/refusals", {"reason": "查无重复"}, "committee")
    billed.done("adjustments/2/withdrawals", {"reason": "看错了"})
    items = found(billed, "adjustments?limit=1")
    assert items["items"][0]["ended"]["reason"] == "查无重复"
    rest = found(billed, f"adjustments?cursor={items['next_cursor']}")
    assert [(one["number"], one["state"]) for one in rest["items"]] == [(2, "withdrawn")]
    assert code(billed, "adjustments/2/approvals", None, "trustee") == (409, "adjustment_state")
    assert code(billed, "adjustments/3/approvals", None, "trustee") == (404, "not_found")


def test_a_loss_is_claimed_listed_and_recovered(billed: Desk) -> None:
    body = {
        "against": "trustee",
        "fund": "PropertyFee",
        "amount": "500.00",
        "reason": "超预算支出",
        "authority": "业委会决议 3",
    }
    claimed = billed.done("claims", body, "committee")
    path = f"claims/{claimed['seq']}/recoveries"
    part = billed.done(path, {"bank": "Joint01", "amount": "120.00"})
    assert (part["amount"], part["open"]) == ("120.00", "380.00")
    assert code(billed, path, {"bank": "Joint01", "amount": "380.01"}) == (422, "claim_short")
    (one,) = found(billed, "claims")["items"]
    assert (one["against"], one["amount"], one["open"], one["unit"]) == ("Trustee", "500.00", "380.00", None)


def test_parked_money_goes_back_with_two_keys(billed: Desk) -> None:
    billed.done("parked-receipts", {"amount": "88.00", "channel": "bank", "bank": "Joint01"})
    body = {
        "kind": "parked_refund",
        "fund": "PropertyFee",
        "parked": 1,
        "payee": "张某",
        "purpose": "退回",
        "authority": "银行回单 7",
        "bank": "Joint01",
    }
    asked = billed.done("disbursements", body, "trustee")
    shown = found(billed, f"disbursements/{asked['id']}")
    assert (shown["payee"], shown["purpose"], shown["amount"]) == ("个人", "待查来款退回 D-000001", "88.00")
    billed.done(f"disbursements/{asked['id']}/approvals", None, "committee")
    billed.done(f"disbursements/{asked['id']}/payments", None)
    assert found(billed, "parked-receipts")["items"][0]["left"] == "0.00"


def test_a_demand_is_added_to_and_taken_back(billed: Desk) -> None:
    billed.done(
        "demands", {"channel": "letter", "outcome": "pending", "units": [UNIT], "made_on": "2026-02-02"}
    )
    billed.done("demands/1/outcomes", {"outcome": "signed", "happened_on": "2026-02-09"}, "trustee")
    assert found(billed, f"arrears?unit={UNIT}")["charges"][0]["limitation_on"] == "2029-02-09"
    billed.done("demands/1/withdrawals", {"reason": "送错户"}, "trustee")
    assert found(billed, f"arrears?unit={UNIT}")["charges"][0]["limitation_on"] == "2029-01-31"
    (one,) = found(billed, "demands")["items"]
    assert (one["outcome"], [later["outcome"] for later in one["since"]]) == (
        "withdrawn",
        ["signed", "withdrawn"],
    )
    assert one["since"][1]["reason"] == "送错户"
    assert code(billed, "demands/1/withdrawals", {"reason": "再撤"}) == (409, "already_withdrawn")


def test_an_outcome_cannot_be_posted_as_withdrawn(billed: Desk) -> None:
    billed.done("demands", {"channel": "letter", "outcome": "pending", "units": [UNIT]})
    assert billed.post("demands/1/outcomes", {"outcome": "withdrawn"}).status_code == 400


def test_an_interruption_is_listed_and_taken_back(billed: Desk) -> None:
    body = {
        "unit": UNIT,
        "cause": "suit",
        "happened_on": "2026-02-09",
        "through": "2026-01",
        "document": "立案 1",
    }
    done = billed.done("interruptions", body)
    (one,) = found(billed, f"interruptions?unit={UNIT}")["items"]
    assert (one["seq"], one["cause"], one["withdrawn"]) == (done["seq"], "suit", None)
    gone = billed.done(f"interruptions/{done['seq']}/withdrawals", {"reason": "案号属于另一户"})
    assert gone["interruption"] == done["seq"]
    (one,) = found(billed, "interruptions")["items"]
    assert one["withdrawn"]["reason"] == "案号属于另一户"
    assert found(billed, f"arrears?unit={UNIT}")["charges"][0]["limitation_on"] == "2029-01-31"


def test_a_timeline_tells_why_it_was_corrected(desk: Desk) -> None:
    desk.done("tenures", {"unit": UNIT, "state": "let", "from_on": "2026-02-01"})
    desk.done("tenures", {"unit": UNIT, "state": "vacant", "from_on": "2026-02-01", "reason": "登记错为出租"})
    desk.done("tenures:withdraw", {"unit": UNIT, "from_on": "2026-02-01", "reason": "业主来电更正"})
    told = found(desk, f"units/{UNIT}/tenures")
    assert len(told["items"]) == 1
    assert [(one["state"], one["reason"]) for one in told["changes"]] == [
        ("occupied", None),
        ("let", None),
        ("vacant", "登记错为出租"),
        ("withdrawn", "业主来电更正"),
    ]
