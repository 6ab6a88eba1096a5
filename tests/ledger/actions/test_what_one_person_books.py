"""What one person books alone has an end: charges, corrections, dates, and what a vendor is said to have given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.correct_opening import CorrectClosedYear, correct_closed_year
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.pay import approve, pay, post, request
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.refund_from_vendor import RefundFromVendor, refund_from_vendor
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.split_bank_sum import SplitBankSum, split_bank_sum
from ledger.rules.authority import BUDGET, Matter
from ledger.rules.entry import Posting
from ledger.store.authorities import used
from tests.books import granted as g
from tests.books.between import opened, voted
from tests.books.paying import DAY, STREET, asked, lines, passed, resolve, took_over, vote
from tests.books.sample import BUDGET_2026, play, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused
from tests.ledger.actions.test_budgeting import CLEANING, adopted

BANK, CHARGE = "Assets:PropertyFee:Bank:Joint01", "Expenses:PropertyFee:BankCharge"
ORDER = "Expenses:PropertyFee:Order"
KEPT, SUSPENSE = "Liabilities:PropertyFee:Payable:Retention", "Assets:PropertyFee:Suspense"


@pytest.fixture
def taken_over(house: Books) -> Books:
    return took_over(house)


def charge(day: date, amount: str) -> PostEntry:
    booked = lines(f"{CHARGE} {amount}", f"{BANK} -{amount}")
    return PostEntry(day, "手续费", tuple(Posting(account, minor) for account, minor in booked))


def test_charges_shared_among_funds_count_with_those_of_general_entries(house: Books) -> None:
    taken_over = opened(house, PropertyFee="50,000.00")
    taken_over.today = date(2026, 1, 20)
    shared = SplitBankSum("Joint01", yuan("200.00"), taken_over.today, is_charge=True)
    refused(taken_over, errors.FeeAboveCap, split_bank_sum, replace(shared, amount_minor=yuan("200.01")))
    taken_over.act(split_bank_sum, shared)
    taken_over.act(split_bank_sum, shared)
    refused(taken_over, errors.PaymentNeedsTwoKeys, post_entry, charge(taken_over.today, "100.01"))
    taken_over.act(post_entry, charge(taken_over.today, "100.00"))
    refused(taken_over, errors.FeeAboveCap, split_bank_sum, replace(shared, amount_minor=1))


def test_open_months_lend_each_other_none_of_what_one_person_books(taken_over: Books) -> None:
    taken_over.today = date(2026, 3, 31)
    for day in (date(2026, 1, 10), date(2026, 2, 10)):
        taken_over.act(post_entry, charge(day, "200.00"))
    refused(taken_over, errors.PaymentNeedsTwoKeys, post_entry, charge(date(2026, 3, 10), "100.01"))
    taken_over.today = date(2026, 4, 1)
    taken_over.act(post_entry, charge(date(2026, 3, 10), "100.01"))


def test_a_correction_of_a_closed_year_takes_all_that_it_moves_and_clears_no_debit(taken_over: Books) -> None:
    taken_over.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan("400.00"), "转账", DAY))
    alone = CorrectClosedYear("PropertyFee", 2025, ((SUSPENSE, -40_000),), "更正", BUDGET_2026, DAY)
    refused(taken_over, errors.AccountControlled, correct_closed_year, alone)
    owed, accrued = "Liabilities:PropertyFee:Payable:Vendor", "Liabilities:PropertyFee:Payable:Accrued"
    for amount, fits in (("399.99", False), ("400.00", True)):
        authority = resolve(taken_over, f"R-{amount}", amount, "PropertyFee")
        moved = replace(alone, lines=lines(f"{owed} -400.00", f"{accrued} 399.50"), authority=authority)
        if fits:
            taken_over.act(correct_closed_year, moved)
        else:
            refused(taken_over, errors.AuthorityUsedUp, correct_closed_year, moved)


def test_nothing_is_paid_before_its_approval_nor_booked_before_its_authority(taken_over: Books) -> None:
    taken_over.today = date(2026, 3, 5)
    decided = voted(taken_over, "V-M", Matter.SPENDING, "PropertyFee", "900.00")
    taken_over.today = date(2026, 3, 9)
    taken_over.act(request, asked("x", f"{ORDER} 900.00", authority=decided), by=TRUSTEE)
    taken_over.act(approve, "x", by=COMMITTEE)
    refused(taken_over, errors.PaidTooEarly, post, "x", date(2026, 3, 4))
    taken_over.act(post, "x", date(2026, 3, 5))
    refused(taken_over, errors.PaidTooEarly, pay, "x", date(2026, 3, 8))
    taken_over.act(pay, "x", date(2026, 3, 9))
    advance = asked("a", "Assets:PropertyFee:Advance:Vendor 90.00", kind="advance")
    taken_over.act(request, advance, by=TRUSTEE)
    taken_over.act(approve, "a", by=COMMITTEE)
    refused(taken_over, errors.PaidTooEarly, pay, "a", date(2026, 3, 8))


def test_a_debit_is_not_explained_before_the_bank_took_it(taken_over: Books) -> None:
    taken_over.today = date(2026, 2, 10)
    seq = taken_over.act(book_debit, BookDebit("PropertyFee", "Joint01", 9_000, "转账", taken_over.today)).seq
    said = ExplainDebit(seq, lines(f"{ORDER} 90.00"), "保安", BUDGET_2026, date(2026, 2, 9))
    refused(taken_over, errors.PaidTooEarly, explain_debit, said, by=STREET)


def test_a_vendor_gives_back_what_it_was_paid_and_after_it_was_paid(taken_over: Books) -> None:
    taken_over.today = date(2026, 2, 10)
    authority = vote(taken_over, "V-1", "1000.00")
    passed(taken_over, asked("p", f"{ORDER} 1000.00", authority=authority, kept=lines(f"{KEPT} 100.00")))
    back = RefundFromVendor("p", yuan("900.00"), "Joint01", taken_over.today)
    refused(taken_over, errors.PaidTooEarly, refund_from_vendor, replace(back, effective_on=date(2026, 2, 9)))
    refused(taken_over, errors.VendorRefundShort, refund_from_vendor, replace(back, amount_minor=90_001))
    taken_over.act(refund_from_vendor, back)
    passed(taken_over, asked("q", f"{KEPT} 100.00", kind="payable", settles="p", authority=authority))
    taken_over.act(refund_from_vendor, replace(back, amount_minor=yuan("100.00")))
    refused(taken_over, errors.VendorRefundShort, refund_from_vendor, replace(back, amount_minor=1))


def test_a_vendors_refund_is_not_taken_back_once_its_room_was_given_to_another(taken_over: Books) -> None:
    authority = vote(taken_over, "V-1", "100.00")
    passed(taken_over, asked("p", f"{ORDER} 100.00", authority=authority))
    back = RefundFromVendor("p", yuan("100.00"), "Joint01", taken_over.today)
    seq = taken_over.act(refund_from_vendor, back).seq
    other = passed(taken_over, asked("q", f"{ORDER} 0.01", authority=authority, payee="另一公司"))
    refused(taken_over, errors.ReversalRefused, reverse, Reverse(seq, "误记", taken_over.today))
    for later in reversed(other):
        taken_over.act(reverse, Reverse(later, "退货", taken_over.today))
    with taken_over.database.reading() as session:
        assert used(session, taken_over.compound, authority) == 1


def test_a_vendors_refund_is_not_taken_back_beyond_the_budgets_line(house: Books) -> None:
    play(house, through="s02")
    adopted(house)
    passed(house, asked("p", f"{CLEANING} 1200.00", authority=BUDGET))
    seq = house.act(refund_from_vendor, RefundFromVendor("p", 10_000, "Joint01", house.today)).seq
    passed(house, asked("q", f"{CLEANING} 0.01", authority=BUDGET))
    refused(house, errors.BudgetExceeded, reverse, Reverse(seq, "误记", house.today))


def test_a_vendors_refund_is_not_taken_back_beyond_a_grants_budget(house: Books) -> None:
    g.pooled(house, budget="1,000.00")
    g.granted(house, "3000.00")
    g.paid(house, g.cost("p", "600.00", authority=vote(house, "V-1")))
    seq = house.act(refund_from_vendor, RefundFromVendor("p", yuan("600.00"), "G01", house.today)).seq
    g.paid(house, g.cost("q", "400.01"))
    refused(house, errors.GrantBudgetExceeded, reverse, Reverse(seq, "误记", house.today))
