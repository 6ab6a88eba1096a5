"""While a caretaker stands in, only what recurs is approved: budget lines of several months, contracts from before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.caretake import NameCaretaker, end_caretaking, name_caretaker
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.petty_cash import SetFloat, Slip, SpendPetty, set_float, spend_petty
from ledger.actions.record_authority import Terms, record_contract, record_resolution
from ledger.rules.authority import BUDGET, Matter
from ledger.rules.roles import Actor, Body, Role
from ledger.store.petty_cash import unexplained
from tests.books.sample import BUDGET_2026, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.test_budgeting import CLEANING, GREENING, adopted

NEIGHBOUR = Actor("neighbour-1", Role.COMMITTEE, Body.COMMUNITY)
STREET = Actor("street-1", Role.TREASURER, Body.COMMUNITY)
CLEANED = pay.RequestDisbursement(
    "cleaning", "PropertyFee", ((CLEANING, yuan("50.00")),), "示例保洁", "保洁费", BUDGET, "Joint01"
)
GREENED = replace(
    CLEANED, id="greening", payee="示例园林", lines=((GREENING, yuan("50.00")),), purpose="补种"
)


@pytest.fixture
def cared_for(house: Books) -> Books:
    """Give a house with a budget in force and a caretaker of the community since today."""
    play(house, through="s02")
    adopted(house)
    before = Terms(
        "合同旧", Matter.SPENDING, "绿化养护合同", date(2026, 1, 1), "PropertyFee", document="合同 G-1"
    )
    house.act(record_contract, before, "示例园林")
    petty = Terms("备用金", Matter.SPENDING, "备用金定额", house.today, "PropertyFee")
    house.act(record_resolution, petty, by=COMMITTEE)
    house.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金"), by=COMMITTEE)
    box = replace(CLEANED, id="box", kind="petty_cash", authority="备用金")
    box = replace(box, lines=(("Assets:PropertyFee:Cash:Petty", yuan("1000.00")),))
    house.act(pay.request, box, by=TRUSTEE)
    house.act(pay.approve, box.id, by=COMMITTEE)
    house.act(pay.pay, box.id, house.today)
    for minor in (4_000, 300):
        house.act(book_debit, BookDebit("PropertyFee", "Joint01", minor, "转账", house.today))
    named = NameCaretaker("桂花社区居委会", Body.COMMUNITY, house.today, "街道办函 1 号")
    house.act(name_caretaker, named)
    return house


def approved(books: Books, request: pay.RequestDisbursement, by: Actor = NEIGHBOUR) -> str:
    books.act(pay.request, request, by=TRUSTEE)
    return books.act(pay.approve, request.id, by=by).state


def test_a_line_budgeted_for_every_month_is_approved_by_the_caretaker(cared_for: Books) -> None:
    assert approved(cared_for, CLEANED) == "approved"


def test_nobody_of_the_lapsed_committee_approves(cared_for: Books) -> None:
    with pytest.raises(errors.BodyCannotApprove):
        approved(cared_for, CLEANED, by=COMMITTEE)


def test_what_is_budgeted_for_one_month_waits_for_a_committee(cared_for: Books) -> None:
    with pytest.raises(errors.CaretakerRefused) as refused:
        approved(cared_for, GREENED)
    assert (refused.value.pointer, refused.value.facts["caretaker"]) == ("/authority", "桂花社区居委会")


def test_a_contract_from_before_is_paid_and_a_resolution_is_not(cared_for: Books) -> None:
    assert approved(cared_for, replace(GREENED, id="old", authority="合同旧")) == "approved"
    with pytest.raises(errors.CaretakerRefused):
        approved(cared_for, replace(CLEANED, id="resolved", authority=BUDGET_2026))
    new = Terms("合同新", Matter.SPENDING, "新合同", cared_for.today, "PropertyFee", document="合同 G-2")
    cared_for.act(record_contract, new, "示例保洁")
    with pytest.raises(errors.CaretakerRefused):
        approved(cared_for, replace(CLEANED, id="new", authority="合同新"))


def test_a_contract_put_on_record_while_the_caretaker_stands_in_is_none_from_before(cared_for: Books) -> None:
    late = Terms("合同补", Matter.SPENDING, "补录", date(2026, 1, 1), "PropertyFee", document="合同 G-3")
    cared_for.act(record_contract, late, CLEANED.payee)
    with pytest.raises(errors.CaretakerRefused):
        approved(cared_for, replace(CLEANED, id="late", authority="合同补"))


def test_money_for_the_box_is_nothing_that_recurs(cared_for: Books) -> None:
    """A payment without a cost recurs no more than one of a single month."""
    slips = (Slip(CLEANING, yuan("10.00"), "拖把"),)
    cared_for.act(spend_petty, SpendPetty("PropertyFee", slips, cared_for.today, BUDGET))
    fill = replace(CLEANED, id="fill", kind="petty_cash", authority="备用金")
    with pytest.raises(errors.CaretakerRefused):
        approved(cared_for, replace(fill, lines=(("Assets:PropertyFee:Cash:Petty", yuan("10.00")),)))


def test_slips_that_recur_are_paid_and_others_wait(cared_for: Books) -> None:
    def spend(account: str, authority: str | None) -> SpendPetty:
        return SpendPetty("PropertyFee", (Slip(account, yuan("10.00"), "用品"),), cared_for.today, authority)

    for account, authority in ((CLEANING, None), (GREENING, BUDGET)):
        with pytest.raises(errors.CaretakerRefused):
            cared_for.act(spend_petty, spend(account, authority))
    cared_for.act(spend_petty, spend(CLEANING, BUDGET))


def test_a_debit_is_explained_by_the_caretaker_as_what_recurs(cared_for: Books) -> None:
    with cared_for.database.reading() as session:
        seq = unexplained(session, cared_for.compound)[0].seq
    said = ExplainDebit(seq, ((CLEANING, 4_000),), "保洁费", BUDGET, cared_for.today)
    audit = Actor("audit-1", Role.COMMITTEE, Body.AUDIT)
    with pytest.raises(errors.BodyCannotApprove):
        cared_for.act(explain_debit, said, by=audit)
    with pytest.raises(errors.CaretakerRefused):
        cared_for.act(explain_debit, replace(said, authority=BUDGET_2026), by=NEIGHBOUR)
    cared_for.act(explain_debit, said, by=NEIGHBOUR)


def test_the_lapsed_committee_resolves_ratifies_and_sets_nothing(cared_for: Books) -> None:
    terms = Terms("J-9", Matter.SPENDING, "追认", cared_for.today, "PropertyFee")
    with pytest.raises(errors.BodyCannotApprove):
        cared_for.act(record_resolution, terms, by=COMMITTEE)
    float_ = SetFloat("PropertyFee", yuan("2,000.00"), "备用金")
    with pytest.raises(errors.BodyCannotApprove):
        cared_for.act(set_float, float_, by=COMMITTEE)
    with pytest.raises(errors.CaretakerRefused):
        cared_for.act(set_float, float_, by=NEIGHBOUR)
    cared_for.act(set_float, replace(float_, amount_minor=0), by=NEIGHBOUR)


def test_an_emergency_is_the_caretakers_own(cared_for: Books) -> None:
    flood = replace(CLEANED, id="flood", authority="emergency", reason="地下室进水")
    for one in (TRUSTEE, TREASURER):
        with pytest.raises(errors.BodyCannotApprove):
            cared_for.act(pay.request, flood, by=one)
    assert cared_for.act(pay.request, flood, by=STREET).state == "approved"
    with pytest.raises(errors.BodyCannotApprove):
        cared_for.act(pay.ratify, "flood", "备用金", by=COMMITTEE)


def test_after_the_election_the_committee_approves_again(cared_for: Books) -> None:
    cared_for.act(end_caretaking, cared_for.today, "业委会备案 7 号", by=TREASURER)
    assert approved(cared_for, GREENED, by=COMMITTEE) == "approved"
