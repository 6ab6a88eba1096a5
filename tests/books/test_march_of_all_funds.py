"""The fund movement table of March 2026 with all scenes played: cash and net of every fund, to the fen."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.petty_cash import SetFloat, Slip, SpendPetty, set_float, spend_petty
from ledger.actions.split_bank_sum import SplitBankSum, split_bank_sum
from ledger.rules.fund import net
from ledger.store.balances import balances
from ledger.store.session import Database
from reports.book.second_opinion import disagreements
from tests.books.granted import POOL, approved, cost, granted, paid, pooled
from tests.books.paying import asked, passed, resolve
from tests.books.sample import SCENES, set_up, yuan
from tests.conftest import COMMITTEE, Books, once

FEBRUARY, MARCH = date(2026, 2, 28), date(2026, 3, 31)
BOX = "Assets:PropertyFee:Cash:Petty"
TABLE = (
    # fund, cash on 1 March, cash on 31 March, net on 1 March, net on 31 March
    ("PropertyFee", "52,310.50", "50,839.04", "49,710.50", "48,439.04"),
    ("PublicIncome", "42,000.00", "45,917.13", "39,481.19", "43,398.32"),
    (POOL, "0.00", "6,000.00", "0.00", "0.00"),
    ("Agency", "4,000.00", "4,000.00", "0.00", "0.00"),
    ("Repair", "800,000.00", "800,000.00", "800,000.00", "800,000.00"),
)


def scene(books: Books, *names: str) -> None:
    for name in names:
        SCENES[name](books)


def s16_petty_cash(books: Books) -> None:
    """1 February: a float of 1,000; on the 26th two slips; on the 27th it is topped up."""
    resolve(books, "备用金决议", "1,000.00")
    books.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金决议"), by=COMMITTEE)
    passed(books, asked("float", f"{BOX} 1000.00", kind="petty_cash", authority="备用金决议"))


def s16_slips(books: Books) -> None:
    books.today = date(2026, 2, 26)
    slips = (
        Slip("Expenses:PropertyFee:Office", yuan("186.50"), "打印纸"),
        Slip("Expenses:PropertyFee:Facility:MinorRepair", yuan("200.00"), "门锁"),
    )
    books.act(spend_petty, SpendPetty("PropertyFee", slips, books.today))
    books.today = date(2026, 2, 27)
    passed(books, asked("top-up", f"{BOX} 386.50", kind="petty_cash", authority="备用金决议"))


def s19_grant(books: Books) -> None:
    """1 March: 15,000 yuan for a project of the community; nothing is income before it is spent."""
    pooled(books)
    approved(books, "GP001", "15,000.00")
    granted(books, "15,000.00", "GP001")


def s21_interest(books: Books) -> None:
    """21 March: 45.67 of interest, by the daily balances of the days before anything was collected."""
    day = date(2026, 3, 21)
    split = SplitBankSum("Joint01", yuan("45.67"), day, from_on=date(2026, 1, 1), to_on=date(2026, 1, 12))
    books.act(split_bank_sum, split)


@pytest.fixture(scope="module")
def march(town: Database) -> Books:
    """Give the books with every scene up to March played, and March closed."""
    books = Books(town, once("all-of-march"), date(2026, 1, 5)).open()
    set_up(books)
    scene(books, "s01", "s02", "s04", "s05", "close-01", "s12")
    s16_petty_cash(books)
    scene(books, "s02b", "s18a")
    s16_slips(books)
    scene(books, "close-02")
    s19_grant(books)
    scene(books, "s02c", "s07", "s15")
    s21_interest(books)
    books.today = date(2026, 3, 28)
    work = f"Expenses:{POOL}:Work:GP001"
    paid(books, cost("first", "9,000.00", work, authority="GP001"))
    scene(books, "s13", "s17")
    return books


def cash(standing: dict[str, int], fund: str) -> int:
    kinds = [f"Assets:{fund}:{kind}:" for kind in ("Bank", "Cash", "Clearing", "Custody")]
    return sum(minor for code, minor in standing.items() if code.startswith(tuple(kinds)))


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_the_fund_movement_table_of_march(march: Books, row: tuple[str, ...]) -> None:
    fund, *expected = row
    with march.database.reading() as session:
        before, after = (balances(session, march.compound, as_of=day) for day in (FEBRUARY, MARCH))
    found = [cash(before, fund), cash(after, fund), net(before, fund), net(after, fund)]
    assert found == [yuan(one) for one in expected]


def test_the_joint_account_of_march_adds_up_to_the_bank_statement(march: Books) -> None:
    with march.database.reading() as session:
        after = balances(session, march.compound, as_of=MARCH)
    parts = {code: minor for code, minor in after.items() if code.endswith(":Bank:Joint01")}
    assert parts == {
        "Assets:PropertyFee:Bank:Joint01": yuan("49,839.04"),
        "Assets:PublicIncome:Bank:Joint01": yuan("45,917.13"),
    }
    assert sum(parts.values()) == yuan("95,756.17")
    assert after[BOX] == yuan("1,000.00")


def test_two_engines_agree_on_all_of_march(march: Books) -> None:
    with march.database.reading() as session:
        assert disagreements(session, march.compound, march.today) == []
