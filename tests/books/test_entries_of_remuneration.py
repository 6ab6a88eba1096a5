"""Entry E21: the trustee's remuneration, last entry of the period, on a base that is cumulative."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.close import close
from ledger.actions.receive import Receive, receive
from ledger.actions.record_authority import end_authority
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.store.registers import entry
from ledger.store.remuneration import earned
from tests.books.reading import acts, amounts, moved_since, shown, standing
from tests.books.sample import (
    LATE_PAYER,
    PREPAID,
    SERVICE,
    SMALL,
    TWO_PAYER,
    agree,
    s02_s03_bill,
    set_up,
    yuan,
)
from tests.conftest import COMMITTEE, Books
from tests.ledger.actions.test_budgeting import vote_on

E21 = """
    Expenses:PropertyFee:Remuneration           70.00
    Liabilities:PropertyFee:Payable:Trustee    -70.00
"""
MONTHLY = SetRemuneration(1_000, 1, SERVICE, "V-2026-酬金", "2026-01")


def voted(books: Books, rule: SetRemuneration) -> None:
    """Let the owners vote on the trustee, and put the rule on record: the sample has one already."""
    vote_on(books, rule.contract, Matter.TRUSTEE, fund=None)
    books.act(set_remuneration, rule)


def collect(books: Books, unit: str, amount: str) -> int:
    """Take money over the counter today; give the act."""
    got = books.act(receive, Receive(unit, yuan(amount), Channel.CASH, books.today, books.today))
    return got.recorded.seq


def closed(books: Books, month: str, today: date) -> dict[str, int]:
    """Close a month and return what the accounts moved, in fen."""
    before = standing(books)
    books.today = today
    books.act(close, month, agree)
    return moved_since(books, before)


def overdrawn(books: Books, month: str) -> tuple[int, int]:
    """Return the base to date and what was drawn too much, in fen."""
    with books.database.reading() as session:
        found = earned(session, books.compound, month)
    assert found is not None
    return found.base_minor, found.overdrawn_minor


@pytest.fixture
def collected(house: Books) -> tuple[Books, list[int]]:
    """Give books in which 700.00 was collected in January, and the receipts' acts; the contract is monthly."""
    set_up(house)
    voted(house, MONTHLY)
    s02_s03_bill(house, date(2026, 1, 5))
    paid = ((SMALL, "200.00"), (PREPAID, "200.00"), (TWO_PAYER, "211.00"), (LATE_PAYER, "89.00"))
    return house, [collect(house, unit, amount) for unit, amount in paid]


def test_entry_e21_the_close_accrues_a_tenth_of_what_was_recognised(
    collected: tuple[Books, list[int]],
) -> None:
    house, _ = collected
    assert shown(closed(house, "2026-01", date(2026, 2, 1))) == shown(amounts(E21))
    with house.database.reading() as session:
        last = entry(session, house.compound, acts(house) - 1).entry  # the close itself is the act after it
    assert (last.kind, last.effective_on) == ("remuneration", date(2026, 1, 31))


def test_entry_e21_a_negative_month_posts_nothing_and_is_carried(collected: tuple[Books, list[int]]) -> None:
    house, receipts = collected
    closed(house, "2026-01", date(2026, 2, 1))
    for seq in receipts[:2]:  # two payments of 200.00 are taken back, one comes again: −200.00
        house.act(reverse, Reverse(seq, "退票", house.today))
    collect(house, SMALL, "200.00")
    assert closed(house, "2026-02", date(2026, 3, 1)) == {}
    assert overdrawn(house, "2026-02") == (yuan("500.00"), yuan("20.00"))
    collect(house, PREPAID, "200.00")
    collect(house, LATE_PAYER, "90.06")
    made_good = closed(house, "2026-03", date(2026, 4, 1))  # 790.06 to date: 79.01, of which 70.00 was taken
    assert made_good["Expenses:PropertyFee:Remuneration"] == yuan("9.01")
    assert overdrawn(house, "2026-03") == (yuan("790.06"), 0)


