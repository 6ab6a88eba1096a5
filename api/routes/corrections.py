"""Single charges: how one came about, and how it is put right."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routes.charges import corrected
from api.routing import Router
from api.shapes import Code, Day, Month, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.adjust_charges import Rebill, rebill
from ledger.rules.explain import explain
from ledger.rules.fate import tell
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.rules.settle import Surplus
from ledger.store.charged import charge_view
from ledger.store.explaining import fate, told

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
SurplusIn = Annotated[Surplus, Field(strict=False)]


class RebillIn(Shape):
    """A unit's month to bill anew from register, timeline and tariff as they are now."""

    unit: Code
    month: Month
    reason: Words
    items: list[Code] = Field(default=[], max_length=20)
    surplus: SurplusIn = Surplus.REFUSE
    effective_on: Day | None = None


@router.get("/charges/{charge}", summary="一笔应收怎么来的")
def explain_charge(
    charge: str, member: Annotated[Member, Depends(OnRecord(INSIDERS, "charges"))], session: Reading
) -> Wire:
    """Explain one charge in words, in Chinese and English; what the words come to is computed anew.

    After how it came about follows what has become of it: which receipts paid it, what was given up, what is open.
    """
    view = charge_view(session, member.compound, charge)
    said = explain(told(session, member.compound, view))
    became = fate(session, member.compound, view)
    zh, en = tell(became)
    row = view.row
    return {
        "id": view.id,
        "unit": row.unit,
        "debtor": row.debtor,
        "party": row.party,
        "item": row.item,
        "period": row.period,
        "due_on": row.due_on.isoformat(),
        "billed": format_amount(row.amount_minor),
        "amount": format_amount(view.live_minor),
        "computed": format_amount(said.computed_minor),
        "open": format_amount(became.open_minor),
        "zh": [*said.zh, *zh],
        "en": [*said.en, *en],
        "corrections": corrected(view),
        "settled": to_wire(became.settled),
        "given": to_wire(became.given),
    }


@router.post("/charges:rebill", status_code=201, summary="重新计费")
def bill_anew(body: RebillIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Bill a unit's month anew after a change of area, tenure or tariff, and post the difference.

    One person does it: the new amount follows from timeline, register and tariff, and anybody can compute it again.
    """
    return pen.write(
        lambda journal: act_answer(
            journal,
            rebill(
                journal,
                Rebill(
                    body.unit,
                    body.month,
                    body.reason,
                    body.effective_on or journal.today,
                    tuple(body.items),
                    body.surplus,
                ),
            ),
        )
    )
