"""How far requests to pay have come: read from their steps, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.store.tables import Disbursement, DisbursementStep

#: A returned payment is owed again, a reversed expense only approved again (E28).
_AFTER = {"approved": "approved", "posted": "posted", "paid": "paid", "refused": "refused"}


@dataclass(frozen=True, slots=True)
class Progress:
    """A request's state, who turned the second key, and the acts of its steps in order."""

    id: str
    state: str
    approved_by: str | None
    steps: tuple[tuple[str, int], ...]


def progress(session: Session, compound: str, disbursement: str) -> Progress:
    """Return how far one request has come."""
    query = select(DisbursementStep).where(
        DisbursementStep.compound == compound, DisbursementStep.id == disbursement
    )
    return _progress(disbursement, list(session.exec(query.order_by(col(DisbursementStep.seq)))))


def _progress(disbursement: str, steps: list[DisbursementStep]) -> Progress:
    state, approved_by, release = "requested", None, True
    for step in steps:
        if step.step == "posted":
            release = False
        if step.step == "approved":
            approved_by = step.user_id
        if step.step == "unpaid":
            state = "approved" if release else "posted"
        elif step.step == "unposted":
            state, release = "approved", True
        else:
            state = _AFTER[step.step]
    return Progress(disbursement, state, approved_by, tuple((step.step, step.seq) for step in steps))


def progress_of_all(session: Session, compound: str, ids: list[str]) -> dict[str, Progress]:
    """Return how far several requests have come."""
    query = select(DisbursementStep).where(
        DisbursementStep.compound == compound, col(DisbursementStep.id).in_(ids)
    )
    steps: dict[str, list[DisbursementStep]] = {one: [] for one in ids}
    for step in session.exec(query.order_by(col(DisbursementStep.seq))):
        steps[step.id].append(step)
    return {one: _progress(one, steps[one]) for one in ids}


def committed(session: Session, compound: str, fund: str) -> int:
    """Return what has been approved out of a fund and not yet posted, in fen."""
    newest = (
        select(func.max(DisbursementStep.seq))
        .where(DisbursementStep.compound == Disbursement.compound, DisbursementStep.id == Disbursement.id)
        .correlate(Disbursement)
        .scalar_subquery()
    )
    query = (
        select(func.coalesce(func.sum(Disbursement.amount_minor), 0))
        .join(
            DisbursementStep,
            (col(DisbursementStep.compound) == Disbursement.compound)
            & (col(DisbursementStep.id) == Disbursement.id)
            & (col(DisbursementStep.seq) == newest),
        )
        .where(
            Disbursement.compound == compound,
            Disbursement.fund == fund,
            Disbursement.kind == "expense",
            col(DisbursementStep.step).in_(("approved", "unposted")),
        )
    )
    return int(session.exec(query).one())
