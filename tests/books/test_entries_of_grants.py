"""Entries E31 to E35 and scene S19: money of pools, spent as it was given, given back, and points that are no money."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.award_points import AwardPoints, issue_points, redeem_points
from ledger.actions.give import Give, NewDonor, give
from ledger.actions.receive_grant import (
    AllocateGrant,
    ClearGrant,
    DisallowGrant,
    allocate_grant,
    clear_grant,
    disallow_grant,
)
from ledger.actions.run_grant import StepGrant, step_grant
from ledger.rules.authority import Matter
from ledger.rules.money import POINT
from ledger.rules.payment import PAYABLE
from ledger.store.balances import balances
from tests.books.granted import MICRO, POOL, approved, cost, granted, housed, owed, paid, pooled, voted
from tests.books.reading import amounts, moved_since, shown, standing
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.test_receiving import agree_with

E31 = """
    Assets:Governance:Guarantee:Bank:G01              1000.00
    Liabilities:Governance:Guarantee:Unallocated     -1000.00

    Liabilities:Governance:Guarantee:Unallocated       600.00
    Liabilities:Governance:Guarantee:Unspent:GP002    -600.00
"""
E32_SPENT = """
    Expenses:Governance:Guarantee:Work:GP002           800.00
    Liabilities:Governance:Guarantee:Payable:Vendor   -800.00
    Liabilities:Governance:Guarantee:Unspent:GP002     600.00
    Income:Governance:Guarantee:Grant                 -600.00
"""
E32_CAME = """
    Assets:Governance:Guarantee:Bank:G01               400.00
    Income:Governance:Guarantee:Grant                 -200.00
    Liabilities:Governance:Guarantee:Unspent:GP002    -200.00
"""
E33_CLEARED = """
    Liabilities:Governance:Guarantee:Unspent:GP002     200.00
    Liabilities:Governance:Guarantee:Payable:Grantor  -200.00
"""
E33_DISALLOWED = """
    Income:Governance:Guarantee:Grant                   50.00
    Liabilities:Governance:Guarantee:Payable:Grantor   -50.00
"""
E34_MONEY = """
    Assets:Governance:Micro:Bank:G02                    50.00
    Income:Governance:Micro:Donation                   -50.00
"""
E34_KIND = """
    Expenses:Governance:Micro:InKind                   300.00
    Income:Governance:Micro:InKind                    -300.00
"""
E35 = """
    Equity:Governance:Micro:Points                      20.00
    Liabilities:Governance:Micro:Points                -20.00
