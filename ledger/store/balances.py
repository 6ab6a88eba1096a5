"""What accounts stand at: the last closed month plus what came after, never a sum from the beginning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.rules.chart import currency_of
from ledger.rules.entry import Kind
from ledger.rules.money import CURRENCY
from ledger.rules.period import first_day, last_day, month_of
from ledger.store.tables import Act, ClosingBalance, EntryRow, PeriodClose, PostingRow


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
    session: Session,
    compound: str,
    as_of: date | None = None,
    known_at: int | None = None,
    *,
    currency: str = CURRENCY,
) -> dict[str, int]:
    """Return the balance of every account that has one, in fen, debit positive, by account code.

    Money unless another currency is asked for: points (in hundredths) are never among the sums of money.

    Args:
        session: an open session.
        compound: the compound's code.
        as_of: count entries effective on or before this day; all if None.
        known_at: count only acts up to this number: the book as it stood then.
        currency: which accounts: those of money, or those of points.
    """
    base = last_closed(session, compound, as_of, known_at)
    totals: dict[str, int] = defaultdict(int)
    if base:
        rows = session.execute(
            select(col(ClosingBalance.account), col(ClosingBalance.amount_minor)).where(
                col(ClosingBalance.compound) == compound, col(ClosingBalance.month) == base
            )
        )
        totals.update({row.account: row.amount_minor for row in rows if currency_of(row.account) == currency})
    since = movements(session, compound, after=base, as_of=as_of, known_at=known_at, currency=currency)
    for account, minor in since.items():
        totals[account] += minor
    return {account: totals[account] for account in sorted(totals) if totals[account] != 0}


def in_months(compound: str, since: str, until: str) -> Any:  # Any: a condition
    """Say that a posting is of some months: by the numbers of their entries, so that no planner reads all postings."""
    entries = select(col(EntryRow.seq)).where(
        col(EntryRow.compound) == compound, col(EntryRow.month) >= since, col(EntryRow.month) <= until
    )
    return (col(PostingRow.compound) == compound) & col(PostingRow.seq).in_(entries)


def movements(  # noqa: PLR0913 - which entries, all named
    session: Session,
    compound: str,
    *,
    after: str = "",
    through: str | None = None,
    as_of: date | None = None,
    known_at: int | None = None,
    currency: str = CURRENCY,
) -> dict[str, int]:
    """Return the sum of the postings of every account in the months after ``after`` and up to ``through``, in fen."""
    wanted = select(col(EntryRow.seq)).where(col(EntryRow.compound) == compound, col(EntryRow.month) > after)
    if through is not None:
        wanted = wanted.where(col(EntryRow.month) <= through)
    if as_of is not None:
        wanted = wanted.where(col(EntryRow.effective_on) <= as_of)
    if known_at is not None:
        wanted = wanted.where(col(EntryRow.seq) <= known_at)
    # The entries first: their months have an index, and the postings are then found by number. Grouped by an
    # expression, so that no planner reads all postings in the order of their accounts instead.
    account = func.coalesce(col(PostingRow.account), "")
    query = (
        select(account, func.sum(col(PostingRow.amount_minor)))
        .where(col(PostingRow.compound) == compound, col(PostingRow.seq).in_(wanted))
        .group_by(account)
    )
    found = {account: int(minor) for account, minor in session.execute(query)}
    return {account: minor for account, minor in found.items() if currency_of(account) == currency}


def credited_alone(session: Session, compound: str, fund: str, since: str, until: str) -> dict[str, int]:
    """Return by how much general entries of some months lower each expense account of a fund, in fen, above zero.

    One person books such an entry, so what it moves to another account frees nothing that had been spent. What was
    reversed does not count.
    """
    undone = aliased(EntryRow)
    query = (
        select(col(PostingRow.account), func.sum(col(PostingRow.amount_minor)))
        .join(
            EntryRow, (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq)
        )
        .outerjoin(
            undone, (col(undone.compound) == EntryRow.compound) & (col(undone.reverses) == EntryRow.seq)
        )
        .where(
            in_months(compound, since, until),
            col(EntryRow.kind) == str(Kind.GENERAL),
            col(PostingRow.fund) == fund,
            col(PostingRow.account).like("Expenses:%"),
            col(PostingRow.amount_minor) < 0,
            col(undone.seq).is_(None),
        )
        .group_by(col(PostingRow.account))
    )
    return {account: -int(minor) for account, minor in session.execute(query)}


def booked_alone(  # noqa: PLR0913 - which entries, all named
    session: Session,
    compound: str,
    kinds: Collection[str],
    account: str,
    month: str,
    *,
    is_credit: bool,
    by_recording: bool = False,
) -> int:
    """Return the sum of a month's debits or credits of an account in entries of some kinds, in fen; never negative.

    What was reversed does not count. ``by_recording``: of all that was recorded since the month began.
    """
    last_before = (  # found from the newest act backwards, so that its cost is that of a month
        select(col(Act.seq))
        .where(col(Act.compound) == compound, col(Act.recorded_on) < first_day(month))
        .order_by(col(Act.seq).desc())
        .limit(1)
        .scalar_subquery()
    )
    reversals = aliased(EntryRow)
    query = (
        select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0))
        .join(
            EntryRow, (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq)
        )
        .outerjoin(
            reversals,
            (col(reversals.compound) == EntryRow.compound) & (col(reversals.reverses) == EntryRow.seq),
        )
        .where(
            (col(PostingRow.compound) == compound) & (col(PostingRow.seq) > func.coalesce(last_before, 0))
            if by_recording
            else in_months(compound, month, month),
            col(EntryRow.kind).in_(kinds),
            col(PostingRow.account) == account,
            col(PostingRow.amount_minor) < 0 if is_credit else col(PostingRow.amount_minor) > 0,
            col(reversals.seq).is_(None),
        )
    )
    return abs(int(session.execute(query).scalar_one()))
