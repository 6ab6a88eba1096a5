"""Who stands in for the committee on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from ledger.rules.roles import Body
from ledger.store.tables import Caretaking, CaretakingEnd


@dataclass(frozen=True, slots=True)
class Caretaker:
    """A caretaker: who it is, by what rule, from when, and until when if a committee has taken over again."""

    began: int
    from_on: date
    name: str
    body: Body
    basis: str
    ended_on: date | None


def caretakers(session: Session, compound: str) -> list[Caretaker]:
    """Return all caretakers, the newest first."""
    query = (
        select(Caretaking, CaretakingEnd)
        .join(
            CaretakingEnd,
            (col(CaretakingEnd.compound) == Caretaking.compound)
            & (col(CaretakingEnd.began) == Caretaking.seq),
            isouter=True,
        )
        .where(Caretaking.compound == compound)
        .order_by(col(Caretaking.seq).desc())
    )
    return [
        Caretaker(
            row.seq, row.from_on, row.caretaker, Body(row.body), row.basis, end.ended_on if end else None
        )
        for row, end in session.exec(query)
    ]


def caretaker_on(session: Session, compound: str, day: date) -> Caretaker | None:
    """Return who stands in on ``day``: from its first day to the day before a committee takes over."""
    for one in caretakers(session, compound):
        if one.from_on <= day and (one.ended_on is None or day < one.ended_on):
            return one
    return None
