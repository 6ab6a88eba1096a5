"""Take charges back with two keys (E03): asked for with a reason, posted by a second person of a second body.

A request stores what stands on each charge and the tariff line that it follows, and posts nothing. Whoever agrees
agrees to just that: where anything has changed since, the request is refused and must be asked for anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.adjust_charges import taken_back
from ledger.actions.adjusting import Adjusted, record, refused
from ledger.errors import AdjustmentState, NotTheAsker, SamePerson
from ledger.rules.roles import REQUESTERS, SECONDERS, check_second_key, require
from ledger.rules.settle import Surplus
from ledger.rules.text import check_text
from ledger.store.adjustments import REQUESTED, Adjustment, adjustment, last_adjustment, words_of
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.charged import ChargeView
from ledger.store.tables import AdjustmentLine, AdjustmentRequest, AdjustmentStep

_STATES_ZH = {"approved": "已同意", "declined": "已退回", "withdrawn": "已撤回"}


@dataclass(frozen=True, slots=True)
class RequestAdjustment:
    """Take named charges back whole, for a reason; ``surplus`` says what becomes of money paid on them."""

    charges: tuple[str, ...]
    reason: str
    surplus: Surplus = Surplus.REFUSE


@dataclass(frozen=True, slots=True)
class AdjustmentAsked:
    """The number of the request, and what it will do in fen: charges down, and money that was paid too much."""

    recorded: Recorded
    adjustment: int
    lowered_minor: int
    freed_minor: int


@dataclass(frozen=True, slots=True)
class AdjustmentEnded:
    """A request that was declined or withdrawn."""

    recorded: Recorded
    adjustment: int
    state: str


def request_adjustment(journal: Journal, command: RequestAdjustment) -> AdjustmentAsked:
    """Ask to take charges back: the first key. Nothing is posted.

    Raises:
        Refusal: the charges cannot be taken back as they stand (``taken_back``).
    """
    require(journal.actor, REQUESTERS)
    said = check_text(command.reason, "/reason")
    work, views = taken_back(journal, command.charges, command.surplus)
    number = last_adjustment(journal.session, journal.compound) + 1
    request = {
        "number": number,
        "surplus": str(command.surplus),
        "reason_hash": journal.keep_remark(said),
        "requested_by": journal.actor.user,
        "requested_body": str(journal.actor.body),
    }
    lines = [
        {
            "number": number,
            "line": line,
            "charge_seq": view.row.seq,
            "charge_line": view.row.line,
            "amount_minor": view.live_minor,
            "item": view.row.item,
            "tariff_seq": view.basis.tariff_seq,
        }
        for line, view in enumerate(views, 1)
    ]
    recorded = journal.record(
        "adjustment_requested", journal.today, {AdjustmentRequest: [request], AdjustmentLine: lines}
    )
    return AdjustmentAsked(recorded, number, work.lowered, work.freed)


def approve_adjustment(journal: Journal, number: int, effective_on: date) -> Adjusted:
    """Turn the second key: everything is checked anew, and the charges are taken back.

    Raises:
        NotFound, AdjustmentState: there is no such request, or it has been dealt with.
        SamePerson, SameBody: it is not a second person of a second body.
        AdjustmentRefused: a charge is not any more what it was when this was asked for.
        Refusal: the charges cannot be taken back as they stand (``taken_back``).
    """
    require(journal.actor, SECONDERS)
    asked = _waiting(journal, number)
    check_second_key(journal.actor, asked.row.requested_by, asked.row.requested_body)
    work, views = taken_back(journal, asked.charges, Surplus(asked.row.surplus))
    _check_as_asked(asked, views)
    said = words_of(journal.session, journal.compound, [asked.row.seq]).get(asked.row.seq)
    return record(
        work,
        said,
        effective_on,
        sorted({view.row.period for view in views}),
        more={AdjustmentStep: [_step(journal, number, "approved")]},
        approved_by=journal.actor.user,
    )


def decline_adjustment(journal: Journal, number: int, reason: str) -> AdjustmentEnded:
    """Send a request back; it stays on record.

    Raises:
        SamePerson: whoever asked withdraws instead.
    """
    require(journal.actor, SECONDERS)
    if _waiting(journal, number).row.requested_by == journal.actor.user:
        raise SamePerson(pointer=None)
    return _end(journal, number, "declined", reason)


def withdraw_adjustment(journal: Journal, number: int, reason: str) -> AdjustmentEnded:
    """Take one's own request back; it stays on record.

    Raises:
        NotTheAsker: somebody else asked.
    """
    require(journal.actor, REQUESTERS)
    if _waiting(journal, number).row.requested_by != journal.actor.user:
        raise NotTheAsker(pointer="/number", number=number)
    return _end(journal, number, "withdrawn", reason)


def _waiting(journal: Journal, number: int) -> Adjustment:
    asked = adjustment(journal.session, journal.compound, number)
    if asked.state != REQUESTED:
        raise AdjustmentState(
            pointer="/number", number=number, state_zh=_STATES_ZH[asked.state], state_en=asked.state
        )
    return asked


def _check_as_asked(asked: Adjustment, views: list[ChargeView]) -> None:
    for line, view in zip(asked.lines, views, strict=True):
        if (view.live_minor, view.basis.tariff_seq) != (line.amount_minor, line.tariff_seq):
            raise refused(view.id, "申请之后已有更正", "it has been adjusted since this was asked for")


def _step(journal: Journal, number: int, step: str, reason_hash: str | None = None) -> dict[str, object]:
    return {
        "number": number,
        "step": step,
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
        "reason_hash": reason_hash,
    }


def _end(journal: Journal, number: int, step: str, reason: str) -> AdjustmentEnded:
    kept = journal.keep_remark(check_text(reason, "/reason"))
    facts: Facts = {AdjustmentStep: [_step(journal, number, step, kept)]}
    return AdjustmentEnded(journal.record(f"adjustment_{step}", journal.today, facts), number, step)
