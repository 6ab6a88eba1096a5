"""What a payment posts: its lines and the debt, the debt and the bank, or what is given back to whom it belongs."""

from __future__ import annotations

from datetime import date

from ledger.actions.check_payment import check_debts
from ledger.actions.give_back import refund_of_parked, refund_to_debtor
from ledger.actions.pay_trustee import pay_trustee
from ledger.actions.release_deposit import release_legs, tenant_refund_legs
from ledger.actions.spend_grant import release_postings
from ledger.errors import NothingToPay
from ledger.rules.entry import Posting
from ledger.rules.payment import EXPENSE, PARKED_REFUND, REFUND, REMUNERATION, TERMS, Line
from ledger.store.append import Facts, Journal
from ledger.store.disbursements import lines_of, owed_account, pairs
from ledger.store.tables import Disbursement


def asked_lines(journal: Journal, disbursement: str) -> list[Line]:
    """Return the lines of a request as they were asked for."""
    return pairs(lines_of(journal.session, journal.compound, [disbursement])[disbursement])


def net_of(journal: Journal, row: Disbursement) -> int:
    """Return what leaves the bank for a payment, in fen: what is kept back of it does not."""
    if row.kind in TERMS:
        return sum(minor for _, minor in asked_lines(journal, row.id))
    return row.amount_minor


def debt_legs(journal: Journal, row: Disbursement) -> tuple[Posting, ...]:
    """Return the postings that book an expense as owed; nothing is owed where what is kept back covers it.

    Raises:
        PayableShort: the advance or the accrued debt has been used meanwhile.
    """
    lines = asked_lines(journal, row.id)
    check_debts(journal, row.kind, row.fund, tuple(lines), is_paying=True)
    owed = sum(minor for _, minor in lines)
    rest = (Posting(owed_account(row), -owed),) if owed else ()
    legs = (*(Posting(code, minor) for code, minor in lines), *rest)
    return (*legs, *release_postings(journal, row.fund, legs))


def bank_legs(
    journal: Journal, row: Disbursement, bank: str, effective_on: date
) -> tuple[tuple[Posting, ...], Facts]:
    """Return the postings of a payment, and the rows that it appends besides its step.

    Raises:
        NothingToPay: what was kept back covers the expense.
        PayableShort, FloatExceeded, DepositMissing, RefundMissing, ParkedShort, RemunerationShort, TrusteeClaimOpen:
            it has been paid meanwhile, or may not be paid now.
    """
    if row.kind == PARKED_REFUND:
        return refund_of_parked(journal, row.id, row.amount_minor, bank)
    if row.kind == REMUNERATION:
        return pay_trustee(journal, row.fund, row.amount_minor, bank), {}
    if row.kind == REFUND:
        is_of_unit = row.unit is not None
        legs = refund_to_debtor if is_of_unit else tenant_refund_legs
        return legs(journal, row, bank), {}
    if row.kind not in TERMS:
        return release_legs(journal, row, asked_lines(journal, row.id), bank, effective_on)
    net = net_of(journal, row)
    if not net:
        raise NothingToPay(pointer="/id")
    if row.kind == EXPENSE:
        return (Posting(owed_account(row), net), Posting(bank, -net)), {}
    lines = asked_lines(journal, row.id)
    check_debts(journal, row.kind, row.fund, tuple(lines), is_paying=True)
    return (*(Posting(code, minor) for code, minor in lines), Posting(bank, -net)), {}
