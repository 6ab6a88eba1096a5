"""Votes as they are read: their figures, what they amount to, and the files that show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.authority import Matter
from ledger.rules.vote import Outcome, Tally, Weight, outcome
from ledger.store.tables import Vote, VoteBase, VoteEvidence


@dataclass(frozen=True, slots=True)
class VoteView:
    """A vote, its tally and outcome, how many units it named, and its evidence."""

    row: Vote
    tally: Tally
    outcome: Outcome
    named_units: int
    evidence: tuple[VoteEvidence, ...]


def votes(session: Session, compound: str, code: str | None = None) -> list[VoteView]:
    """Return the votes of a compound in the order of their recording, or the one of a code."""
    query = select(Vote).where(Vote.compound == compound).order_by(col(Vote.seq))
    if code is not None:
        query = query.where(Vote.code == code)
    return [_view(session, row) for row in session.exec(query)]


def vote(session: Session, compound: str, code: str) -> VoteView:
    """Return one vote.

    Raises:
        NotFound: there is none of that code.
    """
    found = votes(session, compound, code)
    if not found:
        raise NotFound(pointer="/code", what=code[:40])
    return found[0]


def _view(session: Session, row: Vote) -> VoteView:
    tally = Tally(
        Weight(row.entitled_heads, row.entitled_area_hundredths),
        Weight(row.took_heads, row.took_area_hundredths),
        Weight(row.agreed_heads, row.agreed_area_hundredths),
    )
    named = select(VoteBase).where(VoteBase.compound == row.compound, VoteBase.code == row.code)
    files = select(VoteEvidence).where(VoteEvidence.compound == row.compound, VoteEvidence.code == row.code)
    return VoteView(
        row,
        tally,
        outcome(Matter(row.matter), tally),
        len(session.exec(named).all()),
        tuple(session.exec(files.order_by(col(VoteEvidence.line)))),
    )
