"""What the routes of payments, vouchers and petty cash answer."""

from __future__ import annotations

from typing import TypedDict

from api.answers.kinds import Described, act, joined, lists, pages, sends, shows
from api.answers.schema import DayText, Money, Path, Sha256
from ledger.actions.attach_voucher import Attached
from ledger.actions.petty_cash import Counted
from ledger.actions.request_payment import Stepped
from ledger.intake.invoice_file import Invoice
from ledger.store.emergencies import Emergency
from ledger.store.petty_cash import PettyCash, Unexplained
from ledger.store.vouchers import VoucherMissing


class PaidLine(TypedDict):
    """What so much of a payment is for."""

    account: str
    amount: Money


class Approvals(TypedDict):
    """How many keys it takes, and how many were turned."""

    needed: int
    given: int


class StepShown(TypedDict):
    """What happened to a request, by which act."""

    step: str
    seq: int


class DisbursementShown(TypedDict):
    """A request to pay."""

    id: str
    seq: int
    kind: str
    state: str
    fund: str
    amount: Money
    lines: list[PaidLine]
    kept: list[PaidLine]
    payee: str
    payee_is_person: bool
    related_party: bool
    purpose: str
    authority: str
    invoice: str | None
    bank: str
    unit: str | None
    debtor: int | None
    requested_body: str
    approvals: Approvals
    owed_to: str | None
    issuer: str | None
    repair: str
    reason: str | None
    settles: str | None
    steps: list[StepShown]


class VoucherShown(TypedDict):
    """A voucher on record, and where everybody may see it."""

    seq: int
    title: str
    media_type: str
    size: int
    sha256: Sha256
    published_sha256: Sha256 | None
    published: Path | None


class DisbursementVouchers(TypedDict):
    """What proves a payment."""

    voucher_missing: bool
    ratified: bool
    vouchers: list[VoucherShown]


class InvoiceWarning(TypedDict):
    """Where an invoice says something else than the request."""

    field: str
    in_file: str
    in_request: str


class CountShown(TypedDict):
    """What was counted in a box, and what the books said."""

    seq: int
    account: str
    on: DayText
    counted: Money
    book: Money
    difference: Money


_STEPPED = act(Stepped)
_ATTACHED = act(Attached, invoice=Invoice | None, warnings=list[InvoiceWarning])
_VOUCHER_FILES = (
    "image/jpeg",
    "image/png",
    "application/pdf",
    "application/xml",
    "text/xml",
    "application/json",
)

ANSWERS: dict[str, Described] = {
    "list_disbursements": pages(DisbursementShown),
    "read_disbursement": shows(joined(DisbursementShown, DisbursementVouchers)),
    "request_disbursement": _STEPPED,
    "approve_disbursement": _STEPPED,
    "take_vendor_refund": act(),
    "refuse_disbursement": _STEPPED,
    "post_disbursement": _STEPPED,
    "pay_disbursement": _STEPPED,
    "list_emergencies": lists(Emergency, as_of=DayText),
    "ratify_disbursement": _STEPPED,
    "upload_voucher": _ATTACHED,
    "attach_to_disbursement": _ATTACHED,
    "attach_to_entry": _ATTACHED,
    "list_entry_vouchers": lists(VoucherShown),
    "read_published_voucher": sends(*_VOUCHER_FILES),
    "read_original_voucher": sends(*_VOUCHER_FILES),
    "list_missing_vouchers": lists(VoucherMissing, as_of=DayText),
    "list_petty_cash": lists(PettyCash, counts=list[CountShown]),
    "set_petty_float": act(),
    "spend_petty_cash": act(),
    "count_a_box": act(Counted),
    "list_unexplained": lists(Unexplained, as_of=DayText),
    "book_unexplained": act(),
    "explain_unexplained": act(),
}
