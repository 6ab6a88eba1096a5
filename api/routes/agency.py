"""Money held for others, and what the years before owe: meter groups, suppliers' bills, corrections of the opening."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import Field

from api.deps import Reading, WantedMonth
from api.identity import Allowed, Member
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Amount, Code, Day, Month, Positive, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.collect_utilities import (
    OpenMeterGroup,
    RecordUtilityBill,
    open_meter_group,
    record_utility_bill,
)
from ledger.actions.correct_opening import (
    ClaimOpening,
    CorrectClosedYear,
    claim_opening,
    correct_closed_year,
)
from ledger.actions.open_balances import OpeningUnitSum
from ledger.rules.roles import KEEPERS
from reports.month.agency import agency_figures

router = Router(prefix="/api/v1/compounds/{compound}", tags=["代收代付与以前年度 · Agency, years before"])
_KEEPING = Writing(KEEPERS)


class MeterGroupIn(Shape):
    """The units behind a main meter: those of a building, or all."""

    code: Code
    item: Code
    label: Words
    building: Code | None = None


class UtilityBillIn(Shape):
    """What the supplier bills a group for a month; below zero takes back."""

    meter_group: Code
    month: Month
    amount: Amount
    supplier: Words
    document: Words


class UnitSumIn(Shape):
    """What a former trustee took from a unit."""

    unit: Code
    amount: Positive


class OpeningClaimIn(Shape):
    """Prepayments (of a fund) or deposits (of Agency) that a former trustee did not hand over."""

    fund: Code
    units: list[UnitSumIn] = Field(min_length=1, max_length=5000)
    authority: Words
    effective_on: Day | None = None


class LineIn(Shape):
    """An asset or liability as it should have stood, debit positive."""

    account: Code
    amount: Amount


class PriorYearIn(Shape):
    """An error of a closed year."""

    fund: Code
    year: Annotated[int, Field(ge=1990, le=2200)]
    lines: list[LineIn] = Field(min_length=1, max_length=50)
    narration: Words
    authority: Words
    counterparty: Words | None = None
    effective_on: Day | None = None


@router.get("/agency", summary="代收代付与押金")
def read_agency(
    member: Annotated[Member, Depends(Allowed(WATCHERS))],
    session: Reading,
    month: WantedMonth,
) -> Wire:
    """Return deposits and utilities from opening to closing, and each meter group's in and out."""
    found: dict[str, Any] = to_wire(agency_figures(session, member.compound, month))
    return found


@router.post("/meter-groups", status_code=201, summary="登记总表")
def open_a_meter_group(body: MeterGroupIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put a meter group on record."""
    command = OpenMeterGroup(body.code, body.item, body.label, body.building)
    return pen.write(lambda journal: act_answer(journal, open_meter_group(journal, command), code=body.code))


@router.post("/utility-bills", status_code=201, summary="登记供应单位账单")
def record_a_utility_bill(body: UtilityBillIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put a supplier's bill on record: the units are charged no more than that (L19)."""
    command = RecordUtilityBill(body.meter_group, body.month, body.amount, body.supplier, body.document)
    return pen.write(
        lambda journal: act_answer(
            journal, record_utility_bill(journal, command), meter_group=body.meter_group, month=body.month
        )
    )


@router.post("/opening-claims", status_code=201, summary="承认并追偿原物业公司所收款项")
def claim_an_opening(body: OpeningClaimIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Honour what a former trustee took and did not hand over, and claim it."""
    units = tuple(OpeningUnitSum(one.unit, one.amount) for one in body.units)
    return pen.write(
        lambda journal: act_answer(
            journal,
            claim_opening(
                journal,
                ClaimOpening(body.fund, units, body.authority, body.effective_on or journal.today),
            ),
        )
    )


@router.post("/prior-year-corrections", status_code=201, summary="以前年度差错更正")
def correct_a_closed_year(body: PriorYearIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Correct an error of a closed year against the years before."""
    lines = tuple((one.account, one.amount) for one in body.lines)
    return pen.write(
        lambda journal: act_answer(
            journal,
            correct_closed_year(
                journal,
                CorrectClosedYear(
                    body.fund,
                    body.year,
                    lines,
                    body.narration,
                    body.authority,
                    body.effective_on or journal.today,
                    body.counterparty,
                ),
            ),
        )
    )
