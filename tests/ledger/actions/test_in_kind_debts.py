"""A debt settled in kind is never owed back in money, and is reopened only while it stands as it was settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.adjusting import Surplus
from ledger.actions.bill import BillMonth, bill
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.receive import Receive, receive
from ledger.actions.request_adjustment import RequestAdjustment, approve_adjustment, request_adjustment
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.settle_in_kind import SettledInKind, SettleInKind, settle_in_kind
from ledger.rules.channel import Channel
from ledger.rules.unit import State
from ledger.store.append import Journal, Recorded
from ledger.store.owed import open_charges
from ledger.store.tables import Settlement
from tests.books.reading import standing
from tests.books.sample import SMALL, UNSOLD, set_up, unit_line, yuan
from tests.conftest import TRUSTEE, Books
from tests.ledger.actions.test_receiving import DAY, agree_with, refused

Given = tuple[Books, str, SettledInKind]


@pytest.fixture
def given(house: Books) -> Given:
    """Give books in which January of an unsold unit, 240 yuan, was settled with a thing."""
    books = set_up(house)
    books.act(bill, BillMonth("2026-01", DAY))
    charge = owed(books)
    done = books.act(settle_in_kind, SettleInKind(((charge, None),), "表决 1", "评估 1", DAY))
    assert done.amount_minor == yuan("240.00")
    return books, charge, done


def owed(books: Books) -> str:
    with books.database.reading() as session:
        return open_charges(session, books.compound, [UNSOLD[0]])[0].id


def size(books: Books, hundredths: int) -> None:
    books.act(import_units, ImportUnits(changed=(unit_line(UNSOLD[0], hundredths, State.UNSOLD),)))


@pytest.mark.parametrize("surplus", list(Surplus))
def test_what_was_given_in_kind_is_not_owed_back_in_money(given: Given, surplus: Surplus) -> None:
    books, charge, _ = given
    before = standing(books)
    command = RequestAdjustment((charge,), "误计", surplus)
    refused(books, request_adjustment, command, errors.AdjustmentRefused)
    for hundredths in (10_000, 15_000):
        size(books, hundredths)
        again = Rebill(UNSOLD[0], "2026-01", "面积更正", DAY, surplus=surplus)
        refused(books, rebill, again, errors.AdjustmentRefused)
    assert standing(books) == before


def test_after_the_settlement_is_taken_back_the_charge_is_put_right(given: Given) -> None:
    books, charge, done = given
    books.act(reverse, Reverse(done.recorded.seq, "退回实物", DAY))
    asked = books.act(request_adjustment, RequestAdjustment((charge,), "误计"))
    books.act(approve_adjustment, asked.adjustment, DAY, by=TRUSTEE)
    assert not standing(books).get("Assets:PropertyFee:InKind")
    agree_with(books)


def forged(journal: Journal, charge: str) -> Recorded:
    """Move a settlement away from its charge, as earlier versions let an adjustment do."""
    seq, line = charge.split("-")
    row = {"line": 1, "charge_seq": int(seq), "charge_line": int(line), "receipt": None}
    return journal.record("charges_adjusted", DAY, {Settlement: [{**row, "amount_minor": -yuan("240.00")}]})


def test_what_is_not_settled_any_more_is_not_reopened(given: Given) -> None:
    books, charge, done = given
    books.act(forged, charge)
    refused(books, reverse, Reverse(done.recorded.seq, "退回实物", DAY), errors.ReversalRefused)


def test_a_charge_is_not_put_right_before_it_was_there_or_was_paid(house: Books) -> None:
    books = set_up(house)
    books.act(bill, BillMonth("2026-01", DAY))
    books.today = paid_on = date(2026, 2, 3)
    books.act(receive, Receive(SMALL, yuan("200.00"), Channel.CASH, paid_on, paid_on))
    books.act(import_units, ImportUnits(changed=(unit_line(SMALL, 9_000),)))
    early = Rebill(SMALL, "2026-01", "面积更正", date(2026, 1, 31), surplus=Surplus.PREPAID)
    refusal = refused(books, rebill, early, errors.ChargeNotYet)
    assert (refusal.pointer, refusal.facts["day"]) == ("/effective_on", "2026-02-03")
    assert books.act(rebill, replace(early, effective_on=paid_on)).freed_minor == yuan("20.00")
    agree_with(books)
