"""Requests to take charges back, with what became of each; and the erasable words of acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.store.tables import AdjustmentLine, AdjustmentRequest, AdjustmentStep, Remark

REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A request, its charges in order, and what became of it if anything did."""

    row: AdjustmentRequest
    lines: tuple[AdjustmentLine, ...]
    step: AdjustmentStep | None

    @property
    def state(self) -> str:
        """``requested`` while it waits for a second person, then approved, declined or withdrawn."""
        return self.step.step if self.step else REQUESTED

    @property
    def charges(self) -> tuple[str, ...]:
        """The charges' ids on the wire."""
        return tuple(f"{line.charge_seq}-{line.charge_line}" for line in self.lines)


def adjustments(
    session: Session, compound: str, *, after: int = 0, limit: int = 200, number: int | None = None
) -> list[Adjustment]:
    """Return at most ``limit`` requests whose number follows ``after``, or the one of ``number``."""
    query = select(AdjustmentRequest).where(
        AdjustmentRequest.compound == compound, AdjustmentRequest.number > after
    )
    if number is not None:
        query = query.where(AdjustmentRequest.number == number)
    rows = session.exec(query.order_by(col(AdjustmentRequest.number)).limit(limit)).all()
    numbers = [row.number for row in rows]
    lines: dict[int, list[AdjustmentLine]] = {one: [] for one in numbers}
    found = select(AdjustmentLine).where(
        AdjustmentLine.compound == compound, col(AdjustmentLine.number).in_(numbers)
    )
    for line in session.exec(found.order_by(col(AdjustmentLine.number), col(AdjustmentLine.line))):
        lines[line.number].append(line)
    ended = select(AdjustmentStep).where(
        AdjustmentStep.compound == compound, col(AdjustmentStep.number).in_(numbers)
    )
    steps = {step.number: step for step in session.exec(ended)}
    return [Adjustment(row, tuple(lines[row.number]), steps.get(row.number)) for row in rows]


def adjustment(session: Session, compound: str, number: int) -> Adjustment:
    """Return one request.

    Raises:
        NotFound: there is none of this number.
    """
    found = adjustments(session, compound, number=number)
    if not found:
        raise NotFound(pointer="/number", what=str(number))
    return found[0]


def last_adjustment(session: Session, compound: str) -> int:
    """Return the newest number of a request; 0 where there is none."""
    query = select(func.max(AdjustmentRequest.number)).where(AdjustmentRequest.compound == compound)
    return session.exec(query).one() or 0


def words_of(session: Session, compound: str, seqs: Iterable[int]) -> dict[int, str]:
    """Return the words that acts keep in the erasable table, by act; erased ones are left out."""
    query = select(Remark).where(Remark.compound == compound, col(Remark.seq).in_(sorted(set(seqs))))
    return {row.seq: row.words for row in session.exec(query)}
