"""Money that comes in: receipts, money parked without a name, and what is to be given back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer, file_answer
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
    receipt_number,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.charge_late_fee import LateFee, LatePart
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.receive import Receive, Received, receive
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.debts import owed_back, parked_sums
from ledger.store.registers import receipts
from reports.pdf.receipt import draw_receipt
from reports.receipt import read_receipt

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
ChannelIn = Annotated[Channel, Field(strict=False)]
Numbered = Annotated[int, Path(ge=1, le=10**12)]
_KEEPING = Writing(KEEPERS)
_READING = OnRecord(INSIDERS, "receipts")


class PayerIn(Shape):
    """Whose money it is, and what for: the oldest charge first, or the months or charges that the payer names.

    ``units`` are further units of the same owner; ``debtor`` is one who has left; with ``reservation`` disputed
    debts are paid too, and the dispute is not given up.
    """

    unit: Code
    units: list[Code] = Field(default=[], max_length=200)
    debtor: int | None = Field(default=None, ge=1, le=10**6)
    periods: list[Month] = Field(default=[], max_length=60)
    charges: list[Code] = Field(default=[], max_length=200)
    reservation: bool = False

    @property
    def payer(self) -> Payer:
        """Return the payer as the ledger names one."""
        return Payer(
            self.unit,
            tuple(self.units),
            self.debtor,
            tuple(self.periods),
            tuple(self.charges),
            self.reservation,
        )


class LatePartIn(Shape):
    """A charge that is or was late: all that is open, since it was due, unless said."""

    id: Code
    principal: Positive | None = None
    days: int | None = Field(default=None, ge=1, le=36500)


class LateFeeIn(Shape):
    """A late fee up to a day, by the contract that agrees it; above the cap it takes a reason."""

    charges: list[LatePartIn] = Field(max_length=200)
    through: Day
    authority: Words
    amount: Positive | None = None
    reason: Words | None = None

    @property
    def command(self) -> LateFee:
        """Return the late fee as the ledger takes it."""
        parts = tuple(LatePart(part.id, part.principal, part.days) for part in self.charges)
        return LateFee(parts, self.through, self.authority, self.amount, self.reason)


class ReceiptIn(PayerIn):
    """Money from a payer; ``free_months`` are those that a vote (``authority``) gives for paying ahead."""

    amount: Positive
    channel: ChannelIn
    received_on: Day | None = None
    effective_on: Day | None = None
    bank: Code | None = None
    source_id: Words | None = None
    free_months: list[Month] = Field(default=[], max_length=12)
    authority: Words = ""
    late_fee: LateFeeIn | None = None

    def command(self, journal: Journal) -> Receive:
        """Return what the ledger is asked to do; dated today unless said otherwise."""
        effective_on = self.effective_on or journal.today
        return Receive(
            unit=self.unit,
            amount_minor=self.amount,
            channel=self.channel,
            received_on=self.received_on or effective_on,
            effective_on=effective_on,
            bank=self.bank,
            periods=tuple(self.periods),
            source_id=self.source_id,
            units=tuple(self.units),
            charges=tuple(self.charges),
            debtor=self.debtor,
            reservation=self.reservation,
            free_months=tuple(self.free_months),
            authority=self.authority,
            late_fee=self.late_fee.command if self.late_fee else None,
        )


class ParkedIn(Shape):
    """Money from nobody knows whom."""

    amount: Positive
    channel: ChannelIn
    received_on: Day | None = None
    effective_on: Day | None = None
    bank: Code | None = None
    source_id: Words | None = None


class ClaimIn(PayerIn):
    """So much of parked money (all that is left unless said) is this payer's."""

    amount: Positive | None = None
    effective_on: Day | None = None


class OweBackIn(Shape):
    """So much of what a debtor has paid ahead is to be given back; all of it unless said."""

    unit: Code
    debtor: int | None = Field(default=None, ge=1, le=10**6)
    amount: Positive | None = None
    effective_on: Day | None = None


