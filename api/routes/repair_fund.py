"""The repair fund: what the custodian's documents show, building by building, and its statement."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Response
from pydantic import Field

from api.deps import Reading, WantedMonth
from api.identity import Allowed, Member
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Amount, Code, Day, Positive, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.keep_repair import (
    ConfirmCustody,
    Custodian,
    OpenBuilding,
    RecordRepair,
    RepairKind,
    confirm_custody,
    open_repair_buildings,
    record_repair,
)
from ledger.actions.share_repair import Sharing
from ledger.rules.roles import KEEPERS
from ledger.store.append import Journal
from reports.month.repair import repair_figures

router = Router(prefix="/api/v1/compounds/{compound}", tags=["维修资金 · Repair fund"])
_KEEPING = Writing(KEEPERS)
_MOST_BUILDINGS = 500
CustodianIn = Annotated[Custodian, Field(strict=False)]


class BuildingIn(Shape):
    """A building's first instalment and what it has of the opening balance."""

    building: Code
    first_instalment: Amount
    opening: Amount


class BuildingsIn(Shape):
    """All buildings of the fund."""

    buildings: list[BuildingIn] = Field(min_length=1, max_length=_MOST_BUILDINGS)


class PartIn(Shape):
    """One building's part."""

    building: Code
    amount: Positive


class RepairIn(Shape):
    """What a document of the custodian shows; ``parts`` where it says what each building has of it."""

    kind: Literal["contribution", "growth", "scrap", "job_approved", "job_paid"]
    amount: Positive
    document: Words
    custodian: CustodianIn = Custodian.DISTRICT
    sharing: Literal["area", "account"] = "area"
    buildings: list[Code] = Field(default=[], max_length=_MOST_BUILDINGS)
    parts: list[PartIn] = Field(default=[], max_length=_MOST_BUILDINGS)
    job: Code | None = None
    vendor: Words | None = None
    authority: Words | None = None
    reason: Words | None = None
    effective_on: Day | None = None


class BalanceIn(Shape):
    """What the custodian says a building has."""

    building: Code
    amount: Amount


class ConfirmationIn(Shape):
    """What the custodian says it holds on a day."""

    custodian: CustodianIn = Custodian.DISTRICT
    confirmed_on: Day
    document: Words
    amount: Amount
    by_building: list[BalanceIn] = Field(default=[], max_length=_MOST_BUILDINGS)


@router.get("/repair-fund", summary="维修资金对照表")
def read_repair_fund(
    member: Annotated[Member, Depends(Allowed(WATCHERS))],
    session: Reading,
    month: WantedMonth,
) -> Wire:
    """Return what was paid in, used, grew and is left, jobs with their sharing, and what was confirmed."""
    found: dict[str, Any] = to_wire(repair_figures(session, member.compound, month))
    return found


@router.post("/repair-fund/buildings", status_code=201, summary="维修资金分楼栋期初")
def open_buildings(body: BuildingsIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put on record what each building began with."""
    lines = tuple(OpenBuilding(one.building, one.first_instalment, one.opening) for one in body.buildings)
    return pen.write(lambda journal: act_answer(journal, open_repair_buildings(journal, lines)))


@router.post("/repair-fund/records", status_code=201, summary="维修资金记账")
def record_in_repair_fund(body: RepairIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post a contribution, growth, scrap value, or a job that was approved or paid."""

    def work(journal: Journal) -> Answer:
        command = RecordRepair(
            kind=RepairKind(body.kind),
            amount_minor=body.amount,
            document=body.document,
            effective_on=body.effective_on or journal.today,
            custodian=body.custodian,
            sharing=Sharing(body.sharing),
            buildings=tuple(body.buildings),
            parts=tuple((one.building, one.amount) for one in body.parts),
            job=body.job,
            vendor=body.vendor,
            authority=body.authority or "",
            reason=body.reason,
        )
        return act_answer(journal, record_repair(journal, command), amount_minor=body.amount)

    return pen.write(work)


@router.post("/repair-fund/confirmations", status_code=201, summary="维修资金余额确认")
def confirm_repair_fund(body: ConfirmationIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put the custodian's confirmation on record; nothing is posted."""
    balances = tuple((one.building, one.amount) for one in body.by_building)
    command = ConfirmCustody(body.custodian, body.confirmed_on, body.document, body.amount, balances)
    return pen.write(lambda journal: act_answer(journal, confirm_custody(journal, command)))
