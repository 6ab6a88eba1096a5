"""What is billed late, corrected, billed ahead or brought forward twice, and what is no fee, in the rates."""

from __future__ import annotations

from datetime import date

from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.bill import BillMonth, bill
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.open_balances import OpenBalances, OpeningArrear, open_balances
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.charge import in_rates
from ledger.store.arrears import owed_on
from reports.month.collection import collection
from reports.receivables.collection_rates import Collected, collection_rates
from tests.books.sample import LATE_PAYER, SMALL, TWO_PAYER, set_up, unit_line, yuan
from tests.conftest import Books


def owners(books: Books, since: str, until: str | None = None) -> Collected:
    with books.database.reading() as session:
        found = collection_rates(session, books.compound, since, until or since)
    return next(one for one in found.by_kind if one.key == "Owner").figures


def test_january_billed_and_paid_in_february_is_no_part_of_februarys_current_rate(house: Books) -> None:
    set_up(house)
    house.today = day = date(2026, 2, 5)
    house.act(bill, BillMonth("2026-01", day))
    house.act(receive, Receive(SMALL, yuan("200.00"), Channel.BANK, day, day, "Joint01"))
    january = yuan("790.06")
    late = owners(house, "2026-02")
    assert (late.billed_minor, late.earlier_minor, late.current_rate_bp) == (0, january, None)
    assert (late.received_arrears_minor, late.overall_rate_bp) == (yuan("200.00"), 2531)
    house.act(bill, BillMonth("2026-02", day))
    house.act(receive, Receive(TWO_PAYER, yuan("422.00"), Channel.BANK, day, day, "Joint01"))
    both = owners(house, "2026-02")
    assert (both.billed_minor, both.earlier_minor) == (january, january)
    assert (both.received_current_minor, both.current_rate_bp) == (yuan("211.00"), 2671)
    quarter = owners(house, "2026-01", "2026-03")
    assert (quarter.billed_minor, quarter.earlier_minor, quarter.received_current_minor) == (
        2 * january,
        0,
        yuan("622.00"),
    )


def test_a_charge_of_january_corrected_in_february_leaves_februarys_denominator_alone(house: Books) -> None:
    set_up(house)
    for day in (date(2026, 1, 5), date(2026, 2, 5)):
        house.today = day
        house.act(bill, BillMonth(f"{day:%Y-%m}", day))
    before = owners(house, "2026-02")
    house.today = day = date(2026, 2, 20)
    house.act(import_units, ImportUnits(changed=(unit_line(SMALL, 9_000),)))
    house.act(rebill, Rebill(SMALL, "2026-01", "面积更正", day))
    after = owners(house, "2026-02")
    assert after.billed_minor == before.billed_minor
    assert after.earlier_minor == yuan("-20.00")
    assert after.closing_minor == before.closing_minor - yuan("20.00")
    assert owners(house, "2026-01", "2026-02").billed_minor == 2 * yuan("790.06") - yuan("20.00")


def test_an_opening_taken_back_and_entered_again_stays_in_the_opening(house: Books) -> None:
    set_up(house)

    def brought_forward(amount: str) -> OpenBalances:
        owed = OpeningArrear(LATE_PAYER, "property_fee", "2025-12", yuan(amount))
        return OpenBalances("PropertyFee", date(2026, 1, 1), "审计交接表", arrears=(owed,))

    wrong = house.act(open_balances, brought_forward("5,000.00"))
    house.act(reverse, Reverse(wrong.seq, "录入有误", date(2026, 1, 1)))
    house.act(open_balances, brought_forward("716.24"))
    house.act(bill, BillMonth("2026-01", house.today))
    january = owners(house, "2026-01")
    assert (january.opening_minor, january.billed_minor) == (yuan("716.24"), yuan("790.06"))
    assert (january.earlier_minor, january.closing_minor) == (0, yuan("1,506.30"))


def test_a_month_billed_ahead_counts_when_it_comes_and_not_before(house: Books) -> None:
    set_up(house)
    house.act(bill, BillMonth("2026-01", house.today))
    before = owners(house, "2026-01")
    house.today = day = date(2026, 1, 25)
    house.act(bill, BillMonth("2026-02", day))
    in_advance = Receive(SMALL, yuan("200.00"), Channel.BANK, day, day, "Joint01", periods=("2026-02",))
    house.act(receive, in_advance)
    assert owners(house, "2026-01") == before
    house.today = day = date(2026, 2, 10)
    house.act(receive, Receive(TWO_PAYER, yuan("422.00"), Channel.BANK, day, day, "Joint01"))
    found = owners(house, "2026-02")
    assert (found.opening_minor, found.billed_minor) == (before.closing_minor, yuan("790.06"))
    assert (found.received_current_minor, found.received_arrears_minor) == (yuan("411.00"), yuan("211.00"))
    assert found.current_rate_bp == 5202
    both = owners(house, "2026-01", "2026-02")
    assert (both.billed_minor, both.received_current_minor) == (2 * yuan("790.06"), yuan("622.00"))
    assert both.closing_minor == found.closing_minor


def test_the_bulletins_section_says_the_same_and_closes_on_what_is_open(house: Books) -> None:
    set_up(house)
    house.today = day = date(2026, 2, 5)
    for month in ("2026-01", "2026-02"):
        house.act(bill, BillMonth(month, day))
    with house.database.reading() as session:
        found = collection(session, house.compound, "2026-02")
        owed = sum(one.charge.open_minor for one in owed_on(session, house.compound, date(2026, 2, 28)))
    row = found.rows[0]
    assert (row.billed_minor, row.earlier_minor, row.current_rate_bp) == (yuan("790.06"), yuan("790.06"), 0)
    assert found.total.closing_minor == owed


def test_what_is_collected_for_a_supplier_is_in_no_rate(house: Books) -> None:
    set_up(house)
    assert not in_rates("water")
    owed = OpeningArrear(LATE_PAYER, "water", "2025-12", yuan("60.00"))
    house.act(open_balances, OpenBalances("Agency", date(2026, 1, 1), "审计交接表", arrears=(owed,)))
    assert owners(house, "2026-01") == Collected()
