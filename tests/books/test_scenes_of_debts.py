"""Scenes S8, S9, S11 and S22: what becomes of a debt besides being paid when it is due, after the vote of April."""

from __future__ import annotations

from ledger.store.owed import open_charges
from tests.books import later
from tests.books.sample import UNSOLD
from tests.books.written import adds
from tests.conftest import Books

S09 = """
    Liabilities:PropertyFee:Prepaid:B01-U1-0101            1400.00
    Liabilities:PropertyFee:Refundable:B01-U1-0101        -1400.00

    Liabilities:PropertyFee:Refundable:B01-U1-0101         1400.00
    Assets:PropertyFee:Bank:Joint01                       -1400.00
"""
# Billed 3 × 211.00 + 232.10 = 865.10 up to April, 300.00 paid.
S11 = """
    Assets:PropertyFee:Receivable:Disputed:B02-U1-0601      565.10
    Assets:PropertyFee:Receivable:Owner:B02-U1-0601        -565.10
    Liabilities:PropertyFee:Uncollected:Owner               565.10
    Liabilities:PropertyFee:Uncollected:Disputed           -565.10
"""
S22 = """
    Assets:PropertyFee:Bank:Joint01                           4.81
    Income:PropertyFee:LateFee                               -4.81
"""
# Owed 5,760.00 + 3 × 480.00 + 528.00 = 7,728.00.
S08 = """
    Assets:PropertyFee:Bank:Joint01                        7000.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0501   -3500.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0502   -3500.00
    Liabilities:PropertyFee:Uncollected:Developer          7000.00
    Income:PropertyFee:Service:Developer                  -7000.00

    Assets:PropertyFee:Receivable:Developer:B02-U1-0501    -364.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0502    -364.00
    Liabilities:PropertyFee:Uncollected:Developer           728.00
"""


def test_scene_s08_the_developer_pays_a_part_and_the_rest_is_waived_by_vote(house: Books) -> None:
    adds(later.april(house), later.s08_developer, "s08", S08)
    with house.database.reading() as session:
        assert open_charges(session, house.compound, units=set(UNSOLD)) == []


def test_scene_s09_what_was_paid_ahead_goes_back_to_the_owner_who_leaves(house: Books) -> None:
    adds(later.may(house), later.s09_refund, "s09", S09)


def test_scene_s11_a_disputed_fee_stands_apart_on_both_sides(house: Books) -> None:
    adds(later.may(house), later.s11_dispute, "s11", S11)


def test_scene_s22_a_late_fee_within_the_cap(house: Books) -> None:
    adds(later.may(house), later.s22_late_fee, "s22", S22)
