from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ReceiptOverpaid
from ledger.rules.period import last_day
from ledger.rules.settle import Debt, OpenCharge, allocate, designate
from ledger.rules.unit import Party


def charge(period: str, minor: int, seq: int = 1, line: int = 1) -> OpenCharge:
    return OpenCharge(
        seq, line, "B01-U1-0101", 1, "property_fee", period, last_day(period), Party.OWNER, minor
    )


CHARGES = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 10**6)).map(lambda pair: (f"2026-{pair[0]:02d}", pair[1])),
    max_size=15,
).map(lambda rows: [charge(period, minor, seq=place + 1) for place, (period, minor) in enumerate(rows)])


def test_the_oldest_due_day_is_settled_first() -> None:
    late, early = charge("2026-02", 100, seq=1), charge("2026-01", 100, seq=2)
    settled, left = allocate(150, [late, early])
    assert [(part.charge.period, part.amount_minor) for part in settled] == [
        ("2026-01", 100),
        ("2026-02", 50),
    ]
    assert left == 0


def test_what_no_charge_takes_is_left_over() -> None:
    settled, left = allocate(250, [charge("2026-01", 100)])
    assert (settled[0].amount_minor, left) == (100, 150)


@given(st.integers(0, 10**7), CHARGES)
def test_nothing_is_lost_and_no_charge_takes_more_than_is_open(
    amount: int, charges: list[OpenCharge]
) -> None:
    settled, left = allocate(amount, charges)
    assert sum(part.amount_minor for part in settled) + left == amount
    assert all(0 < part.amount_minor <= part.charge.open_minor for part in settled)
    assert left == max(0, amount - sum(one.open_minor for one in charges))


def test_named_months_are_settled_in_the_order_named() -> None:
    charges = [charge("2026-01", 100, seq=1), charge("2026-02", 100, seq=2), charge("2026-03", 100, seq=3)]
    taken = designate(150, charges, ["2026-03", "2026-01"])
    assert [(part.charge.period, part.amount_minor) for part in taken.settled] == [
        ("2026-03", 100),
        ("2026-01", 50),
    ]
    assert (taken.revived, taken.rest_minor) == ((), 0)


def test_what_was_written_off_of_a_named_month_is_paid_after_what_is_open_of_it() -> None:
    gone = Debt(charge("2026-01", 0, seq=2), 300, written_off_minor=300)
    taken = designate(350, [charge("2026-01", 100)], ["2026-01"], [gone])
    assert [part.amount_minor for part in (*taken.settled, *taken.revived)] == [100, 250]
    only = designate(350, [], ["2026-01"], [gone])
    assert (only.settled, only.revived[0].amount_minor, only.rest_minor) == ((), 300, 50)


def test_a_named_month_without_anything_open_is_refused() -> None:
    with pytest.raises(ReceiptOverpaid) as refused:
        designate(100, [charge("2026-01", 100)], ["2026-01", "2026-04"])
    assert refused.value.pointer == "/periods/1"


def test_a_month_named_twice_is_settled_once() -> None:
    with pytest.raises(ReceiptOverpaid) as refused:
        designate(250, [charge("2026-01", 100)], ["2026-01", "2026-01"])
    assert refused.value.pointer == "/periods/1"


def test_a_charge_is_known_by_its_act_and_line() -> None:
    assert charge("2026-01", 1, seq=12, line=3).id == "12-3"
    assert charge("2026-01", 1).due_on == date(2026, 1, 31)
