"""A compound in which everything has happened once, and the words by which its things are called."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from tests.api.conftest import UNIT, Desk

POOL = "Governance:Guarantee"
STAIR = ("B01-U1-0101", "B01-U1-0201", "B01-U1-0301")
_LIFT = "Project:Lift-01"
_SERVICE = "Income:PropertyFee:Service:Owner"
_CLEANING = "Expenses:PropertyFee:Cleaning"
_ALL = (*STAIR, "B02-U1-0501", "B02-U1-0502", "B02-U1-0601")
_RESOLUTION = {"matter": "spending", "title": "委员会决议", "decided_on": "2026-02-01"}

#: What a field of this name may well say; the fuzzer puts one in now and then, so that a rule is reached.
WORDS: dict[str, list[Any]] = {
    "unit": [UNIT, "B01-U1-0101", "B02-U1-0601"],
    "fund": ["PropertyFee", "PublicIncome", "Repair", POOL, _LIFT, "Agency"],
    "from_fund": ["PublicIncome", "PropertyFee"],
    "to_fund": ["Repair", "Committee"],
    "account": [_CLEANING, _SERVICE, "Assets:PropertyFee:Bank:Joint01", "Income:PublicIncome:Telecom"],
    "bank": ["Joint01", "P01", "G01"],
    "from_bank": ["Joint01"],
    "to_bank": ["Joint01"],
    "item": ["property_fee", "water"],
    "month": ["2026-01", "2026-02"],
    "from_month": ["2026-01"],
    "period": ["2026-01", "2026-02"],
    "authority": ["预算2026", "V-1", "L-1", "emergency"],
    "code": ["V-1", "LIFT-AD", "new-code"],
    "rule": ["D-1"],
    "span": ["2026", "2026-Q1"],
    "channel": ["bank", "cash", "wechat", "letter"],
    "contract": ["A-07"],
    "asset": ["LIFT-AD"],
    "project": ["Lift-01", "GP001"],
    "custodian": ["HousingBureau"],
    "year": [2026],
    "version": [1],
    "plan": [1],
    "number": [1, 2],
    "donor": [1],
    "debtor": [1],
    "parked": [1],
    "amount": ["1.00", "100.00", "0.01", "99999999999.99"],
    "units": [[UNIT], list(STAIR)],
    "name": ["treasurer", "=cmd|' /C calc'!A0", "新人"],
    "days": [1],
}
#: Days of open months, and of others.
DAYS = ["2026-02-01", "2026-02-10", "2026-02-28", "2026-01-31", "2025-12-31", "0001-01-01", "9999-12-31"]


#: Bodies that the books of this compound accept, by operation: where a story begins that others go on with.
STORIES: dict[str, dict[str, Any]] = {
    "request_disbursement": {
        "fund": "PropertyFee",
        "lines": [{"account": _CLEANING, "amount": "3.00"}],
        "payee": "示例保洁公司",
        "purpose": "保洁",
        "authority": "预算2026",
        "bank": "Joint01",
    },
    "request_fund_move": {
        "kind": "transfer",
        "from_fund": "PublicIncome",
        "to_fund": "Repair",
        "amount": "2.00",
        "purpose": "补充",
        "authority": "V-T",
        "from_bank": "Joint01",
    },
    "post_general": {
        "effective_on": "2026-02-03",
        "narration": "结转",
        "postings": [
            {"account": "Assets:PropertyFee:Bank:Joint01", "amount": "5.00"},
            {"account": "Income:PropertyFee:Interest", "amount": "-5.00"},
        ],
    },
    "receive_money": {"unit": UNIT, "amount": "7.00", "channel": "bank", "bank": "Joint01"},
    "park_money": {"amount": "9.00", "channel": "bank", "bank": "Joint01"},
    "hand_books_over": {"handed_on": "2026-02-05", "outgoing": "示例物业公司", "incoming": "另一物业公司"},
    "record_interruption": {
        "unit": UNIT,
        "cause": "acknowledgement",
        "happened_on": "2026-02-05",
        "through": "2026-01",
        "document": "承诺书 1",
    },
    "book_unexplained": {"fund": "PropertyFee", "bank": "Joint01", "amount": "1.00", "narration": "银行扣款"},
}


def live(desk: Desk) -> dict[str, list[Any]]:
    """Let everything happen once over HTTP; return the words, with the ids that came of it."""
    words = {name: list(values) for name, values in WORDS.items()}
    _agree(desk)
    billed = desk.done("charges:bill", {"month": "2026-01"})
    charges = [one["id"] for one in desk.get("charges").json()["items"]]
    _take_money(desk, charges)
    words["identifier"] = [*_spend(desk), "0" * 36]
    words["sha256"] = [_file(desk, words["identifier"][0]), "ab" * 32]
    _let(desk)
    _share(desk)
    words |= {"id": charges, "charge": charges, "charges": [charges[:1], charges[:2]]}
    words["seq"] = [billed["seq"], desk.head()[0], 1]
    desk.done("periods/2026-01/close")
    desk.done("bulletins/2026-01")
    return words


def _agree(desk: Desk) -> None:
    """Let the owners vote for all kinds of things."""
    for code, matter, fund in (
        ("V-1", "common_parts", None),
        ("V-D", "distribution", "PublicIncome"),
        ("V-T", "transfer", "PublicIncome"),
        ("V-W", "relief", None),
        ("L-1", "project", _LIFT),
    ):
        voters = {"base": "units", "units": list(STAIR)} if matter == "project" else {}
        units = STAIR if voters else _ALL
        ballots = [{"unit": unit, "choice": "agree"} for unit in units]
        terms = {"code": code, "matter": matter, "title": f"表决 {code}", "decided_on": "2026-02-01"}
        desk.done("votes", {**terms, **voters, "fund": fund, "ballots": ballots})
    desk.done("authorities/resolutions", {**_RESOLUTION, "code": "决议-1"}, "committee")
    lines = [
        {"account": _CLEANING, "monthly": "100.00", "note": "保洁"},
        {"account": _SERVICE, "monthly": "500.00"},
    ]
    desk.done("budgets", {"fund": "PropertyFee", "year": 2026, "title": "预算", "lines": lines}, "trustee")
    terms = {
        "rate_bp": 1000,
        "every_months": 1,
        "accounts": [_SERVICE],
        "contract": "合同",
        "effective_from": "2026-01",
    }
    desk.done("remuneration-rules", terms)


def _take_money(desk: Desk, charges: list[str]) -> None:
    """Let money come in, and debts go without money."""
    desk.done("receipts", {"unit": UNIT, "amount": "1000.00", "channel": "bank", "bank": "Joint01"})
    desk.done("parked-receipts", {"amount": "50.00", "channel": "bank", "bank": "Joint01"})
    income = {"account": "Income:PublicIncome:Telecom", "narration": "基站场地费", "bank": "Joint01"}
    desk.done("public-income", {**income, "amount": "1000.00", "effective_on": "2026-01-15"})
    desk.done("disputes", {"charges": [{"id": charges[-1], "amount": "1.00"}], "authority": "申诉 1"})
    desk.done("adjustments", {"charges": [charges[0]], "reason": "面积有误"}, "trustee")
    sent = {"channel": "letter", "outcome": "signed", "units": ["B02-U1-0601"]}
    desk.done("demands", sent, "trustee")


def _spend(desk: Desk) -> list[str]:
    """Let a payment be made and another be asked for; return their ids, and that of a move between funds."""
    body = {
        "fund": "PropertyFee",
        "lines": [{"account": _CLEANING, "amount": "30.00"}],
        "payee": "示例保洁公司",
    }
    asked = [
        desk.done(
            "disbursements",
            {**body, "purpose": "保洁", "authority": "预算2026", "bank": "Joint01"},
            "trustee",
        )
        for _ in range(2)
    ]
    path = f"disbursements/{asked[0]['id']}"
    desk.done(f"{path}/approvals", None, "committee")
    desk.done(f"{path}/postings")
    move = {"kind": "transfer", "from_fund": "PublicIncome", "to_fund": "Repair", "amount": "10.00"}
    moved = desk.done(
        "fund-moves", {**move, "purpose": "补充", "authority": "V-T", "from_bank": "Joint01"}, "trustee"
    )
    return [asked[0]["id"], asked[1]["id"], moved["id"]]


def _file(desk: Desk, identifier: str) -> str:
    """Upload a picture beside a payment; return its SHA-256."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    where = f"disbursements/{identifier}/vouchers?title=photo"
    answer = desk.post(where, drawn.getvalue(), Content_Type="image/png")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


