"""A month's page says what stood on its last day, whatever was taken back later, and whatever door money took."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.actions.close import close
from ledger.actions.distribute import (
    Distribute,
    approve_distribution,
    distribute,
    record_rule,
    refuse_distribution,
)
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.move_funds import request_move
from ledger.actions.pay_move import approve_move, pay_move
from ledger.actions.petty_cash import SetFloat, Slip, SpendPetty, set_float, spend_petty
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from ledger.rules.between import Every, Rule
from ledger.rules.channel import Channel
from ledger.rules.entry import Posting
from ledger.store.between import loans
from reports.month.between_funds import between_funds_figures
from reports.month.fee_fund import Standing, fee_fund_statement
from reports.month.large_expenses import large_expenses
from reports.month.movements import movements_of_year
from tests.books.between import lend, opened, voted
from tests.books.paying import DAY, STREET, asked, lines, passed, resolve, took_over
from tests.books.sample import BUDGET_2026, SMALL, agree, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books

ORDER = "Expenses:PropertyFee:Order"
ASK = Distribute("q1", "D-1", "2026-Q1", "Joint01", (("Committee", "Basic01"),))


def test_a_loan_taken_back_in_february_stood_open_in_january(house: Books) -> None:
    opened(house, PublicIncome="5,000.00", PropertyFee="100.00")
    code = voted(house, "V18", Matter.LOAN, "PublicIncome", "1,000.00")
    wanted = lend("l", "1,000.00", "PropertyFee", code, date(2026, 12, 31), to_bank="Joint01")
    house.act(request_move, wanted, by=TRUSTEE)
    house.act(approve_move, "l", by=COMMITTEE)
    house.today = date(2026, 1, 20)
    seq = house.act(pay_move, "l", house.today).recorded.seq
    house.today = date(2026, 2, 3)
    house.act(reverse, Reverse(seq, "退汇", house.today))
    with house.database.reading() as session:
        january = between_funds_figures(session, house.compound, "2026-01")
        february = between_funds_figures(session, house.compound, "2026-02")
        assert loans(session, house.compound) == []
    assert [one.open_minor for one in january.loans] == [yuan("1,000.00")]
    assert february.loans == ()


@pytest.fixture
def quarter(house: Books) -> Books:
    """Give books with 1,000.00 of public income in a quarter that is closed, and a voted rule for it."""
    opened(house, Committee="1.00")
    voted(house, "V-D", Matter.DISTRIBUTION, "PublicIncome")
    income = EarnPublicIncome(
        "Income:PublicIncome:Telecom", yuan("1,000.00"), house.today, "基站租金", bank="Joint01"
    )
    house.act(earn, income)
    shares = (("Repair", 7_000), ("Committee", 2_000))
    house.act(record_rule, Rule("D-1", Every.QUARTER, "2026-01", "V-D", shares))
    for month in (1, 2, 3):
        house.today = date(2026, month + 1, 10)
        house.act(close, f"2026-{month:02d}", agree)
    return house


def test_a_distribution_that_was_taken_back_is_not_among_the_months(quarter: Books) -> None:
    quarter.act(distribute, ASK, by=TRUSTEE)
    for move in quarter.act(approve_distribution, "q1", by=COMMITTEE):
        quarter.act(reverse, Reverse(move.recorded.seq, "比例有误", quarter.today))
    quarter.act(refuse_distribution, "q1", "重报", by=COMMITTEE)
    quarter.act(distribute, replace(ASK, id="q2"), by=TRUSTEE)
    quarter.act(approve_distribution, "q2", by=COMMITTEE)
    with quarter.database.reading() as session:
        found = between_funds_figures(session, quarter.compound, "2026-04")
    assert [sum(part.amount_minor for part in one.parts) for one in found.distributed] == [yuan("900.00")]


def test_what_was_spent_by_any_door_is_among_the_large_expenses(house: Books) -> None:
    took_over(house)
    debit = house.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan("40000.00"), "转账", DAY)).seq
    said = ExplainDebit(debit, lines(f"{ORDER} 40000.00"), "保安服务", BUDGET_2026, DAY)
    house.act(explain_debit, said, by=STREET)
    passed(house, asked("p", f"{ORDER} 700.00"))
    owed = Posting("Liabilities:PropertyFee:Payable:Accrued", -yuan("600.00"))
    house.act(post_entry, PostEntry(DAY, "计提", (Posting(ORDER, yuan("600.00")), owed)))
    code = resolve(house, "备用金", "1000.00", "PropertyFee")
    house.act(set_float, SetFloat("PropertyFee", yuan("1000.00"), code), by=COMMITTEE)
    passed(house, asked("b", "Assets:PropertyFee:Cash:Petty 1000.00", kind="petty_cash", authority=code))
    slip = Slip("Expenses:PropertyFee:Office", yuan("50.00"), "文具")
    house.act(spend_petty, SpendPetty("PropertyFee", (slip,), DAY, code))
    moved = (Posting(ORDER, yuan("1.00")), Posting("Expenses:PropertyFee:Greening", -yuan("1.00")))
    house.act(post_entry, PostEntry(DAY, "重分类", moved))
    with house.database.reading() as session:
        found = large_expenses(session, house.compound, "2026-01")
    assert [one.amount_minor for one in found] == [4_000_000, 70_000, 60_000, 5_000]


def test_a_payment_that_came_back_is_no_cash_received(house: Books) -> None:
    took_over(house)
    *_, paid = passed(house, asked("p", f"{ORDER} 700.00"))
    house.act(reverse, Reverse(paid, "退汇", house.today))
    received = [house.act(receive, Receive(SMALL, yuan("20.00"), Channel.CASH, DAY, DAY)) for _ in range(2)]
    house.act(reverse, Reverse(received[0].recorded.seq, "重复", house.today))
    with house.database.reading() as session:
        moved = movements_of_year(session, house.compound, "2026-01", "2026-01")
        page = fee_fund_statement(session, house.compound, "2026-01", moved, Standing({}, {}, {}))
    assert page.recognition is not None
    assert page.recognition.cash_received_minor == yuan("20.00")
