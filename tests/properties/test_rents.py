"""Any sequence of acts of public income leaves debts with their mirrors, rows with their accounts, and costs exact."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actions.charge_rents import ChargeRents, charge_rents
from ledger.actions.end_lease import EndLease, end_lease
from ledger.actions.receive_rent import ReceiveRent, receive_rent
from ledger.actions.reverse import Reverse, reverse
from ledger.errors import Refusal
from ledger.rules.lease import Schedule, fee_of, tax_of
from ledger.store.leases import costs_so_far, open_rents, owed_back_to_tenant, rent_lots
from tests.books.reading import standing
from tests.books.renting import let_lifts
from tests.books.sample import set_up
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

ON_SQLITE = pytest.mark.parametrize("town", ["sqlite"], indirect=True)
ARREARS = Schedule(100_001, in_advance=False)
_HOUSES = itertools.count(1)
ACTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 45)),
    st.tuples(st.just("due"), st.just(0)),
    st.tuples(st.just("rent"), st.integers(1, 400_000)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("end"), st.integers(0, 40)),
)


def play(house: Books, what: str, number: int, done: list[int]) -> None:
    """Do one act; a refusal is an answer too, and changes nothing."""
    try:
        if what == "wait":
            house.today = min(house.today + timedelta(days=number), date(2026, 12, 20))
        elif what == "due":
            done.append(house.act(charge_rents, ChargeRents(house.today)).recorded.seq)
        elif what == "rent":
            command = ReceiveRent("A-07", number, house.today, bank="Joint01")
            done.append(house.act(receive_rent, command).recorded.seq)
        elif what == "undo" and done:
            seq = done[-1 - number % len(done)]
            house.act(reverse, Reverse(seq, "更正", house.today))
            done.remove(seq)
        elif what == "end":
            last = house.today - timedelta(days=number)
            house.act(end_lease, EndLease("A-07", last, "退场", house.today))
    except Refusal:
        return


def check(house: Books) -> None:
    now = standing(house)
    with house.database.reading() as session:
        owed = sum(one.open_minor for one in open_rents(session, house.compound))
        lots = rent_lots(session, house.compound)
        back = owed_back_to_tenant(session, house.compound, "A-07")
        base, fee, tax = costs_so_far(session, house.compound, "A-07")
    assert all(lot.left_minor > 0 for lot in lots)
    assert now.get("Assets:PublicIncome:Receivable:Tenant", 0) == owed >= 0
    assert now.get("Liabilities:PublicIncome:Uncollected:Tenant", 0) == -owed
    assert now.get("Liabilities:PublicIncome:Prepaid", 0) == -sum(lot.left_minor for lot in lots)
    assert now.get("Liabilities:PublicIncome:Refundable", 0) == -back <= 0
    income = -now.get("Income:PublicIncome:Advert:Elevator", 0)
    assert income == base >= 0
    assert now.get("Expenses:PublicIncome:Cost:ManagementFee", 0) == fee == fee_of(income, 1_999)
    assert now.get("Expenses:PublicIncome:Cost:Tax", 0) == tax == tax_of(income, 100)
    money = now.get("Assets:PublicIncome:Bank:Joint01", 0)
    assert money == income + sum(lot.left_minor for lot in lots) + back


@ON_SQLITE
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, max_size=14), schedule=st.sampled_from([Schedule(100_001), ARREARS]))
def test_rents_tie_to_their_accounts_after_any_acts(
    house: Books, acts: list[tuple[str, int]], schedule: Schedule
) -> None:
    books = Books(house.database, f"rents-{next(_HOUSES)}", date(2026, 1, 5)).open()
    set_up(books)
    let_lifts(books, fee_bp=1_999, tax_bp=100, schedule=schedule)
    done: list[int] = []
    for what, number in acts:
        play(books, what, number, done)
        check(books)
    agree_with(books)
