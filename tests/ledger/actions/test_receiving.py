"""Receipts: several units of one owner, what the payer names, parked money, refunds, and the two reversals."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from ledger import errors
from ledger.actions import pay
from ledger.actions.bill import BillMonth, bill
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.receive import Receive, receive
from ledger.actions.request_payment import REFUND, RequestDisbursement, request
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.store.debts import owed_back, parked_sums
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.tables import Interruption, Person
from reports.book.second_opinion import disagreements
from reports.receipt import read_receipt
from tests.books.reading import acts, standing
from tests.books.sample import AREAS, LATE_PAYER, SMALL, TWO_PAYER, UNSOLD, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

DAY = date(2026, 1, 5)


@pytest.fixture
def billed(house: Books) -> Books:
    """Give a house that has billed January."""
    return play(house, through="s02")


def paying(unit: str, amount: str, **named: object) -> Receive:
    return Receive(unit, yuan(amount), Channel.BANK, DAY, DAY, "Joint01", **named)  # type: ignore[arg-type]  # by name


def left(books: Books) -> list[tuple[str, int, int]]:
    """Return what is open and what is disputed of each charge."""
    with books.database.reading() as session:
        found = open_charges(session, books.compound, units=set(AREAS))
    return [(one.id, one.open_minor, one.disputed_minor) for one in found]


def agree_with(books: Books) -> None:
    """Let the second engine read the books."""
    with books.database.reading() as session:
        assert disagreements(session, books.compound, books.today) == []


def refund_of(name: str, unit: str, amount: str, debtor: int | None = None) -> RequestDisbursement:
    return RequestDisbursement(
        *(name, "PropertyFee", (), "业主", "退款", "退款申请单 1", "Joint01"),
        kind=REFUND,
        unit=unit,
        debtor=debtor,
        amount_minor=yuan(amount),
    )


def give_back(books: Books, command: RequestDisbursement) -> int:
    """Ask, approve and pay a refund; return the act of the payment."""
    books.act(request, command, by=TRUSTEE)
    books.act(pay.approve, command.id, by=COMMITTEE)
    return books.act(pay.pay, command.id, books.today, by=TREASURER).recorded.seq


def refused(books: Books, action: object, command: object, kind: type[errors.Refusal]) -> errors.Refusal:
    before = acts(books)
    with pytest.raises(kind) as refusal:
        books.act(action, command)  # type: ignore[arg-type]  # an action
    assert acts(books) == before
    return refusal.value


def test_one_receipt_pays_the_oldest_charges_of_all_units_of_an_owner(billed: Books) -> None:
    done = billed.act(receive, paying(TWO_PAYER, "1,000.00", units=(LATE_PAYER,)))
    paid = [(part.charge.unit, part.charge.period, part.amount_minor) for part in done.settled]
    assert paid == [
        *((LATE_PAYER, f"2025-{month:02d}", 17_906) for month in range(9, 13)),
        (LATE_PAYER, "2026-01", 17_906),
        (TWO_PAYER, "2026-01", yuan("104.70")),
    ]
    agree_with(billed)


def test_the_surplus_of_several_units_is_paid_ahead_for_the_first(billed: Books) -> None:
    done = billed.act(receive, paying(TWO_PAYER, "1,200.00", units=(LATE_PAYER,)))
    assert done.prepaid_minor == yuan("93.70")
    with billed.database.reading() as session:
        lots = prepaid_lots(session, billed.compound, unit=TWO_PAYER)
    assert [(lot.receipt, lot.left_minor) for lot in lots] == [(done.number, yuan("93.70"))]


def test_units_of_two_owners_take_two_receipts(billed: Books) -> None:
    persons = [
        Person(compound=billed.compound, unit=unit, debtor=2, name=name, is_company=0)
        for unit, name in ((TWO_PAYER, "甲"), (LATE_PAYER, "乙"))
    ]
    billed.database.write(lambda session: session.add_all(persons))
    with billed.database.reading() as session:  # the register knows other debtors only: nothing to object
        assert session.get(Person, (billed.compound, TWO_PAYER, 1)).name is None
    command = paying(TWO_PAYER, "300.00", units=(UNSOLD[0],))
    assert refused(billed, receive, command, errors.UnitsOfOthers).pointer == "/units"


def test_a_payer_names_a_charge_and_it_is_paid_before_older_ones(billed: Books) -> None:
    newest = next(one[0] for one in left(billed)[::-1] if one[1] == 17_906)
    done = billed.act(receive, paying(LATE_PAYER, "200.00", charges=(newest,)))
    assert [(part.charge.id, part.amount_minor) for part in done.settled] == [(newest, 17_906)]
    assert done.prepaid_minor == yuan("20.94")


def test_a_charge_of_another_unit_cannot_be_named(billed: Books) -> None:
    other = next(one[0] for one in left(billed) if one[1] == 17_906)
    command = paying(TWO_PAYER, "100.00", charges=(other,))
    assert refused(billed, receive, command, errors.NotFound).pointer == "/charges/0"


@pytest.mark.parametrize("charge", ["x", "1", "1-", "99-1", "1-1-1", "٣-١"])
def test_a_charge_that_is_none_is_not_found(billed: Books, charge: str) -> None:
    refused(billed, receive, paying(SMALL, "100.00", charges=(charge,)), errors.NotFound)


def test_months_and_charges_are_not_named_together(billed: Books) -> None:
    command = paying(SMALL, "100.00", charges=("1-1",), periods=("2026-01",))
    refused(billed, receive, command, errors.RequestMalformed)


def test_a_debtor_that_the_unit_never_had_is_not_found(billed: Books) -> None:
    refused(billed, receive, paying(SMALL, "100.00", debtor=7), errors.NotFound)


def test_the_reversal_of_a_receipt_over_several_units_reopens_them_all(billed: Books) -> None:
    before, balances = left(billed), standing(billed)
    seq = billed.act(receive, paying(TWO_PAYER, "1,200.00", units=(LATE_PAYER,))).recorded.seq
    billed.act(reverse, Reverse(seq, "误记", DAY))
    assert (left(billed), standing(billed)) == (before, balances)
    agree_with(billed)


def test_parked_money_is_claimed_in_parts_and_each_claim_has_a_receipt_number(billed: Books) -> None:
    first = billed.act(receive, paying(SMALL, "1.00")).number
    done = billed.act(park, Park(yuan("500.00"), Channel.BANK, DAY, DAY, "Joint01"))
    one = billed.act(claim, Claim(done.parked, Payer(LATE_PAYER), DAY, yuan("200.00")))
    two = billed.act(claim, Claim(done.parked, Payer(TWO_PAYER), DAY))
    assert (one.number, two.number, two.amount_minor) == (first + 1, first + 2, yuan("300.00"))
    assert standing(billed).get("Liabilities:PropertyFee:Unidentified", 0) == 0
    agree_with(billed)


def test_more_than_is_left_of_parked_money_is_not_claimed(billed: Books) -> None:
    done = billed.act(park, Park(yuan("500.00"), Channel.BANK, DAY, DAY, "Joint01"))
    billed.act(claim, Claim(done.parked, Payer(LATE_PAYER), DAY, yuan("499.99")))
    command = Claim(done.parked, Payer(TWO_PAYER), DAY, 2)
    assert refused(billed, claim, command, errors.ParkedShort).facts["held"] == "0.01"
    refused(billed, claim, Claim(9, Payer(TWO_PAYER), DAY), errors.NotFound)


def test_a_claim_taken_back_parks_the_money_again(billed: Books) -> None:
    done = billed.act(park, Park(yuan("500.00"), Channel.CASH, DAY, DAY))
    before, balances = left(billed), standing(billed)
    seq = billed.act(claim, Claim(done.parked, Payer(LATE_PAYER), DAY)).recorded.seq
    refused(billed, reverse, Reverse(done.recorded.seq, "误记", DAY), errors.ReversalRefused)
    billed.act(reverse, Reverse(seq, "认错房屋", DAY))
    assert (left(billed), standing(billed)) == (before, balances)
    billed.act(reverse, Reverse(done.recorded.seq, "误记", DAY))
    with billed.database.reading() as session:
        assert [one.left_minor for one in parked_sums(session, billed.compound)] == [0]


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_parked(billed: Books, amount: int) -> None:
    refused(billed, park, Park(amount, Channel.CASH, DAY, DAY), errors.RequestMalformed)


def test_money_does_not_arrive_after_it_is_parked(billed: Books) -> None:
    refused(billed, park, Park(100, Channel.CASH, date(2026, 1, 6), DAY), errors.RequestMalformed)


def test_a_prepayment_goes_back_by_two_keys(billed: Books) -> None:
    billed.act(receive, paying(SMALL, "600.00"))
    due = billed.act(owe_back, OweBack(SMALL, DAY))
    assert due.amount_minor == yuan("400.00")
    bank = standing(billed)["Assets:PropertyFee:Bank:Joint01"]
    give_back(billed, refund_of("r-1", SMALL, "150.00"))
    with billed.database.reading() as session:
        assert [one.left_minor for one in owed_back(session, billed.compound)] == [yuan("250.00")]
    assert standing(billed)["Assets:PropertyFee:Bank:Joint01"] == bank - yuan("150.00")
    agree_with(billed)


def test_more_than_was_paid_ahead_is_not_owed_back(billed: Books) -> None:
    billed.act(receive, paying(SMALL, "600.00"))
    refused(billed, owe_back, OweBack(SMALL, DAY, yuan("400.01")), errors.RefundMissing)
    refused(billed, owe_back, OweBack(TWO_PAYER, DAY), errors.RefundMissing)


def test_more_than_is_refundable_is_neither_asked_for_nor_paid(billed: Books) -> None:
    billed.act(receive, paying(SMALL, "600.00"))
    billed.act(owe_back, OweBack(SMALL, DAY))
    with pytest.raises(errors.RefundMissing):
        billed.act(request, refund_of("r-0", SMALL, "400.01"), by=TRUSTEE)
    for name in ("r-1", "r-2"):
        billed.act(request, refund_of(name, SMALL, "300.00"), by=TRUSTEE)
        billed.act(pay.approve, name, by=COMMITTEE)
    billed.act(pay.pay, "r-1", DAY)
    with pytest.raises(errors.RefundMissing):
        billed.act(pay.pay, "r-2", DAY)


def test_a_refund_names_its_unit_and_no_lines(billed: Books) -> None:
    command = RequestDisbursement("r-1", "PropertyFee", (), "业主", "退款", "单", "Joint01", kind=REFUND)
    with pytest.raises(errors.RequestMalformed):
        billed.act(request, command, by=TRUSTEE)


def test_a_refund_that_comes_back_is_owed_again_and_its_ground_is_taken_back_after_it(billed: Books) -> None:
    billed.act(receive, paying(SMALL, "600.00"))
    due = billed.act(owe_back, OweBack(SMALL, DAY)).recorded.seq
    before = standing(billed)
    paid = give_back(billed, refund_of("r-1", SMALL, "400.00"))
    refused(billed, reverse, Reverse(due, "误转", DAY), errors.ReversalRefused)
    billed.act(reverse, Reverse(paid, "退票", DAY))
    assert standing(billed) == before
    billed.act(reverse, Reverse(due, "误转", DAY))
    with billed.database.reading() as session:
        assert sum(lot.left_minor for lot in prepaid_lots(session, billed.compound, unit=SMALL)) == 40_000


def test_a_receipt_whose_rest_was_given_back_is_no_mistake_any_more(billed: Books) -> None:
    seq = billed.act(receive, paying(SMALL, "600.00")).recorded.seq
    billed.act(owe_back, OweBack(SMALL, DAY))
    paid = give_back(billed, refund_of("r-1", SMALL, "400.00"))
    refused(billed, reverse, Reverse(seq, "误记", DAY), errors.ReversalRefused)
    billed.act(reverse, Reverse(seq, "支票退回", DAY, returned=True))
    refused(billed, reverse, Reverse(paid, "退票", DAY), errors.ReversalRefused)
    assert standing(billed)["Expenses:PropertyFee:Loss"] == yuan("400.00")
    agree_with(billed)


def test_a_returned_payment_leaves_its_interruption_and_a_mistake_does_not(billed: Books) -> None:
    for unit, returned in ((SMALL, False), (TWO_PAYER, True)):
        seq = billed.act(receive, paying(unit, "100.00")).recorded.seq
        billed.act(reverse, Reverse(seq, "原因", DAY, returned))
    with billed.database.reading() as session:
        rows = session.exec(select(Interruption).where(Interruption.compound == billed.compound)).all()
    assert [(row.unit, row.kind, row.happened_on) for row in rows] == [(TWO_PAYER, "partial_payment", DAY)]


def test_only_a_receipt_is_returned_by_the_bank(billed: Books) -> None:
    seq = billed.act(owe_back, OweBack("B01-U1-0301", DAY)).recorded.seq
    refused(billed, reverse, Reverse(seq, "原因", DAY, returned=True), errors.ReversalRefused)


def test_money_released_after_part_of_its_lot_went_back_is_undone_with_it(billed: Books) -> None:
    before, balances = left(billed), standing(billed)
    seq = billed.act(receive, paying(SMALL, "1,000.00")).recorded.seq
    billed.today = date(2026, 2, 5)
    due = billed.act(owe_back, OweBack(SMALL, billed.today, yuan("100.00"))).recorded.seq
    bills = billed.act(bill, BillMonth("2026-02", billed.today))
    billed.act(reverse, Reverse(due, "误转", billed.today))
    billed.act(reverse, Reverse(seq, "误记", billed.today))
    assert bills.released_minor
    assert [one for one in left(billed) if one[0] in {old[0] for old in before}] == before
    assert standing(billed)["Assets:PropertyFee:Bank:Joint01"] == balances["Assets:PropertyFee:Bank:Joint01"]
    agree_with(billed)


def test_a_receipt_prints_what_it_paid_and_says_when_it_was_taken_back(billed: Books) -> None:
    done = billed.act(receive, paying(SMALL, "250.00"))
    with billed.database.reading() as session:
        figures = read_receipt(session, billed.compound, done.number)
    assert [(line.words_zh, line.period, line.amount_minor) for line in figures.lines] == [
        ("物业服务费", "2026-01", 20_000),
        ("预收（以后月份）", "", 5_000),
    ]
    assert figures.reversed_on is None
    billed.act(reverse, Reverse(done.recorded.seq, "误记", DAY))
    with billed.database.reading() as session:
        assert read_receipt(session, billed.compound, done.number).reversed_on == DAY
        with pytest.raises(errors.NotFound):
            read_receipt(session, billed.compound, 99)
