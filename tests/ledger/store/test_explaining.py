"""What a charge says of itself besides how it came about: what paid it, what was given up, what a meter showed."""

from __future__ import annotations

from datetime import date

from ledger.actions.bill import BillMonth, bill
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.read_meters import Reading, ReadMeters, Replaced, read_meters
from ledger.actions.receive import Receive, receive
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.settle_in_kind import SettleInKind, settle_in_kind
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.explain import explain
from ledger.rules.fate import By, Fate, Given, Payment, tell
from ledger.store.charged import ChargeView, charge_view
from ledger.store.explaining import fate, told
from ledger.store.registers import charges
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, UNSOLD, play, yuan
from tests.conftest import Books


def view(books: Books, unit: str, period: str, item: str = "property_fee") -> ChargeView:
    with books.database.reading() as session:
        (row,) = [
            one for one in charges(session, books.compound, unit=unit, period=period) if one.item == item
        ]
        return charge_view(session, books.compound, f"{row.seq}-{row.line}")


def of(books: Books, unit: str, period: str) -> Fate:
    with books.database.reading() as session:
        return fate(session, books.compound, view(books, unit, period))


def test_a_receipt_a_prepayment_brought_forward_and_a_thing_are_told_apart(house: Books) -> None:
    play(house, through="s04")
    assert of(house, LATE_PAYER, "2025-09").settled == (Payment(By.RECEIPT, 1, yuan("179.06")),)
    forward = of(house, PREPAID, "2026-01")
    assert forward.settled == (Payment(By.BROUGHT_FORWARD, None, yuan("200.00")),)
    assert (forward.open_minor, tell(forward)[0][-1]) == (0, "已结清。")
    shop = view(house, UNSOLD[0], "2025-01").id
    work = "Expenses:PropertyFee:Facility:MinorRepair"
    given = SettleInKind(((shop, yuan("40.00")),), "表决 V2026-02", "验收单 1", house.today, work)
    house.act(settle_in_kind, given)
    in_kind = of(house, UNSOLD[0], "2025-01")
    assert (in_kind.settled, in_kind.open_minor) == (
        (Payment(By.IN_KIND, None, yuan("40.00")),),
        yuan("200.00"),
    )
    assert tell(in_kind)[0] == ("以实物或劳务抵偿 40.00 元。", "尚欠 200.00 元。")


def test_a_receipt_that_was_taken_back_is_not_told(house: Books) -> None:
    play(house, through="s02")
    day = house.today
    paid = house.act(receive, Receive(LATE_PAYER, yuan("100.00"), Channel.BANK, day, day, "Joint01"))
    house.act(reverse, Reverse(paid.recorded.seq, "误记", day))
    assert of(house, LATE_PAYER, "2025-09") == Fate(yuan("179.06"), (), ())


def test_what_is_waived_written_off_and_contested_is_told_with_its_authority(house: Books) -> None:
    play(house, through="s02")
    day, charge = house.today, view(house, LATE_PAYER, "2025-12").id
    house.act(waive, Relieve(((charge, yuan("50.00")),), "表决 V2026-03", day))
    house.act(write_off, Relieve(((charge, yuan("29.06")),), "表决 V2026-04", day))
    house.act(dispute, Dispute(((charge, None),), "异议书 1", day))
    found = of(house, LATE_PAYER, "2025-12")
    assert found.given == (
        Given("dispute", yuan("100.00"), "异议书 1"),
        Given("waiver", yuan("50.00"), "表决 V2026-03"),
        Given("write_off", yuan("29.06"), "表决 V2026-04"),
    )
    assert found.open_minor == yuan("100.00")
    zh, en = tell(found)
    assert zh[1] == "减免 50.00 元(依据 表决 V2026-03)。"
    assert en[-1] == "100.00 yuan are still owed."


def test_a_metered_charge_says_from_where_to_where_the_meter_went(house: Books) -> None:
    play(house, through="s02")
    since = date(2026, 1, 1)
    house.act(set_tariff, SetTariff("garbage", Formula.USAGE, 35_000, since, "合同 1"))
    house.today = date(2026, 2, 28)
    house.act(read_meters, ReadMeters("garbage", "2026-01", (Reading(SMALL, 1_000), Reading(PREPAID, 7_000))))
    new = Replaced(9_000, 500, "换表单 1")
    read = (Reading(SMALL, 13_345), Reading(PREPAID, 2_500, new))
    house.act(read_meters, ReadMeters("garbage", "2026-02", read))
    house.act(bill, BillMonth("2026-02", house.today, ("garbage",)))
    with house.database.reading() as session:
        said = {
            unit: explain(told(session, house.compound, view(house, unit, "2026-02", "garbage")))
            for unit in (SMALL, PREPAID)
        }
    assert said[SMALL].zh[1:3] == (
        "表读数从 1 到 13.345。",
        "用量 12.345 × 单价 3.50 元 = 整月 43.21 元。",
    )
    assert said[PREPAID].en[1] == "The meter went from 7 to 2.5; it was replaced between (换表单 1)."
