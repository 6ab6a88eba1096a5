"""Governance pools of a month: what came, what was spent on which project, what is unspent and goes back.

A reader sees each project with its applicant, decisions, budget, money, outcome and photos; donors by name only where
they agreed to it (慈善法 82); points in a column of their own, never added to money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from ledger.rules.chart import fund_name_zh
from ledger.rules.grant import PURPOSES, STATES
from ledger.rules.period import first_day, last_day, months_back
from ledger.store import grants, points
from ledger.store.balances import balances, movements
from ledger.store.donors import GiftView, gifts
from ledger.store.grants import OverdueClearing, overdue_clearing
from ledger.store.tables import GrantBudget, GrantMoney, GrantOutcome, GrantProject, GrantStep, Pool


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """A pool in a month: its holder and document; cash, what came, was spent and given back; and the rest, in fen."""

    fund: str
    name_zh: str
    holder: str
    document: str
    opening_minor: int
    received_minor: int
    spent_minor: int
    returned_minor: int
    closing_minor: int
    unallocated_minor: int
    unspent_minor: int
    owed_back_minor: int
    income_minor: int


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What happened to a project: when, which body did it, and by which document."""

    step: str
    step_zh: str
    done_on: date
    done_by: str
    document: str
    result: str | None


@dataclass(frozen=True, slots=True)
class PurposeFigures:
    """A line of a project's budget, in fen."""

    purpose: str
    purpose_zh: str
    planned_minor: int


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """What came of a project: a figure with its words, or the hash of a photo with its caption."""

    caption: str
    value: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A project up to the end of the month, in fen: ``spent_minor = income + what is not covered yet``."""

    code: str
    fund: str
    title: str
    applicant: str
    document: str
    applied_on: date
    clear_by: date
    state: str
    state_zh: str
    planned_minor: int
    received_minor: int
    spent_minor: int
    unspent_minor: int
    returned_minor: int
    disallowed_minor: int
    budget: tuple[PurposeFigures, ...]
    steps: tuple[StepFigures, ...]
    outcomes: tuple[OutcomeFigures, ...]


@dataclass(frozen=True, slots=True)
class PointsFigures:
    """The points of a pool: issued and redeemed in the month, and outstanding, in hundredths; they are no money."""

    fund: str
    name_zh: str
    issued_minor: int
    redeemed_minor: int
    outstanding_minor: int


@dataclass(frozen=True, slots=True)
class GrantsFigures:
    """Everything that a month's statement says of governance funds."""

    month: str
    pools: tuple[PoolFigures, ...]
    projects: tuple[GrantRow, ...]
    gifts: tuple[GiftView, ...]
    points: tuple[PointsFigures, ...]
    overdue: tuple[OverdueClearing, ...]


def grants_figures(session: Session, compound: str, month: str) -> GrantsFigures:
    """Return the governance funds of a month, projects as they stood at its end."""
    until = last_day(month)
    before = balances(session, compound, as_of=last_day(months_back(month, 1)))
    standing = balances(session, compound, as_of=until)
    moved = movements(session, compound, after=months_back(month, 1), through=month)
    money = grants.money(session, compound, until)
    came = _came(grants.money(session, compound, last_day(months_back(month, 1))), money)
    pools = [row for row in grants.pools(session, compound) if row.opened_on <= until]
    rows = [row for row in grants.grants(session, compound) if row.applied_on <= until]
    counted = [
        PointsFigures(row.fund, fund_name_zh(row.fund), *counts)
        for row in pools
        for counts in [points.moved(session, compound, row.fund, first_day(month), until)]
        if any(counts)
    ]
    return GrantsFigures(
        month,
        tuple(_pool(row, before, standing, moved, came) for row in pools),
        tuple(_project(session, compound, row, standing, money, until) for row in rows),
        tuple(gifts(session, compound, first_day(month), until)),
        tuple(counted),
        tuple(overdue_clearing(session, compound, until)),
    )


def _came(earlier: list[GrantMoney], money: list[GrantMoney]) -> dict[str, int]:
    """Return what came to each pool between two days, in fen: what was taken back since counts against it."""
    sums: dict[str, int] = {}
    for rows, sign in ((money, 1), (earlier, -1)):
        for row in rows:
            if row.kind == "received":
                sums[row.fund] = sums.get(row.fund, 0) + sign * row.amount_minor
    return sums


def _pool(
    row: Pool,
    before: Mapping[str, int],
    standing: Mapping[str, int],
    moved: Mapping[str, int],
    came: Mapping[str, int],
) -> PoolFigures:
    fund = row.fund

    def total(sums: Mapping[str, int], start: str) -> int:
        return sum(minor for code, minor in sums.items() if code.startswith(start))

    return PoolFigures(
        *(fund, fund_name_zh(fund), row.holder, row.document),
        opening_minor=total(before, f"Assets:{fund}:"),
        received_minor=came.get(fund, 0) - total(moved, f"Income:{fund}:Donation"),
        spent_minor=total(moved, f"Expenses:{fund}:") - total(moved, f"Expenses:{fund}:InKind"),
        returned_minor=max(0, total(moved, f"Liabilities:{fund}:Payable:Grantor")),
        closing_minor=total(standing, f"Assets:{fund}:"),
        unallocated_minor=-total(standing, f"Liabilities:{fund}:Unallocated"),
        unspent_minor=-total(standing, f"Liabilities:{fund}:Unspent:"),
        owed_back_minor=-total(standing, f"Liabilities:{fund}:Payable:Grantor"),
        income_minor=-total(moved, f"Income:{fund}:"),
    )


def _project(
    session: Session,
    compound: str,
    row: GrantProject,
    standing: Mapping[str, int],
    money: list[GrantMoney],
    until: date,
) -> GrantRow:
    of_project = [one for one in money if one.code == row.code]
    state = grants.state(session, compound, row.code, until)

    def total(*kinds: str) -> int:
        return sum(one.amount_minor for one in of_project if one.kind in kinds)

    return GrantRow(
        *(row.code, row.fund, row.title, row.applicant, row.document, row.applied_on, row.clear_by),
        state=state,
        state_zh=STATES[state][0],
        planned_minor=row.amount_minor,
        received_minor=total("received", "allocated"),
        spent_minor=standing.get(f"Expenses:{row.fund}:Work:{row.code}", 0),
        unspent_minor=-standing.get(f"Liabilities:{row.fund}:Unspent:{row.code}", 0),
        returned_minor=total("cleared"),
        disallowed_minor=total("disallowed"),
        budget=_budget(session, compound, row.code),
        steps=tuple(_step(step) for step in grants.steps(session, compound, row.code, until)),
        outcomes=_outcomes(session, compound, row.code),
    )


def _step(row: GrantStep) -> StepFigures:
    return StepFigures(row.step, STATES[row.step][0], row.done_on, row.done_by, row.document, row.result)


def _budget(session: Session, compound: str, code: str) -> tuple[PurposeFigures, ...]:
    query = select(GrantBudget).where(GrantBudget.compound == compound, GrantBudget.code == code)
    planned = {row.purpose: row.amount_minor for row in session.exec(query)}
    return tuple(
        PurposeFigures(one.code, one.zh, planned[one.code])
        for one in PURPOSES.values()
        if one.code in planned
    )


def _outcomes(session: Session, compound: str, code: str) -> tuple[OutcomeFigures, ...]:
    query = select(GrantOutcome).where(GrantOutcome.compound == compound, GrantOutcome.code == code)
    rows = session.exec(query.order_by(col(GrantOutcome.seq), col(GrantOutcome.line)))
    return tuple(OutcomeFigures(row.caption, row.value, row.sha256) for row in rows)
