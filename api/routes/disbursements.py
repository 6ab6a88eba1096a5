"""Paying out: asked for with the first key, approved with the second, posted, paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer, new_id
from api.routes.vouchers import shown_voucher
from api.routing import Router
from api.shapes import (
    LIST_LIMIT,
    Code,
    Day,
    Empty,
    Positive,
    Shape,
    Wire,
    Words,
    read_seq_cursor,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.pay import (
    RequestDisbursement,
    Stepped,
    approve,
    pay,
    post,
    refuse,
    request,
)
from ledger.actions.refund_from_vendor import RefundFromVendor, refund_from_vendor
from ledger.rules.deposit import Deposit
from ledger.rules.money import format_amount
from ledger.rules.payment import EXPENSE, Repair
from ledger.rules.roles import APPROVERS, INSIDERS, KEEPERS, REQUESTERS
from ledger.store.append import Journal
from ledger.store.disbursements import approvals_needed
from ledger.store.emergencies import is_ratified
from ledger.store.registers import DisbursementView, disbursement, disbursements
from ledger.store.tables import DisbursementLine
from ledger.store.vouchers import vouchers_of

router = Router(prefix="/api/v1/compounds/{compound}", tags=["支出 · Disbursements"])
Identifier = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
_READING = OnRecord(INSIDERS, "disbursements")
_KEEPING = Writing(KEEPERS)
_APPROVING = Writing(APPROVERS)


class LineIn(Shape):
    """One account that the payment is for."""

    account: Code
    amount: Positive


class DisbursementIn(Shape):
    """A request to pay; ``authority`` is the budget, vote or contract that allows it.

    A deposit release names ``unit``, the whole ``amount``, and in ``lines`` what is kept (with ``to_bank``); of another
    kind of ``deposit`` the ``contract`` or reference that it stands under. A refund of rent names the ``contract``.
    A refund names ``unit``, its ``debtor`` if not the present one, and the ``amount``.
    A payment out of a governance pool declares its ``grant_purpose`` (``GET /grant-purposes``).
    A ``parked_refund`` names the number ``parked``; it and ``remuneration`` take all there is unless ``amount`` says.
    ``kept`` is kept back of the lines (tax, retention, an advance); a ``payable`` that was kept back ``settles`` the
    payment that did so. With ``authority`` "emergency" and a ``reason`` one key pays, within the profile's cap.
    """

    kind: Literal[
        "expense",
        "payable",
        "advance",
        "petty_cash",
        "deposit_release",
        "refund",
        "parked_refund",
        "remuneration",
    ] = "expense"
    fund: Code
    lines: list[LineIn] = Field(default=[], max_length=50)
    payee: Words
    payee_is_person: bool = False
    related_party: bool = False
    purpose: Words
    authority: Words
    bank: Code
    invoice: Words | None = None
    unit: Code | None = None
    amount: Positive | None = None
    to_bank: Code | None = None
    debtor: int | None = Field(default=None, ge=1, le=10**6)
    parked: int | None = Field(default=None, ge=1, le=10**12)
    kept: list[LineIn] = Field(default=[], max_length=20)
    owed_to: Literal["Vendor", "Individual", "TrusteeAdvance"] | None = None
    issuer: Words | None = None
    repair: Literal["none", "minor", "medium", "major"] = "none"
    reason: Words | None = None
    settles: Code | None = None
    grant_purpose: Code | None = None
    deposit: Literal["renovation", "tender", "tenant", "other"] = "renovation"
    contract: Code | None = None

    def command(self, identifier: str) -> RequestDisbursement:
        """Return what the ledger is asked to do."""
        return RequestDisbursement(
            id=identifier,
            fund=self.fund,
            lines=tuple((line.account, line.amount) for line in self.lines),
            payee=self.payee,
            purpose=self.purpose,
            authority=self.authority,
            bank=self.bank,
            kind=self.kind,
            payee_is_person=self.payee_is_person,
            related_party=self.related_party,
            invoice=self.invoice,
            unit=self.unit,
            amount_minor=self.amount,
            to_bank=self.to_bank,
            debtor=self.debtor,
            parked=self.parked,
            kept=tuple((line.account, line.amount) for line in self.kept),
            owed_to=self.owed_to,
            issuer=self.issuer,
            repair=Repair(self.repair),
            reason=self.reason,
            settles=self.settles,
            grant_purpose=self.grant_purpose,
            deposit=Deposit(self.deposit),
            contract=self.contract,
        )


class RefusalIn(Shape):
    """Why a request is sent back."""

    reason: Words


class VendorRefundIn(Shape):
    """What a vendor gave back of a payment, into a bank account of its fund."""

    amount: Positive
    bank: Code
    effective_on: Day | None = None


class DatedIn(Shape):
    """When it is booked; today unless said otherwise."""

    effective_on: Day | None = None


def shown(view: DisbursementView) -> dict[str, Any]:
    """Return a request to pay with its lines, state and steps."""
    row = view.row
    return {
        "id": row.id,
        "seq": row.seq,
        "kind": row.kind,
        "state": view.progress.state,
        "fund": row.fund,
        "amount": format_amount(row.amount_minor),
        "lines": [_line(line) for line in view.lines if line.amount_minor > 0],
        "kept": [_line(line) for line in view.lines if line.amount_minor < 0],
        "payee": row.payee,
        "payee_is_person": bool(row.payee_is_person),
        "related_party": bool(row.related_party),
        "purpose": row.purpose,
        "authority": row.authority,
        "invoice": row.invoice,
        "bank": row.bank,
        "unit": row.unit,
        "debtor": row.debtor,
        "requested_body": row.requested_body,
        "approvals": {"needed": approvals_needed(row), "given": len(view.progress.approvers)},
        "owed_to": row.owed_to,
        "issuer": row.issuer,
        "repair": row.repair or "none",
        "reason": row.reason,
        "settles": row.settles,
        "steps": [{"step": step, "seq": seq} for step, seq in view.progress.steps],
    }


def _line(line: DisbursementLine) -> dict[str, str]:
    return {"account": line.account, "amount": format_amount(abs(line.amount_minor))}


@router.get("/disbursements", summary="支出列表")
def list_disbursements(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List the requests to pay, with the state that each has reached."""
    found = disbursements(session, member.compound, after=read_seq_cursor(cursor), limit=limit + 1)
    more = write_cursor(str(found[limit - 1].row.seq)) if len(found) > limit else None
    return {"items": [shown(view) for view in found[:limit]], "next_cursor": more}