def test_a_fixed_remuneration_is_earned_by_whole_periods_whatever_is_collected(house: Books) -> None:
    set_up(house)
    voted(house, SetRemuneration(0, 3, (), "V-2026-酬金", "2026-01", fixed_minor=yuan("4,500.00")))
    assert closed(house, "2026-01", date(2026, 2, 1)) == {}
    assert closed(house, "2026-02", date(2026, 3, 1)) == {}
    quarter = closed(house, "2026-03", date(2026, 4, 1))
    assert quarter["Expenses:PropertyFee:Remuneration"] == yuan("4,500.00")


def test_of_what_comes_in_after_the_vote_has_ended_nothing_is_earned(
    collected: tuple[Books, list[int]],
) -> None:
    """Trust Law 35: the rate was agreed up to a day, and counts what was recognised up to that day."""
    house, _ = collected
    closed(house, "2026-01", date(2026, 2, 1))
    house.today = date(2026, 2, 20)
    collect(house, LATE_PAYER, "90.06")
    house.act(end_authority, MONTHLY.contract, date(2026, 2, 10), "法院撤销", by=COMMITTEE)
    assert closed(house, "2026-02", date(2026, 3, 1)) == {}
    with house.database.reading() as session:
        of_february, of_march = (earned(session, house.compound, month) for month in ("2026-02", "2026-03"))
    assert of_february is not None
    assert (of_february.base_minor, of_february.due_minor) == (yuan("700.00"), yuan("70.00"))
    assert of_march is not None  # the contract under which the books began holds again
    assert (of_march.terms.contract, of_march.base_minor) == (
        "物业服务合同 2025-01",
        yuan("790.06"),
    )


def test_of_a_quarter_in_which_the_vote_ended_its_days_are_earned(house: Books) -> None:
    set_up(house)
    voted(house, SetRemuneration(0, 3, (), "V-2026-酬金", "2026-01", fixed_minor=yuan("4,500.00")))
    house.act(end_authority, "V-2026-酬金", date(2026, 1, 5), "另选", by=COMMITTEE)
    for month, after in (("2026-01", date(2026, 2, 1)), ("2026-02", date(2026, 3, 1))):
        assert closed(house, month, after) == {}
    quarter = closed(house, "2026-03", date(2026, 4, 1))  # 5 of 90 days
    assert quarter["Expenses:PropertyFee:Remuneration"] == yuan("250.00")


def test_nothing_is_accrued_without_a_contract(house: Books) -> None:
    """L04: nothing without a contract rate."""
    assert closed(house, "2026-01", date(2026, 2, 1)) == {}


def test_a_new_remuneration_begins_where_a_period_of_the_old_one_ends(house: Books) -> None:
    set_up(house)  # a tenth every quarter from January on
    with pytest.raises(errors.RemunerationMidway) as refused:
        voted(house, replace(MONTHLY, effective_from="2026-03"))
    assert refused.value.pointer == "/effective_from"
    house.act(set_remuneration, replace(MONTHLY, effective_from="2026-04"))


def test_a_later_rule_takes_a_vote_and_begins_in_an_open_month(house: Books) -> None:
    """L04 and I9: no treasurer changes what the trustee takes, and closed months are not computed again."""
    set_up(house)
    with pytest.raises(errors.AuthorityUnknown) as refused:
        house.act(set_remuneration, replace(MONTHLY, rate_bp=9_000))
    assert refused.value.pointer == "/contract"
    closed(house, "2026-01", date(2026, 2, 1))
    with pytest.raises(errors.PeriodClosed):
        voted(house, MONTHLY)


@pytest.mark.parametrize("changed", [{"rate_bp": 1_000}, {"accounts": SERVICE}, {"fixed_minor": -1}], ids=str)
def test_a_fixed_sum_goes_without_rate_and_accounts(house: Books, changed: dict[str, object]) -> None:
    fixed = SetRemuneration(0, 1, (), "信托合同", "2026-01", fixed_minor=1)
    with pytest.raises(errors.RequestMalformed) as refused:
        house.act(set_remuneration, replace(fixed, **changed))  # type: ignore[arg-type]  # as parametrised
    assert refused.value.pointer == "/amount"
