"""Reverse an entry: a new entry takes it back whole, once, and says why (红字冲销).

What its facts did is undone by further facts: charges are taken back by negative rows, settlements by negative
settlements, a disbursement steps back. Reversing a receipt also undoes what its prepayment has settled since (E05).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import col, select

from ledger.actions.open_balances import DEPOSIT
from ledger.actions.undo_receipt import receipt_back
from ledger.actions.undo_relief import Rows, in_kind_back, relief_back
from ledger.errors import AlreadyReversed, NotFound, ReversalRefused
from ledger.rules.entry import Entry, Kind, Posting, reversal
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_public, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.charged import is_adjusted
from ledger.store.debts import is_relieved, owed_back, parked_sums
from ledger.store.owed import has_settlements, held_for, prepaid_lots
from ledger.store.records import voucher
from ledger.store.tables import Charge, DisbursementStep, EntryRow, PostingRow, Receipt

#: Undone only with the act that they belong to: a release with its receipt, an accrual by the next close.
_NEVER = {
    Kind.RELEASE: ("预收冲抵随原收据冲销", "a release is undone by reversing its receipt"),
    Kind.REMUNERATION: ("酬金由结账计提", "remuneration is accrued by the close"),
    Kind.ADJUSTMENT: (
        "应收更正再有错,请再次更正",
        "an adjustment that is wrong is adjusted again",
    ),
    Kind.OWNER_CHANGE: ("产权变更不能冲销,请再办变更", "a change of owner is corrected by another change"),
    Kind.REVERSAL: ("红字凭证不能再冲销", "a reversal cannot itself be reversed"),
}
_CHARGED = frozenset({Kind.BILL, Kind.OPENING, Kind.LATE_FEE})
_RECEIPTS = frozenset({Kind.RECEIPT, Kind.CLAIM})
_RELIEFS = frozenset({Kind.WAIVER, Kind.WRITE_OFF, Kind.DISPUTE})
_STEPPED = frozenset({Kind.EXPENSE, Kind.PAYMENT, Kind.DEPOSIT_RELEASE, Kind.REFUND})
_STEP_BACK = {"posted": "unposted", "paid": "unpaid"}


@dataclass(frozen=True, slots=True)
class Reverse:
    """Take back the entry of act ``seq``, for a reason, dated in an open month.

    ``returned`` says of a receipt that the bank took the money back: not a mistake but a second fact (chart 2.2).
    """

    seq: int
    reason: str
    effective_on: date
    returned: bool = False


def reverse(journal: Journal, command: Reverse) -> Recorded:
    """Post the reversal; the reason of one that names units is kept as an erasable remark.

    Raises:
        NotFound: there is no such entry.
        AlreadyReversed: it has been reversed.
        ReversalRefused: something rests on it that must be undone first.
    """
    require(journal.actor, KEEPERS)
    reason = check_text(command.reason, "/reason")
    row = journal.session.get(EntryRow, (journal.compound, command.seq))
    if row is None:
        raise NotFound(pointer="/seq", what=str(command.seq))
    kind = Kind(row.kind)
    if kind in _NEVER:
        raise _refused(command.seq, _NEVER[kind])
    if command.effective_on < row.effective_on:
        raise _refused(
            command.seq, ("冲销日期不能早于原凭证日期", "a reversal is not dated before what it reverses")
        )
    _check_once(journal, command.seq)
    original = _entry(journal, row)
    is_private = any(posting.unit is not None for posting in original.postings)
    if kind in _CHECKS:
        _CHECKS[kind](journal, command.seq, original)
    if command.returned and kind not in _RECEIPTS:
        raise _refused(command.seq, ("只有收款才会被银行退回", "only a receipt can be returned by the bank"))
    words = f"冲销 {voucher(row.month, row.voucher_no)}{'(银行退回)' if command.returned else ''}"
    if not is_private:
        words = f"{words} {check_public(reason, '/reason')}"[:200]
    entry = reversal(original, command.seq, command.effective_on, words)
    if row.month <= journal.closed_through:
        entry = replace(entry, corrects=row.month)
    entry, facts = _undo(journal, command, kind, entry)
    if kind in _STEPPED:
        facts[DisbursementStep] = [_step_back(journal, command.seq, None if is_private else reason)]
    return journal.record(
        "reversal", command.effective_on, facts, entry=entry, remark=reason if is_private else None
    )


def _undo(journal: Journal, command: Reverse, kind: Kind, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal as it must be by now, and the rows that undo the facts of debts and receipts."""
    if kind in _CHARGED:
        return entry, {Charge: _charges_back(journal, command.seq)}
    if kind in _RECEIPTS:
        return receipt_back(journal, command.seq, entry, returned=command.returned)
    if kind in _RELIEFS:
        return relief_back(journal, command.seq, entry)
    if kind is Kind.IN_KIND:
        return in_kind_back(journal, command.seq, entry)
    return entry, {}


