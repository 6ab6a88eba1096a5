"""Payments, petty cash and unexplained debits, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.cli.conftest import Clerk
from tests.api.conftest import UNIT
from tests.ledger.intake.test_voucher_file import INVOICE, picture

FUND = ("--fund", "PropertyFee")
COST = "Expenses:PropertyFee:Cleaning"
PAID = ("--payee", "示例电梯公司", "--purpose", "保洁", "--bank", "Joint01")
ALLOWED = ("--authority", "预算2026")


@pytest.fixture
def funded(billed: Clerk) -> Clerk:
    billed.told("receipt", UNIT, "1000.00", "--bank", "Joint01")
    return billed


def ask(clerk: Clerk, *words: str) -> str:
    return str(clerk.told("pay", "request", *FUND, *PAID, *words, who="trustee")["id"])


def test_pay_request_with_what_is_kept_back_and_refunded(funded: Clerk) -> None:
    kept = ("--kept", "Liabilities:PropertyFee:Tax=5.00", "--invoice", "12", "--issuer", "某公司")
    one = ask(funded, "--line", f"{COST}=100.00", *ALLOWED, *kept, "--repair", "minor")
    assert funded.told("pay", "approve", one, who="committee")["state"] == "approved"
    funded.told("pay", "post", one)
    funded.told("pay", "out", one)
    funded.told("pay", "refunded", one, "20.00", "--bank", "Joint01")
    assert funded.refused("pay", "refunded", one, "80.01", "--bank", "Joint01") == "vendor_refund_short"
    tax = ("--line", "Liabilities:PropertyFee:Tax=5.00", "--kind", "payable", "--settles", one, *ALLOWED)
    assert ask(funded, *tax)


def test_pay_ratify_and_emergencies(funded: Clerk) -> None:
    urgent = ("--line", f"{COST}=10.00", "--authority", "emergency", "--reason", "水管爆裂")
    one = ask(funded, *urgent)
    funded.told("pay", "post", one)
    assert [row["reason"] for row in funded.told("pay", "emergencies")["items"]] == ["水管爆裂"]
    assert "水管爆裂" in funded.said("pay", "emergencies").stdout
    funded.told("pay", "ratify", one, *ALLOWED, who="committee")
    assert funded.told("pay", "emergencies", "--as-of", "2026-02-10")["items"] == []


def test_pay_attach_and_missing(funded: Clerk, tmp_path: Path) -> None:
    one = ask(funded, "--line", f"{COST}=10.00", *ALLOWED)
    funded.told("pay", "approve", one, who="committee")
    funded.told("pay", "post", one)
    assert [row["amount"] for row in funded.told("pay", "missing")["items"]] == ["10.00"]
    photo, invoice = tmp_path / "photo.jpg", tmp_path / "invoice.xml"
    photo.write_bytes(picture())
    invoice.write_text(INVOICE, encoding="utf-8")
    assert funded.told("pay", "attach", one, str(photo), "--private")["published_sha256"] is None
    warned = funded.told("pay", "attach", one, str(invoice), "--title", "数电票")["warnings"]
    assert [row["field"] for row in warned] == ["amount"]
    assert funded.told("pay", "missing", "--as-of", "2026-02-10")["items"] == []
    assert "1800.00" in funded.said("pay", "attach", one, str(invoice)).stdout


def test_petty_float_spend_count_and_show(funded: Clerk) -> None:
    funded.told("petty", "float", "500.00", *FUND, *ALLOWED, who="committee")
    box = ("--line", "Assets:PropertyFee:Cash:Petty=500.00", "--kind", "petty_cash", *ALLOWED)
    one = ask(funded, *box)
    funded.told("pay", "approve", one, who="committee")
    funded.told("pay", "out", one)
    funded.told("petty", "spend", *FUND, "--slip", "Expenses:PropertyFee:Office=86.50=打印纸")
    assert funded.refused("petty", "spend", *FUND, "--slip", f"{COST}=413.51=保洁") == "petty_short"
    funded.said("petty", "spend", *FUND, "--slip", "没有等号", code=2)
    assert funded.told("petty", "count", "413.50", *FUND)["difference"] == "0.00"
    assert "413.50" in funded.said("petty", "show").stdout


def test_debit_book_explain_and_list(funded: Clerk) -> None:
    debit = ("60.00", *FUND, "--bank", "Joint01", "--narration", "账户管理费")
    seq = str(funded.told("debit", "book", *debit, who="cashier")["seq"])
    assert "60.00" in funded.said("debit", "list").stdout
    said = ("--narration", "账户管理费", "--line", "Expenses:PropertyFee:BankCharge=20.00", *ALLOWED)
    funded.told("debit", "explain", seq, *said, who="committee")
    back = ("--narration", "银行退回", "--bank", "Joint01", "--amount", "40.00")
    funded.told("debit", "explain", seq, *back, who="committee")
    assert funded.told("debit", "list")["items"] == []
    funded.said("debit", "explain", seq, "--narration", "x", "--line", "没有等号", code=2)
