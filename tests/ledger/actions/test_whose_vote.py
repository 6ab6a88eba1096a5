"""Whose vote it is: a part of the owners disposes of what is theirs, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.authorise import authorise
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.keep_repair import (
    OpenBuilding,
    RecordRepair,
    RepairKind,
    open_repair_buildings,
    record_repair,
)
from ledger.actions.record_authority import Terms, record_resolution
from ledger.actions.record_vote import Asked, RecordVote, record_vote
from ledger.actions.return_surplus import ReturnSurplus, return_surplus
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_project import PlanShares, plan_shares
from ledger.rules.authority import Matter, Need
from ledger.rules.charge import Formula
from ledger.rules.project import Instalment
from ledger.rules.vote import Base, Choice
from ledger.store.authorities import granted
from tests.books.between import opened
from tests.books.granted import LIFT, PAYING, STAIR, lift_cost, lifted, owed, share_paid, shared
from tests.books.granted import voted as stair_voted
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, set_up, unit_line, yuan
from tests.conftest import COMMITTEE, Books
from tests.ledger.actions.test_receiving import refused

B01 = (SMALL, LATE_PAYER, PREPAID)


def voted(books: Books, code: str, matter: Matter, fund: str, asked: Asked, units: tuple[str, ...]) -> str:
    """Let some units vote today; give the code."""
    terms = Terms(code, matter, f"表决 {code}", books.today, fund)
    books.act(record_vote, RecordVote(terms, dict.fromkeys(units, Choice.AGREE), asked))
    return code


@pytest.fixture
def by_building(house: Books) -> Books:
    """Give a repair fund of 1,000.00: 300.00 of building 1, 700.00 of building 2."""
    opened(house, Repair="1,000.00")
    house.act(open_repair_buildings, (OpenBuilding("B01", 1, 30_000), OpenBuilding("B02", 1, 70_000)))
    return house


@pytest.fixture
def lift(house: Books) -> Books:
    """Give a lift that its stair has voted 300,000.00 for, and 3,000.00 paid for it."""
    lifted(house)
    shared(house, "4,500.00", house.today)
    share_paid(house, PAYING[-1], "1,100.00")
    return house


@pytest.mark.parametrize(
    "asked", [Asked(Base.UNITS, units=(SMALL,)), Asked(Base.BUILDING, "B01"), Asked(Base.STAIR, "B01-U1")]
)
def test_public_income_is_everybodys_and_no_part_votes_on_it(house: Books, asked: Asked) -> None:
    set_up(house)
    for matter in (Matter.TRANSFER, Matter.DISTRIBUTION, Matter.SPENDING, Matter.NEGATIVE_FUND):
        vote = RecordVote(
            Terms("V-1", matter, "一户", house.today, "PublicIncome"), {SMALL: Choice.AGREE}, asked
        )
        assert refused(house, record_vote, vote, errors.RequestMalformed).pointer == "/fund"


def test_a_part_of_the_owners_allows_nothing_that_names_no_fund_of_theirs(by_building: Books) -> None:
    one = Asked(Base.UNITS, units=(SMALL,))
    voted(by_building, "V-T", Matter.TARIFF, "Repair", one, (SMALL,))
    tariff = SetTariff("property_fee", Formula.AREA_RATE, 90_000, by_building.today, "V-T")
    refused(by_building, set_tariff, tariff, errors.AuthorityUnfit)
    for fund in (None, "Repair"):
        with pytest.raises(errors.AuthorityUnfit):
            by_building.act(authorise, "V-T", Need(fund, 1, by_building.today))


def test_a_building_spends_its_own_repair_money_and_no_other(by_building: Books) -> None:
    voted(by_building, "V-B", Matter.REPAIR_USE, "Repair", Asked(Base.BUILDING, "B01"), B01)
    voted(by_building, "V-U", Matter.REPAIR_USE, "Repair", Asked(Base.UNITS, units=(SMALL,)), (SMALL,))
    job = RecordRepair(
        RepairKind.JOB_APPROVED,
        6_000,
        "批复",
        by_building.today,
        job="R001",
        authority="V-B",
        buildings=("B01",),
    )
    for wrong in (
        replace(job, buildings=("B02",)),
        replace(job, buildings=()),  # all buildings
        replace(job, buildings=(), parts=(("B01", 1_000), ("B02", 5_000))),
        replace(job, authority="V-U"),
    ):
        refused(by_building, record_repair, wrong, errors.AuthorityUnfit)
    by_building.act(record_repair, job)


def test_the_money_of_a_project_takes_a_vote_of_all_its_units(lift: Books) -> None:
    top, day = PAYING[-1], lift.today
    voted(lift, "V-1", Matter.SPENDING, LIFT, Asked(Base.UNITS, units=(top,)), (top,))
    lift.act(import_units, ImportUnits((unit_line("B09-U1-0101", 10_000),)))
    stair_voted(lift, "V-ALL", Matter.SPENDING, None)  # everybody was asked, a neighbour too
    lift.act(record_resolution, Terms("J-1", Matter.SPENDING, "决议", day, LIFT), by=COMMITTEE)
    for code in ("V-1", "V-ALL", "J-1"):
        with pytest.raises(errors.AuthorityUnfit):
            owed(lift, lift_cost(f"pay-{code}", "100.00", authority=code))
    owed(lift, lift_cost("pay-own", "100.00"))


def test_plans_under_one_vote_together_share_what_was_voted(lift: Books) -> None:
    plan = PlanShares("Lift-01", yuan("295,500.01"), "Lift-2026-01", (Instalment(lift.today, 10_000),))
    assert len(STAIR) == 7
    found = refused(lift, plan_shares, plan, errors.AuthorityUsedUp)
    assert found.facts["left"] == "295500.00"
    lift.act(plan_shares, replace(plan, amount_minor=yuan("295,500.00")))
    refused(lift, plan_shares, replace(plan, amount_minor=1), errors.AuthorityUsedUp)


def test_what_goes_back_is_taken_of_the_vote_on_it(lift: Books) -> None:
    stair_voted(lift, "V-BACK", Matter.DISTRIBUTION, amount="100.00")
    back = ReturnSurplus("Lift-01", yuan("60.00"), "V-BACK", lift.today)
    lift.act(return_surplus, back)
    with lift.database.reading() as session:
        found = granted(session, lift.compound, "V-BACK")
    assert found is not None
    assert found.left_minor == yuan("40.00")
    refused(lift, return_surplus, back, errors.AuthorityUsedUp)
    top = PAYING[-1]
    voted(lift, "V-1", Matter.DISTRIBUTION, LIFT, Asked(Base.UNITS, units=(top,)), (top,))
    refund = pay.RequestDisbursement(
        *("back", LIFT, (), "业主", "退结余", "V-1", "P01"),
        kind="refund",
        unit=top,
        amount_minor=yuan("1.00"),
    )
    with pytest.raises(errors.AuthorityUnfit):  # who gets it does not decide alone what goes back
        owed(lift, refund)
    owed(lift, replace(refund, authority="V-BACK"))
