"""Handovers between trustees: the act, and the list of what passes as figures, table and paper."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response

from api.deps import Reading
from api.identity import Allowed, Member, OnRecord
from api.routes.answering import act_answer, file_answer
from api.routing import Router
from api.shapes import Day, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.hand_over import HandOver, hand_over
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.store.append import Journal
from reports.receivables.as_csv import handover_csv
from reports.receivables.handover import (
    CONTRACTS_ZH,
    SPLIT_ZH,
    HandoverList,
    handover_list,
    handovers,
)

router = Router(prefix="/api/v1/compounds/{compound}", tags=["交接 · Handover"])
_READING = Allowed(INSIDERS)
_TAKING = OnRecord(INSIDERS, "handover", "seq")
_KEEPING = Writing(KEEPERS)
Seq = Annotated[int, Path(ge=1, le=2**53)]


class HandoverIn(Shape):
    """The last day of the outgoing trustee, and both trustees."""

    handed_on: Day
    outgoing: Words
    incoming: Words


@router.post("/handovers", status_code=201, summary="交接")
def hand_books_over(body: HandoverIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record that the books pass from one trustee to another on a day; the profile says by when they must have."""

    def work(journal: Journal) -> Answer:
        done = hand_over(journal, HandOver(body.handed_on, body.outgoing, body.incoming))
        where = f"/api/v1/compounds/{journal.compound}/handovers/{done.recorded.seq}"
        return act_answer(journal, done, where)

    return pen.write(work)


@router.get("/handovers", summary="交接记录")
def list_handovers(member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """List handovers in order."""
    items = [
        {
            "seq": row.seq,
            "handed_on": row.handed_on.isoformat(),
            "due_on": row.due_on.isoformat(),
            "outgoing": row.outgoing,
            "incoming": row.incoming,
        }
        for row in handovers(session, member.compound)
    ]
    return {"items": items}


def listed_by(seq: Seq, member: Annotated[Member, Depends(_TAKING)], session: Reading) -> HandoverList:
    """Return the list that a request asks for."""
    return handover_list(session, member.compound, seq)


@router.get("/handovers/{seq}.csv", summary="交接表(CSV)")
def read_handover_csv(listed: Annotated[HandoverList, Depends(listed_by)]) -> Response:
    """Return the list for a spreadsheet."""
    return file_answer(handover_csv(listed), _name(listed, "csv"))


@router.get("/handovers/{seq}.pdf", summary="交接表(PDF)")
def draw_handover_list(listed: Annotated[HandoverList, Depends(listed_by)]) -> Response:
    """Return the list as a paper to sign."""
    from reports.pdf.handover import draw_handover  # here: a command starts without ReportLab

    return file_answer(draw_handover(listed), _name(listed, "pdf"))


@router.get("/handovers/{seq}", summary="交接表")
def read_handover(listed: Annotated[HandoverList, Depends(listed_by)]) -> Wire:
    """Return what passes: money, balances, what is held per unit, arrears split by days, vouchers."""
    body: Wire = to_wire(listed)
    public_income = to_wire({"public_income_minor": listed.public_income_minor})
    notes = {"split_zh": SPLIT_ZH, "later_zh": listed.later_zh, "contracts_zh": CONTRACTS_ZH}
    return {**body, **public_income, **notes}


def _name(listed: HandoverList, kind: str) -> str:
    return f"{listed.compound}-handover-{listed.handed_on.isoformat()}.{kind}"
