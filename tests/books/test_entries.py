"""Entries that the scenes do not show: a receipt taken back after its prepayment was used, a mixed settlement."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_balances import DEPOSIT
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.entry import Entry, Kind, Posting
from ledger.store.append import Journal, Recorded
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.registers import entry
from tests.books.reading import acts, amounts, check_golden, shown, standing
from tests.books.sample import SMALL, TWO_PAYER, agree, play, s02_s03_bill, s05_year_ahead, set_up, yuan
from tests.conftest import Books

E05 = """
    Assets:PropertyFee:Bank:Joint01        -2200.00
    Liabilities:PropertyFee:Prepaid         1600.00
    Income:PropertyFee:Service:Owner         600.00
    Assets:PropertyFee:Receivable:Owner      600.00
    Liabilities:PropertyFee:Uncollected:Owner -600.00
"""
E16 = """
    Assets:PropertyFee:Bank:Joint01          298.20
    Expenses:PropertyFee:BankCharge            1.80
    Assets:PropertyFee:Clearing:WeChat      -300.00
    Assets:PublicIncome:Bank:Joint01          99.40
    Expenses:PublicIncome:Cost:BankCharge      0.60
    Assets:PublicIncome:Clearing:WeChat     -100.00
    Assets:Agency:Bank:Joint01              2000.00
    Assets:Agency:Clearing:WeChat          -2000.00
    Expenses:PropertyFee:BankCharge           12.00
    Assets:PropertyFee:Bank:Joint01          -12.00
"""


def moved(house: Books, before: dict[str, int]) -> dict[str, int]:
    """Return what the accounts moved since ``before``, in fen."""
    after = standing(house)
    sums = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    return {code: minor for code, minor in sums.items() if minor}


@pytest.fixture
def april(house: Books) -> tuple[Books, int]:
    """Give the books on 1 April and the act of the receipt that paid a year ahead in January."""
    play(house, before="s05")
    receipt = s05_year_ahead(house).recorded.seq
    for month_end, billed in ((date(2026, 2, 1), date(2026, 2, 5)), (date(2026, 3, 1), date(2026, 3, 5))):
        _close_and_bill(house, month_end, billed)
    _close_and_bill(house, date(2026, 4, 1), None)
    return house, receipt


def _close_and_bill(house: Books, today: date, billed: date | None) -> None:
    house.today = today
    month = f"{today.year}-{today.month - 1:02d}"
    house.act(close, month, agree)
    if billed is not None:
        s02_s03_bill(house, billed)


def test_entry_e05_a_receipt_whose_prepayment_was_partly_released_is_taken_back_whole(
    april: tuple[Books, int],
) -> None:
    house, receipt = april
    before, since = standing(house), acts(house)
    house.act(reverse, Reverse(receipt, "银行退票", date(2026, 4, 1)))
    assert shown(moved(house, before)) == shown(amounts(E05))
    check_golden(house, "e05", since)


def test_entry_e05_reopens_the_three_charges_with_their_old_due_days(april: tuple[Books, int]) -> None:
    house, receipt = april
    house.act(reverse, Reverse(receipt, "银行退票", date(2026, 4, 1)))
    with house.database.reading() as session:
        charges = open_charges(session, house.compound, units={SMALL})
        assert prepaid_lots(session, house.compound, unit=SMALL) == []
    assert [(charge.due_on, charge.open_minor) for charge in charges] == [
        (date(2026, 1, 31), yuan("200.00")),
        (date(2026, 2, 28), yuan("200.00")),
        (date(2026, 3, 31), yuan("200.00")),
    ]


def test_entry_e05_says_which_closed_month_it_corrects(april: tuple[Books, int]) -> None:
    house, receipt = april
    undone = house.act(reverse, Reverse(receipt, "银行退票", date(2026, 4, 1)))
    with house.database.reading() as session:
        row = entry(session, house.compound, undone.seq).entry
    assert (row.reverses, row.corrects, row.month) == (receipt, "2026-01", "2026-04")


def deposit_by_wechat(journal: Journal, minor: int) -> Recorded:
    """Put a deposit in transit on WeChat: the act of taking one knows the bank only."""
    postings = (
        Posting("Assets:Agency:Clearing:WeChat", minor),
        Posting(DEPOSIT, -minor, unit=TWO_PAYER, debtor=1),
    )
    entry = Entry(Kind.DEPOSIT, journal.today, "装修押金收取", postings, channel="wechat")
    return journal.record("deposit", journal.today, entry=entry)


@pytest.fixture
def mixed(house: Books) -> Books:
    """Give books with 300 of fees, 100 of parking and 2,000 of deposit in transit on WeChat."""
    set_up(house)
    funds = ("PropertyFee", "PublicIncome", "Agency")
    house.act(open_bank_account, OpenBankAccount("Mixed01", "收款户 尾号3301", funds))
    day = house.today
    house.act(receive, Receive(TWO_PAYER, yuan("300.00"), Channel.WECHAT, day, day))
    parking = "Income:PublicIncome:Parking:Temporary"
    house.act(earn, EarnPublicIncome(parking, yuan("100.00"), day, "临停", Channel.WECHAT))
    house.act(deposit_by_wechat, yuan("2,000.00"))
    return house


def test_entry_e16_a_mixed_settlement_spares_the_deposit_its_fee(mixed: Books) -> None:
    before, since = standing(mixed), acts(mixed)
    settlement = ClearChannel(Channel.WECHAT, "Mixed01", yuan("2,400.00"), yuan("14.40"), mixed.today)
    mixed.act(clear, settlement)
    assert shown(moved(mixed, before)) == shown(amounts(E16.replace("Joint01", "Mixed01")))
    assert _at_the_bank(mixed) == yuan("2,385.60")
    check_golden(mixed, "e16", since)


def _at_the_bank(house: Books) -> int:
    return sum(minor for code, minor in standing(house).items() if code.endswith(":Bank:Mixed01"))
