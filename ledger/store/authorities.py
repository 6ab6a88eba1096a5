"""How far authorities reach: read from what was given, used and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.rules.authority import AuthorityKind, Granted, Matter
from ledger.rules.vote import Base
from ledger.store.tables import Act, Authority, AuthorityEnd, AuthorityUse, Vote


def granted(session: Session, compound: str, code: str) -> Granted | None:
    """Return an authority as it stands, or None where there is no such authority."""
    row = session.get(Authority, (compound, code))
    if row is None:
        return None
    end, vote = session.get(AuthorityEnd, (compound, code)), session.get(Vote, (compound, code))
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
        vote is not None and vote.base != Base.COMPOUND,
        row.counterparty,
    )


def used(session: Session, compound: str, code: str) -> int:
    """Return how much of an authority has been taken, in fen."""
    query = select(func.coalesce(func.sum(AuthorityUse.amount_minor), 0)).where(
        AuthorityUse.compound == compound, AuthorityUse.code == code
    )
    return int(session.exec(query).one())


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """An authority as it stood on a day: what was used of it in fen, and what ended it."""

    row: Authority
    used_minor: int
    end: AuthorityEnd | None

    @property
    def left_minor(self) -> int | None:
        """What is left of its amount; None where it names none."""
        return None if self.row.amount_minor is None else self.row.amount_minor - self.used_minor


def authorities(session: Session, compound: str, as_of: date) -> list[AuthorityView]:
    """Return the authorities given by a day, in the order of that, with what acts up to the day have used."""
    taken = (
        select(AuthorityUse.code, func.sum(AuthorityUse.amount_minor))
        .join(Act, (col(Act.compound) == AuthorityUse.compound) & (col(Act.seq) == AuthorityUse.seq))
        .where(AuthorityUse.compound == compound, Act.effective_on <= as_of)
        .group_by(col(AuthorityUse.code))
    )
    used_by = {code: int(minor) for code, minor in session.exec(taken)}
    ends = {
        one.code: one
        for one in session.exec(
            select(AuthorityEnd).where(AuthorityEnd.compound == compound, AuthorityEnd.ended_on <= as_of)
        )
    }
    query = select(Authority).where(Authority.compound == compound, Authority.decided_on <= as_of)
    rows = session.exec(query.order_by(col(Authority.decided_on), col(Authority.seq)))
    return [AuthorityView(row, used_by.get(row.code, 0), ends.get(row.code)) for row in rows]
