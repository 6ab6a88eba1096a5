"""What ends or moves a debt without money: waivers, write-offs, disputes; and late fees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routes.receipts import LateFeeIn
from api.routing import Router
from api.shapes import Code, Day, Positive, Rate, Shape, Wire, Words
from api.writing import Pen, Writing
from ledger.actions.charge_late_fee import charge_late_fee
from ledger.actions.dispute import Dispute, dispute, end_dispute
from ledger.actions.relieve import Parts, Relieve, Relieved, waive, write_off
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.debts import relief_list

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
_E4_PER_BP = 100  # a rate of 3.00 is read as 30,000: in basis points it is 300
_KEEPING = Writing(KEEPERS)
_READING = OnRecord(INSIDERS, "reliefs")


class PartIn(Shape):
    """So much of a charge: all that is open unless said."""

    id: Code
    amount: Positive | None = None


class PartsIn(Shape):
    """Which charges, and the vote, contract or decision that allows it."""

    charges: list[PartIn] = Field(max_length=2000)
    authority: Words
    effective_on: Day | None = None

    @property
    def parts(self) -> Parts:
        """Return the charges as the ledger names them."""
        return tuple((part.id, part.amount) for part in self.charges)


class LateFeeDatedIn(LateFeeIn):
    """A late fee to be demanded; dated today unless said otherwise."""

    effective_on: Day | None = None


class PrimeRateIn(Shape):
    """The one-year loan prime rate in percent, such as ``3.00``, and where it was published."""

    from_on: Day
    rate: Rate
    source: Words


@router.post("/waivers", status_code=201, summary="减免")
def waive_charges(body: PartsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Give up so much of some charges: it takes a vote or authority, and never more than is open."""
    return _relieve(body, pen, waive)


@router.post("/write-offs", status_code=201, summary="账销案存")
def write_charges_off(body: PartsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Take so much of some charges off the books; the debt stays and may still be paid."""
    return _relieve(body, pen, write_off)


@router.post("/disputes", status_code=201, summary="争议")
def dispute_charges(body: PartsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Move contested debts beside the others; ``authority`` is the written objection."""
    return _move(body, pen, dispute)


@router.post("/disputes/ends", status_code=201, summary="争议终止")
def end_disputes(body: PartsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Move contested debts back; ``authority`` is what ended the dispute."""
    return _move(body, pen, end_dispute)


@router.post("/late-fees", status_code=201, summary="违约金应收")
def demand_late_fee(body: LateFeeDatedIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Demand a late fee: simple interest, at most 1.3 times the prime rate of the day unless a reason says why."""
    return pen.write(
        lambda journal: act_answer(
            journal, charge_late_fee(journal, body.command, body.effective_on or journal.today)
        )
    )


@router.post("/prime-rates", status_code=201, summary="登记 LPR")
def put_prime_rate(body: PrimeRateIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put the loan prime rate on record from a day on."""
    command = SetPrimeRate(body.from_on, body.rate // _E4_PER_BP, body.source)
    return pen.write(lambda journal: act_answer(journal, set_prime_rate(journal, command)))


def _move(body: PartsIn, pen: Pen, action: Callable[[Journal, Dispute], Relieved]) -> Response:
    return pen.write(
        lambda journal: act_answer(
            journal,
            action(journal, Dispute(body.parts, body.authority, body.effective_on or journal.today)),
        )
    )


def _relieve(body: PartsIn, pen: Pen, action: Callable[[Journal, Relieve], Relieved]) -> Response:
    return pen.write(
        lambda journal: act_answer(
            journal,
            action(journal, Relieve(body.parts, body.authority, body.effective_on or journal.today)),
        )
    )


@router.get("/reliefs", summary="减免、核销与争议")
def list_reliefs(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    kind: Annotated[str | None, Query(max_length=16)] = None,
) -> Wire:
    """List what is waived, written off or disputed of each charge; a write-off is listed for ever."""
    items = [
        {
            "charge": one.charge,
            "unit": one.unit,
            "debtor": one.debtor,
            "item": one.item,
            "period": one.period,
            "kind": one.kind,
            "amount": format_amount(one.amount_minor),
            "authority": one.authority,
            "seq": one.seq,
        }
        for one in relief_list(session, member.compound, kind)
    ]
    return {"items": items}
