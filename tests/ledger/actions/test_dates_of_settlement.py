"""Nothing settles a debt before it was there, and nothing is undone before it was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.receive import Receive, receive
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.settle_in_kind import SettleInKind, settle_in_kind
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.store.balances import balances
from ledger.store.owed import open_charges, prepaid_lots
from tests.books.reading import standing
from tests.books.sample import SMALL, UNSOLD, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with, billed, left, paying, refused

__all__ = ["billed"]
JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 5)
INCOME, PREPAID = "Income:PropertyFee:Service:Owner", "Liabilities:PropertyFee:Prepaid"


@pytest.fixture
def february(billed: Books) -> Books:
    """Give books in which SMALL has paid January and owes February, which was billed on the 5th; today is the 6th."""
    billed.act(receive, paying(SMALL, "200.00"))
    billed.today = FEBRUARY
    billed.act(bill, BillMonth("2026-02", FEBRUARY))
    billed.today = date(2026, 2, 6)
    return billed


def owed(books: Books) -> str:
    """Return the id of SMALL's charge of February."""
    with books.database.reading() as session:
        return open_charges(session, books.compound, [SMALL])[0].id


def of_january(amount: str = "200.00", **named: object) -> Receive:
    return Receive(SMALL, yuan(amount), Channel.BANK, JANUARY, JANUARY, "Joint01", **named)  # type: ignore[arg-type]  # by name


def at_end_of_january(books: Books, account: str) -> int:
    with books.database.reading() as session:
        return balances(session, books.compound, JANUARY).get(account, 0)


def test_a_backdated_receipt_is_paid_ahead_for_what_was_billed_later(february: Books) -> None:
    before = at_end_of_january(february, INCOME)
    done = february.act(receive, of_january())
    assert (done.settled, done.prepaid_minor) == ((), yuan("200.00"))
    assert at_end_of_january(february, INCOME) == before
    agree_with(february)
    february.today = march = date(2026, 3, 5)
    february.act(bill, BillMonth("2026-03", march))
    with february.database.reading() as session:
        assert [one.period for one in open_charges(session, february.compound, [SMALL])] == ["2026-03"]


def test_a_named_month_or_charge_of_later_is_refused_with_its_day(february: Books) -> None:
    by_month = refused(february, receive, of_january(periods=("2026-02",)), errors.ChargeNotYet)
    assert (by_month.pointer, by_month.facts["day"]) == ("/periods/0", "2026-02-05")
    by_charge = refused(february, receive, of_january(charges=(owed(february),)), errors.ChargeNotYet)
    assert by_charge.pointer == "/charges/0"


def test_parked_money_claimed_for_an_earlier_day_is_paid_ahead(february: Books) -> None:
    parked = Park(yuan("200.00"), Channel.BANK, JANUARY, JANUARY, "Joint01")
    number = february.act(park, parked).parked
    done = february.act(claim, Claim(number, Payer(SMALL), JANUARY))
    assert (done.settled, done.prepaid_minor) == ((), yuan("200.00"))


@pytest.mark.parametrize(
    ("action", "command"),
    [
        (waive, Relieve((), "表决 V2026-02", JANUARY)),
        (write_off, Relieve((), "业委会决定 3", JANUARY)),
        (dispute, Dispute((), "异议书 1", JANUARY)),
        (settle_in_kind, SettleInKind((), "表决", "评估 1", JANUARY)),
    ],
)
def test_no_debt_ends_or_moves_before_it_was_there(february: Books, action: object, command: object) -> None:
    named = replace(command, parts=((owed(february), None),))  # type: ignore[type-var]  # a dataclass
    assert refused(february, action, named, errors.ChargeNotYet).pointer == "/charges/0/id"
    february.act(action, replace(named, effective_on=FEBRUARY))  # type: ignore[arg-type,type-var]  # an action
    agree_with(february)


def test_a_developer_settles_what_stood_on_the_day(february: Books) -> None:
    at = standing(february)["Assets:PropertyFee:Receivable:Developer"]
    all_of_it = SettleDeveloper(UNSOLD, at, "Joint01", JANUARY, "表决 V2026-02")
    refused(february, settle_developer, all_of_it, errors.ReceiptOverpaid)
    february.act(settle_developer, replace(all_of_it, amount_minor=at - 2 * yuan("240.00")))
    assert [one[1] for one in left(february) if one[1] == yuan("240.00")] == [yuan("240.00")] * 2


def test_debts_of_later_do_not_move_with_an_owner_of_before(february: Books) -> None:
    sale = ChangeOwner(SMALL, JANUARY, JANUARY, Ahead.CARRY, "过户 1")
    assert refused(february, change_owner, sale, errors.ChargeNotYet).pointer == "/effective_on"
    assert february.act(change_owner, replace(sale, effective_on=FEBRUARY)).former_minor == yuan("200.00")


def test_a_run_for_an_earlier_day_does_not_use_money_that_came_later(billed: Books) -> None:
    billed.today = FEBRUARY
    paid = Receive(SMALL, yuan("500.00"), Channel.BANK, FEBRUARY, FEBRUARY, "Joint01")
    billed.act(receive, paid)
    done = billed.act(bill, BillMonth("2026-02", JANUARY))
    with billed.database.reading() as session:
        lots = prepaid_lots(session, billed.compound, unit=SMALL)
    assert sum(lot.left_minor for lot in lots) == yuan("300.00")
    assert at_end_of_january(billed, PREPAID) <= 0
    assert done.released_minor < yuan("500.00")


def test_a_receipt_is_not_taken_back_before_its_money_was_used(billed: Books) -> None:
    seq = billed.act(receive, paying(SMALL, "400.00")).recorded.seq
    billed.today = FEBRUARY
    billed.act(bill, BillMonth("2026-02", FEBRUARY))
    early = Reverse(seq, "误记", JANUARY)
    assert refused(billed, reverse, early, errors.ReversalRefused).pointer == "/effective_on"
    billed.act(reverse, replace(early, effective_on=FEBRUARY))
    agree_with(billed)
