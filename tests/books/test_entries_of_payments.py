"""Entries E15, E22, E23, E25 to E30 and E38, scene S16: money that is advanced, kept back, owed, short or explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.claim_loss import Against, ClaimLoss, claim_loss
from ledger.actions.close import close
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.pay import approve, pay, post, request
from ledger.actions.petty_cash import (
    CountCash,
    SetFloat,
    Slip,
    SpendPetty,
    count_cash,
    set_float,
    spend_petty,
)
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.refund_from_vendor import RefundFromVendor, refund_from_vendor
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.entry import Posting
from ledger.store.authorities import used
from ledger.store.petty_cash import unexplained
from tests.books.paying import DAY, STREET, asked, committee_money, lines, passed, resolve, took_over, wrote
from tests.books.reading import acts, standing
from tests.books.sample import SMALL, agree, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books


@pytest.fixture
def funded(house: Books) -> Books:
    return took_over(house)


def general(books: Books, *written: str) -> int:
    """Post a general entry as it is written; the sign stands in the amount."""
    postings = tuple(Posting(account, minor) for account, minor in lines(*written))
    return books.act(post_entry, PostEntry(books.today, "计提", postings)).seq


def test_entry_e15_tax_is_owed_and_then_paid(funded: Books) -> None:
    before = standing(funded)
    general(funded, "Expenses:PropertyFee:Tax 6.00", "Liabilities:PropertyFee:Tax -6.00")
    passed(funded, asked("tax", "Liabilities:PropertyFee:Tax 6.00", kind="payable", payee="税务局"))
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Tax                           6.00
        Liabilities:PropertyFee:Tax                       -6.00
        """,
        """
        Liabilities:PropertyFee:Tax                        6.00
        Assets:PropertyFee:Bank:Joint01                   -6.00
        """,
    )


def test_entry_e15_no_more_tax_is_paid_than_is_owed(funded: Books) -> None:
    general(funded, "Expenses:PropertyFee:Tax 6.00", "Liabilities:PropertyFee:Tax -6.00")
    command = asked("tax", "Liabilities:PropertyFee:Tax 6.01", kind="payable")
    with pytest.raises(errors.PayableShort) as refused:
        funded.act(request, command, by=TRUSTEE)
    assert refused.value.pointer == "/lines/0/amount"


def test_entry_e15_a_debt_that_two_requests_ask_for_is_paid_once(funded: Books) -> None:
    general(funded, "Expenses:PropertyFee:Tax 6.00", "Liabilities:PropertyFee:Tax -6.00")
    for name in ("a", "b"):
        funded.act(request, asked(name, "Liabilities:PropertyFee:Tax 6.00", kind="payable"), by=TRUSTEE)
    for name in ("a", "b"):
        funded.act(approve, name, by=COMMITTEE)
    with pytest.raises(errors.PayableShort):  # what is approved is promised
        funded.act(request, asked("c", "Liabilities:PropertyFee:Tax 6.00", kind="payable"), by=TRUSTEE)
    funded.act(pay, "a", DAY)
    with pytest.raises(errors.PayableShort):
        funded.act(pay, "b", DAY)


def test_entry_e22_remuneration_is_not_paid_while_the_trustee_owes_for_a_loss(house: Books) -> None:
    play(house, through="s17")
    claim = ClaimLoss(Against.TRUSTEE, "PropertyFee", yuan("500.00"), "擅自超支", "业委会决议 3", house.today)
    house.act(request, replace(asked("wages"), kind="remuneration", lines=()), by=TRUSTEE)
    house.act(claim_loss, claim, by=COMMITTEE)
    before = acts(house)
    with pytest.raises(errors.TrusteeClaimOpen):
        house.act(approve, "wages", by=COMMITTEE)
    assert acts(house) == before


def test_entry_e23_what_the_trustee_paid_first_is_owed_to_it_apart_from_its_remuneration(
    funded: Books,
) -> None:
    before = standing(funded)
    passed(
        funded,
        asked("stamps", "Expenses:PropertyFee:Office 80.00", owed_to="TrusteeAdvance", payee="示例物业公司"),
    )
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Office                       80.00
        Liabilities:PropertyFee:Payable:TrusteeAdvance   -80.00
        """,
        """
        Liabilities:PropertyFee:Payable:TrusteeAdvance    80.00
        Assets:PropertyFee:Bank:Joint01                  -80.00
        """,
    )


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


def test_entry_e26_an_accrued_cost_is_confirmed_by_its_invoice(funded: Books) -> None:
    before = standing(funded)
    general(funded, "Expenses:PropertyFee:Cleaning 900.00", "Liabilities:PropertyFee:Payable:Accrued -900.00")
    command = asked(
        "invoice",
        "Liabilities:PropertyFee:Payable:Accrued 900.00",
        "Expenses:PropertyFee:Cleaning 50.00",
        invoice="123",
    )
    funded.act(request, command, by=TRUSTEE)
    funded.act(approve, "invoice", by=COMMITTEE)
    funded.act(post, "invoice", DAY)
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Cleaning                    900.00
        Liabilities:PropertyFee:Payable:Accrued         -900.00
        """,
        """
        Liabilities:PropertyFee:Payable:Accrued          900.00
        Expenses:PropertyFee:Cleaning                     50.00
        Liabilities:PropertyFee:Payable:Vendor          -950.00
        """,
    )


