"""Taking charges back with two keys: asked for, then agreed to by a second person of a second body."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routes.corrections import SurplusIn
from api.routes.demands import WithdrawalIn
from api.routes.disbursements import DatedIn
from api.routing import Router
from api.shapes import LIST_LIMIT, Code, Shape, Wire, Words, read_seq_cursor, write_cursor
from api.writing import Answer, Pen, Writing
from ledger.actions.request_adjustment import (
    RequestAdjustment,
    approve_adjustment,
    decline_adjustment,
    request_adjustment,
    withdraw_adjustment,
)
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, REQUESTERS, SECONDERS
from ledger.rules.settle import Surplus
from ledger.store.adjustments import Adjustment, adjustment, adjustments, words_of
from ledger.store.append import Journal

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
Numbered = Annotated[int, Path(ge=1, le=10**12)]
_READING = OnRecord(INSIDERS, "adjustments")
_ASKING = Writing(REQUESTERS)
_SECONDING = Writing(SECONDERS)


class AdjustmentIn(Shape):
    """Charges to take back whole; ``surplus`` says what becomes of money that was paid on them."""

    charges: list[Code] = Field(min_length=1, max_length=200)
    reason: Words
    surplus: SurplusIn = Surplus.REFUSE


def shown(found: Adjustment, words: dict[int, str]) -> dict[str, Any]:  # Any: JSON
    """Return a request with its charges, its reason, and what became of it; erased words are null."""
    row, step = found.row, found.step
    return {
        "number": row.number,
        "seq": row.seq,
        "state": found.state,
        "surplus": row.surplus,
        "reason": words.get(row.seq),
        "requested_body": row.requested_body,
        "charges": [
            {
                "charge": charge,
                "item": line.item,
                "amount": format_amount(line.amount_minor),
                "tariff_seq": line.tariff_seq,
            }
            for charge, line in zip(found.charges, found.lines, strict=True)
        ],
        "ended": None
        if step is None
        else {"step": step.step, "seq": step.seq, "body": step.body, "reason": words.get(step.seq)},
    }


@router.get("/adjustments", summary="应收更正申请列表")
def list_adjustments(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List the requests to take charges back, with the state of each."""
    found = adjustments(session, member.compound, after=read_seq_cursor(cursor), limit=limit + 1)
    more = write_cursor(str(found[limit - 1].row.number)) if len(found) > limit else None
    words = _words(member, session, found)
    return {"items": [shown(one, words) for one in found[:limit]], "next_cursor": more}


@router.get("/adjustments/{number}", summary="应收更正申请")
def read_adjustment(number: Numbered, member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """Return one request."""
    found = adjustment(session, member.compound, number)
    return shown(found, _words(member, session, [found]))


def _words(member: Member, session: Reading, found: list[Adjustment]) -> dict[int, str]:
    seqs = [one.row.seq for one in found] + [one.step.seq for one in found if one.step]
    return words_of(session, member.compound, seqs)


@router.post("/adjustments", status_code=201, summary="申请应收更正")
def ask_adjustment(body: AdjustmentIn, pen: Annotated[Pen, Depends(_ASKING)]) -> Response:
    """Ask to take single charges back: the first key. The answer previews the effect; nothing is posted."""

    def work(journal: Journal) -> Answer:
        command = RequestAdjustment(tuple(body.charges), body.reason, body.surplus)
        done = request_adjustment(journal, command)
        path = f"/api/v1/compounds/{journal.compound}/adjustments/{done.adjustment}"
        return act_answer(journal, done, path)

    return pen.write(work)


@router.post("/adjustments/{number}/approvals", status_code=201, summary="同意应收更正")
def agree_to_adjustment(
    number: Numbered, pen: Annotated[Pen, Depends(_SECONDING)], body: DatedIn | None = None
) -> Response:
    """Turn the second key: another person, of another body; everything is checked anew, and it is posted."""
    day = body.effective_on if body else None
    return pen.write(
        lambda journal: act_answer(journal, approve_adjustment(journal, number, day or journal.today))
    )


@router.post("/adjustments/{number}/refusals", status_code=201, summary="退回应收更正")
def send_adjustment_back(
    number: Numbered, body: WithdrawalIn, pen: Annotated[Pen, Depends(_SECONDING)]
) -> Response:
    """Send a request back with the reason; it stays on record."""
    return pen.write(lambda journal: act_answer(journal, decline_adjustment(journal, number, body.reason)))


@router.post("/adjustments/{number}/withdrawals", status_code=201, summary="撤回应收更正申请")
def take_adjustment_back(
    number: Numbered, body: WithdrawalIn, pen: Annotated[Pen, Depends(_ASKING)]
) -> Response:
    """Take one's own request back; it stays on record."""
    return pen.write(lambda journal: act_answer(journal, withdraw_adjustment(journal, number, body.reason)))
