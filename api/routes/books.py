"""The book as files, and the check of the books by two engines and by the chain."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from api.chain import state_of
from api.deps import OpenBook, Reading
from api.identity import Allowed, Member, OnRecord
from api.publishing import Audience, BookKey, Format, Language, book_archive, differences, today_in
from api.routing import Router
from api.shapes import Wire
from ledger.rules.audit import What
from ledger.rules.roles import FULL_READERS, INSIDERS, Role

router = Router(prefix="/api/v1/compounds/{compound}", tags=["账簿 · Books"])
_FULL = OnRecord(FULL_READERS, "files", kind=What.FULL_BOOK_READ)
_CHECKING = Allowed(INSIDERS | {Role.SUPERVISOR, Role.OPERATOR})


@router.get("/book.zip", summary="账簿文件")
def read_book(
    request: Request,
    compound: OpenBook,
    session: Reading,
    audience: Annotated[Audience, Query()] = "public",
    language: Annotated[Language, Query()] = "zh",
    format: Annotated[Format, Query()] = "beancount",  # noqa: A002 - its name on the wire
) -> Response:
    """Return the book as Beancount files, or as an hledger journal. The public book is open to everybody.

    The full book, with the unit on every line, is for the treasurer, the committee and the auditor.
    """
    if audience == "full":
        _FULL(request, compound)
    today = today_in(session, compound, request.app.state.house.clock())
    content = book_archive(session, BookKey(compound, audience, language), today, format)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "public, no-cache" if audience == "public" else "private, no-store",
        "Content-Disposition": f'attachment; filename="{compound}-{audience}-{language}-{format}.zip"',
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "application/zip")


@router.get("/check", summary="核对账簿")
def check_books(request: Request, member: Annotated[Member, Depends(_CHECKING)], session: Reading) -> Wire:
    """Rebuild chain, audit trail, files and open charges, compare facts, and every balance with stock Beancount's."""
    compound, now = member.compound, request.app.state.house.clock()
    found = state_of(session, compound)
    trail = found.trail
    differing = found.attempt(
        "balances", lambda: differences(session, compound, today_in(session, compound, now), None)
    )
    return {
        "compound": compound,
        "head": {"seq": found.seq, "hash": found.hash},
        "chain": {
            "ok": not found.links and not found.unreadable.keys() & {"head", "chain"},
            "acts": found.seq,
            "broken": list(found.links[:50]),
        },
        "trail": {
            "ok": trail is not None and trail.is_sound,
            "lines": trail.number if trail is not None else 0,
        },
        "open_charges": {
            "ok": not found.charges and "open charges" not in found.unreadable,
            "differing": [f"{seq}.{line}" for seq, line in found.charges[:50]],
        },
        "facts": {
            "ok": not found.contradictions,
            "contradicting": [f"{seq}: {code}" for seq, code in found.contradictions[:50]],
        },
        "files": {"ok": not found.files, "damaged": list(found.files[:50])},
        "members": {"ok": not found.members, "differing": list(found.members[:50])},
        "balances": {"ok": differing == [], "differences": (differing or [])[:50]},
        "unreadable": sorted(found.unreadable),
        "ok": found.is_sound and not differing,
    }
