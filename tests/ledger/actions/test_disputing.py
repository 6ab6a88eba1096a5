"""Disputes and late fees: what moves, what stays, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.charge_late_fee import LateFee, LatePart, charge_late_fee
from ledger.actions.dispute import Dispute, dispute, end_dispute
from ledger.actions.receive import receive
from ledger.actions.relieve import Relieve, waive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.rules.charge import Formula
from ledger.rules.late_fee import highest_late_fee
from tests.books.reading import acts, standing
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, TWO_PAYER, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import DAY, agree_with, billed, left, paying, refused
from tests.ledger.actions.test_relieving import charge_of

__all__ = ["billed"]


def contested(books: Books) -> dict[str, int]:
    return {charge: disputed for charge, _, disputed in left(books) if disputed}


@pytest.fixture
def disputed(billed: Books) -> tuple[Books, str]:
    """Give books in which TWO_PAYER contests 111.00 of 211.00, and the charge's id."""
    charge = charge_of(billed, "211.00")
    billed.act(dispute, Dispute(((charge, yuan("111.00")),), "异议书 1", DAY))
    return billed, charge


def test_a_payment_without_reservation_leaves_what_is_contested_alone(disputed: tuple[Books, str]) -> None:
    books, charge = disputed
    done = books.act(receive, paying(TWO_PAYER, "150.00"))
    assert [(part.charge.id, part.amount_minor) for part in done.settled] == [(charge, yuan("100.00"))]
    assert (done.prepaid_minor, contested(books)) == (yuan("50.00"), {charge: yuan("111.00")})
    agree_with(books)


def test_a_payment_under_reservation_pays_what_is_contested_and_its_reversal_contests_it_again(
    disputed: tuple[Books, str],
) -> None:
    books, charge = disputed
    before, debts = standing(books), left(books)
    done = books.act(receive, paying(TWO_PAYER, "150.00", reservation=True))
    assert contested(books) == {charge: yuan("61.00")}
    books.act(reverse, Reverse(done.recorded.seq, "误记", DAY))
    assert (standing(books), left(books)) == (before, debts)
    agree_with(books)


def test_prepayments_are_not_released_against_what_is_contested(billed: Books) -> None:
    charge = charge_of(billed, "200.00")
    billed.act(dispute, Dispute(((charge, None),), "异议书 1", DAY))
    billed.act(receive, paying(SMALL, "300.00"))
    billed.today = date(2026, 2, 5)
    billed.act(bill, BillMonth("2026-02", billed.today))
    assert contested(billed) == {charge: yuan("200.00")}


def test_a_dispute_ends_by_the_opposite_entry(disputed: tuple[Books, str]) -> None:
    books, charge = disputed
    books.act(end_dispute, Dispute(((charge, None),), "调解协议 1", DAY))
    assert contested(books) == {}
    assert "Assets:PropertyFee:Receivable:Disputed" not in {
        code for code, minor in standing(books).items() if minor
    }


def test_a_waiver_of_a_contested_charge_ends_its_dispute(disputed: tuple[Books, str]) -> None:
    books, charge = disputed
    seq = books.act(waive, Relieve(((charge, None),), "表决", DAY)).recorded.seq
    assert (contested(books), [one for one in left(books) if one[0] == charge]) == ({}, [])
    books.act(reverse, Reverse(seq, "表决撤销", DAY))
    assert contested(books) == {charge: yuan("111.00")}
    agree_with(books)


def test_no_more_is_contested_than_is_open_and_no_more_ends_than_is_contested(
    disputed: tuple[Books, str],
) -> None:
    books, charge = disputed
    more = Dispute(((charge, yuan("100.01")),), "异议书 2", DAY)
    refused(books, dispute, more, errors.ReliefAboveOpen)
    refused(books, dispute, replace(more, authority=" "), errors.ReliefAboveOpen)
    refused(books, dispute, replace(more, parts=((charge, 1),), authority=" "), errors.AuthorityMissing)
    refused(books, end_dispute, replace(more, parts=((charge, yuan("111.01")),)), errors.ReliefAboveOpen)


def test_a_dispute_that_was_paid_since_is_not_reversed(disputed: tuple[Books, str]) -> None:
    books, _ = disputed
    seq = acts(books)
    books.act(receive, paying(TWO_PAYER, "150.00", reservation=True))
    refused(books, reverse, Reverse(seq, "误记", DAY), errors.ReversalRefused)


def test_a_dispute_taken_back_leaves_nothing(billed: Books) -> None:
    before = standing(billed)
    charge = charge_of(billed, "240.00")
    seq = billed.act(dispute, Dispute(((charge, None),), "异议书 1", DAY)).recorded.seq
    billed.act(reverse, Reverse(seq, "误记", DAY))
    assert (standing(billed), contested(billed)) == (before, {})


def test_the_cap_is_simple_interest_at_1_3_times_the_prime_rate() -> None:
    assert highest_late_fee([(yuan("500.00"), 90)], 300) == yuan("4.81")
    assert highest_late_fee([(yuan("250.00"), 90), (yuan("250.00"), 90)], 300) == yuan("4.81")
    assert highest_late_fee([], 300) == 0


