"""The timeline of units: what each is since when and who owes; changes are appended, never edited."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Allowed, Member
from api.routes.answering import act_answer
from api.shapes import Code, Day, Shape, Wire, Words
from api.writing import Pen, Writing
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.errors import NotFound
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.rules.unit import State
from ledger.store.tenures import timelines

router = APIRouter(prefix="/api/v1/compounds/{compound}", tags=["房屋 · Units"])


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


class WithdrawIn(Shape):
    """The change of a unit that began on a day."""

    unit: Code
    from_on: Day


@router.get("/units/{unit}/tenures", summary="房屋状态时间线")
def list_tenures(unit: str, member: Annotated[Member, Depends(Allowed(INSIDERS))], session: Reading) -> Wire:
    """List the stretches of a unit in order; the first has no beginning and the last no end."""
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
    return {"unit": unit, "items": items}


@router.post("/tenures", status_code=201, summary="变更房屋状态")
def change_a_tenure(body: TenureIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Append a change to a unit's timeline; days that overlap another change are refused."""
    command = ChangeTenure(**dict(body))
    return pen.write(lambda journal: act_answer(journal, change_tenure(journal, command)))


@router.post("/tenures:withdraw", status_code=201, summary="撤回房屋状态变更")
def withdraw_a_tenure(body: WithdrawIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Take a change back: from its day on the unit is what it was before."""
    command = WithdrawTenure(body.unit, body.from_on)
    return pen.write(
        lambda journal: act_answer(
            journal, withdraw_tenure(journal, command), unit=body.unit, from_on=body.from_on
        )
    )
