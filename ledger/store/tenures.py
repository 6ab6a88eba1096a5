"""Every unit with its area, its floor and its tenure timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.tenure import WITHDRAWN, Change, Stretch, timeline
from ledger.rules.unit import State
from ledger.store import statements


@dataclass(frozen=True, slots=True)
class UnitTimeline:
    """A unit: its newest area in 1/100 m², its floor, the rows of its timeline, and the stretches they make."""

    unit: str
    area_hundredths: int
    floor: int | None
    changes: tuple[Change, ...]
    stretches: tuple[Stretch, ...]


def change(  # noqa: PLR0913,PLR0917 - the columns of a row
    from_on: date,
    seq: int,
    state: str,
    debtor: int,
    handed_over_on: date | None = None,
    factor_bp: int | None = None,
    notice: str | None = None,
    confirmed_on: date | None = None,
) -> Change:
    """Return a row of the timeline as the rules know it."""
    withdrawn = state == WITHDRAWN
    known = State.OCCUPIED if withdrawn else State(state)  # a withdrawn change holds for no day
    return Change(from_on, seq, known, debtor, handed_over_on, factor_bp, notice, confirmed_on, withdrawn)


def timelines(session: Session, compound: str, *, unit: str | None = None) -> dict[str, UnitTimeline]:
    """Return all units of a compound, or one, by code."""
    query = {"of": compound} if unit is None else {"of": compound, "unit": unit}
    statement = statements.HOLDINGS if unit is None else statements.HOLDING
    found: dict[str, tuple[int, int | None, list[Change]]] = {}
    for code, hundredths, floor, *row in session.connection().execute(statement, query):
        found.setdefault(code, (hundredths, floor, []))[2].append(change(*row))
    return {
        code: UnitTimeline(code, hundredths, floor, tuple(changes), tuple(timeline(changes)))
        for code, (hundredths, floor, changes) in sorted(found.items())
    }
