"""Whom a demand or another interruption concerns: the present debtor, one company, and what a word alone can do."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.demand import DemandChannel, DemandsMade, MakeDemands, Outcome, demand
from ledger.actions.interrupt import Interrupt, interrupt
from ledger.actions.receive import Receive, receive
from ledger.errors import NotFound, NothingOverdue, RequestMalformed
from ledger.rules.channel import Channel
from ledger.rules.limitation import Cause
from reports.receivables.arrears import arrears
from reports.receivables.letters import letters
from tests.books.sample import LATE_PAYER, SMALL, UNSOLD, play, s02_s03_bill, yuan
from tests.conftest import TRUSTEE, Books

Ends = dict[tuple[str, int, str], date]


def ends(books: Books, unit: str | None = None) -> Ends:
    """Return the last day of each open charge by unit, debtor and month."""
    with books.database.reading() as session:
        lines = arrears(session, books.compound, books.today, unit=unit).lines
    return {(line.unit, line.debtor, line.period): line.limitation_on for line in lines}


@pytest.fixture
def sold(house: Books) -> Books:
    """Give the books after 0201 was sold on 10 February with debts; March is billed to the buyer."""
    play(house, through="s02b")
    house.today = day = date(2026, 2, 10)
    house.act(change_owner, ChangeOwner(LATE_PAYER, day, day, Ahead.REFUND, "过户 2026-02"))
    s02_s03_bill(house, date(2026, 3, 5))
    house.today = date(2026, 4, 5)
    return house


def test_a_demand_to_a_sold_unit_is_to_its_present_owner_alone(sold: Books) -> None:
    before = ends(sold)
    letter = MakeDemands(DemandChannel.LETTER, Outcome.SIGNED, sold.today, (LATE_PAYER,))
    made: DemandsMade = sold.act(demand, letter, by=TRUSTEE)
    assert [(one.debtor, one.through) for one in made.demands] == [(2, "2026-03")]
    after = ends(sold)
    assert {key for key in after if after[key] != before[key]} == {(LATE_PAYER, 2, "2026-03")}


def test_the_owner_who_has_left_is_named_by_number(sold: Books) -> None:
    letter = MakeDemands(DemandChannel.LETTER, Outcome.SIGNED, sold.today, (LATE_PAYER,), debtor=1)
    (made,) = sold.act(demand, letter).demands
    assert (made.debtor, made.through) == (1, "2026-02")
    assert {day for (_, debtor, _), day in ends(sold, LATE_PAYER).items() if debtor == 1} == {
        date(2029, 4, 5)
    }
    both = MakeDemands(DemandChannel.LETTER, Outcome.SIGNED, sold.today, (LATE_PAYER, SMALL), debtor=1)
    with pytest.raises(RequestMalformed):
        sold.act(demand, both)
    with pytest.raises(NothingOverdue):
        sold.act(demand, MakeDemands(DemandChannel.SMS, Outcome.SIGNED, sold.today, (LATE_PAYER,), debtor=9))


def test_a_suit_concerns_whoever_owed_on_its_day_unless_another_is_named(sold: Books) -> None:
    day = sold.today
    sold.act(interrupt, Interrupt(LATE_PAYER, None, Cause.SUIT, day, "2026-03", "立案 2"))
    told = ends(sold, LATE_PAYER)
    assert told[LATE_PAYER, 2, "2026-03"] == date(2029, 4, 5)
    assert told[LATE_PAYER, 1, "2026-02"] == date(2029, 2, 28)
    earlier = Interrupt(LATE_PAYER, None, Cause.SUIT, date(2026, 2, 5), "2026-02", "立案 1")
    sold.act(interrupt, earlier)
    assert ends(sold, LATE_PAYER)[LATE_PAYER, 1, "2025-12"] == date(2029, 2, 5)
    with pytest.raises(NotFound):
        sold.act(interrupt, Interrupt("B99-U9-9999", None, Cause.SUIT, day, "2026-03", "立案 3"))


def test_a_part_payment_through_another_units_receipt_counts_for_one_unit_as_for_all(house: Books) -> None:
    play(house, through="s02")
    house.today = day = date(2026, 1, 31)
    paid = Receive(UNSOLD[0], yuan("340.00"), Channel.BANK, day, day, "Joint01", units=(UNSOLD[1],))
    house.act(receive, paid)
    alone = ends(house, UNSOLD[1])
    assert alone == {key: last for key, last in ends(house).items() if key[0] == UNSOLD[1]}
    assert date(2029, 1, 31) in alone.values()


def test_a_promise_that_only_the_log_tells_of_interrupts_and_revives_nothing(house: Books) -> None:
    play(house, through="s02")
    house.today = day = date(2026, 2, 10)
    by_phone = (DemandChannel.PHONE, Outcome.PROMISED)
    house.act(demand, MakeDemands(*by_phone, day, (LATE_PAYER,)), by=TRUSTEE)
    assert set(ends(house, LATE_PAYER).values()) == {date(2029, 2, 10)}
    house.today = late = date(2031, 1, 10)
    house.act(demand, MakeDemands(*by_phone, late, (LATE_PAYER,)), by=TRUSTEE)
    assert set(ends(house, LATE_PAYER).values()) == {date(2029, 2, 10)}
    promised = Interrupt(LATE_PAYER, None, Cause.ACKNOWLEDGEMENT, late, "2026-01", "承诺书 2031-1")
    house.act(interrupt, promised)
    assert set(ends(house, LATE_PAYER).values()) == {date(2034, 1, 10)}


def test_a_developer_is_over_a_threshold_by_all_its_units_together_as_its_letter_is(house: Books) -> None:
    play(house, through="s02")
    house.today = day = date(2026, 2, 10)
    over = yuan("4,000.00")  # each of its two units owes 3,120.00
    with house.database.reading() as session:
        (letter,) = letters(session, house.compound, day, over_minor=over)
    made: DemandsMade = house.act(
        demand, MakeDemands(DemandChannel.LETTER, Outcome.PENDING, day, over_minor=over)
    )
    assert [one.unit for one in made.demands] == list(UNSOLD)
    assert sum(one.amount_minor for one in made.demands) == letter.total_minor == yuan("6,240.00")
