"""Payments over HTTP: emergencies, vouchers, petty cash, debits to be explained, and what everybody may read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import HOME, UNIT, Desk
from tests.ledger.intake.test_voucher_file import INVOICE, document, picture

CLEANING = "Expenses:PropertyFee:Cleaning"


@pytest.fixture
def funded(desk: Desk) -> Desk:
    """Give books with January billed and 1,000 yuan received."""
    desk.done("charges:bill", {"month": "2026-01"})
    desk.done("receipts", {"unit": UNIT, "amount": "1000.00", "channel": "bank", "bank": "Joint01"})
    return desk


def body(amount: str = "300.00", **more: Any) -> dict[str, Any]:
    return {
        "fund": "PropertyFee",
        "lines": [{"account": CLEANING, "amount": amount}],
        "payee": "示例电梯公司",
        "purpose": "保洁",
        "authority": "预算2026",
        "bank": "Joint01",
        **more,
    }


def code(answer: Any) -> str:
    return str(answer.json()["type"].rpartition(":")[2])


def test_an_emergency_is_paid_with_one_key_and_listed_until_it_is_ratified(funded: Desk) -> None:
    urgent = body("100.00", authority="emergency", reason="水管爆裂")
    asked = funded.done("disbursements", urgent, "trustee")
    assert asked["state"] == "approved"
    path = f"disbursements/{asked['id']}"
    funded.done(f"{path}/postings")
    funded.done(f"{path}/payments")
    (one,) = funded.get("emergencies", None).json()["items"]
    assert (one["reason"], one["amount"], one["state"]) == ("水管爆裂", "100.00", "paid")
    assert funded.get("emergencies?as_of=2026-02-09", None).json()["items"] == []
    assert (
        code(funded.post(f"{path}/ratifications", {"authority": "没有"}, "committee")) == "authority_unknown"
    )
    funded.done(f"{path}/ratifications", {"authority": "预算2026"}, "committee")
    assert funded.get("emergencies", None).json()["items"] == []
    view = funded.get(path).json()
    assert (view["ratified"], view["reason"], view["approvals"]) == (
        True,
        "水管爆裂",
        {"needed": 0, "given": 0},
    )


def test_a_debt_kept_back_a_vendors_refund_and_an_invoice_are_part_of_a_payment(funded: Desk) -> None:
    kept = [{"account": "Liabilities:PropertyFee:Payable:Retention", "amount": "30.00"}]
    asked = funded.done("disbursements", body("150.00", kept=kept, invoice="0012"), "trustee")
    assert code(funded.post("disbursements", body("1.00", invoice="0012"), "trustee")) == "invoice_used"
    path = f"disbursements/{asked['id']}"
    funded.done(f"{path}/approvals", None, "committee")
    funded.done(f"{path}/postings")
    funded.done(f"{path}/payments")
    view = funded.get(path).json()
    assert (view["amount"], view["kept"], view["voucher_missing"]) == ("150.00", kept, False)
    later = body(kind="payable", settles=asked["id"], lines=kept)
    again = funded.done("disbursements", later, "trustee")
    funded.done(f"disbursements/{again['id']}/approvals", None, "committee")
    funded.done(f"disbursements/{again['id']}/payments")
    funded.done(f"{path}/vendor-refunds", {"amount": "50.00", "bank": "Joint01"})
    standing = {row["account"]: row["balance"] for row in funded.get("balances").json()["items"]}
    assert (standing[CLEANING], standing["Assets:PropertyFee:Bank:Joint01"]) == ("100.00", "900.00")
    assert "Liabilities:PropertyFee:Payable:Retention" not in standing


def test_a_bigger_repair_is_refused_by_request_and_by_entry(funded: Desk) -> None:
    assert code(funded.post("disbursements", body(repair="major"), "trustee")) == "repair_not_service_cost"
    lines = [
        {"account": CLEANING, "amount": "1.00"},
        {"account": "Liabilities:PropertyFee:Payable:Vendor", "amount": "-1.00"},
    ]
    entry = {"narration": "大修", "postings": lines, "repair": "major", "effective_on": "2026-02-10"}
    assert code(funded.post("entries", entry)) == "repair_not_service_cost"


def upload(
    desk: Desk, path: str, content: bytes, kind: str, who: str = "trustee", title: str = "发票"
) -> Any:
    return desk.post(f"{path}?title={title}", content, who, Content_Type=kind)


def test_the_original_is_for_insiders_and_the_cleaned_version_for_everybody(funded: Desk) -> None:
    asked = funded.done("disbursements", body(), "trustee")
    path = f"disbursements/{asked['id']}"
    assert funded.get(path).json()["voucher_missing"] is True
    answer = upload(funded, f"{path}/vouchers", picture(), "image/jpeg")
    assert answer.status_code == 201, answer.text
    done = answer.json()
    view = funded.get(path).json()
    assert (view["voucher_missing"], view["vouchers"][0]["sha256"]) == (False, done["sha256"])
    public = funded.get(f"vouchers/{done['published_sha256']}", None)
    assert (public.status_code, public.headers["content-type"]) == (200, "image/jpeg")
    assert public.headers["content-disposition"].startswith("attachment")
    assert b"Camera Co" not in public.content
    original = f"vouchers/{done['sha256']}/original"
    assert funded.get(original, "auditor").content == picture()
    assert funded.get(original, None).status_code == 401
    assert funded.get(original, "supervisor").status_code == 403
    assert funded.get(f"vouchers/{done['sha256']}", None).status_code == 404  # the original is not published


def test_what_shows_a_person_is_not_published(funded: Desk) -> None:
    asked = funded.done("disbursements", body(payee_is_person=True), "trustee")
    done = upload(funded, f"disbursements/{asked['id']}/vouchers", document(), "application/pdf").json()
    assert done["published_sha256"] is None
    named = funded.post("vouchers?title=现场&private=true", picture(), "committee", Content_Type="image/jpeg")
    assert named.json()["published_sha256"] is None
    receipt = funded.get("receipts").json()["items"][0]["seq"]
    shown = upload(funded, f"entries/{receipt}/vouchers", document(), "application/pdf").json()
    assert shown["published_sha256"] is None
    (row,) = funded.get(f"entries/{receipt}/vouchers").json()["items"]
    assert (row["published"], row["sha256"]) == (None, shown["sha256"])


def test_an_xml_invoice_fills_in_a_request_and_warns_where_it_differs(funded: Desk) -> None:
    read = funded.post(
        "vouchers?title=发票&dry_run=true", INVOICE.encode(), "trustee", Content_Type="application/xml"
    ).json()
    assert read["invoice"] == {
        "number": "26500000000000000001",
        "issuer": "示例电梯公司",
        "issuer_code": "91510100MA6TEST00X",
        "issued_on": "2026-03-20",
        "amount": "1800.00",
    }
    asked = funded.done("disbursements", body(invoice="26500000000000000002"), "trustee")
    done = upload(funded, f"disbursements/{asked['id']}/vouchers", INVOICE.encode(), "text/xml").json()
    assert [one["field"] for one in done["warnings"]] == ["invoice", "amount"]
    shown = funded.get(f"vouchers/{done['published_sha256']}", None)
    assert (shown.headers["content-type"], shown.json()["number"]) == (
        "application/json",
        read["invoice"]["number"],
    )


def test_a_file_that_is_no_voucher_is_refused_by_its_content_type_and_size(funded: Desk) -> None:
    assert code(upload(funded, "vouchers", b"MZ" + bytes(50), "image/jpeg")) == "voucher_refused"
    assert upload(funded, "vouchers", picture(), "image/gif").status_code == 415
    assert upload(funded, "vouchers", bytes(10 * 1024 * 1024 + 1), "application/pdf").status_code == 413
    before = funded.head()
    path = f"/api/v1/compounds/{HOME}/disbursements/{'0' * 36}/vouchers"
    assert upload(funded, path, picture(), "image/jpeg").status_code == 404
    assert funded.head() == before


def test_costs_without_a_voucher_are_there_for_everybody_to_see(funded: Desk) -> None:
    asked = funded.done("disbursements", body("20.00"), "trustee")
    funded.done(f"disbursements/{asked['id']}/approvals", None, "committee")
    funded.done(f"disbursements/{asked['id']}/postings")
    (one,) = funded.get("missing-vouchers?fund=PropertyFee", None).json()["items"]
    assert (one["amount"], one["disbursement"], one["payee"]) == ("20.00", asked["id"], "示例电梯公司")


def test_petty_cash_has_a_float_slips_and_a_count(funded: Desk) -> None:
    set_up = {"fund": "PropertyFee", "amount": "500.00", "authority": "预算2026"}
    assert funded.post("petty-cash/floats", set_up, "trustee").status_code == 403
    funded.done("petty-cash/floats", set_up, "committee")
    box = [{"account": "Assets:PropertyFee:Cash:Petty", "amount": "500.00"}]
    asked = funded.done("disbursements", body(kind="petty_cash", lines=box), "trustee")
    funded.done(f"disbursements/{asked['id']}/approvals", None, "committee")
    funded.done(f"disbursements/{asked['id']}/payments")
    slips = [{"account": "Expenses:PropertyFee:Office", "amount": "86.50", "purpose": "打印纸"}]
    funded.done("petty-cash/slips", {"fund": "PropertyFee", "slips": slips})
    done = funded.done("petty-cash/counts", {"fund": "PropertyFee", "counted": "412.50"})
    assert (done["book"], done["difference"]) == ("413.50", "-1.00")
    shown = funded.get("petty-cash").json()
    assert shown["items"] == [
        {
            "fund": "PropertyFee",
            "float": "500.00",
            "held": "412.50",
            "coming": "0.00",
            "authority": "预算2026",
        }
    ]
    assert shown["counts"][0]["difference"] == "-1.00"


def test_a_debit_nobody_asked_for_is_explained_by_a_second_person(funded: Desk) -> None:
    debit = {"fund": "PropertyFee", "bank": "Joint01", "amount": "60.00", "narration": "账户管理费"}
    seq = funded.done("unexplained-debits", debit, "cashier")["seq"]
    (one,) = funded.get("unexplained-debits", None).json()["items"]
    assert (one["seq"], one["open"]) == (seq, "60.00")
    lines = [{"account": "Expenses:PropertyFee:BankCharge", "amount": "60.00"}]
    said = {"lines": lines, "narration": "账户管理费", "authority": "预算2026"}
    assert (
        code(funded.post(f"unexplained-debits/{seq}/explanations", said, "cashier")) == "two_keys_same_person"
    )
    funded.done(f"unexplained-debits/{seq}/explanations", said, "committee")
    assert funded.get("unexplained-debits", None).json()["items"] == []
