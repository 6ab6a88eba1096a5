"""Losses that are claimed from whoever answers for them, and what comes of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Positive, Shape, Wire, Words
from api.writing import Answer, Pen, Writing
from ledger.actions.claim_loss import ClaimLoss, Recover, claim_loss, recover
from ledger.rules.claim import Against
from ledger.rules.money import format_amount
from ledger.rules.roles import APPROVERS, INSIDERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.claims import claims

router = Router(prefix="/api/v1/compounds/{compound}", tags=["追偿 · Claims"])


class ClaimLossIn(Shape):
    """A loss that somebody answers for; ``authority`` is the committee's resolution or the document."""

    against: Annotated[Against, Field(strict=False)]
    fund: Code
    amount: Positive
    reason: Words
    authority: Words
    effective_on: Day | None = None


class RecoveryIn(Shape):
    """So much of a claim (all that is open unless said) has arrived in a bank account."""

    bank: Code
    amount: Positive | None = None
    effective_on: Day | None = None


@router.get("/claims", summary="追偿列表")
def list_claims(member: Annotated[Member, Depends(OnRecord(INSIDERS, "claims"))], session: Reading) -> Wire:
    """List all claims with what is still open on each."""
    items: list[dict[str, Any]] = [
        {
            "seq": one.seq,
            "voucher": one.voucher,
            "against": one.against,
            "fund": one.fund,
            "opened_on": one.opened_on.isoformat(),
            "amount": format_amount(one.amount_minor),
            "open": format_amount(one.open_minor),
            "unit": one.unit,
            "debtor": one.debtor,
        }
        for one in claims(session, member.compound)
    ]
    return {"items": items}


@router.post("/claims", status_code=201, summary="追偿损失")
def claim_a_loss(body: ClaimLossIn, pen: Annotated[Pen, Depends(Writing(APPROVERS))]) -> Response:
    """Claim a loss; while the trustee owes one, its remuneration is not paid."""

    def work(journal: Journal) -> Answer:
        command = ClaimLoss(
            body.against,
            body.fund,
            body.amount,
            body.reason,
            body.authority,
            body.effective_on or journal.today,
        )
        return act_answer(journal, claim_loss(journal, command))

    return pen.write(work)


@router.post("/claims/{seq}/recoveries", status_code=201, summary="追偿收回")
def recover_a_claim(
    seq: Annotated[int, Path(ge=1, le=10**12)],
    body: RecoveryIn,
    pen: Annotated[Pen, Depends(Writing(KEEPERS))],
) -> Response:
    """Record what came in of a claim; only now it is income."""

    def work(journal: Journal) -> Answer:
        command = Recover(seq, body.bank, body.effective_on or journal.today, body.amount)
        return act_answer(journal, recover(journal, command))

    return pen.write(work)
