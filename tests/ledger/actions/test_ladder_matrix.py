"""Authority × ladder × roles × amounts around each limit: who may ask, approve and pay, and what happens then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import errors
from ledger.actions.open_balances import OpenBalances, OpeningCash, open_balances
from ledger.actions.pay import RequestDisbursement, approve, pay, post, refuse, request
from ledger.actions.record_authority import Terms, end_authority, record_contract
from ledger.rules.authority import Matter
from ledger.rules.roles import Actor, Body, Role
from ledger.store.authorities import used
from ledger.store.disbursements import progress
from tests.books.paying import DAY, SECOND, STREET, asked, resolve, vote
from tests.books.reading import acts
from tests.books.sample import set_up, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

COST = "Expenses:PropertyFee:Cleaning"
AUDITOR = Actor("auditor-1", Role.AUDITOR, Body.AUDIT)
SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR, Body.COMMUNITY)
OPERATOR = Actor("operator-1", Role.OPERATOR, Body.OPERATOR)


@pytest.fixture
def rich(house: Books) -> Books:
    """Give a house whose fee fund has a million yuan."""
    set_up(house)
    cash = OpeningCash("Assets:PropertyFee:Bank:Joint01", yuan("1,000,000.00"))
    house.act(open_balances, OpenBalances("PropertyFee", DAY.replace(day=1), "交接表", cash=(cash,)))
    return house


def contract(books: Books, code: str, amount: str | None = None) -> str:
    terms = Terms(
        code, Matter.SPENDING, "示例合同", DAY, None, yuan(amount) if amount else None, document="HT-1"
    )
    books.act(record_contract, terms, "示例公司")
    return code


GIVEN: dict[str, Callable[[Books, str], str]] = {
    "committee": resolve,
    "contract": contract,
    "vote": vote,
}


def cost(name: str, amount: str, authority: str) -> RequestDisbursement:
    return asked(name, f"{COST} {amount}", authority=authority)


def state(books: Books, name: str) -> str:
    with books.database.reading() as session:
        return progress(session, books.compound, name).state


def refused(books: Books, refusal: type[errors.Refusal], action: object, *command: object, by: Actor) -> None:
    before = acts(books)
    with pytest.raises(refusal):
        books.act(action, *command, by=by)  # type: ignore[arg-type]  # any act
    assert acts(books) == before


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize(
    ("amount", "approvals", "only_vote"),
    [
        ("0.01", 1, False),
        ("50000.00", 1, False),
        ("50000.01", 2, False),
        ("200000.00", 2, False),
        ("200000.01", 2, True),
    ],
)
def test_how_many_approve_and_by_which_authority_follows_the_sum(
    rich: Books, kind: str, amount: str, approvals: int, *, only_vote: bool
) -> None:
    command = cost("d", amount, GIVEN[kind](rich, "A1"))
    if only_vote and kind != "vote":
        refused(rich, errors.AuthorityUnfit, request, command, by=TRUSTEE)
        return
    rich.act(request, command, by=TRUSTEE)
    first = rich.act(approve, "d", by=COMMITTEE).state
    assert first == state(rich, "d") == ("approved" if approvals == 1 else "requested")
    if approvals == 2:
        refused(rich, errors.DisbursementState, post, "d", DAY, by=TREASURER)
        refused(rich, errors.DisbursementState, pay, "d", DAY, by=TREASURER)
        refused(rich, errors.ApprovedAlready, approve, "d", by=COMMITTEE)
        assert rich.act(approve, "d", by=SECOND).state == "approved"
    refused(rich, errors.DisbursementState, approve, "d", by=STREET)
    rich.act(post, "d", DAY)
    assert rich.act(pay, "d", DAY).state == "paid"


ROLES = {
    "treasurer": TREASURER,
    "street": STREET,
    "trustee": TRUSTEE,
    "committee": COMMITTEE,
    "auditor": AUDITOR,
    "supervisor": SUPERVISOR,
    "operator": OPERATOR,
}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("step", ["request", "approve", "second", "refuse", "post", "pay"])
def test_each_step_is_open_to_its_roles_only(rich: Books, who: str, step: str) -> None:
    """The trustee asks for 60,000 yuan, which takes two approvals; each member tries each step when it is due."""
    actor, command = ROLES[who], cost("d", "60000.00", resolve(rich, "A1"))
    due = {
        "request": (),
        "approve": ("request",),
        "second": ("request", "approve"),
        "refuse": ("request",),
        "post": ("request", "approve", "second"),
        "pay": ("request", "approve", "second", "post"),
    }
    does = {
        "request": lambda by: rich.act(request, command, by=by),
        "approve": lambda by: rich.act(approve, "d", by=by),
        "second": lambda by: rich.act(approve, "d", by=by),
        "refuse": lambda by: rich.act(refuse, "d", "不符", by=by),
        "post": lambda by: rich.act(post, "d", DAY, by=by),
        "pay": lambda by: rich.act(pay, "d", DAY, by=by),
    }
    usually = {"request": TRUSTEE, "approve": COMMITTEE, "second": SECOND, "post": TREASURER}
    for one in due[step]:
        does[one](usually[one])
    may = {
        "request": {"treasurer", "street", "trustee"},
        "approve": {"treasurer", "street", "committee"},
        "second": {"treasurer", "street"},  # the committee's member has approved already
        "refuse": {"treasurer", "street", "committee"},
        "post": {"treasurer", "street"},
        "pay": {"treasurer", "street"},
    }
    if who in may[step]:
        does[step](actor)
        return
    before = acts(rich)
    with pytest.raises((errors.RoleRefused, errors.ApprovedAlready)):
        does[step](actor)
    assert acts(rich) == before


def test_an_audits_member_has_no_key_whatever_its_role(rich: Books) -> None:
    rich.act(request, cost("d", "1.00", resolve(rich, "A1")), by=TRUSTEE)
    refused(rich, errors.BodyCannotApprove, approve, "d", by=Actor("auditor-2", Role.COMMITTEE, Body.AUDIT))


def test_neither_approver_pays_nor_does_whoever_asked(rich: Books) -> None:
    rich.act(request, cost("d", "60000.00", resolve(rich, "A1")), by=STREET)
    rich.act(approve, "d", by=COMMITTEE)
    refused(rich, errors.SamePerson, approve, "d", by=STREET)
    refused(rich, errors.SameBody, approve, "d", by=Actor("street-2", Role.COMMITTEE, Body.COMMUNITY))
    rich.act(approve, "d", by=TREASURER)
    rich.act(post, "d", DAY)
    for payer in (TREASURER, STREET):
        refused(rich, errors.PayerApproved, pay, "d", DAY, by=payer)
    third = Actor("treasurer-3", Role.TREASURER, Body.COMMITTEE)
    assert rich.act(pay, "d", DAY, by=third).state == "paid"


@pytest.mark.parametrize("kind", GIVEN)
def test_the_last_fen_of_an_authority_is_there_and_no_more(rich: Books, kind: str) -> None:
    given = {"committee": resolve, "contract": contract, "vote": vote}[kind]
    code = given(rich, "A1", "100.00")
    refused(rich, errors.AuthorityUsedUp, request, cost("d", "100.01", code), by=TRUSTEE)
    rich.act(request, cost("a", "99.99", code), by=TRUSTEE)
    rich.act(request, cost("b", "0.02", code), by=TRUSTEE)  # to ask takes nothing yet
    rich.act(request, cost("c", "0.01", code), by=TRUSTEE)
    rich.act(approve, "a", by=COMMITTEE)
    refused(rich, errors.AuthorityUsedUp, approve, "b", by=COMMITTEE)
    rich.act(approve, "c", by=COMMITTEE)
    with rich.database.reading() as session:
        assert used(session, rich.compound, code) == yuan("100.00")
    refused(rich, errors.AuthorityUsedUp, request, cost("e", "0.01", code), by=TRUSTEE)
    rich.act(refuse, "c", "发票不符", by=COMMITTEE)  # what was taken is given back
    rich.act(request, cost("e", "0.01", code), by=TRUSTEE)
    assert rich.act(approve, "e", by=COMMITTEE).state == "approved"


def test_the_first_of_two_approvals_takes_nothing(rich: Books) -> None:
    code = resolve(rich, "A1", "100,000.00")
    for name in ("a", "b"):
        rich.act(request, cost(name, "60000.00", code), by=TRUSTEE)
        rich.act(approve, name, by=COMMITTEE)
    rich.act(approve, "a", by=SECOND)
    refused(rich, errors.AuthorityUsedUp, approve, "b", by=SECOND)
    rich.act(refuse, "a", "不符", by=COMMITTEE)
    assert rich.act(approve, "b", by=SECOND).state == "approved"


def test_an_authority_of_another_fund_matter_or_time_allows_nothing(rich: Books) -> None:
    ask = cost("d", "1.00", "")
    for code, refusal in (
        (resolve(rich, "公收", fund="PublicIncome"), errors.AuthorityUnfit),
        (vote(rich, "费率", matter=Matter.TARIFF), errors.AuthorityUnfit),
        (vote(rich, "划转", matter=Matter.TRANSFER), errors.AuthorityUnfit),
        ("没有这个", errors.AuthorityUnknown),
        ("年度预算 2026", errors.AuthorityUnknown),
        (" ", errors.AuthorityMissing),
    ):
        refused(rich, refusal, request, replace(ask, authority=code), by=TRUSTEE)
    code = resolve(rich, "短期", until=DAY + timedelta(days=1))
    rich.act(request, replace(ask, authority=code), by=TRUSTEE)
    rich.today = DAY + timedelta(days=2)
    refused(rich, errors.AuthorityExpired, approve, "d", by=COMMITTEE)
    ended = resolve(rich, "撤销")
    rich.act(request, replace(ask, id="e", authority=ended), by=TRUSTEE)
    rich.act(end_authority, ended, rich.today, "业委会撤销", by=COMMITTEE)
    rich.today += timedelta(days=1)
    refused(rich, errors.AuthorityExpired, approve, "e", by=COMMITTEE)


@pytest.mark.parametrize("kind", ["committee", "contract"])
def test_costs_that_take_the_owners_consent_take_a_vote(rich: Books, kind: str) -> None:
    ask = asked("d", "Expenses:PropertyFee:OwnerApproved 1.00", authority=GIVEN[kind](rich, "A1"))
    refused(rich, errors.AuthorityUnfit, request, ask, by=TRUSTEE)
    refused(
        rich,
        errors.AuthorityUnfit,
        request,
        replace(ask, authority=vote(rich, "V0", matter=Matter.BUDGET)),
        by=TRUSTEE,
    )
    for number, matter in enumerate((Matter.SPENDING, Matter.OWNER_APPROVED), 1):
        code = vote(rich, f"V{number}", "1.00", matter)
        rich.act(request, replace(ask, id=f"d{number}", authority=code), by=TRUSTEE)
        assert rich.act(approve, f"d{number}", by=COMMITTEE).state == "approved"


def test_only_a_vote_on_it_lets_a_fund_go_below_zero(rich: Books) -> None:
    amount = "1000000.01"
    rich.act(request, cost("d", amount, vote(rich, "V1")), by=TRUSTEE)
    refused(rich, errors.FundShort, approve, "d", by=COMMITTEE)
    rich.act(request, cost("e", amount, vote(rich, "V2", matter=Matter.NEGATIVE_FUND)), by=TRUSTEE)
    rich.act(approve, "e", by=COMMITTEE)
    assert rich.act(approve, "e", by=SECOND).state == "approved"
