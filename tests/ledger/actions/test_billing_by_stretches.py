"""Timelines, tariffs and billing runs on real books: what is billed to whom, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.read_meters import Reading, ReadMeters, Replaced, read_meters
from ledger.actions.receive import Receive, receive
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_cost import SetCoefficients, ShareCost, set_coefficients, share_cost
from ledger.errors import (
    AlreadyBilled,
    CostMissing,
    DateBeforeOpening,
    FloorMissing,
    NotFound,
    NothingToChange,
    ReadingBelowLast,
    ReadingSuperseded,
    Refusal,
    RequestMalformed,
    TariffMissing,
    TenureOverlap,
    VacancyRefused,
)
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.explain import explain
from ledger.rules.unit import State
from ledger.store.charged import charge_view
from ledger.store.explaining import told
from ledger.store.registers import charges, head
from ledger.store.tenures import timelines
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, TWO_PAYER, UNSOLD, set_up, unit_line
from tests.conftest import Books

APRIL = date(2026, 4, 5)
SINCE = date(2026, 1, 1)


@pytest.fixture
def april(house: Books) -> Books:
    """Give the six units with a property fee of 2.00, nothing billed, on 5 April."""
    set_up(house)
    house.today = APRIL
    return house


def billed(books: Books, month: str = "2026-04", item: str = "property_fee") -> dict[tuple[str, int], int]:
    """Return what stands of a month's charges by unit and debtor, in fen; each must explain itself."""
    sums: dict[tuple[str, int], int] = {}
    with books.database.reading() as session:
        for row in charges(session, books.compound, period=month):
            view = charge_view(session, books.compound, f"{row.seq}-{row.line}")
            assert explain(told(session, books.compound, view)).computed_minor == view.live_minor
            if row.item == item:
                key = (row.unit, row.debtor)
                sums[key] = sums.get(key, 0) + view.live_minor
    return {key: minor for key, minor in sums.items() if minor}


def refused(books: Books, kind: type[Refusal], action: Callable[..., object], command: object) -> Refusal:
    """Return the refusal of a command; nothing may be stored."""
    with books.database.reading() as session:
        before = head(session, books.compound)
    with pytest.raises(kind) as answer:
        books.act(action, command)
    with books.database.reading() as session:
        assert head(session, books.compound) == before
    return answer.value


def tariff(item: str, formula: Formula, rate_e4: int, **terms: object) -> SetTariff:
    return SetTariff(item, formula, rate_e4, SINCE, "合同 1", Terms(**terms))  # type: ignore[arg-type]  # named fields


def vacancy(unit: str, begin: date, end: date | None = None, factor: int | None = 7_000) -> ChangeTenure:
    return ChangeTenure(unit, begin, State.VACANT, end, False, factor, "N-1", date(2026, 1, 1))


def test_the_month_of_a_handover_is_billed_by_days_to_both(april: Books) -> None:
    done = april.act(change_tenure, ChangeTenure(UNSOLD[0], date(2026, 4, 11), State.HANDED_OVER))
    assert done.debtor == 2
    april.act(bill, BillMonth("2026-04", APRIL))
    assert billed(april)[UNSOLD[0], 1] == 8_000  # 10 days of 240.00
    assert billed(april)[UNSOLD[0], 2] == 16_000


def test_a_vacancy_from_to_lowers_its_days_only_and_then_all_is_as_before(april: Books) -> None:
    april.act(change_tenure, vacancy(SMALL, date(2026, 4, 16), date(2026, 5, 15)))
    april.act(bill, BillMonth("2026-04", APRIL))
    assert billed(april)[SMALL, 1] == 17_000  # 15 days of 200.00 and 15 of 140.00
    with april.database.reading() as session:
        stretches = timelines(session, april.compound, unit=SMALL)[SMALL].stretches
    assert [one.change.state for one in stretches] == [State.OCCUPIED, State.VACANT, State.OCCUPIED]


