"""A register read again: which units are new, the same, changed or absent. It decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.intake.proposal import ProposedUnit, RegisterProposal
from ledger.rules.unit import State


@dataclass(frozen=True, slots=True)
class ExistingUnit:
    """One unit as the register has it now; names stay out of ``repr``."""

    code: str
    label: str
    floor: int | None
    area_hundredths: int
    area_source: str | None
    state: State
    handed_over_on: date | None
    owner_name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    credit_code: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit whose fields differ; the fields are named, their values are not repeated."""

    code: str
    row: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What importing a proposal would do; ``absent`` units stay as they are, a file never removes one."""

    new: tuple[str, ...]
    same: tuple[str, ...]
    changed: tuple[UnitChange, ...]
    absent: tuple[str, ...]


def differences(proposal: RegisterProposal, existing: Mapping[str, ExistingUnit]) -> RegisterChange:
    """Compare a proposal with the units there are; a field without a column in the file is not a change."""
    given = set(proposal.columns.values())
    new, same, changed = [], [], []
    for unit in proposal.units:
        before = existing.get(unit.code)
        if before is None:
            new.append(unit.code)
            continue
        fields = _changed_fields(unit, before, given)
        if fields:
            changed.append(UnitChange(unit.code, unit.row, fields))
        else:
            same.append(unit.code)
    listed = {unit.code for unit in proposal.units}
    absent = tuple(sorted(code for code in existing if code not in listed))
    return RegisterChange(tuple(new), tuple(same), tuple(changed), absent)


def _changed_fields(unit: ProposedUnit, before: ExistingUnit, given: set[str]) -> tuple[str, ...]:
    """Return the names of the fields that the file gives otherwise than the register has them."""
    fields = []
    if _label_key(unit.label) != _label_key(before.label):
        fields.append("label")
    if unit.area_hundredths != before.area_hundredths:
        fields.append("area_hundredths")
    if unit.state is not before.state:
        fields.append("state")
    fields.extend(
        name
        for name in ("floor", "area_source", "handed_over_on", "owner_name", "phone", "credit_code")
        if name in given and getattr(unit, name) != getattr(before, name)
    )
    return tuple(fields)


def _label_key(label: str) -> str:
    """Return a label without the words that a re-typed file spells otherwise: 3幢2单元1502 is 3-2-1502."""
    return re.sub(r"(?:号楼|栋|幢|座|楼|#|单元|-|室|号)+", "-", re.sub(r"\s", "", label)).strip("-")
