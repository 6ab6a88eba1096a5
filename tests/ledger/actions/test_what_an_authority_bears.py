"""What an authority bears: each fen once, whom it is made with, the budget's lines, and in its own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import errors
from ledger.actions.keep_repair import RecordRepair, RepairKind, record_repair
from ledger.actions.pay import RequestDisbursement, pay, post, ratify, request
from ledger.actions.petty_cash import CountCash, SetFloat, count_cash, set_float
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.record_authority import Terms, record_contract
from ledger.rules.authority import Matter
from ledger.rules.entry import Posting
from ledger.store.authorities import used
from tests.books import granted
from tests.books.between import opened
from tests.books.paying import DAY, STREET, asked, lines, passed, resolve, took_over, vote
from tests.books.reading import standing
from tests.books.renting import let_lifts, rent
from tests.books.sample import play, set_up, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.refusing import refused
from tests.ledger.actions.test_budgeting import CLEANING, adopted

ORDER = "Expenses:PropertyFee:Order"
OWNERS = "Expenses:PropertyFee:OwnerApproved"
ADVANCED = "Assets:PropertyFee:Advance:Vendor"
BOX = "Assets:PropertyFee:Cash:Petty"


@pytest.fixture
def taken_over(house: Books) -> Books:
    return took_over(house)


@pytest.fixture
def budgeted(house: Books) -> Books:
    """Give a house with a budget in force: 1,200.00 a year for cleaning."""
    play(house, through="s02")
    adopted(house)
    return house


def taken(books: Books, code: str) -> int:
    with books.database.reading() as session:
        return used(session, books.compound, code)


def test_an_advance_takes_its_part_once_and_only_of_what_it_was_paid_by_to_whom(taken_over: Books) -> None:
    first, other = vote(taken_over, "V-1", "1000.00"), vote(taken_over, "V-2", "999.99")
    advance = asked("a", f"{ADVANCED} 600.00", kind="advance", authority=first, payee="甲公司")
    passed(taken_over, advance)
    cost = asked("b", f"{ORDER} 1000.00", kept=lines(f"{ADVANCED} 600.00"), authority=first, payee="甲公司")
    for wrong in (replace(cost, authority=other), replace(cost, payee="乙公司")):
        refused(taken_over, errors.AuthorityUsedUp, request, wrong, by=TRUSTEE)
    passed(taken_over, replace(cost, payee="甲 公司"))
    assert taken(taken_over, first) == yuan("1000.00")


def test_costs_of_the_owners_consent_are_taken_of_their_vote_whatever_paid_the_advance(
    taken_over: Books,
) -> None:
    owners = vote(taken_over, "V-9", "100.00", Matter.OWNER_APPROVED)
    passed(taken_over, asked("a", f"{ADVANCED} 100.01", kind="advance", authority=resolve(taken_over, "R-1")))
    cost = asked("n", f"{OWNERS} 100.01", authority=owners, kept=lines(f"{ADVANCED} 100.01"))
    refused(taken_over, errors.AuthorityUsedUp, request, cost, by=TRUSTEE)


def test_a_contract_pays_its_counterparty_and_what_the_trustee_paid_it_first(taken_over: Books) -> None:
    terms = Terms("C-1", Matter.SPENDING, "保洁", DAY, "PropertyFee", yuan("900.00"), document="C-1")
    taken_over.act(record_contract, terms, "甲保洁(示例)公司")
    cost = asked("x", f"{ORDER} 100.00", authority="C-1", payee="甲保洁(示例) 公司")
    refused(taken_over, errors.AuthorityUnfit, request, replace(cost, payee="乙公司"), by=TRUSTEE)
    refused(
        taken_over,
        errors.AuthorityUnfit,
        request,
        replace(cost, payee="乙公司", issuer=cost.payee),
        by=TRUSTEE,
    )
    passed(taken_over, cost)
    outlay = replace(cost, id="y", payee="示例物业公司", owed_to="TrusteeAdvance")
    refused(taken_over, errors.AuthorityUnfit, request, outlay, by=TRUSTEE)
    passed(taken_over, replace(outlay, issuer=cost.payee))


def test_a_debt_that_may_stand_beyond_the_budget_is_not_paid_by_resolution(budgeted: Books) -> None:
    resolution, accrued = resolve(budgeted, "R-1"), "Liabilities:PropertyFee:Payable:Accrued"
    for amount in ("1200.00", "0.01"):
        booked = tuple(
            Posting(code, minor) for code, minor in lines(f"{CLEANING} {amount}", f"{accrued} -{amount}")
        )
        budgeted.act(post_entry, PostEntry(budgeted.today, "保洁", booked))
        debt = asked(f"d{amount}", f"{accrued} {amount}", kind="payable", authority=resolution)
        if amount == "1200.00":
            passed(budgeted, debt)
            continue
        refused(budgeted, errors.BudgetExceeded, request, debt, by=TRUSTEE)
        confirmed = asked("e", f"{accrued} {amount}", authority=resolution)
        refused(budgeted, errors.BudgetExceeded, request, confirmed, by=TRUSTEE)
        passed(budgeted, replace(debt, authority=vote(budgeted, "V-1")))


def test_an_emergency_is_ratified_within_the_budgets_line_or_by_vote(budgeted: Books) -> None:
    urgent = asked("u", f"{CLEANING} 1200.01", authority="emergency", reason="管道爆裂")
    budgeted.act(request, urgent, by=TRUSTEE)
    resolution = resolve(budgeted, "R-1")
    refused(budgeted, errors.BudgetExceeded, ratify, "u", resolution, by=COMMITTEE)
    budgeted.act(post, "u", budgeted.today)
    refused(budgeted, errors.BudgetExceeded, ratify, "u", resolution, by=COMMITTEE)
    budgeted.act(ratify, "u", vote(budgeted, "V-1"), by=COMMITTEE)


def test_an_emergency_that_is_within_its_line_is_ratified_by_resolution_once_it_is_paid(
    budgeted: Books,
) -> None:
    urgent = asked("u", f"{CLEANING} 1200.00", authority="emergency", reason="管道爆裂")
    budgeted.act(request, urgent, by=TRUSTEE)
    budgeted.act(post, "u", budgeted.today)
    budgeted.act(ratify, "u", resolve(budgeted, "R-1"), by=COMMITTEE)


def test_emergencies_ratified_one_by_one_take_what_the_ladder_asks_for_all(house: Books) -> None:
    opened(house, PropertyFee="100,000.00")
    resolution = resolve(house, "追认")
    for number in range(3):
        urgent = asked(f"u{number}", f"{ORDER} 16666.67", authority="emergency", reason="抢修")
        house.act(request, urgent, by=TREASURER)
        if number < 2:
            house.act(ratify, urgent.id, resolution, by=STREET)
    house.today += timedelta(days=20)  # they count by the day on which they were asked for
    refused(house, errors.AuthorityUnfit, ratify, "u2", resolution, by=STREET)
    house.act(ratify, "u2", vote(house, "V-1"), by=STREET)


def test_an_emergency_is_not_booked_or_paid_once_the_days_to_ratify_it_are_over(taken_over: Books) -> None:
    for name in ("u", "v"):
        urgent = asked(name, f"{ORDER} 100.00", authority="emergency", reason="抢修")
        taken_over.act(request, urgent, by=TREASURER)
    taken_over.act(post, "v", taken_over.today)
    taken_over.today += timedelta(days=31)
    refused(taken_over, errors.EmergencyOpen, post, "u", taken_over.today)
    refused(taken_over, errors.EmergencyOpen, pay, "v", taken_over.today)
    taken_over.act(ratify, "v", resolve(taken_over, "追认"), by=STREET)
    taken_over.act(pay, "v", taken_over.today)


def test_payments_and_jobs_of_an_emergency_share_one_cap_and_one_time(house: Books) -> None:
    opened(house, Repair="100,000.00", PropertyFee="100,000.00")
    job = RecordRepair(
        *(RepairKind.JOB_APPROVED, yuan("12,000.00"), "通知", house.today),
        job="J-1",
        authority="emergency",
        reason="外墙脱落",
    )
    house.act(record_repair, job)
    urgent = asked("u", f"{ORDER} 8000.01", authority="emergency", reason="抢修")
    refused(house, errors.EmergencyAboveCap, request, urgent, by=TREASURER)
    urgent = replace(urgent, lines=lines(f"{ORDER} 1000.00"))
    house.today += timedelta(days=31)
    refused(house, errors.EmergencyOpen, request, urgent, by=TREASURER)
    refused(
        house, errors.EmergencyOpen, record_repair, replace(job, effective_on=house.today, amount_minor=100)
    )


@pytest.fixture
def boxed(taken_over: Books) -> Books:
    """Give a house with a float of 1,000.00 by a resolution that holds for five days more."""
    until = taken_over.today + timedelta(days=5)
    resolution = resolve(taken_over, "备用", "1000.00", "PropertyFee", until=until)
    taken_over.act(set_float, SetFloat("PropertyFee", yuan("1000.00"), resolution), by=COMMITTEE)
    return taken_over


FILL = asked("fill", f"{BOX} 1000.00", kind="petty_cash", authority="备用")


def test_petty_cash_is_not_filled_under_what_has_run_out(boxed: Books) -> None:
    boxed.today += timedelta(days=6)
    refused(boxed, errors.AuthorityExpired, request, FILL, by=TRUSTEE)


def test_what_is_missing_in_the_box_counts_as_in_it_until_it_is_explained(boxed: Books) -> None:
    passed(boxed, FILL)
    boxed.act(count_cash, CountCash("PropertyFee", yuan("100.00"), boxed.today))
    more = replace(FILL, id="more", lines=lines(f"{BOX} 0.01"))
    refused(boxed, errors.FloatExceeded, request, more, by=TRUSTEE)


def test_the_fee_on_public_income_names_the_contract_that_agreed_it(house: Books) -> None:
    opened(house, PublicIncome="300,000.00")
    fee, owed = "Expenses:PublicIncome:Cost:ManagementFee", "Liabilities:PublicIncome:Payable:Trustee"
    booked = tuple(Posting(code, minor) for code, minor in lines(f"{fee} 900.00", f"{owed} -900.00"))
    house.act(post_entry, PostEntry(house.today, "管理费", booked))
    wages = RequestDisbursement(
        "w", "PublicIncome", (), "示例物业公司", "管理费", "口头约定", "Joint01", "remuneration"
    )
    refused(house, errors.AuthorityUnknown, request, wages, by=TRUSTEE)
    committee = replace(wages, authority=resolve(house, "R-1"))
    refused(house, errors.AuthorityUnfit, request, committee, by=TRUSTEE)
    terms = Terms(
        "C-1", Matter.TRUSTEE, "委托经营", house.today, "PublicIncome", yuan("899.99"), document="C-1"
    )
    house.act(record_contract, terms, "示例物业公司")
    agreed = replace(wages, authority="C-1")
    refused(house, errors.AuthorityUsedUp, request, agreed, by=TRUSTEE)
    passed(house, replace(agreed, amount_minor=yuan("899.99")))
    assert (taken(house, "C-1"), standing(house)[owed]) == (yuan("899.99"), -1)


def test_the_fee_on_public_income_may_name_the_lease_as_far_as_that_accrued_it(house: Books) -> None:
    set_up(house)
    let_lifts(house, fee_bp=2_000)
    rent(house, "1,200.00")
    wages = RequestDisbursement(
        "w", "PublicIncome", (), "示例物业公司", "管理费", "A-07", "Joint01", "remuneration"
    )
    half = replace(wages, amount_minor=yuan("120.00"))
    passed(house, half)
    fee, owed = "Expenses:PublicIncome:Cost:ManagementFee", "Liabilities:PublicIncome:Payable:Trustee"
    booked = tuple(Posting(code, minor) for code, minor in lines(f"{fee} 0.01", f"{owed} -0.01"))
    house.act(post_entry, PostEntry(house.today, "管理费", booked))
    refused(house, errors.RemunerationShort, request, replace(wages, id="all"), by=TRUSTEE)
    passed(house, replace(half, id="rest"))


def test_the_approval_of_one_grant_pays_no_other(house: Books) -> None:
    granted.pooled(house)
    granted.granted(house, "1000.00")
    granted.approved(house, "GP003", "1000.00")
    refused(house, errors.AuthorityUnfit, request, granted.cost("x", "800.00", authority="GP003"), by=TRUSTEE)
    granted.paid(house, granted.cost("x", "800.00"))