def test_what_the_timeline_cannot_hold_is_refused(april: Books) -> None:
    april.act(change_tenure, vacancy(SMALL, date(2026, 3, 1), date(2026, 3, 31)))
    for kind, command in (
        (TenureOverlap, vacancy(SMALL, date(2026, 2, 10), date(2026, 3, 1))),
        (TenureOverlap, ChangeTenure(SMALL, date(2026, 2, 10), State.LET)),
        (VacancyRefused, vacancy(UNSOLD[0], date(2026, 4, 1))),
        (DateBeforeOpening, ChangeTenure(SMALL, date(2025, 12, 31), State.LET)),
        (NothingToChange, ChangeTenure(SMALL, date(2026, 4, 10), State.OCCUPIED)),
        (NotFound, ChangeTenure("B09-U9-0909", date(2026, 4, 10), State.LET)),
        (RequestMalformed, ChangeTenure(SMALL, date(2026, 4, 10), State.LET, date(2026, 4, 9))),
        (RequestMalformed, ChangeTenure(UNSOLD[0], date(2026, 4, 10), State.UNSOLD, new_owner=True)),
    ):
        refused(april, kind, change_tenure, command)
    refused(april, NotFound, withdraw_tenure, WithdrawTenure(SMALL, SINCE))


def test_a_withdrawn_change_never_was(april: Books) -> None:
    april.act(change_tenure, vacancy(SMALL, date(2026, 4, 1)))
    april.act(withdraw_tenure, WithdrawTenure(SMALL, date(2026, 4, 1)))
    april.act(bill, BillMonth("2026-04", APRIL))
    assert billed(april)[SMALL, 1] == 20_000


def test_an_owner_change_gives_a_new_number_and_a_correction_of_it_the_same(april: Books) -> None:
    assert (
        april.act(
            change_tenure, ChangeTenure(SMALL, date(2026, 4, 18), State.OCCUPIED, new_owner=True)
        ).debtor
        == 2
    )
    assert (
        april.act(change_tenure, ChangeTenure(SMALL, date(2026, 4, 18), State.LET, new_owner=True)).debtor
        == 2
    )


def test_units_added_later_are_billed_by_a_run_for_what_is_missing(april: Books) -> None:
    april.act(bill, BillMonth("2026-04", APRIL))
    refused(april, AlreadyBilled, bill, BillMonth("2026-04", APRIL))
    april.act(import_units, ImportUnits((unit_line("B03-U1-0101", 5_000),)))
    done = april.act(bill, BillMonth("2026-04", APRIL, only_missing=True))
    assert [(run.count, run.total_minor) for run in done.runs] == [(1, 10_000)]
    with pytest.raises(Refusal):
        april.act(bill, BillMonth("2026-04", APRIL, only_missing=True))


def test_floors_meters_bays_and_shared_costs_are_billed_as_their_tariffs_say(april: Books) -> None:
    april.act(set_tariff, tariff("elevator", Formula.PER_FLOOR, 20_000, exempt_floors=(1, 2)))
    april.act(set_tariff, tariff("garbage", Formula.USAGE, 35_000))
    april.act(set_tariff, tariff("parking_service", Formula.FIXED, 800_000, by_coefficient=True))
    april.act(set_tariff, tariff("shared_energy", Formula.SHARED, 0, sharing=Sharing.UNIT))
    april.act(set_coefficients, SetCoefficients("parking_service", ((SMALL, 20_000),)))
    april.act(read_meters, ReadMeters("garbage", "2026-03", (Reading(SMALL, 100_000),)))
    april.act(read_meters, ReadMeters("garbage", "2026-04", (Reading(SMALL, 112_000),)))
    april.act(share_cost, ShareCost("shared_energy", "2026-04", 10_001, "电费单 04"))
    april.act(bill, BillMonth("2026-04", APRIL))
    assert billed(april, item="elevator") == {
        (PREPAID, 1): 200,
        (TWO_PAYER, 1): 800,
        (UNSOLD[0], 1): 600,
        (UNSOLD[1], 1): 600,
    }
    assert billed(april, item="garbage") == {(SMALL, 1): 4_200}
    assert billed(april, item="parking_service") == {(SMALL, 1): 16_000}
    shares = billed(april, item="shared_energy")
    assert sum(shares.values()) == 10_001
    assert sorted(shares.values()) == [1_666] + [1_667] * 5


