"""A unit register, as people keep it in a spreadsheet, read into a proposal.

bytes → ``sheet`` (rows of plain values) → ``columns`` (which column is what) → ``place`` and ``cells``
(what each cell means) → ``RegisterProposal``. Nothing is stored, and one bad cell hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ledger.errors import UnitCodeMalformed
from ledger.intake import cells, place, refusals
from ledger.intake.columns import Columns, find_register
from ledger.intake.consistency import warnings_of
from ledger.intake.passed_over import why_skipped
from ledger.intake.proposal import ProposedUnit, RefusedCell, RegisterProposal, SkippedRow
from ledger.intake.sheet import Cell, FormulaError, Row, letter, read_sheets
from ledger.rules.unit import check_unit_code, party_of

VALUE_SHOWN: Final = 40
PERSONAL: Final = frozenset({"owner_name", "phone", "credit_code"})
MAX_PHONE: Final = 64

T = TypeVar("T")


def read_register(
    content: bytes, filename: str, mapping: Mapping[str, str] | None = None
) -> RegisterProposal:
    """Read a register of units; ``mapping`` is header text to field (or ``ignore``), as the treasurer said.

    Raises a ``FileRefused`` if the file, its header or the mapping cannot be understood. What is wrong in
    single cells does not raise: it is listed in ``refused``, and its unit is left out.
    """
    columns, others = find_register(read_sheets(content), mapping or {})
    reading = _Reading(columns)
    for row in columns.sheet.rows:
        reading.take(row)
    return RegisterProposal(
        filename=filename,
        sheet=columns.sheet.name,
        units=tuple(reading.units),
        refused=tuple(reading.refused),
        warnings=warnings_of(columns, reading.units, reading.data_rows, reading.filled_down, others),
        columns=columns.meanings,
        unrecognised=columns.unrecognised,
        skipped=tuple(reading.skipped),
    )


@dataclass(slots=True)
class _Reading:
    """One pass over the rows: what was understood so far, and what merged cells above left blank."""

    columns: Columns
    units: list[ProposedUnit] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    filled_down: list[int] = field(default_factory=list)
    data_rows: int = 0
    first_row: dict[str, int] = field(default_factory=dict)
    stairs: set[str] = field(default_factory=set)
    above: tuple[Cell, Cell] = (None, None)

    def take(self, row: Row) -> None:
        """Read one row as a unit, or note why it is none."""
        why = why_skipped(self.columns, row)
        if why is not None:
            self.skipped.append(SkippedRow(row.number, why))
            return
        self.data_rows += 1
        before = len(self.refused)
        unit = self._unit(row)
        if unit is not None and len(self.refused) == before:
            self.units.append(unit)

    def _unit(self, row: Row) -> ProposedUnit | None:
        """Return the row's unit; None if a required cell was refused (all are tried, to list all)."""
        where = self._place(row)
        area = self._try(row, "area", cells.read_area)
        state = self._try(row, "state", cells.read_state)
        label = self._try(row, "label", cells.read_text)
        floor = self._try(row, "floor", cells.read_floor)
        source = self._try(row, "area_source", cells.read_area_source)
        day = self._try(row, "handed_over_on", cells.read_date)
        name = self._try(row, "owner_name", cells.read_text)
        phone = self._try(row, "phone", lambda cell: cells.read_text(cell, MAX_PHONE))
        credit_code = self._try(row, "credit_code", cells.read_credit_code)
        if where is None or area is None or state is None:
            return None
        return ProposedUnit(
            row=row.number,
            code=where.code,
            label=label or where.label,
            building=where.building,
            stair=where.stair,
            floor=where.floor if floor is None else floor,
            area_hundredths=area,
            area_source=source,
            state=state,
            party=party_of(state),
            handed_over_on=day,
            owner_name=name,
            phone=phone,
            credit_code=credit_code,
        )

    def _place(self, row: Row) -> place.Place | None:
        """Return which unit the row is about, or None with the refusal noted."""
        if "whole_room" in self.columns.fields:
            where = self._try(row, "whole_room", place.read_whole_place)
        else:
            where = self._place_of_three(row)
        if where is None:
            return None
        column = "whole_room" if "whole_room" in self.columns.fields else "room"
        try:
            check_unit_code(where.code)
        except UnitCodeMalformed:
            self._refuse(row, column, refusals.PlaceUnknown())
            return None
        earlier = self.first_row.setdefault(where.code, row.number)
        if earlier != row.number:
            self._refuse(row, column, refusals.UnitTwice(row=earlier, unit=where.code))
            return None
        return where

    def _place_of_three(self, row: Row) -> place.Place | None:
        """Return the unit named by building, stair and room; a merged cell counts for the rows below."""
        building, stair, room = (self.columns.cell(row, name) for name in ("building", "stair", "room"))
        if building is None and self.above[0] is not None and not place.names_special(room):
            building = self.above[0]
            stair = self.above[1] if stair is None else stair
            self.filled_down.append(row.number)
        self.above = (building, stair)
        try:
            where = place.read_place(building, stair, room)
        except refusals.CellRefused:
            # Together they say nothing: find out which of the three is at fault.
            parts = (
                self._refused_part(row, "building", building, place.read_building),
                self._refused_part(row, "stair", stair, place.read_stair),
                self._refused_part(row, "room", room, place.read_room),
            )
            if not any(parts):
                self._refuse(row, "room", refusals.RoomUnknown())
            return None
        if where.stair != "U0":
            self.stairs.add(where.building)
        elif where.building in self.stairs and "stair" in self.columns.fields:
            self._refuse(row, "stair", refusals.StairMissing())
            return None
        return where

    def _refused_part(self, row: Row, name: str, cell: Cell, read: Callable[[Cell], object]) -> bool:
        """Note the refusal of one part of a place, if it is refused."""
        try:
            read(cell)
        except refusals.CellRefused as refusal:
            self._refuse(row, name, refusal)
            return True
        return False

    def _try(self, row: Row, name: str, read: Callable[[Cell], T]) -> T | None:
        """Return what a field's cell means, or None with the refusal noted."""
        if name not in self.columns.fields:
            return None
        try:
            return read(self.columns.cell(row, name))
        except refusals.CellRefused as refusal:
            self._refuse(row, name, refusal)
            return None

    def _refuse(self, row: Row, name: str, refusal: refusals.CellRefused) -> None:
        """List a cell as refused."""
        index = self.columns.fields.get(name, self.columns.fields.get("room", 0))
        cell = self.columns.cell(row, name)
        text = cell.text if isinstance(cell, FormulaError) else "" if cell is None else str(cell)
        self.refused.append(
            RefusedCell(
                row=row.number,
                header=self.columns.headers[index] or f"第{letter(index)}列",
                letter=letter(index),
                value="" if name in PERSONAL else text[:VALUE_SHOWN],
                code=refusal.code,
                reason_zh=refusal.detail("zh"),
                reason_en=refusal.detail("en"),
            )
        )
