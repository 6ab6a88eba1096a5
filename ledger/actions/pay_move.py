"""Carry a request between funds through: approved with the second key, paid, and confirmed where it arrives.

A transfer is decided by its approval: what is owed stands in both funds until it is paid (E19). A loan and its
repayment are booked when the money moves (E18), a loss when it is approved (E39). Money on its way to the repair fund's
custodian, or to another bank account overnight, is in transit until it is confirmed (E19, E44).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlmodel import select

from ledger.actions.authorise import authorise, check_not_ended, use_rows
from ledger.actions.caretake import check_keeper, check_recurring
from ledger.actions.move_entries import arrived, decided, paid
from ledger.actions.move_funds import AGENCY, ALLOWED_BY, Moved, check_allowed
from ledger.actions.share_repair import Rows, by_buildings
from ledger.actions.still_owed import check_collected, check_still_owed
from ledger.actions.weigh_payment import check_body, weight_of_move
from ledger.errors import (
    DistributionUndivided,
    FundMoveState,
    FundShort,
    NotFound,
    PaidTooEarly,
    PayerApproved,
    SamePerson,
)
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.between import BY_LADDER, REPAIR, MoveKind
from ledger.rules.charge import fee_item
from ledger.rules.entry import Entry
from ledger.rules.money import format_amount
from ledger.rules.roles import APPROVERS, KEEPERS, check_second_key, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal
from ledger.store.available import available
from ledger.store.balances import balances
from ledger.store.between import Move, move, moves
from ledger.store.tables import AuthorityUse, FundMove, FundMoveStep, MeterGroup, RepairShare

#: What must leave the fund something to spend; a loss was lent long ago, and Agency has nothing of its own.
_SPENDING = frozenset({MoveKind.TRANSFER, MoveKind.LOAN, MoveKind.REPAYMENT})
_STATES = {
    "requested": ("已申请", "requested"),
    "approved": ("已批准", "approved"),
    "paid": ("已付款", "paid"),
    "confirmed": ("已确认", "confirmed"),
    "refused": ("已退回", "refused"),
}


def approve_move(
    journal: Journal, identifier: str, effective_on: date | None = None, *, whole: bool = False
) -> Moved:
    """Turn the second key: of a second body, or, between a fund's own accounts, of a second person.

    ``whole``: it is done for all parts of the distribution that it belongs to.

    Raises:
        SamePerson, SameBody: it is not.
        FundShort: the fund would owe more than it can spend, and no vote lets it.
        AuthorityUsedUp and its kin: the authority no longer allows it.
        DistributionUndivided: it is a part of a distribution, and only a part would be approved.
        BodyCannotApprove, CaretakerRefused: a caretaker stands in for the committee.
    """
    require(journal.actor, APPROVERS)
    found = at(journal, identifier, "approved", {"requested"})
    row, kind = found.row, found.kind
    _check_undivided(row, whole=whole)
    if kind is not MoveKind.SWEEP:
        check_second_key(journal.actor, row.requested_by, row.requested_body)
    elif journal.actor.user == row.requested_by:
        raise SamePerson(pointer=None)
    check_keeper(journal)
    if kind in ALLOWED_BY:  # a caretaker lets money go back, and go on under a contract older than itself
        check_recurring(journal, row.from_fund, row.authority)
    if kind in BY_LADDER:
        check_body(journal, weight_of_move(journal, row))
    check_allowed(journal, row)
    check_still_owed(journal, row)
    check_collected(journal, row)
    uses = _uses(journal, row) + _exception_uses(journal, row)
    entry = None
    if kind in {MoveKind.TRANSFER, MoveKind.LOSS}:
        group = journal.session.get(MeterGroup, (journal.compound, row.meter_group or ""))
        utility = fee_item(group.item).owner_income if group else ""
        entry = decided(row, utility, effective_on or journal.today)
    return _step(journal, found, "approved", entry=entry, uses=uses)


def refuse_move(journal: Journal, identifier: str, reason: str, *, whole: bool = False) -> Moved:
    """Send a request back; it stays on record. What has been booked is reversed first; ``whole`` as for approving."""
    require(journal.actor, APPROVERS)
    found = at(journal, identifier, "refused", {"requested", "approved"})
    _check_undivided(found.row, whole=whole)
    if found.state == "approved" and found.kind in {MoveKind.TRANSFER, MoveKind.LOSS}:
        raise _wrong(found, "refused")
    uses = _given_back(journal, identifier) if found.state == "approved" else []
    return _step(journal, found, "refused", words=check_public(reason, "/reason"), uses=uses)


def pay_move(journal: Journal, identifier: str, effective_on: date) -> Moved:
    """Post the money's way out of the bank.

    Raises:
        PayerApproved: the payer approved it, or asked for it where the profile does not allow that.
        FundShort: the fund's part of the bank account does not hold so much, or the fund has spent it meanwhile.
        PaidTooEarly: it is dated before what is owed was booked.
        DistributionUndivided: it is a part of a distribution, and another part is not approved.
        AuthorityEnded: the vote was withdrawn, annulled or replaced since.
        SupplierBillShort: the supplier has taken a bill back since.
    """
    require(journal.actor, KEEPERS)
    found = at(journal, identifier, "paid", {"approved"})
    row, kind = found.row, found.kind
    if kind is MoveKind.LOSS:
        raise _wrong(found, "paid")
    asked_too = journal.actor.user == row.requested_by and not journal.profile.payer_may_request
    if journal.actor.user == found.approved_by or (asked_too and kind is not MoveKind.SWEEP):
        raise PayerApproved(pointer=None)
    if kind in ALLOWED_BY:  # a repayment follows from its loan, whatever became of that vote
        check_not_ended(journal, row.authority)
        check_not_ended(journal, row.exception)
    _check_after(found, effective_on)
    parts = moves(journal.session, journal.compound, distribution=row.distribution or "")
    _check_undivided(row, whole=all(one.state in {"approved", "paid", "confirmed"} for one in parts))
    check_still_owed(journal, row, is_paying=True)
    _check_held(journal, row)
    check_collected(journal, row, is_paying=True)
    return _step(journal, found, "paid", entry=paid(row, effective_on))


def confirm_move(journal: Journal, identifier: str, effective_on: date, document: str = "") -> Moved:
    """Post the arrival of what was in transit: by the custodian's document, or on the day the bank shows it."""
    require(journal.actor, KEEPERS)
    found = at(journal, identifier, "confirmed", {"paid"})
    row = found.row
    if row.to_fund == REPAIR:
        words = check_public(document, "/document", NAME_LIMIT)
        shares = by_buildings(journal, "transfer", row.amount_minor)
    elif found.kind is MoveKind.SWEEP:
        words, shares = None, []
    else:
        raise _wrong(found, "confirmed")
    entry = arrived(row, effective_on, words)
    _check_after(found, effective_on)
    return _step(journal, found, "confirmed", entry=entry, words=words, shares=shares)


