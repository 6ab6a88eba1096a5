"""Take in what a vendor gives back of a payment: the cost is credited, and linked to it (E28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from ledger.actions.open_bank_account import check_bank
from ledger.actions.payment_legs import asked_lines, net_of
from ledger.actions.spend_grant import release_postings
from ledger.errors import NotFound, PaidTooEarly, VendorRefundShort
from ledger.rules.chart import group_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import apportion, check_positive, format_amount
from ledger.rules.payment import EXPENSE
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.disbursements import authority_taken, progress
from ledger.store.paid_before import settled_and_paid
from ledger.store.tables import AuthorityUse, Disbursement, EntryRow, VendorRefund


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
        PaidTooEarly: it would have come back before it was paid.
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
    _check_paid_before(journal, row.id, command.effective_on)
    amount = check_positive(command.amount_minor, "/amount")
    costs = [(code, minor) for code, minor in asked_lines(journal, row.id) if code.startswith("Expenses:")]
    back = vendor_refunds(journal, row.id)
    left = max(min(sum(minor for _, minor in costs), _paid(journal, row)) - back, 0)
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


def _paid(journal: Journal, row: Disbursement) -> int:
    """Return what has been paid of an expense, in fen: also by an advance, and of what was kept back of it."""
    lines = asked_lines(journal, row.id)
    advanced = -sum(minor for code, minor in lines if minor < 0 and group_of(code) == "Advance")
    return net_of(journal, row) + advanced + settled_and_paid(journal.session, journal.compound, row.id)


def _check_paid_before(journal: Journal, disbursement: str, effective_on: date) -> None:
    """Refuse what came back before it was paid.

    Raises:
        PaidTooEarly: it did.
    """
    steps = progress(journal.session, journal.compound, disbursement).live
    paid = journal.session.get_one(EntryRow, (journal.compound, steps[-1][1]))
    if effective_on < paid.effective_on:
        raise PaidTooEarly(pointer="/effective_on", day=paid.effective_on.isoformat())


def vendor_refunds(journal: Journal, disbursement: str) -> int:
    """Return what a vendor has given back of a payment, in fen."""
    query = select(func.coalesce(func.sum(col(VendorRefund.amount_minor)), 0)).where(
        VendorRefund.compound == journal.compound, VendorRefund.id == disbursement
    )
    return int(journal.session.exec(query).one())
