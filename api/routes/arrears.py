"""What is owed and how old it is; demands, letters of demand, and what begins limitation anew."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.deps import Reading, TheHouse
from api.identity import Allowed, Member
from api.publishing import today_in
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
    read_seq_cursor,
    to_wire,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.demand import DemandChannel, MakeDemands, Outcome, demand
from ledger.actions.interrupt import Interrupt, interrupt
from ledger.errors import NotFound, RequestMalformed
from ledger.rules.ageing import DEFAULT_LIMITS, check_limits
from ledger.rules.limitation import Cause
from ledger.rules.money import format_amount, parse_amount
from ledger.rules.roles import INSIDERS, KEEPERS, REQUESTERS
from ledger.store.append import Journal
from ledger.store.arrears import demands
from reports.receivables.arrears import AgedRow, Arrears, arrears
from reports.receivables.as_csv import arrears_csv
from reports.receivables.letters import Letter, letters

router = APIRouter(prefix="/api/v1/compounds/{compound}", tags=["欠费与催收 · Arrears and demands"])
_READING = Allowed(INSIDERS)
_DEMANDING = Writing(REQUESTERS)
_KEEPING = Writing(KEEPERS)
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same letters give the same bytes
_LONGEST_LIST = 80  # characters of a list of days

AsOf = Annotated[Day | None, Query(description="截至日期,默认今天 · at the end of this day")]
UnitOf = Annotated[str | None, Query(max_length=40, description="只看一户 · one unit only")]
Buckets = Annotated[
    str | None, Query(max_length=_LONGEST_LIST, description="账龄分段的天数 · 30,90,365,1095")
]
Over = Annotated[str, Query(max_length=20, description="逾期超过此金额 · overdue by more than, yuan")]


class DemandsIn(Shape):
    """Demands made on a day in one way: to the named units, or to all who owe more than ``over``."""

    channel: Annotated[DemandChannel, Field(strict=False)]
    outcome: Annotated[Outcome, Field(strict=False)]
    made_on: Day | None = None
    units: list[Code] = Field(default=[], max_length=1000)
    over: Positive = 0


class InterruptionIn(Shape):
    """What began limitation anew for a debtor's charges up to a month, and the document that shows it."""

    unit: Code
    debtor: int = Field(default=1, ge=1, le=9999)
    cause: Annotated[Cause, Field(strict=False)]
    happened_on: Day
    through: Month
    document: Words


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
    return file_answer(arrears_csv(found), "text/csv", f"{member.compound}-arrears-{found.as_of}.csv")


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """Return a file that names units: for the member who asked, and for no cache."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, media_type)


@router.post("/demands", status_code=201, summary="催收记录")
def log_demands(body: DemandsIn, pen: Annotated[Pen, Depends(_DEMANDING)]) -> Response:
    """Log demands with their channel and outcome; one that reached the debtor begins limitation anew."""

    def work(journal: Journal) -> Answer:
        command = MakeDemands(
            body.channel, body.outcome, body.made_on or journal.today, tuple(body.units), body.over
        )
        return act_answer(journal, demand(journal, command), f"/api/v1/compounds/{journal.compound}/demands")

    return pen.write(work)


@router.get("/demands", summary="催收明细")
def list_demands(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    unit: UnitOf = None,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List demands by number."""
    rows = demands(session, member.compound, unit=unit, after=read_seq_cursor(cursor), limit=limit + 1)
    items = [
        {
            "number": row.number,
            "seq": row.seq,
            "unit": row.unit,
            "debtor": row.debtor,
            "channel": row.channel,
            "made_on": row.made_on.isoformat(),
            "through": row.through,
            "amount": format_amount(row.amount_minor),
            "outcome": row.outcome,
        }
        for row in rows[:limit]
    ]
    more = write_cursor(str(rows[limit - 1].number)) if len(rows) > limit else None
    return {"items": items, "next_cursor": more}


@router.post("/interruptions", status_code=201, summary="时效中断")
def record_interruption(body: InterruptionIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record a plan, a promise, a suit or a mediation that begins limitation anew."""

    def work(journal: Journal) -> Answer:
        command = Interrupt(body.unit, body.debtor, body.cause, body.happened_on, body.through, body.document)
        return act_answer(
            journal,
            interrupt(journal, command),
            f"/api/v1/compounds/{journal.compound}/arrears?unit={body.unit}",
        )

    return pen.write(work)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters: a dependency, so that every route asks for them alike."""

    member: Annotated[Member, Depends(_READING)]
    session: Reading
    house: TheHouse
    as_of: AsOf = None
    over: Over = "0"
    code: Annotated[str | None, Query(max_length=60, description="只取一份 · one letter only")] = None

    def written(self) -> tuple[Letter, ...]:
        """Return the letters; raises ``NothingOverdue`` where there is none."""
        compound = self.member.compound
        day = self.as_of or today_in(self.session, compound, self.house.clock())
        unit = None if self.code in (None, "developer") else str(self.code).rpartition("-")[0]
        found = letters(self.session, compound, day, over_minor=parse_amount(self.over, "/over"), unit=unit)
        chosen = tuple(one for one in found if self.code in (None, one.code))
        if not chosen:
            raise NotFound(pointer="/code", what=str(self.code))
        return chosen

    def name(self, day: date, kind: str) -> str:
        """Return the name of a file with letters."""
        return f"{self.member.compound}-letters-{day.isoformat()}.{kind}"


LettersWanted = Annotated[Wanted, Depends(Wanted)]


@router.get("/demand-letters", summary="催缴函清单")
def list_letters(wanted: LettersWanted) -> Wire:
    """List whom letters would go to, and for how much; the developer has one for all its units."""
    found = wanted.written()
    items = [
        {
            "code": one.code,
            "addressee_zh": one.addressee_zh,
            "units": list(one.units),
            "amount": format_amount(one.total_minor),
        }
        for one in found
    ]
    return {"as_of": found[0].as_of.isoformat(), "items": items}


@router.get("/demand-letters.pdf", summary="催缴函(一个文件)")
def draw_all_letters(wanted: LettersWanted) -> Response:
    """Return the letters to all who owe more than ``over``, or the one of ``code``, in one PDF."""
    from reports.pdf.letter import draw_letters  # here, so that a command starts without ReportLab

    found = wanted.written()
    return file_answer(draw_letters(found), "application/pdf", wanted.name(found[0].as_of, "pdf"))


@router.get("/demand-letters.zip", summary="催缴函(每户一个文件)")
def draw_each_letter(wanted: LettersWanted) -> Response:
    """Return the letters, each as a PDF of its own, in a ZIP."""
    from reports.pdf.letter import draw_letters  # as above

    found = wanted.written()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found:
            archive.writestr(zipfile.ZipInfo(f"{one.code}.pdf", _ZIP_DAY), draw_letters([one]))
    return file_answer(written.getvalue(), "application/zip", wanted.name(found[0].as_of, "zip"))