"""


def added(books: Books, before: dict[str, int], *entries: str) -> None:
    """Check that the accounts have moved by what is written, since ``before``."""
    assert shown(moved_since(books, before)) == shown(amounts(*entries))


def overdrawn(books: Books) -> None:
    """Record the vote that lets the pool go below zero in between."""
    housed(books)
    voted(books, "V-short", Matter.NEGATIVE_FUND, None)


def test_entry_e31_pool_money_before_a_project_then_set_aside(house: Books) -> None:
    pooled(house)
    before = standing(house)
    granted(house, "1000.00", None)
    house.act(allocate_grant, AllocateGrant("GP002", yuan("600.00"), "决议 2", house.today))
    added(house, before, E31)
    agree_with(house)


def test_entry_e32_spending_before_the_next_instalment_is_income_only_as_far_as_money_came(
    house: Books,
) -> None:
    overdrawn(pooled(house))
    granted(house, "600.00")
    before = standing(house)
    with pytest.raises(errors.FundShort):  # 200 above what came: a decision of the treasurer alone is refused
        owed(house, cost("early", "800.00"))
    owed(house, cost("voted", "800.00", authority="V-short"))
    added(house, before, E32_SPENT)
    before = standing(house)
    assert granted(house, "400.00").income_minor == yuan("200.00")
    added(house, before, E32_CAME)
    agree_with(house)


def test_entry_e33_clearing_day_and_what_the_grantors_audit_disallows(house: Books) -> None:
    pooled(house)
    granted(house, "1000.00")
    paid(house, cost("work", "800.00"))
    house.act(step_grant, StepGrant("GP002", "accepted", house.today, "党支部", "验收单"), by=COMMITTEE)
    before = standing(house)
    house.act(clear_grant, ClearGrant("GP002", "街道办事处", "清算表", house.today))
    added(house, before, E33_CLEARED)
    before = standing(house)
    house.act(disallow_grant, DisallowGrant("GP002", yuan("50.00"), "审计报告", house.today))
    added(house, before, E33_DISALLOWED)
    agree_with(house)


def test_entry_e34_a_donation_and_help_in_kind_at_a_stated_value_or_at_none(house: Books) -> None:
    pooled(house)
    day, before = house.today, standing(house)
    company = NewDonor("示例超市有限公司", is_company=True, consent=True)
    house.act(
        give, Give(MICRO, company, "爱心款", "收据 1", day, day, amount_minor=yuan("50.00"), bank="G02")
    )
    added(house, before, E34_MONEY)
    before = standing(house)
    house.act(give, Give(MICRO, 1, "长椅两张", "评估单 1", day, day, amount_minor=yuan("300.00")))
    added(house, before, E34_KIND)
    before = standing(house)
    house.act(give, Give(MICRO, NewDonor("李某"), "旧书一批", "登记表 1", day, day))
    added(house, before)  # without a value it stands in the register only
    agree_with(house)


def test_entry_e35_points_are_counted_apart_and_never_money(house: Books) -> None:
    pooled(house)
    before = standing(house)
    house.act(issue_points, AwardPoints(MICRO, yuan("20.00"), "楼道清洁志愿服务", house.today))
    added(house, before)  # no sum of money has moved
    with house.database.reading() as session:
        counted = balances(session, house.compound, currency=POINT)
    assert shown(counted) == shown(amounts(E35))
    house.act(redeem_points, AwardPoints(MICRO, yuan("20.00"), "换洗衣液", house.today))
    with house.database.reading() as session:
        assert balances(session, house.compound, currency=POINT) == {}
    agree_with(house)


S19 = """
    Assets:Governance:Guarantee:Bank:G01             15000.00
    Liabilities:Governance:Guarantee:Unspent:GP001  -15000.00

    Expenses:Governance:Guarantee:Work:GP001          9000.00
    Assets:Governance:Guarantee:Bank:G01             -9000.00
    Liabilities:Governance:Guarantee:Unspent:GP001    9000.00
    Income:Governance:Guarantee:Grant                -9000.00
"""
S19_LATER = """
    Expenses:Governance:Guarantee:Work:GP001          4500.00
    Assets:Governance:Guarantee:Bank:G01             -4500.00
    Liabilities:Governance:Guarantee:Unspent:GP001    4500.00
    Income:Governance:Guarantee:Grant                -4500.00

    Liabilities:Governance:Guarantee:Unspent:GP001    1500.00
    Assets:Governance:Guarantee:Bank:G01             -1500.00
"""


def test_scene_s19_life_of_a_community_grant(house: Books) -> None:
    house.today = date(2026, 3, 1)
    pooled(house)
    approved(house, "GP001", "15,000.00")
    before = standing(house)
    work = f"Expenses:{POOL}:Work:GP001"
    granted(house, "15,000.00", "GP001")
    house.today = date(2026, 3, 28)
    paid(house, cost("first", "9,000.00", work, authority="GP001"))
    added(house, before, S19)
    assert standing(house)[f"Assets:{POOL}:Bank:G01"] == yuan("6,000.00")  # the golden table of March

    before, house.today = standing(house), date(2026, 5, 20)
    house.act(step_grant, StepGrant("GP001", "accepted", house.today, "党支部", "验收单"), by=COMMITTEE)
    paid(house, cost("last", "4,500.00", work, authority="GP001", purpose="验收后尾款"))
    house.today = date(2026, 5, 31)
    house.act(clear_grant, ClearGrant("GP001", "街道办事处", "清算表", house.today))
    returned = pay.RequestDisbursement(
        *("back", POOL, ((f"Liabilities:{POOL}:Payable:Grantor", yuan("1,500.00")),)),
        payee="街道办事处",
        purpose="沉淀资金退回",
        authority="GP001",
        bank="G01",
        kind=PAYABLE,
    )
    paid(house, returned)
    added(house, before, S19_LATER)
    assert {code for code in standing(house) if code.startswith(("Assets", "Liab"))} == set()
    agree_with(house)


def test_nobody_turns_both_keys_of_a_grant(house: Books) -> None:
    pooled(house)
    granted(house, "1000.00")
    house.act(pay.request, cost("mine", "10.00"), by=TRUSTEE)
    with pytest.raises(errors.RoleRefused):
        house.act(pay.approve, "mine", by=TRUSTEE)
