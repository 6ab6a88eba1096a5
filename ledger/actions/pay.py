"""Pay out of a fund: requested with the first key, approved with the second (or more), posted, paid.

Requester and approvers are different people, no approver is of the body that asked, and whoever approved does not pay
(L46). How many approve, and by which authority, is the profile's ladder (``rules.ladder``). An emergency is paid with
one key, and ratified afterwards.
"""

from __future__ import annotations

from datetime import date

from ledger.actions.allow_payment import allow_row, gives_back, ratified_by
from ledger.actions.caretake import check_keeper, check_standing_in
from ledger.actions.claim_loss import check_trustee_square
from ledger.actions.fee_cap import check_management_fee
from ledger.actions.open_bank_account import check_bank
from ledger.actions.payment_legs import bank_legs, debt_legs, net_of
from ledger.actions.recheck_payment import (
    check_paid_after,
    check_solvent,
    check_still_allowed,
    check_year,
)
from ledger.actions.request_payment import RequestDisbursement, Stepped, request
from ledger.actions.weigh_payment import check_body, weight_of
from ledger.errors import (
    ApprovedAlready,
    DisbursementState,
    EmergencyClosed,
    FundShort,
    PayerApproved,
)
from ledger.rules.entry import Entry, Kind
from ledger.rules.money import format_amount
from ledger.rules.payment import (
    DEPOSIT_RELEASE,
    EXPENSE,
    PARKED_REFUND,
    REFUND,
    REMUNERATION,
    TERMS,
)
from ledger.rules.roles import APPROVERS, KEEPERS, check_second_key, require
from ledger.rules.text import NARRATION_LIMIT, check_text
from ledger.store.append import Facts, Journal
from ledger.store.balances import balances
from ledger.store.disbursements import Progress, approvals_needed, lines_of, owed_account, pairs, progress
from ledger.store.emergencies import is_ratified
from ledger.store.own import own
from ledger.store.tables import AuthorityUse, Disbursement, DisbursementStep, Ratification

#: What is given back is an entry of its own kind; everything else is a payment.
_KINDS = {
    DEPOSIT_RELEASE: Kind.DEPOSIT_RELEASE,
    REFUND: Kind.REFUND,
    PARKED_REFUND: Kind.PARKED_REFUND,
}
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
    """Turn a second key; the last one that the ladder asks for takes the authority.

    Raises:
        SamePerson, SameBody: it is not a second person of a second body.
        ApprovedAlready: the same person has approved before.
        BodyCannotApprove: sums of this size are approved by others, or a caretaker stands in for the committee.
        CaretakerRefused: a caretaker approves what recurs, and nothing else.
        AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: what allowed it does not any more.
        FundShort: the fund would owe more than it can spend, approvals not yet posted included (I3).
        TrusteeClaimOpen: it is remuneration, and the trustee owes the owners for a loss.
    """
    require(journal.actor, APPROVERS)
    row, done = _at(journal, disbursement, "approved", {"requested"})
    check_second_key(journal.actor, row.requested_by, row.requested_body)
    if journal.actor.user in done.approvers:
        raise ApprovedAlready(pointer=None)
    check_body(journal, weight_of(journal, row))
    check_standing_in(journal, row)
    if row.kind != EXPENSE:  # a cost may be booked; it is paid when the trustee owes nothing
        _check_trustee_square(journal, row)
    uses = allow_row(journal, row)
    is_last = len(done.approvers) + 1 >= approvals_needed(row)
    state = "approved" if is_last else "requested"
    return _step(journal, done, "approved", state=state, more={AuthorityUse: uses if is_last else []})


def refuse(journal: Journal, disbursement: str, reason: str) -> Stepped:
    """Send a request back; it stays on record, and gives back what it took of an authority."""
    require(journal.actor, APPROVERS)
    _, done = _at(journal, disbursement, "refused", {"requested", "approved"})
    back = gives_back(journal, disbursement)
    return _step(journal, done, "refused", reason=check_text(reason, "/reason"), more={AuthorityUse: back})


def ratify(journal: Journal, disbursement: str, authority: str) -> Stepped:
    """Allow an emergency afterwards: the second key, by a resolution of the committee or a vote.

    Raises:
        EmergencyClosed: it is no emergency, or nothing of it is open.
        SamePerson, SameBody, BodyCannotApprove: it is not a second person of a second body that approves such sums.
        AuthorityUnknown, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp, BudgetExceeded: it does not allow this.
    """
    require(journal.actor, APPROVERS)
    row, done = _at(journal, disbursement, "approved", {"requested", "approved", "posted", "paid", "refused"})
    is_open = approvals_needed(row) == 0 and done.state != "refused"
    if not is_open or is_ratified(journal.session, journal.compound, disbursement):
        raise EmergencyClosed(pointer="/id")
    check_second_key(journal.actor, row.requested_by, row.requested_body)
    check_keeper(journal)
    check_body(journal, weight_of(journal, row))
    uses = ratified_by(journal, authority, row)
    fact = {
        "id": disbursement,
        "authority": authority.strip(),
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
    }
    facts: Facts = {Ratification: [fact], AuthorityUse: uses}
    recorded = journal.record("disbursement_ratified", journal.today, facts)
    return Stepped(recorded, disbursement, done.state)


