"""Months that a vote gives for paying ahead: what they cost, and what becomes of them when the money goes."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.receive import Receive, Received, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.store.debts import relief_list
from ledger.store.owed import open_charges
from tests.books.reading import standing
from tests.books.sample import LATE_PAYER, SMALL, TWO_PAYER, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import DAY, agree_with, billed, paying, refused

__all__ = ["billed"]
VOTE = "表决 V2025-07"
FEBRUARY, MARCH = date(2026, 2, 5), date(2026, 3, 5)


def ahead(unit: str = SMALL, amount: str = "2,200.00", *months: str, **named: object) -> Receive:
    return paying(unit, amount, free_months=months or ("2026-02",), authority=VOTE, **named)


def run(books: Books, day: date) -> None:
    books.today = day
    books.act(bill, BillMonth(f"{day:%Y-%m}", day))


def open_months(books: Books, unit: str) -> list[tuple[str, int]]:
    with books.database.reading() as session:
        found = open_charges(session, books.compound, [unit])
    return [(one.period, one.open_minor) for one in found]


def waived(books: Books) -> dict[str, int]:
    """Return what is waived of each unit."""
    sums: dict[str, int] = {}
    with books.database.reading() as session:
        for one in relief_list(session, books.compound, "waiver"):
            sums[one.unit] = sums.get(one.unit, 0) + one.amount_minor
    return {unit: minor for unit, minor in sums.items() if minor}


@pytest.mark.parametrize("returned", [True, False])
def test_a_receipt_taken_back_ends_its_own_free_month_and_nobody_elses(
    billed: Books, *, returned: bool
) -> None:
    bounced: Received = billed.act(receive, ahead())
    billed.act(receive, ahead(TWO_PAYER, "2,321.00"))
    run(billed, FEBRUARY)
    assert waived(billed) == {SMALL: yuan("200.00"), TWO_PAYER: yuan("211.00")}
    before = standing(billed)["Assets:PropertyFee:Receivable:Owner"]
    billed.act(reverse, Reverse(bounced.recorded.seq, "退票", FEBRUARY, returned=returned))
    assert waived(billed) == {TWO_PAYER: yuan("211.00")}
    assert open_months(billed, SMALL) == [("2026-01", yuan("200.00")), ("2026-02", yuan("200.00"))]
    assert standing(billed)["Assets:PropertyFee:Receivable:Owner"] == before + yuan("400.00")
    agree_with(billed)
    run(billed, MARCH)
    assert open_months(billed, TWO_PAYER) == []
    agree_with(billed)


def test_a_free_month_taken_back_after_a_sale_is_the_former_owners(billed: Books) -> None:
    seq = billed.act(receive, ahead()).recorded.seq
    run(billed, FEBRUARY)
    sale = ChangeOwner(SMALL, FEBRUARY, FEBRUARY, Ahead.CARRY, "过户 1")
    billed.act(change_owner, sale)
    billed.act(reverse, Reverse(seq, "退票", FEBRUARY, returned=True))
    assert standing(billed)["Assets:PropertyFee:Receivable:Former"] == yuan("400.00")
    agree_with(billed)


def test_a_reversal_is_not_dated_before_the_free_month_was_given(billed: Books) -> None:
    seq = billed.act(receive, ahead(SMALL, "200.00")).recorded.seq
    run(billed, FEBRUARY)
    early = Reverse(seq, "误记", date(2026, 1, 31))
    assert refused(billed, reverse, early, errors.ReversalRefused).pointer == "/effective_on"


def test_free_months_are_paid_for(billed: Books) -> None:
    year = tuple(f"2026-{month:02d}" for month in range(2, 13))
    fen = refused(billed, receive, ahead(SMALL, "0.01", *year), errors.PaidAheadShort)
    assert (fen.pointer, fen.facts["needed"]) == ("/free_months", "2200.00")
    refused(billed, receive, ahead(SMALL, "2,199.99", "2026-12"), errors.PaidAheadShort)
    refused(billed, receive, ahead(SMALL, "199.99"), errors.PaidAheadShort)
    billed.act(receive, ahead(SMALL, "2,200.00", "2026-12"))


def test_old_debts_do_not_earn_a_free_month(billed: Books) -> None:
    """716.24 of what LATE_PAYER pays goes to 2025."""
    refused(billed, receive, ahead(LATE_PAYER, "895.29", "2026-02"), errors.PaidAheadShort)
    billed.act(receive, ahead(LATE_PAYER, "895.30", "2026-02"))


def test_what_is_paid_or_held_already_need_not_be_paid_again(billed: Books) -> None:
    billed.act(receive, paying(SMALL, "600.00"))  # January, and two months ahead
    refused(billed, receive, ahead(SMALL, "1,599.99", "2026-12"), errors.PaidAheadShort)
    billed.act(receive, ahead(SMALL, "1,600.00", "2026-12"))


@pytest.mark.parametrize(
    ("back", "undone", "given"), [(20_000, 0, True), (20_001, 0, False), (20_001, 1, True)]
)
def test_a_month_whose_money_was_given_back_is_owed(
    billed: Books, back: int, undone: int, *, given: bool
) -> None:
    """800 yuan pay January to March for a free April; 200 are more than that takes."""
    billed.act(receive, ahead(SMALL, "800.00", "2026-04"))
    billed.act(owe_back, OweBack(SMALL, DAY, back - undone))
    if undone:
        seq = billed.act(owe_back, OweBack(SMALL, DAY, undone)).recorded.seq
        billed.act(reverse, Reverse(seq, "误办", DAY))
    for month in (2, 3, 4):
        run(billed, date(2026, month, 5))
    assert waived(billed) == ({SMALL: yuan("200.00")} if given else {})


def test_an_owner_who_takes_the_money_along_takes_the_promise(billed: Books) -> None:
    billed.act(receive, ahead(SMALL, "400.00", "2026-03"))
    billed.today = day = date(2026, 2, 1)
    billed.act(change_owner, ChangeOwner(SMALL, day, day, Ahead.CARRY, "双方协议 1"))
    run(billed, FEBRUARY)
    run(billed, MARCH)
    assert (open_months(billed, SMALL), waived(billed)) == ([], {SMALL: yuan("200.00")})
    agree_with(billed)


def test_an_owner_who_gets_the_money_back_leaves_no_promise(billed: Books) -> None:
    billed.act(receive, ahead(SMALL, "400.00", "2026-03"))
    billed.today = day = date(2026, 2, 1)
    billed.act(change_owner, ChangeOwner(SMALL, day, day, Ahead.REFUND, "过户 1"))
    run(billed, FEBRUARY)
    run(billed, MARCH)
    assert waived(billed) == {}
    assert [month for month, _ in open_months(billed, SMALL)] == ["2026-02", "2026-03"]
