"""Take units into the register: new ones with their area, state and debtor; changed ones from today on.

Names and telephone numbers go to the register of persons only; the journal knows a debtor by an opaque number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unicodedata import normalize

from sqlalchemy import delete, func, insert
from sqlmodel import SQLModel, col, select

from ledger.errors import AlreadyExists, NotFound, OwnerRenamed
from ledger.rules.roles import KEEPERS, require
from ledger.rules.tenure import Stretch, check_room, stretch_on
from ledger.rules.unit import State, check_unit_code, party_of
from ledger.store.append import Journal, Recorded
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.tables import Debtor, Person, Tenure, Unit, UnitArea
from ledger.store.tenures import timelines

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
    row: int = 0  # where it stands in the file


@dataclass(frozen=True, slots=True)
class ImportUnits:
    """Units to add, and units whose area, state or persons have changed.

    ``same_owners`` says that other names are the same persons spelled otherwise.
    """

    new: tuple[UnitLine, ...] = ()
    changed: tuple[UnitLine, ...] = ()
    same_owners: bool = False


def import_units(journal: Journal, command: ImportUnits) -> Recorded | None:
    """Take the units in by one act; None if there is nothing to take in.

    A unit's first tenure begins with the books; a change begins today, and a change of debtor gives a new number.

    Raises:
        AlreadyExists: a new unit is in the register, or a unit is named twice.
        NotFound: a changed unit is not in the register.
        TenureOverlap: a changed unit has a change of tenure ahead of it.
        OwnerRenamed: a debtor who owes or has paid ahead would become somebody else.
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
        area, stretches, debtors = before[line.code]
        tenure = stretch_on(stretches, journal.today).change
        if area != line.area_hundredths:
            facts[UnitArea].append(_area(line))
        debtor = tenure.debtor
        if not command.same_owners and tenure.party is party_of(line.state):
            _check_name(journal, line, debtor)
        if tenure.party is not party_of(line.state):
            debtor = debtors + 1
            facts[Debtor].append({"unit": line.code, "number": debtor, "party": str(party_of(line.state))})
        if (tenure.state, tenure.handed_over_on, tenure.debtor) != (
            line.state,
            line.handed_over_on,
            debtor,
        ):
            check_room(line.code, stretches, journal.today, None)
            facts[Tenure].append(_tenure(line, journal.today, debtor))
        persons.append(_person(journal.compound, line, debtor))
    _store_persons(journal, persons)
    if not any(facts.values()):
        return None
    return journal.record("units_imported", journal.today, facts)


def _check_name(journal: Journal, line: UnitLine, debtor: int) -> None:
    """Refuse to put another name on somebody's debts or prepayment."""
    session, compound = journal.session, journal.compound
    known = session.get(Person, (compound, line.code, debtor))
    if known is None or not known.name or not line.name or _spelled(known.name) == _spelled(line.name):
        return
    owes = open_charges(session, compound, [line.code], debtor=debtor)
    ahead = [lot for lot in prepaid_lots(session, compound, unit=line.code) if lot.debtor == debtor]
    if owes or ahead:
        raise OwnerRenamed(pointer="/file", row=line.row, unit=line.code)


def _spelled(name: str) -> str:
    """Return a name without blanks, full width made half."""
    return "".join(normalize("NFKC", name).split())


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


def _standing(journal: Journal, units: list[str]) -> dict[str, tuple[int, tuple[Stretch, ...], int]]:
    """Return the newest area, the timeline and the newest debtor number of units."""
    if not units:
        return {}
    query = select(Debtor.unit, func.max(Debtor.number)).where(
        Debtor.compound == journal.compound, col(Debtor.unit).in_(units)
    )
    newest = dict(journal.session.exec(query.group_by(Debtor.unit)).all())
    held = timelines(journal.session, journal.compound)
    return {unit: (held[unit].area_hundredths, held[unit].stretches, newest[unit]) for unit in units}
