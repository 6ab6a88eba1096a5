"""Take in what a vendor gives back of a payment: the cost is credited, and linked to it (E28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from ledger.actions.open_bank_account import check_bank
from ledger.actions.payment_legs import asked_lines
from ledger.actions.spend_grant import release_postings
from ledger.errors import NotFound, RequestMalformed, VendorRefundShort
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import apportion, check_bounds, format_amount
from ledger.rules.payment import EXPENSE
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.disbursements import authority_taken, progress
from ledger.store.tables import AuthorityUse, Disbursement, VendorRefund


@dataclass(frozen=True, slots=True)
class RefundFromVendor:
    """A vendor put back so much of a payment, in fen, into a bank account of its fund."""

    disbursement: str
    amount_minor: int
    bank: str
    effective_on: date


def refund_from_vendor(journal: Journal, command: RefundFromVendor) -> Recorded:
    """Post the refund: each cost of the payment is credited by its share, and the authority has so much left again.

    Raises:
        NotFound: there is no such expense, or it was not paid.
        VendorRefundShort: more than was paid would have come back.
    """
    require(journal.actor, KEEPERS)
    row = journal.session.get(Disbursement, (journal.compound, command.disbursement))
    is_paid = (
        row is not None
        and row.kind == EXPENSE
        and progress(journal.session, journal.compound, row.id).state == "paid"
    )
    if row is None or not is_paid:
        raise NotFound(pointer="/id", what=command.disbursement[:40])
    if command.amount_minor <= 0:
        raise RequestMalformed(pointer="/amount", why_zh="金额应大于零", why_en="the amount is above zero")
    amount = check_bounds(command.amount_minor, "/amount")
    costs = [(code, minor) for code, minor in asked_lines(journal, row.id) if code.startswith("Expenses:")]
    back = vendor_refunds(journal, row.id)
    left = max(sum(minor for _, minor in costs) - back, 0)
    if amount > left:
        raise VendorRefundShort(pointer="/amount", open=format_amount(left), amount=format_amount(amount))
    parts = apportion(amount, [minor for _, minor in costs])
    lowered = [Posting(code, -part) for (code, _), part in zip(costs, parts, strict=True) if part]
    entry = Entry(
        Kind.VENDOR_REFUND,
        command.effective_on,
        f"供应商退款 {row.purpose}"[:200],
        (
            Posting(check_bank(journal, command.bank, row.fund), amount),
            *lowered,
            *release_postings(journal, row.fund, lowered),
        ),
        counterparty=row.payee,
        authority=row.authority,
        channel="bank",
    )
    held = authority_taken(journal.session, journal.compound, row.id)
    uses = [
        {"line": line, "code": code, "amount_minor": -min(amount, minor), "purpose": row.id}
        for line, (code, minor) in enumerate(sorted(held.items()), 1)
        if minor > 0
    ]
    facts: Facts = {VendorRefund: [{"id": row.id, "amount_minor": amount}], AuthorityUse: uses}
    return journal.record("vendor_refund", command.effective_on, facts, entry=entry)


def vendor_refunds(journal: Journal, disbursement: str) -> int:
    """Return what a vendor has given back of a payment, in fen."""
    query = select(func.coalesce(func.sum(col(VendorRefund.amount_minor)), 0)).where(
        VendorRefund.compound == journal.compound, VendorRefund.id == disbursement
    )
    return int(journal.session.exec(query).one())
