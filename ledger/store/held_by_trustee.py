"""Owners' money that landed in the trustee's own account and has not come to its fund (chart E24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.chart import fund_of
from ledger.store.balances import balances
from ledger.store.tables import EntryRow, PostingRow

_HELD = ":Clearing:Trustee"


@dataclass(frozen=True, slots=True)
class HeldByTrustee:
    """What the trustee holds of a fund longer than it may, in fen: what it paid over went to the oldest first."""

    fund: str
    amount_minor: int


def held_too_long(session: Session, compound: str, as_of: date, days: int) -> list[HeldByTrustee]:
    """Return what the trustee took in more than ``days`` days before ``as_of`` and has not paid over by then."""
    standing = balances(session, compound, as_of=as_of)
    found = []
    for code in (code for code in standing if code.endswith(_HELD) and standing[code] > 0):
        late = standing[code] - _taken_in_since(session, compound, code, as_of - timedelta(days=days), as_of)
        if late > 0:
            found.append(HeldByTrustee(fund_of(code), late))
    return found


def _taken_in_since(session: Session, compound: str, code: str, since: date, until: date) -> int:
    query = (
        select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0))
        .join(
            EntryRow,
            (col(EntryRow.compound) == col(PostingRow.compound)) & (col(EntryRow.seq) == col(PostingRow.seq)),
        )
        .where(
            col(EntryRow.compound) == compound,
            col(EntryRow.effective_on) >= since,
            col(EntryRow.effective_on) <= until,
            col(PostingRow.account) == code,
            col(PostingRow.amount_minor) > 0,
        )
    )
    return int(session.execute(query).scalar_one())
