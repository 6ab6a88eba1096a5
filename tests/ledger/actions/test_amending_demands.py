"""A demand logged by mistake is taken back, and what became of one is added later; limitation follows."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.amend_demand import AddOutcome, add_outcome, withdraw_demand, withdraw_interruption
from ledger.actions.demand import DemandChannel, MakeDemands, Outcome, demand
from ledger.actions.interrupt import Interrupt, interrupt
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.limitation import Cause
from ledger.store.adjustments import words_of
from ledger.store.demands import DemandView, demands, recorded_interruptions
from reports.receivables.arrears import arrears
from tests.books.sample import LATE_PAYER, UNSOLD, play, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

FEBRUARY = date(2026, 2, 10)


@pytest.fixture
def late(house: Books) -> Books:
    play(house, through="s05")
    house.today = FEBRUARY
    return house


def limits(books: Books, unit: str = LATE_PAYER, as_of: date | None = None) -> dict[str, date]:
    with books.database.reading() as session:
        found = arrears(session, books.compound, as_of or books.today, unit=unit)
        return {line.period: line.limitation_on for line in found.lines}


def log(books: Books, outcome: Outcome, *units: str) -> int:
    command = MakeDemands(DemandChannel.LETTER, outcome, FEBRUARY, units or (LATE_PAYER,))
    return int(books.act(demand, command, by=TRUSTEE).demands[0].number)


def listed(books: Books) -> list[DemandView]:
    with books.database.reading() as session:
        return demands(session, books.compound)


def test_a_letter_signed_for_a_week_later_begins_the_three_years_on_that_day(late: Books) -> None:
    before = limits(late)
    number = log(late, Outcome.PENDING)
    assert limits(late) == before
    late.today = date(2026, 2, 20)
    done = late.act(add_outcome, AddOutcome(number, Outcome.SIGNED, date(2026, 2, 17)), by=TRUSTEE)
    assert done.outcome == "signed"
    assert set(limits(late).values()) == {date(2029, 2, 17)}
    (view,) = listed(late)
    assert (view.row.outcome, view.outcome, view.outcome_on) == ("pending", "signed", date(2026, 2, 17))


def test_what_is_known_last_counts(late: Books) -> None:
    before = limits(late)
    number = log(late, Outcome.SIGNED)
    assert set(limits(late).values()) == {date(2029, 2, 10)}
    late.today = date(2026, 2, 20)
    late.act(add_outcome, AddOutcome(number, Outcome.SIGNED, date(2026, 2, 12)))
    assert set(limits(late).values()) == {date(2029, 2, 12)}
    late.act(add_outcome, AddOutcome(number, Outcome.UNREACHABLE, date(2026, 2, 13)))
    assert limits(late) == before


def test_a_promise_comes_on_top_of_an_arrival(late: Books) -> None:
    number = log(late, Outcome.ARRIVED)
    late.today = date(2026, 3, 1)
    late.act(add_outcome, AddOutcome(number, Outcome.PROMISED, date(2026, 2, 28)))
    assert set(limits(late).values()) == {date(2029, 2, 28)}
    late.act(withdraw_demand, number, "记错户")
    assert date(2029, 2, 28) not in limits(late).values()


def test_a_withdrawn_demand_stays_listed_and_begins_nothing_anew(late: Books) -> None:
    before = limits(late)
    number = log(late, Outcome.SIGNED)
    late.act(withdraw_demand, number, "李某户记错", by=TRUSTEE)
    assert limits(late) == before
    (view,) = listed(late)
    assert (view.row.number, view.outcome) == (number, "withdrawn")
    with late.database.reading() as session:
        assert words_of(session, late.compound, [view.since[0].seq]) == {view.since[0].seq: "李某户记错"}
    assert "李某" not in str(view.since[0].reason_hash)


def test_only_the_demand_that_was_wrong_is_taken_back(late: Books) -> None:
    log(late, Outcome.SIGNED, LATE_PAYER, *UNSOLD)
    numbers = {view.row.unit: view.row.number for view in listed(late)}
    late.act(withdraw_demand, numbers[UNSOLD[0]], "该户未送")
    assert date(2029, 2, 10) not in limits(late, UNSOLD[0]).values()
    assert set(limits(late, UNSOLD[1]).values()) == {date(2029, 2, 10)}
    assert set(limits(late).values()) == {date(2029, 2, 10)}


def test_a_mistake_counts_on_no_day_not_even_before_it_was_withdrawn(late: Books) -> None:
    before = limits(late)
    number = log(late, Outcome.SIGNED)
    late.today = date(2026, 3, 1)
    late.act(withdraw_demand, number, "未送达")
    assert limits(late, as_of=FEBRUARY) == before
    assert limits(late) == before


def test_a_part_payment_counts_where_a_demand_is_withdrawn(late: Books) -> None:
    number = log(late, Outcome.SIGNED)
    late.act(withdraw_demand, number, "未送达")
    late.act(receive, Receive(LATE_PAYER, yuan("1.00"), Channel.BANK, FEBRUARY, FEBRUARY, "Joint01"))
    ends = limits(late)
    assert ends[min(ends)] == date(2029, 2, 10)
    assert ends["2026-01"] == date(2029, 1, 31)


def test_an_unknown_demand_a_withdrawn_one_and_an_outcome_out_of_time_are_refused(late: Books) -> None:
    number = log(late, Outcome.PENDING)
    refused(late, errors.NotFound, withdraw_demand, 9, "误记")
    refused(late, errors.TextRefused, withdraw_demand, number, " ")
    refused(late, errors.RoleRefused, withdraw_demand, number, "误记", by=COMMITTEE)
    early, tomorrow = date(2026, 2, 9), date(2026, 2, 11)
    refused(late, errors.RequestMalformed, add_outcome, AddOutcome(number, Outcome.SIGNED, early))
    refused(late, errors.RequestMalformed, add_outcome, AddOutcome(number, Outcome.SIGNED, tomorrow))
    refused(late, errors.NothingToChange, add_outcome, AddOutcome(number, Outcome.PENDING, FEBRUARY))
    late.act(withdraw_demand, number, "误记")
    refused(late, errors.AlreadyWithdrawn, withdraw_demand, number, "误记")
    refused(late, errors.AlreadyWithdrawn, add_outcome, AddOutcome(number, Outcome.SIGNED, FEBRUARY))


def test_a_suit_recorded_by_mistake_is_taken_back_once(late: Books) -> None:
    before = limits(late)
    done = late.act(interrupt, Interrupt(LATE_PAYER, 1, Cause.SUIT, FEBRUARY, "2026-01", "立案 1"))
    assert limits(late) != before
    late.act(withdraw_interruption, done.seq, "案号属于另一户")
    assert limits(late) == before
    refused(late, errors.AlreadyWithdrawn, withdraw_interruption, done.seq, "再撤")
    with late.database.reading() as session:
        (one,) = recorded_interruptions(session, late.compound)
    assert one.row.document == "立案 1"
    assert one.withdrawn is not None


def test_what_a_demand_or_a_returned_payment_interrupts_goes_with_that(late: Books) -> None:
    log(late, Outcome.SIGNED)
    of_demand = listed(late)[0].row.seq
    paid = late.act(receive, Receive(LATE_PAYER, yuan("1.00"), Channel.BANK, FEBRUARY, FEBRUARY, "Joint01"))
    back = late.act(reverse, Reverse(paid.recorded.seq, "支票退回", FEBRUARY, returned=True))
    for seq in (of_demand, back.seq, 1):
        refused(late, errors.NotFound, withdraw_interruption, seq, "误记")
    refused(late, errors.RoleRefused, withdraw_interruption, of_demand, "误记", by=TRUSTEE)
