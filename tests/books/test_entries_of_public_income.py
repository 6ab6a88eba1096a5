"""Entries E13 to E17: rents, a tenant's deposit, tax, a mixed settlement, interest on a shared account."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions import pay
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.end_lease import EndLease, end_lease
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.split_bank_sum import SplitBankSum, split_bank_sum
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.rules.deposit import Deposit
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.lease import AssetType, Schedule
from ledger.store.append import Journal, Recorded
from tests.books.between import voted
from tests.books.reading import amounts, moved_since, shown, standing
from tests.books.renting import VOTE, asset, due, lease, let_lifts, rent
from tests.books.sample import TWO_PAYER, disburse, set_up, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

E13_DUE = """
    Assets:PublicIncome:Receivable:Tenant           1200.00
    Liabilities:PublicIncome:Uncollected:Tenant    -1200.00
"""
E13_RECEIVED = """
    Assets:PublicIncome:Bank:Joint01                1200.00
    Assets:PublicIncome:Receivable:Tenant          -1200.00
    Liabilities:PublicIncome:Uncollected:Tenant     1200.00
    Income:PublicIncome:Advert:Elevator            -1200.00
"""
E13_AHEAD = """
    Assets:PublicIncome:Bank:Joint01                1200.00
    Liabilities:PublicIncome:Prepaid               -1200.00
"""
E13_ENDED = """
    Income:PublicIncome:Advert:Elevator              303.00
    Liabilities:PublicIncome:Refundable             -303.00
    Liabilities:PublicIncome:Payable:Trustee          60.60
    Expenses:PublicIncome:Cost:ManagementFee         -60.60
    Liabilities:PublicIncome:Tax                       3.00
    Expenses:PublicIncome:Cost:Tax                    -3.00
"""
E14_TAKEN = """
    Assets:Agency:Bank:Basic02                       500.00
    Liabilities:Agency:Deposit:Tenant               -500.00
"""
E14_BACK = """
    Liabilities:Agency:Deposit:Tenant                500.00
    Assets:Agency:Bank:Basic02                      -500.00
    Assets:PublicIncome:Bank:Joint01                 200.00
    Assets:PublicIncome:Receivable:Tenant           -200.00
    Liabilities:PublicIncome:Uncollected:Tenant      200.00
    Income:PublicIncome:Premises                    -200.00
"""
E15 = """
    Expenses:PropertyFee:Tax                           6.00
    Liabilities:PropertyFee:Tax                       -6.00
"""
E16 = """
    Assets:PropertyFee:Bank:Joint01                  298.20
    Expenses:PropertyFee:BankCharge                    1.80
    Assets:PropertyFee:Clearing:WeChat              -300.00
    Assets:PublicIncome:Bank:Joint01                  99.40
    Expenses:PublicIncome:Cost:BankCharge              0.60
    Assets:PublicIncome:Clearing:WeChat             -100.00
    Assets:Agency:Bank:Joint01                      2000.00
    Assets:Agency:Clearing:WeChat                  -2000.00
    Expenses:PropertyFee:BankCharge                   12.00
    Assets:PropertyFee:Bank:Joint01                  -12.00
"""
E17 = """
    Assets:PropertyFee:Bank:Joint01                    5.00
    Income:PropertyFee:Interest                       -5.00
    Assets:PublicIncome:Bank:Joint01                   2.00
    Income:PublicIncome:Interest                      -2.00
    Assets:Governance:Guarantee:Bank:Joint01           2.00
    Liabilities:Governance:Guarantee:Unspent:GP001    -2.00
    Assets:Agency:Bank:Joint01                         1.00
    Liabilities:Agency:Interest                       -1.00
"""


@pytest.fixture
def letting(house: Books) -> Books:
    """Give books with a contract on the lifts' advert frames: 1,200 a month in advance."""
    set_up(house)
    let_lifts(house)
    return house


def test_entry_e13_rent_falls_due_is_received_and_paid_ahead(letting: Books) -> None:
    before = standing(letting)
    done = due(letting)
    assert (done.count, done.charged_minor) == (1, yuan("1,200.00"))
    assert shown(moved_since(letting, before)) == shown(amounts(E13_DUE))
    before = standing(letting)
    rent(letting, "1,200.00")
    assert shown(moved_since(letting, before)) == shown(amounts(E13_RECEIVED))
    before = standing(letting)
    ahead = rent(letting, "1,200.00")
    assert ahead.prepaid_minor == yuan("1,200.00")
    assert shown(moved_since(letting, before)) == shown(amounts(E13_AHEAD))
    letting.today = date(2026, 2, 1)
    before = standing(letting)
    released = due(letting)
    assert released.released_minor == yuan("1,200.00")
    income = "Liabilities:PublicIncome:Prepaid 1200.00\nIncome:PublicIncome:Advert:Elevator -1200.00"
    assert shown(moved_since(letting, before)) == shown(amounts(income))
    agree_with(letting)


