"""How acts answer: the number and link of the act, its voucher, and what it did."""

from __future__ import annotations

import dataclasses
import secrets
import uuid
from datetime import datetime
from typing import Any

from fastapi import Response

from api.shapes import to_wire
from api.writing import Answer
from ledger.store.append import Journal, Recorded

_MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def file_answer(content: bytes, name: str, shown: str = "attachment") -> Response:
    """Return a file that names units, of the type that its name ends with: for the member who asked, for no cache."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'{shown}; filename="{name}"'}
    return Response(content, 200, headers, _MEDIA_TYPES[name.rpartition(".")[2]])


def entry_path(compound: str, seq: int) -> str:
    """Return the address of an entry."""
    return f"/api/v1/compounds/{compound}/entries/{seq}"


def act_answer(journal: Journal, done: Any, location: str | None = None, **more: Any) -> Answer:  # Any: JSON
    """Return the answer of one act: ``done`` is a ``Recorded``, or a dataclass that has one in ``recorded``.

    Unless ``location`` says otherwise, the new thing is the act's entry, if it has one.
    """
    recorded: Recorded = done if isinstance(done, Recorded) else done.recorded
    body: dict[str, Any] = {"compound": journal.compound, **to_wire(recorded)}
    if done is not recorded:
        names = (field.name for field in dataclasses.fields(done) if field.name != "recorded")
        body |= to_wire({name: getattr(done, name) for name in names})
    body |= to_wire(more)
    if location is None and recorded.voucher is not None:
        location = entry_path(journal.compound, recorded.seq)
    return Answer(body, location=location)


def new_id(now: datetime) -> str:
    """Return a UUID of version 7 (RFC 9562): the milliseconds of ``now``, then chance."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=number))
