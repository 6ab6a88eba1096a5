"""Entries that the scenes do not show: a receipt taken back after its prepayment was used, a mixed settlement."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.charge_late_fee import LateFee, LatePart, charge_late_fee
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_balances import DEPOSIT
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.receive import Receive, receive
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.actions.settle_in_kind import SellInKind, SettleInKind, sell_in_kind, settle_in_kind
from ledger.rules.channel import Channel
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.fund import net
from ledger.store.append import Journal, Recorded
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.registers import entry
from tests.books.reading import acts, amounts, check_golden, shown, standing
from tests.books.sample import (
    LATE_PAYER,
    SMALL,
    TWO_PAYER,
    UNSOLD,
    agree,
    play,
    s02_s03_bill,
    s05_year_ahead,
    set_up,
    yuan,
)
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with, give_back, refund_of

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


E06 = """
    Assets:PropertyFee:Bank:Joint01        -2200.00
    Income:PropertyFee:Service:Owner         800.00
    Assets:PropertyFee:Receivable:Owner      800.00
    Liabilities:PropertyFee:Uncollected:Owner -800.00
    Expenses:PropertyFee:Loss               1400.00
    Assets:PropertyFee:Receivable:Claim     1400.00
    Liabilities:PropertyFee:Uncollected:Claim -1400.00
"""


def test_entry_e01_a_fee_paid_ahead_is_a_liability(house: Books) -> None:
    set_up(house)
    before = standing(house)
    day = house.today
    house.act(receive, Receive(SMALL, yuan("600.00"), Channel.BANK, day, day, "Joint01"))
    written = "Assets:PropertyFee:Bank:Joint01 600.00\nLiabilities:PropertyFee:Prepaid -600.00"
    assert shown(moved(house, before)) == shown(amounts(written))


def test_entry_e02_e06_a_returned_payment_whose_rest_was_given_back_is_a_loss_with_a_claim(
    april: tuple[Books, int],
) -> None:
    house, receipt = april
    house.today = date(2026, 4, 5)
    s02_s03_bill(house, house.today)  # four months are settled: 800.00; 1,400.00 are left
    before = standing(house)
    house.act(owe_back, OweBack(SMALL, house.today))
    give_back(house, refund_of("e02", SMALL, "1,400.00"))
    e02 = "Liabilities:PropertyFee:Prepaid 1400.00\nAssets:PropertyFee:Bank:Joint01 -1400.00"
    assert shown(moved(house, before)) == shown(amounts(e02))
    before, since = standing(house), acts(house)
    house.act(reverse, Reverse(receipt, "支票被退回", house.today, returned=True))
    assert shown(moved(house, before)) == shown(amounts(E06))
    check_golden(house, "e06", since)
    agree_with(house)


E07 = """
    Liabilities:PropertyFee:Uncollected:Owner 80.00
    Assets:PropertyFee:Receivable:Owner      -80.00
"""
E10_OFF = """
    Liabilities:PropertyFee:Uncollected:Owner 179.06
    Assets:PropertyFee:Receivable:Owner      -179.06
"""
E10_PAID = """
    Assets:PropertyFee:Bank:Joint01          179.06
    Income:PropertyFee:Service:Owner        -179.06
"""
E10_GROUNDLESS = """
    Assets:PropertyFee:Bank:Joint01           80.00
    Liabilities:PropertyFee:Refundable       -80.00
