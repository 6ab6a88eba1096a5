"""Collection rates on the sample compound, to the fen and the basis point."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from ledger.actions.reverse import Reverse, reverse
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.settle_in_kind import SellInKind, SettleInKind, sell_in_kind, settle_in_kind
from ledger.store.append import Journal
from ledger.store.arrears import owed_on
from ledger.store.owed import open_charges
from ledger.store.tables import Relief
from reports.figures import rate_bp
from reports.receivables.collection_rates import Collected, CollectionRates, _buildings, collection_rates
from tests.books import later
from tests.books.sample import LATE_PAYER, UNSOLD, play, yuan
from tests.conftest import Books, once


def of(books: Books, since: str = "2026-01", until: str = "2026-03") -> CollectionRates:
    with books.database.reading() as session:
        return collection_rates(session, books.compound, since, until)


@pytest.fixture(scope="module")
def quarter(town: object) -> Books:
    return play(Books(town, once("collected"), date(2026, 1, 5)).open(), through="s17")  # type: ignore[arg-type]  # a Database


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


def kind_of(books: Books, key: str, until: str) -> Collected:
    return next(one for one in of(books, until=until).by_kind if one.key == key).figures


def test_what_a_developer_gives_in_kind_ends_the_debt_and_is_not_collected(house: Books) -> None:
    """E12: owed 7,728.00; 5,000.00 in money, a shop for 2,000.00, 728.00 waived."""
    later.april(house)
    house.today = day = date(2026, 4, 20)
    vote, valued = "表决 V2026-02", "评估报告 2026-3"
    done = house.act(
        settle_developer,
        SettleDeveloper(UNSOLD, yuan("5,000.00"), "Joint01", day, vote, yuan("2,000.00"), valued, True),
    )
    found = kind_of(house, "Developer", "2026-04")
    assert found == Collected(
        opening_minor=yuan("5,760.00"),
        billed_minor=yuan("1,968.00"),
        received_arrears_minor=yuan("5,000.00"),
        waived_minor=yuan("728.00"),
        in_kind_minor=yuan("2,000.00"),
    )
    assert found.closing_minor == 0
    assert (found.current_rate_bp, found.overall_rate_bp) == (0, rate_bp(500_000, 772_800)) == (0, 6470)
    sale = SellInKind(yuan("2,000.00"), yuan("1,900.00"), "Joint01", "转让合同 2026-1", day)
    sold = house.act(sell_in_kind, sale)
    assert kind_of(house, "Developer", "2026-04") == found
    assert done.in_kind is not None
    assert done.waiver is not None
    for seq in (sold.seq, done.waiver.recorded.seq, done.in_kind.recorded.seq):
        house.act(reverse, Reverse(seq, "误记", day))
    again = kind_of(house, "Developer", "2026-04")
    assert (again.in_kind_minor, again.received_arrears_minor) == (0, yuan("5,000.00"))
    with house.database.reading() as session:
        still = sum(one.open_minor for one in open_charges(session, house.compound, units=set(UNSOLD)))
    assert again.closing_minor == still == yuan("2,728.00")


def test_work_done_in_place_of_money_is_not_collected_either(house: Books) -> None:
    play(house, through="s02")
    with house.database.reading() as session:
        charge = open_charges(session, house.compound, units={UNSOLD[0]})[-1]
    repair = "Expenses:PropertyFee:Facility:MinorRepair"
    given = SettleInKind(((charge.id, None),), "表决 V2026-02", "验收单 2026-3", house.today, repair)
    house.act(settle_in_kind, given)
    found = kind_of(house, "Developer", "2026-01")
    assert (found.in_kind_minor, found.received_current_minor) == (yuan("240.00"), 0)
    assert (found.current_rate_bp, found.closing_minor) == (0, yuan("6,000.00"))


def test_the_settlement_and_the_dispute_of_the_sample_in_the_rates(house: Books) -> None:
    """S8 and S11 on the four months: 7,000.00 collected, and 565.10 out of the owners' denominators."""
    later.april(house)
    later.s08_developer(house)
    later.s11_dispute(house)
    owner, developer = (kind_of(house, key, "2026-05") for key in ("Owner", "Developer"))
    assert (developer.current_rate_bp, developer.overall_rate_bp) == (6301, 9058)
    assert (developer.received_current_minor, developer.waived_minor) == (yuan("1,240.00"), yuan("728.00"))
    assert (owner.disputed_minor, owner.disputed_current_minor) == (yuan("565.10"), yuan("565.10"))
    assert owner.current_rate_bp == rate_bp(185_400, 315_325 - 56_510) == 7163
    assert owner.overall_rate_bp == rate_bp(235_400, 71_624 + 315_325 - 56_510) == 7124