def test_entry_e27_an_advance_is_used_up_on_delivery(funded: Books) -> None:
    contract = resolve(funded, "R1", "1,000.00")
    before = standing(funded)
    advance = "Assets:PropertyFee:Advance:Vendor"
    passed(funded, asked("ahead", f"{advance} 300.00", kind="advance", authority=contract))
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Advance:Vendor                300.00
        Assets:PropertyFee:Bank:Joint01                 -300.00
        """,
    )
    before = standing(funded)
    command = asked(
        "rest",
        "Expenses:PropertyFee:Facility:Fire 1000.00",
        kept=lines(f"{advance} 300.00"),
        authority=contract,
    )
    funded.act(request, command, by=TRUSTEE)
    funded.act(approve, "rest", by=COMMITTEE)
    funded.act(post, "rest", DAY)
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Facility:Fire              1000.00
        Assets:PropertyFee:Advance:Vendor               -300.00
        Liabilities:PropertyFee:Payable:Vendor          -700.00
        """,
    )
    with funded.database.reading() as session:
        assert used(session, funded.compound, contract) == yuan("1,000.00")  # the advance took its part once


def test_entry_e27_an_advance_that_covers_all_leaves_nothing_to_pay(funded: Books) -> None:
    advance = "Assets:PropertyFee:Advance:Vendor"
    passed(funded, asked("ahead", f"{advance} 300.00", kind="advance"))
    command = asked("all", "Expenses:PropertyFee:Facility:Fire 300.00", kept=lines(f"{advance} 300.00"))
    passed(funded, command)
    assert standing(funded).get(advance, 0) == 0
    with pytest.raises(errors.NothingToPay):
        funded.act(pay, "all", DAY)
    with pytest.raises(errors.PayableShort):  # it is used up
        funded.act(request, replace(command, id="again"), by=TRUSTEE)


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


def test_entry_e30_an_allowance_is_paid_less_the_tax_withheld(house: Books) -> None:
    play(house, through="s01")
    committee_money(house)
    before = standing(house)
    command = asked(
        "allowance",
        "Expenses:Committee:Allowance 500.00",
        fund="Committee",
        bank="Basic01",
        kept=lines("Liabilities:Committee:Tax 20.00"),
        payee_is_person=True,
    )
    house.act(request, command, by=TRUSTEE)
    house.act(approve, "allowance", by=STREET)
    house.act(post, "allowance", DAY)
    wrote(
        house,
        before,
        """
        Expenses:Committee:Allowance                     500.00
        Liabilities:Committee:Payable:Individual        -480.00
        Liabilities:Committee:Tax                        -20.00
        """,
    )
    house.act(pay, "allowance", DAY)
    assert (
        standing(house)["Assets:Committee:Bank:Basic01"] == before["Assets:Committee:Bank:Basic01"] - 48_000
    )


def test_entry_e38_retention_is_kept_back_and_paid_later_under_the_same_authority(house: Books) -> None:
    funded = took_over(house)
    code = resolve(funded, "R1", "1,000.00")
    before = standing(funded)
    retention = "Liabilities:PropertyFee:Payable:Retention"
    passed(
        funded,
        asked(
            "works",
            "Expenses:PropertyFee:Facility:Fire 1000.00",
            kept=lines(f"{retention} 50.00"),
            authority=code,
        ),
    )
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Facility:Fire              1000.00
        Assets:PropertyFee:Bank:Joint01                 -950.00
        Liabilities:PropertyFee:Payable:Retention        -50.00
        """,
    )
    later = asked("later", f"{retention} 50.00", kind="payable", authority=code)
    with pytest.raises(errors.AuthorityUsedUp):  # all of it was taken when the works were approved
        funded.act(request, later, by=TRUSTEE)
    with pytest.raises(errors.PayableShort):
        funded.act(request, replace(later, settles="works", lines=lines(f"{retention} 50.01")), by=TRUSTEE)
    passed(funded, replace(later, settles="works"))
    assert standing(funded).get(retention, 0) == 0


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