def _refused(seq: int, why: tuple[str, str]) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=why[0], why_en=why[1])


def _check_once(journal: Journal, seq: int) -> None:
    query = select(EntryRow.seq).where(EntryRow.compound == journal.compound, EntryRow.reverses == seq)
    if journal.session.exec(query).first() is not None:
        raise AlreadyReversed(pointer="/seq", seq=seq)


def _postings(rows: Iterable[PostingRow]) -> tuple[Posting, ...]:
    return tuple(
        Posting(
            row.account, row.amount_minor, row.unit, row.debtor, row.item, row.charge, row.period, row.receipt
        )
        for row in rows
    )


def _entry(journal: Journal, row: EntryRow) -> Entry:
    query = select(PostingRow).where(PostingRow.compound == journal.compound, PostingRow.seq == row.seq)
    rows = journal.session.exec(query.order_by(col(PostingRow.line)))
    return Entry(
        Kind(row.kind),
        row.effective_on,
        row.narration,
        _postings(rows),
        counterparty=row.counterparty,
        authority=row.authority,
        channel=row.channel,
    )


def _charges_back(journal: Journal, seq: int) -> list[dict[str, Any]]:
    """Return negative charges that take back those of act ``seq``."""
    if has_settlements(journal.session, journal.compound, seq):
        raise _refused(seq, ("已有核销,先冲销相应收款", "something is settled on it; reverse that first"))
    if is_relieved(journal.session, journal.compound, seq):
        raise _refused(seq, ("其中有减免、核销或争议", "something on it is waived, written off or disputed"))
    if is_adjusted(journal.session, journal.compound, seq):
        raise _refused(
            seq, ("其中有应收已更正或业主已变更", "a charge of it was adjusted, or its debtor has left")
        )
    query = select(Charge).where(Charge.compound == journal.compound, Charge.seq == seq)
    return [
        {
            "line": row.line,
            "unit": row.unit,
            "debtor": row.debtor,
            "party": row.party,
            "item": row.item,
            "period": row.period,
            "due_on": row.due_on,
            "amount_minor": -row.amount_minor,
            "corrects_seq": row.seq,
            "corrects_line": row.line,
        }
        for row in journal.session.exec(query.order_by(col(Charge.line)))
    ]


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
        if posting.account == DEPOSIT and posting.unit is not None:
            held = held_for(journal.session, journal.compound, DEPOSIT, posting.unit)
            if held < -posting.amount_minor:
                raise _refused(seq, ("押金已退还", "the deposit has been given back"))


def _check_unclaimed(journal: Journal, seq: int, original: Entry) -> None:
    del original
    for one in parked_sums(journal.session, journal.compound):
        if one.seq == seq and one.left_minor != one.amount_minor:
            raise _refused(seq, ("已有人认领,先冲销认领", "part of it has been claimed; reverse that first"))


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


def _step_back(journal: Journal, seq: int, reason: str | None) -> dict[str, Any]:
    """Return the step that takes a disbursement back to where it was before act ``seq``."""
    step = journal.session.exec(
        select(DisbursementStep).where(
            DisbursementStep.compound == journal.compound, DisbursementStep.seq == seq
        )
    ).one()
    newest = journal.session.exec(
        select(DisbursementStep)
        .where(DisbursementStep.compound == journal.compound, DisbursementStep.id == step.id)
        .order_by(col(DisbursementStep.seq).desc())
    ).first()
    if newest is None or newest.seq != seq:
        raise _refused(seq, ("先冲销后面的付款", "reverse the later step first"))
    return {
        "id": step.id,
        "step": _STEP_BACK[step.step],
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
        "reason": reason,
    }


#: What must not rest on an entry of a kind.
_CHECKS: dict[Kind, Callable[[Journal, int, Entry], None]] = {
    Kind.OPENING: _check_untouched,
    Kind.PARKING: _check_unclaimed,
    Kind.REFUND_DUE: _check_not_given_back,
    Kind.REFUND: _check_receipts_stand,
    Kind.DEPOSIT: _check_deposit,
}
