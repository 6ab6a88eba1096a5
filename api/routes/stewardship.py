"""What the trustee has earned, and who stands in while there is no committee."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Response

from api.deps import Reading, WantedMonth
from api.identity import Allowed, Member
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Day, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.caretake import NAMERS, NameCaretaker, end_caretaking, name_caretaker
from ledger.errors import NotFound
from ledger.rules.roles import Body
from ledger.store.caretakers import caretakers
from ledger.store.remuneration import earned

router = Router(prefix="/api/v1/compounds/{compound}", tags=["酬金与代管 · Remuneration and caretaker"])


class CaretakerIn(Shape):
    """Who stands in for the committee, from when, and by what rule."""

    name: Words
    body: Literal["community", "committee", "audit"]
    from_on: Day
    basis: Words

    def command(self) -> NameCaretaker:
        """Return what the ledger is asked to do."""
        return NameCaretaker(self.name, Body(self.body), self.from_on, self.basis)


class EndIn(Shape):
    """The first day of the new committee, and its election."""

    ended_on: Day
    basis: Words


@router.get("/remuneration", summary="受托人酬金:基数、应计、已计")
def show_remuneration(
    member: Annotated[Member, Depends(Allowed(WATCHERS))],
    session: Reading,
    through: WantedMonth,
) -> Wire:
    """Say what the trustee has earned to date, account by account, and what was recognised of it (L04)."""
    so_far = earned(session, member.compound, through)
    if so_far is None:
        raise NotFound(what="remuneration")
    sums = {
        "base_minor": so_far.base_minor,
        "due_minor": so_far.due_minor,
        "recognised_minor": so_far.recognised_minor,
        "accrual_minor": so_far.accrual_minor,
        "overdrawn_minor": so_far.overdrawn_minor,
    }
    bases = [
        to_wire({"account": code, "amount_minor": minor}) for code, minor in sorted(so_far.bases.items())
    ]
    terms = so_far.terms
    return {
        "through": through,
        "since": terms.effective_from,
        "every_months": terms.every_months,
        "rate_bp": terms.rate_bp,
        **to_wire({"fixed_minor": terms.fixed_minor}),
        "contract": terms.contract,
        "bases": bases,
        **to_wire(sums),
    }


@router.get("/caretakers", summary="代管人")
def list_caretakers(member: Annotated[Member, Depends(Allowed(WATCHERS))], session: Reading) -> Wire:
    """List who stood in for a committee, the newest first."""
    return {"items": [to_wire(one) for one in caretakers(session, member.compound)]}


@router.post("/caretakers", status_code=201, summary="指定代管人")
def name_a_caretaker(body: CaretakerIn, pen: Annotated[Pen, Depends(Writing(NAMERS))]) -> Response:
    """Put a caretaker in the committee's place."""
    command = body.command()
    return pen.write(lambda journal: act_answer(journal, name_caretaker(journal, command), name=body.name))


@router.post("/caretakers/end", status_code=201, summary="结束代管")
def end_a_caretaker(body: EndIn, pen: Annotated[Pen, Depends(Writing(NAMERS))]) -> Response:
    """Let a new committee take over."""
    return pen.write(lambda journal: act_answer(journal, end_caretaking(journal, body.ended_on, body.basis)))
