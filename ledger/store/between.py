"""What has been asked for between funds, how far it has come, and what of the loans is open: read from the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.rules.between import Every, MoveKind, Rule
from ledger.store.tables import (
    Act,
    Distribution,
    DistributionRule,
    DistributionShare,
    FundMove,
    FundMoveStep,
)

#: What state a step leads to; a step that is undone leads back.
_STATES = {
    "approved": "approved",
    "paid": "paid",
    "confirmed": "confirmed",
    "refused": "refused",
    "unapproved": "requested",
    "unpaid": "approved",
    "unconfirmed": "paid",
}
_PAID = frozenset({"paid", "confirmed"})


class Step(NamedTuple):
    """A step that a request has taken: by which act, and on which day."""

    name: str
    seq: int
    on: date


@dataclass(frozen=True, slots=True)
class Move:
    """A request between funds, its state, who turned the second key, and its steps in order."""

    row: FundMove
    state: str
    approved_by: str | None
    steps: tuple[Step, ...]

    @property
    def kind(self) -> MoveKind:
        """What it is."""
        return MoveKind(self.row.kind)

    @property
    def is_done(self) -> bool:
        """Say whether the money has moved, or the loss is borne."""
        return self.state in _PAID or (self.kind is MoveKind.LOSS and self.state == "approved")

    def as_of(self, day: date) -> Move:
        """Return the request as it stood at the end of a day: with the steps that had been taken by then."""
        steps = tuple(step for step in self.steps if step.on <= day)
        return replace(self, state=_STATES[steps[-1].name] if steps else "requested", steps=steps)

    @property
    def done_on(self) -> date | None:
        """The day on which the money moved, or the loss was borne."""
        step = self.newest("approved" if self.kind is MoveKind.LOSS else "paid")
        return step.on if step and self.is_done else None

    def newest(self, name: str) -> Step | None:
        """Return the newest step of a name."""
        return next((step for step in reversed(self.steps) if step.name == name), None)


def _moves(session: Session, compound: str, rows: Iterable[FundMove]) -> list[Move]:
    rows = list(rows)
    query = (
        select(FundMoveStep, col(Act.effective_on))
        .join(Act, (col(Act.compound) == FundMoveStep.compound) & (col(Act.seq) == FundMoveStep.seq))
        .where(FundMoveStep.compound == compound, col(FundMoveStep.id).in_([row.id for row in rows]))
    )
    steps: dict[str, list[tuple[FundMoveStep, date]]] = defaultdict(list)
    for step, on in session.exec(query.order_by(col(FundMoveStep.seq))):
        steps[step.id].append((step, on))
    return [_move(row, steps[row.id]) for row in rows]


def _move(row: FundMove, steps: list[tuple[FundMoveStep, date]]) -> Move:
    state, approved_by = "requested", None
    for step, _ in steps:
        state = _STATES[step.step]
        if step.step == "approved":
            approved_by = step.user_id
    return Move(row, state, approved_by, tuple(Step(step.step, step.seq, on) for step, on in steps))


def move(session: Session, compound: str, identifier: str) -> Move | None:
    """Return one request, or None where there is none of this id."""
    row = session.get(FundMove, (compound, identifier))
    return _moves(session, compound, [row])[0] if row else None


def moves(
    session: Session, compound: str, *, after: int = 0, limit: int | None = None, **named: str
) -> list[Move]:
    """Return the requests whose act follows ``after``, in order; ``named`` are columns, such as ``kind``."""
    query = select(FundMove).where(FundMove.compound == compound, FundMove.seq > after)
    for name, value in named.items():
        query = query.where(col(getattr(FundMove, name)) == value)
    query = query.order_by(col(FundMove.seq), col(FundMove.id))
    return _moves(session, compound, session.exec(query.limit(limit) if limit else query))


def asked_for_group(
    session: Session,
    compound: str,
    group: str,
    *,
    kinds: AbstractSet[MoveKind],
    since: date,
    before: int | None,
) -> int:
    """Return what was asked for a meter group since a day by requests of some kinds and not sent back, in fen.

    ``before``: only by requests before this act; all if None.
    """
    query = (
        select(FundMove)
        .join(Act, (col(Act.compound) == FundMove.compound) & (col(Act.seq) == FundMove.seq))
        .where(
            FundMove.compound == compound,
            FundMove.meter_group == group,
            col(FundMove.kind).in_([str(kind) for kind in kinds]),
            Act.effective_on >= since,
        )
    )
    if before is not None:
        query = query.where(FundMove.seq < before)
    found = _moves(session, compound, session.exec(query))
    return sum(one.row.amount_minor for one in found if one.state != "refused")


def move_of_step(session: Session, compound: str, seq: int) -> tuple[Move, str] | None:
    """Return the request of which act ``seq`` was a step, and the step."""
    step = session.exec(
        select(FundMoveStep).where(FundMoveStep.compound == compound, FundMoveStep.seq == seq)
    ).first()
    found = move(session, compound, step.id) if step else None
    return (found, step.step) if found and step else None


def promised(session: Session, compound: str, fund: str) -> int:
    """Return what has been approved to leave a fund and has neither been posted nor paid, in fen."""
    waiting = (MoveKind.LOAN, MoveKind.REPAYMENT)
    return sum(
        one.row.amount_minor
        for one in moves(session, compound)
        if one.row.from_fund == fund and one.kind in waiting and one.state == "approved"
    )


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan between funds that has been paid out, in fen: what is open on it and by when it is to be back."""

    id: str
    lender: str
    borrower: str
    authority: str
    paid_on: date
    amount_minor: int
    open_minor: int
    due_on: date
    meter_group: str | None

    def is_due(self, on: date) -> bool:
        """Say whether something is open although the day of return has come."""
        return self.open_minor > 0 and self.due_on <= on