def _let(desk: Desk) -> None:
    """Let an advert frame be let."""
    frame = {"code": "LIFT-AD", "type": "advert_elevator", "label": "电梯广告框", "from_on": "2026-02-01"}
    desk.done("public-income/assets", frame)
    contract = {
        "code": "A-07",
        "assets": ["LIFT-AD"],
        "tenant": {"name": "示例传媒有限公司"},
        "authority": "V-1",
    }
    schedule = {"amount": "12000.00", "months": 12}
    span = {"from_on": "2026-02-01", "to_on": "2027-01-31"}
    desk.done("public-income/contracts", {**contract, **span, "schedule": schedule, "fee_bp": 2000})
    shares = [{"fund": "Repair", "share_bp": 7_000}]
    rule = {"code": "D-1", "every": "year", "from_month": "2026-01", "authority": "V-D", "shares": shares}
    desk.done("distribution-rules", rule)


def _share(desk: Desk) -> None:
    """Open a governance pool with a project of its own, and a lift that three units share."""
    for code, fund in (("G01", POOL), ("P01", _LIFT)):
        desk.done("bank-accounts", {"code": code, "label": f"专户 {code}", "funds": [fund]})
    desk.done("pools", {"fund": POOL, "holder": "示例社区居委会", "document": "成社治 1 号", "bank": "G01"})
    named = {
        "code": "GP001",
        "fund": POOL,
        "title": "楼道照明",
        "applicant": "居民议事会",
        "document": "申请书",
    }
    budget = [{"purpose": "facilities", "amount": "1000.00"}]
    desk.done("grants", {**named, "budget": budget, "clear_by": "2026-05-31"}, "trustee")
    units = [{"unit": unit, "coefficient": str(place)} for place, unit in enumerate(STAIR)]
    lift = {"code": "Lift-01", "title": "加装电梯", "amount": "5000.00", "bank": "P01", "units": units}
    desk.done("projects", {**lift, "authority": "L-1"})
    plan = {"amount": "3000.00", "authority": "L-1", "instalments": [{"due_on": "2026-03-31"}]}
    desk.done("projects/Lift-01/plans", plan)
    desk.done("projects/Lift-01/calls", {"plan": 1, "number": 1})