def post(journal: Journal, disbursement: str, effective_on: date) -> Stepped:
    """Post the expense and what is owed for it.

    Raises:
        AuthorityEnded, EmergencyOpen, GrantState, PaidTooEarly: it is not allowed any more, or on no such day.
    """
    require(journal.actor, KEEPERS)
    row, done = _at(journal, disbursement, "posted", {"approved"})
    if row.kind != EXPENSE:
        raise _wrong(done, "posted")
    check_still_allowed(journal, row, effective_on)
    asked = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    check_management_fee(journal, asked, effective_on, "/lines", row.id)
    check_year(journal, row, effective_on)
    entry = Entry(
        Kind.EXPENSE,
        effective_on,
        _words(row),
        debt_legs(journal, row),
        counterparty=row.payee,
        authority=row.authority,
    )
    return _step(journal, done, "posted", entry=entry)


def pay(journal: Journal, disbursement: str, effective_on: date) -> Stepped:
    """Post the bank leg.

    Raises:
        PayerApproved: the payer approved it, or asked for it where the profile does not allow that.
        FundShort: the fund's part of the bank account does not hold so much.
        AuthorityEnded, EmergencyOpen, GrantState, PaidTooEarly: it is not allowed any more, or on no such day.
    """
    require(journal.actor, KEEPERS)
    row, done = _at(journal, disbursement, "paid", {"posted"})
    is_emergency = approvals_needed(row) == 0
    may_ask = journal.profile.payer_may_request or is_emergency
    if journal.actor.user in done.approvers or (journal.actor.user == row.requested_by and not may_ask):
        raise PayerApproved(pointer=None)
    check_still_allowed(journal, row, effective_on)
    check_paid_after(journal, row, effective_on)
    _check_trustee_square(journal, row)
    check_solvent(journal, row)
    bank, net = check_bank(journal, row.bank, row.fund), net_of(journal, row)
    held = balances(journal.session, journal.compound).get(bank, 0)
    if net > held:
        raise FundShort(
            pointer="/amount", fund=row.fund, available=format_amount(held), amount=format_amount(net)
        )
    postings, facts = bank_legs(journal, row, bank, effective_on)
    is_named = row.kind in TERMS or row.kind == REMUNERATION
    entry = Entry(
        _KINDS.get(row.kind, Kind.PAYMENT),
        effective_on,
        f"支付 {_words(row)}"[:NARRATION_LIMIT] if is_named else row.purpose,
        postings,
        counterparty=row.payee if is_named else None,
        authority=row.authority,
        channel="bank",
    )
    return _step(journal, done, "paid", entry=entry, more=facts)


def _check_trustee_square(journal: Journal, row: Disbursement) -> None:
    """Refuse what goes to the trustee, its outlay as well as its remuneration, while it owes the owners (L03)."""
    advanced = f"Liabilities:{row.fund}:Payable:TrusteeAdvance"
    held = lines_of(journal.session, journal.compound, [row.id])[row.id]
    is_outlay = owed_account(row) == advanced or any(line.account == advanced for line in held)
    if row.kind == REMUNERATION or is_outlay:
        check_trustee_square(journal)


def _words(row: Disbursement) -> str:
    """Return the purpose; an emergency says so, and why."""
    if row.reason is None:
        return row.purpose
    return f"【紧急】{row.purpose}({row.reason})"[:NARRATION_LIMIT]


def _at(journal: Journal, disbursement: str, step: str, allowed: set[str]) -> tuple[Disbursement, Progress]:
    """Return the request and its progress if it may take this step; what is no expense is paid without posting.

    Raises:
        NotFound: there is no such request.
        DisbursementState: it is not in a state that allows the step.
    """
    row = own(journal.session, Disbursement, journal.compound, disbursement, "/id")
    done = progress(journal.session, journal.compound, disbursement)
    is_direct = step == "paid" and row.kind != EXPENSE
    if done.state not in ({"approved"} if is_direct else allowed):
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


def _step(  # noqa: PLR0913 - the parts of a step, all named
    journal: Journal,
    done: Progress,
    step: str,
    *,
    entry: Entry | None = None,
    reason: str | None = None,
    more: Facts | None = None,
    state: str | None = None,
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
        {DisbursementStep: [row], **(more or {})},
        entry=entry,
        approved_by=done.approved_by if entry else None,
    )
    return Stepped(recorded, done.id, state or step)


__all__ = [
    "DEPOSIT_RELEASE",
    "EXPENSE",
    "RequestDisbursement",
    "Stepped",
    "approve",
    "pay",
    "post",
    "ratify",
    "refuse",
    "request",
]