@pytest.fixture
def late(billed: Books) -> tuple[Books, str]:
    """Give books with a prime rate, and the id of LATE_PAYER's oldest charge, due on 30 September."""
    billed.act(set_prime_rate, SetPrimeRate(date(2025, 12, 1), 300, "全国银行间同业拆借中心"))
    return billed, charge_of(billed, "179.06")


def fee_of(charge: str, **named: object) -> LateFee:
    return LateFee((LatePart(charge),), DAY, "物业服务合同 第 12 条", **named)  # type: ignore[arg-type]  # by name


def demand(books: Books, command: LateFee, kind: type[errors.Refusal]) -> errors.Refusal:
    with pytest.raises(kind) as refusal:
        books.act(charge_late_fee, command, DAY)
    return refusal.value


def test_a_late_fee_is_a_charge_of_its_own_and_can_be_taken_back(late: tuple[Books, str]) -> None:
    books, charge = late
    before = standing(books)
    done = books.act(charge_late_fee, fee_of(charge), DAY)
    assert done.amount_minor == done.cap_minor == 186  # 179.06 × 3.9 % × 97 / 365
    assert (done.charge, 186, 0) in left(books)
    books.act(reverse, Reverse(done.recorded.seq, "免收", DAY))
    assert standing(books) == before
    agree_with(books)


def test_a_late_fee_above_the_cap_takes_a_reason(late: tuple[Books, str]) -> None:
    books, charge = late
    assert demand(books, fee_of(charge, amount_minor=187), errors.LateFeeAboveCap).facts["cap"] == "1.86"
    done = books.act(charge_late_fee, fee_of(charge, amount_minor=187, reason="判决确定"), DAY)
    assert done.amount_minor == 187


def test_a_late_fee_bears_none(late: tuple[Books, str]) -> None:
    books, charge = late
    fee = books.act(charge_late_fee, fee_of(charge), DAY).charge
    demand(books, fee_of(fee), errors.LateFeeCompounds)


def test_a_late_fee_needs_contract_rate_and_a_debt_that_is_late(late: tuple[Books, str]) -> None:
    books, charge = late
    demand(books, replace(fee_of(charge), authority=""), errors.AuthorityMissing)
    demand(books, replace(fee_of(charge), parts=()), errors.RequestMalformed)
    demand(books, replace(fee_of(charge), through=date(2025, 11, 30)), errors.PrimeRateMissing)
    demand(books, replace(fee_of(charge), parts=(LatePart(charge, days=98),)), errors.RequestMalformed)
    demand(books, replace(fee_of(charge), parts=(LatePart(charge, 17_907),)), errors.RequestMalformed)
    two = (LatePart(charge), LatePart(charge_of(books, "240.00")))
    demand(books, replace(fee_of(charge), parts=two), errors.UnitsOfOthers)
    demand(books, fee_of(charge, amount_minor=0), errors.RequestMalformed)


def test_the_newest_act_for_a_day_corrects_the_prime_rate(late: tuple[Books, str]) -> None:
    books, charge = late
    books.act(set_prime_rate, SetPrimeRate(date(2025, 12, 1), 310, "更正"))
    assert books.act(charge_late_fee, fee_of(charge), DAY).amount_minor == 192


@pytest.mark.parametrize("rate", [0, -1, 10_001])
def test_a_prime_rate_is_between_nothing_and_everything(billed: Books, rate: int) -> None:
    refused(billed, set_prime_rate, SetPrimeRate(DAY, rate, "来源"), errors.RequestMalformed)


def test_a_late_fee_is_not_billed_by_a_tariff(billed: Books) -> None:
    command = SetTariff("late_fee", Formula.FIXED, 100, DAY, "合同")
    refused(billed, set_tariff, command, errors.TariffRefused)


def test_a_receipt_that_raised_and_paid_a_late_fee_is_taken_back_with_it(late: tuple[Books, str]) -> None:
    books, charge = late
    before, debts = standing(books), left(books)
    done = books.act(receive, paying(LATE_PAYER, "1,000.00", late_fee=fee_of(charge)))
    assert done.settled[0].amount_minor == 186
    assert done.prepaid_minor == yuan("1,000.00") - 186 - 5 * 17_906
    books.today = date(2026, 2, 5)
    books.act(bill, BillMonth("2026-02", books.today))  # releases: the reversal is more than the opposite
    books.act(reverse, Reverse(done.recorded.seq, "误记", books.today))
    old = {one[0] for one in debts}
    assert [one for one in left(books) if one[0] in old] == debts
    assert standing(books)["Assets:PropertyFee:Bank:Joint01"] == before["Assets:PropertyFee:Bank:Joint01"]
    assert not standing(books).get("Income:PropertyFee:LateFee")
    agree_with(books)


def test_a_late_fee_is_the_payers_own_and_not_more_than_came_in(late: tuple[Books, str]) -> None:
    books, charge = late
    refused(books, receive, paying(PREPAID, "10.00", late_fee=fee_of(charge)), errors.NotFound)
    refused(books, receive, paying(LATE_PAYER, "1.85", late_fee=fee_of(charge)), errors.ReceiptOverpaid)