def at(journal: Journal, identifier: str, step: str, allowed: set[str]) -> Move:
    """Return the request if it may take this step.

    Raises:
        NotFound: there is no such request.
        FundMoveState: it is not in a state that allows the step.
    """
    found = move(journal.session, journal.compound, identifier)
    if found is None:
        raise NotFound(pointer="/id", what=identifier[:40])
    if found.state not in allowed:
        raise _wrong(found, step)
    return found


def _check_undivided(row: FundMove, *, whole: bool) -> None:
    """Refuse what is done to a part of a distribution alone."""
    if row.distribution is not None and not whole:
        raise DistributionUndivided(pointer="/id", distribution=row.distribution)


def _wrong(found: Move, step: str) -> FundMoveState:
    (state_zh, state_en), (act_zh, act_en) = _STATES[found.state], _STATES[step]
    return FundMoveState(
        pointer="/id",
        state_zh=state_zh,
        state_en=state_en,
        act_zh=act_zh.removeprefix("已"),
        act_en=act_en,
    )


def _uses(journal: Journal, row: FundMove) -> Rows:
    """Return the fact that so much of the authority is taken."""
    if MoveKind(row.kind) not in ALLOWED_BY:
        return []
    granted = authorise(journal, row.authority, Need(row.from_fund, 0, journal.today))
    return use_rows(granted, row.amount_minor, row.id)


