"""Scenes S12, S13 and S21 from the register of assets and contracts: gross, cost and net; interest by daily balance."""

from __future__ import annotations

from datetime import date

from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_balances import OpenBalances, OpeningCash, open_balances
from ledger.actions.split_bank_sum import SplitBankSum, split_bank_sum
from ledger.rules.authority import Matter
from ledger.rules.lease import AssetType, Schedule
from tests.books.between import voted
from tests.books.reading import amounts, moved_since, shown, standing
from tests.books.renting import VOTE, asset, lease, rent
from tests.books.sample import PARKING_COSTS, disburse, set_up, yuan
from tests.books.written import S12, S13
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

S21 = """
    Assets:PropertyFee:Bank:Joint01                         28.54
    Income:PropertyFee:Interest                            -28.54
    Assets:PublicIncome:Bank:Joint01                        17.13
    Income:PublicIncome:Interest                           -17.13
"""


def taken_over(books: Books) -> Books:
    """Set the sample up with the money that it took over on 1 January: 50,000 of fees, 30,000 of public income."""
    set_up(books)
    for fund, amount in (("PropertyFee", "50,000.00"), ("PublicIncome", "30,000.00")):
        cash = OpeningCash(f"Assets:{fund}:Bank:Joint01", yuan(amount))
        books.act(open_balances, OpenBalances(fund, date(2026, 1, 1), "审计交接表", cash=(cash,)))
    return books


def test_scene_s12_a_years_rent_in_advance_is_income_with_its_fee_and_its_tax(house: Books) -> None:
    taken_over(house)
    voted(house, VOTE, Matter.COMMON_PARTS)
    asset(house, "LIFT-AD", AssetType.ADVERT_ELEVATOR, "全部电梯轿厢广告框", date(2026, 1, 1), count=6)
    year = Schedule(yuan("12,000.00"), months=12)
    lease(house, "A-07", "LIFT-AD", "2026-02-01 2027-01-31", schedule=year, fee_bp=2_000, tax_bp=100)
    house.today = date(2026, 2, 1)
    before = standing(house)
    done = rent(house, "12,000.00")
    assert shown(moved_since(house, before)) == shown(amounts(S12))
    assert done.costs is not None
    assert (done.settled_minor, done.prepaid_minor, done.instalments) == (yuan("12,000.00"), 0, (1,))
    agree_with(house)


def test_scene_s13_hourly_parking_shows_gross_cost_and_net(house: Books) -> None:
    taken_over(house)
    asset(house, "GATE", AssetType.PARKING_TEMPORARY, "地面临停", date(2026, 1, 1))
    house.today = day = date(2026, 3, 31)
    before = standing(house)
    gross = EarnPublicIncome("", yuan("5,000.00"), day, "3月临停收入", bank="Joint01", asset="GATE")
    house.act(earn, gross)
    disburse(house, PARKING_COSTS, day, day)
    assert shown(moved_since(house, before)) == shown(amounts(S13))
    agree_with(house)


def test_scene_s21_interest_is_shared_by_average_daily_balances(house: Books) -> None:
    taken_over(house)
    house.today = day = date(2026, 3, 21)
    before = standing(house)
    done = house.act(split_bank_sum, SplitBankSum("Joint01", yuan("45.67"), day))
    assert shown(moved_since(house, before)) == shown(amounts(S21))
    assert (done.from_on, done.to_on) == (date(2026, 1, 1), date(2026, 3, 20))
    days = (done.to_on - done.from_on).days + 1
    assert [(one.fund, one.fen_days) for one in done.parts] == [
        ("PropertyFee", days * yuan("50,000.00")),
        ("PublicIncome", days * yuan("30,000.00")),
    ]
    agree_with(house)
