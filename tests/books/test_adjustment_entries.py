"""Entries E03, E04, E11: one charge of a collective bill is put right, paid or not, or split between two owners."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.adjust_charges import Rebill, Surplus, rebill
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_tenure import ChangeTenure, change_tenure
from ledger.actions.close import close
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from ledger.rules.unit import State
from ledger.store.owed import open_charges
from ledger.store.registers import entry
from reports.book.second_opinion import disagreements
from tests.books.reading import acts, amounts, check_golden, shown, standing
from tests.books.sample import SMALL, set_up, unit_line, yuan
from tests.conftest import Books

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


def moved(house: Books, before: dict[str, int]) -> dict[str, int]:
    after = standing(house)
    sums = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    return {code: minor for code, minor in sums.items() if minor}


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
    assert shown(moved(wrong, before)) == shown(amounts(E03))
    assert owed(wrong) == [(1, yuan("200.00"))]
    check_golden(wrong, "e03", since)
    agree(wrong)


def test_entry_e04_what_was_paid_too_much_is_refundable(wrong: Books) -> None:
    day = wrong.today
    wrong.act(receive, Receive(SMALL, yuan("220.00"), Channel.BANK, day, day, "Joint01"))
    wrong.act(import_units, ImportUnits(changed=(unit_line(SMALL, 8_500),)))
    before, since = standing(wrong), acts(wrong)
    done = wrong.act(rebill, Rebill(SMALL, "2026-01", "名册面积录错", day, surplus=Surplus.REFUND))
    assert shown(moved(wrong, before)) == shown(amounts(E04))
    assert (done.lowered_minor, done.freed_minor) == (yuan("50.00"), yuan("50.00"))
    assert owed(wrong) == []
    check_golden(wrong, "e04", since)
    agree(wrong)


def test_entry_e11_the_month_of_an_owner_change_is_split_by_days_between_two_debtors(house: Books) -> None:
    set_up(house)
    house.today = date(2026, 4, 20)
    house.act(bill, BillMonth("2026-04", house.today))
    house.act(change_tenure, ChangeTenure(SMALL, date(2026, 4, 16), State.OCCUPIED, new_owner=True))
    before, since = standing(house), acts(house)
    done = house.act(rebill, Rebill(SMALL, "2026-04", "产权变更", house.today))
    assert moved(house, before) == {}
    with house.database.reading() as session:
        lines = entry(session, house.compound, done.recorded.seq).postings
    assert [(line.account, line.debtor, line.amount_minor) for line in lines] == [
        ("Assets:PropertyFee:Receivable:Owner", 1, yuan("-100.00")),
        ("Assets:PropertyFee:Receivable:Owner", 2, yuan("100.00")),
    ]
    assert owed(house) == [(1, yuan("100.00")), (2, yuan("100.00"))]
    check_golden(house, "e11-split", since)
    agree(house)


def test_an_adjustment_of_a_closed_month_says_which_month_it_corrects(wrong: Books) -> None:
    wrong.today = date(2026, 2, 3)
    wrong.act(close, "2026-01", lambda *_: None)
    wrong.act(import_units, ImportUnits(changed=(unit_line(SMALL, 10_000),)))
    done = wrong.act(rebill, Rebill(SMALL, "2026-01", "名册面积录错", wrong.today))
    with wrong.database.reading() as session:
        assert entry(session, wrong.compound, done.recorded.seq).entry.corrects == "2026-01"
