"""The repair fund: what was paid in, used, grew and is left, the jobs with their sharing, what was confirmed.

The fund is held by the district or a bank, so it is a memorandum: it stands in no total of money that can be spent. A
building is shown by itself only if at least five units share it (design decision 10); a unit's account never is (L42).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.between import REPAIR
from ledger.rules.fund import net
from ledger.rules.period import last_day, months_back
from ledger.store.balances import balances, movements
from ledger.store.repair import BuildingBalance, Confirmed, building_balances, confirmations, jobs
from ledger.store.tables import CustodyConfirmation

FEWEST_UNITS = 5
CUSTODIAN_ZH = {"District": "主管部门", "Bank": "专户银行"}


@dataclass(frozen=True, slots=True)
class RepairSpan:
    """What moved in a span, in fen: ``paid_in`` by owners, ``transferred`` from public income, growth with scrap."""

    opening_minor: int
    paid_in_minor: int
    transferred_minor: int
    growth_minor: int
    used_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building, or small ones together, in fen: what it has, and what the custodians last confirmed of it.

    ``confirmed_minor`` is None where they did not say; ``low`` is below 30 % of the first instalment.
    """

    label_zh: str
    units: int
    first_instalment_minor: int
    paid_in_minor: int
    growth_minor: int
    used_minor: int
    balance_minor: int
    confirmed_minor: int | None
    low: bool


@dataclass(frozen=True, slots=True)
class JobShare:
    """What a building, or small ones together, bears of a job, in fen."""

    label_zh: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job and which buildings share it, in fen; ``vendor`` does it, ``authority`` allows it."""

    code: str
    amount_minor: int
    shares: tuple[JobShare, ...]
    vendor: str | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """What a custodian confirmed last, what the books say it held on that day, and the difference, in fen."""

    custodian_zh: str
    confirmed_on: date
    document: str
    amount_minor: int
    book_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class RepairFigures:
    """The statement at the end of a month; ``of_month`` and ``of_year`` are its two spans."""

    month: str
    of_month: RepairSpan
    of_year: RepairSpan
    in_transit_minor: int
    jobs_owed_minor: int
    buildings: tuple[BuildingRow, ...]
    low: tuple[str, ...]
    jobs: tuple[JobRow, ...]
    confirmed: tuple[ConfirmationRow, ...]


def repair_figures(session: Session, compound: str, month: str) -> RepairFigures:
    """Return the statement of the repair fund at the end of a month."""
    last = last_day(month)
    standing = balances(session, compound, as_of=last)
    by_building = building_balances(session, compound, last)
    groups = _groups(by_building.values())
    labels = {building: label for label, some in groups for building in some}
    newest = _newest(session, compound, last)
    confirmed: dict[str, int] = {}
    for one in newest:
        for building, minor in one.by_building:
            confirmed[building] = confirmed.get(building, 0) + minor
    rows = tuple(_building(label, [by_building[one] for one in some], confirmed) for label, some in groups)
    return RepairFigures(
        month,
        _span(session, compound, month, month),
        _span(session, compound, f"{month[:4]}-01", month),
        standing.get("Assets:Repair:Custody:Transit", 0),
        -standing.get("Liabilities:Repair:Payable:Vendor", 0),
        rows,
        tuple(row.label_zh for row in rows if row.low),
        tuple(
            JobRow(one.code, one.amount_minor, _shares(one.shares, labels), one.vendor, one.authority)
            for one in jobs(session, compound, last)
        ),
        tuple(_confirmation(session, compound, one.row) for one in newest),
    )


def _span(session: Session, compound: str, since: str, until: str) -> RepairSpan:
    """Return a span; what was brought forward within it counts as its opening."""
    moved = movements(session, compound, after=months_back(since, 1), through=until)
    before = net(balances(session, compound, as_of=last_day(months_back(since, 1))), REPAIR)
    brought = -sum(moved.get(f"Equity:{REPAIR}:{leaf}", 0) for leaf in ("Opening", "Adjustment"))

    def came(*prefixes: str) -> int:
        return -sum(minor for code, minor in moved.items() if code.startswith(prefixes))

    return RepairSpan(
        before + brought,
        came("Income:Repair:Contribution"),
        came("Equity:Repair:Transfer:"),
        came("Income:Repair:Interest", "Income:Repair:Scrap"),
        -came("Expenses:Repair:"),
        net(balances(session, compound, as_of=last_day(until)), REPAIR),
    )


def _groups(known: Iterable[BuildingBalance]) -> list[tuple[str, list[str]]]:
    """Return the buildings as rows; those of fewer than five units share one, and the next smallest joins them."""
    by_size = sorted(known, key=lambda one: (one.units, one.building))
    merged = [one for one in by_size if one.units < FEWEST_UNITS]
    for one in by_size[len(merged) :]:
        if not merged or sum(some.units for some in merged) >= FEWEST_UNITS:
            break
        merged.append(one)
    names = sorted(one.building for one in merged)
    groups = [(one.building, [one.building]) for one in by_size if one not in merged]
    groups.sort()
    if names:
        groups.append(("、".join(names) + "（合并）" if groups else "全部楼栋", names))
    return groups


def _building(label: str, some: list[BuildingBalance], confirmed: dict[str, int]) -> BuildingRow:
    """Return a row; of buildings that share one, none is singled out, so it is low if any of them is."""
    return BuildingRow(
        label,
        sum(one.units for one in some),
        sum(one.first_instalment_minor for one in some),
        sum(one.opening_minor + one.paid_in_minor + one.transferred_minor for one in some),
        sum(one.growth_minor for one in some),
        sum(one.used_minor for one in some),
        sum(one.balance_minor for one in some),
        sum(confirmed[one.building] for one in some)
        if all(one.building in confirmed for one in some)
        else None,
        any(one.is_low for one in some),
    )


def _shares(shares: Iterable[tuple[str, int]], labels: dict[str, str]) -> tuple[JobShare, ...]:
    sums: dict[str, int] = {}
    for building, minor in shares:
        label = labels.get(building, building)
        sums[label] = sums.get(label, 0) + minor
    return tuple(JobShare(label, sums[label]) for label in sorted(sums))


def _newest(session: Session, compound: str, last: date) -> list[Confirmed]:
    """Return each custodian's newest confirmation."""
    newest = {one.row.custodian: one for one in confirmations(session, compound, last)}
    return [newest[custodian] for custodian in sorted(newest)]


def _confirmation(session: Session, compound: str, row: CustodyConfirmation) -> ConfirmationRow:
    on = balances(session, compound, as_of=row.confirmed_on)
    book = on.get(f"Assets:Repair:Custody:{row.custodian}", 0)
    return ConfirmationRow(
        CUSTODIAN_ZH[row.custodian],
        row.confirmed_on,
        row.document,
        row.amount_minor,
        book,
        row.amount_minor - book,
    )
