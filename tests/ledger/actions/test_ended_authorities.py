"""What was withdrawn or annulled between an approval and the payment pays nobody; what merely ran out may stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.pay_move import pay_move
from ledger.actions.record_authority import Terms, end_authority, record_resolution
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from tests.books.between import agreed, opened, transfer, voted
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

LATER = date(2026, 1, 20)
COST = pay.RequestDisbursement(
    "x1",
    "PropertyFee",
    (("Expenses:PropertyFee:Order", yuan("100.00")),),
    payee="示例保安公司",
    purpose="秩序维护",
    authority="J-1",
    bank="Joint01",
)


@pytest.fixture
def approved(house: Books) -> Books:
    """Give books with a request approved under a resolution that holds until 10 January."""
    opened(house, PropertyFee="1,000.00", PublicIncome="1,000.00", Committee="1.00")
    terms = Terms(
        "J-1", Matter.SPENDING, "秩序维护", house.today, "PropertyFee", yuan("500.00"), date(2026, 1, 10)
    )
    house.act(record_resolution, terms, by=COMMITTEE)
    house.act(pay.request, COST, by=TRUSTEE)
    house.act(pay.approve, "x1", by=COMMITTEE)
    return house


def test_an_annulled_authority_neither_books_nor_pays(approved: Books) -> None:
    approved.act(end_authority, "J-1", approved.today, "法院撤销", by=COMMITTEE)
    with pytest.raises(errors.AuthorityEnded):
        approved.act(pay.post, "x1", approved.today, by=TREASURER)
    approved.act(pay.refuse, "x1", "依据已撤销", by=COMMITTEE)


def test_what_was_booked_before_the_end_is_not_paid_by_it(approved: Books) -> None:
    posted = approved.act(pay.post, "x1", approved.today, by=TREASURER).recorded.seq
    approved.act(end_authority, "J-1", approved.today, "法院撤销", by=COMMITTEE)
    with pytest.raises(errors.AuthorityEnded):
        approved.act(pay.pay, "x1", approved.today, by=TREASURER)
    approved.act(reverse, Reverse(posted, "依据已撤销", approved.today))
    approved.act(pay.refuse, "x1", "依据已撤销", by=COMMITTEE)


def test_an_authority_that_ran_out_after_the_approval_still_pays(approved: Books) -> None:
    approved.today = LATER
    approved.act(pay.post, "x1", LATER, by=TREASURER)
    approved.act(pay.pay, "x1", LATER, by=TREASURER)
    with pytest.raises(errors.AuthorityExpired):
        approved.act(pay.request, replace(COST, id="x2"), by=TRUSTEE)


def test_a_transfer_is_not_paid_after_its_vote_was_annulled(approved: Books) -> None:
    voted(approved, "V-T", Matter.TRANSFER, "PublicIncome")
    agreed(approved, transfer("t1", "200.00", "Committee", "V-T", to_bank="Basic01"))
    approved.act(end_authority, "V-T", approved.today, "法院撤销", by=COMMITTEE)
    with pytest.raises(errors.AuthorityEnded):
        approved.act(pay_move, "t1", approved.today, by=TREASURER)
