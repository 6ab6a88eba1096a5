"""Gifts to governance pools, their givers, and points."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Positive, Shape, Wire, Words
from api.writing import Answer, Pen, Writing
from ledger.actions.award_points import AwardPoints, issue_points, redeem_points
from ledger.actions.give import Give, NewDonor, change_donor, give
from ledger.rules.roles import KEEPERS
from ledger.store.append import Journal
from ledger.store.donors import donors

router = Router(prefix="/api/v1/compounds/{compound}", tags=["治理资金 · Governance funds"])
_KEEPING = Writing(KEEPERS)
Number = Annotated[int, Path(ge=1, le=10**9)]


class DonorIn(Shape):
    """Who gives; ``consent``: the name may be printed."""

    name: Words
    is_company: bool = False
    consent: bool = False


class GiftIn(Shape):
    """A gift of money (with a bank account) or in kind; in kind without an amount stands in the register only."""

    fund: Code
    donor: DonorIn | None = None
    donor_number: int | None = Field(default=None, ge=1, le=10**9)
    what: Words
    document: Words
    amount: Positive | None = None
    bank: Code | None = None
    given_on: Day | None = None
    effective_on: Day | None = None


class DonorChangeIn(Shape):
    """Consent given or withdrawn, or the name forgotten."""

    consent: bool | None = None
    forget: bool = False


class PointsIn(Shape):
    """So many points, for what; of a unit where they are kept by unit."""

    fund: Code
    points: Positive
    reason: Words
    unit: Code | None = None
    effective_on: Day | None = None


@router.post("/gifts", status_code=201, summary="登记捐赠")
def take_a_gift(body: GiftIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record a gift that need not be given back."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        new = body.donor or DonorIn(name="")
        donor = NewDonor(new.name, new.is_company, new.consent)
        command = Give(
            *(body.fund, body.donor_number if body.donor is None and body.donor_number else donor),
            what=body.what,
            document=body.document,
            given_on=body.given_on or day,
            effective_on=day,
            amount_minor=body.amount,
            bank=body.bank,
        )
        return act_answer(journal, give(journal, command))

    return pen.write(work)


@router.get("/donors", summary="捐赠人登记")
def list_donors(member: Annotated[Member, Depends(OnRecord(KEEPERS, "donors"))], session: Reading) -> Wire:
    """List the register of donors: whoever keeps it may see it, nobody else."""
    return {
        "items": [
            {
                "number": row.number,
                "name": row.name,
                "is_company": bool(row.is_company),
                "consent": bool(row.consent),
            }
            for row in donors(session, member.compound)
        ]
    }


@router.post("/donors/{number}/changes", status_code=201, summary="变更捐赠人")
def change_a_donor(number: Number, body: DonorChangeIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Give or withdraw a donor's consent, or forget the name."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            change_donor(journal, number, consent=body.consent, forget=body.forget),
            donor=number,
        )
    )


@router.post("/points/issues", status_code=201, summary="发放积分")
def issue(body: PointsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Issue points: a count of its own that never converts to money."""
    return pen.write(lambda journal: act_answer(journal, issue_points(journal, _points(journal, body))))


@router.post("/points/redemptions", status_code=201, summary="兑换积分")
def redeem(body: PointsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Take points back for a reward."""
    return pen.write(lambda journal: act_answer(journal, redeem_points(journal, _points(journal, body))))


def _points(journal: Journal, body: PointsIn) -> AwardPoints:
    day = body.effective_on or journal.today
    return AwardPoints(body.fund, body.points, body.reason, day, body.unit)