@router.get("/disbursements/{identifier}", summary="支出")
def read_disbursement(
    identifier: Identifier, member: Annotated[Member, Depends(_READING)], session: Reading
) -> Wire:
    """Return one request to pay, with its vouchers; ``voucher_missing`` where a cost has neither invoice nor file."""
    view = disbursement(session, member.compound, identifier)
    files = vouchers_of(session, member.compound, disbursement=identifier)
    missing = view.row.kind == EXPENSE and view.row.invoice is None and not files
    ratified = is_ratified(session, member.compound, identifier)
    more = {
        "voucher_missing": missing,
        "ratified": ratified,
        "vouchers": [shown_voucher(one) for one in files],
    }
    return shown(view) | more


@router.post("/disbursements", status_code=201, summary="申请支出")
def request_disbursement(body: DisbursementIn, pen: Annotated[Pen, Depends(Writing(REQUESTERS))]) -> Response:
    """Ask for a payment: the first key."""
    return pen.write(lambda journal: stepped(journal, request(journal, body.command(new_id(journal.now)))))


@router.post("/disbursements/{identifier}/approvals", status_code=201, summary="批准支出")
def approve_disbursement(
    identifier: Identifier, pen: Annotated[Pen, Depends(_APPROVING)], body: Empty | None = None
) -> Response:
    """Turn the second key: another person, of another body, than whoever asked."""
    del body
    return _step(pen, lambda journal: approve(journal, identifier))


@router.post("/disbursements/{identifier}/vendor-refunds", status_code=201, summary="供应商退款")
def take_vendor_refund(
    identifier: Identifier, body: VendorRefundIn, pen: Annotated[Pen, Depends(_KEEPING)]
) -> Response:
    """Post what a vendor gave back: the cost is credited."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        return act_answer(
            journal,
            refund_from_vendor(journal, RefundFromVendor(identifier, body.amount, body.bank, day)),
        )

    return pen.write(work)


@router.post("/disbursements/{identifier}/refusals", status_code=201, summary="退回支出")
def refuse_disbursement(
    identifier: Identifier, body: RefusalIn, pen: Annotated[Pen, Depends(_APPROVING)]
) -> Response:
    """Send a request back with the reason; it stays on record."""
    return _step(pen, lambda journal: refuse(journal, identifier, body.reason))


@router.post("/disbursements/{identifier}/postings", status_code=201, summary="支出记账")
def post_disbursement(
    identifier: Identifier, pen: Annotated[Pen, Depends(_KEEPING)], body: DatedIn | None = None
) -> Response:
    """Post the expense and what is owed for it."""
    day = body.effective_on if body else None
    return _step(pen, lambda journal: post(journal, identifier, day or journal.today))


@router.post("/disbursements/{identifier}/payments", status_code=201, summary="支出付款")
def pay_disbursement(
    identifier: Identifier, pen: Annotated[Pen, Depends(_KEEPING)], body: DatedIn | None = None
) -> Response:
    """Post the bank leg; whoever approved does not pay."""
    day = body.effective_on if body else None
    return _step(pen, lambda journal: pay(journal, identifier, day or journal.today))


def _step(pen: Pen, act: Callable[[Journal], Stepped]) -> Response:
    return pen.write(lambda journal: stepped(journal, act(journal)))


def stepped(journal: Journal, done: Stepped) -> Answer:
    """Return the answer of a step, with where the request is."""
    return act_answer(journal, done, f"/api/v1/compounds/{journal.compound}/disbursements/{done.id}")
