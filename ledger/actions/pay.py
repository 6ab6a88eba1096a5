"""Pay out of a fund: requested with the first key, approved with the second, posted, paid.

The two keys are two people of two bodies, and whoever approved does not pay (L46). A deposit release gives a third
party's money back, less what became a fund's by agreement (scene S18).
"""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from ledger.actions.open_balances import DEPOSIT
from ledger.actions.open_bank_account import check_bank
from ledger.actions.request_payment import (
    DEPOSIT_RELEASE,
    EXPENSE,
    REFUND,
    RequestDisbursement,
    Stepped,
    request,
)
from ledger.errors import (
    DepositMissing,
    DisbursementState,
    FundShort,
    NotFound,
    PaidTooEarly,
    PayerApproved,
    RefundMissing,
)
from ledger.rules.chart import fund_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.fund import check_spendable
from ledger.rules.money import format_amount
from ledger.rules.roles import APPROVERS, KEEPERS, check_second_key, require
from ledger.rules.text import check_text
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.debts import owed_back, refundable_to
from ledger.store.disbursements import Progress, committed, progress
from ledger.store.owed import held_for, holdings
from ledger.store.tables import Disbursement, DisbursementLine, DisbursementStep, EntryRow

_KINDS = {EXPENSE: Kind.PAYMENT, DEPOSIT_RELEASE: Kind.DEPOSIT_RELEASE, REFUND: Kind.REFUND}
_STATES = {
    "requested": ("已申请", "requested"),
    "approved": ("已批准", "approved"),
    "posted": ("已记账", "posted"),
    "paid": ("已付款", "paid"),
    "refused": ("已退回", "refused"),
}
_ACTS = {
    "approved": ("批准", "approved"),
    "posted": ("记账", "posted"),
    "paid": ("付款", "paid"),
    "refused": ("退回", "refused"),
}


def approve(journal: Journal, disbursement: str) -> Stepped:
    """Turn the second key.

    Raises:
        SamePerson, SameBody: it is not a second person of a second body.
        FundShort: the fund would owe more than it can spend, approvals not yet posted included (I3).
    """
    require(journal.actor, APPROVERS)
    row, done = _at(journal, disbursement, "approved", {"requested"})
    check_second_key(journal.actor, row.requested_by, row.requested_body)
    if row.kind == EXPENSE:
        promised = committed(journal.session, journal.compound, row.fund)
        standing = balances(journal.session, journal.compound)
        check_spendable(standing, row.fund, row.amount_minor + promised, pointer="/amount")
    return _step(journal, done, "approved")


def refuse(journal: Journal, disbursement: str, reason: str) -> Stepped:
    """Send a request back; it stays on record."""
    require(journal.actor, APPROVERS)
    _, done = _at(journal, disbursement, "refused", {"requested", "approved"})
    return _step(journal, done, "refused", reason=check_text(reason, "/reason"))


def post(journal: Journal, disbursement: str, effective_on: date) -> Stepped:
    """Post the expense and what is owed for it."""
    require(journal.actor, KEEPERS)
    row, done = _at(journal, disbursement, "posted", {"approved"})
    if row.kind != EXPENSE:
        raise _wrong(done, "posted")
    lines = [Posting(line.account, line.amount_minor) for line in _lines(journal, disbursement)]
    entry = Entry(
        Kind.EXPENSE,
        effective_on,
        row.purpose,
        (*lines, Posting(_payable(row), -row.amount_minor)),
        counterparty=row.payee,
        authority=row.authority,
    )
    return _step(journal, done, "posted", entry=entry)


def pay(journal: Journal, disbursement: str, effective_on: date) -> Stepped:
    """Post the bank leg.

    Raises:
        PayerApproved: the payer approved it, or asked for it where the profile does not allow that.
        FundShort: the fund's part of the bank account does not hold so much.
    """
    require(journal.actor, KEEPERS)
    row, done = _at(
        journal,
        disbursement,
        "paid",
        {"posted"} | ({"approved"} if _is_unposted_kind(journal, disbursement) else set()),
    )
    if journal.actor.user == done.approved_by or (
        journal.actor.user == row.requested_by and not journal.profile.payer_may_request
    ):
        raise PayerApproved(pointer=None)
    _check_paid_after(journal, done, effective_on)
    bank = check_bank(journal, row.bank, row.fund)
    held = balances(journal.session, journal.compound).get(bank, 0)
    if row.amount_minor > held:
        raise FundShort(
            pointer="/amount",
            fund=row.fund,
            available=format_amount(held),
            amount=format_amount(row.amount_minor),
        )
    if row.kind == EXPENSE:
        postings: tuple[Posting, ...] = (
            Posting(_payable(row), row.amount_minor),
            Posting(bank, -row.amount_minor),
        )
    elif row.kind == REFUND:
        postings = _refund_postings(journal, row, bank)
    else:
        postings = _release_postings(journal, row, bank, effective_on)
    entry = Entry(
        _KINDS[row.kind],
        effective_on,
        f"支付 {row.purpose}"[:200] if row.kind == EXPENSE else row.purpose,
        postings,
        counterparty=row.payee if row.kind == EXPENSE else None,
        authority=row.authority,
        channel="bank",
    )
    return _step(journal, done, "paid", entry=entry)


