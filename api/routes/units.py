"""The register of units: read it, and import it from a spreadsheet as it is."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from api.deps import Reading
from api.identity import Member, OnRecord
from api.refusals import RegisterRefused
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import LIST_LIMIT, Wire, read_cursor, to_wire, write_cursor
from api.writing import Answer, Pen, Writing
from ledger.errors import RequestMalformed
from ledger.intake.bring_in import Imported, import_register, register, save_mapping, saved_mapping
from ledger.intake.proposal import RefusedCell, RegisterProposal
from ledger.intake.register import read_register
from ledger.rules.money import format_area
from ledger.rules.roles import INSIDERS, KEEPERS
from ledger.rules.unit import party_of
from ledger.store.append import Journal

router = Router(prefix="/api/v1/compounds/{compound}", tags=["房屋 · Units"])
_SHOWN = 200  # refused cells that travel with an answer
_MAPPED, _HEADER, _FIELD = 200, 64, 32  # columns, and the lengths of a header and a field
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@router.get("/units", summary="房屋名册")
def list_units(
    member: Annotated[Member, Depends(OnRecord(INSIDERS, "units"))],
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List the units with area, state and kind of debtor; names and telephone numbers are not shown here."""
    after = read_cursor(cursor) or ""
    found = [unit for code, unit in register(session, member.compound).items() if code > after]
    items = [
        {
            "code": unit.code,
            "label": unit.label,
            "floor": unit.floor,
            "area": format_area(unit.area_hundredths),
            "area_source": unit.area_source,
            "state": unit.state,
            "debtor": party_of(unit.state),
            "handed_over_on": unit.handed_over_on.isoformat() if unit.handed_over_on else None,
        }
        for unit in found[:limit]
    ]
    more = write_cursor(found[limit - 1].code) if len(found) > limit else None
    return {"items": items, "next_cursor": more}


def read_mapping(text: str) -> dict[str, str]:
    """Return the treasurer's reading of columns: a JSON object of header to field.

    Raises:
        RequestMalformed: it is not one.
    """
    refusal = RequestMalformed(
        pointer="/mapping", why_zh="列的对应应为 JSON 对象", why_en="the mapping is a JSON object"
    )
    try:
        mapping = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refusal from error
    if not isinstance(mapping, dict) or len(mapping) > _MAPPED:
        raise refusal
    if any(
        not isinstance(value, str) or len(key) > _HEADER or len(value) > _FIELD or _UNSTORABLE.search(key)
        for key, value in mapping.items()
    ):
        raise refusal
    return mapping


@router.post(
    "/units/imports",
    status_code=201,
    summary="导入房屋名册",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def import_file(
    request: Request,
    pen: Annotated[Pen, Depends(Writing(KEEPERS))],
    filename: Annotated[str, Query(min_length=1, max_length=200)],
    mapping: Annotated[str, Query(max_length=8000, description='{"列名":"area"}')] = "{}",
    *,
    same_owners: Annotated[bool, Query()] = False,
) -> Response:
    """Import a register (.xlsx or .csv, the bytes as they are), all or nothing; again without doubling.

    ``dry_run=true`` is the preview: what was understood, what was refused and why, what would change.
    ``mapping`` says what unrecognised columns mean; it is kept for the next file. Another name for an owner who owes or
    has paid ahead is refused: a sale is a change of owner, and ``same_owners=true`` says that spellings were corrected.
    """
    given = read_mapping(mapping)
    content: bytes = request.scope["body"]

    def work(journal: Journal) -> Answer:
        known = saved_mapping(journal.session, journal.compound) | given
        proposal = read_register(content, filename, known)
        if not proposal.complete:
            if pen.dry_run:
                return Answer(preview(proposal))
            raise RegisterRefused([cell_shown(cell) for cell in proposal.refused[:_SHOWN]])
        save_mapping(journal.session, journal.compound, given)
        return _answer(journal, proposal, import_register(journal, proposal, same_owners=same_owners))

    return pen.write(work, alone=True)


def _answer(journal: Journal, proposal: RegisterProposal, done: Imported) -> Answer:
    counts = {
        **preview(proposal),
        "added": len(done.change.new),
        "changed": len(done.change.changed),
        "unchanged": len(done.change.same),
        "absent": list(done.change.absent[:_SHOWN]),
        "units": done.units,
        "developer_units": done.developer_units,
    }
    if done.recorded is None:  # the register already says all this
        return Answer({"compound": journal.compound, "seq": None, **counts}, status=200)
    return act_answer(journal, done.recorded, **counts)


def preview(proposal: RegisterProposal) -> dict[str, Any]:
    """Return what a file was understood to say, without names or telephone numbers of persons."""
    return {
        "complete": proposal.complete,
        "sheet": proposal.sheet,
        "columns": dict(proposal.columns),
        "unrecognised": list(proposal.unrecognised),
        "understood": len(proposal.units),
        "developer_count": proposal.developer_count,
        "developer_names": list(proposal.developer_names),
        "refused_count": len(proposal.refused),
        "refused": [cell_shown(cell) for cell in proposal.refused[:_SHOWN]],
        "warnings": to_wire(proposal.warnings),
        "skipped": to_wire(proposal.skipped[:_SHOWN]),
        "sample": [
            {
                "code": unit.code,
                "label": unit.label,
                "area": format_area(unit.area_hundredths),
                "state": unit.state,
            }
            for unit in proposal.units[:5]
        ],
    }


def cell_shown(cell: RefusedCell) -> dict[str, Any]:
    """Return a refused cell: its row and column, what stands there, and why it was refused."""
    shown: dict[str, Any] = to_wire(cell)
    return shown
