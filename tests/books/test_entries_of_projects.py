"""Entries E36 to E38 and scene S20: a lift that one stair pays for, subsidised, bridged, and settled up."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.bridge import Bridge, bridge, settle_by_bridge
from ledger.actions.relieve import Relieve, waive
from ledger.actions.request_payment import REFUND
from ledger.actions.return_surplus import ReturnSurplus, return_surplus
from ledger.actions.subsidise import Subsidise, subsidise
from ledger.rules.authority import Matter
from ledger.store.owed import open_charges
from tests.books.granted import (
    LIFT,
    PAYING,
    STAIR,
    lift_cost,
    lifted,
    owed,
    paid,
    share_paid,
    shared,
    voted,
)
from tests.books.reading import amounts, moved_since, shown, standing
from tests.books.sample import yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

THIRD, FOURTH, FIFTH, SIXTH, TOP = PAYING
S20_SHARES = {
    THIRD: "31,111.11",
    FOURTH: "35,555.56",
    FIFTH: "40,000.00",
    SIXTH: "44,444.44",
    TOP: "48,888.89",
}
S20 = """
    Assets:Project:Lift-01:Receivable:Owner         200000.00
    Liabilities:Project:Lift-01:Uncollected:Owner  -200000.00

    Assets:Project:Lift-01:Bank:P01                  48888.89
    Assets:Project:Lift-01:Receivable:Owner         -48888.89
    Liabilities:Project:Lift-01:Uncollected:Owner    48888.89
    Income:Project:Lift-01:Contribution             -48888.89

    Assets:Project:Lift-01:Bank:P01                 100000.00
    Income:Project:Lift-01:Subsidy                 -100000.00

    Expenses:Project:Lift-01:Construction            90000.00
    Assets:Project:Lift-01:Bank:P01                 -90000.00
"""
E36_CAME = """
    Assets:Project:Lift-01:Bank:P01                   1000.00
    Liabilities:Project:Lift-01:Unspent:Subsidy      -1000.00
"""
E36_EARNED = """
    Liabilities:Project:Lift-01:Unspent:Subsidy        400.00
    Income:Project:Lift-01:Subsidy                    -400.00

    Expenses:Project:Lift-01:Construction              400.00
    Liabilities:Project:Lift-01:Payable:Vendor        -400.00
"""
E37_BRIDGED = """
    Assets:Project:Lift-01:Bank:P01                    300.00
    Liabilities:Project:Lift-01:Bridging              -300.00
"""
E37_PAID = """
    Assets:Project:Lift-01:Bank:P01                    300.00
    Assets:Project:Lift-01:Receivable:Owner           -300.00
    Liabilities:Project:Lift-01:Uncollected:Owner      300.00
    Income:Project:Lift-01:Contribution               -300.00
"""
E37_REPAID = """
    Liabilities:Project:Lift-01:Bridging               300.00
    Assets:Project:Lift-01:Bank:P01                   -300.00
"""
E37_SETTLED = """
    Liabilities:Project:Lift-01:Bridging               300.00
    Assets:Project:Lift-01:Receivable:Owner           -300.00
    Liabilities:Project:Lift-01:Uncollected:Owner      300.00
    Income:Project:Lift-01:Contribution               -300.00
"""
E38_RETENTION = """
    Expenses:Project:Lift-01:Construction             1000.00
    Liabilities:Project:Lift-01:Payable:Vendor        -950.00
    Liabilities:Project:Lift-01:Payable:Retention      -50.00
"""
E38_LEFT = """
    Income:Project:Lift-01:Contribution                100.00
    Liabilities:Project:Lift-01:Refundable            -100.00
