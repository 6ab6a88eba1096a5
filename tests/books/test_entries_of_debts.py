"""Entries E07 to E10 and E12: a debt waived, written off, disputed, late, or settled in kind."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.adjusting import Surplus
from ledger.actions.charge_late_fee import LateFee, LatePart, charge_late_fee
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.receive import Receive, receive
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.actions.settle_in_kind import SellInKind, SettleInKind, sell_in_kind, settle_in_kind
from ledger.errors import AdjustmentRefused
from ledger.rules.channel import Channel
from ledger.rules.explain import explain
from ledger.rules.fund import net
from ledger.rules.unit import State
from ledger.store.charged import charge_view
from ledger.store.explaining import told
from ledger.store.owed import open_charges
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import LATE_PAYER, SMALL, UNSOLD, play, unit_line, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

E07 = """
    Liabilities:PropertyFee:Uncollected:Owner 80.00
    Assets:PropertyFee:Receivable:Owner      -80.00
"""
E10_OFF = """
    Liabilities:PropertyFee:Uncollected:Owner 179.06
    Assets:PropertyFee:Receivable:Owner      -179.06
"""
E10_PAID = """
    Assets:PropertyFee:Bank:Joint01          179.06
    Income:PropertyFee:Service:Owner        -179.06
"""
E10_GROUNDLESS = """
    Assets:PropertyFee:Bank:Joint01           80.00
    Liabilities:PropertyFee:Refundable       -80.00
"""
E08_PAID = """
    Assets:PropertyFee:Bank:Joint01          504.81
    Assets:PropertyFee:Receivable:Owner     -500.00
    Liabilities:PropertyFee:Uncollected:Owner 500.00
    Income:PropertyFee:Service:Owner        -500.00
    Income:PropertyFee:LateFee                -4.81
"""
E08_DEMANDED = """
    Assets:PropertyFee:Receivable:Owner        4.81
    Liabilities:PropertyFee:Uncollected:Owner -4.81
"""
E09_DEVELOPER = """
    Assets:PropertyFee:Receivable:DisputedDeveloper  240.00
    Assets:PropertyFee:Receivable:Developer         -240.00
    Liabilities:PropertyFee:Uncollected:Developer    240.00
    Liabilities:PropertyFee:Uncollected:DisputedDeveloper -240.00
"""
E09_PAID = """
    Assets:PropertyFee:Bank:Joint01                  100.00
    Assets:PropertyFee:Receivable:Disputed          -100.00
    Liabilities:PropertyFee:Uncollected:Disputed     100.00
    Income:PropertyFee:Service:Owner                -100.00
"""
E12_TITLE = """
    Liabilities:PropertyFee:Uncollected:Developer 2000.00
    Assets:PropertyFee:Receivable:Developer      -2000.00
    Assets:PropertyFee:InKind                     2000.00
    Liabilities:PropertyFee:InKind               -2000.00
"""
E12_SOLD = """
    Assets:PropertyFee:Bank:Joint01               1900.00
    Income:PropertyFee:Service:InKind            -1900.00
    Liabilities:PropertyFee:InKind                2000.00
    Assets:PropertyFee:InKind                    -2000.00
"""
E12_CONSUMED = """
    Expenses:PropertyFee:Facility:MinorRepair     2000.00
    Income:PropertyFee:Service:InKind            -2000.00
    Liabilities:PropertyFee:Uncollected:Developer 2000.00
    Assets:PropertyFee:Receivable:Developer      -2000.00
