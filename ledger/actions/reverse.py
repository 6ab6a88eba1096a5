"""Reverse an entry: a new entry takes it back whole, once, and says why (红字冲销).

What its facts did is undone by further facts: charges are taken back by negative rows, settlements by negative
settlements, a disbursement steps back. Reversing a receipt also undoes what its prepayment has settled since (E05).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import SQLModel, col, select

from ledger.actions.open_balances import DEPOSIT
from ledger.errors import AlreadyReversed, NotFound, ReversalRefused
from ledger.rules.entry import Entry, Kind, Posting, reversal
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_text
from ledger.store.append import Journal, Recorded
from ledger.store.owed import has_settlements, held_for, prepaid_lots
from ledger.store.tables import Charge, DisbursementStep, EntryRow, PostingRow, Receipt, Settlement

#: Undone only with the act that they belong to: a release with its receipt, an accrual by the next close.
_NEVER = {
    Kind.RELEASE: ("预收冲抵随原收据冲销", "a release is undone by reversing its receipt"),
    Kind.REMUNERATION: ("酬金由结账计提", "remuneration is accrued by the close"),
    Kind.REVERSAL: ("红字凭证不能再冲销", "a reversal cannot itself be reversed"),
}
_STEP_BACK = {"posted": "unposted", "paid": "unpaid"}


@dataclass(frozen=True, slots=True)
class Reverse:
    """Take back the entry of act ``seq``, for a reason, dated in an open month."""

    seq: int
    reason: str
    effective_on: date


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
    words = f"冲销 {_voucher(row)}" if is_private else f"冲销 {_voucher(row)} {reason}"[:200]
    entry = reversal(original, command.seq, command.effective_on, words)
    if row.month <= journal.closed_through:
        entry = replace(entry, corrects=row.month)
    facts: dict[type[SQLModel], list[dict[str, Any]]] = {}
    if kind in (Kind.BILL, Kind.OPENING):
        facts[Charge] = _charges_back(journal, command.seq)
        _check_untouched(journal, command.seq, original)
    elif kind is Kind.RECEIPT:
        entry, facts[Settlement] = _receipt_back(journal, command.seq, entry)
    elif kind in (Kind.EXPENSE, Kind.PAYMENT, Kind.DEPOSIT_RELEASE):
        facts[DisbursementStep] = [_step_back(journal, command.seq, None if is_private else reason)]
    elif kind is Kind.DEPOSIT:
        _check_deposit(journal, command.seq, original)
    return journal.record(
        "reversal", command.effective_on, facts, entry=entry, remark=reason if is_private else None
    )


def _refused(seq: int, why: tuple[str, str]) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=why[0], why_en=why[1])


def _check_once(journal: Journal, seq: int) -> None:
    query = select(EntryRow.seq).where(EntryRow.compound == journal.compound, EntryRow.reverses == seq)
    if journal.session.exec(query).first() is not None:
        raise AlreadyReversed(pointer="/seq", seq=seq)


def _voucher(row: EntryRow) -> str:
    return f"记-{row.month}-{row.voucher_no:04d}"


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


def _receipt_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, list[dict[str, Any]]]:
    """Return the reversal with what the receipt's prepayment settled since, and the negative settlements."""
    number = journal.session.exec(
        select(Receipt.number).where(Receipt.compound == journal.compound, Receipt.seq == seq)
    ).one()
    settled = journal.session.exec(
        select(Settlement).where(Settlement.compound == journal.compound, Settlement.receipt == number)
    ).all()
    rows = [
        {
            "line": line,
            "charge_seq": row.charge_seq,
            "charge_line": row.charge_line,
            "receipt": number,
            "amount_minor": -row.amount_minor,
        }
        for line, row in enumerate(sorted(settled, key=lambda row: (row.seq, row.line)), 1)
    ]
    released = journal.session.exec(
        select(PostingRow)
        .where(PostingRow.compound == journal.compound, PostingRow.receipt == number, PostingRow.seq > seq)
        .order_by(col(PostingRow.seq), col(PostingRow.line))
    ).all()
    if not released:
        return entry, rows
    mirrors: dict[str, int] = defaultdict(int)
    back = []
    for posting in _postings(released):
        back.append(replace(posting, amount_minor=-posting.amount_minor))
        if ":Receivable:" in posting.account:
            mirror = posting.account.replace("Assets:", "Liabilities:").replace(
                ":Receivable:", ":Uncollected:"
            )
            mirrors[mirror] += posting.amount_minor
    postings = (*entry.postings, *back, *(Posting(code, mirrors[code]) for code in sorted(mirrors)))
    return replace(entry, postings=postings), rows


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
