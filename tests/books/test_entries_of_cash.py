"""Entries of cash and of what the bank did: E25, E28, E29, and scene S16."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.close import close
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.pay import request
from ledger.actions.petty_cash import (
    CountCash,
    SetFloat,
    Slip,
    SpendPetty,
    count_cash,
    set_float,
    spend_petty,
)
from ledger.actions.receive import Receive, receive
from ledger.actions.refund_from_vendor import RefundFromVendor, refund_from_vendor
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.store.authorities import used
from ledger.store.petty_cash import unexplained
from tests.books.paying import DAY, STREET, asked, lines, passed, resolve, took_over, wrote
from tests.books.reading import standing
from tests.books.sample import SMALL, agree, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books


@pytest.fixture
def funded(house: Books) -> Books:
    return took_over(house)


def test_entry_e25_cash_at_the_desk_is_banked_and_what_is_short_is_a_loss(funded: Books) -> None:
    funded.act(receive, Receive(SMALL, yuan("200.00"), Channel.CASH, DAY, DAY))
    before = standing(funded)
    done = funded.act(count_cash, CountCash("PropertyFee", yuan("190.00"), DAY, "on_hand", "Joint01"))
    assert done.difference_minor == -1_000
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Bank:Joint01                  190.00
        Expenses:PropertyFee:Loss                         10.00
        Assets:PropertyFee:Cash:OnHand                  -200.00
        """,
    )


def test_entry_e25_what_is_over_belongs_to_nobody_known(funded: Books) -> None:
    funded.act(receive, Receive(SMALL, yuan("200.00"), Channel.CASH, DAY, DAY))
    before = standing(funded)
    over = funded.act(count_cash, CountCash("PropertyFee", yuan("203.00"), DAY, "on_hand", "Joint01"))
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Bank:Joint01                  203.00
        Assets:PropertyFee:Cash:OnHand                  -200.00
        Liabilities:PropertyFee:Unidentified              -3.00
        """,
    )
    funded.act(reverse, Reverse(over.recorded.seq, "点错", DAY))
    assert standing(funded) == before


def test_entry_e28_a_payment_that_came_back_is_owed_again(funded: Books) -> None:
    _, paid = passed(funded, asked("fire", "Expenses:PropertyFee:Facility:Fire 500.00"))
    before = standing(funded)
    funded.act(reverse, Reverse(paid, "退汇", DAY))
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Bank:Joint01                  500.00
        Liabilities:PropertyFee:Payable:Vendor          -500.00
        """,
    )


def test_entry_e28_a_vendors_refund_is_credited_to_the_cost(funded: Books) -> None:
    code = resolve(funded, "R1", "500.00")
    passed(funded, asked("fire", "Expenses:PropertyFee:Facility:Fire 500.00", authority=code))
    before = standing(funded)
    back = RefundFromVendor("fire", yuan("50.00"), "Joint01", DAY)
    done = funded.act(refund_from_vendor, back)
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Bank:Joint01                   50.00
        Expenses:PropertyFee:Facility:Fire               -50.00
        """,
    )
    with funded.database.reading() as session:
        assert used(session, funded.compound, code) == yuan("450.00")
    with pytest.raises(errors.VendorRefundShort):
        funded.act(refund_from_vendor, replace(back, amount_minor=yuan("450.01")))
    funded.act(reverse, Reverse(done.seq, "误记", DAY))
    assert standing(funded) == before
    with funded.database.reading() as session:
        assert used(session, funded.compound, code) == yuan("500.00")


def test_entry_e29_a_debit_without_voucher_waits_until_a_second_person_explains_it(funded: Books) -> None:
    before = standing(funded)
    booked = funded.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan("60.00"), "账户管理费", DAY))
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Suspense                       60.00
        Assets:PropertyFee:Bank:Joint01                  -60.00
        """,
    )
    before = standing(funded)
    said = ExplainDebit(
        booked.seq, lines("Expenses:PropertyFee:BankCharge 60.00"), "账户管理费", "年度预算2026", DAY
    )
    with pytest.raises(errors.SamePerson):
        funded.act(explain_debit, said, by=TREASURER)
    with pytest.raises(errors.SameBody):
        funded.act(explain_debit, said, by=COMMITTEE)
    explained = funded.act(explain_debit, said, by=STREET)
    with pytest.raises(errors.ReversalRefused):  # the debit cannot go while it is explained
        funded.act(reverse, Reverse(booked.seq, "误记", DAY))
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:BankCharge                   60.00
        Assets:PropertyFee:Suspense                      -60.00
        """,
    )
    with funded.database.reading() as session:
        assert unexplained(session, funded.compound) == []
    funded.act(reverse, Reverse(explained.seq, "说明有误", DAY))
    with funded.database.reading() as session:
        assert [one.open_minor for one in unexplained(session, funded.compound, DAY)] == [6_000]


def test_entry_e29_what_the_bank_puts_back_needs_no_authority(funded: Books) -> None:
    before = standing(funded)
    booked = funded.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan("60.00"), "误扣", DAY))
    back = ExplainDebit(booked.seq, (), "银行退回误扣", "", DAY, bank="Joint01", amount_minor=yuan("60.00"))
    with pytest.raises(errors.ExplainedShort):
        funded.act(explain_debit, replace(back, amount_minor=yuan("60.01")), by=STREET)
    funded.act(explain_debit, back, by=STREET)
    assert standing(funded) == before


def test_scene_s16_petty_cash_is_set_up_spent_by_slips_counted_and_topped_up(house: Books) -> None:
    play(house, through="close-01")
    box = "Assets:PropertyFee:Cash:Petty"
    resolve(house, "备用金决议", "1,000.00")
    house.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金决议"), by=COMMITTEE)
    before = standing(house)
    first = asked("float", f"{box} 1000.00", kind="petty_cash", authority="备用金决议")
    house.today = date(2026, 2, 1)
    passed(house, first)
    house.today = date(2026, 2, 26)
    slips = (
        Slip("Expenses:PropertyFee:Office", yuan("186.50"), "打印纸"),
        Slip("Expenses:PropertyFee:Facility:MinorRepair", yuan("200.00"), "门锁"),
    )
    house.act(spend_petty, SpendPetty("PropertyFee", slips, house.today))
    counted = house.act(count_cash, CountCash("PropertyFee", yuan("613.50"), house.today))
    assert (counted.book_minor, counted.difference_minor, counted.recorded.voucher) == (61_350, 0, None)
    house.today = date(2026, 2, 27)
    with pytest.raises(errors.FloatExceeded):
        house.act(request, replace(first, id="much", lines=lines(f"{box} 386.51")), by=TRUSTEE)
    passed(house, replace(first, id="top-up", lines=lines(f"{box} 386.50")))
    wrote(
        house,
        before,
        """
        Assets:PropertyFee:Cash:Petty                       1000.00
        Assets:PropertyFee:Bank:Joint01                    -1000.00
        """,
        """
        Expenses:PropertyFee:Office                          186.50
        Expenses:PropertyFee:Facility:MinorRepair            200.00
        Assets:PropertyFee:Cash:Petty                       -386.50
        """,
        """
        Assets:PropertyFee:Cash:Petty                        386.50
        Assets:PropertyFee:Bank:Joint01                     -386.50
        """,
    )
    house.today = date(2026, 3, 1)
    house.act(close, "2026-02", agree)
