"""Arrears and their age on the sample compound, to the fen."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from reports.receivables.arrears import Arrears, arrears
from tests.books.sample import LATE_PAYER, UNSOLD, play, yuan
from tests.conftest import Books, once

END_OF_MARCH = date(2026, 3, 31)


def of(books: Books, day: date, **named: object) -> Arrears:
    with books.database.reading() as session:
        return arrears(session, books.compound, day, **named)  # type: ignore[arg-type]  # passed on as given


@pytest.fixture(scope="module")
def march(town: object) -> Books:
    return play(Books(town, once("arrears"), date(2026, 1, 5)).open(), through="s17")  # type: ignore[arg-type]  # a Database


@pytest.mark.parametrize(
    ("kind", "aged", "total"),
    [
        ("Owner", ("390.06", "659.18", "37.18", "0.00", "0.00"), "1,086.42"),
        ("Developer", ("480.00", "1,440.00", "4,320.00", "960.00", "0.00"), "7,200.00"),
    ],
)
def test_the_golden_ageing_on_the_last_day_of_march(
    march: Books, kind: str, aged: tuple[str, ...], total: str
) -> None:
    row = next(one for one in of(march, END_OF_MARCH).by_kind if one.key == kind)
    assert row.buckets_minor == tuple(yuan(one) for one in aged)
    assert (row.total_minor, row.not_due_minor) == (yuan(total), 0)


def test_december_is_exactly_90_days_old_and_march_2025_exactly_365(march: Books) -> None:
    found = of(march, END_OF_MARCH)
    ages = {(line.unit, line.period): line.age_days for line in found.lines}
    assert ages[LATE_PAYER, "2025-12"] == 90
    assert ages[UNSOLD[0], "2025-03"] == 365


def test_every_grouping_adds_up_to_the_same_total(march: Books) -> None:
    found = of(march, END_OF_MARCH)
    assert found.total is not None
    for rows in (found.by_debtor, found.by_unit, found.by_building, found.by_kind):
        assert sum(row.total_minor for row in rows) == found.total.total_minor == yuan("8,286.42")
        for place in range(len(found.buckets_zh)):
            assert sum(row.buckets_minor[place] for row in rows) == found.total.buckets_minor[place]


def test_one_unit_alone_is_what_it_is_among_all(march: Books) -> None:
    alone = of(march, END_OF_MARCH, unit=LATE_PAYER)
    among = of(march, END_OF_MARCH)
    assert alone.by_unit == tuple(row for row in among.by_unit if row.key == LATE_PAYER)
    assert {line.unit for line in alone.lines} == {LATE_PAYER}


def test_the_past_is_seen_as_it_stood(march: Books) -> None:
    """On 11 January the WeChat payment of the 12th had not come; on the 12th it had; on 31 December nothing was."""
    before, after = (of(march, date(2026, 1, day), unit=LATE_PAYER).total for day in (11, 12))
    assert before is not None
    assert after is not None
    assert (before.total_minor, after.total_minor) == (yuan("895.30"), yuan("395.30"))
    assert of(march, date(2025, 12, 31)).total is None


def test_what_is_charged_and_not_yet_due_is_in_no_age_class(march: Books) -> None:
    total = of(march, date(2026, 1, 12), unit=LATE_PAYER).total
    assert total is not None
    assert total.not_due_minor == yuan("179.06")
    assert sum(total.buckets_minor) == yuan("216.24")


def test_the_classes_are_data(march: Books) -> None:
    found = of(march, END_OF_MARCH, limits=(89, 364))
    assert found.buckets_zh == ("0–89天", "90–364天", "364天以上")
    row = next(one for one in found.by_kind if one.key == "Owner")
    assert row.buckets_minor == (yuan("870.18"), yuan("216.24"), 0)


def test_a_part_payment_begins_the_three_years_of_its_charge_anew(march: Books) -> None:
    ends = {line.period: line.limitation_on for line in of(march, END_OF_MARCH, unit=LATE_PAYER).lines}
    assert ends["2025-11"] == date(2029, 1, 12)  # 141.88 of it was paid on 12 January 2026
    assert ends["2025-12"] == date(2028, 12, 31)


def test_a_receipt_reversed_as_a_mistake_takes_its_new_beginning_away(house: Books) -> None:
    play(house, through="s02")
    house.today = day = date(2026, 1, 20)
    paid = house.act(receive, Receive(LATE_PAYER, 10_000, Channel.BANK, day, day, "Joint01"))
    assert of(house, day, unit=LATE_PAYER).lines[0].limitation_on == date(2029, 1, 20)
    house.act(reverse, Reverse(paid.recorded.seq, "误记房屋", day))
    assert of(house, day, unit=LATE_PAYER).lines[0].limitation_on == date(2028, 9, 30)


def test_a_debt_whose_time_has_passed_is_still_open_and_can_be_paid(house: Books) -> None:
    play(house, through="s02")
    house.today = late = date(2031, 1, 10)
    found = of(house, late, unit=LATE_PAYER)
    assert found.total is not None
    assert found.total.expired_minor == found.total.total_minor == yuan("895.30")
    paid = house.act(receive, Receive(LATE_PAYER, yuan("895.30"), Channel.BANK, late, late, "Joint01"))
    assert paid.prepaid_minor == 0
    assert of(house, late, unit=LATE_PAYER).total is None
