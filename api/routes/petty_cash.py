"""Petty cash: float, slips, counts; and debits of the bank that somebody has to explain."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Path, Response
from pydantic import Field

from api.deps import OpenBook, Reading
from api.identity import Allowed, Member
from api.routes.answering import act_answer
from api.routes.disbursements import LineIn
from api.routes.vouchers import AsOf
from api.routing import Router
from api.shapes import Amount, Code, Day, Positive, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.petty_cash import (
    CountCash,
    SetFloat,
    Slip,
    SpendPetty,
    count_cash,
    set_float,
    spend_petty,
)
from ledger.rules.payment import Repair
from ledger.rules.roles import APPROVERS, INSIDERS, KEEPERS
from ledger.store.petty_cash import counts, petty_cash, unexplained

router = Router(prefix="/api/v1/compounds/{compound}", tags=["备用金 · Petty cash"])
_KEEPING = Writing(KEEPERS)
_APPROVING = Writing(APPROVERS)


class FloatIn(Shape):
    """How much petty cash a fund keeps at most, and by which resolution or vote; 0.00 ends it."""

    fund: Code
    amount: Amount
    authority: Words


class SlipIn(Shape):
    """One slip paid out of the box."""

    account: Code
    amount: Positive
    purpose: Words


class SpendIn(Shape):
    """Slips paid out of petty cash; the authority of the float holds unless another is named."""

    fund: Code
    slips: list[SlipIn] = Field(min_length=1, max_length=100)
    effective_on: Day | None = None
    authority: Words | None = None


class CountIn(Shape):
    """What lay in a box; with ``bank`` it was paid in."""

    fund: Code
    counted: Amount
    box: Literal["petty", "on_hand"] = "petty"
    bank: Code | None = None
    effective_on: Day | None = None


class DebitIn(Shape):
    """What the bank took without anybody's asking."""

    fund: Code
    bank: Code
    amount: Positive
    narration: Words
    effective_on: Day | None = None


class ExplanationIn(Shape):
    """What a debit was for; or, with ``bank`` and ``amount``, what the bank has put back."""

    lines: list[LineIn] = Field(default=[], max_length=50)
    narration: Words
    authority: Words = ""
    repair: Literal["none", "minor", "medium", "major"] = "none"
    bank: Code | None = None
    amount: Positive | None = None
    effective_on: Day | None = None
    grant_purpose: Code | None = None


@router.get("/petty-cash", summary="备用金")
def list_petty_cash(
    member: Annotated[Member, Depends(Allowed(INSIDERS))], session: Reading, as_of: AsOf
) -> Wire:
    """Show the floats, what is in the boxes and under way, and the counts until a day."""
    counted = [
        {
            "seq": row.seq,
            "account": row.account,
            "on": day,
            "counted_minor": row.counted_minor,
            "book_minor": row.book_minor,
            "difference_minor": row.counted_minor - row.book_minor,
        }
        for row, day in counts(session, member.compound, as_of)
    ]
    return {"items": to_wire(petty_cash(session, member.compound)), "counts": to_wire(counted)}


@router.post("/petty-cash/floats", status_code=201, summary="设立备用金定额")
def set_petty_float(body: FloatIn, pen: Annotated[Pen, Depends(_APPROVING)]) -> Response:
    """Set the float of a fund; it is filled by a payment of kind ``petty_cash``."""
    command = SetFloat(body.fund, body.amount, body.authority)
    return pen.write(lambda journal: act_answer(journal, set_float(journal, command)))


@router.post("/petty-cash/slips", status_code=201, summary="备用金报销")
def spend_petty_cash(body: SpendIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post slips that were paid out of the box."""
    slips = tuple(Slip(one.account, one.amount, one.purpose) for one in body.slips)
    return pen.write(
        lambda journal: act_answer(
            journal,
            spend_petty(
                journal, SpendPetty(body.fund, slips, body.effective_on or journal.today, body.authority)
            ),
        )
    )


@router.post("/petty-cash/counts", status_code=201, summary="现金盘点")
def count_a_box(body: CountIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put a count on record, with what is short or over."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            count_cash(
                journal,
                CountCash(body.fund, body.counted, body.effective_on or journal.today, body.box, body.bank),
            ),
        )
    )


@router.get("/unexplained-debits", summary="待查付款")
def list_unexplained(compound: OpenBook, session: Reading, as_of: AsOf) -> Wire:
    """List what the bank took and nobody had explained by a day; open to everybody."""
    return {"as_of": as_of.isoformat(), "items": to_wire(unexplained(session, compound, as_of))}


@router.post("/unexplained-debits", status_code=201, summary="登记待查付款")
def book_unexplained(body: DebitIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Book what the bank took without a voucher."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            book_debit(
                journal,
                BookDebit(
                    body.fund, body.bank, body.amount, body.narration, body.effective_on or journal.today
                ),
            ),
        )
    )


@router.post("/unexplained-debits/{seq}/explanations", status_code=201, summary="说明待查付款")
def explain_unexplained(
    seq: Annotated[int, Path(ge=1, le=10**15)],
    body: ExplanationIn,
    pen: Annotated[Pen, Depends(_APPROVING)],
) -> Response:
    """Say what a debit was for: a second person of a second body; of a pool, also by which ``grant_purpose``."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            explain_debit(
                journal,
                ExplainDebit(
                    seq,
                    tuple((line.account, line.amount) for line in body.lines),
                    body.narration,
                    body.authority,
                    body.effective_on or journal.today,
                    Repair(body.repair),
                    body.bank,
                    body.amount,
                    body.grant_purpose,
                ),
            ),
        )
    )
