"""Scenes S1, S2, S3 and S5: what is brought forward, billed and paid ahead, and the month that a vote gives."""

from __future__ import annotations

from datetime import date

from ledger.actions.bill import BillMonth, bill
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.registers import entry
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import PREPAID, SMALL, play, s02_s03_bill, yuan
from tests.books.written import S02, S03, S05, scene
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

S05_DECEMBER = """
    Liabilities:PropertyFee:Uncollected:Owner               200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0101        -200.00
"""


def test_scene_s01_a_takeover_brings_arrears_forward_outside_equity(house: Books) -> None:
    scene(house, "s01")


def test_scene_s02_a_month_is_billed_and_scene_s03_what_was_paid_ahead_is_released(house: Books) -> None:
    scene(house, "s02")
    scene_s03 = [lot for lot in _prepaid(house) if lot[0] == PREPAID]
    assert scene_s03 == [(PREPAID, yuan("1,000.00"))]


def test_scene_s03_what_was_paid_ahead_settles_the_month_in_the_same_run(house: Books) -> None:
    play(house, before="s02")
    house.today = day = date(2026, 1, 5)
    billed = house.act(bill, BillMonth("2026-01", day))
    assert (len(billed.releases), billed.released_minor) == (1, yuan("200.00"))
    with house.database.reading() as session:
        lines = entry(session, house.compound, billed.releases[0].seq).postings
        assert open_charges(session, house.compound, units={PREPAID}) == []
    assert shown({line.account: line.amount_minor for line in lines}) == shown(amounts(S03))


def test_scene_s05_money_for_months_not_billed_yet_is_a_liability(house: Books) -> None:
    scene(house, "s05")
    assert (SMALL, yuan("2,000.00")) in _prepaid(house)


def test_scene_s05_the_month_that_a_vote_gives_is_billed_and_waived(house: Books) -> None:
    play(house, before="s05")
    house.today = day = date(2026, 1, 15)
    paid = Receive(
        *(SMALL, yuan("2,200.00"), Channel.BANK, day, day, "Joint01"),
        free_months=("2026-12",),
        authority="表决 V2025-07",
    )
    before = standing(house)
    house.act(receive, paid)
    assert shown(amounts(S05)) == shown(moved_since(house, before))
    for month in range(2, 12):
        s02_s03_bill(house, date(2026, month, 5))
    assert [lot for lot in _prepaid(house) if lot[0] == SMALL] == []
    before, since = standing(house), acts(house)
    s02_s03_bill(house, date(2026, 12, 5))
    assert shown(moved_since(house, before)) == shown(amounts(S02, S05_DECEMBER))
    with house.database.reading() as session:
        assert open_charges(session, house.compound, units={SMALL}) == []
    check_golden(house, "s05-december", since)
    agree_with(house)


def _prepaid(books: Books) -> list[tuple[str, int]]:
    with books.database.reading() as session:
        return [(lot.unit, lot.left_minor) for lot in prepaid_lots(session, books.compound)]
