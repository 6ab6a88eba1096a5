"""Money that comes in and goes back, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.api.cli.conftest import Clerk
from tests.api.conftest import UNIT

SMALL, LET = "B01-U1-0101", "B02-U1-0601"
BANK = ("--bank", "Joint01")
DAY = ("--effective-on", "2026-02-09")
RECEIVED = ("--received-on", "2026-02-09", *DAY)


def test_receipt_settles_what_the_payer_names(billed: Clerk) -> None:
    billed.bill("2026-02", "2026-02-05")
    done = billed.told("receipt", UNIT, "196.97", *BANK, *RECEIVED, "--period", "2026-02")
    assert [(part["period"], part["amount"]) for part in done["settled"]] == [("2026-02", "196.97")]
    done = billed.told("receipt", SMALL, "20.00", *BANK, *RECEIVED, "--charge", billed.charges[SMALL])
    assert [(part["period"], done["number"]) for part in done["settled"]] == [("2026-02", "R-000002")]
    assert (
        billed.refused("receipt", UNIT, "1.00", *BANK, *RECEIVED, "--period", "2026-02")
        == "settlement_above_charge"
    )


def test_receipt_pays_for_several_units_and_what_is_left_is_ahead(billed: Clerk) -> None:
    done = billed.told("receipt", UNIT, "500.00", *BANK, *RECEIVED, "--source-id", "B-1")
    assert (done["prepaid"], done["refundable"]) == ("303.03", "0.00")
    other = ("receipt", "B02-U1-0501", "600.00", *BANK, *RECEIVED, "--unit", "B02-U1-0502")
    done = billed.told(*other)
    assert [(part["unit"], part["amount"]) for part in done["settled"]] == [
        ("B02-U1-0501", "264.00"),
        ("B02-U1-0502", "264.00"),
    ]
    assert billed.refused("receipt", UNIT, "1.00", *BANK, *RECEIVED, "--unit", LET) == "units_of_others"


def test_receipt_with_a_month_that_a_vote_gives(billed: Clerk) -> None:
    paid = ("receipt", SMALL, "440.00", *BANK, *RECEIVED, "--free", "2026-03")
    assert billed.refused(*paid) == "authority_missing"
    billed.told(*paid, "--authority", "表决 V2025-07")
    billed.bill("2026-02", "2026-02-10")
    billed.bill("2026-03", "2026-03-05")
    account = billed.told("account", SMALL, "--until", "2026-03-31")
    assert (account["closing"]["owed"], account["closing"]["prepaid"]) == ("0.00", "0.00")


def test_receipt_pdf_writes_a_file(billed: Clerk, tmp_path: Path) -> None:
    billed.told("receipt", UNIT, "196.97", *BANK, *RECEIVED)
    out = tmp_path / "r1.pdf"
    assert "已存收据" in billed.said("receipt-pdf", "1", "--into", str(out)).stdout
    assert out.read_bytes().startswith(b"%PDF")
    billed.said("receipt-pdf", "R-000001", "--into", str(tmp_path / "printed.pdf"))  # as the receipt has it
    assert (tmp_path / "printed.pdf").read_bytes() == out.read_bytes()
    assert billed.refused("receipt-pdf", "9", "--into", str(tmp_path / "r9.pdf")) == "not_found"
    assert not (tmp_path / "r9.pdf").exists()


def test_park_parked_and_claim(billed: Clerk) -> None:
    number = str(billed.told("park", "200.00", *BANK, *RECEIVED)["parked"])
    done = billed.told("claim", number, UNIT, "--amount", "150.00", *DAY)
    assert (done["number"], done["amount"]) == ("R-000001", "150.00")
    assert [one["left"] for one in billed.told("parked")["items"]] == ["50.00"]
    assert "50.00" in billed.said("parked").stdout
    assert billed.refused("claim", number, UNIT, "--amount", "50.01", *DAY) == "parked_short"
    billed.told("claim", number, LET, "--charge", billed.charges[LET], *DAY)
    assert billed.told("parked")["items"][0]["left"] == "0.00"


def test_owe_back_and_refund_with_two_keys(billed: Clerk) -> None:
    billed.told("receipt", UNIT, "500.00", *BANK, *RECEIVED)
    assert billed.refused("owe-back", UNIT, "--amount", "303.04", *DAY) == "refund_missing"
    assert billed.told("owe-back", UNIT, *DAY)["amount"] == "303.03"
    ask = ("refund", UNIT, "303.03", *BANK, "--authority", "退款申请单 1")
    identifier = billed.told(*ask, who="trustee")["id"]
    assert billed.refused("pay", "approve", identifier, who="trustee") == "role_refused"
    billed.told("pay", "approve", identifier, who="committee")
    assert billed.told("pay", "out", identifier)["state"] == "paid"
    items = billed.told("balances")["items"]
    assert not any(one["account"] == "Liabilities:PropertyFee:Refundable" for one in items)


def test_reverse_of_a_receipt_that_the_bank_returned(billed: Clerk) -> None:
    seq = str(billed.told("receipt", UNIT, "100.00", *BANK, *RECEIVED)["seq"])
    assert str(billed.told("reverse", seq, "--reason", "支票退回", "--returned", *DAY)["reverses"]) == seq
    assert billed.refused("reverse", seq, "--reason", "误记", *DAY) == "already_reversed"
    assert billed.told("account", UNIT, "--until", "2026-02-10")["closing"]["owed"] == "196.97"
