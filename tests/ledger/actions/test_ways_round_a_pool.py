"""No way round a pool's purpose: not by a debit, an advance, the bank's charge, a transfer, or after the clearing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger import errors
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.give import Give, NewDonor, give
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.pay import approve, post, refuse, request
from ledger.actions.receive_grant import ClearGrant, clear_grant
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.subsidise import Subsidise, clear_subsidy, subsidise
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind
from tests.books import granted as g
from tests.books.between import opened, voted
from tests.books.paying import STREET, resolve
from tests.books.reading import standing
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

WORK = f"Expenses:{g.POOL}:Work:{g.PROJECT}"
UNSPENT, INCOME = f"Liabilities:{g.POOL}:Unspent:{g.PROJECT}", f"Income:{g.POOL}:Grant"
ADVANCED = f"Assets:{g.POOL}:Advance:Vendor"
CHARGE = f"Expenses:{g.POOL}:BankCharge"


@pytest.fixture
def pools(house: Books) -> Books:
    """Give two pools, and a project of 1,000.00 with 3,000.00 of money."""
    g.pooled(house)
    g.granted(house, "3000.00")
    return house


def test_a_debit_of_a_pool_is_explained_as_its_project_and_releases_the_grant(pools: Books) -> None:
    resolution = resolve(pools, "R-1", fund=g.POOL)
    seq = pools.act(book_debit, BookDebit(g.POOL, "G01", yuan("2500.00"), "转账", pools.today)).seq
    said = ExplainDebit(
        *(seq, ((WORK, yuan("400.00")),), "灯具款", resolution, pools.today), grant_purpose="facilities"
    )
    for wrong, refusal in (
        ({"narration": "代缴物业费"}, errors.PurposeNegative),
        ({"grant_purpose": None}, errors.PurposeMissing),
        ({"lines": ((WORK, yuan("1000.01")),)}, errors.GrantBudgetExceeded),
        ({"lines": ((CHARGE, yuan("9.00")),), "narration": "代缴物业费"}, errors.PurposeNegative),
    ):
        refused(pools, refusal, explain_debit, replace(said, **wrong), by=STREET)  # type: ignore[arg-type]  # by name
    done = pools.act(explain_debit, said, by=STREET)
    books = standing(pools)
    assert (books[WORK], -books[UNSPENT], -books[INCOME]) == (yuan("400.00"), yuan("2600.00"), yuan("400.00"))
    pools.act(reverse, Reverse(done.seq, "说明有误", pools.today))
    assert (WORK in standing(pools), -standing(pools)[UNSPENT]) == (False, yuan("3000.00"))


def test_a_debit_is_no_way_into_a_cleared_project(pools: Books) -> None:
    resolution = resolve(pools, "R-1", fund=g.POOL)
    seq = pools.act(book_debit, BookDebit(g.POOL, "G01", yuan("500.00"), "转账", pools.today)).seq
    pools.act(clear_grant, ClearGrant(g.PROJECT, "街道", "清算 1", pools.today))
    said = ExplainDebit(
        *(seq, ((WORK, yuan("500.00")),), "灯具款", resolution, pools.today), grant_purpose="facilities"
    )
    refused(pools, errors.GrantState, explain_debit, said, by=STREET)


def test_an_advance_out_of_a_pool_is_of_a_running_project_for_a_purpose(pools: Books) -> None:
    advance = g.cost("a", "300.00", ADVANCED, kind="advance")
    resolution = resolve(pools, "R-1", fund=g.POOL)
    for wrong, refusal in (
        ({"authority": resolution}, errors.SpentOutside),
        ({"grant_purpose": None}, errors.PurposeMissing),
        ({"purpose": "代缴物业费"}, errors.PurposeNegative),
    ):
        refused(pools, refusal, request, replace(advance, **wrong), by=TRUSTEE)  # type: ignore[arg-type]  # by name
    donor = NewDonor("某公司", is_company=True, consent=True)  # what may go back is no money to advance
    gift = Give(
        g.POOL, donor, "捐赠", "收据 1", pools.today, pools.today, amount_minor=yuan("300.00"), bank="G01"
    )
    pools.act(give, gift)
    g.paid(pools, advance)


def test_what_the_bank_takes_of_a_pool_is_no_payment_to_anybody(pools: Books) -> None:
    charge = g.cost("c", "20.00", CHARGE, authority=resolve(pools, "R-1", fund=g.POOL))
    refused(pools, errors.SpentOutside, request, charge, by=TRUSTEE)


def test_no_vote_moves_a_pools_money_to_another_fund(house: Books) -> None:
    opened(house, PropertyFee="10.00")
    g.pooled(house)
    gift = Give(
        *(
            g.MICRO,
            NewDonor("某公司", is_company=True, consent=True),
            "爱心款",
            "收据 1",
            house.today,
            house.today,
        ),
        amount_minor=yuan("5000.00"),
        bank="G02",
    )
    house.act(give, gift)
    vote = voted(house, "V-T", Matter.TRANSFER)
    away = MoveFunds(
        "t", MoveKind.TRANSFER, yuan("1.00"), "补贴", vote, g.MICRO, "PropertyFee", "G02", "Joint01"
    )
    refused(house, errors.SpentOutside, request_move, away, by=TRUSTEE)


def test_a_project_is_not_cleared_while_a_payment_of_it_is_approved_and_not_booked(pools: Books) -> None:
    pools.act(request, g.cost("x", "800.00"), by=TRUSTEE)
    pools.act(approve, "x", by=COMMITTEE)
    clearing = ClearGrant(g.PROJECT, "街道", "清算 1", pools.today)
    refused(pools, errors.GrantUnsettled, clear_grant, clearing)
    expense = pools.act(post, "x", pools.today).recorded.seq
    pools.act(clear_grant, clearing)
    pools.act(reverse, Reverse(expense, "金额有误", pools.today))
    refused(pools, errors.GrantState, post, "x", pools.today)
    pools.act(refuse, "x", "已清算", by=COMMITTEE)


def test_a_subsidy_is_not_cleared_while_its_works_are_approved_and_not_booked(house: Books) -> None:
    g.lifted(house)
    subsidy = Subsidise("Lift-01", yuan("50000.00"), "街道", "补贴 1", "P01", house.today, conditional=True)
    house.act(subsidise, subsidy)
    house.act(request, g.lift_cost("x", "30000.00"), by=TRUSTEE)
    house.act(approve, "x", by=COMMITTEE)
    refused(house, errors.GrantUnsettled, clear_subsidy, "Lift-01", "清算 1", house.today)
    house.act(post, "x", house.today)
    house.act(clear_subsidy, "Lift-01", "清算 1", house.today)


def test_a_debit_of_a_project_releases_its_subsidy_like_any_cost(house: Books) -> None:
    g.lifted(house)
    subsidy = Subsidise("Lift-01", yuan("500.00"), "街道", "补贴 1", "P01", house.today, conditional=True)
    house.act(subsidise, subsidy)
    seq = house.act(book_debit, BookDebit(g.LIFT, "P01", yuan("300.00"), "转账", house.today)).seq
    built = ((f"Expenses:{g.LIFT}:Construction", yuan("300.00")),)
    house.act(explain_debit, ExplainDebit(seq, built, "基坑", "Lift-2026-01", house.today), by=STREET)
    assert -standing(house)[f"Liabilities:{g.LIFT}:Unspent:Subsidy"] == yuan("200.00")
