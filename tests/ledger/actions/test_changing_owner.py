"""Another owner, and a settlement with the developer: whose debt stays whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.dispute import Dispute, dispute, end_dispute
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.receive import receive
from ledger.actions.relieve import Relieve, waive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.settle_in_kind import SellInKind, SettleInKind, sell_in_kind, settle_in_kind
from ledger.store.owed import prepaid_lots
from ledger.store.registers import EntryFilter, entries
from tests.books.reading import acts, standing
from tests.books.sample import LATE_PAYER, SMALL, TWO_PAYER, UNSOLD, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import DAY, agree_with, billed, left, paying, refused
from tests.ledger.actions.test_relieving import charge_of

__all__ = ["billed"]
SOLD = date(2026, 1, 20)
FORMER = "Assets:PropertyFee:Receivable:Former"


def sale(unit: str, ahead: Ahead = Ahead.CARRY) -> ChangeOwner:
    return ChangeOwner(unit, SOLD, SOLD, ahead, "产权变更登记 2026-01")


@pytest.fixture
def sold(billed: Books) -> Books:
    """Give books in which LATE_PAYER has sold, on 20 January."""
    billed.today = SOLD
    billed.act(change_owner, sale(LATE_PAYER))
    return billed


def test_the_new_owner_does_not_pay_the_old_ones_debt(sold: Books) -> None:
    new = sold.act(receive, replace(paying(LATE_PAYER, "100.00"), received_on=SOLD, effective_on=SOLD))
    assert (new.settled, new.prepaid_minor) == ((), yuan("100.00"))
    old = sold.act(receive, replace(paying(LATE_PAYER, "100.00", debtor=1), effective_on=SOLD))
    assert [part.amount_minor for part in old.settled] == [yuan("100.00")]
    assert standing(sold)[FORMER] == yuan("795.30")
    agree_with(sold)


def test_a_receipt_taken_back_after_the_sale_reopens_the_debt_as_a_former_owners(billed: Books) -> None:
    seq = billed.act(receive, paying(LATE_PAYER, "100.00")).recorded.seq
    waiver = billed.act(waive, Relieve(((charge_of(billed, "179.06"), None),), "表决", DAY)).recorded.seq
    billed.today = SOLD
    done = billed.act(change_owner, sale(LATE_PAYER))
    assert done.former_minor == yuan("616.24")
    billed.act(reverse, Reverse(seq, "退票", SOLD, returned=True))
    billed.act(reverse, Reverse(waiver, "表决撤销", SOLD))
    assert standing(billed)[FORMER] == yuan("895.30")
    agree_with(billed)


def test_a_disputed_debt_comes_back_as_a_former_owners(billed: Books) -> None:
    charge = charge_of(billed, "179.06")
    billed.act(dispute, Dispute(((charge, None),), "异议书", DAY))
    billed.today = SOLD
    assert billed.act(change_owner, sale(LATE_PAYER)).former_minor == yuan("716.24")
    billed.act(end_dispute, Dispute(((charge, None),), "调解", SOLD))
    assert standing(billed)[FORMER] == yuan("895.30")
    agree_with(billed)


def test_what_was_paid_ahead_is_the_new_owners_by_agreement(billed: Books) -> None:
    number = billed.act(receive, paying(SMALL, "600.00")).number
    billed.today = SOLD
    done = billed.act(change_owner, sale(SMALL))
    with billed.database.reading() as session:
        lots = prepaid_lots(session, billed.compound, unit=SMALL)
    assert [(lot.debtor, lot.receipt, lot.left_minor) for lot in lots] == [(2, number, yuan("400.00"))]
    assert (done.old_debtor, done.debtor, done.ahead_minor) == (1, 2, yuan("400.00"))
    with pytest.raises(errors.RefundMissing):
        billed.act(owe_back, OweBack(SMALL, SOLD, debtor=1))


def test_a_change_of_owner_needs_its_paper_and_an_owner(billed: Books) -> None:
    billed.today = SOLD
    refused(billed, change_owner, replace(sale(SMALL), authority=" "), errors.AuthorityMissing)
    refused(billed, change_owner, sale(UNSOLD[0]), errors.RequestMalformed)
    refused(billed, change_owner, sale("B09-U9-0909"), errors.NotFound)


def test_a_change_of_owner_is_not_reversed(sold: Books) -> None:
    refused(sold, reverse, Reverse(acts(sold), "误办", SOLD), errors.ReversalRefused)


def test_a_unit_that_owes_nothing_changes_owner_without_an_entry(billed: Books) -> None:
    billed.act(receive, paying(TWO_PAYER, "211.00"))
    billed.today = SOLD
    assert billed.act(change_owner, sale(TWO_PAYER)).recorded.voucher is None


def developer(amount: str, **named: object) -> SettleDeveloper:
    return SettleDeveloper(UNSOLD, yuan(amount), "Joint01", DAY, "表决 V2026-02", **named)  # type: ignore[arg-type]  # by name


def test_a_settlement_with_the_developer_divides_what_is_paid_as_the_units_owe(billed: Books) -> None:
    done = billed.act(settle_developer, developer("5,000.01"))
    sums = dict.fromkeys(UNSOLD, 0)
    for part in done.receipt.settled:
        sums[part.charge.unit] += part.amount_minor
    assert sorted(sums.values()) == [yuan("2,500.00"), yuan("2,500.01")]
    assert (done.waiver, done.in_kind) == (None, None)
    agree_with(billed)


def test_the_acts_of_a_settlement_are_made_together_or_not_at_all(billed: Books) -> None:
    command = developer("5,000.00", in_kind_minor=yuan("1,000.00"), waive_rest=True)
    refused(billed, settle_developer, command, errors.AuthorityMissing)  # no valuation: no receipt either
    done = billed.act(settle_developer, replace(command, document="评估报告 3"))
    assert done.waiver is not None
    assert done.waiver.amount_minor == yuan("240.00")
    assert [one for one in left(billed) if one[1] == yuan("240.00")] == []
    with billed.database.reading() as session:
        kinds = [view.entry.kind for view in entries(session, billed.compound, EntryFilter())][-3:]
    assert kinds == ["receipt", "in_kind", "waiver"]
    agree_with(billed)


def test_a_settlement_takes_a_vote_and_no_more_than_is_owed(billed: Books) -> None:
    refused(billed, settle_developer, replace(developer("1.00"), authority=""), errors.AuthorityMissing)
    refused(billed, settle_developer, developer("6,240.01"), errors.ReceiptOverpaid)
    refused(billed, settle_developer, replace(developer("1.00"), units=(SMALL,)), errors.NotFound)


def test_what_was_taken_in_kind_and_sold_is_not_given_back(billed: Books) -> None:
    before = standing(billed)
    part = (charge_of(billed, "240.00"), yuan("200.00"))
    taken = billed.act(settle_in_kind, SettleInKind((part,), "表决", "评估报告", DAY)).recorded.seq
    sale_of = SellInKind(yuan("200.00"), yuan("190.00"), "Joint01", "合同", DAY)
    refused(billed, sell_in_kind, replace(sale_of, book_minor=yuan("200.01")), errors.InKindShort)
    refused(billed, sell_in_kind, replace(sale_of, amount_minor=0), errors.RequestMalformed)
    sold_at = billed.act(sell_in_kind, sale_of).seq
    refused(billed, reverse, Reverse(taken, "误记", DAY), errors.ReversalRefused)
    billed.act(reverse, Reverse(sold_at, "误记", DAY))
    billed.act(reverse, Reverse(taken, "误记", DAY))
    assert standing(billed) == before
    agree_with(billed)


def test_only_an_expense_of_the_fund_is_consumed_in_kind(billed: Books) -> None:
    part = (charge_of(billed, "240.00"), None)
    command = SettleInKind((part,), "表决", "评估报告", DAY, "Expenses:PublicIncome:Cost:Labour")
    refused(billed, settle_in_kind, command, errors.AccountUnknown)
