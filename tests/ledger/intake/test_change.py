"""A register read again changes nothing; a changed one says exactly what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.intake.change import ExistingUnit, UnitChange, differences
from ledger.intake.register import read_register
from ledger.rules.unit import State

SAMPLE = Path(__file__).parents[2] / "samples" / "units.xlsx"
PROPOSAL = read_register(SAMPLE.read_bytes(), "units.xlsx")
STORED = {
    unit.code: ExistingUnit(
        code=unit.code,
        label=unit.label,
        floor=unit.floor,
        area_hundredths=unit.area_hundredths,
        area_source=unit.area_source,
        state=unit.state,
        handed_over_on=unit.handed_over_on,
        owner_name=unit.owner_name,
        phone=unit.phone,
        credit_code=unit.credit_code,
    )
    for unit in PROPOSAL.units
}


def test_into_an_empty_register_every_unit_is_new() -> None:
    change = differences(PROPOSAL, {})
    assert (len(change.new), change.same, change.changed, change.absent) == (1059, (), (), ())


def test_the_same_file_again_changes_nothing() -> None:
    change = differences(PROPOSAL, STORED)
    assert (change.new, len(change.same), change.changed, change.absent) == ((), 1059, (), ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area_hundredths", 1),
        ("state", State.HANDED_OVER),
        ("owner_name", "示例"),
        ("phone", "10000000009"),
        ("label", "9栋9单元9"),
    ],
)
def test_a_changed_field_is_named_without_its_value(field: str, value: Any) -> None:
    code = "B01-U1-0102"
    change = differences(PROPOSAL, STORED | {code: replace(STORED[code], **{field: value})})
    assert change.changed == (UnitChange(code, 5, (field,)),)


def test_a_field_without_a_column_and_a_label_spelled_otherwise_are_no_change() -> None:
    code = "B01-U1-0102"
    known = replace(STORED[code], credit_code="x", floor=9, area_source="survey", label="1号楼1单元102室")
    assert differences(PROPOSAL, STORED | {code: known}).changed == ()


def test_a_unit_that_the_file_does_not_list_is_absent() -> None:
    extra = replace(STORED["B01-U1-0102"], code="B99-U1-0101")
    assert differences(PROPOSAL, STORED | {extra.code: extra}).absent == ("B99-U1-0101",)
