"""What a month's entries posted: sums by account and contract, or the postings themselves with their entries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.store.balances import in_months
from ledger.store.tables import EntryRow, PostingRow


def sums_in_month(
    session: Session, compound: str, month: str, prefix: str
) -> list[tuple[str, str | None, int]]:
    """Return a month's sums in fen, debit positive, by account and contract, of the accounts that begin so."""
    account = func.coalesce(col(PostingRow.account), "")  # no column: else all postings are read in its order
    query = (
        select(account, col(PostingRow.contract), func.sum(col(PostingRow.amount_minor)))
        .where(
            in_months(compound, month, month),
            col(PostingRow.account).startswith(prefix, autoescape=True),
        )
        .group_by(account, col(PostingRow.contract))
    )
    return [(code, contract, int(minor)) for code, contract, minor in session.execute(query)]


def postings_in_month(
    session: Session, compound: str, month: str, condition: Any
) -> list[tuple[EntryRow, PostingRow]]:  # Any: what SQL says of an entry or a posting
    """Return the postings of a month that meet the condition, each with its entry, in the order of the book."""
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
            condition,
        )
        .order_by(col(EntryRow.seq), col(PostingRow.line))
    )
    return [(entry, posting) for entry, posting in session.execute(query)]