def loans(session: Session, compound: str, as_of: date = date.max) -> list[Loan]:
    """Return all loans that had been paid out by a day, in the order of their requests, as they stood then."""
    done = [one for one in (found.as_of(as_of) for found in moves(session, compound)) if one.is_done]
    back: dict[str, int] = defaultdict(int)
    for one in done:
        if one.row.loan and one.kind in {MoveKind.REPAYMENT, MoveKind.LOSS}:
            back[one.row.loan] += one.row.amount_minor
    return [
        Loan(
            one.row.id,
            one.row.from_fund,
            one.row.to_fund,
            one.row.authority,
            one.done_on,
            one.row.amount_minor,
            one.row.amount_minor - back[one.row.id],
            one.row.due_on or date.max,
            one.row.meter_group,
        )
        for one in done
        if one.kind is MoveKind.LOAN and one.done_on is not None
    ]


def loans_due(session: Session, compound: str, as_of: date, *, within_days: int = 0) -> list[Loan]:
    """Return the loans that are not back although their day has come, or comes within some days; oldest first."""
    last = as_of + timedelta(days=within_days)
    return sorted(
        (one for one in loans(session, compound, as_of) if one.is_due(last)),
        key=lambda one: (one.due_on, one.id),
    )


def rule(session: Session, compound: str, code: str) -> Rule | None:
    """Return a rule of distribution, or None where there is none of this code."""
    return next((one for one in rules(session, compound) if one.code == code), None)


def rules(session: Session, compound: str) -> list[Rule]:
    """Return all rules of distribution, in the order of their recording; shares in the order of their funds."""
    shares: dict[str, list[tuple[str, int]]] = defaultdict(list)
    query = select(DistributionShare).where(DistributionShare.compound == compound)
    for share in session.exec(query):
        shares[share.code].append((share.fund, share.share_bp))
    rows = session.exec(
        select(DistributionRule)
        .where(DistributionRule.compound == compound)
        .order_by(col(DistributionRule.seq))
    )
    return [
        Rule(
            row.code,
            Every(row.every),
            row.from_month,
            row.authority,
            tuple(sorted(shares[row.code], key=lambda pair: (-pair[1], pair[0]))),
            with_interest=bool(row.with_interest),
            with_later_rent=bool(row.with_later_rent),
            below_minimum=bool(row.below_minimum),
        )
        for row in rows
    ]


def distributions(session: Session, compound: str) -> list[tuple[Distribution, list[Move]]]:
    """Return all distributions with their requests, in order."""
    query = select(Distribution).where(Distribution.compound == compound)
    by_id: dict[str | None, list[Move]] = defaultdict(list)
    for one in moves(session, compound, kind=MoveKind.TRANSFER):
        by_id[one.row.distribution].append(one)
    return [(row, by_id[row.id]) for row in session.exec(query.order_by(col(Distribution.seq)))]
