"""Which months can be billed, and how the part of a shared cost is billed again that was taken back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.request_adjustment import RequestAdjustment, approve_adjustment, request_adjustment
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.store.owed import open_charges
from tests.books.sample import AREAS, PREPAID, SMALL, s01_takeover, set_up
from tests.conftest import TRUSTEE, Books
from tests.ledger.actions.test_receiving import DAY, agree_with, refused

ENERGY = BillMonth("2026-01", DAY, ("shared_energy",), only_missing=True)


@pytest.fixture
def taken_over(house: Books) -> Books:
    """Give the sample compound with its opening balances; nothing is billed."""
    s01_takeover(set_up(house))
    return house


@pytest.fixture
def shared(house: Books) -> Books:
    """Give books in which 1,000 yuan of energy were shared by area, and the parts of two units were taken back."""
    books = set_up(house)
    terms = Terms(sharing=Sharing.AREA)
    books.act(set_tariff, SetTariff("shared_energy", Formula.SHARED, 0, date(2025, 1, 1), "合同 1", terms))
    books.act(share_cost, ShareCost("shared_energy", "2026-01", 100_000, "电费单 01"))
    books.act(bill, replace(ENERGY, only_missing=False))
    take_back(books, PREPAID)
    take_back(books, SMALL)
    return books


def energy(books: Books) -> dict[str, int]:
    with books.database.reading() as session:
        return {
            one.unit: one.open_minor
            for one in open_charges(session, books.compound, AREAS)
            if one.item == "shared_energy"
        }


def take_back(books: Books, unit: str) -> None:
    with books.database.reading() as session:
        found = open_charges(session, books.compound, [unit])
    charge = next(one.id for one in found if one.item == "shared_energy")
    asked = books.act(request_adjustment, RequestAdjustment((charge,), "误计"))
    books.act(approve_adjustment, asked.adjustment, DAY, by=TRUSTEE)


@pytest.mark.parametrize("month", ["2025-12", "2024-01", "2026-03", "2062-01"])
@pytest.mark.parametrize("only_missing", [False, True])
def test_a_month_of_before_or_far_ahead_is_not_billed(
    taken_over: Books, month: str, *, only_missing: bool
) -> None:
    command = BillMonth(month, DAY, (), only_missing)
    refusal = refused(taken_over, bill, command, errors.MonthNotBillable)
    assert refusal.facts == {"month": month, "first": "2026-01", "last": "2026-02"}


def test_the_next_month_may_be_billed_ahead(taken_over: Books) -> None:
    assert taken_over.act(bill, BillMonth("2026-02", DAY)).runs


def test_a_run_dated_back_bills_no_further_than_it_could_have_then(taken_over: Books) -> None:
    taken_over.today = date(2026, 3, 5)
    refused(taken_over, bill, BillMonth("2026-03", date(2026, 1, 31)), errors.MonthNotBillable)


def test_a_part_of_a_cost_that_was_taken_back_is_billed_again_as_it_was(shared: Books) -> None:
    before = energy(shared)
    assert set(AREAS) - set(before) == {SMALL, PREPAID}
    run = shared.act(bill, ENERGY).runs[0]
    assert run.count == 2
    after = energy(shared)
    assert sum(after.values()) == 100_000
    assert {unit: after[unit] for unit in before} == before
    agree_with(shared)
    refused(shared, bill, ENERGY, errors.NothingToBill)


def test_a_part_taken_back_twice_is_billed_a_second_time(shared: Books) -> None:
    shared.act(bill, ENERGY)
    take_back(shared, SMALL)
    assert shared.act(bill, ENERGY).runs[0].count == 1
    assert sum(energy(shared).values()) == 100_000
