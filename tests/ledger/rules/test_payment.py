"""What a payment lowers, what it takes of its authority, and which repairs are no service cost."""

from __future__ import annotations

import pytest

from ledger import errors
from ledger.rules.payment import TERMS, Repair, check_line, check_repair, drain, gross, tail_of

FIRE = "Expenses:PropertyFee:Facility:Fire"
MINOR = "Expenses:PropertyFee:Facility:MinorRepair"
ADVANCE = "Assets:PropertyFee:Advance:Vendor"
RETENTION = "Liabilities:PropertyFee:Payable:Retention"
ACCRUED = "Liabilities:PropertyFee:Payable:Accrued"
CAP = 1_000_000


def test_what_follows_the_fund_is_found_in_funds_of_one_and_of_two_segments() -> None:
    assert tail_of(RETENTION) == "Payable:Retention"
    assert tail_of("Liabilities:Governance:Micro:Payable:Vendor") == "Payable:Vendor"


@pytest.mark.parametrize(
    ("lines", "drains", "costs"),
    [
        ([(FIRE, 1000)], 1000, 1000),
        ([(FIRE, 1000), (RETENTION, -50)], 1000, 1000),  # kept back is owed all the same
        ([(FIRE, 1000), (ADVANCE, -300)], 700, 1000),  # the advance lowered it when it was paid
        ([(ADVANCE, 300)], 300, 300),
        ([(ACCRUED, 900), (FIRE, 50)], 50, 950),  # the accrued cost has lowered the fund already
        ([(RETENTION, 50)], 0, 50),
        ([("Assets:PropertyFee:Cash:Petty", 500)], 0, 500),
    ],
)
def test_a_payment_lowers_its_fund_and_costs_what_it_says_before_anything_is_kept_back(
    lines: list[tuple[str, int]], drains: int, costs: int
) -> None:
    assert (drain(lines), gross(lines)) == (drains, costs)


@pytest.mark.parametrize(
    ("code", "fund", "kind"),
    [
        ("Expenses:PropertyFee:Remuneration", "PropertyFee", "expense"),
        (FIRE, "PublicIncome", "expense"),
        ("Income:PropertyFee:Other", "PropertyFee", "expense"),
        ("Liabilities:PropertyFee:Payable:Trustee", "PropertyFee", "payable"),
        ("Liabilities:PropertyFee:Prepaid", "PropertyFee", "payable"),
        ("Assets:PropertyFee:Bank:Joint01", "PropertyFee", "petty_cash"),
        ("Assets:PropertyFee:Receivable:Owner", "PropertyFee", "advance"),
    ],
)
def test_a_kind_of_payment_debits_only_its_own_accounts(code: str, fund: str, kind: str) -> None:
    with pytest.raises(errors.AccountUnknown) as refused:
        check_line(code, fund, TERMS[kind].debits, "/lines/0/account")
    assert refused.value.pointer == "/lines/0/account"


@pytest.mark.parametrize(
    ("lines", "repair", "refused"),
    [
        ([(FIRE, CAP * 9)], Repair.NONE, False),
        ([(FIRE, CAP)], Repair.MINOR, False),
        ([(FIRE, CAP + 1)], Repair.MINOR, True),
        ([(MINOR, CAP)], Repair.NONE, False),
        ([(MINOR, CAP + 1)], Repair.NONE, True),  # the account says so
        ([(MINOR, CAP), (MINOR, 1)], Repair.NONE, True),
        ([(FIRE, 1)], Repair.MEDIUM, True),
        ([(FIRE, 1)], Repair.MAJOR, True),
        ([("Expenses:Project:Lift-01:Construction", CAP * 9)], Repair.MAJOR, False),
        ([("Expenses:PublicIncome:Use:Repair", CAP * 9)], Repair.MEDIUM, False),
    ],
)
def test_medium_and_major_repairs_are_no_service_cost(
    lines: list[tuple[str, int]], repair: Repair, *, refused: bool
) -> None:
    if not refused:
        check_repair(lines, repair, CAP)
        return
    with pytest.raises(errors.RepairRefused):
        check_repair(lines, repair, CAP)
