"""How far grants have come: read from what was recorded and from the balances, never stored.

An act whose entry was reversed counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ledger.errors import PoolMissing
from ledger.rules.chart import group_of
from ledger.rules.grant import Purse
from ledger.store.balances import balances
from ledger.store.own import own
from ledger.store.tables import (
    EntryRow,
    GrantMoney,
    GrantProject,
    GrantStep,
    Pool,
    ProjectSubsidy,
)

_CAME = frozenset({"received", "allocated"})
#: What conditional money pays for in a project that units own: not what the bank takes.
_BUILT = ("Construction", "Design", "Loss", "Other")


def not_undone(table: Any, as_of: date | None = None) -> Any:  # Any: a table class, SQLAlchemy's condition
    """Return the condition that the entry of a row's act has not been reversed (by a day)."""
    undone = exists().where(col(EntryRow.compound) == table.compound, col(EntryRow.reverses) == table.seq)
    if as_of is not None:
        undone = undone.where(col(EntryRow.effective_on) <= as_of)
    return ~undone.correlate(table)


def pool(session: Session, compound: str, fund: str, pointer: str = "/fund") -> Pool:
    """Return a pool of the compound.

    Raises:
        PoolMissing: it has not been opened.
    """
    found = session.get(Pool, (compound, fund))
    if found is None:
        raise PoolMissing(pointer=pointer, fund=fund[:64])
    return found


def pools(session: Session, compound: str) -> list[Pool]:
    """Return the pools, by fund."""
    return sorted(session.exec(select(Pool).where(Pool.compound == compound)), key=lambda row: row.fund)


def grant(session: Session, compound: str, code: str, pointer: str = "/code") -> GrantProject:
    """Return a project of a pool.

    Raises:
        NotFound: there is none of that code.
    """
    return own(session, GrantProject, compound, code, pointer)


def grants(session: Session, compound: str, fund: str | None = None) -> list[GrantProject]:
    """Return the projects of a pool, or of all, by code."""
    query = select(GrantProject).where(GrantProject.compound == compound)
    if fund is not None:
        query = query.where(GrantProject.fund == fund)
    return sorted(session.exec(query), key=lambda row: row.code)


def steps(session: Session, compound: str, code: str, as_of: date | None = None) -> list[GrantStep]:
    """Return what happened to a project, in order; ``as_of`` leaves out what came later."""
    query = select(GrantStep).where(
        GrantStep.compound == compound, GrantStep.code == code, not_undone(GrantStep, as_of)
    )
    if as_of is not None:
        query = query.where(GrantStep.done_on <= as_of)
    return list(session.exec(query.order_by(col(GrantStep.seq))))


def state(session: Session, compound: str, code: str, as_of: date | None = None) -> str:
    """Return how far a project has come (``rules.grant.STATES``)."""
    done = steps(session, compound, code, as_of)
    return done[-1].step if done else "applied"


def money(session: Session, compound: str, as_of: date | None = None) -> list[GrantMoney]:
    """Return the movements of grant money in the order of their acts."""
    query = select(GrantMoney).where(GrantMoney.compound == compound, not_undone(GrantMoney, as_of))
    return list(session.exec(until(query, GrantMoney, as_of).order_by(col(GrantMoney.seq))))


def subsidies(session: Session, compound: str, as_of: date | None = None) -> list[ProjectSubsidy]:
    """Return the subsidies of projects in the order of their acts."""
    query = select(ProjectSubsidy).where(
        ProjectSubsidy.compound == compound, not_undone(ProjectSubsidy, as_of)
    )
    return list(session.exec(until(query, ProjectSubsidy, as_of).order_by(col(ProjectSubsidy.seq))))


def until(query: Any, table: Any, as_of: date | None) -> Any:  # Any: SQLModel's select
    """Leave out the rows whose entry is of a later day."""
    if as_of is None:
        return query
    of_entry = exists().where(
        col(EntryRow.compound) == table.compound,
        col(EntryRow.seq) == table.seq,
        col(EntryRow.effective_on) <= as_of,
    )
    return query.where(of_entry.correlate(table))


def given(rows: list[GrantMoney], code: str) -> int:
    """Return what came to a project and did not go back, in fen."""
    came = sum(row.amount_minor for row in rows if row.code == code and row.kind in _CAME)
    return came - sum(row.amount_minor for row in rows if row.code == code and row.kind == "cleared")


def purse(session: Session, compound: str, fund: str, account: str) -> Purse | None:
    """Return the conditional money that an expense of a fund is paid from; None where there is none."""
    if fund.startswith("Governance:"):
        if group_of(account) != "Work":
            return None
        return purse_of_grant(session, compound, fund, account.rpartition(":")[2])
    if fund.startswith("Project:") and group_of(account) in _BUILT:
        return purse_of_project(session, compound, fund.partition(":")[2])
    return None


def purse_of_grant(session: Session, compound: str, fund: str, code: str) -> Purse:
    """Return the money of a pool's project."""
    came = select_columns(func.coalesce(func.sum(col(GrantMoney.amount_minor)), 0)).where(
        col(GrantMoney.compound) == compound, col(GrantMoney.code) == code, not_undone(GrantMoney)
    )
    plus = int(session.execute(came.where(col(GrantMoney.kind).in_(_CAME))).scalar_one())
    minus = int(session.execute(came.where(col(GrantMoney.kind) == "cleared")).scalar_one())
    spent_on = (f"Expenses:{fund}:Work:{code}",)
    unspent = f"Liabilities:{fund}:Unspent:{code}"
    return Purse(fund, unspent, f"Income:{fund}:Grant", spent_on, plus - minus)


def purse_of_project(session: Session, compound: str, code: str) -> Purse:
    """Return the conditional subsidies of a project that units own."""
    rows = [row for row in subsidies(session, compound) if row.code == code]
    plus = sum(row.amount_minor for row in rows if row.kind == "conditional")
    minus = sum(row.amount_minor for row in rows if row.kind == "cleared")
    fund = f"Project:{code}"
    spent_on = tuple(f"Expenses:{fund}:{name}" for name in _BUILT)
    unspent = f"Liabilities:{fund}:Unspent:Subsidy"
    return Purse(fund, unspent, f"Income:{fund}:Subsidy", spent_on, plus - minus)


@dataclass(frozen=True, slots=True)
class OverdueClearing:
    """A project that should have been cleared, and what of it is unspent, in fen."""

    code: str
    fund: str
    title: str
    clear_by: date
    days: int
    unspent_minor: int


def overdue_clearing(session: Session, compound: str, as_of: date) -> list[OverdueClearing]:
    """Return the projects whose day of clearing has passed, with what is unspent (L47); by day, then code."""
    late = [
        row
        for row in grants(session, compound)
        if row.clear_by < as_of and state(session, compound, row.code, as_of) in {"approved", "accepted"}
    ]
    held: Mapping[str, int] = balances(session, compound, as_of=as_of) if late else {}
    found = [
        OverdueClearing(
            *(row.code, row.fund, row.title, row.clear_by, (as_of - row.clear_by).days),
            unspent_minor=-held.get(f"Liabilities:{row.fund}:Unspent:{row.code}", 0),
        )
        for row in late
    ]
    return sorted(found, key=lambda one: (one.clear_by, one.code))
