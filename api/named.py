"""What the path of a read names, looked up before a line of the audit trail says that it was read.

Whatever stands in an address, a telephone number too, gets into the trail only where something of that name is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from ledger.store.tables import METADATA, Blob, Handover, Project, Unit

_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NUMBER = TypeAdapter(int)  # reads a number as the route itself reads it
_MOST = 2**53
_POSTING = METADATA.tables["posting"]
_CODES = {"unit": (Unit.compound, Unit.code), "project": (Project.compound, Project.code)}
_CODES["sha256"] = (Blob.compound, Blob.sha256)


def named(session: Session, compound: str, parts: Mapping[str, str]) -> dict[str, str] | None:
    """Return what a line says of the parts of a path; None where they name nothing, so that nothing can be read.

    The parts are one code (``unit``, ``project``, ``sha256``), ``seq`` of a handover, or ``seq`` and ``line`` of a
    private line of an entry.
    """
    if "seq" not in parts:
        is_there = all(_is_code(session, compound, name, one) for name, one in parts.items())
        return {name: one for name, one in parts.items() if _CODE.fullmatch(one)} if is_there else None
    numbers = {name: _number(one) for name, one in parts.items()}
    if any(not 0 < one <= _MOST for one in numbers.values()):
        return None
    if "line" in parts:
        mine = (_POSTING.c.compound == compound, _POSTING.c.unit.is_not(None))
        of = (_POSTING.c.seq == numbers["seq"], _POSTING.c.line == numbers["line"])
        is_there = session.execute(sql_select(_POSTING.c.line).where(*mine, *of)).first() is not None
    else:
        is_there = session.get(Handover, (compound, numbers["seq"])) is not None
    return {name: str(one) for name, one in numbers.items()} if is_there else None


def _is_code(session: Session, compound: str, name: str, code: str) -> bool:
    of, column = _CODES[name]
    query = select(column).where(col(of) == compound, col(column) == code)
    return code.isprintable() and session.exec(query).first() is not None


def _number(written: str) -> int:
    """Return a number of an address, 0 for none."""
    try:
        return _NUMBER.validate_python(written)
    except ValidationError:
        return 0
