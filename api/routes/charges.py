"""What units owe: bills and charges."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import (
    LIST_LIMIT,
    Code,
    Day,
    Month,
    Shape,
    Wire,
    read_cursor,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.bill import BillMonth, bill
from ledger.actions.preview import preview
from ledger.errors import CursorMalformed
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.charged import ChargeView, views
from ledger.store.registers import charges
from ledger.store.tables import Charge

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
Limit = Annotated[int, Query(ge=1, le=LIST_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=200)]
_KEEPING = Writing(KEEPERS)
_DIGITS = 30  # of two 64-bit numbers; more is no cursor of ours
_READING = OnRecord(INSIDERS, "charges")


class BillIn(Shape):
    """Which month to bill, dated today unless said otherwise; all items in force unless some are named.

    ``only_missing`` bills units that have no charge yet, such as those added later.
    """

    month: Month
    effective_on: Day | None = None
    items: list[Code] = Field(default=[], max_length=20)
    only_missing: bool = False


@router.post("/charges:bill", status_code=201, summary="计费")
def bill_month(body: BillIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Bill every unit for a month, one collective entry a fee item, and release what was paid ahead.

    ``dry_run=true`` is the preview: each charge, and how it came about.
    """

    def work(journal: Journal) -> Answer:
        effective_on = body.effective_on or journal.today
        command = BillMonth(body.month, effective_on, tuple(body.items), body.only_missing)
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
        more: dict[str, Any] = {"releases": done.releases, "released_minor": done.released_minor}
        if pen.dry_run:
            more["lines"] = preview(journal, done)
        return act_answer(
            journal,
            last,
            f"{_base(journal)}/charges?period={done.month}",
            month=done.month,
            runs=runs,
            skipped=done.skipped,
            **more,
        )

    return pen.write(work, alone=True)


@router.get("/charges", summary="应收明细")
def list_charges(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: Annotated[str | None, Query(max_length=40)] = None,
    period: Annotated[Month | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Wire:
    """List charges in the order they were billed, each with what corrections have left of it and with these."""
    after = _charge_position(read_cursor(cursor))
    found = charges(session, member.compound, unit=unit, period=period, after=after, limit=limit + 1)
    more = write_cursor(_charge_id(found[limit - 1])) if len(found) > limit else None
    items = [
        {
            "id": view.id,
            "unit": view.row.unit,
            "debtor": view.row.debtor,
            "party": view.row.party,
            "item": view.row.item,
            "period": view.row.period,
            "due_on": view.row.due_on.isoformat(),
            "billed": format_amount(view.row.amount_minor),
            "amount": format_amount(view.live_minor),
            "corrections": corrected(view),
        }
        for view in views(session, member.compound, found[:limit])
    ]
    return {"items": items, "next_cursor": more}


def corrected(view: ChargeView) -> list[dict[str, Any]]:
    """Return the corrections of a charge as JSON: the act of each, and by how much it changed the amount."""
    return [{"seq": one.seq, "amount": format_amount(one.amount_minor)} for one in view.corrections]


def _charge_id(row: Charge) -> str:
    return f"{row.seq}-{row.line}"


def _charge_position(position: str | None) -> tuple[int, int]:
    seq, _, line = (position or "0-0").partition("-")
    if not (seq.isdecimal() and line.isdecimal() and len(seq) + len(line) < _DIGITS):
        raise CursorMalformed(pointer="/cursor")
    return int(seq), int(line)


def _base(journal: Journal) -> str:
    return f"/api/v1/compounds/{journal.compound}"
