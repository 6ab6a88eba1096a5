"""Who may vote on a day: the units of a base, whose head each belongs to, and its area as known that day.

Names and codes of persons are read here to tell one owner from another, and go no further: what is stored is a count.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import date

from sqlmodel import Session, col, select

from ledger.rules.tenure import stretch_on
from ledger.rules.unit import Party
from ledger.rules.vote import Base, Elector
from ledger.store.tables import Act, Person, Unit, UnitArea
from ledger.store.tenures import timelines

_DEVELOPER = "developer"


def electorate(
    session: Session, compound: str, day: date, base: Base, base_of: str | None, units: Collection[str]
) -> dict[str, Elector]:
    """Return the electors of a base by unit.

    The developer's unsold and undelivered units are together one head with their full area, and so are all units of
    one buyer (区分所有解释 9): the same credit code, or the same name and telephone number.
    """
    wanted = {
        row.code
        for row in session.exec(select(Unit).where(Unit.compound == compound))
        if _belongs(row, base, base_of, units)
    }
    areas = _areas(session, compound, day)
    people = _people(session, compound)
    found: dict[str, Elector] = {}
    for code, held in timelines(session, compound).items():
        if code in wanted:
            holder = stretch_on(held.stretches, day).change
            own: Hashable = people.get((code, holder.debtor), code)
            head = _DEVELOPER if holder.party is Party.DEVELOPER else own
            found[code] = Elector(head, areas[code])
    return found


def _belongs(unit: Unit, base: Base, base_of: str | None, units: Collection[str]) -> bool:
    if base is Base.UNITS:
        return unit.code in units
    if base is Base.BUILDING:
        return unit.building == base_of
    return base is Base.COMPOUND or (unit.stair is not None and f"{unit.building}-{unit.stair}" == base_of)


def _areas(session: Session, compound: str, day: date) -> dict[str, int]:
    """Return the newest area of each unit that was known on a day, or the first one on record since."""
    query = (
        select(col(UnitArea.unit), col(UnitArea.area_hundredths), col(Act.effective_on))
        .join(Act, (col(Act.compound) == UnitArea.compound) & (col(Act.seq) == UnitArea.seq))
        .where(UnitArea.compound == compound)
        .order_by(col(UnitArea.seq))
    )
    areas: dict[str, int] = {}
    for unit, hundredths, known_on in session.exec(query):
        if unit not in areas or known_on <= day:
            areas[unit] = hundredths
    return areas


def _people(session: Session, compound: str) -> dict[tuple[str, int], Hashable]:
    """Return what tells one owner from another, by unit and debtor, where it is known."""
    found: dict[tuple[str, int], Hashable] = {}
    for row in session.exec(select(Person).where(Person.compound == compound)):
        if row.credit_code:
            found[row.unit, row.debtor] = ("code", row.credit_code)
        elif row.name and row.phone:
            found[row.unit, row.debtor] = ("name", row.name, row.phone)
    return found
