"""Distribution of net public income: only by a vote, only closed months, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.close import close
from ledger.actions.distribute import (
    Distribute,
    approve_distribution,
    distribute,
    propose,
    record_rule,
    refuse_distribution,
)
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.move_funds import request_move
from ledger.actions.pay_move import approve_move, confirm_move, pay_move, refuse_move
from ledger.actions.record_authority import Terms
from ledger.actions.record_vote import RecordVote, record_vote
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from ledger.rules.between import Every, Rule
from ledger.rules.lease import Schedule
from ledger.rules.vote import Choice
from ledger.store.between import rules
from reports.month.between_funds import between_funds_figures
from tests.books.between import opened, transfer, voted
from tests.books.renting import due, let_lifts, rent
from tests.books.sample import AREAS, agree, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

RULE = Rule("D-1", Every.QUARTER, "2026-01", "V-D", (("Repair", 7_000), ("Committee", 2_000)))
ASK = Distribute("q1", "D-1", "2026-Q1", "Joint01", (("Committee", "Basic01"),))


def refused(books: Books, refusal: type[errors.Refusal], act: Callable[..., object], *given: object) -> None:
    by = TRUSTEE if act is distribute else COMMITTEE if act is approve_distribution else TREASURER
    with pytest.raises(refusal):
        books.act(act, *given, by=by)


@pytest.fixture
def voted_on(house: Books) -> Books:
    """Give books with a vote on distribution, and 100.00 of interest and 1,000.00 of rent in January."""
    opened(house, Committee="1.00")
    voted(house, "V-D", Matter.DISTRIBUTION, "PublicIncome")
    day = house.today
    for leaf, amount in (("Interest", "100.00"), ("Telecom", "1,000.00")):
        income = EarnPublicIncome(f"Income:PublicIncome:{leaf}", yuan(amount), day, leaf, bank="Joint01")
        house.act(earn, income)
    return house


@pytest.fixture
def quarter(voted_on: Books) -> Books:
    """Give the books with the quarter closed and the rule on record; today is 10 April."""
    voted_on.act(record_rule, RULE)
    for month in (1, 2, 3):
        voted_on.today = date(2026, month + 1, 10)
        voted_on.act(close, f"2026-{month:02d}", agree)
    return voted_on


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (replace(RULE, authority=""), errors.AuthorityMissing),
        (replace(RULE, authority="V-9"), errors.AuthorityUnknown),
        (replace(RULE, shares=(("Repair", 4_999), ("Committee", 2_000))), errors.DistributionBelowMinimum),
        (replace(RULE, shares=(("Repair", 5_000), ("Agency", 2_000))), errors.AccountUnknown),
        (replace(RULE, shares=(("Repair", 5_000), ("Nobody", 2_000))), errors.AccountUnknown),
    ],
)
def test_l08_a_rule_follows_a_vote_and_the_minimum(
    voted_on: Books, rule: Rule, refusal: type[errors.Refusal]
) -> None:
    refused(voted_on, refusal, record_rule, rule)


def test_l08_a_lower_share_is_named_by_the_vote_and_by_nobody_else(voted_on: Books) -> None:
    low = replace(RULE, shares=(("Repair", 1_000),), below_minimum=True)
    refused(voted_on, errors.DistributionBelowMinimum, record_rule, low)  # whoever keeps the books says so
    terms = Terms("V-L", Matter.DISTRIBUTION, "分配", voted_on.today, "PublicIncome")
    vote = RecordVote(terms, dict.fromkeys(AREAS, Choice.AGREE), repair_share_bp=1_000)
    refused(
        voted_on,
        errors.RequestMalformed,
        record_vote,
        replace(vote, terms=replace(terms, matter=Matter.TRANSFER)),
    )
    voted_on.act(record_vote, vote)
    less = replace(low, authority="V-L", shares=(("Repair", 999),))
    refused(voted_on, errors.DistributionBelowMinimum, record_rule, less)
    voted_on.act(record_rule, replace(low, authority="V-L", below_minimum=False))
    with voted_on.database.reading() as session:
        assert [one.below_minimum for one in rules(session, voted_on.compound)] == [True]
    refused(voted_on, errors.AlreadyExists, record_rule, RULE)


def test_a_transfers_vote_is_none_for_a_rule(voted_on: Books) -> None:
    voted(voted_on, "V-T", Matter.TRANSFER, "PublicIncome")
    refused(voted_on, errors.AuthorityUnfit, record_rule, replace(RULE, authority="V-T"))


def test_a_span_that_is_open_or_before_the_rule_or_unknown_is_refused(quarter: Books) -> None:
    refused(quarter, errors.PeriodNotClosed, distribute, replace(ASK, span="2026-Q2"))
    refused(quarter, errors.RequestMalformed, distribute, replace(ASK, span="2025-Q4"))
    refused(quarter, errors.RequestMalformed, distribute, replace(ASK, span="2026"))
    refused(quarter, errors.NotFound, distribute, replace(ASK, rule="D-9"))
    refused(quarter, errors.NotFound, distribute, replace(ASK, to_banks=()))


def test_interest_is_in_or_out_as_the_vote_says(quarter: Books) -> None:
    voted(quarter, "V-D2", Matter.DISTRIBUTION, "PublicIncome")
    with_all = replace(RULE, code="D-2", authority="V-D2", with_interest=True)
    quarter.act(record_rule, with_all)
    with quarter.database.reading() as session:
        nets = [propose(session, quarter.compound, "2026-03", code, "2026-Q1") for code in ("D-1", "D-2")]
    assert [(one.net_minor, one.kept_out_minor) for one in nets] == [
        (yuan("1,000.00"), yuan("100.00")),
        (yuan("1,100.00"), 0),
    ]


def test_a_span_is_distributed_once_by_whatever_rule(quarter: Books) -> None:
    done = quarter.act(distribute, ASK, by=TRUSTEE)
    assert (done.net_minor, done.kept_minor) == (yuan("1,000.00"), yuan("100.00"))
    voted(quarter, "V-D2", Matter.DISTRIBUTION, "PublicIncome")
    quarter.act(record_rule, replace(RULE, code="D-2", authority="V-D2"))
    for again in (replace(ASK, id="q1b"), replace(ASK, id="q1c", rule="D-2")):
        refused(quarter, errors.AlreadyDistributed, distribute, again)
    refused(quarter, errors.AlreadyExists, distribute, ASK)


def test_a_refused_distribution_can_be_asked_for_again(quarter: Books) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    quarter.act(refuse_distribution, "q1", "重算", by=COMMITTEE)
    again = replace(ASK, id="q1-again")
    quarter.act(distribute, again, by=TRUSTEE)
    moves = quarter.act(approve_distribution, again.id, by=COMMITTEE)
    assert [one.state for one in moves] == ["approved", "approved"]


def test_a_vote_on_distribution_serves_its_rule_and_no_other_transfer(quarter: Books) -> None:
    plain = transfer("t1", "1,000.00", "Committee", "V-D", to_bank="Basic01")
    with pytest.raises(errors.AuthorityUnfit):
        quarter.act(request_move, plain, by=TRUSTEE)


def test_a_part_of_a_distribution_is_neither_approved_nor_refused_alone(quarter: Books) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    for act, given in ((approve_move, ()), (refuse_move, ("不给",))):
        with pytest.raises(errors.DistributionUndivided):
            quarter.act(act, "q1-01", *given, by=COMMITTEE)
    quarter.act(approve_distribution, "q1", by=COMMITTEE)


def test_a_part_is_paid_only_while_all_parts_stand_approved(quarter: Books) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    repair, _ = quarter.act(approve_distribution, "q1", by=COMMITTEE)
    day = quarter.today
    quarter.act(reverse, Reverse(repair.recorded.seq, "误批", day))
    refused(quarter, errors.DistributionUndivided, pay_move, "q1-02", day)
    with pytest.raises(errors.FundMoveState):  # the other part is still approved
        quarter.act(refuse_distribution, "q1", "重算", by=COMMITTEE)
    (again,) = quarter.act(approve_distribution, "q1", by=COMMITTEE)
    quarter.act(pay_move, "q1-02", day)
    refused(quarter, errors.DistributionUndivided, reverse, Reverse(again.recorded.seq, "误批", day))


def test_a_distribution_whose_approvals_are_undone_is_refused_whole(quarter: Books) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    for one in quarter.act(approve_distribution, "q1", by=COMMITTEE):
        quarter.act(reverse, Reverse(one.recorded.seq, "重算", quarter.today))
    done = quarter.act(refuse_distribution, "q1", "重算", by=COMMITTEE)
    assert [one.state for one in done] == ["refused", "refused"]


def test_a_span_without_net_income_has_nothing_to_distribute(quarter: Books) -> None:
    for month in (4, 5, 6):
        quarter.today = date(2026, month + 1, 10)
        quarter.act(close, f"2026-{month:02d}", agree)
    refused(quarter, errors.NothingToDistribute, distribute, replace(ASK, id="q2", span="2026-Q2"))


def test_the_months_section_shows_the_span_its_parts_and_what_is_still_owed(quarter: Books) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    quarter.act(approve_distribution, "q1", by=COMMITTEE)
    quarter.act(pay_move, "q1-02", quarter.today)
    with quarter.database.reading() as session:
        found = between_funds_figures(session, quarter.compound, "2026-04")
    (row,) = found.distributed
    assert [(part.to_zh, part.amount_minor) for part in row.parts] == [
        ("维修资金", yuan("700.00")),
        ("业委会经费", yuan("200.00")),
    ]
    assert (row.net_minor, row.kept_minor) == (yuan("1,000.00"), yuan("100.00"))
    assert [(one.from_zh, one.to_zh, one.amount_minor) for one in found.owed] == [
        ("公共收益", "维修资金", yuan("700.00"))
    ]
    assert [(one.to_zh, one.paid_on is not None) for one in found.moved] == [
        ("维修资金", False),
        ("业委会经费", True),
    ]


def test_a_part_that_was_decided_and_reversed_can_be_paid_by_a_transfer_of_the_same_vote(
    quarter: Books,
) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    first, _ = quarter.act(approve_distribution, "q1", by=COMMITTEE)
    quarter.act(reverse, Reverse(first.recorded.seq, "专户信息有误", quarter.today))
    (again,) = quarter.act(approve_distribution, "q1", by=COMMITTEE)
    assert again.id == first.id
    quarter.act(pay_move, first.id, quarter.today)
    quarter.act(confirm_move, first.id, quarter.today, "回单")


def test_rent_of_later_days_is_part_of_the_spans_it_belongs_to(house: Books) -> None:
    opened(house, Committee="1.00")
    voted(house, "V-D", Matter.DISTRIBUTION, "PublicIncome")
    let_lifts(
        house, schedule=Schedule(yuan("365.00"), months=12)
    )  # a yuan a day, paid for the year in January
    due(house)
    rent(house, "365.00")
    by_days = replace(RULE, with_later_rent=False)
    house.act(record_rule, by_days)
    voted(house, "V-D2", Matter.DISTRIBUTION, "PublicIncome")
    house.act(record_rule, replace(RULE, code="D-2", authority="V-D2"))
    for month in range(1, 7):
        house.today = date(2026, month + 1, 10)
        house.act(close, f"2026-{month:02d}", agree)
    with house.database.reading() as session:
        found = {
            (code, span): propose(session, house.compound, "2026-06", code, span).net_minor
            for code, span in (("D-1", "2026-Q1"), ("D-1", "2026-Q2"), ("D-2", "2026-Q1"))
        }
    assert found == {
        ("D-1", "2026-Q1"): yuan("90.00"),
        ("D-1", "2026-Q2"): yuan("91.00"),
        ("D-2", "2026-Q1"): yuan("365.00"),
    }
