"""What one key may not do at once it may not do in pieces, by another account, or by another door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.collect_utilities import OpenMeterGroup, open_meter_group
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.pay import request
from ledger.actions.pay_move import pay_move
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.settle_in_kind import SettleInKind, settle_in_kind
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.rules.authority import BUDGET, Matter
from ledger.rules.between import MoveKind
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.entry import Posting
from ledger.store.owed import open_charges
from ledger.store.session import Database
from tests.books.between import agreed, contracted, opened, paid, voted
from tests.books.paying import DAY, STREET, asked, lines, passed, resolve, took_over, vote
from tests.books.sample import AREAS, BUDGET_2026, LATE_PAYER, play, yuan
from tests.conftest import OPERATOR, TRUSTEE, Books
from tests.ledger.actions.refusing import refused
from tests.ledger.actions.test_budgeting import CLEANING, adopted
from tests.ledger.actions.test_collecting_utilities import billed

ORDER, GREENING = "Expenses:PropertyFee:Order", "Expenses:PropertyFee:Greening"
OWNERS = "Expenses:PropertyFee:OwnerApproved"
FEE, FEE_OWED = "Expenses:PublicIncome:Cost:ManagementFee", "Liabilities:PublicIncome:Payable:Trustee"


@pytest.fixture
def metered(house: Books) -> Books:
    """Give books with water charged by shares, and its meter group."""
    opened(house, PropertyFee="1,000.00")
    house.act(open_meter_group, OpenMeterGroup("W-0", "water", "总表"))
    shared = SetTariff("water", Formula.SHARED, 0, date(2026, 1, 1), "供水合同", Terms(sharing=Sharing.UNIT))
    house.act(set_tariff, shared)
    return house


def explained(books: Books, amount: str, account: str) -> ExplainDebit:
    """Book a debit, and return what explains it by the budget resolution."""
    seq = books.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan(amount), "转账", books.today)).seq
    return ExplainDebit(seq, lines(f"{account} {amount}"), "保安", BUDGET_2026, books.today)


def general(day: date, *written: str) -> PostEntry:
    """Return a general entry of lines of account and yuan."""
    return PostEntry(day, "更正", tuple(Posting(code, minor) for code, minor in lines(*written)))


def supplier(name: str, amount: str, authority: str) -> MoveFunds:
    """Return a request to pay the water works."""
    return MoveFunds(
        *(name, MoveKind.SUPPLIER, yuan(amount), "水费", authority),
        from_bank="Basic02",
        payee="自来水公司",
        meter_group="W-0",
    )


def test_debits_for_the_same_costs_are_weighed_together(house: Books) -> None:
    took_over(house)
    first = house.act(explain_debit, explained(house, "30000.00", ORDER), by=STREET).seq
    second = explained(house, "30000.00", ORDER)
    refused(house, errors.AuthorityUnfit, explain_debit, second, by=STREET)
    house.act(explain_debit, explained(house, "30000.00", GREENING), by=STREET)  # other costs
    house.act(reverse, Reverse(first, "误记", house.today))
    house.act(explain_debit, second, by=STREET)


def test_debits_of_other_weeks_are_weighed_by_themselves(house: Books) -> None:
    took_over(house)
    house.act(explain_debit, explained(house, "30000.00", ORDER), by=STREET)
    house.today += timedelta(days=16)
    house.act(explain_debit, explained(house, "30000.00", ORDER), by=STREET)


def test_what_a_supplier_is_paid_in_pieces_is_weighed_together(metered: Books) -> None:
    code = resolve(metered, "J-S")
    billed(metered, "W-0", "500000.00")
    metered.act(request_move, supplier("p1", "50000.00", code), by=TRUSTEE)
    refused(metered, errors.AuthorityUnfit, request_move, supplier("p2", "0.01", code), by=TRUSTEE)
    metered.today += timedelta(days=16)
    metered.act(request_move, supplier("p2", "50000.00", code), by=TRUSTEE)


def test_a_supplier_that_took_its_bill_back_is_not_paid(metered: Books) -> None:
    billed(metered, "W-0", "60.00")
    metered.act(share_cost, ShareCost("water", "2026-01", yuan("60.00"), "水费单"))
    metered.act(bill, BillMonth("2026-01", metered.today, items=("water",)))
    for unit in AREAS:
        metered.act(
            receive, Receive(unit, yuan("10.00"), Channel.BANK, metered.today, metered.today, "Basic02")
        )
    agreed(metered, supplier("s", "30.00", contracted(metered, "C-T")))
    billed(metered, "W-0", "-30.01")
    told = refused(metered, errors.SupplierBillShort, pay_move, "s", metered.today)
    assert told.facts["left"] == "29.99"
    billed(metered, "W-0", "0.01")
    metered.act(pay_move, "s", metered.today)


def test_category_nine_takes_the_owners_vote_on_it_by_whatever_door(house: Books) -> None:
    took_over(house)
    other = vote(house, "V-T", None, Matter.TRUSTEE)
    debit = replace(explained(house, "500.00", OWNERS), authority=other)
    refused(house, errors.AuthorityUnfit, explain_debit, debit, by=STREET)
    house.act(
        explain_debit, replace(debit, authority=vote(house, "V-9", None, Matter.OWNER_APPROVED)), by=STREET
    )
    with house.database.reading() as session:
        charge = open_charges(session, house.compound, [LATE_PAYER])[0]
    parts = ((charge.id, charge.open_minor),)
    in_kind = SettleInKind(parts, "协议", "验收单", house.today, consumed=OWNERS)
    refused(house, errors.AccountUnknown, settle_in_kind, in_kind)
    house.act(settle_in_kind, replace(in_kind, consumed=GREENING))


@pytest.mark.parametrize("leaf", ["OwnerApproved", "Remuneration"])
def test_a_bridge_that_is_lost_is_no_cost_of_category_nine_and_no_remuneration(
    metered: Books, leaf: str
) -> None:
    billed(metered, "W-0", "500.00")
    vote_on_loan = voted(metered, "V-L", Matter.LOAN, "PropertyFee")
    bridge = MoveFunds(
        *("b", MoveKind.LOAN, yuan("300.00"), "垫付", vote_on_loan, "PropertyFee", "Agency", "Joint01"),
        payee="自来水公司",
        meter_group="W-0",
        due_on=date(2026, 6, 30),
    )
    paid(metered, bridge)
    code = contracted(metered, "C-T")
    loss = MoveFunds("x", MoveKind.LOSS, 10_000, "线损", code, loan="b")
    wrong = replace(loss, account=f"Expenses:PropertyFee:{leaf}")
    refused(metered, errors.AccountUnknown, request_move, wrong, by=TRUSTEE)
    metered.act(request_move, loss, by=TRUSTEE)


def test_what_one_person_moves_off_a_line_leaves_it_spent(house: Books) -> None:
    play(house, through="s02")
    adopted(house)  # cleaning 1,200 a year
    passed(house, asked("c1", f"{CLEANING} 1200.00", authority=BUDGET))
    moved = house.act(post_entry, general(house.today, f"{ORDER} 1200.00", f"{CLEANING} -1200.00")).seq
    again = asked("c2", f"{CLEANING} 0.01", authority=BUDGET)
    told = refused(house, errors.BudgetExceeded, request, again, by=TRUSTEE)
    assert told.facts["left"] == "0.00"
    house.act(reverse, Reverse(moved, "误记", house.today))
    told = refused(house, errors.BudgetExceeded, request, again, by=TRUSTEE)
    assert told.facts["left"] == "0.00"  # what was taken back moved nothing, in either direction


def test_a_management_fee_called_by_another_name_still_counts_against_the_cap(database: Database) -> None:
    books = Books(database, "shaoxing", DAY)
    command = OpenCompound("shaoxing", "示例小区", date(2026, 1, 1), "shaoxing")
    books.database.write(lambda s: open_compound(s, command, OPERATOR, books.now, books.salt))
    opened(books, PublicIncome="10,000.00")
    income = EarnPublicIncome("Income:PublicIncome:Telecom", yuan("1000.00"), DAY, "基站租金", bank="Joint01")
    books.act(earn, income)
    fee = general(DAY, f"{FEE} 300.00", f"{FEE_OWED} -300.00")
    accrued = books.act(post_entry, fee).seq
    moved = books.act(
        post_entry, general(DAY, "Expenses:PublicIncome:Cost:Labour 300.00", f"{FEE} -300.00")
    ).seq
    refused(books, errors.ManagementFeeAboveCap, post_entry, fee)
    books.act(reverse, Reverse(moved, "误记", DAY))
    books.act(reverse, Reverse(accrued, "误记", DAY))
    books.act(post_entry, fee)
