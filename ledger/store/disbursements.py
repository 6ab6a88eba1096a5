"""How far requests to pay have come: read from their steps, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from ledger.rules.payment import EXPENSE, TERMS, Line, drain
from ledger.rules.text import letters_and_digits
from ledger.store.tables import Act, AuthorityUse, Disbursement, DisbursementLine, DisbursementStep

#: After these steps nothing is promised any more, or it is owed and in the balances.
_SETTLED = ("posted", "paid", "refused")
#: What a step that takes back undoes.
_UNDOES = {"unposted": "posted", "unpaid": "paid"}


@dataclass(frozen=True, slots=True)
class Progress:
    """A request's state, who turned the second keys, and the acts of its steps in order.

    It is ``approved`` when as many people have approved as it takes; an emergency takes none.
    """

    id: str
    state: str
    approvers: tuple[str, ...]
    steps: tuple[tuple[str, int], ...]

    @property
    def live(self) -> tuple[tuple[str, int], ...]:
        """The steps that stand: without those that were undone, and what undid them."""
        standing: list[tuple[str, int]] = []
        for step, seq in self.steps:
            if step in _UNDOES:
                place = max(at for at, (name, _) in enumerate(standing) if name == _UNDOES[step])
                del standing[place]
            else:
                standing.append((step, seq))
        return tuple(standing)

    @property
    def approved_by(self) -> str | None:
        """Who approved last."""
        return self.approvers[-1] if self.approvers else None


def approvals_needed(row: Disbursement) -> int:
    """Return how many second keys a request takes; those from before the ladder took one."""
    return 1 if row.approvals is None else row.approvals


def progress(session: Session, compound: str, disbursement: str) -> Progress:
    """Return how far one request has come."""
    return progress_of_all(session, compound, [disbursement])[disbursement]


def progress_of_all(session: Session, compound: str, ids: list[str]) -> dict[str, Progress]:
    """Return how far several requests have come."""
    query = select(DisbursementStep).where(
        DisbursementStep.compound == compound, col(DisbursementStep.id).in_(ids)
    )
    steps: dict[str, list[DisbursementStep]] = {one: [] for one in ids}
    for step in session.exec(query.order_by(col(DisbursementStep.seq))):
        steps[step.id].append(step)
    rows = session.exec(
        select(Disbursement).where(Disbursement.compound == compound, col(Disbursement.id).in_(ids))
    )
    needed = {row.id: approvals_needed(row) for row in rows}
    return {one: _progress(one, needed.get(one, 1), steps[one]) for one in ids}


def _progress(disbursement: str, needed: int, steps: list[DisbursementStep]) -> Progress:
    """Follow the steps: a returned payment is owed again, a reversed expense only approved again (E28)."""
    approvers: list[str] = []
    state, is_posted = "requested" if needed else "approved", False
    for step in steps:
        if step.step == "approved":
            approvers.append(step.user_id)
            state = "approved" if len(approvers) >= needed else state
        elif step.step == "unposted":
            state, is_posted = "approved", False
        elif step.step == "unpaid":
            state = "posted" if is_posted else "approved"
        else:
            state, is_posted = step.step, is_posted or step.step == "posted"
    return Progress(disbursement, state, tuple(approvers), tuple((one.step, one.seq) for one in steps))


def lines_of(session: Session, compound: str, ids: list[str]) -> dict[str, list[DisbursementLine]]:
    """Return the lines of several requests, in order."""
    found: dict[str, list[DisbursementLine]] = {one: [] for one in ids}
    query = select(DisbursementLine).where(
        DisbursementLine.compound == compound, col(DisbursementLine.id).in_(ids)
    )
    for line in session.exec(query.order_by(col(DisbursementLine.id), col(DisbursementLine.line))):
        found[line.id].append(line)
    return found


def pairs(lines: list[DisbursementLine]) -> list[Line]:
    """Return lines as pairs of account and fen."""
    return [(line.account, line.amount_minor) for line in lines]


def under_way(session: Session, compound: str, fund: str) -> list[tuple[Disbursement, Progress, list[Line]]]:
    """Return what is approved out of a fund and not yet posted or paid, and what is posted and not yet paid."""
    newest = (
        select(func.max(DisbursementStep.seq))
        .where(DisbursementStep.compound == Disbursement.compound, DisbursementStep.id == Disbursement.id)
        .correlate(Disbursement)
        .scalar_subquery()
    )
    query: Any = (
        select(Disbursement)
        .outerjoin(
            DisbursementStep,
            (col(DisbursementStep.compound) == Disbursement.compound)
            & (col(DisbursementStep.id) == Disbursement.id)
            & (col(DisbursementStep.seq) == newest),
        )
        .where(
            Disbursement.compound == compound,
            Disbursement.fund == fund,
            col(Disbursement.kind).in_(tuple(TERMS)),
            or_(col(DisbursementStep.step).is_(None), col(DisbursementStep.step).not_in(("paid", "refused"))),
        )
        .order_by(col(Disbursement.seq))
    )
    rows = list(session.exec(query))
    ids = [row.id for row in rows]
    done, lines = progress_of_all(session, compound, ids), lines_of(session, compound, ids)
    return [
        (row, done[row.id], pairs(lines[row.id]))
        for row in rows
        if done[row.id].state in {"approved", "posted"}
    ]


def committed(session: Session, compound: str, fund: str) -> int:
    """Return by how much what has been approved and not yet posted or paid will lower the fund, in fen."""
    return sum(
        drain(lines) for _, done, lines in under_way(session, compound, fund) if done.state not in _SETTLED
    )


def promised(session: Session, compound: str, account: str, fund: str) -> int:
    """Return how much of a debt is to be paid already, in fen.

    That is what an expense was booked as owed and is not paid yet, and approved payments of the debt itself.
    """
    total = 0
    for row, done, lines in under_way(session, compound, fund):
        if row.kind == EXPENSE:
            if done.state == "posted" and owed_account(row) == account:
                total += sum(minor for _, minor in lines)
        elif done.state == "approved":
            total += sum(minor for code, minor in lines if code == account)
    return total


def owed_account(row: Disbursement) -> str:
    """Return the account on which an expense is owed until it is paid."""
    owed_to = row.owed_to or ("Individual" if row.payee_is_person else "Vendor")
    return f"Liabilities:{row.fund}:Payable:{owed_to}"


def authority_taken(session: Session, compound: str, purpose: str) -> dict[str, int]:
    """Return how much of which authority a request has taken and not given back, in fen."""
    query = (
        select(AuthorityUse.code, func.sum(col(AuthorityUse.amount_minor)))
        .where(AuthorityUse.compound == compound, AuthorityUse.purpose == purpose)
        .group_by(col(AuthorityUse.code))
    )
    return {code: int(minor) for code, minor in session.exec(query) if minor}


def invoice_used(session: Session, compound: str, number: str, issuer: str) -> str | None:
    """Return the request, not sent back, on which an invoice of an issuer stands already (L45).

    Numbers of 20 digits are given once in the whole country, whatever the issuer is called.
    """
    query = select(Disbursement).where(
        Disbursement.compound == compound, func.lower(col(Disbursement.invoice)) == number.lower()
    )
    is_national = len(number) == _NATIONAL_DIGITS and number.isdecimal()
    asked = letters_and_digits(issuer).lower()
    same = [
        row.id
        for row in session.exec(query)
        if is_national or letters_and_digits(row.issuer or row.payee).lower() == asked
    ]
    done = progress_of_all(session, compound, same)
    return next((one for one in same if done[one].state != "refused"), None)


_NATIONAL_DIGITS = 20


def settled_of(session: Session, compound: str, kept_by: str, account: str) -> int:
    """Return how much of what a payment kept back is asked for already and not sent back, in fen."""
    query = select(Disbursement.id).where(Disbursement.compound == compound, Disbursement.settles == kept_by)
    ids = list(session.exec(query))
    done, lines = progress_of_all(session, compound, ids), lines_of(session, compound, ids)
    return sum(
        line.amount_minor
        for one in ids
        if done[one].state != "refused"
        for line in lines[one]
        if line.account == account
    )


def asked_besides(  # noqa: PLR0913 - which requests, all named
    session: Session,
    compound: str,
    fund: str,
    payee: str,
    *,
    accounts: set[str],
    since: date,
    before: int | None = None,
) -> int:
    """Return what was asked for since a day to one payee on any of these accounts and not sent back, in fen.

    ``before``: only by requests before this act; all if None.
    """
    query = (
        select(Disbursement)
        .join(Act, (col(Act.compound) == Disbursement.compound) & (col(Act.seq) == Disbursement.seq))
        .where(
            Disbursement.compound == compound,
            Disbursement.fund == fund,
            col(Disbursement.kind).in_(tuple(TERMS)),
            Act.effective_on >= since,
        )
    )
    if before is not None:
        query = query.where(Disbursement.seq < before)
    name = letters_and_digits(payee).casefold()
    same = [row for row in session.exec(query) if letters_and_digits(row.payee).casefold() == name]
    ids = [row.id for row in same]
    done, lines = progress_of_all(session, compound, ids), lines_of(session, compound, ids)
    return sum(
        row.amount_minor
        for row in same
        if done[row.id].state != "refused" and any(line.account in accounts for line in lines[row.id])
    )
