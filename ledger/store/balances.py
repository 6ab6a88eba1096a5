"""What accounts stand at: the last closed month plus what came after, never a sum from the beginning."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.period import last_day, month_of
from ledger.store.tables import ClosingBalance, EntryRow, PeriodClose, PostingRow


def last_closed(session: Session, compound: str, as_of: date | None, known_at: int | None) -> str:
    """Return the last month that was closed at ``known_at`` and ended by ``as_of``; empty where there is none."""
    query = select(func.max(col(PeriodClose.month))).where(col(PeriodClose.compound) == compound)
    if known_at is not None:
        query = query.where(col(PeriodClose.seq) <= known_at)
    if as_of is not None:
        month = month_of(as_of)
        query = query.where(
            col(PeriodClose.month) <= month if last_day(month) == as_of else col(PeriodClose.month) < month
        )
    return session.execute(query).scalar() or ""


def balances(
    session: Session, compound: str, as_of: date | None = None, known_at: int | None = None
) -> dict[str, int]:
    """Return the balance of every account that has one, in fen, debit positive, by account code.

    Args:
        session: an open session.
        compound: the compound's code.
        as_of: count entries effective on or before this day; all if None.
        known_at: count only acts up to this number: the book as it stood then.
    """
    base = last_closed(session, compound, as_of, known_at)
    totals: dict[str, int] = defaultdict(int)
    if base:
        rows = session.execute(
            select(col(ClosingBalance.account), col(ClosingBalance.amount_minor)).where(
                col(ClosingBalance.compound) == compound, col(ClosingBalance.month) == base
            )
        )
        totals.update({row.account: row.amount_minor for row in rows})
    for account, minor in movements(session, compound, after=base, as_of=as_of, known_at=known_at).items():
        totals[account] += minor
    return {account: totals[account] for account in sorted(totals) if totals[account] != 0}


def movements(
    session: Session,
    compound: str,
    *,
    after: str = "",
    through: str | None = None,
    as_of: date | None = None,
    known_at: int | None = None,
) -> dict[str, int]:
    """Return the sum of the postings of every account in the months after ``after`` and up to ``through``, in fen."""
    wanted = select(col(EntryRow.seq)).where(col(EntryRow.compound) == compound, col(EntryRow.month) > after)
    if through is not None:
        wanted = wanted.where(col(EntryRow.month) <= through)
    if as_of is not None:
        wanted = wanted.where(col(EntryRow.effective_on) <= as_of)
    if known_at is not None:
        wanted = wanted.where(col(EntryRow.seq) <= known_at)
    query = (  # the entries first: their months have an index, and the postings are then found by number
        select(col(PostingRow.account), func.sum(col(PostingRow.amount_minor)))
        .where(col(PostingRow.compound) == compound, col(PostingRow.seq).in_(wanted))
        .group_by(col(PostingRow.account))
    )
    return {account: int(minor) for account, minor in session.execute(query)}
