"""Public income is gross, and the management fee on it is within the place's cap at every door (L09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.pay import RequestDisbursement, approve, post, request
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.entry import Posting
from reports.month.payments import payment_figures
from tests.books.paying import STREET, asked, resolve
from tests.books.sample import set_up, yuan
from tests.conftest import COMMITTEE, OPERATOR, TRUSTEE, Books
from tests.ledger.actions.test_receiving import refused

FEE = "Expenses:PublicIncome:Cost:ManagementFee"
PARKING = "Income:PublicIncome:Parking:Temporary"


@pytest.fixture
def shaoxing(house: Books) -> Books:
    """Give books with 10,000 yuan of parking, where the trustee may keep at most 30 % of it."""
    other = Books(house.database, f"{house.compound}-s", house.today)
    command = OpenCompound(other.compound, "示例小区", date(2026, 1, 1), "shaoxing")
    other.database.write(lambda s: open_compound(s, command, OPERATOR, other.now, other.salt))
    set_up(other)
    earned(other, "10,000.00")
    return other


def earned(books: Books, amount: str) -> int:
    command = EarnPublicIncome(PARKING, yuan(amount), books.today, "临停收入", bank="Joint01")
    return books.act(earn, command).seq


def fee(name: str, amount: str, **more: object) -> RequestDisbursement:
    return asked(name, f"{FEE} {amount}", fund="PublicIncome", authority="J-1", **more)


def above_cap(books: Books, month: str) -> int:
    with books.database.reading() as session:
        return payment_figures(session, books.compound, month).fee_above_cap_minor


def accrual(books: Books, amount: str) -> PostEntry:
    minor = yuan(amount)
    owed = Posting("Liabilities:PublicIncome:Payable:Trustee", -minor)
    return PostEntry(books.today, "管理费", (Posting(FEE, minor), owed))


def test_two_requests_of_the_whole_fee_are_not_both_approved(shaoxing: Books) -> None:
    resolve(shaoxing, "J-1", fund="PublicIncome")
    for name in ("a", "b"):
        shaoxing.act(request, fee(name, "3000.00"), by=TRUSTEE)
    shaoxing.act(approve, "a", by=COMMITTEE)
    with pytest.raises(errors.ManagementFeeAboveCap):
        shaoxing.act(approve, "b", by=COMMITTEE)
    refused(shaoxing, post_entry, accrual(shaoxing, "0.01"), errors.ManagementFeeAboveCap)
    shaoxing.act(post, "a", shaoxing.today)
    with pytest.raises(errors.ManagementFeeAboveCap):
        shaoxing.act(approve, "b", by=COMMITTEE)


def test_the_fee_is_checked_again_when_it_is_posted(shaoxing: Books) -> None:
    resolve(shaoxing, "J-1", fund="PublicIncome")
    more = earned(shaoxing, "100.00")
    shaoxing.act(request, fee("a", "3030.00"), by=TRUSTEE)
    shaoxing.act(approve, "a", by=COMMITTEE)
    shaoxing.act(reverse, Reverse(more, "重复入账", shaoxing.today))
    with pytest.raises(errors.ManagementFeeAboveCap):
        shaoxing.act(post, "a", shaoxing.today)
    earned(shaoxing, "100.00")
    shaoxing.act(post, "a", shaoxing.today)


def test_the_year_is_whole_whatever_day_a_fee_is_booked_on(shaoxing: Books) -> None:
    first = shaoxing.today
    shaoxing.today = date(2026, 1, 20)
    shaoxing.act(post_entry, accrual(shaoxing, "3000.00"))
    earlier = replace(accrual(shaoxing, "0.01"), effective_on=first)
    refused(shaoxing, post_entry, earlier, errors.ManagementFeeAboveCap)


def test_a_debit_is_not_explained_as_a_fee_above_the_cap(shaoxing: Books) -> None:
    resolve(shaoxing, "J-1", fund="PublicIncome")
    day = shaoxing.today
    debit = shaoxing.act(book_debit, BookDebit("PublicIncome", "Joint01", yuan("3000.01"), "转账", day)).seq
    for amount, is_right in (("3000.01", False), ("3000.00", True)):
        said = ExplainDebit(debit, ((FEE, yuan(amount)),), "管理费", "J-1", day)
        if is_right:
            shaoxing.act(explain_debit, said, by=STREET)
        else:
            with pytest.raises(errors.ManagementFeeAboveCap) as found:
                shaoxing.act(explain_debit, said, by=STREET)
            assert found.value.pointer == "/lines"


def test_income_reversed_after_its_fee_is_on_every_page_until_the_fee_goes_back(shaoxing: Books) -> None:
    more = earned(shaoxing, "1,000.00")
    taken = shaoxing.act(post_entry, accrual(shaoxing, "3300.00")).seq
    assert above_cap(shaoxing, "2026-01") == 0
    shaoxing.act(reverse, Reverse(more, "支票被退回", shaoxing.today))
    assert above_cap(shaoxing, "2026-01") == yuan("300.00")
    assert above_cap(shaoxing, "2026-02") == yuan("300.00")
    shaoxing.act(reverse, Reverse(taken, "退回多计", shaoxing.today))
    assert above_cap(shaoxing, "2026-01") == 0


@pytest.mark.parametrize("against", ["Liabilities:PublicIncome:Payable:Vendor", "Income:PublicIncome:Other"])
def test_public_income_is_not_netted_by_a_general_entry(shaoxing: Books, against: str) -> None:
    minor = yuan("4,000.00")
    net = PostEntry(shaoxing.today, "抵减", (Posting(PARKING, minor), Posting(against, -minor)))
    assert refused(shaoxing, post_entry, net, errors.RequestMalformed).pointer == "/postings/0/amount"
