"""Collection rates on the sample compound, to the fen and the basis point."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from ledger.store.append import Journal
from ledger.store.arrears import owed_on
from ledger.store.tables import Relief
from reports.figures import rate_bp
from reports.receivables.collection_rates import Collected, CollectionRates, _buildings, collection_rates
from tests.books.sample import LATE_PAYER, play, yuan
from tests.conftest import Books


def of(books: Books, since: str = "2026-01", until: str = "2026-03") -> CollectionRates:
    with books.database.reading() as session:
        return collection_rates(session, books.compound, since, until)


@pytest.fixture(scope="module")
def quarter(town: object) -> Books:
    return play(Books(town, "collected", date(2026, 1, 5)).open(), through="s17")  # type: ignore[arg-type]  # a Database


@pytest.mark.parametrize(
    ("kind", "figures", "rates"),
    [
        ("Owner", ("716.24", "2,370.18", "1,500.00", "500.00", "1,086.42"), (6329, 6480)),
        ("Developer", ("5,760.00", "1,440.00", "0.00", "0.00", "7,200.00"), (0, 0)),
    ],
)
def test_the_golden_collection_of_the_first_quarter(
    quarter: Books, kind: str, figures: tuple[str, ...], rates: tuple[int, int]
) -> None:
    row = next(one for one in of(quarter).by_kind if one.key == kind).figures
    shown = (
        row.opening_minor,
        row.billed_minor,
        row.received_current_minor,
        row.received_arrears_minor,
        row.closing_minor,
    )
    assert shown == tuple(yuan(one) for one in figures)
    assert (row.current_rate_bp, row.overall_rate_bp) == rates


def test_months_follow_one_another_without_a_break(quarter: Books) -> None:
    found = of(quarter)
    series = [one.figures for one in found.series]
    assert [one.key for one in found.series] == ["2026-01", "2026-02", "2026-03"]
    for before, after in itertools.pairwise(series):
        assert after.opening_minor == before.closing_minor
    assert series[-1].closing_minor == found.total.figures.closing_minor == yuan("8,286.42")
    assert sum(one.billed_minor for one in series) == found.total.figures.billed_minor


def test_the_closing_of_each_group_is_what_is_open(quarter: Books) -> None:
    with quarter.database.reading() as session:
        owed = owed_on(session, quarter.compound, date(2026, 3, 31))
    for row in of(quarter).by_kind:
        assert row.figures.closing_minor == sum(
            one.charge.open_minor for one in owed if one.charge.party == row.key
        )


def test_six_units_in_two_buildings_make_one_row(quarter: Books) -> None:
    (row,) = of(quarter).by_building
    assert (row.label_zh, row.units) == ("全部楼栋", 6)
    assert row.figures == of(quarter).total.figures


def test_a_small_building_takes_a_neighbour_so_that_nothing_can_be_subtracted() -> None:
    span = {("A", "Owner"): Collected(billed_minor=1), ("B", "Owner"): Collected(billed_minor=2)}
    span["C", "Owner"] = Collected(billed_minor=4)
    rows = _buildings(span, {"A": 2, "B": 30, "C": 60})
    assert [(row.key, row.units, row.figures.billed_minor) for row in rows] == [
        ("C", 60, 4),
        ("merged", 32, 3),
    ]
    rows = _buildings(span, {"A": 5, "B": 30, "C": 60})
    assert [row.key for row in rows] == ["A", "B", "C"]


def test_what_is_disputed_is_printed_and_out_of_both_denominators(house: Books) -> None:
    play(house, through="s04")
    house.today = day = date(2026, 1, 20)
    with house.database.reading() as session:
        (charge,) = [
            one.charge
            for one in owed_on(session, house.compound, day, unit=LATE_PAYER)
            if one.charge.period == "2026-01"
        ]
    row = {
        "line": 1,
        "charge_seq": charge.seq,
        "charge_line": charge.line,
        "kind": "dispute",
        "amount_minor": charge.open_minor,
        "authority": "书面异议",
    }

    def dispute(journal: Journal) -> None:
        journal.record("dispute", day, {Relief: [row]})

    before = next(one for one in of(house, until="2026-01").by_kind if one.key == "Owner").figures
    house.act(dispute)
    after = next(one for one in of(house, until="2026-01").by_kind if one.key == "Owner").figures
    assert (after.disputed_minor, after.closing_minor) == (yuan("179.06"), before.closing_minor)
    assert after.current_rate_bp == rate_bp(
        before.received_current_minor, before.billed_minor - yuan("179.06")
    )
    assert before.overall_rate_bp is not None
    assert after.overall_rate_bp is not None
    assert after.overall_rate_bp > before.overall_rate_bp
