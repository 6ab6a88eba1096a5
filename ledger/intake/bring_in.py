"""Take a register file into the books: all or nothing, and again without doubling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from ledger.actions.import_units import ImportUnits, UnitLine, import_units
from ledger.errors import ImportRefused
from ledger.intake.change import ExistingUnit, RegisterChange, differences
from ledger.intake.columns import header_key
from ledger.intake.proposal import ProposedUnit, RegisterProposal, looks_like_company
from ledger.rules.tenure import stretch_on
from ledger.rules.unit import Party, party_of
from ledger.store.append import Journal, Recorded
from ledger.store.tables import ColumnMapping, Person, Unit, UnitArea
from ledger.store.tenures import timelines


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and how many units there are now, how many of them the developer's."""

    recorded: Recorded | None
    change: RegisterChange
    units: int
    developer_units: int


def import_register(journal: Journal, proposal: RegisterProposal, *, same_owners: bool = False) -> Imported:
    """Import a proposal; ``same_owners`` says that other names are the same persons spelled otherwise.

    Raises:
        ImportRefused: a cell was not understood; nothing is stored.
        OwnerRenamed: a row has another owner's name, and the owner owes or has paid ahead.
    """
    if not proposal.complete:
        raise ImportRefused(pointer="/file", count=len(proposal.refused))
    existing = register(journal.session, journal.compound, journal.today)
    change = differences(proposal, existing)
    lines = {unit.code: _line(unit, existing.get(unit.code)) for unit in proposal.units}
    command = ImportUnits(
        new=tuple(lines[code] for code in change.new),
        changed=tuple(lines[one.code] for one in change.changed),
        same_owners=same_owners,
    )
    recorded = import_units(journal, command)
    states = {code: unit.state for code, unit in existing.items()} | {
        unit.code: unit.state for unit in proposal.units
    }
    developer = sum(party_of(state) is Party.DEVELOPER for state in states.values())
    return Imported(recorded, change, len(states), developer)


def _line(unit: ProposedUnit, before: ExistingUnit | None) -> UnitLine:
    """Return the unit to take in; what the file does not say stays as the register has it."""
    return UnitLine(
        code=unit.code,
        label=unit.label,
        building=unit.building,
        stair=unit.stair,
        floor=unit.floor,
        area_hundredths=unit.area_hundredths,
        area_source=unit.area_source or (before.area_source if before else None),
        state=unit.state,
        handed_over_on=unit.handed_over_on or (before.handed_over_on if before else None),
        name=unit.owner_name or (before.owner_name if before else None),
        phone=unit.phone or (before.phone if before else None),
        credit_code=unit.credit_code or (before.credit_code if before else None),
        is_company=bool(unit.owner_name and looks_like_company(unit.owner_name)),
        row=unit.row,
    )


def register(session: Session, compound: str, on: date | None = None) -> dict[str, ExistingUnit]:
    """Return every unit as the register has it on a day, or after its last change, by code."""
    areas: dict[str, UnitArea] = {}
    for area in session.exec(
        select(UnitArea).where(UnitArea.compound == compound).order_by(col(UnitArea.seq))
    ):
        areas[area.unit] = area
    held = timelines(session, compound)
    persons = {
        (person.unit, person.debtor): person
        for person in session.exec(select(Person).where(Person.compound == compound))
    }
    found = {}
    for unit in session.exec(select(Unit).where(Unit.compound == compound).order_by(col(Unit.code))):
        stretches, area = held[unit.code].stretches, areas[unit.code]
        tenure = stretch_on(stretches, on or stretches[-1].to_on).change
        who = persons.get((unit.code, tenure.debtor))
        found[unit.code] = ExistingUnit(
            code=unit.code,
            label=unit.label,
            floor=unit.floor,
            area_hundredths=area.area_hundredths,
            area_source=area.source,
            state=tenure.state,
            handed_over_on=tenure.handed_over_on,
            owner_name=who.name if who else None,
            phone=who.phone if who else None,
            credit_code=who.credit_code if who else None,
        )
    return found


def saved_mapping(session: Session, compound: str) -> dict[str, str]:
    """Return how the treasurer read columns that were not recognised, by header."""
    rows = session.exec(select(ColumnMapping).where(ColumnMapping.compound == compound))
    return {row.header: row.field for row in rows}


def save_mapping(session: Session, compound: str, mapping: Mapping[str, str]) -> None:
    """Keep the treasurer's reading of columns for the next file."""
    for header, field in sorted(mapping.items()):
        session.execute(
            delete(ColumnMapping).where(
                col(ColumnMapping.compound) == compound, col(ColumnMapping.header) == header
            )
        )
        session.execute(insert(ColumnMapping), [{"compound": compound, "header": header, "field": field}])


__all__ = ["Imported", "header_key", "import_register", "register", "save_mapping", "saved_mapping"]
