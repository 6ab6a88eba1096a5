"""What was voted holds for what was asked, once, and only while it stands: budgets, rates, rules, projects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.adopt_budget import AdoptBudget, adopt_budget
from ledger.actions.close import close
from ledger.actions.distribute import record_rule
from ledger.actions.give_surplus import GiveSurplus, give_surplus
from ledger.actions.pay import approve, pay, post, request
from ledger.actions.record_authority import end_authority
from ledger.actions.return_surplus import ReturnSurplus, return_surplus
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.actions.share_project import PlanShares, call_share, plan_shares
from ledger.rules.authority import BUDGET, Matter
from ledger.rules.between import Every, Rule
from ledger.rules.project import Instalment
from ledger.store.budgets import in_force
from tests.books import granted
from tests.books.between import opened, voted
from tests.books.paying import asked, passed, took_over, vote
from tests.books.reading import standing
from tests.books.sample import SERVICE, agree, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.refusing import refused
from tests.ledger.actions.test_budgeting import CLEANING, DRAFT, FUND, LINES, adopted, drafted, vote_on

TRUSTEE_OWED = "Liabilities:PropertyFee:Payable:Trustee"


@pytest.fixture
def budgeted(house: Books) -> Books:
    """Give books with a budget in force since 1 January, by the vote V-B1."""
    play(house, through="s02")
    adopted(house)
    return house


def test_a_budget_whose_vote_was_annulled_allows_no_request(budgeted: Books) -> None:
    budgeted.act(end_authority, "V-B1", budgeted.today, "法院撤销", by=COMMITTEE)
    cost = asked("b", f"{CLEANING} 500.00", authority=BUDGET)
    refused(budgeted, errors.AuthorityEnded, request, cost, by=TRUSTEE)
    budgeted.today = date(2026, 1, 20)
    refused(budgeted, errors.BudgetMissing, request, cost, by=TRUSTEE)


def test_what_a_budget_allowed_is_neither_booked_nor_paid_after_its_vote_was_annulled(
    budgeted: Books,
) -> None:
    day, cost = budgeted.today, asked("b", f"{CLEANING} 500.00", authority=BUDGET)
    _, paid = passed(budgeted, cost)
    budgeted.act(reverse, Reverse(paid, "退汇", day))
    budgeted.act(request, replace(cost, id="c"), by=TRUSTEE)
    budgeted.act(approve, "c", by=COMMITTEE)
    budgeted.act(end_authority, "V-B1", day, "法院撤销", by=COMMITTEE)
    refused(budgeted, errors.AuthorityEnded, pay, "b", day, by=TREASURER)
    refused(budgeted, errors.AuthorityEnded, post, "c", day, by=TREASURER)


def test_the_version_before_holds_again_when_the_newer_one_is_annulled(budgeted: Books) -> None:
    vote_on(budgeted, "V-B2", Matter.BUDGET)
    more = {**LINES, CLEANING: {**LINES[CLEANING], "2026-12": yuan("300.00")}}
    key = drafted(budgeted, replace(DRAFT, lines=more))
    budgeted.act(adopt_budget, AdoptBudget(key, date(2026, 1, 1), "V-B2"))
    ended_on = budgeted.today
    budgeted.act(end_authority, "V-B2", ended_on, "法院撤销", by=COMMITTEE)
    with budgeted.database.reading() as session:
        then = in_force(session, budgeted.compound, FUND, ended_on)
        later = in_force(session, budgeted.compound, FUND, date(2026, 12, 31))
    assert then is not None
    assert later is not None
    assert (then.row.version, later.row.version) == (key.version, 1)


def test_the_vote_that_adopted_a_budget_adopts_no_other_version(budgeted: Books) -> None:
    more = {**LINES, CLEANING: {month: 5 * minor for month, minor in LINES[CLEANING].items()}}
    key = drafted(budgeted, replace(DRAFT, lines=more))
    again = AdoptBudget(key, date(2026, 1, 1), "V-B1")
    refused(budgeted, errors.AuthorityTaken, adopt_budget, again)


def test_the_vote_that_set_the_trustees_rate_sets_no_other(house: Books) -> None:
    took_over(house)
    code = vote(house, "V-20", None, Matter.TRUSTEE)
    house.act(set_remuneration, SetRemuneration(2_000, 1, SERVICE, code, "2026-04"))
    more = SetRemuneration(9_000, 1, SERVICE, code, "2026-05")
    refused(house, errors.AuthorityTaken, set_remuneration, more)


def test_a_fixed_sum_whose_vote_was_annulled_before_it_began_is_not_accrued(house: Books) -> None:
    opened(house, PropertyFee="100,000.00")
    code = vote(house, "V-20", None, Matter.TRUSTEE)
    for month in (1, 2, 3):
        house.today = date(2026, month + 1, 1)
        house.act(close, f"2026-{month:02d}", agree)
    house.act(set_remuneration, SetRemuneration(0, 1, (), code, "2026-04", fixed_minor=yuan("5000.00")))
    house.act(end_authority, code, house.today, "法院撤销", by=COMMITTEE)
    house.today = date(2026, 5, 1)
    house.act(close, "2026-04", agree)
    assert TRUSTEE_OWED not in standing(house)


def test_a_fixed_sum_is_earned_by_days_where_its_vote_was_annulled(house: Books) -> None:
    """Trust Law 35: five days of January were agreed, twenty-six were not."""
    opened(house, PropertyFee="100,000.00")
    code = vote(house, "V-20", None, Matter.TRUSTEE)
    house.act(set_remuneration, SetRemuneration(0, 1, (), code, "2026-01", fixed_minor=yuan("5000.00")))
    house.act(end_authority, code, date(2026, 1, 5), "法院撤销", by=COMMITTEE)
    for month in (1, 2):
        house.today = date(2026, month + 1, 1)
        house.act(close, f"2026-{month:02d}", agree)
    assert standing(house)[TRUSTEE_OWED] == -yuan("806.45")


def test_the_vote_that_set_a_rule_of_distribution_sets_no_other(house: Books) -> None:
    opened(house, Committee="1.00")
    voted(house, "V-D", Matter.DISTRIBUTION, "PublicIncome")
    rule = Rule("D-1", Every.QUARTER, "2026-01", "V-D", (("Repair", 7_000), ("Committee", 2_000)))
    house.act(record_rule, rule)
    other = replace(rule, code="D-2", shares=(("Repair", 5_000), ("Committee", 5_000)))
    refused(house, errors.AuthorityTaken, record_rule, other)


def test_a_vote_on_sharing_public_income_gives_none_of_the_fees_back(house: Books) -> None:
    opened(house, PropertyFee="1,000.00")
    code = voted(house, "V-D", Matter.DISTRIBUTION)
    refused(house, errors.AuthorityUnfit, give_surplus, GiveSurplus(yuan("500.00"), code, house.today))


def test_an_instalment_is_not_charged_after_the_vote_on_it_was_annulled(house: Books) -> None:
    granted.lifted(house)
    plan = PlanShares("Lift-01", yuan("70000.00"), "Lift-2026-01", (Instalment(date(2026, 3, 31), 10_000),))
    planned = house.act(plan_shares, plan)
    house.act(end_authority, "Lift-2026-01", house.today, "法院撤销", by=COMMITTEE)
    refused(house, errors.AuthorityEnded, call_share, "Lift-01", planned.plan, 1, house.today)


def test_the_vote_on_building_a_lift_gives_nothing_of_it_back(house: Books) -> None:
    granted.lifted(house)
    granted.shared(house, "70000.00", date(2026, 3, 31))
    back = ReturnSurplus("Lift-01", yuan("70.00"), "Lift-2026-01", house.today)
    refused(house, errors.AuthorityUnfit, return_surplus, back)
