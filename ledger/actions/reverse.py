"""Reverse an entry: a new entry takes it back whole, once, and says why (红字冲销).

What its facts did is undone by further facts: charges are taken back by negative rows, settlements by negative
settlements, a disbursement steps back. Reversing a receipt also undoes what its prepayment has settled since (E05).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import col, select

from ledger.actions.check_reversal import CHECKS, check_signs
from ledger.actions.give_back import parked_again
from ledger.actions.undo_grant import UNDO as UNDO_OF_GRANT
from ledger.actions.undo_move import BETWEEN, between_back
from ledger.actions.undo_payment import UNDO as UNDO_OF_PAYMENT
from ledger.actions.undo_receipt import receipt_back
from ledger.actions.undo_relief import Rows, in_kind_back, relief_back
from ledger.actions.undo_rent import NEVER as NEVER_OF_RENT
from ledger.actions.undo_rent import UNDO as UNDO_OF_RENT
from ledger.errors import AlreadyReversed, ReversalRefused
from ledger.rules.entry import Entry, Kind, Posting, reversal
from ledger.rules.roles import APPROVERS, KEEPERS, require
from ledger.rules.text import check_public, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.charged import is_adjusted
from ledger.store.debts import is_relieved
from ledger.store.disbursements import progress
from ledger.store.owed import has_settlements
from ledger.store.own import own
from ledger.store.records import voucher
from ledger.store.tables import (
    Charge,
    DisbursementStep,
    EntryRow,
    ParkedRefund,
    PostingRow,
    Recovery,
)

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
    **NEVER_OF_RENT,
}
_UNDO = {Kind.IN_KIND: in_kind_back, **UNDO_OF_RENT, **UNDO_OF_GRANT, **UNDO_OF_PAYMENT}
_CHARGED = frozenset({Kind.BILL, Kind.OPENING, Kind.LATE_FEE, Kind.PROJECT_SHARE})
_RECEIPTS = frozenset({Kind.RECEIPT, Kind.CLAIM})
_RELIEFS = frozenset({Kind.WAIVER, Kind.WRITE_OFF, Kind.DISPUTE})
_STEPPED = frozenset({Kind.EXPENSE, Kind.PAYMENT, Kind.DEPOSIT_RELEASE, Kind.REFUND, Kind.PARKED_REFUND})
#: What a posting carries besides its account and amount; a reversal carries the same.
_COLUMNS = ("unit", "debtor", "item", "charge", "period", "receipt", "contract")
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
    require(journal.actor, APPROVERS)
    reason = check_text(command.reason, "/reason")
    row = own(journal.session, EntryRow, journal.compound, command.seq, "/seq")
    kind = Kind(row.kind)
    if kind is not Kind.CLAIM_LOSS:  # a claim is the committee's, and it drops its own
        require(journal.actor, KEEPERS)
    if kind in _NEVER:
        raise _refused(command.seq, _NEVER[kind])
    if command.effective_on < row.effective_on:
        raise _refused(
            command.seq, ("冲销日期不能早于原凭证日期", "a reversal is not dated before what it reverses")
        )
    _check_once(journal, command.seq)
    original = _entry(journal, row)
    is_private = any(posting.unit is not None for posting in original.postings)
    if kind in CHECKS:
        CHECKS[kind](journal, command.seq, original)
    if command.returned and kind not in _RECEIPTS:
        raise _refused(command.seq, ("只有收款才会被银行退回", "only a receipt can be returned by the bank"))
    words = f"冲销 {voucher(row.month, row.voucher_no)}{'(银行退回)' if command.returned else ''}"
    if not is_private:
        words = f"{words} {check_public(reason, '/reason')}"[:200]
    entry = reversal(original, command.seq, command.effective_on, words)
    if row.month <= journal.closed_through:
        entry = replace(entry, corrects=row.month)
    entry, facts = _undo(journal, command, kind, entry)
    check_signs(journal, command.seq, entry)
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
    if kind in _UNDO:
        return _UNDO[kind](journal, command.seq, entry)
    return entry, _further(journal, command.seq, kind)


def _further(journal: Journal, seq: int, kind: Kind) -> Rows:
    """Return the rows that undo the facts of other acts, whose entry is simply taken back."""
    if kind is Kind.RECOVERY:
        row = journal.session.get_one(Recovery, (journal.compound, seq))
        return {Recovery: [{"claim_seq": row.claim_seq, "amount_minor": -row.amount_minor}]}
    if kind is Kind.PARKED_REFUND:
        return {ParkedRefund: parked_again(journal, seq)}
    if kind in BETWEEN:
        return between_back(journal, seq)
    return {}


def _refused(seq: int, why: tuple[str, str]) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=why[0], why_en=why[1])


def _check_once(journal: Journal, seq: int) -> None:
    query = select(EntryRow.seq).where(EntryRow.compound == journal.compound, EntryRow.reverses == seq)
    if journal.session.exec(query).first() is not None:
        raise AlreadyReversed(pointer="/seq", seq=seq)


def _postings(rows: Iterable[PostingRow]) -> tuple[Posting, ...]:
    return tuple(
        Posting(row.account, row.amount_minor, **{name: getattr(row, name) for name in _COLUMNS})
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


def _step_back(journal: Journal, seq: int, reason: str | None) -> dict[str, Any]:
    """Return the step that takes a disbursement back to where it was before act ``seq``."""
    step = journal.session.exec(
        select(DisbursementStep).where(
            DisbursementStep.compound == journal.compound, DisbursementStep.seq == seq
        )
    ).one()
    live = progress(journal.session, journal.compound, step.id).live
    if not live or live[-1] != (step.step, seq):
        raise _refused(seq, ("先冲销后面的付款", "reverse the later step first"))
    return {
        "id": step.id,
        "step": _STEP_BACK[step.step],
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
        "reason": reason,
    }
