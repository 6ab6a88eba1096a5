"""Public income of a month: gross, reasonable cost and net, always three figures (Civil Code 282)."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.rules.chart import account_name_zh
from ledger.store.in_month import postings_in_month
from ledger.store.records import voucher
from ledger.store.tables import Disbursement, DisbursementStep, EntryRow, PostingRow
from ledger.store.vouchers import vouchers_of
from reports.bulletin import PublicCostLine

_INCOME = "Income:PublicIncome:"
_COST = "Expenses:PublicIncome:Cost:"
#: Acts that prove their costs themselves: a settlement, a bank's charge, a contract's fee, what takes one of them back.
_OWN_PROOF = frozenset({"clearing", "bank_charge", "rent_cost", "lease_end", "reversal"})


def income_lines(session: Session, compound: str, month: str) -> list[tuple[EntryRow, PostingRow]]:
    """Return the month's postings on the accounts of public income, with their entries, in order."""
    return _lines(session, compound, month, _INCOME)


def _lines(session: Session, compound: str, month: str, prefix: str) -> list[tuple[EntryRow, PostingRow]]:
    return postings_in_month(
        session, compound, month, col(PostingRow.account).startswith(prefix, autoescape=True)
    )


def cost_lines(session: Session, compound: str, month: str) -> list[PublicCostLine]:
    """Return the month's costs one by one; one without an invoice or an authority of its own is 无凭证 (L06)."""
    lines = []
    for entry, posting in _lines(session, compound, month, _COST):
        shown = voucher(month, entry.voucher_no) if _is_proved(session, compound, entry) else ""
        words = account_name_zh(posting.account).removeprefix("合理成本·")
        lines.append(PublicCostLine(f"{words} {entry.narration}"[:60], posting.amount_minor, shown))
    return lines


def _is_proved(session: Session, compound: str, entry: EntryRow) -> bool:
    if vouchers_of(session, compound, entry=entry.seq):
        return True
    if entry.kind != "expense":
        return entry.authority is not None or entry.kind in _OWN_PROOF
    query = (
        select(col(Disbursement.invoice))
        .join(
            DisbursementStep,
            (col(DisbursementStep.compound) == col(Disbursement.compound))
            & (col(DisbursementStep.id) == col(Disbursement.id)),
        )
        .where(col(DisbursementStep.compound) == compound, col(DisbursementStep.seq) == entry.seq)
    )
    return session.execute(query).scalar() is not None