def _check_paid_after(journal: Journal, done: Progress, effective_on: date) -> None:
    """Refuse a payment dated before the entry that booked the debt."""
    posted = [seq for step, seq in done.steps if step == "posted"]
    if posted:
        entry = journal.session.get(EntryRow, (journal.compound, posted[-1]))
        if entry is not None and effective_on < entry.effective_on:
            raise PaidTooEarly(pointer="/effective_on", day=entry.effective_on.isoformat())


def _release_postings(
    journal: Journal, row: Disbursement, bank: str, effective_on: date
) -> tuple[Posting, ...]:
    """Return the postings that let a deposit go.

    Raises:
        DepositMissing: another release has taken it meanwhile.
    """
    unit = row.unit or ""
    deposit = held_for(journal.session, journal.compound, DEPOSIT, unit)
    if row.amount_minor > deposit:
        raise DepositMissing(
            pointer="/amount", unit=unit, held=format_amount(deposit), amount=format_amount(row.amount_minor)
        )
    held = holdings(journal.session, journal.compound, effective_on, unit=unit)
    kept = [
        posting
        for line in _lines(journal, row.id)
        for posting in (
            Posting(f"Assets:{fund_of(line.account)}:Bank:{row.to_bank}", line.amount_minor),
            Posting(line.account, -line.amount_minor),
        )
    ]
    return (
        Posting(DEPOSIT, row.amount_minor, unit=row.unit, debtor=held[0].debtor),
        Posting(bank, -row.amount_minor),
        *kept,
    )


def _refund_postings(journal: Journal, row: Disbursement, bank: str) -> tuple[Posting, ...]:
    """Return the postings that give money back, by the receipts that brought it, the oldest first.

    Raises:
        RefundMissing: another refund has taken it meanwhile.
    """
    unit, rest = row.unit or "", row.amount_minor
    held = refundable_to(journal.session, journal.compound, row.fund, unit, row.debtor or 0)
    if row.amount_minor > held:
        raise RefundMissing(
            pointer="/amount", unit=unit, held=format_amount(held), amount=format_amount(row.amount_minor)
        )
    lines = []
    for one in owed_back(journal.session, journal.compound, unit):
        part = min(rest, one.left_minor) if (one.fund, one.debtor) == (row.fund, row.debtor) else 0
        if part > 0:
            account = f"Liabilities:{row.fund}:Refundable"
            lines.append(Posting(account, part, unit=unit, debtor=one.debtor, receipt=one.receipt))
            rest -= part
    return (*lines, Posting(bank, -row.amount_minor))


def _payable(row: Disbursement) -> str:
    return f"Liabilities:{row.fund}:Payable:{'Individual' if row.payee_is_person else 'Vendor'}"


def _lines(journal: Journal, disbursement: str) -> list[DisbursementLine]:
    query = select(DisbursementLine).where(
        DisbursementLine.compound == journal.compound, DisbursementLine.id == disbursement
    )
    return list(journal.session.exec(query.order_by(col(DisbursementLine.line))))


def _is_unposted_kind(journal: Journal, disbursement: str) -> bool:
    row = journal.session.get(Disbursement, (journal.compound, disbursement))
    return row is not None and row.kind != EXPENSE


def _at(journal: Journal, disbursement: str, step: str, allowed: set[str]) -> tuple[Disbursement, Progress]:
    """Return the request and its progress if it may take this step.

    Raises:
        NotFound: there is no such request.
        DisbursementState: it is not in a state that allows the step.
    """
    row = journal.session.get(Disbursement, (journal.compound, disbursement))
    if row is None:
        raise NotFound(pointer="/id", what=disbursement[:40])
    done = progress(journal.session, journal.compound, disbursement)
    if done.state not in allowed:
        raise _wrong(done, step)
    return row, done


def _wrong(done: Progress, step: str) -> DisbursementState:
    return DisbursementState(
        pointer="/id",
        state_zh=_STATES[done.state][0],
        state_en=_STATES[done.state][1],
        act_zh=_ACTS[step][0],
        act_en=_ACTS[step][1],
    )


def _step(
    journal: Journal, done: Progress, step: str, *, entry: Entry | None = None, reason: str | None = None
) -> Stepped:
    row = {
        "id": done.id,
        "step": step,
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
        "reason": reason,
    }
    recorded = journal.record(
        f"disbursement_{step}",
        entry.effective_on if entry else journal.today,
        {DisbursementStep: [row]},
        entry=entry,
        approved_by=done.approved_by if entry else None,
    )
    return Stepped(recorded, done.id, step)


__all__ = ["RequestDisbursement", "Stepped", "approve", "pay", "post", "refuse", "request"]
