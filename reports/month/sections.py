"""What a bulletin says beyond the fee fund's statement: the figures of every part, gathered for one month."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from ledger.rules.chart import account_name_zh
from ledger.rules.period import first_day, last_day
from ledger.store.caretakers import caretakers
from ledger.store.remuneration import earned
from reports.month.agency import AgencyFigures, agency_figures
from reports.month.authorities import Authorisations, authorisations
from reports.month.between_funds import BetweenFunds, between_funds_figures
from reports.month.budget import BudgetFigures, budget_figures
from reports.month.grants import GrantsFigures, grants_figures
from reports.month.income_sources import IncomeSources, income_sources
from reports.month.large_expenses import BODY_ZH
from reports.month.payments import PaymentFigures, payment_figures
from reports.month.projects import ProjectFigures, published_projects
from reports.month.repair import RepairFigures, repair_figures


@dataclass(frozen=True, slots=True)
class BaseFigures:
    """One account that the trustee's rate is taken of, in fen: income since the contract began."""

    account: str
    name_zh: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class RemunerationFigures:
    """The trustee's remuneration from the contract's beginning, in fen: its base account by account (L03).

    ``rate_bp`` is None for a fixed sum. due = recognised + still to accrue - overdrawn.
    """

    contract: str
    since: str
    every_months: int
    rate_bp: int | None
    fixed_minor: int
    bases: tuple[BaseFigures, ...]
    base_minor: int
    due_minor: int
    recognised_minor: int
    accrual_minor: int
    overdrawn_minor: int


@dataclass(frozen=True, slots=True)
class Sections:
    """The parts of a month's bulletin, each as its own routes give it.

    A project with fewer than five units is counted in ``small_projects`` and not shown (design decision 10).
    """

    budgets: tuple[BudgetFigures, ...]
    sources: IncomeSources
    between: BetweenFunds
    repair: RepairFigures
    authorisations: Authorisations
    payments: PaymentFigures
    grants: GrantsFigures
    projects: tuple[ProjectFigures, ...]
    small_projects: int
    agency: AgencyFigures
    remuneration: RemunerationFigures | None


def sections(session: Session, compound: str, month: str) -> Sections:
    """Return every part's figures of a month."""
    shown, small = published_projects(session, compound, month)
    return Sections(
        budget_figures(session, compound, month),
        income_sources(session, compound, month),
        between_funds_figures(session, compound, month),
        repair_figures(session, compound, month),
        authorisations(session, compound, month),
        payment_figures(session, compound, month),
        grants_figures(session, compound, month),
        shown,
        small,
        agency_figures(session, compound, month),
        remuneration_figures(session, compound, month),
    )


def remuneration_figures(session: Session, compound: str, month: str) -> RemunerationFigures | None:
    """Return what the trustee has earned by a month's end; None where no contract says anything."""
    found = earned(session, compound, month)
    if found is None:
        return None
    terms = found.terms
    return RemunerationFigures(
        terms.contract,
        terms.effective_from,
        terms.every_months,
        None if terms.fixed_minor else terms.rate_bp,
        terms.fixed_minor,
        tuple(BaseFigures(code, account_name_zh(code), minor) for code, minor in found.bases.items()),
        found.base_minor,
        found.due_minor,
        found.recognised_minor,
        found.accrual_minor,
        found.overdrawn_minor,
    )


def caretaker_notice(session: Session, compound: str, month: str) -> str:
    """Return what every page says if a caretaker stood in for the committee in a month; else nothing."""
    first, last = first_day(month), last_day(month)
    for one in caretakers(session, compound):
        if one.from_on <= last and (one.ended_on is None or one.ended_on > first):
            until = f"至 {one.ended_on} " if one.ended_on is not None and one.ended_on <= last else ""
            return (
                f"看守期间：业主委员会缺位，自 {one.from_on} {until}由{one.name}（{BODY_ZH[one.body]}）"
                f"依据{one.basis}看守，只付预算内的经常性支出。"
            )
    return ""
