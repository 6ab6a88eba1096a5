"""Projects that only some units own: who takes part, what was agreed and called, what was bridged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.charge import project_item
from ledger.rules.project import Instalment, shares
from ledger.store.grants import not_undone, until
from ledger.store.owed import open_charges
from ledger.store.own import own
from ledger.store.tables import (
    PostingRow,
    Project,
    ProjectCall,
    ProjectInstalment,
    ProjectPlan,
    ProjectUnit,
)

#: How the funds of projects begin.
PROJECT_FUND = "Project:"


def fund_of_project(code: str) -> str:
    """Return the fund of a project."""
    return f"{PROJECT_FUND}{code}"


def project(session: Session, compound: str, code: str, pointer: str = "/project") -> Project:
    """Return a project.

    Raises:
        NotFound: there is none of that code.
    """
    return own(session, Project, compound, code, pointer)


def projects(session: Session, compound: str, as_of: date | None = None) -> list[Project]:
    """Return the projects that were open on a day, by code."""
    query = select(Project).where(Project.compound == compound)
    if as_of is not None:
        query = query.where(Project.opened_on <= as_of)
    return sorted(session.exec(query), key=lambda row: row.code)


def weights(session: Session, compound: str, code: str) -> dict[str, int]:
    """Return the weight of each unit that takes part, by unit."""
    query = select(ProjectUnit).where(ProjectUnit.compound == compound, ProjectUnit.code == code)
    return {row.unit: row.weight for row in sorted(session.exec(query), key=lambda row: row.unit)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A sum that the units share, in fen: by which authority, by which weights, in which instalments."""

    number: int
    seq: int
    amount_minor: int
    authority: str
    weights: dict[str, int]
    instalments: tuple[Instalment, ...]


def plans(session: Session, compound: str, code: str) -> list[Plan]:
    """Return what the units of a project have agreed to share, in order."""
    query = select(ProjectPlan).where(ProjectPlan.compound == compound, ProjectPlan.code == code)
    everybody = weights(session, compound, code)
    return [
        Plan(
            *(row.number, row.seq, row.amount_minor, row.authority),
            weights={
                unit: weight for unit, weight in everybody.items() if unit not in (row.without or "").split()
            },
            instalments=_instalments(session, compound, code, row.number),
        )
        for row in session.exec(query.order_by(col(ProjectPlan.number)))
    ]


def plan(session: Session, compound: str, code: str, number: int) -> Plan:
    """Return one plan.

    Raises:
        NotFound: there is none of that number.
    """
    for one in plans(session, compound, code):
        if one.number == number:
            return one
    raise NotFound(pointer="/plan", what=f"{code}/{number}")


def _instalments(session: Session, compound: str, code: str, number: int) -> tuple[Instalment, ...]:
    query = select(ProjectInstalment).where(
        ProjectInstalment.compound == compound,
        ProjectInstalment.code == code,
        ProjectInstalment.plan == number,
    )
    rows = session.exec(query.order_by(col(ProjectInstalment.number)))
    return tuple(Instalment(row.due_on, row.weight) for row in rows)


def called(session: Session, compound: str, code: str, as_of: date | None = None) -> set[tuple[int, int]]:
    """Return the instalments that have been charged, as plan and number."""
    query = select(ProjectCall).where(
        ProjectCall.compound == compound, ProjectCall.code == code, not_undone(ProjectCall, as_of)
    )
    return {(row.plan, row.number) for row in session.exec(until(query, ProjectCall, as_of))}


@dataclass(frozen=True, slots=True)
class BridgeLot:
    """What is left of the money that a unit's debtor bridged by one receipt, in fen."""

    unit: str
    debtor: int
    receipt: int
    left_minor: int


def bridge_lots(session: Session, compound: str, code: str, unit: str | None = None) -> list[BridgeLot]:
    """Return what units bridged for others and has not gone back or been used, the oldest receipt first."""
    total = func.sum(col(PostingRow.amount_minor))
    query = (
        select_columns(col(PostingRow.unit), col(PostingRow.debtor), col(PostingRow.receipt), total)
        .where(
            col(PostingRow.compound) == compound,
            col(PostingRow.account) == f"Liabilities:{fund_of_project(code)}:Bridging",
        )
        .group_by(col(PostingRow.unit), col(PostingRow.debtor), col(PostingRow.receipt))
        .having(total != 0)
    )
    if unit is not None:
        query = query.where(col(PostingRow.unit) == unit)
    lots = [
        BridgeLot(of, debtor, receipt, -int(minor)) for of, debtor, receipt, minor in session.execute(query)
    ]
    return sorted(lots, key=lambda lot: (lot.receipt, lot.unit))


def bridged_by(session: Session, compound: str, fund: str, unit: str, debtor: int) -> list[BridgeLot]:
    """Return what a debtor bridged in a fund; nothing in a fund that is no project."""
    head, _, code = fund.partition(":")
    if head != "Project":
        return []
    return [lot for lot in bridge_lots(session, compound, code, unit) if lot.debtor == debtor]


@dataclass(frozen=True, slots=True)
class Participant:
    """A unit of a project: its weight; its share of all plans, what it still owes and has bridged, in fen."""

    unit: str
    weight: int
    share_minor: int
    open_minor: int
    bridged_minor: int


def standings(session: Session, compound: str, code: str) -> tuple[Project, list[Participant]]:
    """Return a project and its units, by unit.

    Raises:
        NotFound: there is no such project.
    """
    row = project(session, compound, code)
    everybody = weights(session, compound, code)
    agreed = [shares(one.amount_minor, one.weights) for one in plans(session, compound, code)]
    owed: dict[str, int] = {}
    for charge in open_charges(session, compound, everybody):
        if charge.item == project_item(code).code:
            owed[charge.unit] = owed.get(charge.unit, 0) + charge.open_minor
    lots = bridge_lots(session, compound, code)
    return row, [
        Participant(
            unit,
            weight,
            sum(parts.get(unit, 0) for parts in agreed),
            owed.get(unit, 0),
            sum(lot.left_minor for lot in lots if lot.unit == unit),
        )
        for unit, weight in everybody.items()
    ]
