"""The repair fund by building: what each began with and has, and what the custodian last confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.rules.between import is_low
from ledger.store.owed import holdings
from ledger.store.tables import (
    CustodyConfirmation,
    CustodyConfirmationLine,
    EntryRow,
    RepairBuilding,
    RepairShare,
    Unit,
)


@dataclass(frozen=True, slots=True)
class BuildingBalance:
    """A building's part of the repair fund, in fen."""

    building: str
    units: int
    first_instalment_minor: int
    opening_minor: int
    paid_in_minor: int
    growth_minor: int
    transferred_minor: int
    used_minor: int

    @property
    def balance_minor(self) -> int:
        """What the building has."""
        came = self.opening_minor + self.paid_in_minor + self.growth_minor + self.transferred_minor
        return came - self.used_minor

    @property
    def is_low(self) -> bool:
        """Say whether it has fallen below 30 % of the first instalment: it is to be paid up again."""
        return is_low(self.balance_minor, self.first_instalment_minor)


#: Which figure a kind of share adds to.
_COLUMNS = {"contribution": "paid_in", "growth": "growth", "scrap": "growth", "transfer": "transferred"}


def building_balances(
    session: Session, compound: str, as_of: date | None = None
) -> dict[str, BuildingBalance]:
    """Return every registered building's balance, by code: all of it, or what was effective by a day."""
    query = (
        select(RepairShare.building, RepairShare.kind, func.sum(col(RepairShare.amount_minor)))
        .join(
            EntryRow,
            (col(EntryRow.compound) == RepairShare.compound) & (col(EntryRow.seq) == RepairShare.seq),
        )
        .where(RepairShare.compound == compound)
        .group_by(col(RepairShare.building), col(RepairShare.kind))
    )
    if as_of is not None:
        query = query.where(EntryRow.effective_on <= as_of)
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for building, kind, minor in session.exec(query):
        moved[building, _COLUMNS.get(kind, "used")] += int(minor)
    counted = units_by_building(session, compound)
    rows = session.exec(
        select(RepairBuilding)
        .where(RepairBuilding.compound == compound)
        .order_by(col(RepairBuilding.building))
    )
    return {
        row.building: BuildingBalance(
            row.building,
            counted.get(row.building, 0),
            row.first_instalment_minor,
            row.opening_minor,
            moved[row.building, "paid_in"],
            moved[row.building, "growth"],
            moved[row.building, "transferred"],
            -moved[row.building, "used"],
        )
        for row in rows
    }


def units_by_building(session: Session, compound: str) -> dict[str, int]:
    """Return how many units each building has."""
    query = select(Unit.building, func.count()).where(Unit.compound == compound).group_by(col(Unit.building))
    return {building: int(count) for building, count in session.exec(query)}


def units_of(session: Session, compound: str, buildings: Collection[str]) -> frozenset[str]:
    """Return the units of some buildings."""
    query = select(Unit.code).where(Unit.compound == compound, col(Unit.building).in_(sorted(buildings)))
    return frozenset(session.exec(query))


def area_by_building(session: Session, compound: str, on: date) -> dict[str, int]:
    """Return the area of each building's units on a day, in 1/100 m²."""
    rows = session.exec(select(Unit.code, Unit.building).where(Unit.compound == compound))
    buildings: dict[str, str] = {code: building for code, building in rows}  # noqa: C416 - rows are no pairs
    areas: dict[str, int] = defaultdict(int)
    for held in holdings(session, compound, on):
        areas[buildings[held.unit]] += held.area_hundredths
    return dict(areas)


@dataclass(frozen=True, slots=True)
class Job:
    """A repair job, in fen: what it costs and which building bears how much."""

    code: str
    amount_minor: int
    shares: tuple[tuple[str, int], ...]


def jobs(session: Session, compound: str, as_of: date | None = None) -> list[Job]:
    """Return the jobs that were charged to the fund, by code."""
    query = (
        select(RepairShare)
        .join(
            EntryRow,
            (col(EntryRow.compound) == RepairShare.compound) & (col(EntryRow.seq) == RepairShare.seq),
        )
        .where(RepairShare.compound == compound, RepairShare.kind == "job")
    )
    if as_of is not None:
        query = query.where(EntryRow.effective_on <= as_of)
    borne: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in session.exec(query):
        borne[row.job or ""][row.building] -= row.amount_minor
    found = [
        Job(code, sum(shares.values()), tuple(sorted(pair for pair in shares.items() if pair[1])))
        for code, shares in borne.items()
    ]
    return sorted((one for one in found if one.amount_minor), key=lambda one: one.code)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a custodian confirmed, in fen; ``by_building`` where it said so."""

    row: CustodyConfirmation
    by_building: tuple[tuple[str, int], ...]


def confirmations(session: Session, compound: str, as_of: date | None = None) -> list[Confirmed]:
    """Return the custodians' confirmations, the oldest first: all, or those of days up to one."""
    query = select(CustodyConfirmation).where(CustodyConfirmation.compound == compound)
    if as_of is not None:
        query = query.where(CustodyConfirmation.confirmed_on <= as_of)
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for line in session.exec(
        select(CustodyConfirmationLine).where(CustodyConfirmationLine.compound == compound)
    ):
        lines[line.seq].append((line.building, line.amount_minor))
    rows = session.exec(query.order_by(col(CustodyConfirmation.confirmed_on), col(CustodyConfirmation.seq)))
    return [Confirmed(row, tuple(sorted(lines[row.seq]))) for row in rows]
