"""What is collected for suppliers, group by group, and deposits from opening to closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.collect_utilities import (
    OpenMeterGroup,
    RecordUtilityBill,
    open_meter_group,
    record_utility_bill,
)
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.open_balances import OpenBalances, OpeningCash, open_balances
from ledger.actions.pay import RequestDisbursement, request
from ledger.actions.pay_move import approve_move, pay_move
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.payment import PAYABLE
from ledger.store.owed import open_charges
from ledger.store.utilities import group_figures, meter_groups
from reports.month.agency import agency_figures
from tests.books.between import agreed, contracted, opened, paid, voted
from tests.books.reading import moved_since, standing
from tests.books.sample import BUDGET_2026, SMALL, s18_deposit_back, set_up, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books


def refused(books: Books, refusal: type[errors.Refusal], act: Callable[..., object], *given: object) -> None:
    before = standing(books)
    with pytest.raises(refusal):
        books.act(act, *given, **({"by": TRUSTEE} if act in {request_move, request} else {}))
    assert moved_since(books, before) == {}


@pytest.fixture
def metered(house: Books) -> Books:
    """Give books with water charged by shares in January, a group for all and one for building 2."""
    opened(house, PropertyFee="1,000.00")
    house.act(open_meter_group, OpenMeterGroup("W-0", "water", "总表"))
    house.act(open_meter_group, OpenMeterGroup("W-2", "water", "2栋表", "B02"))
    shared = SetTariff("water", Formula.SHARED, 0, date(2026, 1, 1), "供水合同", Terms(sharing=Sharing.UNIT))
    house.act(set_tariff, shared)
    return house


def billed(books: Books, group: str, amount: str) -> None:
    books.act(record_utility_bill, RecordUtilityBill(group, "2026-01", yuan(amount), "自来水公司", "水费单"))


def test_l19_the_units_are_charged_what_the_supplier_bills_their_group(metered: Books) -> None:
    metered.act(share_cost, ShareCost("water", "2026-01", yuan("60.00"), "水费单"))
    run = BillMonth("2026-01", metered.today, items=("water",))
    refused(metered, errors.HandlingFee, bill, run)  # no bill is on record
    billed(metered, "W-0", "30.00")
    billed(metered, "W-2", "29.98")
    refused(metered, errors.HandlingFee, bill, run)  # 30.00 is more than 29.98 and rounding
    billed(metered, "W-2", "0.02")
    metered.act(bill, run)
    with metered.database.reading() as session:
        groups = meter_groups(session, metered.compound)
        found = {one.code: group_figures(session, metered.compound, one, "2026-01") for one in groups}
    assert [(one.billed_minor, one.charged_minor, one.surplus_minor) for one in found.values()] == [
        (3_000, 3_000, 0),
        (3_000, 3_000, 0),
    ]


def test_a_fen_of_rounding_is_no_handling_fee_but_is_shown(metered: Books) -> None:
    metered.act(share_cost, ShareCost("water", "2026-01", yuan("60.00"), "水费单"))
    billed(metered, "W-0", "29.99")
    billed(metered, "W-2", "30.00")
    metered.act(bill, BillMonth("2026-01", metered.today, items=("water",)))
    with metered.database.reading() as session:
        rows = agency_figures(session, metered.compound, "2026-01").groups
    assert [one.figures.surplus_minor for one in rows] == [1, 0]


def test_a_supplier_is_paid_what_it_has_billed_and_no_more(metered: Books) -> None:
    billed(metered, "W-0", "40.00")
    vote, contract = voted(metered, "V-L", Matter.LOAN, "PropertyFee"), contracted(metered, "C-W")
    supplied = MoveFunds(
        *("s", MoveKind.SUPPLIER, yuan("40.01"), "一月水费", contract),
        from_bank="Basic02",
        payee="自来水公司",
        meter_group="W-0",
    )
    refused(metered, errors.SupplierBillShort, request_move, supplied)
    refused(metered, errors.RequestMalformed, request_move, replace(supplied, payee=None))
    refused(metered, errors.NotFound, request_move, replace(supplied, meter_group="W-9"))
    bridge = MoveFunds(
        *("b", MoveKind.LOAN, yuan("30.00"), "垫付水费", vote, "PropertyFee", "Agency", "Joint01"),
        payee="自来水公司",
        meter_group="W-0",
        due_on=date(2026, 6, 30),
    )
    paid(metered, bridge)
    refused(metered, errors.SupplierBillShort, request_move, replace(supplied, amount_minor=1_001))
    loss = MoveFunds("x", MoveKind.LOSS, yuan("30.01"), "线损", contract, loan="b")
    refused(metered, errors.LoanShort, request_move, loss)
    owners = replace(loss, amount_minor=1, account="Expenses:PublicIncome:Use:Other")
    refused(metered, errors.AccountUnknown, request_move, owners)


def collected(books: Books, amount: str, unit: str = SMALL) -> int:
    """Let a unit pay so much of its water; give the act."""
    with books.database.reading() as session:
        (owed,) = [one for one in open_charges(session, books.compound, [unit]) if one.item == "water"]
    money = Receive(unit, yuan(amount), Channel.BANK, books.today, books.today, "Basic02", charges=(owed.id,))
    return books.act(receive, money).recorded.seq


@pytest.fixture
def collecting(metered: Books) -> Books:
    """Give 2,000.00 of deposits, 60.00 of water shared by both groups and billed to them, and a contract."""
    metered.act(take_deposit, TakeDeposit(SMALL, yuan("2,000.00"), "Basic02", metered.today))
    metered.act(share_cost, ShareCost("water", "2026-01", yuan("60.00"), "水费单"))
    billed(metered, "W-0", "30.00")
    billed(metered, "W-2", "30.00")
    metered.act(bill, BillMonth("2026-01", metered.today, items=("water",)))
    contracted(metered, "C-W")
    return metered


def supplier(name: str, amount: str, group: str = "W-0") -> MoveFunds:
    return MoveFunds(
        *(name, MoveKind.SUPPLIER, yuan(amount), "一月水费", "C-W"),
        from_bank="Basic02",
        payee="自来水公司",
        meter_group=group,
    )


def test_deposits_and_other_groups_money_pay_no_supplier(collecting: Books) -> None:
    collecting.act(request_move, supplier("s-1", "10.00"), by=TRUSTEE)
    with pytest.raises(errors.FundShort):  # nothing is collected, though 2,000.00 is in the bank
        collecting.act(approve_move, "s-1", by=COMMITTEE)
    collected(collecting, "10.00")
    agreed(collecting, supplier("s-2", "0.01"))
    with pytest.raises(errors.FundShort):  # a fen of it is promised
        collecting.act(approve_move, "s-1", by=COMMITTEE)
    collecting.act(request_move, supplier("s-3", "0.01", "W-2"), by=TRUSTEE)
    with pytest.raises(errors.FundShort):  # building 2 has paid nothing
        collecting.act(approve_move, "s-3", by=COMMITTEE)
    paid(collecting, supplier("s-4", "9.99"))
    collecting.act(pay_move, "s-2", collecting.today)
    assert standing(collecting)["Assets:Agency:Bank:Basic02"] == yuan("2,000.00")
    assert "Liabilities:Agency:Utility:Water" not in standing(collecting)


def test_what_was_returned_by_the_bank_since_is_not_paid_on(collecting: Books) -> None:
    receipt = collected(collecting, "10.00")
    agreed(collecting, supplier("s-1", "10.00"))
    collecting.act(reverse, Reverse(receipt, "退票", collecting.today))
    with pytest.raises(errors.FundShort):
        collecting.act(pay_move, "s-1", collecting.today)
    collected(collecting, "10.00")
    collecting.act(pay_move, "s-1", collecting.today)


def test_deposits_do_not_pay_a_bridge_back(collecting: Books) -> None:
    vote = voted(collecting, "V-L", Matter.LOAN, "PropertyFee")
    bridge = MoveFunds(
        *("b", MoveKind.LOAN, yuan("30.00"), "垫付水费", vote, "PropertyFee", "Agency", "Joint01"),
        payee="自来水公司",
        meter_group="W-0",
        due_on=date(2026, 6, 30),
    )
    paid(collecting, bridge)
    back = MoveFunds(
        *("r-1", MoveKind.REPAYMENT, yuan("10.00"), "归还垫付"),
        from_bank="Basic02",
        to_bank="Joint01",
        loan="b",
    )
    collecting.act(request_move, back, by=TRUSTEE)
    with pytest.raises(errors.FundShort):
        collecting.act(approve_move, "r-1", by=COMMITTEE)
    collected(collecting, "10.00")
    collecting.act(approve_move, "r-1", by=COMMITTEE)
    collecting.act(pay_move, "r-1", collecting.today)
    assert standing(collecting)["Assets:Agency:Bank:Basic02"] == yuan("2,000.00")


def test_what_an_opening_brought_forward_for_a_supplier_is_paid_on(house: Books) -> None:
    set_up(house)
    cash = (
        OpeningCash("Assets:Agency:Bank:Basic02", yuan("40.00")),
        OpeningCash("Liabilities:Agency:Utility:Water", -yuan("40.00")),
    )
    opening = house.act(open_balances, OpenBalances("Agency", house.today, "交接表", cash=cash)).seq
    house.act(open_meter_group, OpenMeterGroup("W-0", "water", "总表"))
    billed(house, "W-0", "40.01")
    contracted(house, "C-W")
    house.act(request_move, supplier("s-1", "40.01"), by=TRUSTEE)
    with pytest.raises(errors.FundShort):
        house.act(approve_move, "s-1", by=COMMITTEE)
    agreed(house, supplier("s-2", "40.00"))
    house.act(reverse, Reverse(opening, "误记", house.today))
    with pytest.raises(errors.FundShort):
        house.act(pay_move, "s-2", house.today)


def test_a_suppliers_money_is_no_debt_that_a_payment_pays(collecting: Books) -> None:
    water = (("Liabilities:Agency:Utility:Water", 1),)
    ask = RequestDisbursement(
        *("d-1", "Agency", water, "自来水公司", "水费", BUDGET_2026, "Basic02"), kind=PAYABLE
    )
    refused(collecting, errors.AccountUnknown, request, ask)
    other = replace(ask, lines=(("Liabilities:Agency:Utility:Other", 1),))
    refused(collecting, errors.PayableShort, request, other)


def test_meter_groups_and_bills_are_checked(metered: Books) -> None:
    refused(metered, errors.AlreadyExists, open_meter_group, OpenMeterGroup("W-3", "water", "又一总表"))
    refused(metered, errors.AlreadyExists, open_meter_group, OpenMeterGroup("W-0", "gas", "气表"))
    refused(metered, errors.NotFound, open_meter_group, OpenMeterGroup("P-1", "property_fee", "总表"))
    refused(metered, errors.NotFound, open_meter_group, OpenMeterGroup("G-9", "gas", "气表", "B09"))
    bill_of = RecordUtilityBill("W-0", "2026-01", 0, "自来水公司", "水费单")
    refused(metered, errors.RequestMalformed, record_utility_bill, bill_of)
    refused(metered, errors.RequestMalformed, record_utility_bill, replace(bill_of, amount_minor=-1))
    refused(metered, errors.NotFound, record_utility_bill, replace(bill_of, meter_group="W-9"))


def test_deposits_roll_forward_with_what_was_kept(house: Books) -> None:
    opened(house, PublicIncome="1.00")
    house.today = date(2026, 2, 10)
    house.act(take_deposit, TakeDeposit(SMALL, yuan("2,000.00"), "Basic02", house.today))
    s18_deposit_back(house)
    with house.database.reading() as session:
        (february,) = agency_figures(session, house.compound, "2026-02").held
        (may,) = agency_figures(session, house.compound, "2026-05").held
    assert (february.opening_minor, february.received_minor, february.closing_minor) == (0, 200_000, 200_000)
    assert (may.opening_minor, may.returned_minor, may.kept_minor, may.closing_minor) == (
        200_000,
        170_000,
        30_000,
        0,
    )
