"""Waivers, write-offs and months given for paying ahead: what they end, what they refuse, what undoes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.receive import receive
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.store.debts import owed_back, relief_list
from tests.books.reading import standing
from tests.books.sample import LATE_PAYER, SMALL, TWO_PAYER, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import DAY, agree_with, billed, left, paying, refused

__all__ = ["billed"]


def charge_of(books: Books, amount: str, place: int = 0) -> str:
    """Return the id of an open charge of so much."""
    return [one[0] for one in left(books) if one[1] == yuan(amount)][place]


def test_a_waiver_ends_only_what_is_open_and_touches_no_income(billed: Books) -> None:
    charge = charge_of(billed, "211.00")
    billed.act(receive, paying(TWO_PAYER, "120.00"))
    before = standing(billed)
    done = billed.act(waive, Relieve(((charge, None),), "表决 V2026-02", DAY))
    assert done.amount_minor == yuan("91.00")
    after = standing(billed)
    assert {code: after[code] for code in after if code.startswith(("Income", "Expenses"))} == {
        code: before[code] for code in before if code.startswith(("Income", "Expenses"))
    }
    assert charge not in [one[0] for one in left(billed)]
    agree_with(billed)


@pytest.mark.parametrize("action", [waive, write_off])
@pytest.mark.parametrize(
    ("amount", "kind", "pointer"),
    [
        (yuan("211.01"), errors.ReliefAboveOpen, "/charges/0/amount"),
        (0, errors.ReliefAboveOpen, "/charges/0/amount"),
        (-1, errors.ReliefAboveOpen, "/charges/0/amount"),
    ],
)
def test_no_more_is_ended_than_is_open(
    billed: Books, action: object, amount: int, kind: type[errors.Refusal], pointer: str
) -> None:
    command = Relieve(((charge_of(billed, "211.00"), amount),), "表决", DAY)
    assert refused(billed, action, command, kind).pointer == pointer


@pytest.mark.parametrize("action", [waive, write_off])
def test_nothing_is_ended_without_authority_or_charge(billed: Books, action: object) -> None:
    part = (charge_of(billed, "211.00"), None)
    refused(billed, action, Relieve((part,), "  ", DAY), errors.AuthorityMissing)
    refused(billed, action, Relieve((), "表决", DAY), errors.RequestMalformed)
    refused(billed, action, Relieve((("99-1", None),), "表决", DAY), errors.NotFound)
    refused(billed, action, Relieve((part, part), "表决", DAY), errors.ReliefAboveOpen)


def test_a_bill_with_a_waiver_on_it_is_not_reversed_before_the_waiver(billed: Books) -> None:
    billed.today = date(2026, 2, 5)
    run = billed.act(bill, BillMonth("2026-02", billed.today)).runs[0].recorded.seq
    waiver = billed.act(waive, Relieve(((f"{run}-4", None),), "表决", billed.today)).recorded.seq
    assert refused(billed, reverse, Reverse(run, "误计", billed.today), errors.ReversalRefused).facts
    billed.act(reverse, Reverse(waiver, "表决撤销", billed.today))
    assert f"{run}-4" in [one[0] for one in left(billed)]
    agree_with(billed)


def test_a_write_off_that_was_paid_after_all_is_not_reversed(billed: Books) -> None:
    charge = charge_of(billed, "211.00")
    seq = billed.act(write_off, Relieve(((charge, None),), "业委会决定 3", DAY)).recorded.seq
    receipt = billed.act(receive, paying(TWO_PAYER, "211.00", charges=(charge,))).recorded.seq
    refused(billed, reverse, Reverse(seq, "误销", DAY), errors.ReversalRefused)
    billed.act(reverse, Reverse(receipt, "误记", DAY))
    billed.act(reverse, Reverse(seq, "误销", DAY))
    assert (charge, yuan("211.00"), 0) in left(billed)
    with billed.database.reading() as session:
        kinds = [one.amount_minor for one in relief_list(session, billed.compound, "write_off")]
    assert kinds == [21_100, -21_100, 21_100, -21_100]
    agree_with(billed)


def test_part_of_a_write_off_comes_back_with_the_money(billed: Books) -> None:
    charge = charge_of(billed, "211.00")
    billed.act(write_off, Relieve(((charge, None),), "业委会决定 3", DAY))
    before = standing(billed)
    done = billed.act(receive, paying(TWO_PAYER, "100.00", charges=(charge,)))
    moved = {code: minor - before.get(code, 0) for code, minor in standing(billed).items()}
    assert {code: minor for code, minor in moved.items() if minor} == {
        "Assets:PropertyFee:Bank:Joint01": 10_000,
        "Income:PropertyFee:Service:Owner": -10_000,
    }
    assert (done.prepaid_minor, [part.amount_minor for part in done.settled]) == (0, [10_000])


def test_money_for_a_waived_debt_is_refundable_and_its_receipt_can_be_taken_back(billed: Books) -> None:
    charge = charge_of(billed, "211.00")
    billed.act(waive, Relieve(((charge, None),), "表决", DAY))
    before = standing(billed)
    done = billed.act(receive, paying(TWO_PAYER, "211.00", charges=(charge,)))
    with billed.database.reading() as session:
        assert [one.left_minor for one in owed_back(session, billed.compound)] == [yuan("211.00")]
    assert done.refundable_minor == yuan("211.00")
    billed.act(reverse, Reverse(done.recorded.seq, "误记", DAY))
    assert standing(billed) == before


def test_a_developers_debt_is_waived_where_it_stands(billed: Books) -> None:
    charge = charge_of(billed, "240.00")
    before = standing(billed)["Assets:PropertyFee:Receivable:Developer"]
    billed.act(waive, Relieve(((charge, yuan("40.00")),), "表决", DAY))
    assert standing(billed)["Assets:PropertyFee:Receivable:Developer"] == before - yuan("40.00")


def test_a_month_is_given_by_a_vote_only_once_and_before_it_is_billed(billed: Books) -> None:
    command = paying(SMALL, "2,200.00", free_months=("2026-12",), authority="表决 V2025-07")
    refused(billed, receive, replace(command, authority=""), errors.AuthorityMissing)
    refused(billed, receive, replace(command, free_months=("2026-01",)), errors.AlreadyBilled)
    refused(billed, receive, replace(command, free_months=("2026-12", "2026-12")), errors.AlreadyExists)
    billed.act(receive, command)
    refused(billed, receive, command, errors.AlreadyExists)


def test_a_promise_falls_with_its_receipt(billed: Books) -> None:
    command = paying(SMALL, "2,200.00", free_months=("2026-02",), authority="表决 V2025-07")
    seq = billed.act(receive, command).recorded.seq
    billed.act(reverse, Reverse(seq, "退票", DAY))
    billed.today = date(2026, 2, 5)
    billed.act(bill, BillMonth("2026-02", billed.today))
    with billed.database.reading() as session:
        assert relief_list(session, billed.compound) == []


def test_a_free_months_waiver_taken_back_by_hand_leaves_the_receipt_to_be_taken_back(billed: Books) -> None:
    command = paying(SMALL, "2,200.00", free_months=("2026-02",), authority="表决 V2025-07")
    seq = billed.act(receive, command).recorded.seq
    billed.today = date(2026, 2, 5)
    billed.act(bill, BillMonth("2026-02", billed.today))
    with billed.database.reading() as session:
        (waived,) = relief_list(session, billed.compound)
    assert (waived.unit, waived.period, waived.amount_minor) == (SMALL, "2026-02", 20_000)
    billed.act(reverse, Reverse(waived.seq, "表决撤销", billed.today))
    billed.act(reverse, Reverse(seq, "退票", billed.today))
    agree_with(billed)


def given_up(books: Books) -> str:
    """Write LATE_PAYER's oldest month off; return the charge's id."""
    charge = charge_of(books, "179.06")
    books.act(write_off, Relieve(((charge, None),), "业委会决定 3", DAY))
    return charge


def test_a_month_that_was_written_off_may_be_named_and_is_income(billed: Books) -> None:
    charge = given_up(billed)
    done = billed.act(receive, paying(LATE_PAYER, "200.00", periods=("2025-09",)))
    assert [(part.charge.id, part.amount_minor) for part in done.settled] == [(charge, yuan("179.06"))]
    assert done.prepaid_minor == yuan("20.94")
    agree_with(billed)


def test_money_that_names_nothing_leaves_what_was_written_off(billed: Books) -> None:
    given_up(billed)
    done = billed.act(receive, paying(LATE_PAYER, "1,000.00"))
    assert (len(done.settled), done.prepaid_minor) == (4, yuan("283.76"))


def test_a_waived_month_has_nothing_to_pay(billed: Books) -> None:
    billed.act(waive, Relieve(((charge_of(billed, "179.06"), None),), "表决", DAY))
    refused(billed, receive, paying(LATE_PAYER, "1.00", periods=("2025-09",)), errors.ReceiptOverpaid)
