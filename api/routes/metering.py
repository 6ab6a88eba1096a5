"""What charges are measured by: meter readings, costs to share, coefficients."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Month, Positive, Shape, Wire, Words
from api.writing import Pen, Writing
from ledger.actions.read_meters import Reading as MeterReading
from ledger.actions.read_meters import ReadMeters, Replaced, read_meters
from ledger.actions.share_cost import SetCoefficients, ShareCost, set_coefficients, share_cost
from ledger.rules.money import format_thousandths
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.store.metering import month_readings

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
_MANY = 20_000
_MOST = 10**12
Thousandths = Annotated[
    int, Field(ge=0, le=_MOST, description="千分之一计量单位 · in 1/1,000 of the measure")
]


class ReplacedIn(Shape):
    """A meter was replaced: the old one's last reading, the new one's first, and the document."""

    old_end: Thousandths
    new_start: Thousandths
    document: Words


class ReadingIn(Shape):
    """What a unit's meter shows at the end of the month."""

    unit: Code
    reading: Thousandths
    replaced: ReplacedIn | None = None


class ReadingsIn(Shape):
    """The readings of an item's meters for a month, all or none."""

    item: Code
    month: Month
    readings: list[ReadingIn] = Field(min_length=1, max_length=_MANY)

    def command(self) -> ReadMeters:
        """Return what the ledger is asked to do."""
        rows = []
        for one in self.readings:
            new = one.replaced
            replaced = Replaced(new.old_end, new.new_start, new.document) if new else None
            rows.append(MeterReading(one.unit, one.reading, replaced))
        return ReadMeters(self.item, self.month, tuple(rows))


class CostIn(Shape):
    """A month's cost that the units share, and the document that shows it."""

    item: Code
    month: Month
    amount: Positive
    document: Words


class CoefficientIn(Shape):
    """A unit's coefficient in 1/10,000; zero takes the unit out."""

    unit: Code
    value_e4: int = Field(ge=0, le=10**9)


class CoefficientsIn(Shape):
    """Coefficients of an item."""

    item: Code
    values: list[CoefficientIn] = Field(min_length=1, max_length=_MANY)


@router.post("/meter-readings", status_code=201, summary="抄表")
def take_readings(body: ReadingsIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Take in the readings of a month; one below the last is refused and nothing is stored."""
    command = body.command()
    return pen.write(lambda journal: act_answer(journal, read_meters(journal, command)))


@router.get("/meter-readings", summary="抄表明细")
def list_readings(
    member: Annotated[Member, Depends(OnRecord(INSIDERS, "meter_readings"))],
    session: Reading,
    item: Annotated[str, Query(max_length=32)],
    month: Annotated[Month, Query()],
) -> Wire:
    """List the readings of an item and month, and what they count."""
    held = month_readings(session, member.compound, item, month)
    items = [
        {
            "unit": row.unit,
            "reading": format_thousandths(row.reading),
            "used": format_thousandths(row.used),
            "document": row.document,
            "seq": row.seq,
        }
        for row in sorted(held.values(), key=lambda row: row.unit)
    ]
    return {"items": items}


@router.post("/shared-costs", status_code=201, summary="登记分摊费用")
def record_cost(body: CostIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Record a month's cost; the billing run shares it as the tariff says."""
    command = ShareCost(body.item, body.month, body.amount, body.document)
    return pen.write(
        lambda journal: act_answer(journal, share_cost(journal, command), amount_minor=body.amount)
    )


@router.post("/coefficients", status_code=201, summary="设定分摊系数")
def record_coefficients(body: CoefficientsIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Set coefficients of units for an item."""
    command = SetCoefficients(body.item, tuple((one.unit, one.value_e4) for one in body.values))
    return pen.write(
        lambda journal: act_answer(journal, set_coefficients(journal, command), count=len(body.values))
    )
