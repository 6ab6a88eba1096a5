"""Emergencies: paid with one key, and open until they are ratified, sent back or reversed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.rules.authority import EMERGENCY
from ledger.rules.between import REPAIR, URGENT, WHY
from ledger.rules.entry import Kind
from ledger.store.disbursements import progress_of_all
from ledger.store.tables import (
    AccountRow,
    Act,
    AuthorityUse,
    Disbursement,
    DisbursementStep,
    EntryRow,
    PostingRow,
    Ratification,
)


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency that nobody has ratified: printed in red with its reason. ``state`` as of the day asked for."""

    id: str
    fund: str
    asked_on: date
    payee: str
    purpose: str
    reason: str
    amount_minor: int
    state: str
    days: int


def open_emergencies(session: Session, compound: str, as_of: date) -> list[Emergency]:
    """Return the emergencies asked for until a day and neither ratified nor sent back by then, oldest first."""
    query = (
        select(Disbursement, Act)
        .join(Act, (col(Act.compound) == Disbursement.compound) & (col(Act.seq) == Disbursement.seq))
        .where(Disbursement.compound == compound, Disbursement.approvals == 0, Act.effective_on <= as_of)
        .order_by(col(Disbursement.seq))
    )
    rows = session.exec(query).all()
    ids = [row.id for row, _ in rows]
    ratified = set(
        session.exec(
            select(Ratification.id)
            .join(Act, (col(Act.compound) == Ratification.compound) & (col(Act.seq) == Ratification.seq))
            .where(Ratification.compound == compound, Act.effective_on <= as_of)
        )
    )
    states = _states(session, compound, ids, as_of)
    return [
        Emergency(
            row.id,
            row.fund,
            act.effective_on,
            row.payee,
            row.purpose,
            row.reason or "",
            row.amount_minor,
            states[row.id],
            (as_of - act.effective_on).days,
        )
        for row, act in rows
        if row.id not in ratified and states[row.id] != "refused"
    ]


def unratified(session: Session, compound: str, as_of: date) -> list[Emergency]:
    """Return the open emergencies that stand in the books on a day: a reversed one does not."""
    paid = [one for one in open_emergencies(session, compound, as_of) if one.state in {"posted", "paid"}]
    return paid + emergency_jobs(session, compound, as_of)


def emergency_jobs(session: Session, compound: str, as_of: date) -> list[Emergency]:
    """Return the jobs of the repair fund that were approved in an emergency, stand in the books and wait on a day."""
    undone = aliased(EntryRow)
    jobs = select(col(AccountRow.code)).where(  # named one by one, so that their index finds the postings
        col(AccountRow.compound) == compound,
        col(AccountRow.fund) == REPAIR,
        col(AccountRow.code).startswith("Expenses:", autoescape=True),
    )
    query = (
        select(EntryRow, func.sum(col(PostingRow.amount_minor)))
        .join(
            PostingRow,
            (col(PostingRow.compound) == EntryRow.compound) & (col(PostingRow.seq) == EntryRow.seq),
        )
        .outerjoin(
            undone,
            (col(undone.compound) == EntryRow.compound)
            & (col(undone.reverses) == EntryRow.seq)
            & (col(undone.effective_on) <= as_of),
        )
        .where(
            EntryRow.compound == compound,
            EntryRow.kind == str(Kind.CUSTODY),
            EntryRow.authority == EMERGENCY,
            EntryRow.effective_on <= as_of,
            col(undone.seq).is_(None),
            col(PostingRow.account).in_(jobs),
        )
        .group_by(col(EntryRow.compound), col(EntryRow.seq))
        .order_by(col(EntryRow.seq))
    )
    ratified = _ratified_jobs(session, compound, as_of)
    found = []
    for row, minor in session.exec(query):
        if name_of_job(row.seq) in ratified:
            continue
        words, _, reason = row.narration.removeprefix(URGENT).partition(WHY)
        days = (as_of - row.effective_on).days
        found.append(
            Emergency(
                *(name_of_job(row.seq), REPAIR, row.effective_on, row.counterparty or "", words),
                *(reason, int(minor), "posted", days),
            )
        )
    return found


def name_of_job(seq: int) -> str:
    """Return what an emergency job is called that act ``seq`` charged to the repair fund."""
    return f"{REPAIR}-{seq}"


def _ratified_jobs(session: Session, compound: str, as_of: date) -> set[str]:
    """Return the names of the jobs for which a vote has been used by a day: what an act called one took of it."""
    query = (
        select(AuthorityUse.purpose)
        .join(Act, (col(Act.compound) == AuthorityUse.compound) & (col(Act.seq) == AuthorityUse.seq))
        .where(
            AuthorityUse.compound == compound,
            Act.kind == "repair_job_ratified",
            Act.effective_on <= as_of,
        )
    )
    return set(session.exec(query))


def is_ratified(session: Session, compound: str, disbursement: str) -> bool:
    """Say whether an emergency has been ratified."""
    return session.get(Ratification, (compound, disbursement)) is not None


def _states(session: Session, compound: str, ids: list[str], as_of: date) -> dict[str, str]:
    """Return the states on a day: a step counts from the day from which its act holds."""
    later = set(
        session.exec(
            select(DisbursementStep.seq)
            .join(
                Act, (col(Act.compound) == DisbursementStep.compound) & (col(Act.seq) == DisbursementStep.seq)
            )
            .where(
                DisbursementStep.compound == compound,
                col(DisbursementStep.id).in_(ids),
                Act.effective_on > as_of,
            )
        )
    )
    after = {"posted": "posted", "paid": "paid", "refused": "refused", "unposted": "approved"}
    states = {}
    for one, done in progress_of_all(session, compound, ids).items():
        state = "approved"
        for step, seq in done.steps:
            if seq not in later:
                state = after.get(step, "posted" if step == "unpaid" else state)
        states[one] = state
    return states