def test_entry_e13_a_contract_that_ends_early_gives_income_back_with_its_fee_and_its_tax(
    house: Books,
) -> None:
    set_up(house)
    let_lifts(house, fee_bp=2_000, tax_bp=100)
    rent(house, "1,200.00")
    house.today = date(2026, 1, 23)
    before = standing(house)
    ended = EndLease("A-07", date(2026, 1, 22), "广告位改造", house.today, unused_minor=yuan("303.00"))
    done = house.act(end_lease, ended)
    assert (done.given_back_minor, done.lapsed_minor) == (yuan("303.00"), 0)
    assert shown(moved_since(house, before)) == shown(amounts(E13_ENDED))
    agree_with(house)


def test_entry_e14_of_a_tenants_deposit_rent_is_kept_and_the_rest_goes_back(house: Books) -> None:
    set_up(house)
    voted(house, VOTE, Matter.COMMON_PARTS)
    asset(house, "SHOP", AssetType.PREMISES, "物业经营用房一间", date(2026, 1, 1))
    lease(house, "P-01", "SHOP", "2026-01-01 2026-01-31", schedule=Schedule(yuan("200.00")))
    before = standing(house)
    taken = TakeDeposit(None, yuan("500.00"), "Basic02", house.today, Deposit.TENANT, "P-01")
    house.act(take_deposit, taken)
    assert shown(moved_since(house, before)) == shown(amounts(E14_TAKEN))
    due(house)
    before = standing(house)
    request = pay.RequestDisbursement(
        "deposit-p01",
        "Agency",
        (("Income:PublicIncome:Premises", yuan("200.00")),),
        payee="示例传媒有限公司",
        purpose="退承租押金",
        authority="合同 P-01 第 9 条",
        bank="Basic02",
        kind=pay.DEPOSIT_RELEASE,
        amount_minor=yuan("500.00"),
        to_bank="Joint01",
        deposit=Deposit.TENANT,
        contract="P-01",
    )
    house.today = date(2026, 1, 31)
    disburse(house, request, house.today, house.today)
    assert shown(moved_since(house, before)) == shown(amounts(E14_BACK))
    agree_with(house)


def test_entry_e15_the_tax_inside_a_price_is_a_cost_of_its_own(house: Books) -> None:
    set_up(house)
    before = standing(house)
    postings = (
        Posting("Expenses:PropertyFee:Tax", yuan("6.00")),
        Posting("Liabilities:PropertyFee:Tax", yuan("-6.00")),
    )
    house.act(
        post_entry, PostEntry(house.today, "1 月物业费增值税", postings, authority="物业服务合同 2025-01")
    )
    assert shown(moved_since(house, before)) == shown(amounts(E15))


def test_entry_e16_a_mixed_settlement_bears_each_funds_fee_and_spares_the_deposit(house: Books) -> None:
    set_up(house)
    funds = ("PropertyFee", "PublicIncome", "Agency")
    house.act(open_bank_account, OpenBankAccount("Mixed01", "收款户 尾号3301", funds))
    day = house.today
    house.act(receive, Receive(TWO_PAYER, yuan("300.00"), Channel.WECHAT, day, day))
    parking = "Income:PublicIncome:Parking:Temporary"
    house.act(earn, EarnPublicIncome(parking, yuan("100.00"), day, "临停", Channel.WECHAT))
    house.act(take_deposit, TakeDeposit(TWO_PAYER, yuan("2,000.00"), None, day, channel=Channel.WECHAT))
    before = standing(house)
    house.act(clear, ClearChannel(Channel.WECHAT, "Mixed01", yuan("2,400.00"), yuan("14.40"), day))
    assert shown(moved_since(house, before)) == shown(amounts(E16.replace("Joint01", "Mixed01")))
    at_the_bank = sum(minor for code, minor in standing(house).items() if code.endswith(":Bank:Mixed01"))
    assert at_the_bank == yuan("2,385.60")
    agree_with(house)


def given(journal: Journal, *postings: Posting) -> Recorded:
    """Put money where a scene begins, as a receipt of several purposes."""
    return journal.record(
        "entry", journal.today, entry=Entry(Kind.RECEIPT, journal.today, "期初资金", postings)
    )


def test_entry_e17_interest_on_a_grant_is_the_grants_and_on_deposits_nobodys_yet(house: Books) -> None:
    set_up(house)
    funds = ("PropertyFee", "PublicIncome", "Governance:Guarantee", "Agency")
    house.act(open_bank_account, OpenBankAccount("Shared01", "共用户 尾号8801", funds))
    other = {
        "PropertyFee": ("Income:PropertyFee:Other", "500.00"),
        "PublicIncome": ("Income:PublicIncome:Other", "200.00"),
        "Governance:Guarantee": ("Liabilities:Governance:Guarantee:Unspent:GP001", "200.00"),
        "Agency": ("Liabilities:Agency:Deposit:Other", "100.00"),
    }
    postings = [
        one
        for fund, (account, amount) in other.items()
        for one in (
            Posting(f"Assets:{fund}:Bank:Shared01", yuan(amount)),
            Posting(account, -yuan(amount)),
        )
    ]
    house.act(given, *postings)
    house.today = date(2026, 3, 21)
    before = standing(house)
    house.act(split_bank_sum, SplitBankSum("Shared01", yuan("10.00"), house.today))
    assert shown(moved_since(house, before)) == shown(amounts(E17.replace("Joint01", "Shared01")))
    agree_with(house)