"""


def owed(house: Books, unit: str) -> list[tuple[str, int]]:
    """Return the open charges of a unit."""
    with house.database.reading() as session:
        return [(one.id, one.open_minor) for one in open_charges(session, house.compound, units={unit})]


@pytest.fixture
def january(house: Books) -> Books:
    """Give the books with January billed."""
    return play(house, through="s02")


def test_entry_e07_a_waiver_ends_what_is_open_of_a_partly_paid_charge_and_stays(january: Books) -> None:
    house, day = january, january.today
    receipt = house.act(receive, Receive(SMALL, yuan("120.00"), Channel.BANK, day, day, "Joint01"))
    charge = owed(house, SMALL)[0][0]
    before, since = standing(house), acts(house)
    house.act(waive, Relieve(((charge, None),), "表决 V2026-02", day))
    assert shown(moved(house, before)) == shown(amounts(E07))
    check_golden(house, "e07", since)
    house.act(reverse, Reverse(receipt.recorded.seq, "误记", day))
    assert owed(house, SMALL) == [(charge, yuan("120.00"))]


def test_entry_e10_a_write_off_ends_the_book_value_and_money_brings_it_back_as_income(january: Books) -> None:
    house, day = january, january.today
    charge = owed(house, LATE_PAYER)[0][0]
    before, since = standing(house), acts(house)
    house.act(write_off, Relieve(((charge, None),), "业委会决定 2026-3", day))
    assert shown(moved(house, before)) == shown(amounts(E10_OFF))
    before = standing(house)
    paid = Receive(LATE_PAYER, yuan("179.06"), Channel.BANK, day, day, "Joint01", charges=(charge,))
    house.act(receive, paid)
    assert shown(moved(house, before)) == shown(amounts(E10_PAID))
    check_golden(house, "e10", since)


def test_entry_e10_money_on_a_waived_debt_has_no_ground_and_is_refundable(january: Books) -> None:
    house, day = january, january.today
    charge = owed(house, SMALL)[0][0]
    house.act(receive, Receive(SMALL, yuan("120.00"), Channel.BANK, day, day, "Joint01"))
    house.act(waive, Relieve(((charge, None),), "表决 V2026-02", day))
    before = standing(house)
    house.act(receive, Receive(SMALL, yuan("80.00"), Channel.BANK, day, day, "Joint01", charges=(charge,)))
    assert shown(moved(house, before)) == shown(amounts(E10_GROUNDLESS))
    agree_with(house)


E08_PAID = """
    Assets:PropertyFee:Bank:Joint01          504.81
    Assets:PropertyFee:Receivable:Owner     -500.00
    Liabilities:PropertyFee:Uncollected:Owner 500.00
    Income:PropertyFee:Service:Owner        -500.00
    Income:PropertyFee:LateFee                -4.81
"""
E08_DEMANDED = """
    Assets:PropertyFee:Receivable:Owner        4.81
    Liabilities:PropertyFee:Uncollected:Owner -4.81
"""
E09_DEVELOPER = """
    Assets:PropertyFee:Receivable:DisputedDeveloper  240.00
    Assets:PropertyFee:Receivable:Developer         -240.00
    Liabilities:PropertyFee:Uncollected:Developer    240.00
    Liabilities:PropertyFee:Uncollected:DisputedDeveloper -240.00
"""
E09_PAID = """
    Assets:PropertyFee:Bank:Joint01                  100.00
    Assets:PropertyFee:Receivable:Disputed          -100.00
    Liabilities:PropertyFee:Uncollected:Disputed     100.00
    Income:PropertyFee:Service:Owner                -100.00
"""


def late_by_90_days(house: Books) -> LateFee:
    """Return the late fee of 500.00 yuan that were 90 days late, at a prime rate of 3.00 %."""
    house.act(set_prime_rate, SetPrimeRate(date(2025, 5, 20), 300, "全国银行间同业拆借中心"))
    charges = [charge for charge, _ in owed(house, LATE_PAYER)]
    principals = (17_906, 17_906, 14_188)
    parts = [LatePart(charge, minor, 90) for charge, minor in zip(charges, principals, strict=False)]
    return LateFee(tuple(parts), date(2026, 5, 18), "物业服务合同 第 12 条")


def test_entry_e08_a_late_fee_paid_with_the_debt_never_is_a_receivable(january: Books) -> None:
    house = january
    house.today = day = date(2026, 5, 18)
    fee = late_by_90_days(house)
    before, since = standing(house), acts(house)
    paid = Receive(LATE_PAYER, yuan("504.81"), Channel.BANK, day, day, "Joint01", late_fee=fee)
    house.act(receive, paid)
    assert shown(moved(house, before)) == shown(amounts(E08_PAID))
    check_golden(house, "e08", since)
    agree_with(house)


def test_entry_e08_a_late_fee_that_is_demanded_is_a_charge_of_its_own(january: Books) -> None:
    house = january
    house.today = date(2026, 5, 18)
    fee = late_by_90_days(house)
    before = standing(house)
    house.act(charge_late_fee, fee, house.today)
    assert shown(moved(house, before)) == shown(amounts(E08_DEMANDED))


def test_entry_e09_the_developer_disputes(january: Books) -> None:
    house, day = january, january.today
    charge = next(one for one, minor in owed(house, UNSOLD[0]) if minor == yuan("240.00"))
    before, since = standing(house), acts(house)
    house.act(dispute, Dispute(((charge, None),), "异议书 2026-1", day))
    assert shown(moved(house, before)) == shown(amounts(E09_DEVELOPER))
    check_golden(house, "e09", since)
    agree_with(house)


def test_entry_e09_an_owner_pays_part_of_a_disputed_charge_under_reservation(january: Books) -> None:
    house, day = january, january.today
    house.act(dispute, Dispute(((owed(house, SMALL)[0][0], None),), "异议书 2026-2", day))
    before = standing(house)
    paid = Receive(SMALL, yuan("100.00"), Channel.BANK, day, day, "Joint01", reservation=True)
    house.act(receive, paid)
    assert shown(moved(house, before)) == shown(amounts(E09_PAID))


E11_DEBT = """
    Assets:PropertyFee:Receivable:Former      395.30
    Assets:PropertyFee:Receivable:Owner      -395.30
    Liabilities:PropertyFee:Uncollected:Owner 395.30
    Liabilities:PropertyFee:Uncollected:Former -395.30
