"""What charges are measured by: the tariff in force, meter readings, costs to share, coefficients."""

from __future__ import annotations

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from ledger.rules.charge import Formula, Tariff, read_terms
from ledger.rules.period import first_day
from ledger.store.owed import tariffs
from ledger.store.tables import Coefficient, MeterReading, SharedCost, TariffRow


def tariff(row: TariffRow) -> Tariff:
    """Return a line of the tariff as the rules know it."""
    return Tariff(
        row.item,
        Formula(row.formula),
        row.rate_e4,
        row.effective_from,
        row.authority,
        read_terms(row.params),
        row.seq,
    )


def tariffs_in_force(session: Session, compound: str, month: str) -> dict[str, Tariff]:
    """Return the line of each item that holds for a month: the newest that began on its first day or before."""
    in_force: dict[str, Tariff] = {}
    for row in tariffs(session, compound):  # newest first
        if row.effective_from <= first_day(month) and row.item not in in_force:
            in_force[row.item] = tariff(row)
    return in_force


def readings_around(
    session: Session, compound: str, item: str, month: str
) -> tuple[dict[str, MeterReading], set[str]]:
    """Return the last reading of each unit before a month, and the units that were read for a later one."""
    same = (MeterReading.compound == compound, MeterReading.item == item)
    last = (
        select(col(MeterReading.unit), func.max(MeterReading.period))
        .where(*same, MeterReading.period < month)
        .group_by(col(MeterReading.unit))
    )
    rows = session.exec(
        select(MeterReading)
        .where(*same, tuple_(col(MeterReading.unit), col(MeterReading.period)).in_(last))
        .order_by(col(MeterReading.seq))
    )
    later = session.exec(select(MeterReading.unit).where(*same, MeterReading.period > month))
    return {row.unit: row for row in rows}, set(later)


def reading_and_before(
    session: Session, compound: str, item: str, unit: str, month: str
) -> tuple[MeterReading | None, MeterReading | None]:
    """Return a unit's reading of a month that holds, and the one before it."""
    query = select(MeterReading).where(
        MeterReading.compound == compound, MeterReading.item == item, MeterReading.unit == unit
    )
    newest = (col(MeterReading.period).desc(), col(MeterReading.seq).desc())
    own = session.exec(query.where(MeterReading.period == month).order_by(*newest)).first()
    return own, session.exec(query.where(MeterReading.period < month).order_by(*newest)).first()


def month_readings(session: Session, compound: str, item: str, month: str) -> dict[str, MeterReading]:
    """Return the readings of a month that hold, by unit."""
    query = select(MeterReading).where(
        MeterReading.compound == compound, MeterReading.item == item, MeterReading.period == month
    )
    return {row.unit: row for row in session.exec(query.order_by(col(MeterReading.seq)))}


def shared_cost(session: Session, compound: str, item: str, month: str) -> SharedCost | None:
    """Return the cost of an item to be shared for a month: the newest act."""
    query = select(SharedCost).where(
        SharedCost.compound == compound, SharedCost.item == item, SharedCost.period == month
    )
    return session.exec(query.order_by(col(SharedCost.seq).desc())).first()


def coefficients(session: Session, compound: str, item: str) -> dict[str, tuple[int, int]]:
    """Return each unit's coefficient for an item in 1/10,000, and the act that set it; zero means none."""
    query = select(Coefficient).where(Coefficient.compound == compound, Coefficient.item == item)
    rows = session.exec(query.order_by(col(Coefficient.seq)))
    return {row.unit: (row.value_e4, row.seq) for row in rows}
