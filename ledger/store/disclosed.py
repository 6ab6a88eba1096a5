"""Which acts everybody may read: those that carry no unit, or five and more (design section 6).

A publication names them, so that nobody can withhold one later: written as runs of numbers, ``1-30 32 35-40``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, union_all
from sqlmodel import Session

from ledger.store.tables import METADATA, Bulletin, fact_tables

#: So many units in an act hide each other.
ENOUGH = 5

_BULLETIN = METADATA.tables[str(Bulletin.__tablename__)]


def since_last(session: Session, compound: str) -> int:
    """Return the act after which the next publication names what is open: where the one before it ended."""
    newest = select(func.max(_BULLETIN.c.seq)).where(_BULLETIN.c.compound == compound)
    return max(int(session.execute(newest).scalar() or 0) - 1, 0)


def opened_acts(session: Session, compound: str, after: int, through: int) -> str:
    """Return the acts after ``after`` and up to ``through`` that everybody may read, as runs of numbers."""
    carried = union_all(
        *(
            select(table.c.seq, table.c.unit).where(
                table.c.compound == compound,
                table.c.seq > after,
                table.c.seq <= through,
                table.c.unit.is_not(None),
            )
            for table in fact_tables()
            if "unit" in table.c
        )
    ).subquery()
    units = func.count(carried.c.unit.distinct())
    hidden = set(
        session.execute(select(carried.c.seq).group_by(carried.c.seq).having(units < ENOUGH)).scalars()
    )
    return runs(seq for seq in range(after + 1, through + 1) if seq not in hidden)


def runs(numbers: Iterable[int]) -> str:
    """Return ascending numbers as runs: ``1-30 32``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] + 1 == number:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
