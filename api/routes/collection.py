"""How much came in: collection rates as figures and as a chart; no household shows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response

from api.deps import Reading, TheHouse
from api.identity import Allowed, Member
from api.publishing import today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import file_answer
from api.routing import Router
from api.shapes import Month, Wire, to_wire
from ledger.errors import RequestMalformed
from ledger.rules.period import month_of, months_between
from reports.receivables.collection_rates import (
    CURRENT_FORMULA_ZH,
    FORMULA_NOTE_ZH,
    OVERALL_FORMULA_ZH,
    CollectionRates,
    Group,
    collection_rates,
    since_opening,
)

router = Router(prefix="/api/v1/compounds/{compound}", tags=["收缴率 · Collection rates"])
_READING = Allowed(WATCHERS)
_MOST_MONTHS = 120
Since = Annotated[Month | None, Query(description="起始月份,默认往前一年 · first month")]
Until = Annotated[Month | None, Query(description="截止月份,默认本月 · last month")]


def rates_of(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    house: TheHouse,
    since: Since = None,
    until: Until = None,
) -> CollectionRates:
    """Return the rates of a span; raises ``RequestMalformed`` where it has no month or too many."""
    last = until or month_of(today_in(session, member.compound, house.clock()))
    first = since_opening(session, member.compound, since, last)
    if not 1 <= len(months_between(first, last)) <= _MOST_MONTHS:
        raise RequestMalformed(
            pointer="/since",
            why_zh=f"期间应为 1 到 {_MOST_MONTHS} 个月",
            why_en=f"a span has 1 to {_MOST_MONTHS} months",
        )
    return collection_rates(session, member.compound, first, last)


def _group(group: Group) -> dict[str, Any]:  # Any: JSON
    figures = group.figures
    shown: dict[str, Any] = {"key": group.key, "label_zh": group.label_zh, "units": group.units}
    return {
        **shown,
        **to_wire(figures),
        "closing": to_wire({"closing_minor": figures.closing_minor})["closing"],
        "current_rate_bp": figures.current_rate_bp,
        "overall_rate_bp": figures.overall_rate_bp,
    }


@router.get("/collection", summary="收缴率")
def read_collection(found: Annotated[CollectionRates, Depends(rates_of)]) -> Wire:
    """Return current and overall rate with their formulas: of the span by kind and building, and month by month."""
    return {
        "since": found.since,
        "until": found.until,
        "formulas_zh": {
            "current": CURRENT_FORMULA_ZH,
            "overall": OVERALL_FORMULA_ZH,
            "note": FORMULA_NOTE_ZH,
        },
        "by_kind": [_group(one) for one in found.by_kind],
        "by_building": [_group(one) for one in found.by_building],
        "total": _group(found.total),
        "series": [_group(one) for one in found.series],
    }


@router.get("/collection.pdf", summary="收缴率(图表)")
def draw_collection(compound: str, found: Annotated[CollectionRates, Depends(rates_of)]) -> Response:
    """Return the rates as a chart and tables."""
    from reports.pdf.collection_rates import draw_collection_rates  # here: a command starts without ReportLab

    name = f"{compound}-collection-{found.since}-{found.until}.pdf"
    return file_answer(draw_collection_rates(found), name)