@router.post("/receipts", status_code=201, summary="收款")
def receive_money(body: ReceiptIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record money received from a unit, and settle what it pays; what is left over is paid ahead."""
    return pen.write(lambda journal: received_answer(journal, receive(journal, body.command(journal))))


def received_answer(journal: Journal, done: Received) -> Answer:
    """Return the answer of a receipt, however the money came."""
    settled = [
        {
            "charge": part.charge.id,
            "unit": part.charge.unit,
            "item": part.charge.item,
            "period": part.charge.period,
            "amount_minor": part.amount_minor,
        }
        for part in done.settled
    ]
    return act_answer(
        journal,
        done.recorded,
        number=receipt_number(done.number),
        unit=done.unit,
        amount_minor=done.amount_minor,
        settled=settled,
        prepaid_minor=done.prepaid_minor,
        refundable_minor=done.refundable_minor,
    )


@router.get("/receipts", summary="收款明细")
def list_receipts(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List receipts by number."""
    found = receipts(session, member.compound, unit=unit, after=read_seq_cursor(cursor), limit=limit + 1)
    more = write_cursor(str(found[limit - 1].number)) if len(found) > limit else None
    items: list[dict[str, Any]] = [
        {
            "number": receipt_number(row.number),
            "seq": row.seq,
            "unit": row.unit,
            "debtor": row.debtor,
            "channel": row.channel,
            "received_on": row.received_on.isoformat(),
            "amount": format_amount(row.amount_minor),
        }
        for row in found[:limit]
    ]
    return {"items": items, "next_cursor": more}


@router.get("/receipts/{number}/pdf", summary="收据 PDF", response_class=Response)
def print_receipt(
    number: Numbered, member: Annotated[Member, Depends(_READING)], session: Reading
) -> Response:
    """Return the receipt as a PDF, its amount also in 大写; one taken back says so."""
    content = draw_receipt(read_receipt(session, member.compound, number))
    return file_answer(content, f"{receipt_number(number)}.pdf", "inline")


@router.post("/parked-receipts", status_code=201, summary="待查来款")
def park_money(body: ParkedIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Park money that arrived without a name, under a number of its own."""

    def work(journal: Journal) -> Answer:
        effective_on = body.effective_on or journal.today
        command = Park(
            body.amount,
            body.channel,
            body.received_on or effective_on,
            effective_on,
            body.bank,
            body.source_id,
        )
        return act_answer(journal, park(journal, command))

    return pen.write(work)


@router.get("/parked-receipts", summary="待查来款列表")
def list_parked(member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """List the parked sums with what is left of each."""
    items = [
        {
            "number": one.number,
            "seq": one.seq,
            "channel": one.channel,
            "received_on": one.received_on.isoformat(),
            "amount": format_amount(one.amount_minor),
            "left": format_amount(one.left_minor),
        }
        for one in parked_sums(session, member.compound)
    ]
    return {"items": items}


@router.post("/parked-receipts/{number}/claims", status_code=201, summary="待查来款认领")
def claim_money(number: Numbered, body: ClaimIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Give parked money to its payer: the receipt gets its number now."""

    def work(journal: Journal) -> Answer:
        command = Claim(number, body.payer, body.effective_on or journal.today, body.amount)
        return received_answer(journal, claim(journal, command))

    return pen.write(work)


@router.post("/refundables", status_code=201, summary="预收转应退")
def owe_prepayment_back(body: OweBackIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Make what was paid ahead refundable; a disbursement of kind ``refund`` with two keys pays it out."""

    def work(journal: Journal) -> Answer:
        command = OweBack(body.unit, body.effective_on or journal.today, body.amount, body.debtor)
        return act_answer(journal, owe_back(journal, command))

    return pen.write(work)


@router.get("/refundables", summary="应退款列表")
def list_refundables(member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """List what is to be given back, by unit, debtor and receipt."""
    items = [
        {
            "unit": one.unit,
            "debtor": one.debtor,
            "fund": one.fund,
            "receipt": receipt_number(one.receipt) if one.receipt else None,
            "amount": format_amount(one.left_minor),
        }
        for one in owed_back(session, member.compound)
    ]
    return {"items": items}
