"""Letters of demand: whom they would go to, and the letters themselves."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Response

from api.deps import Reading, TheHouse
from api.identity import Member, OnRecord
from api.publishing import today_in
from api.routes.answering import file_answer
from api.routes.arrears import AsOf
from api.routing import Router
from api.shapes import Wire
from ledger.errors import NotFound
from ledger.rules.money import format_amount, parse_amount
from ledger.rules.roles import INSIDERS
from reports.receivables.letters import Letter, letters

router = Router(prefix="/api/v1/compounds/{compound}", tags=["欠费与催收 · Arrears and demands"])
_READING = OnRecord(INSIDERS, "demand_letters")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same letters give the same bytes
Over = Annotated[str, Query(max_length=20, description="逾期超过此金额 · overdue by more than, yuan")]


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
        of_all = self.code is None or self.code.startswith("developer")
        unit = None if of_all else str(self.code).rpartition("-")[0]
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
    return file_answer(draw_letters(found), wanted.name(found[0].as_of, "pdf"))


@router.get("/demand-letters.zip", summary="催缴函(每户一个文件)")
def draw_each_letter(wanted: LettersWanted) -> Response:
    """Return the letters, each as a PDF of its own, in a ZIP."""
    from reports.pdf.letter import draw_letters  # as above

    found = wanted.written()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found:
            archive.writestr(zipfile.ZipInfo(f"{one.code}.pdf", _ZIP_DAY), draw_letters([one]))
    return file_answer(written.getvalue(), wanted.name(found[0].as_of, "zip"))
