"""Scenes S4, S7 and S10: money that comes in part, for the wrong unit, or without a name."""

from __future__ import annotations

from ledger.store.owed import open_charges
from tests.books import later
from tests.books.sample import yuan
from tests.books.written import adds, scene
from tests.conftest import Books

S10 = """
    Assets:PropertyFee:Bank:Joint01                         200.00
    Liabilities:PropertyFee:Unidentified                   -200.00

    Liabilities:PropertyFee:Unidentified                    200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201        -200.00
    Liabilities:PropertyFee:Uncollected:Owner               200.00
    Income:PropertyFee:Service:Owner                       -200.00
"""


def test_scene_s04_a_partial_payment_by_wechat_settles_the_oldest_month_first(house: Books) -> None:
    scene(house, "s04")
    with house.database.reading() as session:
        left = open_charges(session, house.compound, units={"B01-U1-0201"})
    assert [(charge.period, charge.open_minor) for charge in left] == [
        ("2025-11", yuan("37.18")),
        ("2025-12", yuan("179.06")),
        ("2026-01", yuan("179.06")),
    ]


def test_scene_s07_a_receipt_of_the_wrong_unit_is_reversed_and_booked_again(house: Books) -> None:
    scene(house, "s07")


def test_scene_s10_money_without_a_name_is_parked_and_claimed_by_a_receipt(house: Books) -> None:
    adds(later.april(house), later.s10_unidentified, "s10", S10)
