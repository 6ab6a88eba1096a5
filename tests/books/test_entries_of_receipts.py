"""Entries E01, E02, E05, E06, E16, E24 and E42: money ahead, back, taken back, by platform or trustee, found late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_balances import DEPOSIT
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.fund import spendable
from ledger.store.append import Journal, Recorded
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.registers import entry
from reports.month.bulletin import bulletin_figures
from reports.month.payments import payment_figures
from reports.pdf.alerts import alerts
from reports.receivables.arrears import arrears
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import (
    LATE_PAYER,
    SMALL,
    TWO_PAYER,
    agree,
    play,
    s02_s03_bill,
    s05_year_ahead,
    set_up,
    yuan,
)
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with, give_back, refund_of, refused

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
E24 = """
    Assets:PropertyFee:Clearing:Trustee        300.00
    Assets:PropertyFee:Receivable:Owner       -300.00
    Liabilities:PropertyFee:Uncollected:Owner  300.00
    Income:PropertyFee:Service:Owner          -300.00
"""
E24_PAID_OVER = """
    Assets:PropertyFee:Bank:Joint01            300.00
    Assets:PropertyFee:Clearing:Trustee       -300.00
"""
E42 = """
    Assets:PropertyFee:Bank:Joint01            120.00
    Liabilities:PropertyFee:Prepaid           -120.00
"""
E06 = """
    Assets:PropertyFee:Bank:Joint01        -2200.00
    Income:PropertyFee:Service:Owner         800.00
    Assets:PropertyFee:Receivable:Owner      800.00
    Liabilities:PropertyFee:Uncollected:Owner -800.00
    Expenses:PropertyFee:Loss               1400.00
    Assets:PropertyFee:Receivable:Claim     1400.00
    Liabilities:PropertyFee:Uncollected:Claim -1400.00
