"""The fictional register is the same bytes each time, and as untidy as the real ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from openpyxl import load_workbook

from api.demo.register import write_register
from ledger.intake.register import read_register
from ledger.rules.unit import State


def test_the_register_has_1059_units_of_which_42_are_the_developers(tmp_path: Path) -> None:
    write_register(tmp_path / "units.xlsx")
    proposal = read_register((tmp_path / "units.xlsx").read_bytes(), "units.xlsx")
    states = Counter(unit.state for unit in proposal.units)
    assert (len(proposal.units), proposal.refused, proposal.warnings) == (1059, (), ())
    assert (states[State.UNSOLD], states[State.SOLD_NOT_HANDED_OVER]) == (30, 12)
    assert proposal.developer_count == 42
    assert len({unit.area_hundredths for unit in proposal.units}) == 7
    assert len({unit.building for unit in proposal.units}) == 12


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_register(tmp_path / name, seed)
    first, second, third = ((tmp_path / name).read_bytes() for name in "abc")
    assert first == second != third


def test_the_spellings_are_untidy(tmp_path: Path) -> None:
    write_register(tmp_path / "units.xlsx")
    rows = list(load_workbook(tmp_path / "units.xlsx").active.iter_rows(min_row=4, values_only=True))
    assert {"3栋", "3幢", "3栋 ", 3} <= {row[1] for row in rows}
    assert {"/", "未交付", None} <= {row[8] for row in rows}
    assert any("㎡" in str(row[4]) for row in rows)
    assert any(ord(str(row[4])[0]) > 0xFF00 for row in rows)
