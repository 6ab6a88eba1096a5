"""The trustee is paid what was accrued, with two keys, and nothing while it owes the owners for a loss (E22)."""

from __future__ import annotations

import pytest

from ledger import errors
from ledger.actions.claim_loss import Against, ClaimLoss, Recover, claim_loss, recover
from ledger.actions.pay import RequestDisbursement, approve, pay, request
from ledger.actions.reverse import Reverse, reverse
from ledger.store.registers import entry
from tests.books.reading import standing
from tests.books.sample import play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.refusing import refused


@pytest.fixture
def accrued(house: Books) -> Books:
    """Give the sample after the close of March: remuneration is accrued and unpaid; it is April."""
    play(house, through="s17")
    assert owed_to_trustee(house) > 0
    return house


def owed_to_trustee(books: Books) -> int:
    return -standing(books).get("Liabilities:PropertyFee:Payable:Trustee", 0)


def wages(name: str, minor: int | None = None) -> RequestDisbursement:
    return RequestDisbursement(
        name,
        "PropertyFee",
        (),
        "示例物业公司",
        "酬金",
        "物业服务合同 2025-01",
        "Joint01",
        "remuneration",
        amount_minor=minor,
    )


def test_remuneration_is_paid_with_two_keys_up_to_what_was_accrued(accrued: Books) -> None:
    due = owed_to_trustee(accrued)
    told = refused(accrued, errors.RemunerationShort, request, wages("w-0", due + 1), by=TRUSTEE)
    assert told.pointer == "/amount"
    accrued.act(request, wages("w-1"), by=TRUSTEE)
    accrued.act(request, wages("w-2", due), by=TRUSTEE)
    for one in ("w-1", "w-2"):
        accrued.act(approve, one, by=COMMITTEE)
    done = accrued.act(pay, "w-1", accrued.today)
    assert owed_to_trustee(accrued) == 0
    refused(accrued, errors.RemunerationShort, pay, "w-2", accrued.today)
    with accrued.database.reading() as session:
        view = entry(session, accrued.compound, done.recorded.seq)
    assert (view.entry.narration, view.entry.counterparty) == ("支付 受托人酬金", "示例物业公司")
    accrued.act(reverse, Reverse(done.recorded.seq, "账号有误", accrued.today))
    assert owed_to_trustee(accrued) == due


def test_remuneration_is_not_paid_while_the_trustee_owes_for_a_loss(accrued: Books) -> None:
    accrued.act(request, wages("w-1"), by=TRUSTEE)
    accrued.act(request, wages("w-2", 1), by=TRUSTEE)
    accrued.act(approve, "w-1", by=COMMITTEE)
    command = ClaimLoss(Against.TRUSTEE, "PublicIncome", yuan("500.00"), "漏缴", "决议 4", accrued.today)
    opened = accrued.act(claim_loss, command, by=COMMITTEE)
    told = refused(accrued, errors.TrusteeClaimOpen, pay, "w-1", accrued.today)
    assert (told.code, told.facts["open"]) == ("trustee_claim_open", "500.00")
    refused(accrued, errors.TrusteeClaimOpen, approve, "w-2", by=COMMITTEE)
    accrued.act(recover, Recover(opened.seq, "Joint01", accrued.today, yuan("499.99")))
    refused(accrued, errors.TrusteeClaimOpen, pay, "w-1", accrued.today)
    accrued.act(recover, Recover(opened.seq, "Joint01", accrued.today))
    accrued.act(pay, "w-1", accrued.today)
    assert owed_to_trustee(accrued) == 0


def test_a_claim_on_somebody_else_keeps_nobody_from_being_paid(accrued: Books) -> None:
    other = ClaimLoss(Against.FORMER_TRUSTEE, "PropertyFee", 100, "未移交", "决议 4", accrued.today)
    accrued.act(claim_loss, other)
    accrued.act(request, wages("w-1"), by=TRUSTEE)
    accrued.act(approve, "w-1", by=COMMITTEE)
    accrued.act(pay, "w-1", accrued.today)
    assert owed_to_trustee(accrued) == 0


def test_whoever_keeps_the_books_does_not_drop_a_claim_that_the_committee_made(accrued: Books) -> None:
    loss = ClaimLoss(Against.TRUSTEE, "PropertyFee", yuan("500.00"), "擅自超支", "决议 3", accrued.today)
    opened = accrued.act(claim_loss, loss, by=COMMITTEE).seq
    drop = Reverse(opened, "不追了", accrued.today)
    refused(accrued, errors.ReversalRefused, reverse, drop, by=TREASURER)
    refused(accrued, errors.RoleRefused, reverse, drop, by=TRUSTEE)
    accrued.act(reverse, drop, by=COMMITTEE)
    own = accrued.act(claim_loss, loss, by=TREASURER).seq
    accrued.act(reverse, Reverse(own, "误记", accrued.today), by=TREASURER)


def test_the_committee_takes_back_nothing_but_claims(accrued: Books) -> None:
    accrued.act(request, wages("w-1"), by=TRUSTEE)
    accrued.act(approve, "w-1", by=COMMITTEE)
    paid = accrued.act(pay, "w-1", accrued.today).recorded.seq
    refused(accrued, errors.RoleRefused, reverse, Reverse(paid, "退汇", accrued.today), by=COMMITTEE)
