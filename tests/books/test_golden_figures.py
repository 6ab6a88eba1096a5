"""The golden figures of March 2026: cash, net, movement and ageing of the sample, to the fen."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.rules.fund import net, spendable
from ledger.store.balances import balances
from ledger.store.owed import open_charges
from ledger.store.session import Database
from tests.books.reading import standing
from tests.books.sample import AREAS, play, yuan
from tests.conftest import Books, once

# Golden figures of March 2026. Scenes S16, S19 and S21 are not played, so the fee fund's cash is higher than the
# sample's 50,839.04 by the petty cash spent (386.50) and lower by the interest (28.54), public income's by 17.13.


@pytest.mark.parametrize(
    ("fund", "before", "after"),
    [
        ("PropertyFee", "52,697.00", "51,197.00"),
        ("PublicIncome", "42,000.00", "45,900.00"),
        ("Agency", "4,000.00", "4,000.00"),
        ("Repair", "800,000.00", "800,000.00"),
    ],
)
def test_the_golden_cash_of_march(march: Books, fund: str, before: str, after: str) -> None:
    for day, expected in ((date(2026, 2, 28), before), (date(2026, 3, 31), after)):
        assert _cash(march, fund, day) == yuan(expected)


@pytest.mark.parametrize(
    ("fund", "before", "after"),
    [
        ("PropertyFee", "50,097.00", "48,797.00"),
        ("PublicIncome", "39,481.19", "43,381.19"),
        ("Agency", "0.00", "0.00"),
        ("Repair", "800,000.00", "800,000.00"),
    ],
)
def test_the_golden_net_of_march(march: Books, fund: str, before: str, after: str) -> None:
    for day, expected in ((date(2026, 2, 28), before), (date(2026, 3, 31), after)):
        with march.database.reading() as session:
            assert net(balances(session, march.compound, as_of=day), fund) == yuan(expected)


def test_spendable_fee_money_is_cash_less_what_was_paid_ahead_and_what_is_owed(march: Books) -> None:
    money = standing(march)
    paid_ahead, owed = yuan("2,200.00"), yuan("200.00")
    assert spendable(money, "PropertyFee") == yuan("51,197.00") - paid_ahead - owed == yuan("48,797.00")


def test_repair_money_in_custody_is_not_spendable(march: Books) -> None:
    assert spendable(standing(march), "Repair") == 0


def test_the_movement_of_march_is_that_of_the_sample(march: Books) -> None:
    moved = _moved(march, date(2026, 2, 28), date(2026, 3, 31))
    assert moved["Income:PropertyFee:Service:Owner"] == -yuan("700.00")  # 300.00 cash, 400.00 from prepaid
    assert moved["Expenses:PropertyFee:Facility:Elevator"] == yuan("1,800.00")
    assert moved["Expenses:PropertyFee:Remuneration"] == yuan("200.00")
    assert moved["Income:PublicIncome:Parking:Temporary"] == -yuan("5,000.00")


def test_the_parts_of_the_joint_account_add_up_to_the_statement(march: Books) -> None:
    parts = [minor for code, minor in standing(march).items() if code.endswith(":Bank:Joint01")]
    assert sum(parts) == yuan("51,197.00") + yuan("45,900.00") == yuan("97,097.00")


@pytest.mark.parametrize(
    ("party", "aged"),
    [
        ("Owner", ("390.06", "659.18", "37.18", "0.00", "1,086.42")),
        ("Developer", ("480.00", "1,440.00", "4,320.00", "960.00", "7,200.00")),
    ],
)
def test_the_golden_ageing_on_the_last_day_of_march(march: Books, party: str, aged: tuple[str, ...]) -> None:
    days = (30, 90, 365, 10_000)
    sums = [0, 0, 0, 0]
    with march.database.reading() as session:
        for charge in open_charges(session, march.compound, units=set(AREAS)):
            age = (date(2026, 3, 31) - charge.due_on).days
            if charge.party == party:
                sums[next(place for place, limit in enumerate(days) if age <= limit)] += charge.open_minor
    assert (*sums, sum(sums)) == tuple(yuan(one) for one in aged)


@pytest.fixture(scope="module")
def march(town: Database) -> Books:
    """Give the books with March closed."""
    return play(Books(town, once("march"), date(2026, 1, 5)).open(), through="s17")


def _cash(books: Books, fund: str, day: date) -> int:
    kinds = ("Bank", "Cash", "Clearing", "Custody")
    with books.database.reading() as session:
        all_of_it = balances(session, books.compound, as_of=day)
    return sum(
        all_of_it[code] for code in all_of_it if code.split(":")[1:3] in [[fund, kind] for kind in kinds]
    )


def _moved(books: Books, after: date, through: date) -> dict[str, int]:
    with books.database.reading() as session:
        before = balances(session, books.compound, as_of=after)
        later = balances(session, books.compound, as_of=through)
    return {code: later[code] - before.get(code, 0) for code in later}
