"""Two keys, one limit to the fen, and a state for every request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.pay import DEPOSIT_RELEASE, RequestDisbursement, approve, pay, post, refuse, request
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.fund import spendable
from ledger.rules.roles import Actor, Body, Role
from ledger.store.disbursements import progress
from ledger.store.registers import disbursement
from tests.books.reading import acts, standing
from tests.books.sample import BUDGET_2026, PREPAID, SMALL, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

LIFT = "Expenses:PropertyFee:Facility:Elevator"
DAY = date(2026, 1, 5)
OTHER_TREASURER = Actor("treasurer-2", Role.TREASURER, Body.COMMITTEE)
STREET_TREASURER = Actor("street-treasurer", Role.TREASURER, Body.COMMUNITY)


def ask(amount: str, name: str = "d-1") -> RequestDisbursement:
    return RequestDisbursement(
        name, "PropertyFee", ((LIFT, yuan(amount)),), "示例电梯公司", "维保费", BUDGET_2026, "Joint01"
    )


@pytest.fixture
def funded(house: Books) -> Books:
    """Give a house whose fee fund can spend 48,800 yuan: 50,000 in the bank less 1,200 paid ahead."""
    play(house, through="s01")
    assert spendable(standing(house), "PropertyFee") == yuan("48,800.00")
    return house


def state(books: Books, name: str = "d-1") -> str:
    with books.database.reading() as session:
        return progress(session, books.compound, name).state


def test_the_last_fen_of_a_fund_can_be_approved(funded: Books) -> None:
    funded.act(request, ask("48,800.00"), by=TRUSTEE)
    assert funded.act(approve, "d-1", by=COMMITTEE).state == "approved"


def test_one_fen_more_than_a_fund_has_is_refused(funded: Books) -> None:
    funded.act(request, ask("48,800.01"), by=TRUSTEE)
    before = acts(funded)
    with pytest.raises(errors.FundShort) as refused:
        funded.act(approve, "d-1", by=COMMITTEE)
    assert refused.value.pointer == "/amount"
    assert (acts(funded), state(funded)) == (before, "requested")


def test_what_was_approved_and_not_yet_posted_is_not_there_twice(funded: Books) -> None:
    funded.act(request, ask("48,000.00", "d-1"), by=TRUSTEE)
    funded.act(request, ask("800.01", "d-2"), by=TRUSTEE)
    funded.act(request, ask("800.00", "d-3"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)
    with pytest.raises(errors.FundShort):
        funded.act(approve, "d-2", by=COMMITTEE)
    funded.act(approve, "d-3", by=COMMITTEE)


def test_what_is_posted_and_owed_counts_as_spent(funded: Books) -> None:
    funded.act(request, ask("48,000.00", "d-1"), by=TRUSTEE)
    funded.act(request, ask("800.01", "d-2"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)
    funded.act(post, "d-1", DAY)
    with pytest.raises(errors.FundShort):
        funded.act(approve, "d-2", by=COMMITTEE)


def test_a_request_sent_back_frees_what_it_held(funded: Books) -> None:
    funded.act(request, ask("48,800.00", "d-1"), by=TRUSTEE)
    funded.act(request, replace(ask("48,800.00", "d-2"), payee="另一电梯公司"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)
    funded.act(refuse, "d-1", "发票不符", by=COMMITTEE)
    assert funded.act(approve, "d-2", by=COMMITTEE).state == "approved"


def test_a_payment_needs_the_money_in_the_bank_account_it_names(funded: Books) -> None:
    funded.act(open_bank_account, OpenBankAccount("Small01", "尾号 0002", ("PropertyFee",)))
    funded.act(request, replace(ask("0.01"), bank="Small01"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)  # the fund can spend it
    funded.act(post, "d-1", DAY)
    with pytest.raises(errors.FundShort) as refused:
        funded.act(pay, "d-1", DAY)
    assert (refused.value.pointer, state(funded)) == ("/amount", "posted")


@pytest.mark.parametrize(
    ("asks", "approves", "refusal"),
    [
        (TRUSTEE, COMMITTEE, None),
        (TRUSTEE, TREASURER, None),
        (TREASURER, COMMITTEE, errors.SameBody),
        (TREASURER, TREASURER, errors.SamePerson),
        (TREASURER, OTHER_TREASURER, errors.SameBody),
        (TREASURER, STREET_TREASURER, None),
        (STREET_TREASURER, COMMITTEE, None),
        (STREET_TREASURER, STREET_TREASURER, errors.SamePerson),
        (TRUSTEE, TRUSTEE, errors.RoleRefused),
        (TRUSTEE, Actor("trustee-1", Role.COMMITTEE, Body.COMMITTEE), errors.SamePerson),
        (TRUSTEE, Actor("clerk", Role.COMMITTEE, Body.TRUSTEE), errors.SameBody),
    ],
)
def test_the_second_key_is_a_second_person_of_a_second_body(
    funded: Books, asks: Actor, approves: Actor, refusal: type[errors.Refusal] | None
) -> None:
    funded.act(request, ask("100.00"), by=asks)
    before = acts(funded)
    if refusal is None:
        assert funded.act(approve, "d-1", by=approves).state == "approved"
        return
    with pytest.raises(refusal):
        funded.act(approve, "d-1", by=approves)
    assert (acts(funded), state(funded)) == (before, "requested")


@pytest.mark.parametrize(
    ("asks", "approves", "pays", "may"),
    [
        (TRUSTEE, COMMITTEE, TREASURER, True),
        (TRUSTEE, OTHER_TREASURER, TREASURER, True),
        (TRUSTEE, TREASURER, TREASURER, False),  # whoever approved does not pay
        (STREET_TREASURER, COMMITTEE, STREET_TREASURER, False),  # nor whoever asked, by the profile
        (STREET_TREASURER, COMMITTEE, TREASURER, True),
    ],
)
def test_whoever_asked_or_approved_does_not_pay(
    funded: Books, asks: Actor, approves: Actor, pays: Actor, *, may: bool
) -> None:
    funded.act(request, ask("100.00"), by=asks)
    funded.act(approve, "d-1", by=approves)
    funded.act(post, "d-1", DAY)
    if may:
        assert funded.act(pay, "d-1", DAY, by=pays).state == "paid"
        return
    with pytest.raises(errors.PayerApproved):
        funded.act(pay, "d-1", DAY, by=pays)
    assert state(funded) == "posted"


STEPS = {
    "approve": lambda books: books.act(approve, "d-1", by=COMMITTEE),
    "post": lambda books: books.act(post, "d-1", DAY),
    "pay": lambda books: books.act(pay, "d-1", DAY),
    "refuse": lambda books: books.act(refuse, "d-1", "不符", by=COMMITTEE),
}
MAY = {
    (): {"approve", "refuse"},
    ("approve",): {"post", "refuse"},
    ("approve", "post"): {"pay"},
    ("approve", "post", "pay"): set(),
    ("refuse",): set(),
    ("approve", "refuse"): set(),
}


@pytest.mark.parametrize("taken", MAY, ids=lambda taken: "-".join(taken) or "asked")
def test_a_request_takes_its_steps_in_order_and_each_once(funded: Books, taken: tuple[str, ...]) -> None:
    funded.act(request, ask("100.00"), by=TRUSTEE)
    for step in taken:
        STEPS[step](funded)
    before = acts(funded)
    for step in sorted(set(STEPS) - MAY[taken]):
        with pytest.raises(errors.DisbursementState) as refused:
            STEPS[step](funded)
        assert refused.value.pointer == "/id"
        assert acts(funded) == before


def test_a_request_is_made_once(funded: Books) -> None:
    funded.act(request, ask("100.00"), by=TRUSTEE)
    with pytest.raises(errors.AlreadyExists) as refused:
        funded.act(request, ask("100.00"), by=TRUSTEE)
    assert refused.value.pointer == "/id"


def test_a_payment_that_came_back_is_owed_again_and_can_be_paid_again(funded: Books) -> None:
    funded.act(request, ask("100.00"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)
    funded.act(post, "d-1", DAY)
    paid = funded.act(pay, "d-1", DAY)
    funded.act(reverse, Reverse(paid.recorded.seq, "退票", DAY))
    assert (state(funded), standing(funded)["Liabilities:PropertyFee:Payable:Vendor"]) == ("posted", -10_000)
    assert funded.act(pay, "d-1", DAY).state == "paid"


def test_an_expense_taken_back_is_only_approved_and_can_be_sent_back(funded: Books) -> None:
    funded.act(request, ask("100.00"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)
    posted = funded.act(post, "d-1", DAY)
    funded.act(reverse, Reverse(posted.recorded.seq, "误记", DAY))
    assert state(funded) == "approved"
    assert funded.act(refuse, "d-1", "重复", by=COMMITTEE).state == "refused"


def test_an_expense_that_was_paid_is_not_taken_back_first(funded: Books) -> None:
    funded.act(request, ask("100.00"), by=TRUSTEE)
    funded.act(approve, "d-1", by=COMMITTEE)
    posted = funded.act(post, "d-1", DAY)
    funded.act(pay, "d-1", DAY)
    with pytest.raises(errors.ReversalRefused):
        funded.act(reverse, Reverse(posted.recorded.seq, "误记", DAY))


def test_a_person_who_is_paid_is_never_named(funded: Books) -> None:
    funded.act(request, replace(ask("100.00"), payee="张三", payee_is_person=True), by=TRUSTEE)
    with funded.database.reading() as session:
        assert disbursement(session, funded.compound, "d-1").row.payee == "个人"
    funded.act(approve, "d-1", by=COMMITTEE)
    funded.act(post, "d-1", DAY)
    assert standing(funded)["Liabilities:PropertyFee:Payable:Individual"] == -10_000


def release(name: str, unit: str = PREPAID, amount: str = "2,000.00") -> RequestDisbursement:
    return RequestDisbursement(
        name,
        "Agency",
        (),
        payee="业主",
        purpose="装修押金退还",
        authority="装修验收单",
        bank="Basic02",
        kind=DEPOSIT_RELEASE,
        payee_is_person=True,
        unit=unit,
        amount_minor=yuan(amount),
    )


def test_a_deposit_is_not_posted_as_an_expense(funded: Books) -> None:
    funded.act(request, release("r-1"), by=TRUSTEE)
    funded.act(approve, "r-1", by=COMMITTEE)
    with pytest.raises(errors.DisbursementState):
        funded.act(post, "r-1", DAY)


def test_a_deposit_asked_for_twice_goes_back_once(funded: Books) -> None:
    """The neighbour's deposit lies in the same bank account; it must not pay for the second release."""
    funded.act(take_deposit, TakeDeposit(SMALL, yuan("2,000.00"), "Basic02", DAY))
    for name in ("r-1", "r-2"):
        funded.act(request, release(name), by=TRUSTEE)
        funded.act(approve, name, by=COMMITTEE)
    funded.act(pay, "r-1", DAY)
    before = acts(funded)
    with pytest.raises(errors.DepositMissing) as refused:
        funded.act(pay, "r-2", DAY)
    assert (refused.value.pointer, acts(funded)) == ("/amount", before)


def test_a_deposit_released_in_parts_leaves_the_rest(funded: Books) -> None:
    funded.act(request, release("r-1", amount="500.00"), by=TRUSTEE)
    funded.act(approve, "r-1", by=COMMITTEE)
    funded.act(pay, "r-1", DAY)
    assert standing(funded)["Liabilities:Agency:Deposit:Renovation"] == -yuan("1,500.00")
    with pytest.raises(errors.DepositMissing):
        funded.act(request, release("r-2", amount="1,500.01"), by=TRUSTEE)
