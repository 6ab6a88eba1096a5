"""What can be taken back, what rests on it, and what the books look like afterwards."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.pay import approve, pay, request
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.channel import Channel
from ledger.store.owed import billed_units, open_charges, prepaid_lots
from ledger.store.registers import EntryFilter, entries
from tests.books.reading import acts, standing
from tests.books.sample import AREAS, LATE_PAYER, SMALL, TWO_PAYER, play, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.test_paying import release

#: The act by which the sample's fee fund was opened.
OPENING = 9

DAY = date(2026, 1, 5)


@pytest.fixture
def opened(house: Books) -> Books:
    """Give a house with its opening balances."""
    return play(house, through="s01")


@pytest.fixture
def billed(house: Books) -> Books:
    """Give a house that has billed January and released one prepayment."""
    return play(house, through="s02")


def seq_of(books: Books, kind: str) -> int:
    """Return the newest entry of a kind."""
    with books.database.reading() as session:
        return entries(session, books.compound, EntryFilter(kind=kind))[-1].entry.seq


def refused(books: Books, seq: int) -> errors.Refusal:
    before = acts(books)
    with pytest.raises(errors.Refusal) as refusal:
        books.act(reverse, Reverse(seq, "误记", books.today))
    assert acts(books) == before
    assert refusal.value.pointer == "/seq"
    return refusal.value


def test_a_reversal_leaves_every_balance_as_it_was(billed: Books) -> None:
    before = standing(billed)
    advert = EarnPublicIncome("Income:PublicIncome:Telecom", 100, DAY, "基站", bank="Joint01")
    receipt = Receive(LATE_PAYER, yuan("5,000.00"), Channel.CASH, DAY, DAY)
    deposit = TakeDeposit(SMALL, 100, "Basic02", DAY)
    done = [
        billed.act(earn, advert).seq,
        billed.act(receive, receipt).recorded.seq,
        billed.act(take_deposit, deposit).seq,
    ]
    for seq in done:
        billed.act(reverse, Reverse(seq, "误记", DAY))
    assert standing(billed) == before


@pytest.mark.parametrize("kind", ["release", "remuneration", "reversal"])
def test_some_entries_are_never_reversed(house: Books, kind: str) -> None:
    play(house, through="s17")
    refusal = refused(house, seq_of(house, kind))
    assert isinstance(refusal, errors.ReversalRefused)


def test_an_entry_is_reversed_once(billed: Books) -> None:
    seq = billed.act(receive, Receive(SMALL, 100, Channel.CASH, DAY, DAY)).recorded.seq
    billed.act(reverse, Reverse(seq, "误记", DAY))
    assert isinstance(refused(billed, seq), errors.AlreadyReversed)


def test_a_reversal_gives_its_reason(billed: Books) -> None:
    seq = billed.act(receive, Receive(SMALL, 100, Channel.CASH, DAY, DAY)).recorded.seq
    with pytest.raises(errors.TextRefused) as refusal:
        billed.act(reverse, Reverse(seq, " ", DAY))
    assert refusal.value.pointer == "/reason"


def test_a_bill_with_settlements_is_not_reversed(billed: Books) -> None:
    """0301 had paid ahead, so its January charge is settled by the release of the same run."""
    assert "settled" in refused(billed, seq_of(billed, "bill")).detail("en")


def test_a_bill_without_settlements_is_taken_back_and_can_be_billed_again(house: Books) -> None:
    play(house, before="s01")
    first = house.act(bill, BillMonth("2026-01", DAY)).runs[0].recorded.seq
    house.act(reverse, Reverse(first, "标准有误", DAY))
    with house.database.reading() as session:
        assert open_charges(session, house.compound, units=set(AREAS)) == []
        assert billed_units(session, house.compound, "property_fee", "2026-01") == set()
    assert house.act(bill, BillMonth("2026-01", DAY)).runs[0].count == len(AREAS)


def test_an_opening_whose_arrears_were_paid_is_not_reversed(opened: Books) -> None:
    opened.act(receive, Receive(LATE_PAYER, 100, Channel.CASH, DAY, DAY))
    assert "settled" in refused(opened, OPENING).detail("en")


def test_an_opening_whose_prepayment_was_used_is_not_reversed(billed: Books) -> None:
    assert isinstance(refused(billed, OPENING), errors.ReversalRefused)


def test_an_opening_that_nothing_rests_on_is_taken_back_whole(opened: Books) -> None:
    opened.act(reverse, Reverse(OPENING, "数字有误", DAY))
    with opened.database.reading() as session:
        assert open_charges(session, opened.compound, units=set(AREAS)) == []
        assert prepaid_lots(session, opened.compound) == []
    assert not [code for code in standing(opened) if ":PropertyFee:" in code]


def test_a_deposit_that_went_back_is_not_reversed(opened: Books) -> None:
    deposit = opened.act(take_deposit, TakeDeposit(SMALL, yuan("2,000.00"), "Basic02", DAY)).seq
    opened.act(request, release("r-1", SMALL), by=TRUSTEE)
    opened.act(approve, "r-1", by=COMMITTEE)
    paid = opened.act(pay, "r-1", DAY).recorded.seq
    assert "押金" in refused(opened, deposit).detail("zh")
    opened.act(reverse, Reverse(paid, "退票", DAY))
    opened.act(reverse, Reverse(deposit, "误记", DAY))
    assert standing(opened)["Liabilities:Agency:Deposit:Renovation"] == -yuan("2,000.00")


def test_a_receipt_taken_back_reopens_exactly_what_it_settled(billed: Books) -> None:
    def left() -> list[tuple[str, int]]:
        with billed.database.reading() as session:
            charges = open_charges(session, billed.compound, units=set(AREAS))
            return [(one.id, one.open_minor) for one in charges]

    before = left()
    seq = billed.act(receive, Receive(LATE_PAYER, yuan("500.00"), Channel.CASH, DAY, DAY)).recorded.seq
    assert left() != before
    billed.act(reverse, Reverse(seq, "误记", DAY))
    assert left() == before


def test_a_reversed_receipt_keeps_its_number_and_the_next_one_follows(billed: Books) -> None:
    first = billed.act(receive, Receive(TWO_PAYER, 100, Channel.CASH, DAY, DAY))
    billed.act(reverse, Reverse(first.recorded.seq, "误记", DAY))
    assert billed.act(receive, Receive(TWO_PAYER, 100, Channel.CASH, DAY, DAY)).number == first.number + 1


def test_the_reason_of_a_units_reversal_is_not_in_the_journal(billed: Books) -> None:
    seq = billed.act(receive, Receive(SMALL, 100, Channel.CASH, DAY, DAY)).recorded.seq
    undone = billed.act(reverse, Reverse(seq, "张三要求退款", DAY))
    with billed.database.reading() as session:
        view = entries(session, billed.compound, after=undone.seq - 1, limit=1)[0]
    assert "张三" not in view.entry.narration
