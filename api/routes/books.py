"""The book as files, and the check of the books by two engines and by the chain."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.chain import broken_links
from api.deps import OpenBook, Reading
from api.identity import Allowed, Member
from api.publishing import Audience, BookKey, Format, Language, book_archive, differences, today_in
from api.shapes import Wire
from ledger.rules.roles import FULL_READERS, INSIDERS, Role
from ledger.store.registers import head

router = APIRouter(prefix="/api/v1/compounds/{compound}", tags=["账簿 · Books"])
_FULL = Allowed(FULL_READERS)
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
        _FULL.member(request, compound)
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
    """Rebuild every link of the chain from the tables, and compare every balance with stock Beancount's."""
    today = today_in(session, member.compound, request.app.state.house.clock())
    broken = broken_links(session, member.compound)
    differing = differences(session, member.compound, today, None)
    seq, digest = head(session, member.compound)
    return {
        "compound": member.compound,
        "head": {"seq": seq, "hash": digest},
        "chain": {"ok": not broken, "acts": seq, "broken": broken[:50]},
        "balances": {"ok": not differing, "differences": differing[:50]},
        "ok": not broken and not differing,
    }