"""


def owed(house: Books, unit: str) -> list[tuple[str, int]]:
    """Return the open charges of a unit."""
    with house.database.reading() as session:
        return [(one.id, one.open_minor) for one in open_charges(session, house.compound, units={unit})]


@pytest.fixture
def january(house: Books) -> Books:
    """Give the books with January billed."""
    return play(house, through="s02")


def test_entry_e07_a_waiver_ends_what_is_open_of_a_partly_paid_charge_and_stays(january: Books) -> None:
    house, day = january, january.today
    receipt = house.act(receive, Receive(SMALL, yuan("120.00"), Channel.BANK, day, day, "Joint01"))
    charge = owed(house, SMALL)[0][0]
    before, since = standing(house), acts(house)
    house.act(waive, Relieve(((charge, None),), "表决 V2026-02", day))
    assert shown(moved_since(house, before)) == shown(amounts(E07))
    check_golden(house, "e07", since)
    house.act(reverse, Reverse(receipt.recorded.seq, "误记", day))
    assert owed(house, SMALL) == [(charge, yuan("120.00"))]


def test_entry_e10_a_write_off_ends_the_book_value_and_money_brings_it_back_as_income(january: Books) -> None:
    house, day = january, january.today
    charge = owed(house, LATE_PAYER)[0][0]
    before, since = standing(house), acts(house)
    house.act(write_off, Relieve(((charge, None),), "业委会决定 2026-3", day))
    assert shown(moved_since(house, before)) == shown(amounts(E10_OFF))
    before = standing(house)
    paid = Receive(LATE_PAYER, yuan("179.06"), Channel.BANK, day, day, "Joint01", charges=(charge,))
    house.act(receive, paid)
    assert shown(moved_since(house, before)) == shown(amounts(E10_PAID))
    check_golden(house, "e10", since)


def test_entry_e10_money_on_a_waived_debt_has_no_ground_and_is_refundable(january: Books) -> None:
    house, day = january, january.today
    charge = owed(house, SMALL)[0][0]
    house.act(receive, Receive(SMALL, yuan("120.00"), Channel.BANK, day, day, "Joint01"))
    house.act(waive, Relieve(((charge, None),), "表决 V2026-02", day))
    before = standing(house)
    house.act(receive, Receive(SMALL, yuan("80.00"), Channel.BANK, day, day, "Joint01", charges=(charge,)))
    assert shown(moved_since(house, before)) == shown(amounts(E10_GROUNDLESS))
    agree_with(house)


def late_by_90_days(house: Books) -> LateFee:
    """Return the late fee of 500.00 yuan that were 90 days late, at a prime rate of 3.00 %."""
    house.act(set_prime_rate, SetPrimeRate(date(2025, 5, 20), 300, "全国银行间同业拆借中心"))
    charges = [charge for charge, _ in owed(house, LATE_PAYER)]
    principals = (17_906, 17_906, 14_188)
    parts = [LatePart(charge, minor, 90) for charge, minor in zip(charges, principals, strict=False)]
    return LateFee(tuple(parts), date(2026, 5, 18), "物业服务合同 第 12 条")


def test_entry_e08_a_late_fee_paid_with_the_debt_never_is_a_receivable(january: Books) -> None:
    house = january
    house.today = day = date(2026, 5, 18)
    fee = late_by_90_days(house)
    before, since = standing(house), acts(house)
    paid = Receive(LATE_PAYER, yuan("504.81"), Channel.BANK, day, day, "Joint01", late_fee=fee)
    house.act(receive, paid)
    assert shown(moved_since(house, before)) == shown(amounts(E08_PAID))
    check_golden(house, "e08", since)
    agree_with(house)


def test_entry_e08_a_late_fee_that_is_demanded_is_a_charge_of_its_own(january: Books) -> None:
    house = january
    house.today = date(2026, 5, 18)
    fee = late_by_90_days(house)
    before = standing(house)
    done = house.act(charge_late_fee, fee, house.today)
    assert shown(moved_since(house, before)) == shown(amounts(E08_DEMANDED))
    with house.database.reading() as session:
        said = explain(told(session, house.compound, charge_view(session, house.compound, done.charge)))
    assert said.zh[1] == "逾期付款的违约金,单利,算到 2026-05-18,依据:物业服务合同 第 12 条。"
    assert said.computed_minor == yuan("4.81")


def test_entry_e09_the_developer_disputes(january: Books) -> None:
    house, day = january, january.today
    charge = next(one for one, minor in owed(house, UNSOLD[0]) if minor == yuan("240.00"))
    before, since = standing(house), acts(house)
    house.act(dispute, Dispute(((charge, None),), "异议书 2026-1", day))
    assert shown(moved_since(house, before)) == shown(amounts(E09_DEVELOPER))
    check_golden(house, "e09", since)
    agree_with(house)


def test_entry_e09_an_owner_pays_part_of_a_disputed_charge_under_reservation(january: Books) -> None:
    house, day = january, january.today
    house.act(dispute, Dispute(((owed(house, SMALL)[0][0], None),), "异议书 2026-2", day))
    before = standing(house)
    paid = Receive(SMALL, yuan("100.00"), Channel.BANK, day, day, "Joint01", reservation=True)
    house.act(receive, paid)
    assert shown(moved_since(house, before)) == shown(amounts(E09_PAID))


def developers_debts(house: Books, text: str) -> tuple[tuple[str, int], ...]:
    """Return parts of the developer's charges that add up to so much."""
    rest, parts = yuan(text), []
    for charge, minor in owed(house, UNSOLD[0]):
        part = min(rest, minor)
        if part:
            parts.append((charge, part))
        rest -= part
    return tuple(parts)


def test_entry_e12_a_title_is_a_mirrored_pair_and_income_is_what_it_sells_for(january: Books) -> None:
    house, day = january, january.today
    before, since = standing(house), acts(house)
    debts = developers_debts(house, "2,000.00")
    house.act(settle_in_kind, SettleInKind(debts, "表决 V2026-02", "评估报告 2026-3", day))
    assert shown(moved_since(house, before)) == shown(amounts(E12_TITLE))
    assert net(standing(house), "PropertyFee") == net(before, "PropertyFee")
    before = standing(house)
    sale = SellInKind(yuan("2,000.00"), yuan("1,900.00"), "Joint01", "转让合同 2026-1", day)
    house.act(sell_in_kind, sale)
    assert shown(moved_since(house, before)) == shown(amounts(E12_SOLD))
    check_golden(house, "e12", since)
    agree_with(house)


def test_entry_e12_work_consumed_at_once_is_expense_and_income(january: Books) -> None:
    house, day = january, january.today
    before = standing(house)
    debts = developers_debts(house, "2,000.00")
    repair = "Expenses:PropertyFee:Facility:MinorRepair"
    house.act(settle_in_kind, SettleInKind(debts, "表决 V2026-02", "验收单 2026-3", day, repair))
    assert shown(moved_since(house, before)) == shown(amounts(E12_CONSUMED))
    agree_with(house)


@pytest.mark.parametrize("hundredths", [10_000, 13_000])
def test_entry_e12_what_was_given_in_kind_is_not_given_back_in_money(january: Books, hundredths: int) -> None:
    """A smaller area makes no refund out of a title; nor does a larger one carry it over as if it were paid."""
    house, day = january, january.today
    charge = owed(house, UNSOLD[0])[-1][0]  # January
    house.act(settle_in_kind, SettleInKind(((charge, None),), "表决 V2026-02", "评估报告 2026-3", day))
    house.act(import_units, ImportUnits(changed=(unit_line(UNSOLD[0], hundredths, State.UNSOLD),)))
    before = acts(house)
    with pytest.raises(AdjustmentRefused):
        house.act(rebill, Rebill(UNSOLD[0], "2026-01", "名册面积录错", day, surplus=Surplus.REFUND))
    assert acts(house) == before
