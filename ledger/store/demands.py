"""The log of demands and of what else began limitation anew, with what is known of each by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from ledger.store.own import own
from ledger.store.tables import Act, Demand, DemandOutcome, Interruption, InterruptionWithdrawal


@dataclass(frozen=True, slots=True)
class DemandView:
    """A demand and what was added about it since, in order."""

    row: Demand
    since: tuple[DemandOutcome, ...]

    @property
    def outcome(self) -> str:
        """What is known of it by now; ``withdrawn`` where it was logged by mistake."""
        return self.since[-1].outcome if self.since else self.row.outcome

    @property
    def outcome_on(self) -> date:
        """The day of that outcome."""
        return self.since[-1].happened_on if self.since else self.row.made_on


def demands(
    session: Session, compound: str, *, unit: str | None = None, after: int = 0, limit: int = 200
) -> list[DemandView]:
    """Return at most ``limit`` demands whose number follows ``after``, the withdrawn ones too."""
    query = select(Demand).where(Demand.compound == compound, Demand.number > after)
    if unit is not None:
        query = query.where(Demand.unit == unit)
    return _viewed(session, compound, list(session.exec(query.order_by(col(Demand.number)).limit(limit))))


def demand_of(session: Session, compound: str, number: int) -> DemandView:
    """Return one demand.

    Raises:
        NotFound: there is none of this number.
    """
    return _viewed(session, compound, [own(session, Demand, compound, number, "/number")])[0]


def _viewed(session: Session, compound: str, rows: list[Demand]) -> list[DemandView]:
    since: dict[int, list[DemandOutcome]] = {row.number: [] for row in rows}
    query = select(DemandOutcome).where(
        DemandOutcome.compound == compound, col(DemandOutcome.number).in_(list(since))
    )
    for one in session.exec(query.order_by(col(DemandOutcome.seq))):
        since[one.number].append(one)
    return [DemandView(row, tuple(since[row.number])) for row in rows]


def interruptions_of(session: Session, compound: str, found: DemandView) -> list[Interruption]:
    """Return what a demand and its later outcomes have interrupted and nobody has withdrawn."""
    seqs = [found.row.seq, *(one.seq for one in found.since)]
    query = select(Interruption).where(
        Interruption.compound == compound,
        col(Interruption.seq).in_(seqs),
        Interruption.unit == found.row.unit,
        Interruption.debtor == found.row.debtor,
    )
    rows = list(session.exec(query.order_by(col(Interruption.seq), col(Interruption.line))))
    gone = withdrawals(session, compound, [(row.seq, row.line) for row in rows])
    return [row for row in rows if (row.seq, row.line) not in gone]


def withdrawals(
    session: Session, compound: str, keys: list[tuple[int, int]]
) -> dict[tuple[int, int], InterruptionWithdrawal]:
    """Return the withdrawals of some interruptions, by act and line of what was withdrawn."""
    at = (col(InterruptionWithdrawal.interrupted_seq), col(InterruptionWithdrawal.interrupted_line))
    query = select(InterruptionWithdrawal).where(
        InterruptionWithdrawal.compound == compound, tuple_(*at).in_(keys)
    )
    return {(row.interrupted_seq, row.interrupted_line): row for row in session.exec(query)}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An interruption that was recorded by its own act, and its withdrawal if there is one."""

    row: Interruption
    withdrawn: InterruptionWithdrawal | None


def recorded_interruptions(
    session: Session,
    compound: str,
    *,
    seq: int | None = None,
    unit: str | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[Recorded]:
    """Return plans, promises, suits and mediations in the order they were recorded, the withdrawn ones too.

    Demands and returned payments tell their own interruptions.
    """
    of_act = (col(Act.compound) == Interruption.compound) & (col(Act.seq) == Interruption.seq)
    query = (
        select(Interruption)
        .join(Act, of_act)
        .where(Interruption.compound == compound, Act.kind == "interruption", Interruption.seq > after)
    )
    if seq is not None:
        query = query.where(Interruption.seq == seq)
    if unit is not None:
        query = query.where(Interruption.unit == unit)
    rows = list(session.exec(query.order_by(col(Interruption.seq)).limit(limit)))
    gone = withdrawals(session, compound, [(row.seq, row.line) for row in rows])
    return [Recorded(row, gone.get((row.seq, row.line))) for row in rows]
