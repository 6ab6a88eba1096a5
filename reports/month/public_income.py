"""Public income of a month: gross, reasonable cost and net, always three figures (Civil Code 282)."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.rules.chart import account
from ledger.store.balances import in_months
from ledger.store.records import voucher
from ledger.store.tables import Disbursement, DisbursementStep, EntryRow, PostingRow
from ledger.store.vouchers import vouchers_of
from reports.bulletin import PublicCostLine

_INCOME = "Income:PublicIncome:"
_COST = "Expenses:PublicIncome:Cost:"
#: Acts that prove their costs themselves: a settlement, a bank's charge, a contract's fee, what takes one of them back.
_OWN_PROOF = frozenset({"clearing", "bank_charge", "rent_cost", "lease_end", "reversal"})


def leaf_zh(code: str) -> str:
    """Return the last Chinese segments of an account without their order digits: ``广告·电梯``."""
    return "·".join(segment[1:] for segment in account(code).zh.split(":")[2:])


def income_lines(session: Session, compound: str, month: str) -> list[tuple[EntryRow, PostingRow]]:
    """Return the month's postings on the accounts of public income, with their entries, in order."""
    return _lines(session, compound, month, _INCOME)


def _lines(session: Session, compound: str, month: str, prefix: str) -> list[tuple[EntryRow, PostingRow]]:
    query = (
        select(EntryRow, PostingRow)
        .join(
            PostingRow,
            (col(PostingRow.compound) == col(EntryRow.compound)) & (col(PostingRow.seq) == col(EntryRow.seq)),
        )
        .where(
            col(EntryRow.compound) == compound,
            col(EntryRow.month) == month,
            in_months(compound, month, month),
            col(PostingRow.account).startswith(prefix, autoescape=True),
        )
        .order_by(col(EntryRow.seq), col(PostingRow.line))
    )
    return [(entry, posting) for entry, posting in session.execute(query)]


def cost_lines(session: Session, compound: str, month: str) -> list[PublicCostLine]:
    """Return the month's costs one by one; one without an invoice or an authority of its own is 无凭证 (L06)."""
    lines = []
    for entry, posting in _lines(session, compound, month, _COST):
        shown = voucher(month, entry.voucher_no) if _is_proved(session, compound, entry) else ""
        words = leaf_zh(posting.account).removeprefix("合理成本·")
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
