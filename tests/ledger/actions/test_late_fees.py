"""A day of a debt bears a late fee once, and none is for days to come or for what was waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.charge_late_fee import Charged, LateFee, LatePart, charge_late_fee
from ledger.actions.receive import receive
from ledger.actions.relieve import Relieve, waive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.rules.late_fee import highest_late_fee
from tests.books.sample import LATE_PAYER, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import DAY, agree_with, billed, paying
from tests.ledger.actions.test_relieving import charge_of

__all__ = ["billed"]
LATER = date(2026, 1, 25)


@pytest.fixture
def late(billed: Books) -> tuple[Books, str]:
    """Give books with a prime rate, and the id of LATE_PAYER's oldest charge, due on 30 September."""
    billed.act(set_prime_rate, SetPrimeRate(date(2025, 12, 1), 300, "全国银行间同业拆借中心"))
    return billed, charge_of(billed, "179.06")


def fee(
    charge: str, through: date = DAY, *, principal: int | None = None, days: int | None = None
) -> LateFee:
    return LateFee((LatePart(charge, principal, days),), through, "物业服务合同 第 12 条")


def demand(books: Books, command: LateFee) -> Charged:
    return books.act(charge_late_fee, command, books.today)


def refusal(books: Books, command: LateFee, kind: type[errors.Refusal]) -> errors.Refusal:
    with pytest.raises(kind) as caught:
        demand(books, command)
    return caught.value


def test_the_same_days_bear_no_second_fee(late: tuple[Books, str]) -> None:
    books, charge = late
    demand(books, fee(charge))
    again = refusal(books, fee(charge), errors.LateFeeTwice)
    assert again.facts == {"charge": charge, "day": "2026-01-05"}
    refusal(books, fee(charge, days=1), errors.LateFeeTwice)


def test_later_days_bear_theirs(late: tuple[Books, str]) -> None:
    books, charge = late
    demand(books, fee(charge))
    books.today = LATER
    done = demand(books, fee(charge, LATER))
    assert done.cap_minor == highest_late_fee([(17_906, 20)], 300) == 38
    refusal(books, fee(charge, LATER, principal=17_906, days=1), errors.LateFeeTwice)


def test_a_fee_that_was_paid_counts_and_one_that_was_taken_back_does_not(late: tuple[Books, str]) -> None:
    books, charge = late
    seq = books.act(receive, paying(LATE_PAYER, "1,000.00", late_fee=fee(charge))).recorded.seq
    refusal(books, fee(charge, principal=17_906), errors.LateFeeTwice)
    books.act(reverse, Reverse(seq, "误记", DAY))
    done = demand(books, fee(charge))
    books.act(reverse, Reverse(done.recorded.seq, "免收", DAY))
    assert demand(books, fee(charge)).amount_minor == done.amount_minor
    agree_with(books)


def test_a_charge_is_named_once(late: tuple[Books, str]) -> None:
    books, charge = late
    twice = replace(fee(charge), parts=(LatePart(charge), LatePart(charge)))
    assert refusal(books, twice, errors.RequestMalformed).pointer == "/charges/1/id"


def test_no_fee_is_for_days_to_come(late: tuple[Books, str]) -> None:
    books, charge = late
    assert refusal(books, fee(charge, date(2026, 1, 6)), errors.RequestMalformed).pointer == "/through"


def test_what_was_waived_bears_none(late: tuple[Books, str]) -> None:
    books, charge = late
    books.act(waive, Relieve(((charge, yuan("100.00")),), "表决", DAY))
    refusal(books, fee(charge, principal=17_906), errors.RequestMalformed)
    assert demand(books, fee(charge, principal=7_906)).cap_minor == highest_late_fee([(7_906, 97)], 300)
    agree_with(books)
