"""The repair fund by building: what each began with and has, and what the custodian last confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.rules.between import JOB_PAID, REPAIR, is_low
from ledger.rules.entry import Kind
from ledger.store.owed import holdings
from ledger.store.tables import (
    AccountRow,
    CustodyConfirmation,
    CustodyConfirmationLine,
    EntryRow,
    PostingRow,
    RepairBuilding,
    RepairPayment,
    RepairShare,
    Unit,
)

#: On which account jobs are owed; and how the accounts of what each costs begin.
JOBS_PAYABLE = "Liabilities:Repair:Payable:Vendor"
JOB_COST = "Expenses:Repair:Job:"


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
    """A repair job, in fen: what it costs, which building bears how much, who does it and what allows it."""

    code: str
    amount_minor: int
    shares: tuple[tuple[str, int], ...]
    vendor: str | None = None
    authority: str | None = None


def jobs(session: Session, compound: str, as_of: date | None = None) -> list[Job]:
    """Return the jobs that were charged to the fund, by code; the buildings' parts where buildings are registered."""
    amounts: dict[str, int] = defaultdict(int)
    told: dict[str, tuple[str | None, str | None]] = {}
    for code, minor, entry in _charged(session, compound, as_of):
        amounts[code] += minor
        told.setdefault(code, (entry.counterparty, entry.authority))
    borne: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
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
    for row in session.exec(query):
        borne[row.job or ""][row.building] -= row.amount_minor
    return [
        Job(code, amounts[code], tuple(sorted(pair for pair in borne[code].items() if pair[1])), *told[code])
        for code in sorted(amounts)
        if amounts[code]
    ]


def jobs_owed(session: Session, compound: str) -> dict[str, int]:
    """Return what is owed for each job of the books, by code, in fen: approved, less taken back, less paid for it.

    Which job a payment was for stands in its fact; of those before version 0014 in their words, which are a template.
    """
    owed: dict[str, int] = defaultdict(int)
    for code, minor, _ in _charged(session, compound):
        owed[code] += minor
    undone = aliased(EntryRow)
    query = (
        select(RepairPayment.job, EntryRow.narration, PostingRow.amount_minor)
        .select_from(EntryRow)
        .join(
            PostingRow,
            (col(PostingRow.compound) == EntryRow.compound) & (col(PostingRow.seq) == EntryRow.seq),
        )
        .outerjoin(
            RepairPayment,
            (col(RepairPayment.compound) == EntryRow.compound) & (col(RepairPayment.seq) == EntryRow.seq),
        )
        .outerjoin(
            undone,
            (col(undone.compound) == EntryRow.compound) & (col(undone.reverses) == EntryRow.seq),
        )
        .where(
            PostingRow.compound == compound,
            PostingRow.account == JOBS_PAYABLE,
            col(PostingRow.amount_minor) > 0,
            EntryRow.kind == str(Kind.CUSTODY),
            col(undone.seq).is_(None),
        )
    )
    for job, words, minor in session.execute(query):
        code = job if job is not None else words.removeprefix(JOB_PAID)
        if code in owed and (job is not None or words != code):
            owed[code] -= minor
    return dict(owed)


def _charged(session: Session, compound: str, as_of: date | None = None) -> list[tuple[str, int, EntryRow]]:
    """Return what was charged to each job, in fen, with the entries, in order; a reversal is below zero."""
    accounts = select(col(AccountRow.code)).where(  # named one by one, so that their index finds the postings
        col(AccountRow.compound) == compound,
        col(AccountRow.fund) == REPAIR,
        col(AccountRow.code).startswith(JOB_COST, autoescape=True),
    )
    query = (
        select(PostingRow, EntryRow)
        .join(
            EntryRow,
            (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq),
        )
        .where(PostingRow.compound == compound, col(PostingRow.account).in_(accounts))
    )
    if as_of is not None:
        query = query.where(EntryRow.effective_on <= as_of)
    # sorted here: asked for them in order, SQLite reads all postings there ever were
    found = sorted(session.exec(query), key=lambda pair: (pair[0].seq, pair[0].line))
    return [(line.account.removeprefix(JOB_COST), line.amount_minor, entry) for line, entry in found]


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
