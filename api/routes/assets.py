"""What the common parts earn with, and what is said of what they do not: zero and not applicable are statements."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import OpenBook, Reading, TheHouse
from api.identity import Allowed, Member
from api.publishing import today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Month, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.register_asset import (
    RegisterAsset,
    SetAssetStatus,
    StateAbsence,
    StateZero,
    register_asset,
    set_asset_status,
    state_absence,
    state_zero,
)
from ledger.errors import PeriodNotClosed
from ledger.rules.lease import TYPES, AssetType, Status
from ledger.rules.roles import KEEPERS
from ledger.store.assets import absences, standing_assets
from ledger.store.tables import ChainHead
from reports.figures import Missing, NotApplicable
from reports.month.income_sources import income_sources, place_zh

router = Router(prefix="/api/v1/compounds/{compound}/public-income", tags=["公共收益 · Public income"])
TypeIn = Annotated[AssetType, Field(strict=False)]
StatusIn = Annotated[Status, Field(strict=False)]
AssetCode = Annotated[str, Path(max_length=40)]
_KEEPING = Writing(KEEPERS)
_READING = Allowed(WATCHERS)


class AssetIn(Shape):
    """An asset of the common parts; common to all owners unless a building or a stair is named."""

    code: Code
    type: TypeIn
    label: Words
    from_on: Day
    count: int = Field(default=1, ge=1, le=100_000)
    building: Words | None = None
    stair: Words | None = None
    status: StatusIn = Status.OPERATED


class StatusChangeIn(Shape):
    """What an asset is from a day on, and why."""

    status: StatusIn
    from_on: Day
    reason: Words


class AbsenceIn(Shape):
    """The compound has nothing of a type since a day (``absent`` false: it has after all), and why."""

    type: TypeIn
    from_on: Day
    reason: Words
    absent: bool = True


class ZeroIn(Shape):
    """An asset or a contract brought nothing in a month, and why."""

    month: Month
    reason: Words
    asset: Code | None = None
    contract: Code | None = None


@router.post("/assets", status_code=201, summary="登记经营资源")
def add_asset(body: AssetIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put an asset on the register."""
    command = RegisterAsset(**dict(body))
    return pen.write(lambda journal: act_answer(journal, register_asset(journal, command), code=body.code))


@router.post("/assets/{asset}/statuses", status_code=201, summary="经营资源状态")
def change_asset_status(
    asset: AssetCode, body: StatusChangeIn, pen: Annotated[Pen, Depends(_KEEPING)]
) -> Response:
    """Say that an asset is operated, idle or gone from a day on."""
    command = SetAssetStatus(asset, **dict(body))
    return pen.write(lambda journal: act_answer(journal, set_asset_status(journal, command), asset=asset))


@router.post("/absences", status_code=201, summary="不适用声明")
def state_not_applicable(body: AbsenceIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """State that the compound has nothing of a type: not applicable is not zero."""
    command = StateAbsence(**dict(body))
    return pen.write(lambda journal: act_answer(journal, state_absence(journal, command), type=body.type))


@router.post("/zero-statements", status_code=201, summary="确认为零")
def confirm_zero(body: ZeroIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """State that nothing came in a month, and why: zero is said, never assumed."""
    command = StateZero(**dict(body))
    return pen.write(lambda journal: act_answer(journal, state_zero(journal, command), month=body.month))


@router.get("/assets", summary="经营资源登记")
def list_assets(
    compound: OpenBook,
    session: Reading,
    house: TheHouse,
    as_of: Annotated[Day | None, Query(description="截至日期,默认今天")] = None,
) -> Wire:
    """Return what the compound has on a day, and the types of which somebody has stated that it has none."""
    day = as_of or today_in(session, compound, house.clock())
    items = [
        {
            **to_wire(one),
            "type_zh": TYPES[one.type].zh,
            "account": TYPES[one.type].account,
            "place_zh": place_zh(one.building, one.stair),
        }
        for one in standing_assets(session, compound, day)
    ]
    absent = [
        {**to_wire(one), "type_zh": TYPES[one.type].zh} for one in absences(session, compound, day).values()
    ]
    return {"as_of": day.isoformat(), "items": items, "not_applicable": absent}


@router.get("/months/{month}", summary="公共收益月度应收与实收")
def read_income_month(
    month: Annotated[Month, Path()], member: Annotated[Member, Depends(_READING)], session: Reading
) -> Wire:
    """Return a month's public income by type and source: what was to come, what came, what it cost.

    An amount that is null is none: ``state`` says whether it is missing or not applicable; zero is ``"0.00"``.
    """
    found: Wire = _nulls(to_wire(income_sources(session, member.compound, month)))
    return found


@router.get("/published/{month}", summary="公共收益(已结账月份)")
def read_published_income(month: Annotated[Month, Path()], compound: OpenBook, session: Reading) -> Wire:
    """Return a closed month's public income for everybody; zero, not applicable and missing stay apart."""
    head = session.get(ChainHead, compound)
    if head is None or month > head.closed_through:
        raise PeriodNotClosed(pointer="/month", month=month)
    found: Wire = _nulls(to_wire(income_sources(session, compound, month)))
    return found


def _nulls(value: Any) -> Any:  # Any: JSON
    """Return JSON with null for figures that are absent; the state beside them says in which way."""
    if isinstance(value, dict):
        return {
            name: None if name in _FIGURES and held in _ABSENT else _nulls(held)
            for name, held in value.items()
        }
    return [_nulls(one) for one in value] if isinstance(value, list) else value


_FIGURES = frozenset({"expected", "received", "net"})
_ABSENT = tuple(one.value for kind in (Missing, NotApplicable) for one in kind)
