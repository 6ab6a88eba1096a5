from __future__ import annotations

import pytest

from ledger.errors import FundShort
from ledger.rules.fund import check_spendable, funds_in, net, spendable

BASE = {"Assets:PropertyFee:Bank:Joint01": 100_000, "Equity:PropertyFee:Opening": -100_000}


def test_net_is_assets_and_liabilities_of_the_fund_alone() -> None:
    books = BASE | {"Liabilities:PropertyFee:Prepaid": -20_000, "Assets:PublicIncome:Bank:Joint01": 5_000}
    assert net(books, "PropertyFee") == 80_000
    assert funds_in(books) == ["PropertyFee", "PublicIncome"]


def test_a_mirrored_receivable_adds_nothing() -> None:
    mirrored = {
        "Assets:PropertyFee:Receivable:Owner": 30_000,
        "Liabilities:PropertyFee:Uncollected:Owner": -30_000,
    }
    assert spendable(BASE | mirrored, "PropertyFee") == 100_000


@pytest.mark.parametrize(
    "lent",
    [
        "Assets:PropertyFee:DueFrom:Repair",
        "Assets:PropertyFee:LoanTo:Committee",
        "Assets:PropertyFee:Advance:Vendor",
        "Assets:PropertyFee:DepositPaid",
        "Assets:PropertyFee:Suspense",
        "Assets:PropertyFee:Clearing:Trustee",
    ],
)
def test_what_others_hold_or_owe_cannot_be_spent(lent: str) -> None:
    books = BASE | {"Assets:PropertyFee:Bank:Joint01": 60_000, lent: 40_000}
    assert net(books, "PropertyFee") == 100_000
    assert spendable(books, "PropertyFee") == 60_000


def test_what_was_borrowed_by_vote_is_there_to_be_spent() -> None:
    loan = {"Liabilities:PropertyFee:LoanFrom:PublicIncome": -40_000}
    books = BASE | loan | {"Assets:PropertyFee:Bank:Joint01": 140_000}
    assert (net(books, "PropertyFee"), spendable(books, "PropertyFee")) == (100_000, 140_000)


def test_bridging_by_participants_can_be_spent() -> None:
    books = {"Assets:Project:Lift-01:Bank:P01": 50_000, "Liabilities:Project:Lift-01:Bridging": -50_000}
    assert spendable(books, "Project:Lift-01") == 50_000


def test_custody_of_the_repair_fund_cannot_be_spent() -> None:
    assert spendable({"Assets:Repair:Custody:District": 80_000_000}, "Repair") == 0


def test_in_transit_on_a_platform_can_be_spent() -> None:
    assert spendable({"Assets:PropertyFee:Clearing:WeChat": 500}, "PropertyFee") == 500


def test_the_last_fen_may_be_decided_on_and_one_more_not() -> None:
    check_spendable(BASE, "PropertyFee", 100_000)
    with pytest.raises(FundShort) as refused:
        check_spendable(BASE, "PropertyFee", 100_001)
    assert refused.value.pointer == "/amount"
    assert "1000.00" in refused.value.detail("zh")