def _given_back(journal: Journal, identifier: str) -> Rows:
    """Return the fact that what a request has taken of its authorities is given back."""
    taken: dict[str, int] = defaultdict(int)
    query = select(AuthorityUse).where(
        AuthorityUse.compound == journal.compound, AuthorityUse.purpose == identifier
    )
    for use in journal.session.exec(query):
        taken[use.code] += use.amount_minor
    return [
        {"line": line, "code": code, "amount_minor": -taken[code], "purpose": identifier}
        for line, code in enumerate(sorted(code for code in taken if taken[code]), 1)
    ]


def _exception_uses(journal: Journal, row: FundMove) -> Rows:
    """Return the use of the vote that lets a fund go below zero, where it does.

    Raises:
        FundShort: it would, and no vote is named (I3).
    """
    if MoveKind(row.kind) not in _SPENDING or row.from_fund == AGENCY:
        return []
    session, compound, fund = journal.session, journal.compound, row.from_fund
    left = available(session, compound, fund)
    short = row.amount_minor - max(left, 0)
    if row.amount_minor <= left:
        return []
    if row.exception is None:
        raise _short(row, left)
    kinds, matters = frozenset({AuthorityKind.VOTE}), frozenset({Matter.NEGATIVE_FUND})
    granted = authorise(
        journal, row.exception, Need(fund, short, journal.today, kinds, matters), "/exception"
    )
    return use_rows(granted, short, row.id, 2)


def _check_after(found: Move, effective_on: date) -> None:
    """Refuse a day before that of the entry which the step rests on."""
    for step in ("paid", "approved"):
        before = found.newest(step)
        if before is not None and effective_on < before.on:
            raise PaidTooEarly(pointer="/effective_on", day=before.on.isoformat())


def _check_held(journal: Journal, row: FundMove) -> None:
    """Refuse to pay what the fund's part of the account does not hold, or what has been spent since the approval."""
    session, compound = journal.session, journal.compound
    held = balances(session, compound).get(f"Assets:{row.from_fund}:Bank:{row.from_bank}", 0)
    if row.kind in {MoveKind.LOAN, MoveKind.REPAYMENT} and row.from_fund != AGENCY and row.exception is None:
        held = min(held, available(session, compound, row.from_fund) + row.amount_minor)  # itself is promised
    if row.amount_minor > held:
        raise _short(row, held)


def _short(row: FundMove, left: int) -> FundShort:
    return FundShort(
        pointer="/amount",
        fund=row.from_fund,
        available=format_amount(left),
        amount=format_amount(row.amount_minor),
    )


def _step(  # noqa: PLR0913 - the parts of a step, all named
    journal: Journal,
    found: Move,
    step: str,
    *,
    entry: Entry | None = None,
    words: str | None = None,
    uses: Rows | None = None,
    shares: Rows | None = None,
) -> Moved:
    key = journal.actor.user if step == "approved" else found.approved_by
    row = {
        "id": found.row.id,
        "step": step,
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
        "words": words,
    }
    recorded = journal.record(
        f"fund_move_{step}",
        entry.effective_on if entry else journal.today,
        {FundMoveStep: [row], AuthorityUse: uses or [], RepairShare: shares or []},
        entry=entry,
        approved_by=key if entry else None,
    )
    return Moved(recorded, found.row.id, step)
