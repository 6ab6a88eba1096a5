"""Entries E03 and E04: one charge of a collective bill is put right, paid or not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.adjusting import Surplus
from ledger.actions.bill import BillMonth, bill
from ledger.actions.close import close
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.receive import Receive, receive
from ledger.actions.request_adjustment import RequestAdjustment, approve_adjustment, request_adjustment
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.errors import SamePerson
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.money import parse_rate
from ledger.store.owed import open_charges
from ledger.store.registers import entry
from reports.book.second_opinion import disagreements
from reports.receivables.collection_rates import Collected, collection_rates
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import SMALL, set_up, unit_line, yuan
from tests.conftest import TRUSTEE, Books

E03 = """
    Liabilities:PropertyFee:Uncollected:Owner   20.00
    Assets:PropertyFee:Receivable:Owner        -20.00
"""
E04 = """
    Income:PropertyFee:Service:Owner            50.00
    Liabilities:PropertyFee:Refundable         -50.00
"""


@pytest.fixture
def wrong(house: Books) -> Books:
    """Give the books with January billed: 0101 stood with 110 m² in the register, so it was charged 220.00."""
    set_up(house)
    house.act(import_units, ImportUnits(changed=(unit_line(SMALL, 11_000),)))
    house.act(bill, BillMonth("2026-01", house.today))
    return house


def agree(house: Books) -> None:
    with house.database.reading() as session:
        assert list(disagreements(session, house.compound, house.today)) == []


def owed(house: Books) -> list[tuple[int, int]]:
    with house.database.reading() as session:
        found = open_charges(session, house.compound, {SMALL})
    return [(charge.debtor, charge.open_minor) for charge in found]


def test_entry_e03_a_charge_that_was_20_too_high_goes_down_by_20(wrong: Books) -> None:
    wrong.act(import_units, ImportUnits(changed=(unit_line(SMALL, 10_000),)))
    before, since = standing(wrong), acts(wrong)
    wrong.act(rebill, Rebill(SMALL, "2026-01", "名册面积录错", wrong.today))
    assert shown(moved_since(wrong, before)) == shown(amounts(E03))
    assert owed(wrong) == [(1, yuan("200.00"))]
    check_golden(wrong, "e03", since)
    agree(wrong)


def test_entry_e03_a_charge_that_no_tariff_gives_is_taken_back_by_a_second_person(house: Books) -> None:
    """Garbage was billed to 0101 at 20.00, though a contract of its own frees it: a reason, two keys, no vote."""
    set_up(house)
    flat, contract = parse_rate("20.00"), "物业服务合同 2025-01"
    house.act(set_tariff, SetTariff("garbage", Formula.FIXED, flat, date(2025, 1, 1), contract))
    run = house.act(bill, BillMonth("2026-01", house.today, ("garbage",))).runs[0]
    line = next(place for place, one in enumerate(run.charges, 1) if one.unit == SMALL)
    charge, before = f"{run.recorded.seq}-{line}", standing(house)
    asked = house.act(request_adjustment, RequestAdjustment((charge,), "另有约定,不应计收"))
    assert moved_since(house, before) == {}
    with pytest.raises(SamePerson):
        house.act(approve_adjustment, asked.adjustment, house.today)
    since = acts(house)
    house.act(approve_adjustment, asked.adjustment, house.today, by=TRUSTEE)
    assert shown(moved_since(house, before)) == shown(amounts(E03))
    assert owed(house) == []
    rates = collected(house)
    assert (rates.billed_minor, rates.received_current_minor) == (yuan("60.00"), 0)  # of four owners' 80.00
    check_golden(house, "e03-two-keys", since)
    agree(house)


def collected(house: Books) -> Collected:
    with house.database.reading() as session:
        found = collection_rates(session, house.compound, "2026-01", "2026-01")
    return next(one.figures for one in found.by_kind if one.key == "Owner")


def test_entry_e04_what_was_paid_too_much_is_refundable(wrong: Books) -> None:
    day = wrong.today
    wrong.act(receive, Receive(SMALL, yuan("220.00"), Channel.BANK, day, day, "Joint01"))
    wrong.act(import_units, ImportUnits(changed=(unit_line(SMALL, 8_500),)))
    before, since = standing(wrong), acts(wrong)
    done = wrong.act(rebill, Rebill(SMALL, "2026-01", "名册面积录错", day, surplus=Surplus.REFUND))
    assert shown(moved_since(wrong, before)) == shown(amounts(E04))
    assert (done.lowered_minor, done.freed_minor) == (yuan("50.00"), yuan("50.00"))
    assert owed(wrong) == []
    check_golden(wrong, "e04", since)
    agree(wrong)


def test_an_adjustment_of_a_closed_month_says_which_month_it_corrects(wrong: Books) -> None:
    wrong.today = date(2026, 2, 3)
    wrong.act(close, "2026-01", lambda *_: None)
    wrong.act(import_units, ImportUnits(changed=(unit_line(SMALL, 10_000),)))
    done = wrong.act(rebill, Rebill(SMALL, "2026-01", "名册面积录错", wrong.today))
    with wrong.database.reading() as session:
        assert entry(session, wrong.compound, done.recorded.seq).entry.corrects == "2026-01"
