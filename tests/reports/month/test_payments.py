"""What a month's page says of payments, as of its last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.pay import approve, post, ratify, request
from ledger.actions.petty_cash import CountCash, count_cash
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from ledger.rules.chart import fund_name_zh
from reports.month.payments import PaymentFigures, payment_figures
from tests.books.paying import STREET, asked, lines, resolve, took_over
from tests.books.sample import BUDGET_2026, SMALL, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books

FIRE = "Expenses:PropertyFee:Facility:Fire"


def figures(books: Books, month: str) -> PaymentFigures:
    with books.database.reading() as session:
        return payment_figures(session, books.compound, month)


def test_a_month_lists_what_was_open_on_its_last_day(house: Books) -> None:
    took_over(house)
    house.today = day = date(2026, 1, 20)
    urgent = asked("u", f"{FIRE} 100.00", authority="emergency", reason="消防管漏水", invoice="1")
    house.act(request, urgent, by=TRUSTEE)
    house.act(post, "u", day)
    house.act(request, asked("bare", f"{FIRE} 7.00"), by=TRUSTEE)
    house.act(approve, "bare", by=COMMITTEE)
    house.act(post, "bare", day)
    debit = house.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan("60.00"), "扣款", day)).seq
    house.act(receive, Receive(SMALL, yuan("20.00"), Channel.CASH, day, day))
    house.act(count_cash, CountCash("PropertyFee", yuan("19.00"), day, "on_hand"))
    house.today = later = date(2026, 2, 3)
    house.act(ratify, "u", resolve(house, "追认"), by=COMMITTEE)
    said = ExplainDebit(debit, lines("Expenses:PropertyFee:BankCharge 60.00"), "手续费", BUDGET_2026, later)
    house.act(explain_debit, said, by=STREET)
    january, february = figures(house, "2026-01"), figures(house, "2026-02")
    assert [(one.id, one.reason, one.days) for one in january.emergencies] == [("u", "消防管漏水", 11)]
    assert [(one.disbursement, one.amount_minor) for one in january.without_voucher] == [("bare", 700)]
    assert [(one.seq, one.open_minor) for one in january.unexplained] == [(debit, 6_000)]
    assert [(one.on, one.difference_minor) for one in january.counts] == [(day, -100)]
    money = [("物业服务资金", "现金·待存收款", 1_900), ("物业服务资金", "待查付款", 6_000)]
    assert [(fund_name_zh(one.fund), one.label_zh, one.amount_minor) for one in january.open_items] == money
    assert february == PaymentFigures("2026-02", (), (), (), (), open_items=january.open_items[:1])


def test_a_quiet_month_lists_nothing(house: Books) -> None:
    took_over(house)
    quiet = figures(house, "2026-01")
    assert replace(quiet, month="") == PaymentFigures("", (), (), (), ())
