"""Transfers and loans between funds: what they take, what is refused, and how they are taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.caretake import NameCaretaker, name_caretaker
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.pay_move import approve_move, confirm_move, pay_move, refuse_move
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.audit import What
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind, unpaired
from ledger.rules.entry import Posting
from ledger.rules.fund import spendable
from ledger.rules.roles import Actor, Body, Role
from ledger.store import audit, authorities
from ledger.store.between import loans, loans_due, move, promised
from tests.books.between import agreed, contracted, lend, opened, paid, transfer, voted
from tests.books.reading import moved_since, standing
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, OPERATOR, TREASURER, TRUSTEE, Books

DUE = date(2026, 12, 31)
CLERK = Actor("clerk-1", Role.TREASURER, Body.COMMUNITY)


@pytest.fixture
def funded(house: Books) -> Books:
    """Give books with 1,000.00 of public income and 100.00 in the fee fund, and votes on transfers and loans."""
    opened(house, PublicIncome="1,000.00", PropertyFee="100.00")
    voted(house, "V-T", Matter.TRANSFER, "PublicIncome", "900.00")
    voted(house, "V-L", Matter.LOAN, "PublicIncome", "900.00")
    return house


def to_repair(identifier: str, amount: str, **more: str) -> MoveFunds:
    return transfer(identifier, amount, "Repair", "V-T", **more)


def loan_of(identifier: str, amount: str) -> MoveFunds:
    return lend(identifier, amount, "PropertyFee", "V-L", DUE, to_bank="Joint01")


def repayment(identifier: str, loan: str, amount: str) -> MoveFunds:
    return MoveFunds(
        *(identifier, MoveKind.REPAYMENT, yuan(amount), "归还借款"),
        from_bank="Joint01",
        to_bank="Joint01",
        loan=loan,
    )


def refused(books: Books, refusal: type[errors.Refusal], act: Callable[..., object], *given: object) -> None:
    by = TRUSTEE if act is request_move else COMMITTEE if act in {approve_move, refuse_move} else TREASURER
    before = standing(books)
    with pytest.raises(refusal):
        books.act(act, *given, by=by)
    assert moved_since(books, before) == {}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"authority": ""}, errors.AuthorityMissing),
        ({"authority": "V-9"}, errors.AuthorityUnknown),
        ({"authority": "V-L"}, errors.AuthorityUnfit),
        ({"amount_minor": 90_001}, errors.AuthorityUsedUp),
        ({"amount_minor": 0}, errors.RequestMalformed),
        ({"to_fund": "PublicIncome"}, errors.RequestMalformed),
        ({"to_fund": "Agency"}, errors.AccountUnknown),
        ({"from_fund": "Repair", "to_fund": "Committee"}, errors.AccountUnknown),
        ({"from_bank": "Joint09"}, errors.NotFound),
        ({"to_fund": "Committee"}, errors.NotFound),
        ({"account": "Assets:Repair:Custody:Transit"}, errors.AccountUnknown),
        ({"purpose": "B01-U1-0101 的钱"}, errors.TextRefused),
    ],
)
def test_a_transfer_takes_a_vote_two_funds_and_their_accounts(
    funded: Books, changed: dict[str, object], refusal: type[errors.Refusal]
) -> None:
    refused(funded, refusal, request_move, replace(to_repair("t", "10.00"), **changed))  # type: ignore[arg-type]  # by name


def test_the_keys_are_of_two_bodies_and_the_payer_is_a_third_person(funded: Books) -> None:
    funded.act(request_move, to_repair("t", "10.00"), by=TREASURER)
    refused(funded, errors.SameBody, approve_move, "t")
    funded.act(request_move, to_repair("u", "10.00"), by=TRUSTEE)
    funded.act(approve_move, "u", by=CLERK)
    with pytest.raises(errors.PayerApproved):
        funded.act(pay_move, "u", funded.today, by=CLERK)
    funded.act(pay_move, "u", funded.today, by=TREASURER)
    refused(funded, errors.FundMoveState, pay_move, "u", funded.today)
    refused(funded, errors.FundMoveState, confirm_move, "t", funded.today)


def test_the_last_fen_of_a_vote_is_enforced_when_it_is_approved(funded: Books) -> None:
    for identifier, amount in (("a", "450.00"), ("b", "450.01")):
        funded.act(request_move, to_repair(identifier, amount), by=TRUSTEE)
    funded.act(approve_move, "a", by=COMMITTEE)
    refused(funded, errors.AuthorityUsedUp, approve_move, "b")
    agreed(funded, to_repair("c", "450.00"))
    with funded.database.reading() as session:
        assert authorities.used(session, funded.compound, "V-T") == yuan("900.00")


def test_a_fund_goes_below_zero_only_by_a_vote_that_says_so(funded: Books) -> None:
    agreed(funded, to_repair("a", "900.00"))
    funded.act(request_move, loan_of("l", "150.00"), by=TRUSTEE)
    refused(funded, errors.FundShort, approve_move, "l")
    voted(funded, "V-N", Matter.NEGATIVE_FUND, "PublicIncome", "50.00")
    funded.act(request_move, replace(loan_of("m", "150.01"), exception="V-N"), by=TRUSTEE)
    refused(funded, errors.AuthorityUsedUp, approve_move, "m")
    agreed(funded, replace(loan_of("n", "150.00"), exception="V-N"))
    with funded.database.reading() as session:
        assert authorities.used(session, funded.compound, "V-N") == yuan("50.00")
        told = list(audit.lines(session, funded.compound, what=What.OVERRIDE_USED))
    asked = [one["about"]["override"] for one in told if one["about"]["kind"] == "fund_move_requested"]
    assert asked == ["voted_exception", "voted_exception"]  # m and n; l named no vote


def test_what_is_promised_is_not_promised_again(funded: Books) -> None:
    agreed(funded, loan_of("l", "600.00"))
    with funded.database.reading() as session:
        assert promised(session, funded.compound, "PublicIncome") == yuan("600.00")
    funded.act(request_move, to_repair("t", "400.01"), by=TRUSTEE)
    refused(funded, errors.FundShort, approve_move, "t")
    funded.act(pay_move, "l", funded.today)
    agreed(funded, to_repair("u", "400.00"))
    assert spendable(standing(funded), "PublicIncome") == 0


def test_a_loan_names_a_day_of_return_and_stays_inside(funded: Books) -> None:
    good = loan_of("l", "10.00")
    refused(funded, errors.RequestMalformed, request_move, replace(good, due_on=None))
    refused(funded, errors.RequestMalformed, request_move, replace(good, due_on=funded.today))
    refused(funded, errors.LentOutside, request_move, replace(good, to_fund="Outsider"))
    refused(funded, errors.AuthorityUnfit, request_move, replace(good, authority="V-T"))
    refused(funded, errors.AccountUnknown, request_move, replace(good, to_fund="Repair"))
    refused(funded, errors.RequestMalformed, request_move, replace(good, meter_group="E-01"))


def test_l10_an_entry_that_lends_invests_or_pledges_is_refused_by_name(funded: Books) -> None:
    money = Posting("Income:PublicIncome:Other", -1_000)
    for code in ("LoanTo:Outsider", "Investment:Fund01", "Guarantee"):
        lines = (Posting(f"Assets:PublicIncome:{code}", 1_000), money)
        refused(funded, errors.LentOutside, post_entry, PostEntry(funded.today, "出借", lines))
    inside = (Posting("Assets:PublicIncome:LoanTo:PropertyFee", 1_000), money)
    refused(funded, errors.AccountControlled, post_entry, PostEntry(funded.today, "借款", inside))


def test_a_place_that_forbids_loans_between_funds_has_none(funded: Books) -> None:
    strict = Books(funded.database, f"{funded.compound}-nb", funded.today)
    command = OpenCompound(strict.compound, "宁波小区", date(2026, 1, 1), "ningbo")
    strict.database.write(lambda s: open_compound(s, command, OPERATOR, strict.now, strict.salt))
    opened(strict, PublicIncome="1,000.00")
    voted(strict, "V-L", Matter.LOAN, "PublicIncome", "900.00")
    refused(strict, errors.LoansForbidden, request_move, loan_of("l", "10.00"))


def test_a_loan_comes_back_in_parts_and_no_more_than_it_was(funded: Books) -> None:
    paid(funded, loan_of("l", "300.00"))
    paid(funded, repayment("r1", "l", "100.00"))
    funded.act(request_move, repayment("r2", "l", "200.00"), by=TRUSTEE)
    funded.act(request_move, repayment("r3", "l", "100.00"), by=TRUSTEE)
    for one in ("r2", "r3"):
        funded.act(approve_move, one, by=COMMITTEE)
    funded.act(pay_move, "r2", funded.today)
    refused(funded, errors.LoanShort, pay_move, "r3", funded.today)
    refused(funded, errors.LoanShort, request_move, repayment("r4", "l", "0.01"))
    refused(funded, errors.NotFound, request_move, repayment("r5", "never", "0.01"))
    with funded.database.reading() as session:
        (loan,) = loans(session, funded.compound)
        assert loan.open_minor == 0
        assert loans_due(session, funded.compound, DUE) == []


def test_a_loan_that_is_not_back_in_time_is_listed(funded: Books) -> None:
    paid(funded, loan_of("l", "300.00"))
    with funded.database.reading() as session:
        assert [one.id for one in loans_due(session, funded.compound, DUE)] == ["l"]
        assert loans_due(session, funded.compound, date(2026, 12, 30)) == []
        assert [one.id for one in loans_due(session, funded.compound, date(2026, 12, 1), within_days=30)] == [
            "l"
        ]


def test_what_the_custodian_refuses_is_owed_again_and_a_decision_can_be_undone(funded: Books) -> None:
    before = standing(funded)
    funded.act(request_move, to_repair("t", "100.00"), by=TRUSTEE)
    decided = funded.act(approve_move, "t", by=COMMITTEE).recorded.seq
    out = funded.act(pay_move, "t", funded.today).recorded.seq
    refused(funded, errors.ReversalRefused, reverse, Reverse(decided, "表决撤回", funded.today))
    funded.act(reverse, Reverse(out, "专户退回", funded.today))
    assert standing(funded)["Assets:Repair:DueFrom:PublicIncome"] == yuan("100.00")
    again = funded.act(pay_move, "t", funded.today).recorded.seq
    arrived = funded.act(confirm_move, "t", funded.today, "回单 3").recorded.seq
    refused(funded, errors.ReversalRefused, reverse, Reverse(again, "误记", funded.today))
    for seq in (arrived, again, decided):
        funded.act(reverse, Reverse(seq, "误记", funded.today))
    assert moved_since(funded, before) == {}
    with funded.database.reading() as session:
        assert authorities.used(session, funded.compound, "V-T") == 0
        found = move(session, funded.compound, "t")
    assert found is not None
    assert found.state == "requested"
    funded.act(refuse_move, "t", "表决撤回", by=COMMITTEE)
    assert unpaired(standing(funded)) == {}


def test_a_loan_that_is_partly_back_is_not_reversed(funded: Books) -> None:
    funded.act(request_move, loan_of("l", "300.00"), by=TRUSTEE)
    funded.act(approve_move, "l", by=COMMITTEE)
    out = funded.act(pay_move, "l", funded.today).recorded.seq
    back = paid(funded, repayment("r", "l", "100.00"))
    refused(funded, errors.ReversalRefused, reverse, Reverse(out, "误记", funded.today))
    with funded.database.reading() as session:
        found = move(session, funded.compound, back)
    assert found is not None
    funded.act(reverse, Reverse(found.steps[-1].seq, "误记", funded.today))
    funded.act(reverse, Reverse(out, "误记", funded.today))
    assert unpaired(standing(funded)) == {}


def test_a_refused_loan_gives_its_vote_back(funded: Books) -> None:
    agreed(funded, loan_of("l", "900.00"))
    funded.act(refuse_move, "l", "不需要了", by=COMMITTEE)
    agreed(funded, loan_of("m", "900.00"))
    with funded.database.reading() as session:
        assert authorities.used(session, funded.compound, "V-L") == yuan("900.00")


def test_a_decided_transfer_is_not_sent_back_but_reversed(funded: Books) -> None:
    agreed(funded, to_repair("t", "1.00"))
    refused(funded, errors.FundMoveState, refuse_move, "t", "不需要了")


def test_money_that_is_not_on_the_account_is_not_paid(funded: Books) -> None:
    paid(funded, loan_of("l", "900.00"))
    agreed(funded, repayment("r", "l", "900.00"))
    sweep = MoveFunds(
        *("s", MoveKind.SWEEP, yuan("200.00"), "归集"),
        from_fund="PropertyFee",
        from_bank="Joint01",
        to_bank="Joint02",
    )
    paid(funded, sweep)
    refused(funded, errors.FundShort, pay_move, "r", funded.today)


def test_a_sweep_takes_a_second_person_though_not_a_second_body(funded: Books) -> None:
    sweep = MoveFunds(
        *("s", MoveKind.SWEEP, yuan("20.00"), "归集"),
        from_fund="PropertyFee",
        from_bank="Joint01",
        to_bank="Joint02",
    )
    refused(funded, errors.RequestMalformed, request_move, replace(sweep, to_bank="Joint01"))
    funded.act(request_move, sweep, by=TREASURER)
    with pytest.raises(errors.SamePerson):
        funded.act(approve_move, "s", by=TREASURER)
    funded.act(approve_move, "s", by=COMMITTEE)
    funded.act(pay_move, "s", funded.today, by=TREASURER)
    with pytest.raises(errors.AlreadyExists):
        funded.act(request_move, sweep, by=TREASURER)


def test_a_payment_is_not_dated_before_the_decision(funded: Books) -> None:
    funded.act(request_move, to_repair("t", "1.00"), by=TRUSTEE)
    funded.act(approve_move, "t", by=COMMITTEE)
    refused(funded, errors.PaidTooEarly, pay_move, "t", date(2026, 1, 4))


def test_a_caretaker_approves_no_transfer_and_no_loan(funded: Books) -> None:
    contracted(funded, "C-1")
    funded.today = date(2026, 1, 6)
    funded.act(name_caretaker, NameCaretaker("社区居委会", Body.COMMUNITY, funded.today, "街道通知"))
    funded.act(request_move, to_repair("t", "1.00"), by=TRUSTEE)
    refused(funded, errors.BodyCannotApprove, approve_move, "t")
    with pytest.raises(errors.CaretakerRefused):
        funded.act(approve_move, "t", by=CLERK)


def test_roles_are_kept(funded: Books) -> None:
    with pytest.raises(errors.RoleRefused):
        funded.act(request_move, to_repair("t", "1.00"), by=COMMITTEE)
    funded.act(request_move, to_repair("t", "1.00"), by=TRUSTEE)
    with pytest.raises(errors.RoleRefused):
        funded.act(approve_move, "t", by=TRUSTEE)
    funded.act(approve_move, "t", by=COMMITTEE)
    with pytest.raises(errors.RoleRefused):
        funded.act(pay_move, "t", funded.today, by=COMMITTEE)
