"""Demands and what else begins the three years anew; and what the books have no word for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from api.app import create_app
from api.settings import Settings
from ledger.actions.demand import DemandChannel, Demanded, DemandsMade, MakeDemands, Outcome, demand
from ledger.actions.interrupt import Interrupt, interrupt
from ledger.errors import NotFound, NothingOverdue, RequestMalformed, RoleRefused
from ledger.rules.limitation import Cause
from ledger.store.tables import Demand
from reports.receivables.arrears import arrears
from tests.books.sample import LATE_PAYER, SMALL, UNSOLD, play, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books

HERE = Path(__file__).parents[3]
FEBRUARY = date(2026, 2, 10)


def limits(books: Books, unit: str) -> dict[str, date]:
    with books.database.reading() as session:
        return {
            line.period: line.limitation_on
            for line in arrears(session, books.compound, books.today, unit=unit).lines
        }


@pytest.fixture
def late(house: Books) -> Books:
    play(house, through="s05")
    house.today = FEBRUARY
    return house


def by_letter(outcome: Outcome = Outcome.SIGNED, *units: str, over: int = 0) -> MakeDemands:
    return MakeDemands(DemandChannel.LETTER, outcome, FEBRUARY, units, over)


def test_a_demand_is_for_everything_overdue_and_begins_its_three_years_anew(late: Books) -> None:
    made = late.act(demand, by_letter(Outcome.SIGNED, LATE_PAYER), by=TRUSTEE)
    assert made.demands == (Demanded(1, LATE_PAYER, 1, yuan("395.30"), "2026-01"),)
    assert set(limits(late, LATE_PAYER).values()) == {date(2029, 2, 10)}


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.REFUSED, Outcome.UNREACHABLE])
def test_a_demand_that_did_not_reach_the_debtor_is_logged_and_interrupts_nothing(
    late: Books, outcome: Outcome
) -> None:
    before = limits(late, LATE_PAYER)
    late.act(demand, by_letter(outcome, LATE_PAYER))
    assert limits(late, LATE_PAYER) == before
    with late.database.reading() as session:
        rows = session.exec(select(Demand).where(Demand.compound == late.compound)).all()
    assert [(row.channel, row.outcome) for row in rows] == [("letter", outcome)]


def test_all_debtors_over_a_threshold_are_reminded_in_one_act(late: Books) -> None:
    made: DemandsMade = late.act(demand, by_letter(over=yuan("1,000.00")))
    assert [(one.number, one.unit, one.amount_minor) for one in made.demands] == [
        (1, UNSOLD[0], yuan("3,120.00")),
        (2, UNSOLD[1], yuan("3,120.00")),
    ]
    again: DemandsMade = late.act(demand, by_letter(Outcome.SIGNED, LATE_PAYER))
    assert again.demands[0].number == 3


@pytest.mark.parametrize("cause", [Cause.SUIT, Cause.MEDIATION, Cause.INSTALMENT_PLAN, Cause.ACKNOWLEDGEMENT])
def test_a_plan_a_promise_a_suit_and_a_mediation_concern_the_months_they_name(
    late: Books, cause: Cause
) -> None:
    late.act(interrupt, Interrupt(LATE_PAYER, 1, cause, FEBRUARY, "2025-12", "文书 2026-01"))
    ends = limits(late, LATE_PAYER)
    assert ends["2025-12"] == date(2029, 2, 10)
    assert ends["2026-01"] == date(2029, 1, 31)


def test_a_debtor_who_owes_nothing_overdue_is_not_reminded(late: Books) -> None:
    with pytest.raises(NothingOverdue):
        late.act(demand, by_letter(Outcome.SIGNED, SMALL))
    with pytest.raises(NothingOverdue):
        late.act(demand, by_letter(over=yuan("10,000.00")))


def test_a_demand_of_tomorrow_and_one_made_twice_are_refused(late: Books) -> None:
    with pytest.raises(RequestMalformed):
        late.act(demand, MakeDemands(DemandChannel.SMS, Outcome.ARRIVED, date(2026, 2, 11), (LATE_PAYER,)))
    with pytest.raises(RequestMalformed):
        late.act(demand, by_letter(Outcome.SIGNED, LATE_PAYER, LATE_PAYER))
    with pytest.raises(RoleRefused):
        late.act(demand, by_letter(Outcome.SIGNED, LATE_PAYER), by=COMMITTEE)


@pytest.mark.parametrize("cause", [Cause.DEMAND, Cause.PARTIAL_PAYMENT])
def test_a_cause_that_another_act_tells_is_not_told_twice(late: Books, cause: Cause) -> None:
    with pytest.raises(RequestMalformed):
        late.act(interrupt, Interrupt(LATE_PAYER, 1, cause, FEBRUARY, "2025-12", "文书"))


def test_an_unknown_debtor_and_one_without_debt_are_refused(late: Books) -> None:
    with pytest.raises(NotFound):
        late.act(interrupt, Interrupt(LATE_PAYER, 7, Cause.SUIT, FEBRUARY, "2025-12", "文书"))
    with pytest.raises(NothingOverdue):
        late.act(interrupt, Interrupt(SMALL, 1, Cause.SUIT, FEBRUARY, "2025-12", "文书"))


def test_nothing_anywhere_cuts_a_households_utilities() -> None:
    """L37, Civil Code 944 ¶3: no field, route or word of an act for it, in the interface, the tables or the code."""
    cutting = re.compile(
        r"cut_?off_?(water|power|gas|heat|electric|utilit)|disconnect_|power_?cut|utilit\w*_(stop|cut|off)"
        r"|shut_?off|停水|停电|断水|断电|停气|断气|停热|断热"
    )
    schema = str(create_app(Settings(), with_books=False).openapi())
    assert "demands" in schema
    texts = {"the interface": schema} | {
        str(path.relative_to(HERE)): path.read_text(encoding="utf-8")
        for folder in ("api", "ledger", "reports", "migrations")
        for path in (HERE / folder).rglob("*.py")
    }
    assert [name for name, text in texts.items() if cutting.search(text)] == []
