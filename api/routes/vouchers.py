"""Vouchers: photos, PDFs and XML invoices beside payments and entries; originals for insiders only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from api.deps import OpenBook, Reading, TheHouse
from api.identity import Allowed, Member, OnRecord, note_if_signed_in
from api.publishing import today_in
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Day, Wire, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.attach_voucher import AttachVoucher, attach_voucher
from ledger.intake.voucher_file import VoucherFile, read_voucher
from ledger.rules.audit import What
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS
from ledger.store.append import Journal
from ledger.store.registers import disbursement
from ledger.store.tables import Voucher
from ledger.store.vouchers import original_file, published_file, voucher_missing, vouchers_of

router = Router(prefix="/api/v1/compounds/{compound}", tags=["凭证 · Vouchers"])
Identifier = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256")]
Title = Annotated[str, Query(min_length=1, max_length=200, description="凭证名称 · what it is")]
Private = Annotated[bool, Query(description="含个人信息,不公开 · shows personal data")]
_WRITING = Writing(INSIDERS)
_ORIGINALS = OnRecord(INSIDERS, "original", "sha256", kind=What.VOUCHER_READ)
_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "application/pdf", "application/xml")
        },
    }
}
_FOR_EVER = "public, max-age=31536000, immutable"


def day_asked(
    compound: OpenBook,
    session: Reading,
    house: TheHouse,
    as_of: Annotated[Day | None, Query(description="截至有效日期 · effective on or before")] = None,
) -> date:
    """Return the day of which a list is asked: today in the compound, unless it is said."""
    return as_of or today_in(session, compound, house.clock())


AsOf = Annotated[date, Depends(day_asked)]


def shown_voucher(row: Voucher) -> dict[str, Any]:
    """Return a voucher: its hashes, and where what everybody may see of it lies."""
    here = f"/api/v1/compounds/{row.compound}/vouchers"
    return {
        "seq": row.seq,
        "title": row.title,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "published_sha256": row.published_sha256,
        "published": f"{here}/{row.published_sha256}" if row.published_sha256 else None,
    }


def _attach(request: Request, pen: Pen, **named: Any) -> Response:
    file = read_voucher(request.scope["body"])

    def work(journal: Journal) -> Answer:
        done = attach_voucher(journal, AttachVoucher(file, **named))
        here = f"/api/v1/compounds/{journal.compound}/vouchers/{done.sha256}/original"
        more = {"invoice": file.invoice, "warnings": _warnings(journal, file, named.get("disbursement"))}
        return act_answer(journal, done, here, **more)

    return pen.write(work)


def _warnings(journal: Journal, file: VoucherFile, identifier: str | None) -> list[dict[str, str]]:
    """Return where an XML invoice says something else than the request that it stands beside."""
    said = file.invoice
    if said is None or identifier is None:
        return []
    row = disbursement(journal.session, journal.compound, identifier).row
    amount = format_amount(said.amount_minor) if said.amount_minor is not None else None
    pairs = (
        ("invoice", said.number, row.invoice),
        ("issuer", said.issuer_code if row.issuer == said.issuer_code else said.issuer, row.issuer),
        ("amount", amount, format_amount(row.amount_minor)),
    )
    return [
        {"field": name, "in_file": in_file, "in_request": asked}
        for name, in_file, asked in pairs
        if in_file is not None and asked is not None and in_file != asked
    ]


@router.post("/vouchers", status_code=201, summary="上传凭证", openapi_extra=_BYTES)
def upload_voucher(
    request: Request, pen: Annotated[Pen, Depends(_WRITING)], title: Title, *, private: Private = False
) -> Response:
    """Keep a file that stands for itself; with ``dry_run`` say what it is, and what an XML invoice in it says."""
    return _attach(request, pen, title=title, is_private=private)


@router.post(
    "/disbursements/{identifier}/vouchers", status_code=201, summary="支出凭证", openapi_extra=_BYTES
)
def attach_to_disbursement(
    identifier: Identifier,
    request: Request,
    pen: Annotated[Pen, Depends(_WRITING)],
    title: Title,
    *,
    private: Private = False,
) -> Response:
    """Put a file beside a payment; ``warnings`` say where an XML invoice differs from the request."""
    return _attach(request, pen, title=title, is_private=private, disbursement=identifier)


@router.post("/entries/{seq}/vouchers", status_code=201, summary="凭证附件", openapi_extra=_BYTES)
def attach_to_entry(
    seq: Annotated[int, Path(ge=1, le=10**15)],
    request: Request,
    pen: Annotated[Pen, Depends(_WRITING)],
    title: Title,
    *,
    private: Private = False,
) -> Response:
    """Put a file beside an entry; what names a household is never published."""
    return _attach(request, pen, title=title, is_private=private, entry=seq)


@router.get("/entries/{seq}/vouchers", summary="凭证附件列表")
def list_entry_vouchers(
    seq: Annotated[int, Path(ge=1, le=10**15)],
    member: Annotated[Member, Depends(Allowed(INSIDERS))],
    session: Reading,
) -> Wire:
    """List the vouchers of an entry, with those of the payment that it posts."""
    return {"items": [shown_voucher(one) for one in vouchers_of(session, member.compound, entry=seq)]}


@router.get("/vouchers/{sha256}", summary="公开的凭证")
def read_published_voucher(request: Request, sha256: Hash, compound: OpenBook, session: Reading) -> Response:
    """Return what everybody may see of a voucher, by its hash; open to everybody, and nobody need say who."""
    note_if_signed_in(request, compound, What.VOUCHER_READ, {"read": "published", "sha256": sha256})
    kind, content = published_file(session, compound, sha256)
    return _file(sha256, kind, content, _FOR_EVER)


@router.get("/vouchers/{sha256}/original", summary="凭证原件")
def read_original_voucher(
    sha256: Hash, member: Annotated[Member, Depends(_ORIGINALS)], session: Reading
) -> Response:
    """Return a voucher as it came, for those who keep, decide and audit."""
    kind, content = original_file(session, member.compound, sha256)
    return _file(sha256, kind, content, "no-store")


@router.get("/missing-vouchers", summary="无凭证支出")
def list_missing_vouchers(
    compound: OpenBook,
    session: Reading,
    as_of: AsOf,
    fund: Annotated[str | None, Query(max_length=64)] = None,
) -> Wire:
    """List the costs in the books that neither an invoice nor a file proves; open to everybody."""
    return {
        "as_of": as_of.isoformat(),
        "items": to_wire(voucher_missing(session, compound, as_of, fund=fund)),
    }


def _file(sha256: str, kind: str, content: bytes, cache: str) -> Response:
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "application/json": "json"}
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": cache,
        "Content-Disposition": f'attachment; filename="{sha256[:12]}.{ending.get(kind, "xml")}"',
    }
    return Response(content, 200, headers, kind)
