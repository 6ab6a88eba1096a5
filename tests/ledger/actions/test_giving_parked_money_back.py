"""Parked money goes back to its sender: two keys, never more than is left, and by nobody's name."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.pay import RequestDisbursement, approve, pay, request
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.store.debts import parked_sums
from ledger.store.disbursements import progress
from ledger.store.registers import entry
from reports.book.second_opinion import disagreements
from tests.books.reading import amounts, shown, standing
from tests.books.sample import LATE_PAYER, set_up, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

DAY = date(2026, 1, 5)


@pytest.fixture
def parked(house: Books) -> Books:
    """Give the six units with January billed, and 500 yuan from nobody known as D-000001."""
    set_up(house)
    house.act(bill, BillMonth("2026-01", DAY))
    house.act(park, Park(yuan("500.00"), Channel.BANK, DAY, DAY, "Joint01"))
    return house


def back(name: str = "p-1", minor: int | None = None, **changed: object) -> RequestDisbursement:
    said = {"kind": "parked_refund", "amount_minor": minor, "parked": 1} | changed
    return RequestDisbursement(
        name,
        str(said.pop("fund", "PropertyFee")),
        said.pop("lines", ()),  # type: ignore[arg-type]  # lines or none
        "王某某",
        "退还王某某",
        "银行回单 1",
        "Joint01",
        **said,  # type: ignore[arg-type]  # fields by name
    )


def left(books: Books) -> int:
    with books.database.reading() as session:
        assert list(disagreements(session, books.compound, books.today)) == []
        (one,) = parked_sums(session, books.compound, number=1)
    return one.left_minor


def given_back(books: Books, name: str = "p-1", minor: int | None = None) -> int:
    books.act(request, back(name, minor), by=TRUSTEE)
    books.act(approve, name, by=COMMITTEE)
    return int(books.act(pay, name, books.today).recorded.seq)


def test_all_that_is_left_goes_back_in_one_entry_that_names_nobody(parked: Books) -> None:
    before = standing(parked)
    seq = given_back(parked)
    after = standing(parked)
    moved = {
        code: after.get(code, 0) - minor for code, minor in before.items() if after.get(code, 0) != minor
    }
    assert shown(moved) == shown(
        amounts("""
            Liabilities:PropertyFee:Unidentified  500.00
            Assets:PropertyFee:Bank:Joint01      -500.00
        """)
    )
    with parked.database.reading() as session:
        view = entry(session, parked.compound, seq)
    assert (view.entry.kind, view.entry.narration) == ("parked_refund", "待查来款退回 D-000001")
    assert (view.entry.counterparty, view.entry.channel) == (None, "bank")
    assert left(parked) == 0


def test_it_takes_a_second_person_of_a_second_body(parked: Books) -> None:
    parked.act(request, back())
    refused(parked, errors.DisbursementState, pay, "p-1", DAY)
    refused(parked, errors.SamePerson, approve, "p-1")
    refused(parked, errors.SameBody, approve, "p-1", by=COMMITTEE)


def test_no_more_than_is_left_goes_back(parked: Books) -> None:
    refused(parked, errors.ParkedShort, request, back(minor=50_001), by=TRUSTEE)
    refused(parked, errors.NotFound, request, back(parked=2), by=TRUSTEE)
    refused(parked, errors.RequestMalformed, request, back(parked=None), by=TRUSTEE)
    refused(parked, errors.FundsMixed, request, back(fund="PublicIncome"), by=TRUSTEE)
    lines = (("Expenses:PropertyFee:Office", 100),)
    refused(parked, errors.RequestMalformed, request, back(lines=lines), by=TRUSTEE)
    given_back(parked, "p-1", 20_000)
    assert left(parked) == 30_000
    refused(parked, errors.ParkedShort, request, back("p-2", 30_001), by=TRUSTEE)
    given_back(parked, "p-2")
    refused(parked, errors.ParkedShort, request, back("p-3"), by=TRUSTEE)


def test_money_that_was_claimed_between_the_keys_does_not_go_back_too(parked: Books) -> None:
    parked.act(request, back(), by=TRUSTEE)
    parked.act(approve, "p-1", by=COMMITTEE)
    parked.act(claim, Claim(1, Payer(LATE_PAYER), DAY, 100))
    refused(parked, errors.ParkedShort, pay, "p-1", DAY)


def test_money_that_went_back_is_not_claimed_and_its_parking_not_reversed(parked: Books) -> None:
    given_back(parked)
    refused(parked, errors.ParkedShort, claim, Claim(1, Payer(LATE_PAYER), DAY))
    with parked.database.reading() as session:
        seq = parked_sums(session, parked.compound)[0].seq
    refused(parked, errors.ReversalRefused, reverse, Reverse(seq, "误记", DAY))


def test_a_refund_that_came_back_is_parked_again(parked: Books) -> None:
    seq = given_back(parked)
    parked.act(reverse, Reverse(seq, "账号有误,银行退回", DAY))
    assert left(parked) == 50_000
    with parked.database.reading() as session:
        assert progress(session, parked.compound, "p-1").state == "approved"
    parked.act(pay, "p-1", DAY)
    assert left(parked) == 0
