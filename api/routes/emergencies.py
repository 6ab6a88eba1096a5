"""Emergencies: paid with one key, listed with their reasons until somebody ratifies them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response

from api.deps import OpenBook, Reading
from api.routes.answering import act_answer
from api.routes.disbursements import Identifier, stepped
from api.routes.entries import Seq
from api.routes.vouchers import AsOf
from api.routing import Router
from api.shapes import Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.pay import ratify
from ledger.actions.ratify_job import ratify_job
from ledger.rules.roles import APPROVERS
from ledger.store.emergencies import unratified

router = Router(prefix="/api/v1/compounds/{compound}", tags=["支出 · Disbursements"])


class RatificationIn(Shape):
    """What allows an emergency afterwards: a resolution of the committee, or a vote; for the repair fund a vote."""

    authority: Words


@router.get("/emergencies", summary="未追认的紧急支出")
def list_emergencies(compound: OpenBook, session: Reading, as_of: AsOf) -> Wire:
    """List the emergencies in the books that nobody has ratified by a day; open to everybody."""
    return {"as_of": as_of.isoformat(), "items": to_wire(unratified(session, compound, as_of))}


@router.post("/disbursements/{identifier}/ratifications", status_code=201, summary="追认紧急支出")
def ratify_disbursement(
    identifier: Identifier, body: RatificationIn, pen: Annotated[Pen, Depends(Writing(APPROVERS))]
) -> Response:
    """Allow an emergency afterwards: the second key."""
    return pen.write(lambda journal: stepped(journal, ratify(journal, identifier, body.authority)))


@router.post("/repair-fund/jobs/{seq}/ratifications", status_code=201, summary="追认维修资金应急工程")
def ratify_repair_job(
    seq: Seq, body: RatificationIn, pen: Annotated[Pen, Depends(Writing(APPROVERS))]
) -> Response:
    """Allow an emergency job of the repair fund afterwards, by a vote; ``seq`` is the act that charged it."""
    return pen.write(lambda journal: act_answer(journal, ratify_job(journal, seq, body.authority), job=seq))
