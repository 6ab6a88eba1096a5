"""Take units into the register: new ones with their area, state and debtor; changed ones from today on.

Names and telephone numbers go to the register of persons only; the journal knows a debtor by an opaque number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert
from sqlmodel import SQLModel, col, select

from ledger.errors import AlreadyExists, NotFound
from ledger.rules.roles import KEEPERS, require
from ledger.rules.unit import Party, State, check_unit_code, party_of
from ledger.store.append import Journal, Recorded
from ledger.store.tables import Debtor, Person, Tenure, Unit, UnitArea

_STATED = "stated"  # the file does not say where its areas come from


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit to take in; area in 1/100 m². Names stay out of ``repr``."""

    code: str
    label: str
    building: str
    stair: str | None
    floor: int | None
    area_hundredths: int
    area_source: str | None
    state: State
    handed_over_on: date | None
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    credit_code: str | None = field(default=None, repr=False)
    is_company: bool = False


@dataclass(frozen=True, slots=True)
class ImportUnits:
    """Units to add, and units whose area, state or persons have changed."""

    new: tuple[UnitLine, ...] = ()
    changed: tuple[UnitLine, ...] = ()


def import_units(journal: Journal, command: ImportUnits) -> Recorded | None:
    """Take the units in by one act; None if there is nothing to take in.

    A unit's first tenure begins with the books; a change begins today, and a change of debtor gives a new number.

    Raises:
        AlreadyExists: a new unit is in the register, or a unit is named twice.
        NotFound: a changed unit is not in the register.
    """
    require(journal.actor, KEEPERS)
    _check_codes(journal, command)
    facts: dict[type[SQLModel], list[dict[str, Any]]] = {Unit: [], UnitArea: [], Debtor: [], Tenure: []}
    persons = []
    for line in command.new:
        facts[Unit].append(_unit(line))
        facts[UnitArea].append(_area(line))
        facts[Debtor].append({"unit": line.code, "number": 1, "party": str(party_of(line.state))})
        facts[Tenure].append(_tenure(line, journal.opened_on, 1))
        persons.append(_person(journal.compound, line, 1))
    before = _standing(journal, [line.code for line in command.changed])
    for line in command.changed:
        area, tenure, party = before[line.code]
        if area != line.area_hundredths:
            facts[UnitArea].append(_area(line))
        debtor = tenure.debtor
        if party != party_of(line.state):
            debtor += 1
            facts[Debtor].append({"unit": line.code, "number": debtor, "party": str(party_of(line.state))})
        if (tenure.state, tenure.handed_over_on, tenure.debtor) != (
            str(line.state),
            line.handed_over_on,
            debtor,
        ):
            facts[Tenure].append(_tenure(line, journal.today, debtor))
        persons.append(_person(journal.compound, line, debtor))
    _store_persons(journal, persons)
    if not any(facts.values()):
        return None
    return journal.record("units_imported", journal.today, facts)


def _check_codes(journal: Journal, command: ImportUnits) -> None:
    """Refuse a proposal that the register has overtaken meanwhile."""
    lines = (*command.new, *command.changed)
    query = select(Unit.code).where(
        Unit.compound == journal.compound, col(Unit.code).in_([line.code for line in lines])
    )
    known = set(journal.session.exec(query))
    named: set[str] = set()
    for place, line in enumerate(lines):
        pointer = f"/units/{place}/code"
        code = check_unit_code(line.code, pointer)
        is_new = place < len(command.new)
        if code in named or (is_new and code in known):
            raise AlreadyExists(pointer=pointer, what=code)
        if not is_new and code not in known:
            raise NotFound(pointer=pointer, what=code)
        named.add(code)


def _unit(line: UnitLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "label": line.label,
        "building": line.building,
        "stair": line.stair,
        "floor": line.floor,
    }


def _area(line: UnitLine) -> dict[str, Any]:
    return {
        "unit": line.code,
        "area_hundredths": line.area_hundredths,
        "source": line.area_source or _STATED,
    }


def _tenure(line: UnitLine, from_on: date, debtor: int) -> dict[str, Any]:
    return {
        "unit": line.code,
        "from_on": from_on,
        "state": str(line.state),
        "debtor": debtor,
        "handed_over_on": line.handed_over_on,
    }


def _person(compound: str, line: UnitLine, debtor: int) -> dict[str, Any]:
    return {
        "compound": compound,
        "unit": line.code,
        "debtor": debtor,
        "name": line.name,
        "phone": line.phone,
        "credit_code": line.credit_code,
        "is_company": int(line.is_company),
    }


def _store_persons(journal: Journal, persons: Sequence[dict[str, Any]]) -> None:
    """Write the register of persons anew for these debtors: it is not a book of record and may be erased."""
    if not persons:
        return
    units = [person["unit"] for person in persons]
    known = journal.session.exec(
        select(Person.unit, Person.debtor).where(
            Person.compound == journal.compound, col(Person.unit).in_(units)
        )
    )
    stale = set(known) & {(person["unit"], person["debtor"]) for person in persons}
    for unit, debtor in sorted(stale):
        journal.session.execute(
            delete(Person).where(
                col(Person.compound) == journal.compound,
                col(Person.unit) == unit,
                col(Person.debtor) == debtor,
            )
        )
    journal.session.execute(insert(Person), list(persons))


def _standing(journal: Journal, units: list[str]) -> dict[str, tuple[int, Tenure, Party]]:
    """Return the newest area, tenure and debtor kind of units."""
    session, compound = journal.session, journal.compound
    newest = (
        select(UnitArea.unit, func.max(UnitArea.seq).label("seq"))
        .where(UnitArea.compound == compound, col(UnitArea.unit).in_(units))
        .group_by(UnitArea.unit)
        .subquery()
    )
    areas = {
        row.unit: row.area_hundredths
        for row in session.exec(
            select(UnitArea)
            .join(newest, (col(newest.c.unit) == UnitArea.unit) & (newest.c.seq == UnitArea.seq))
            .where(UnitArea.compound == compound)
        )
    }
    tenures: dict[str, Tenure] = {}
    query = select(Tenure).where(Tenure.compound == compound, col(Tenure.unit).in_(units))
    for tenure in session.exec(query.order_by(col(Tenure.from_on), col(Tenure.seq))):
        tenures[tenure.unit] = tenure
    parties = {
        (row.unit, row.number): Party(row.party)
        for row in session.exec(
            select(Debtor).where(Debtor.compound == compound, col(Debtor.unit).in_(units))
        )
    }
    return {unit: (areas[unit], tenures[unit], parties[unit, tenures[unit].debtor]) for unit in units}