"""


def added(books: Books, before: dict[str, int], *entries: str) -> None:
    """Check that the accounts have moved by what is written, since ``before``."""
    assert shown(moved_since(books, before)) == shown(amounts(*entries))


def subsidy(amount: str, day: date, *, conditional: bool) -> Subsidise:
    return Subsidise("Lift-01", yuan(amount), "区住建委", "补贴通知 1", "P01", day, conditional)


def open_shares(books: Books) -> dict[str, str]:
    """Return the ids of the open charges by unit."""
    with books.database.reading() as session:
        return {one.unit: one.id for one in open_charges(session, books.compound, STAIR)}


def test_scene_s20_lift_by_floor_coefficients(house: Books) -> None:
    house.today = date(2026, 4, 1)
    lifted(house)
    before = standing(house)
    shared(house, "200,000.00", date(2026, 4, 30))
    with house.database.reading() as session:
        charges = open_charges(session, house.compound, STAIR)
    assert {one.unit: one.open_minor for one in charges} == {
        unit: yuan(share) for unit, share in S20_SHARES.items()
    }  # floors 1 and 2 take part and pay nothing; the parts sum to 200,000.00
    house.today = date(2026, 4, 8)
    share_paid(house, TOP, "48,888.89")
    house.today = date(2026, 4, 15)
    house.act(subsidise, subsidy("100,000.00", house.today, conditional=False))
    house.today = date(2026, 5, 12)
    paid(house, lift_cost("first", "90,000.00", authority=voted(house, "Lift-2026-02")))
    added(house, before, S20)
    assert standing(house)[f"Assets:{LIFT}:Bank:P01"] == yuan("58,888.89")
    agree_with(house)


def test_entry_e36_a_conditional_subsidy_is_earned_as_cost_is_incurred(house: Books) -> None:
    lifted(house)
    before = standing(house)
    assert house.act(subsidise, subsidy("1000.00", house.today, conditional=True)).income_minor == 0
    added(house, before, E36_CAME)
    before = standing(house)
    owed(house, lift_cost("work", "400.00"))
    added(house, before, E36_EARNED)
    agree_with(house)


def bridged(house: Books) -> str:
    """Share 1,350.00; all pay but the sixth floor, which owes 300.00, and the top bridges for it: give its charge."""
    lifted(house)
    shared(house, "1350.00", date(2026, 1, 31))
    for unit, amount in ((THIRD, "210.00"), (FOURTH, "240.00"), (FIFTH, "270.00"), (TOP, "330.00")):
        share_paid(house, unit, amount)
    before, day = standing(house), house.today
    house.act(bridge, Bridge("Lift-01", TOP, yuan("300.00"), "P01", day, day))
    added(house, before, E37_BRIDGED)
    return open_shares(house)[SIXTH]


def test_entry_e37_the_non_payer_pays_later_and_the_bridge_is_repaid_with_two_keys(house: Books) -> None:
    bridged(house)
    before = standing(house)
    share_paid(house, SIXTH, "300.00")
    added(house, before, E37_PAID)
    before = standing(house)
    back = pay.RequestDisbursement(
        *("back", LIFT, (), "业主", "退款", "垫付单 1", "P01"),
        kind=REFUND,
        unit=TOP,
        amount_minor=yuan("300.00"),
    )
    paid(house, back)
    added(house, before, E37_REPAID)
    agree_with(house)


def test_entry_e37_the_base_votes_that_he_never_will_and_the_bridge_settles_the_recharge(
    house: Books,
) -> None:
    charge = bridged(house)
    with pytest.raises(errors.AuthorityUnknown):  # his share is not the committee's to give up
        house.act(waive, Relieve(((charge, None),), "业委会决定 1", house.today))
    vote = voted(house, "Lift-2026-03", Matter.RELIEF)
    house.act(waive, Relieve(((charge, None),), vote, house.today))
    others = tuple(unit for unit in PAYING if unit != TOP)
    shared(house, "300.00", date(2026, 2, 28), others)
    before = standing(house)
    done = house.act(settle_by_bridge, "Lift-01", TOP, house.today)
    assert done.amount_minor == yuan("300.00")
    added(house, before, E37_SETTLED)
    assert open_shares(house) == {}
    agree_with(house)


def test_entry_e38_retention_and_what_is_left_goes_back_by_the_same_coefficients(house: Books) -> None:
    lifted(house)
    shared(house, "2000.00", date(2026, 1, 31))
    for unit, charge in open_shares(house).items():
        del charge
        with house.database.reading() as session:
            (one,) = open_charges(session, house.compound, [unit])
        share_paid(house, unit, f"{one.open_minor / 100:.2f}")
    before = standing(house)
    kept = ((f"Liabilities:{LIFT}:Payable:Retention", yuan("50.00")),)
    owed(house, lift_cost("work", "1000.00", kept=kept))
    added(house, before, E38_RETENTION)
    before = standing(house)
    vote = voted(house, "Lift-2026-04", Matter.DISTRIBUTION)
    done = house.act(return_surplus, ReturnSurplus("Lift-01", yuan("100.00"), vote, house.today))
    assert done.freed_minor == yuan("100.00")
    added(house, before, E38_LEFT)
    with pytest.raises(errors.FundShort):
        house.act(return_surplus, ReturnSurplus("Lift-01", yuan("900.01"), vote, house.today))
    agree_with(house)