def test_what_cannot_be_measured_is_refused_and_says_which(april: Books) -> None:
    april.act(set_tariff, tariff("elevator", Formula.PER_FLOOR, 20_000))
    april.act(set_tariff, tariff("shared_energy", Formula.SHARED, 0, sharing=Sharing.AREA))
    refused(april, CostMissing, bill, BillMonth("2026-04", APRIL, ("shared_energy",)))
    assert april.try_act(bill, BillMonth("2026-04", APRIL)).skipped == ("shared_energy",)
    refused(april, TariffMissing, share_cost, ShareCost("elevator", "2026-04", 100, "电费单"))
    refused(april, Refusal, share_cost, ShareCost("shared_energy", "2026-04", 0, "电费单"))
    line = unit_line("B03-U1-0101", 5_000)
    april.act(
        import_units,
        ImportUnits((type(line)(**{**{n: getattr(line, n) for n in line.__slots__}, "floor": None}),)),
    )
    answer = refused(april, FloorMissing, bill, BillMonth("2026-04", APRIL, ("elevator",)))
    assert answer.facts["unit"] == "B03-U1-0101"


def test_one_bad_reading_refuses_them_all_and_is_named(april: Books) -> None:
    april.act(read_meters, ReadMeters("garbage", "2026-03", (Reading(SMALL, 5_000), Reading(PREPAID, 9_000))))
    rows = (Reading(SMALL, 6_000), Reading(PREPAID, 8_999))
    answer = refused(april, ReadingBelowLast, read_meters, ReadMeters("garbage", "2026-04", rows))
    assert answer.pointer == "/readings/1/reading"
    twice = (Reading(SMALL, 6_000), Reading(SMALL, 6_001))
    refused(april, RequestMalformed, read_meters, ReadMeters("garbage", "2026-04", twice))
    unknown = (Reading("B09-U9-0909", 1),)
    refused(april, NotFound, read_meters, ReadMeters("garbage", "2026-04", unknown))
    late = (Reading(SMALL, 4_000),)
    april.act(read_meters, ReadMeters("garbage", "2026-04", (Reading(SMALL, 6_000),)))
    refused(april, ReadingSuperseded, read_meters, ReadMeters("garbage", "2026-02", late))


def test_a_replaced_meter_counts_both_meters(april: Books) -> None:
    april.act(read_meters, ReadMeters("garbage", "2026-03", (Reading(SMALL, 9_998_000),)))
    new = Reading(SMALL, 5_000, Replaced(10_010_000, 0, "换表单 7"))
    assert april.act(read_meters, ReadMeters("garbage", "2026-04", (new,))).used == 17_000
    wrong = Reading(SMALL, 5_000, Replaced(9_000_000, 0, "换表单 7"))
    answer = refused(april, ReadingBelowLast, read_meters, ReadMeters("garbage", "2026-04", (wrong,)))
    assert answer.pointer == "/readings/0/replaced/old_end"


def test_a_month_billed_anew_with_a_higher_rate_keeps_what_was_paid(april: Books) -> None:
    april.act(bill, BillMonth("2026-04", APRIL))
    april.act(receive, Receive(LATE_PAYER, 17_906, Channel.BANK, APRIL, APRIL, "Joint01"))
    april.act(set_tariff, SetTariff("property_fee", Formula.AREA_RATE, 22_000, SINCE, "合同 2"))
    done = april.act(rebill, Rebill(LATE_PAYER, "2026-04", "标准录错", APRIL))
    assert (done.lowered_minor, done.raised_minor, done.freed_minor) == (17_906, 19_697, 0)
    assert billed(april)[LATE_PAYER, 1] == 19_697
    refused(april, NothingToChange, rebill, Rebill(LATE_PAYER, "2026-04", "标准录错", APRIL))
    refused(april, NotFound, rebill, Rebill(LATE_PAYER, "2026-05", "标准录错", APRIL))
    april.act(receive, Receive(LATE_PAYER, 1_791, Channel.BANK, APRIL, APRIL, "Joint01"))
