"""Months and what is published of them: the close, the bulletin, its PDF."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response

from api.deps import OpenBook, Reading
from api.publishing import SecondOpinion, publish_bulletin, today_in
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Empty, Month, Shape, Wire, Words
from api.writing import Answer, Pen, Writing
from ledger.actions.close import close
from ledger.errors import NotFound
from ledger.rules.period import month_of, months_between, parse_month
from ledger.rules.roles import KEEPERS
from ledger.store.append import Journal
from ledger.store.files import file_of
from ledger.store.registers import bulletins, closes, compound_row
from ledger.store.tables import Bulletin

router = Router(prefix="/api/v1/compounds/{compound}", tags=["会计期间与公示 · Periods and bulletins"])
MonthPath = Annotated[Month, Path(description="2026-01")]
_KEEPING = Writing(KEEPERS)
#: A published version never changes; which one is the newest does.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"


class PublishIn(Shape):
    """Why a published bulletin is replaced; nothing for the first version."""

    reason: Words | None = None


def shown(row: Bulletin) -> dict[str, Any]:
    """Return what is known of a published version."""
    return {
        "month": row.month,
        "version": row.version,
        "seq": row.seq,
        "sha256": row.sha256,
        "size": row.size,
        "posted_from": row.posted_from.isoformat(),
        "posted_to": row.posted_to.isoformat(),
        "supersedes": row.supersedes,
        "reason": row.reason,
        "pdf": f"/api/v1/compounds/{row.compound}/bulletins/{row.month}/{row.version}.pdf",
    }


@router.get("/periods", summary="会计期间")
def list_periods(request: Request, compound: OpenBook, session: Reading) -> Wire:
    """List the months since the books were opened: open, closed or published; open to everybody."""
    row = compound_row(session, compound)
    today = today_in(session, compound, request.app.state.house.clock())
    closed, published = closes(session, compound), {one.month for one in bulletins(session, compound)}
    items = []
    for month in months_between(month_of(row.opened_on), month_of(today)):
        state = "published" if month in published else "closed" if month in closed else "open"
        act = closed.get(month)
        items.append(
            {"month": month, "state": state, "head": {"seq": act.seq, "hash": act.hash} if act else None}
        )
    return {"items": items}


@router.post("/periods/{month}/close", status_code=201, summary="结账")
def close_month(
    month: MonthPath, pen: Annotated[Pen, Depends(_KEEPING)], body: Empty | None = None
) -> Response:
    """Close a month for good: accrue the remuneration, let Beancount check every balance, lock."""
    del body

    def work(journal: Journal) -> Answer:
        done = close(journal, month, SecondOpinion(journal.today))
        return act_answer(
            journal, done, f"/api/v1/compounds/{journal.compound}/periods", month=month, state="closed"
        )

    return pen.write(work, alone=True)


@router.post("/bulletins/{month}", status_code=201, summary="公示")
def publish_month(
    month: MonthPath, pen: Annotated[Pen, Depends(_KEEPING)], body: PublishIn | None = None
) -> Response:
    """Publish a closed month: the page is drawn, stored with its SHA-256, and never changed."""
    reason = body.reason if body else None

    def work(journal: Journal) -> Answer:
        done = publish_bulletin(journal, month, reason, pen.house.settings.base_url)
        pdf = f"/api/v1/compounds/{journal.compound}/bulletins/{month}/{done.version}.pdf"
        return act_answer(journal, done, pdf, pdf=pdf)

    return pen.write(work, alone=True)


@router.get("/bulletins/{month}.pdf", summary="公示(最新版 PDF)")
def read_newest_pdf(request: Request, month: str, compound: OpenBook, session: Reading) -> Response:
    """Return the newest version of a month's bulletin; open to everybody."""
    versions = _versions(session, compound, parse_month(month))
    return _pdf(request, session, versions[-1], _ASK_AGAIN)


@router.get("/bulletins/{month}/{version}.pdf", summary="公示(某版 PDF)")
def read_pdf(
    request: Request,
    month: str,
    version: Annotated[int, Path(ge=1, le=9999)],
    compound: OpenBook,
    session: Reading,
) -> Response:
    """Return one version of a month's bulletin, which never changes; open to everybody."""
    for row in _versions(session, compound, parse_month(month)):
        if row.version == version:
            return _pdf(request, session, row, _FOR_EVER)
    raise NotFound(what=f"{month} v{version}")


@router.get("/bulletins/{month}", summary="公示信息")
def read_bulletin(month: MonthPath, compound: OpenBook, session: Reading) -> Wire:
    """Return all versions of a month's bulletin with their hashes, the newest last; open to everybody."""
    return {"month": month, "versions": [shown(row) for row in _versions(session, compound, month)]}


def _versions(session: Reading, compound: str, month: str) -> list[Bulletin]:
    """Return the versions of a month's bulletin.

    Raises:
        NotFound: it has not been published.
    """
    found = [row for row in bulletins(session, compound) if row.month == month]
    if not found:
        raise NotFound(what=month)
    return found


def _pdf(request: Request, session: Reading, row: Bulletin, cache: str) -> Response:
    """Return a bulletin's PDF, or 304 to a reader who has it."""
    etag = f'"{row.sha256}"'
    name = f"{row.compound}-{row.month}-v{row.version}.pdf"
    headers = {"ETag": etag, "Cache-Control": cache, "Content-Disposition": f'inline; filename="{name}"'}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    file = file_of(session, row.compound, row.sha256)
    if file is None:
        raise NotFound(what=name)
    media_type, content = file
    return Response(content, 200, headers, media_type)
