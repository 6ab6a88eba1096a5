"""What units owe and what they pay: bills, charges and receipts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Allowed, Member
from api.routes.answering import act_answer
from api.shapes import (
    LIST_LIMIT,
    Code,
    Day,
    Month,
    Positive,
    Shape,
    Wire,
    Words,
    read_cursor,
    read_seq_cursor,
    receipt_number,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.bill import BillMonth, bill
from ledger.actions.receive import Receive, Received, receive
from ledger.errors import CursorMalformed
from ledger.rules.channel import Channel
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.registers import charges, receipts
from ledger.store.tables import Charge

router = APIRouter(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
ChannelIn = Annotated[Channel, Field(strict=False)]
Limit = Annotated[int, Query(ge=1, le=LIST_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=200)]
_KEEPING = Writing(KEEPERS)
_DIGITS = 30  # of two 64-bit numbers; more is no cursor of ours
_READING = Allowed(INSIDERS)


class BillIn(Shape):
    """Which month to bill, dated today unless said otherwise; all items in force unless some are named."""

    month: Month
    effective_on: Day | None = None
    items: list[Code] = Field(default=[], max_length=20)


class ReceiptIn(Shape):
    """Money from a unit: the oldest charge first, or the months that the payer names."""

    unit: Code
    amount: Positive
    channel: ChannelIn
    received_on: Day | None = None
    effective_on: Day | None = None
    bank: Code | None = None
    periods: list[Month] = Field(default=[], max_length=60)
    source_id: Words | None = None


@router.post("/charges:bill", status_code=201, summary="计费")
def bill_month(body: BillIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Bill every unit for a month, one collective entry a fee item, and release what was paid ahead."""

    def work(journal: Journal) -> Answer:
        command = BillMonth(body.month, body.effective_on or journal.today, tuple(body.items))
        done = bill(journal, command)
        runs = [
            {
                "item": run.item,
                "seq": run.recorded.seq,
                "hash": run.recorded.hash,
                "voucher": run.recorded.voucher,
                "count": run.count,
                "total_minor": run.total_minor,
            }
            for run in done.runs
        ]
        last = done.releases[-1] if done.releases else done.runs[-1].recorded
        more = {"releases": done.releases, "released_minor": done.released_minor}
        return act_answer(
            journal,
            last,
            f"{_base(journal)}/charges?period={done.month}",
            month=done.month,
            runs=runs,
            **more,
        )

    return pen.write(work)


@router.get("/charges", summary="应收明细")
def list_charges(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: Annotated[str | None, Query(max_length=40)] = None,
    period: Annotated[Month | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Wire:
    """List charges in the order they were billed."""
    after = _charge_position(read_cursor(cursor))
    found = charges(session, member.compound, unit=unit, period=period, after=after, limit=limit + 1)
    more = write_cursor(_charge_id(found[limit - 1])) if len(found) > limit else None
    items = [
        {
            "id": _charge_id(row),
            "unit": row.unit,
            "debtor": row.debtor,
            "party": row.party,
            "item": row.item,
            "period": row.period,
            "due_on": row.due_on.isoformat(),
            "amount": format_amount(row.amount_minor),
        }
        for row in found[:limit]
    ]
    return {"items": items, "next_cursor": more}


def _charge_id(row: Charge) -> str:
    return f"{row.seq}-{row.line}"


def _charge_position(position: str | None) -> tuple[int, int]:
    seq, _, line = (position or "0-0").partition("-")
    if not (seq.isdecimal() and line.isdecimal() and len(seq) + len(line) < _DIGITS):
        raise CursorMalformed(pointer="/cursor")
    return int(seq), int(line)


@router.post("/receipts", status_code=201, summary="收款")
def receive_money(body: ReceiptIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record money received from a unit, and settle what it pays; what is left over is paid ahead."""

    def work(journal: Journal) -> Answer:
        effective_on = body.effective_on or journal.today
        command = Receive(
            unit=body.unit,
            amount_minor=body.amount,
            channel=body.channel,
            received_on=body.received_on or effective_on,
            effective_on=effective_on,
            bank=body.bank,
            periods=tuple(body.periods),
            source_id=body.source_id,
        )
        return _received(journal, receive(journal, command))

    return pen.write(work)


def _received(journal: Journal, done: Received) -> Answer:
    settled = [
        {
            "charge": part.charge.id,
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
    )


@router.get("/receipts", summary="收款明细")
def list_receipts(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
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


def _base(journal: Journal) -> str:
    return f"/api/v1/compounds/{journal.compound}"
