"""Demands and what else begins limitation anew: logged, added to, and taken back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routes.arrears import UnitOf
from api.routing import Router
from api.shapes import (
    LIST_LIMIT,
    Code,
    Day,
    Month,
    Positive,
    Shape,
    Wire,
    Words,
    read_seq_cursor,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.amend_demand import AddOutcome, add_outcome, withdraw_demand, withdraw_interruption
from ledger.actions.demand import MakeDemands, demand
from ledger.actions.interrupt import Interrupt, interrupt
from ledger.rules.demand import DemandChannel, Outcome
from ledger.rules.limitation import Cause
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS, REQUESTERS
from ledger.store.adjustments import words_of
from ledger.store.append import Journal
from ledger.store.demands import demands, recorded_interruptions

router = Router(prefix="/api/v1/compounds/{compound}", tags=["欠费与催收 · Arrears and demands"])
_READING = OnRecord(INSIDERS, "demands")
_DEMANDING = Writing(REQUESTERS)
_KEEPING = Writing(KEEPERS)
Numbered = Annotated[int, Path(ge=1, le=10**12)]
Limit = Annotated[int, Query(ge=1, le=LIST_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=200)]


class DemandsIn(Shape):
    """Demands made on a day in one way: to the named units, or to all who owe more than ``over``.

    A demand to a unit is to whoever owes for it on that day; ``debtor`` names another of a single unit.
    """

    channel: Annotated[DemandChannel, Field(strict=False)]
    outcome: Annotated[Outcome, Field(strict=False)]
    made_on: Day | None = None
    units: list[Code] = Field(default=[], max_length=1000)
    over: Positive = 0
    debtor: int | None = Field(default=None, ge=1, le=9999)


class InterruptionIn(Shape):
    """What began limitation anew for a debtor's charges up to a month, and the document that shows it.

    The debtor is whoever owed for the unit on that day, unless another is named.
    """

    unit: Code
    debtor: int | None = Field(default=None, ge=1, le=9999)
    cause: Annotated[Cause, Field(strict=False)]
    happened_on: Day
    through: Month
    document: Words


class OutcomeIn(Shape):
    """What came of a demand, and on which day; today unless said otherwise."""

    outcome: Annotated[Outcome, Field(strict=False)]
    happened_on: Day | None = None


class WithdrawalIn(Shape):
    """Why it is taken back."""

    reason: Words


@router.post("/demands", status_code=201, summary="催收记录")
def log_demands(body: DemandsIn, pen: Annotated[Pen, Depends(_DEMANDING)]) -> Response:
    """Log demands with their channel and outcome; one that reached the debtor begins limitation anew."""

    def work(journal: Journal) -> Answer:
        command = MakeDemands(
            *(body.channel, body.outcome, body.made_on or journal.today, tuple(body.units), body.over),
            debtor=body.debtor,
        )
        return act_answer(journal, demand(journal, command), _demands(journal))

    return pen.write(work)


@router.get("/demands", summary="催收明细")
def list_demands(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: UnitOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Wire:
    """List demands by number, each with all that became known of it; withdrawn ones are listed as such."""
    found = demands(session, member.compound, unit=unit, after=read_seq_cursor(cursor), limit=limit + 1)
    said = words_of(session, member.compound, [later.seq for view in found for later in view.since])
    items: list[dict[str, Any]] = [
        {
            "number": view.row.number,
            "seq": view.row.seq,
            "unit": view.row.unit,
            "debtor": view.row.debtor,
            "channel": view.row.channel,
            "made_on": view.row.made_on.isoformat(),
            "through": view.row.through,
            "amount": format_amount(view.row.amount_minor),
            "outcome": view.outcome,
            "outcome_on": view.outcome_on.isoformat(),
            "since": [
                {
                    "seq": later.seq,
                    "outcome": later.outcome,
                    "happened_on": later.happened_on.isoformat(),
                    "reason": said.get(later.seq),
                }
                for later in view.since
            ],
        }
        for view in found[:limit]
    ]
    more = write_cursor(str(found[limit - 1].row.number)) if len(found) > limit else None
    return {"items": items, "next_cursor": more}


@router.post("/demands/{number}/outcomes", status_code=201, summary="催收结果")
def add_an_outcome(number: Numbered, body: OutcomeIn, pen: Annotated[Pen, Depends(_DEMANDING)]) -> Response:
    """Add what became known later, such as a letter signed for a week after; limitation follows."""

    def work(journal: Journal) -> Answer:
        command = AddOutcome(number, body.outcome, body.happened_on or journal.today)
        return act_answer(journal, add_outcome(journal, command), _demands(journal))

    return pen.write(work)


@router.post("/demands/{number}/withdrawals", status_code=201, summary="撤回催收记录")
def withdraw_a_demand(
    number: Numbered, body: WithdrawalIn, pen: Annotated[Pen, Depends(_DEMANDING)]
) -> Response:
    """Take back a demand that was logged by mistake; it stays in the list, and begins nothing anew."""
    return pen.write(
        lambda journal: act_answer(journal, withdraw_demand(journal, number, body.reason), _demands(journal))
    )


def _demands(journal: Journal) -> str:
    return f"/api/v1/compounds/{journal.compound}/demands"


@router.post("/interruptions", status_code=201, summary="时效中断")
def record_interruption(body: InterruptionIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record a plan, a promise, a suit or a mediation that begins limitation anew."""

    def work(journal: Journal) -> Answer:
        command = Interrupt(body.unit, body.debtor, body.cause, body.happened_on, body.through, body.document)
        return act_answer(
            journal,
            interrupt(journal, command),
            f"/api/v1/compounds/{journal.compound}/arrears?unit={body.unit}",
        )

    return pen.write(work)


@router.get("/interruptions", summary="时效中断明细")
def list_interruptions(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: UnitOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Wire:
    """List plans, promises, suits and mediations in the order they were recorded; withdrawn ones say so."""
    after = read_seq_cursor(cursor)
    found = recorded_interruptions(session, member.compound, unit=unit, after=after, limit=limit + 1)
    said = words_of(session, member.compound, [one.withdrawn.seq for one in found if one.withdrawn])
    items: list[dict[str, Any]] = [
        {
            "seq": one.row.seq,
            "unit": one.row.unit,
            "debtor": one.row.debtor,
            "cause": one.row.kind,
            "happened_on": one.row.happened_on.isoformat(),
            "through": one.row.through,
            "document": one.row.document,
            "withdrawn": None
            if one.withdrawn is None
            else {"seq": one.withdrawn.seq, "reason": said.get(one.withdrawn.seq)},
        }
        for one in found[:limit]
    ]
    more = write_cursor(str(found[limit - 1].row.seq)) if len(found) > limit else None
    return {"items": items, "next_cursor": more}


@router.post("/interruptions/{seq}/withdrawals", status_code=201, summary="撤回时效中断")
def withdraw_an_interruption(
    seq: Numbered, body: WithdrawalIn, pen: Annotated[Pen, Depends(_KEEPING)]
) -> Response:
    """Take back what was recorded by mistake; limitation is computed as if it had never been."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            withdraw_interruption(journal, seq, body.reason),
            f"/api/v1/compounds/{journal.compound}/interruptions",
            interruption=seq,
        )
    )