"""


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
    assert shown(moved_since(house, before)) == shown(amounts(E05))
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
    assert shown(moved_since(mixed, before)) == shown(amounts(E16.replace("Joint01", "Mixed01")))
    assert _at_the_bank(mixed) == yuan("2,385.60")
    check_golden(mixed, "e16", since)


def _at_the_bank(house: Books) -> int:
    return sum(minor for code, minor in standing(house).items() if code.endswith(":Bank:Mixed01"))


def test_entry_e01_a_fee_paid_ahead_is_a_liability(house: Books) -> None:
    set_up(house)
    before = standing(house)
    day = house.today
    house.act(receive, Receive(SMALL, yuan("600.00"), Channel.BANK, day, day, "Joint01"))
    written = "Assets:PropertyFee:Bank:Joint01 600.00\nLiabilities:PropertyFee:Prepaid -600.00"
    assert shown(moved_since(house, before)) == shown(amounts(written))


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
    assert shown(moved_since(house, before)) == shown(amounts(e02))
    before, since = standing(house), acts(house)
    house.act(reverse, Reverse(receipt, "支票被退回", house.today, returned=True))
    assert shown(moved_since(house, before)) == shown(amounts(E06))
    check_golden(house, "e06", since)
    agree_with(house)


def limits(house: Books) -> dict[str, date]:
    """Return until when a court hears the claim for each open month of 0201."""
    with house.database.reading() as session:
        lines = arrears(session, house.compound, house.today, unit=LATE_PAYER).lines
    return {line.period: line.limitation_on for line in lines}


#: Three years after the last day of each month.
AS_THEY_FELL_DUE = {
    "2025-09": date(2028, 9, 30),
    "2025-10": date(2028, 10, 31),
    "2025-11": date(2028, 11, 30),
    "2025-12": date(2028, 12, 31),
    "2026-01": date(2029, 1, 31),
}
#: Four old months were paid on 5 January 2026; January fell due after that.
BEGUN_ANEW = {month: max(day, date(2029, 1, 5)) for month, day in AS_THEY_FELL_DUE.items()}


def pay_everything(house: Books) -> int:
    """Let 0201 pay 2,200 yuan: 895.30 settle five months, 1,304.70 are ahead."""
    day = house.today
    paid = house.act(receive, Receive(LATE_PAYER, yuan("2,200.00"), Channel.BANK, day, day, "Joint01"))
    assert paid.prepaid_minor == yuan("1,304.70")
    return paid.recorded.seq


def test_entry_e06_a_returned_payment_keeps_its_interruption_of_limitation(house: Books) -> None:
    play(house, through="s02")
    assert limits(house) == AS_THEY_FELL_DUE
    receipt = pay_everything(house)
    house.act(owe_back, OweBack(LATE_PAYER, house.today))
    give_back(house, refund_of("e06", LATE_PAYER, "1,304.70"))
    house.today = date(2026, 2, 10)
    assert limits(house) == {}
    house.act(reverse, Reverse(receipt, "支票被退回", house.today, returned=True))
    assert standing(house)["Assets:PropertyFee:Receivable:Claim"] == yuan("1,304.70")
    assert limits(house) == BEGUN_ANEW  # rule 14 on limitation: the debtor has agreed to perform


def test_entry_e06_a_mistaken_receipt_takes_its_interruption_of_limitation_with_it(house: Books) -> None:
    play(house, through="s02")
    receipt = pay_everything(house)
    house.today = date(2026, 2, 10)
    house.act(reverse, Reverse(receipt, "误记房屋", house.today))
    assert limits(house) == AS_THEY_FELL_DUE


@pytest.mark.parametrize(("returned", "limit"), [(True, date(2029, 1, 5)), (False, date(2028, 9, 30))])
def test_entry_e06_a_part_payment_interrupts_until_it_proves_a_mistake(
    house: Books, limit: date, *, returned: bool
) -> None:
    play(house, through="s02")
    day = house.today
    part = Receive(LATE_PAYER, yuan("100.00"), Channel.BANK, day, day, "Joint01")
    receipt = house.act(receive, part).recorded.seq
    assert limits(house) == AS_THEY_FELL_DUE | {"2025-09": date(2029, 1, 5)}
    house.act(reverse, Reverse(receipt, "冲销", day, returned=returned))
    assert limits(house) == AS_THEY_FELL_DUE | {"2025-09": limit}


def test_entry_e24_money_in_the_trustees_own_account_is_paid_by_the_owner_and_owed_by_the_trustee(
    house: Books,
) -> None:
    play(house, through="s02")
    before, since, day = standing(house), acts(house), house.today
    was = spendable(before, "PropertyFee")
    house.act(receive, Receive(LATE_PAYER, yuan("300.00"), Channel.TRUSTEE, day, day))
    assert shown(moved_since(house, before)) == shown(amounts(E24))
    assert spendable(standing(house), "PropertyFee") == was
    house.act(clear, ClearChannel(Channel.TRUSTEE, "Joint01", yuan("300.00"), 0, day))
    assert shown(moved_since(house, before)) == shown(amounts(E24, E24_PAID_OVER))
    assert spendable(standing(house), "PropertyFee") == was + yuan("300.00")
    check_golden(house, "e24", since)
    agree_with(house)


def test_entry_e24_the_trustee_keeps_nothing_of_it_and_pays_over_no_more_than_it_holds(house: Books) -> None:
    play(house, through="s02")
    day = house.today
    house.act(receive, Receive(LATE_PAYER, yuan("300.00"), Channel.TRUSTEE, day, day))
    for minor, fee, kind in ((30_000, 1, errors.FeeAboveCap), (30_001, 0, errors.NothingToClear)):
        refused(house, clear, ClearChannel(Channel.TRUSTEE, "Joint01", minor, fee, day), kind)


def test_entry_e24_every_page_says_what_is_not_paid_over_in_time(house: Books) -> None:
    play(house, through="s02")
    house.today = date(2026, 2, 1)
    for day, amount in ((date(2026, 1, 27), "300.00"), (date(2026, 1, 28), "40.00")):
        house.act(receive, Receive(LATE_PAYER, yuan(amount), Channel.TRUSTEE, day, day))
    paid_over = ClearChannel(Channel.TRUSTEE, "Joint01", yuan("100.00"), 0, date(2026, 1, 31))
    house.act(clear, paid_over)
    with house.database.reading() as session:
        (held,) = payment_figures(session, house.compound, "2026-01").held_by_trustee
    assert (held.fund, held.amount_minor) == ("PropertyFee", yuan("200.00"))
    house.act(close, "2026-01", agree)
    with house.database.reading() as session:
        page = bulletin_figures(
            session, house.compound, "2026-01", posted_from=house.today, posted_to=date(2026, 3, 3)
        )
    assert [one for one in alerts(page) if "200.00" in one] == [
        "【受托人代收未缴】物业服务资金 200.00 元，已超过结算期限。"
    ]
    house.act(clear, replace(paid_over, amount_minor=yuan("240.00"), effective_on=house.today))
    with house.database.reading() as session:
        assert payment_figures(session, house.compound, "2026-02").held_by_trustee == ()


def test_entry_e42_a_receipt_of_march_found_in_april_is_of_april_and_says_when_it_came(
    april: tuple[Books, int],
) -> None:
    house, _ = april
    house.today = date(2026, 4, 2)
    before, since, came = standing(house), acts(house), date(2026, 3, 30)
    late = Receive(SMALL, yuan("120.00"), Channel.BANK, came, house.today, "Joint01")
    refused(house, receive, replace(late, effective_on=came), errors.PeriodClosed)
    seq = house.act(receive, late).recorded.seq
    assert shown(moved_since(house, before)) == shown(amounts(E42))
    with house.database.reading() as session:
        booked = entry(session, house.compound, seq).entry
    assert (booked.effective_on, booked.occurred_on, booked.month) == (house.today, came, "2026-04")
    check_golden(house, "e42", since)
    agree_with(house)


def test_entry_e42_a_general_entry_names_the_closed_month_that_it_corrects(april: tuple[Books, int]) -> None:
    house, _ = april
    house.today = date(2026, 4, 2)
    postings = (
        Posting("Expenses:PropertyFee:Office", yuan("80.00")),
        Posting("Liabilities:PropertyFee:Payable:Vendor", yuan("-80.00")),
    )
    found = PostEntry(house.today, "补记 3 月办公用品", postings, date(2026, 3, 30), corrects="2026-03")
    refused(house, post_entry, replace(found, corrects="2026-04"), errors.RequestMalformed)
    before = standing(house)
    seq = house.act(post_entry, found).seq
    assert moved_since(house, before) == {one.account: one.amount_minor for one in postings}
    with house.database.reading() as session:
        booked = entry(session, house.compound, seq).entry
    assert (booked.corrects, booked.occurred_on) == ("2026-03", date(2026, 3, 30))
    agree_with(house)
