"""What must not rest on an entry that is to be reversed: what has been used, claimed or given back since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import func
from sqlmodel import col, select

from ledger.errors import ReversalRefused
from ledger.rules.chart import group_of
from ledger.rules.entry import Entry, Kind
from ledger.rules.roles import Role
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.claims import recovered_of
from ledger.store.debts import owed_back, parked_sums
from ledger.store.disbursements import progress_of_all
from ledger.store.owed import held_by_reference, held_for, prepaid_lots
from ledger.store.petty_cash import unexplained
from ledger.store.tables import Act, Disbursement, DisbursementStep, EntryRow, Receipt, VendorRefund

_DEPOSITS = "Liabilities:Agency:Deposit:"


def _refused(seq: int, why: tuple[str, str]) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=why[0], why_en=why[1])


def _check_untouched(journal: Journal, seq: int, original: Entry) -> None:
    """Refuse to take back an opening whose prepayments or deposits have been used."""
    for posting in original.postings:
        if posting.unit is None or posting.amount_minor > 0:
            continue
        if posting.account.endswith(":Prepaid"):
            lots = prepaid_lots(journal.session, journal.compound, unit=posting.unit)
            left = sum(lot.left_minor for lot in lots if lot.receipt is None)
            if left < -posting.amount_minor:
                raise _refused(seq, ("其中预收已冲抵", "its prepayments have been used"))
    _check_deposit(journal, seq, original)


def _check_deposit(journal: Journal, seq: int, original: Entry) -> None:
    for posting in original.postings:
        if not posting.account.startswith(_DEPOSITS):
            continue
        if posting.unit is not None:
            held = held_for(journal.session, journal.compound, posting.account, posting.unit)
        else:
            reference = posting.contract or ""
            held = held_by_reference(journal.session, journal.compound, posting.account, reference)
        if held < -posting.amount_minor:
            raise _refused(seq, ("押金已退还", "the deposit has been given back"))


def _check_unclaimed(journal: Journal, seq: int, original: Entry) -> None:
    del original
    for one in parked_sums(journal.session, journal.compound):
        if one.seq == seq and one.left_minor != one.amount_minor:
            raise _refused(
                seq,
                (
                    "已有人认领或已退回,先冲销",
                    "part of it has been claimed or has gone back; reverse that first",
                ),
            )


def _check_claim(journal: Journal, seq: int, original: Entry) -> None:
    """Refuse to drop a claim of which something came in, or that is not the actor's to drop (Trust Law 36, L03).

    While it stands the trustee is not paid, so whoever keeps the books does not drop what the committee claims.
    """
    del original
    opened = journal.session.get_one(Act, (journal.compound, seq))
    may_drop = journal.actor.role in {Role.COMMITTEE, opened.role}
    if journal.actor.body != opened.body or not may_drop:
        raise _refused(seq, ("追偿由提出它的一方撤回", "a claim is dropped by those who made it"))
    if recovered_of(journal.session, journal.compound, seq):
        raise _refused(seq, ("已收回一部分,先冲销收回", "some of it has come in; reverse that first"))


def _check_not_given_back(journal: Journal, seq: int, original: Entry) -> None:
    """Refuse to make money a prepayment again that has been given back, or whose receipt has been reversed."""
    for posting in original.postings:
        if posting.account.endswith(":Refundable") and posting.unit is not None:
            left = sum(
                one.left_minor
                for one in owed_back(journal.session, journal.compound, posting.unit)
                if (one.debtor, one.receipt) == (posting.debtor, posting.receipt)
            )
            if left < -posting.amount_minor:
                raise _refused(seq, ("已经退款或已转出", "it has been given back"))


def _check_receipts_stand(journal: Journal, seq: int, original: Entry) -> None:
    numbers = {posting.receipt for posting in original.postings if posting.receipt is not None}
    query = (
        select(Receipt.number)
        .join(
            EntryRow, (col(EntryRow.compound) == Receipt.compound) & (col(EntryRow.reverses) == Receipt.seq)
        )
        .where(Receipt.compound == journal.compound, col(Receipt.number).in_(numbers))
    )
    if journal.session.exec(query).first() is not None:
        raise _refused(seq, ("原收款已被银行退回", "the receipt it gives back has itself been reversed"))


def _check_unexplained(journal: Journal, seq: int, original: Entry) -> None:
    del original
    waiting = unexplained(journal.session, journal.compound)
    if not any(one.seq == seq and one.open_minor == one.amount_minor for one in waiting):
        raise _refused(seq, ("已有说明,先冲销说明", "it has been explained; reverse that first"))


def _check_count(journal: Journal, seq: int, original: Entry) -> None:
    """Refuse to take back a count of which something over was claimed, or something short was explained."""
    _check_unclaimed(journal, seq, original)
    if any(one.account.endswith(":Suspense") for one in original.postings):
        _check_unexplained(journal, seq, original)


def _check_not_refunded(journal: Journal, seq: int, original: Entry) -> None:
    """Refuse to take back a payment of which the vendor has given something back (E28)."""
    del original
    query = (
        select(func.coalesce(func.sum(col(VendorRefund.amount_minor)), 0))
        .join(
            DisbursementStep,
            (col(DisbursementStep.compound) == VendorRefund.compound)
            & (col(DisbursementStep.id) == VendorRefund.id),
        )
        .where(VendorRefund.compound == journal.compound, DisbursementStep.seq == seq)
    )
    if journal.session.exec(query).one():
        raise _refused(seq, ("供应商已退款,先冲销退款", "the vendor has refunded some; reverse that first"))


def _check_not_settled(journal: Journal, seq: int, original: Entry) -> None:
    """Refuse to take back an expense when what it kept back is being paid, or has been."""
    del original
    query = (
        select(Disbursement.id)
        .join(
            DisbursementStep,
            (col(DisbursementStep.compound) == Disbursement.compound)
            & (col(DisbursementStep.id) == Disbursement.settles),
        )
        .where(Disbursement.compound == journal.compound, DisbursementStep.seq == seq)
    )
    later = list(journal.session.exec(query))
    done = progress_of_all(journal.session, journal.compound, later)
    if any(done[one].state != "refused" for one in later):
        raise _refused(seq, ("其扣款已申请支付", "what it kept back has been asked for or paid"))


def check_signs(journal: Journal, seq: int, entry: Entry) -> None:
    """Refuse a reversal after which a debt would be owed to us, or an advance or a cash box stand below zero.

    Then something rests on what it takes back: the debt has been paid, the advance or the cash has been used.

    Raises:
        ReversalRefused: it would.
    """
    moved: dict[str, int] = defaultdict(int)
    for posting in entry.postings:
        moved[posting.account] += posting.amount_minor
    standing = balances(journal.session, journal.compound) if any(map(_side, moved)) else {}
    for code, minor in moved.items():
        side = _side(code)
        if side * minor < 0 and side * (standing.get(code, 0) + minor) < 0:
            raise _refused(
                seq,
                (f"其形成的 {code} 已经使用或支付", f"what it left on {code} has been used or paid since"),
            )


def _side(code: str) -> int:
    """Return 1 for an account that never stands in credit, -1 for one never in debit, 0 for any other."""
    if code.startswith("Liabilities:"):
        return -1 if group_of(code) == "Payable" else 0
    is_held = group_of(code) in {"Advance", "DepositPaid"} or code.endswith(":Cash:Petty")
    return 1 if code.startswith("Assets:") and is_held else 0


#: What must not rest on an entry of a kind.
CHECKS: dict[Kind, Callable[[Journal, int, Entry], None]] = {
    Kind.OPENING: _check_untouched,
    Kind.PARKING: _check_unclaimed,
    Kind.CASH_COUNT: _check_count,
    Kind.CLAIM_LOSS: _check_claim,
    Kind.SUSPENSE: _check_unexplained,
    Kind.REFUND_DUE: _check_not_given_back,
    Kind.REFUND: _check_receipts_stand,
    Kind.DEPOSIT: _check_deposit,
    Kind.EXPENSE: _check_not_settled,
    Kind.PAYMENT: _check_not_refunded,
}
