"""The word "budget": what the budget in force lets be spent, to the last fen of each line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.authorise import authorise
from ledger.actions.record_authority import Terms, record_resolution
from ledger.rules.authority import AuthorityKind, Matter
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.test_budgeting import CLEANING, FUND, adopted, asking, settled, spend, vote_on

__all__ = ["settled"]


def test_the_last_fen_of_a_line_is_enforced_with_what_is_posted_and_approved(settled: Books) -> None:
    adopted(settled)
    settled.act(authorise, "budget", asking("1200.00"))
    with pytest.raises(errors.BudgetExceeded) as refusal:
        settled.act(authorise, "budget", asking("1200.01"))
    assert refusal.value.facts == {"account": CLEANING, "left": "1200.00", "amount": "1200.01"}
    spend(settled, "1000.00")
    settled.act(authorise, "budget", asking("200.00"))
    with pytest.raises(errors.BudgetExceeded):
        settled.act(authorise, "budget", asking("200.01"))
    twice = ((CLEANING, yuan("150.00")), (CLEANING, yuan("50.01")))
    with pytest.raises(errors.BudgetExceeded):  # two lines of one account are one line
        settled.act(authorise, "budget", replace(asking("200.01"), lines=twice))


def test_an_account_without_a_line_takes_another_authority(settled: Books) -> None:
    adopted(settled)
    order = "Expenses:PropertyFee:Order"
    with pytest.raises(errors.BudgetExceeded) as refusal:
        settled.act(authorise, "budget", asking("0.01", order))
    assert refusal.value.facts["left"] == "0.00"
    settled.act(
        record_resolution, Terms("J-1", Matter.SPENDING, "增加保安", settled.today, FUND), by=COMMITTEE
    )
    settled.act(authorise, "J-1", replace(asking("0.01", order), on=settled.today))


def test_a_line_is_overspent_by_vote_and_not_by_resolution(settled: Books) -> None:
    adopted(settled)
    spend(settled, "1200.00")
    need = replace(asking("0.01"), on=settled.today)
    settled.act(
        record_resolution, Terms("J-1", Matter.SPENDING, "多做一次保洁", settled.today, FUND), by=COMMITTEE
    )
    with pytest.raises(errors.BudgetExceeded):
        settled.act(authorise, "J-1", need)
    vote_on(settled, "V-S1", Matter.SPENDING, "0.01")
    assert settled.act(authorise, "V-S1", need).kind is AuthorityKind.VOTE


def test_the_vote_that_adopted_a_budget_is_no_way_round_its_lines(settled: Books) -> None:
    adopted(settled)
    with pytest.raises(errors.AuthorityUnfit):
        settled.act(authorise, "V-B1", replace(asking("0.01"), on=settled.today))


def test_the_budget_stands_for_expenses_of_its_year_only(settled: Books) -> None:
    with pytest.raises(errors.BudgetMissing):
        settled.act(authorise, "budget", asking("1.00"))
    adopted(settled, from_on=date(2026, 1, 20))
    settled.act(authorise, "budget", replace(asking("1.00"), on=date(2026, 1, 20)))
    for day in (date(2026, 1, 19), date(2027, 1, 1)):
        with pytest.raises(errors.BudgetMissing):
            settled.act(authorise, "budget", replace(asking("1.00"), on=day))
    with pytest.raises(errors.BudgetMissing):
        settled.act(authorise, "budget", replace(asking("1.00"), fund="PublicIncome"))
    with pytest.raises(errors.AuthorityUnfit):  # a transfer, say: the budget plans expenses
        settled.act(authorise, "budget", replace(asking("1.00"), lines=()))
    with pytest.raises(errors.AuthorityUnfit):
        settled.act(authorise, "budget", asking("1.00", kinds={AuthorityKind.VOTE}))


def test_what_is_approved_and_not_posted_counts_as_spent(settled: Books) -> None:
    adopted(settled)
    command = pay.RequestDisbursement(
        *("P-1", FUND, ((CLEANING, yuan("1200.00")),), "示例保洁公司", "保洁费", "budget", "Joint01")
    )
    settled.act(pay.request, command, by=TRUSTEE)
    settled.act(pay.approve, "P-1", by=COMMITTEE)
    with pytest.raises(errors.BudgetExceeded):
        settled.act(authorise, "budget", asking("0.01"))
    settled.act(authorise, "budget", asking("1200.00", besides="P-1"))
