"""How many points are outstanding; they are counted in hundredths and never added to money."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from ledger.store.tables import EntryRow, PostingRow


def outstanding(session: Session, compound: str, fund: str, unit: str | None) -> int:
    """Return the points of a pool that have not been redeemed: of a unit, or those of nobody named."""
    query = select_columns(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0)).where(
        col(PostingRow.compound) == compound,
        col(PostingRow.account) == f"Liabilities:{fund}:Points",
        col(PostingRow.unit).is_(None) if unit is None else col(PostingRow.unit) == unit,
    )
    return -int(session.execute(query).scalar_one())


def moved(session: Session, compound: str, fund: str, since: date, until: date) -> tuple[int, int, int]:
    """Return the points issued and redeemed from one day to another, and those outstanding at its end.

    Reversals count where they belong: against what was issued, or what was redeemed.
    """
    of_entry = (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq)
    query = (
        select_columns(col(EntryRow.effective_on), col(EntryRow.reverses), col(PostingRow.amount_minor))
        .select_from(PostingRow)
        .join(EntryRow, of_entry)
        .where(
            col(PostingRow.compound) == compound,
            col(PostingRow.account) == f"Liabilities:{fund}:Points",
            col(EntryRow.effective_on) <= until,
        )
    )
    issued = redeemed = left = 0
    for day, reverses, minor in session.execute(query):
        left -= minor
        if day >= since:
            is_issue = (minor < 0) == (reverses is None)
            issued -= minor if is_issue else 0
            redeemed += 0 if is_issue else minor
    return issued, redeemed, left
