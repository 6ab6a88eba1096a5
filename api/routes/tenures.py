"""The timeline of units: what each is since when and who owes; changes are appended, never edited."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Shape, Wire, Words
from api.writing import Pen, Writing
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.errors import NotFound, OwnerChangeNeeded
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.rules.tenure import WITHDRAWN
from ledger.rules.unit import State
from ledger.store.adjustments import words_of
from ledger.store.tenures import timelines

router = Router(prefix="/api/v1/compounds/{compound}", tags=["房屋 · Units"])


class TenureIn(Shape):
    """What a unit is from a day on, or from–to; a vacancy with a factor names its notice and confirmation."""

    unit: Code
    state: Annotated[State, Field(strict=False)]
    from_on: Day
    to_on: Day | None = None
    new_owner: bool = False
    factor_bp: int | None = Field(default=None, ge=1, le=10_000)
    notice: Words | None = None
    confirmed_on: Day | None = None
    reason: Words | None = None


class WithdrawIn(Shape):
    """The change of a unit that began on a day, and why it is taken back."""

    unit: Code
    from_on: Day
    reason: Words | None = None


@router.get("/units/{unit}/tenures", summary="房屋状态时间线")
def list_tenures(
    unit: str, member: Annotated[Member, Depends(OnRecord(INSIDERS, "tenures", "unit"))], session: Reading
) -> Wire:
    """List the stretches of a unit in order, and every change as it was recorded, with the reason of a correction.

    The first stretch has no beginning and the last no end.
    """
    held = timelines(session, member.compound, unit=unit).get(unit)
    if held is None:
        raise NotFound(pointer="/unit", what=unit[:40])
    last = len(held.stretches) - 1
    items = [
        {
            "from_on": one.from_on.isoformat() if place else None,
            "to_on": one.to_on.isoformat() if place < last else None,
            "state": one.change.state,
            "debtor": one.change.debtor,
            "party": one.change.party,
            "factor_bp": one.change.factor,
            "notice": one.change.notice,
            "confirmed_on": one.change.confirmed_on.isoformat() if one.change.confirmed_on else None,
            "seq": one.change.seq,
        }
        for place, one in enumerate(held.stretches)
    ]
    said = words_of(session, member.compound, [one.seq for one in held.changes])
    changes = [
        {
            "seq": one.seq,
            "from_on": one.from_on.isoformat(),
            "state": WITHDRAWN if one.is_withdrawn else one.state,
            "debtor": one.debtor,
            "reason": said.get(one.seq),
        }
        for one in sorted(held.changes, key=lambda each: (each.seq, each.from_on))
    ]
    return {"unit": unit, "items": items, "changes": changes}


@router.post("/tenures", status_code=201, summary="变更房屋状态")
def change_a_tenure(body: TenureIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Append a change to a unit's timeline; days that overlap another change are refused.

    A hand-over gives the first owner its number by itself. Another owner after that is a change of owner
    (``POST …/units/{unit}/owner-changes``): what the old one owes and has paid ahead goes with it, so ``new_owner`` is
    refused here.
    """
    if body.new_owner:
        raise OwnerChangeNeeded(pointer="/new_owner", unit=body.unit)
    command = ChangeTenure(**dict(body))
    return pen.write(lambda journal: act_answer(journal, change_tenure(journal, command)))


@router.post("/tenures:withdraw", status_code=201, summary="撤回房屋状态变更")
def withdraw_a_tenure(body: WithdrawIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Take a change back: from its day on the unit is what it was before."""
    command = WithdrawTenure(body.unit, body.from_on, body.reason)
    return pen.write(
        lambda journal: act_answer(
            journal, withdraw_tenure(journal, command), unit=body.unit, from_on=body.from_on
        )
    )