"""
E12_TITLE = """
    Liabilities:PropertyFee:Uncollected:Developer 2000.00
    Assets:PropertyFee:Receivable:Developer      -2000.00
    Assets:PropertyFee:InKind                     2000.00
    Liabilities:PropertyFee:InKind               -2000.00
"""
E12_SOLD = """
    Assets:PropertyFee:Bank:Joint01               1900.00
    Income:PropertyFee:Service:InKind            -1900.00
    Liabilities:PropertyFee:InKind                2000.00
    Assets:PropertyFee:InKind                    -2000.00
"""
E12_CONSUMED = """
    Expenses:PropertyFee:Facility:MinorRepair     2000.00
    Income:PropertyFee:Service:InKind            -2000.00
    Liabilities:PropertyFee:Uncollected:Developer 2000.00
    Assets:PropertyFee:Receivable:Developer      -2000.00
"""


def test_entry_e11_the_old_debt_stays_with_the_old_debtor(house: Books) -> None:
    play(house, through="s04")
    before, since = standing(house), acts(house)
    day = house.today
    house.act(change_owner, ChangeOwner(LATE_PAYER, day, day, Ahead.CARRY, "产权变更登记 2026-01"))
    assert shown(moved(house, before)) == shown(amounts(E11_DEBT))
    check_golden(house, "e11-debt", since)
    agree_with(house)


def test_entry_e11_what_was_paid_ahead_is_carried_over_in_two_lines(april: tuple[Books, int]) -> None:
    house, _ = april
    before, since = standing(house), acts(house)
    day = house.today
    done = house.act(change_owner, ChangeOwner(SMALL, day, day, Ahead.CARRY, "双方协议 2026-04"))
    assert (moved(house, before), done.ahead_minor) == ({}, yuan("1,600.00"))
    check_golden(house, "e11-ahead", since)
    agree_with(house)


def developers_debts(house: Books, text: str) -> tuple[tuple[str, int], ...]:
    """Return parts of the developer's charges that add up to so much."""
    rest, parts = yuan(text), []
    for charge, minor in owed(house, UNSOLD[0]):
        part = min(rest, minor)
        if part:
            parts.append((charge, part))
        rest -= part
    return tuple(parts)


def test_entry_e12_a_title_is_a_mirrored_pair_and_income_is_what_it_sells_for(january: Books) -> None:
    house, day = january, january.today
    before, since = standing(house), acts(house)
    debts = developers_debts(house, "2,000.00")
    house.act(settle_in_kind, SettleInKind(debts, "表决 V2026-02", "评估报告 2026-3", day))
    assert shown(moved(house, before)) == shown(amounts(E12_TITLE))
    assert net(standing(house), "PropertyFee") == net(before, "PropertyFee")
    before = standing(house)
    sale = SellInKind(yuan("2,000.00"), yuan("1,900.00"), "Joint01", "转让合同 2026-1", day)
    house.act(sell_in_kind, sale)
    assert shown(moved(house, before)) == shown(amounts(E12_SOLD))
    check_golden(house, "e12", since)
    agree_with(house)


def test_entry_e12_work_consumed_at_once_is_expense_and_income(january: Books) -> None:
    house, day = january, january.today
    before = standing(house)
    debts = developers_debts(house, "2,000.00")
    repair = "Expenses:PropertyFee:Facility:MinorRepair"
    house.act(settle_in_kind, SettleInKind(debts, "表决 V2026-02", "验收单 2026-3", day, repair))
    assert shown(moved(house, before)) == shown(amounts(E12_CONSUMED))
    agree_with(house)
