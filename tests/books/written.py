"""What each scene adds to the books, written as an accountant would: account and yuan, debit positive.

After a scene, the balance of every account must be the sum of all that was written up to it.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.books.reading import acts, amounts, check_golden, shown, standing
from tests.books.sample import SCENES, play
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

S01 = """
    Assets:PropertyFee:Bank:Joint01                       50000.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201         716.24
    Assets:PropertyFee:Receivable:Developer:B02-U1-0501    2880.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0502    2880.00
    Liabilities:PropertyFee:Uncollected:Owner              -716.24
    Liabilities:PropertyFee:Uncollected:Developer         -5760.00
    Liabilities:PropertyFee:Prepaid:B01-U1-0301           -1200.00
    Equity:PropertyFee:Opening                           -48800.00
    Assets:PublicIncome:Bank:Joint01                      30000.00
    Equity:PublicIncome:Opening                          -30000.00
    Assets:Agency:Bank:Basic02                             2000.00
    Liabilities:Agency:Deposit:Renovation:B01-U1-0301     -2000.00
    Assets:Repair:Custody:District                       800000.00
    Equity:Repair:Opening                               -800000.00
"""
S02 = """
    Assets:PropertyFee:Receivable:Owner:B01-U1-0101         200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201         179.06
    Assets:PropertyFee:Receivable:Owner:B01-U1-0301         200.00
    Assets:PropertyFee:Receivable:Owner:B02-U1-0601         211.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0501     240.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0502     240.00
    Liabilities:PropertyFee:Uncollected:Owner              -790.06
    Liabilities:PropertyFee:Uncollected:Developer          -480.00
"""
S03 = """
    Liabilities:PropertyFee:Prepaid:B01-U1-0301             200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0301        -200.00
    Liabilities:PropertyFee:Uncollected:Owner               200.00
    Income:PropertyFee:Service:Owner                       -200.00
"""
S04 = """
    Assets:PropertyFee:Clearing:WeChat                      500.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201        -179.06
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201        -179.06
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201        -141.88
    Liabilities:PropertyFee:Uncollected:Owner               500.00
    Income:PropertyFee:Service:Owner                       -500.00

    Assets:PropertyFee:Bank:Joint01                         497.00
    Expenses:PropertyFee:BankCharge                           3.00
    Assets:PropertyFee:Clearing:WeChat                     -500.00
"""
S05 = """
    Assets:PropertyFee:Bank:Joint01                        2200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0101        -200.00
    Liabilities:PropertyFee:Prepaid:B01-U1-0101           -2000.00
    Liabilities:PropertyFee:Uncollected:Owner               200.00
    Income:PropertyFee:Service:Owner                       -200.00
"""
S05_RELEASE = """
    Liabilities:PropertyFee:Prepaid:B01-U1-0101             200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0101        -200.00
    Liabilities:PropertyFee:Uncollected:Owner               200.00
    Income:PropertyFee:Service:Owner                       -200.00
"""
S07 = """
    Assets:PropertyFee:Bank:Joint01                         300.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201        -300.00
    Liabilities:PropertyFee:Uncollected:Owner               300.00
    Income:PropertyFee:Service:Owner                       -300.00

    Assets:PropertyFee:Bank:Joint01                        -300.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201         300.00
    Liabilities:PropertyFee:Uncollected:Owner              -300.00
    Income:PropertyFee:Service:Owner                        300.00

    Assets:PropertyFee:Bank:Joint01                         300.00
    Assets:PropertyFee:Receivable:Owner:B02-U1-0601        -300.00
    Liabilities:PropertyFee:Uncollected:Owner               300.00
    Income:PropertyFee:Service:Owner                       -300.00
"""
S12 = """
    Assets:PublicIncome:Bank:Joint01                      12000.00
    Income:PublicIncome:Advert:Elevator                  -12000.00

    Expenses:PublicIncome:Cost:ManagementFee               2400.00
    Liabilities:PublicIncome:Payable:Trustee              -2400.00
    Expenses:PublicIncome:Cost:Tax                          118.81
    Liabilities:PublicIncome:Tax                           -118.81
"""
S13 = """
    Assets:PublicIncome:Bank:Joint01                       5000.00
    Income:PublicIncome:Parking:Temporary                 -5000.00

    Expenses:PublicIncome:Cost:Energy                       300.00
    Expenses:PublicIncome:Cost:Labour                       800.00
    Assets:PublicIncome:Bank:Joint01                      -1100.00
"""
S15 = """
    Expenses:PropertyFee:Facility:Elevator                 1800.00
    Liabilities:PropertyFee:Payable:Vendor                -1800.00

    Liabilities:PropertyFee:Payable:Vendor                 1800.00
    Assets:PropertyFee:Bank:Joint01                       -1800.00
"""
S17 = """
    Expenses:PropertyFee:Remuneration                       200.00
    Liabilities:PropertyFee:Payable:Trustee                -200.00
"""
S18_IN = """
    Assets:Agency:Bank:Basic02                             2000.00
    Liabilities:Agency:Deposit:Renovation:B01-U1-0101     -2000.00
"""
S18_BACK = """
    Liabilities:Agency:Deposit:Renovation:B01-U1-0101      2000.00
    Assets:Agency:Bank:Basic02                            -2000.00
    Assets:PublicIncome:Bank:Joint01                        300.00
    Income:PublicIncome:Compensation                       -300.00
"""
#: What each scene of ``sample.SCENES`` adds to the books.
WRITTEN = {
    "s01": S01,
    "s02": S02 + S03,
    "s04": S04,
    "s05": S05,
    "close-01": "",
    "s12": S12,
    "s02b": S02 + S03 + S05_RELEASE,
    "s18a": S18_IN,
    "close-02": "",
    "s02c": S02 + S03 + S05_RELEASE,
    "s07": S07,
    "s15": S15,
    "s13": S13,
    "s17": S17,
    "s18b": S18_BACK,
}


def scene(books: Books, name: str) -> None:
    """Play a scene after all before it, and compare the book with what was written."""
    play(books, before=name)
    since = acts(books)
    SCENES[name](books)
    known = list(WRITTEN)
    written = amounts(*(WRITTEN[one] for one in known[: known.index(name) + 1]))
    assert shown(standing(books)) == shown(written)
    check_golden(books, name, since)


def adds(books: Books, play_scene: Callable[[Books], object], name: str, written: str) -> None:
    """Play a scene on books as they stand, and compare what it adds with what was written and its golden page."""
    before, since = standing(books), acts(books)
    play_scene(books)
    expected = {code: before.get(code, 0) for code in before}
    for code, minor in amounts(written).items():
        expected[code] = expected.get(code, 0) + minor
    assert shown(standing(books)) == shown({code: minor for code, minor in expected.items() if minor})
    check_golden(books, name, since)
    agree_with(books)
