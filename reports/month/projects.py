"""Projects that only some units own, at the end of a month: what was agreed, paid, spent, and is left.

No unit stands here, and no unit's share: how many take part, and the sums of all of them (design decision 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from ledger.rules.chart import account, account_name_zh
from ledger.rules.fund import spendable
from ledger.rules.period import last_day, months_back
from ledger.rules.project import instalments_of, shares
from ledger.store import grants, projects
from ledger.store.balances import balances, movements
from ledger.store.projects import Plan
from ledger.store.tables import Project
from reports.figures import WITHHELD, Figure
from reports.month.repair import FEWEST_UNITS


@dataclass(frozen=True, slots=True)
class InstalmentFigures:
    """One instalment of a plan: its day, how much all units together pay, and whether it has been charged."""

    number: int
    due_on: date
    amount_minor: int
    is_called: bool


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """A sum that the units share, in fen: by which vote, how many pay, in which instalments."""

    number: int
    amount_minor: int
    authority: str
    payers: int
    instalments: tuple[InstalmentFigures, ...]


@dataclass(frozen=True, slots=True)
class CostFigures:
    """An account of a project's spending, in fen: in the month, and so far."""

    account: str
    name_zh: str
    month_minor: int
    to_date_minor: int


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """A project, in fen. ``contributed`` is what its units paid towards their shares, less what goes back to them.

    ``open`` is what they still owe of what was charged; ``unspent_subsidy`` goes back unless it is spent; ``bridging``
    is owed back to those who paid for others; ``retention`` to the builder. Withheld from everybody where few pay.
    """

    code: str
    title: str
    authority: str
    units: int
    planned_minor: int
    agreed_minor: int
    contributed_minor: Figure
    open_minor: Figure
    subsidy_minor: int
    unspent_subsidy_minor: int
    bridging_minor: Figure
    spent_minor: int
    payable_minor: int
    retention_minor: int
    refundable_minor: Figure
    opening_cash_minor: int
    closing_cash_minor: int
    spendable_minor: int
    costs: tuple[CostFigures, ...]
    plans: tuple[PlanFigures, ...]


def project_figures(session: Session, compound: str, month: str) -> tuple[ProjectFigures, ...]:
    """Return the projects that were open by the end of a month, by code."""
    until = last_day(month)
    found = projects.projects(session, compound, until)
    if not found:
        return ()
    before = balances(session, compound, as_of=last_day(months_back(month, 1)))
    standing = balances(session, compound, as_of=until)
    moved = movements(session, compound, after=months_back(month, 1), through=month)
    return tuple(_project(session, row, before, standing, moved, until) for row in found)


def published_projects(session: Session, compound: str, month: str) -> tuple[tuple[ProjectFigures, ...], int]:
    """Return what everybody may see of the projects, and how many have too few units to stand there at all.

    Where fewer than ``FEWEST_UNITS`` pay, what they have paid, owe, bridged or get back would show a household's.
    """
    found = project_figures(session, compound, month)
    shown = tuple(_withheld(one) for one in found if one.units >= FEWEST_UNITS)
    return shown, len(found) - len(shown)


def _withheld(one: ProjectFigures) -> ProjectFigures:
    if min((plan.payers for plan in one.plans), default=one.units) >= FEWEST_UNITS:
        return one
    return replace(
        one,
        contributed_minor=WITHHELD,
        open_minor=WITHHELD,
        bridging_minor=WITHHELD,
        refundable_minor=WITHHELD,
    )


def _project(
    session: Session,
    row: Project,
    before: Mapping[str, int],
    standing: Mapping[str, int],
    moved: Mapping[str, int],
    until: date,
) -> ProjectFigures:
    fund = projects.fund_of_project(row.code)

    def total(start: str, sums: Mapping[str, int] = standing) -> int:
        root, _, rest = start.partition(":")
        prefix = f"{root}:{fund}:{rest}"
        return sum(minor for code, minor in sums.items() if code.startswith(prefix))

    plans = projects.plans(session, row.compound, row.code)
    called = projects.called(session, row.compound, row.code, until)
    given = [
        one
        for one in grants.subsidies(session, row.compound, until)
        if one.code == row.code and one.kind != "cleared"
    ]
    return ProjectFigures(
        *(row.code, row.title, row.authority),
        units=len(projects.weights(session, row.compound, row.code)),
        planned_minor=row.amount_minor,
        agreed_minor=sum(plan.amount_minor for plan in plans),
        contributed_minor=-total("Income:Contribution"),
        open_minor=total("Assets:Receivable"),
        subsidy_minor=sum(one.amount_minor for one in given),
        unspent_subsidy_minor=-total("Liabilities:Unspent"),
        bridging_minor=-total("Liabilities:Bridging"),
        spent_minor=total("Expenses:"),
        payable_minor=-total("Liabilities:Payable") + total("Liabilities:Payable:Retention"),
        retention_minor=-total("Liabilities:Payable:Retention"),
        refundable_minor=-total("Liabilities:Refundable"),
        opening_cash_minor=total("Assets:Bank", before),
        closing_cash_minor=total("Assets:Bank"),
        spendable_minor=spendable(standing, fund),
        costs=_costs(fund, standing, moved),
        plans=tuple(_plan(plan, called) for plan in plans),
    )


def _costs(fund: str, standing: Mapping[str, int], moved: Mapping[str, int]) -> tuple[CostFigures, ...]:
    codes = {code for code in (*standing, *moved) if code.startswith(f"Expenses:{fund}:")}
    return tuple(
        CostFigures(code, account_name_zh(code), moved.get(code, 0), standing.get(code, 0))
        for code in sorted(codes, key=lambda code: account(code).order)
    )


def _plan(plan: Plan, called: set[tuple[int, int]]) -> PlanFigures:
    parts = [
        instalments_of(share, plan.instalments) for share in shares(plan.amount_minor, plan.weights).values()
    ]
    return PlanFigures(
        plan.number,
        plan.amount_minor,
        plan.authority,
        sum(1 for weight in plan.weights.values() if weight),
        tuple(
            InstalmentFigures(
                place, one.due_on, sum(part[place - 1] for part in parts), (plan.number, place) in called
            )
            for place, one in enumerate(plan.instalments, 1)
        ),
    )
