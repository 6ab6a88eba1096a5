"""The commands between funds, for the repair fund and for utilities, run as the people who use them."""

from __future__ import annotations

from datetime import date

import pytest

from api.settings import Settings
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.rules.authority import Matter
from ledger.store.session import Database
from tests.api.commands import Run, runner
from tests.books.between import voted
from tests.books.sample import yuan
from tests.conftest import Books


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    """Run a command as somebody, who is named first."""
    run = runner(settings)
    return lambda who, *words, **more: run(*words, by=who, **more)


@pytest.fixture
def voted_books(settings: Settings) -> None:
    """Put votes, bank accounts and money on record."""
    books = Books(Database(settings.database_url), "guihuayuan", date(2026, 2, 10))
    voted(books, "V-T", Matter.TRANSFER, "PublicIncome")
    voted(books, "V-L", Matter.LOAN, "PublicIncome")
    voted(books, "V-R", Matter.REPAIR_USE, "Repair")
    voted(books, "V-D", Matter.DISTRIBUTION, "PublicIncome")
    for code, fund in (("Basic01", "Committee"), ("Basic02", "Agency"), ("Joint02", "PublicIncome")):
        books.act(open_bank_account, OpenBankAccount(code, "户 0001", (fund,)))
    telecom, day = "Income:PublicIncome:Telecom", books.today
    books.act(earn, EarnPublicIncome(telecom, yuan("1,000.00"), day, "基站场地费", bank="Joint01"))
    books.database.close()


@pytest.mark.usefixtures("voted_books")
def test_money_moves_between_funds_from_the_command_line(mingzhang: Run) -> None:
    money = ("--from-bank", "Joint01", "--purpose", "补充经费")
    asked = mingzhang(
        *("trustee", "fund", "transfer", "PublicIncome", "Committee", "200.00", "--authority", "V-T"),
        *(*money, "--to-bank", "Basic01"),
    )
    mingzhang("committee", "fund", "approve", asked["id"])
    assert mingzhang("treasurer", "fund", "pay", asked["id"])["state"] == "paid"
    loan = mingzhang(
        *("trustee", "fund", "lend", "PublicIncome", "PropertyFee", "100.00", "--authority", "V-L"),
        *(*money, "--to-bank", "Joint01", "--due-on", "2099-12-31"),
    )
    mingzhang("committee", "fund", "approve", loan["id"])
    mingzhang("treasurer", "fund", "pay", loan["id"])
    assert mingzhang("treasurer", "fund", "loans", "--as-of", "2099-12-31")["items"][0]["is_due"] is True
    back = mingzhang("trustee", "fund", "repay", loan["id"], "40.00", *money, "--to-bank", "Joint01")
    mingzhang("committee", "fund", "refuse", back["id"], "--reason", "下月再还")
    sweep = ("fund", "sweep", "PublicIncome", "10.00", *money, "--to-bank", "Joint02")
    own = mingzhang("trustee", *sweep)
    mingzhang("committee", "fund", "approve", own["id"])
    mingzhang("treasurer", "fund", "pay", own["id"])
    assert mingzhang("treasurer", "fund", "confirm", own["id"])["state"] == "confirmed"
    assert len(mingzhang("treasurer", "fund", "list")["items"]) == 4
    loss = ("fund", "bear", loan["id"], "1.00", "--purpose", "损失", "--authority", "V-L")
    mingzhang("trustee", *loss, code=1)
    surplus = ("fund", "give-surplus", "1.00", "--authority", "V-D")
    assert mingzhang("treasurer", *surplus, code=1)["type"].endswith("authority_unfit")


@pytest.mark.usefixtures("voted_books")
def test_a_rule_of_distribution_from_the_command_line(mingzhang: Run) -> None:
    rule = ("distribution", "rule", "D-1", "--share", "Repair=70", "--share", "Committee=20.5")
    recorded = mingzhang("treasurer", *rule, "--authority", "V-D", "--from-month", "2026-01")
    assert recorded["code"] == "D-1"
    mingzhang("treasurer", "distribution", "preview", "D-1", "2026-Q1", code=1)
    mingzhang("trustee", "distribution", "request", "D-1", "2026-Q1", "--from-bank", "Joint01", code=1)
    nobody = "0" * 36
    mingzhang("committee", "distribution", "approve", nobody, code=1)
    mingzhang("committee", "distribution", "refuse", nobody, "--reason", "重算", code=1)


@pytest.mark.usefixtures("voted_books")
def test_repair_fund_and_utilities_from_the_command_line(mingzhang: Run) -> None:
    mingzhang("treasurer", "repair", "buildings", "--building", "B01=1000/0", "--building", "B02=1000/0")
    mingzhang("treasurer", "repair", "record", "growth", "10.00", "--document", "通知 1")
    confirmed = ("repair", "confirm", "10.00", "--document", "对账单", "--confirmed-on", "2026-02-10")
    mingzhang("treasurer", *confirmed, "--building", "B01=4.00", "--building", "B02=6.00")
    assert mingzhang("treasurer", "repair", "show")["of_month"]["growth"] == "10.00"
    urgent = ("repair", "record", "job_approved", "4.00", "--document", "通知 2", "--job", "R-9")
    mingzhang("treasurer", *urgent, "--authority", "emergency", "--reason", "电梯困人")
    (job,) = mingzhang("treasurer", "pay", "emergencies")["items"]
    number = job["id"].removeprefix("Repair-")
    mingzhang("treasurer", "repair", "ratify", number, "--authority", "V-R", code=1)
    assert mingzhang("committee", "repair", "ratify", number, "--authority", "V-R")["job"] == int(number)
    assert mingzhang("treasurer", "pay", "emergencies")["items"] == []
    mingzhang("treasurer", "utility", "group", "E-1", "electricity", "1号总表")
    bill = ("utility", "bill", "E-1", "2026-01", "60.00", "--supplier", "供电公司", "--document", "1")
    mingzhang("treasurer", *bill)
    assert mingzhang("treasurer", "utility", "show")["groups"][0]["figures"]["billed"] == "60.00"
    paid = ("fund", "supplier", "E-1", "60.00", "--payee", "供电公司", "--purpose", "一月电费")
    mingzhang("trustee", *paid, "--authority", "C-1", "--from-bank", "Basic02", code=1)
    claim = ("opening-claim", "PropertyFee", "--unit", "B01-U1-0101=1.00", "--authority", "V-9")
    assert mingzhang("treasurer", *claim, code=1)["type"].endswith("authority_unknown")
    year = ("correct-year", "PropertyFee", "2026", "--narration", "漏记", "--authority", "V-9")
    line = "Liabilities:PropertyFee:Payable:Vendor=-1.00"
    assert mingzhang("treasurer", *year, "--line", line, code=1)["type"].endswith("year_still_open")
