"""What is owed and how old it is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response

from api.deps import Reading, TheHouse
from api.identity import Member, OnRecord
from api.publishing import today_in
from api.routes.answering import file_answer
from api.routing import Router
from api.shapes import Day, Wire, to_wire
from ledger.errors import RequestMalformed
from ledger.rules.ageing import DEFAULT_LIMITS, check_limits
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS
from reports.receivables.arrears import AgedRow, Arrears, arrears
from reports.receivables.as_csv import arrears_csv

router = Router(prefix="/api/v1/compounds/{compound}", tags=["欠费与催收 · Arrears and demands"])
_READING = OnRecord(INSIDERS, "arrears")
_LONGEST_LIST = 80  # characters of a list of days

AsOf = Annotated[Day | None, Query(description="截至日期,默认今天 · at the end of this day")]
UnitOf = Annotated[str | None, Query(max_length=40, description="只看一户 · one unit only")]
Buckets = Annotated[
    str | None, Query(max_length=_LONGEST_LIST, description="账龄分段的天数 · 30,90,365,1095")
]


def _limits(text: str | None) -> tuple[int, ...]:
    if text is None:
        return DEFAULT_LIMITS
    days = text.split(",")
    if not all(day.isascii() and day.isdecimal() and len(day) <= len("36500") for day in days):
        raise RequestMalformed(
            pointer="/buckets", why_zh="账龄分段应为天数", why_en="age classes are numbers of days"
        )
    return check_limits([int(day) for day in days])


def _row(row: AgedRow) -> dict[str, Any]:  # Any: JSON
    aged: dict[str, Any] = to_wire(row)
    return {**aged, "buckets": [format_amount(minor) for minor in row.buckets_minor]}


def _found(
    member: Member, session: Reading, house: TheHouse, as_of: Day | None, unit: str | None, **more: Any
) -> Arrears:
    day = as_of or today_in(session, member.compound, house.clock())
    return arrears(session, member.compound, day, unit=unit, **more)


@router.get("/arrears", summary="欠费与账龄")
def read_arrears(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    house: TheHouse,
    as_of: AsOf = None,
    unit: UnitOf = None,
    buckets: Buckets = None,
) -> Wire:
    """Return what is open at the end of a day by age: per debtor, unit, building and kind, and each charge."""
    found = _found(member, session, house, as_of, unit, limits=_limits(buckets))
    groups = {
        name: [_row(row) for row in getattr(found, name)]
        for name in ("by_debtor", "by_unit", "by_building", "by_kind")
    }
    return {
        "as_of": found.as_of.isoformat(),
        "buckets": list(found.buckets_zh),
        "total": None if found.total is None else _row(found.total),
        **groups,
        "charges": to_wire(found.lines),
    }


@router.get("/arrears.csv", summary="欠费明细(CSV)")
def read_arrears_csv(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    house: TheHouse,
    as_of: AsOf = None,
    unit: UnitOf = None,
) -> Response:
    """Return every open charge with its age and limitation date, for a spreadsheet."""
    found = _found(member, session, house, as_of, unit)
    return file_answer(arrears_csv(found), f"{member.compound}-arrears-{found.as_of}.csv")
