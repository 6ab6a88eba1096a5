"""How far authorities reach: read from what was given, used and ended."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, select

from ledger.rules.authority import AuthorityKind, Granted, Matter
from ledger.store.tables import Authority, AuthorityEnd, AuthorityUse


def granted(session: Session, compound: str, code: str) -> Granted | None:
    """Return an authority as it stands, or None where there is no such authority."""
    row = session.get(Authority, (compound, code))
    if row is None:
        return None
    end = session.get(AuthorityEnd, (compound, code))
    left = None if row.amount_minor is None else row.amount_minor - used(session, compound, code)
    return Granted(
        row.code,
        AuthorityKind(row.kind),
        Matter(row.matter),
        row.fund,
        row.decided_on,
        row.until,
        left,
        end.ended_on if end else None,
    )


def used(session: Session, compound: str, code: str) -> int:
    """Return how much of an authority has been taken, in fen."""
    query = select(func.coalesce(func.sum(AuthorityUse.amount_minor), 0)).where(
        AuthorityUse.compound == compound, AuthorityUse.code == code
    )
    return int(session.exec(query).one())
