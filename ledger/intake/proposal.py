"""What a register file says, before anything is stored: units, refusals, and what was passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ledger.rules.unit import Party, State

COMPANY_ENDINGS: Final = (
    *("公司", "集团", "企业", "厂", "中心", "合作社", "商行", "银行", "委员会", "学校", "医院"),
    *("LTD", "INC"),
)


@dataclass(frozen=True, slots=True)
class ProposedUnit:
    """One unit as the file gives it. Areas are hundredths of a square metre; names stay out of ``repr``."""

    row: int
    code: str
    label: str
    building: str
    stair: str
    floor: int | None
    area_hundredths: int
    area_source: str | None
    state: State
    party: Party
    handed_over_on: date | None
    owner_name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    credit_code: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """One cell that was not understood: 1-based row, header and letter of its column, and why.

    ``value`` is what stands in the cell, cut to 40 characters; it is empty for names and phones.
    """

    row: int
    header: str
    letter: str
    value: str
    code: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """One row that is no unit: ``title``, ``header``, ``blank``, ``total``, ``repeated_header``, ``note``."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at that does not stop the import; ``rows`` are at most the first 20."""

    code: str
    zh: str
    en: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterProposal:
    """A register file read to its end; it may be imported only if ``complete``."""

    filename: str
    sheet: str
    units: tuple[ProposedUnit, ...]
    refused: tuple[RefusedCell, ...]
    warnings: tuple[Warned, ...]
    columns: Mapping[str, str]
    unrecognised: tuple[str, ...]
    skipped: tuple[SkippedRow, ...]

    @property
    def complete(self) -> bool:
        """Whether every row was understood: a register is imported whole or not at all."""
        return bool(self.units) and not self.refused

    @property
    def developer_count(self) -> int:
        """How many units the developer owes for: unsold, or sold and not handed over."""
        return sum(unit.party is Party.DEVELOPER for unit in self.units)

    @property
    def developer_names(self) -> tuple[str, ...]:
        """The companies named on the developer's units, in code-point order; never a person's name."""
        names = (unit.owner_name for unit in self.units if unit.party is Party.DEVELOPER)
        return tuple(sorted({name for name in names if name and looks_like_company(name)}))


def looks_like_company(name: str) -> bool:
    """Return whether a name ends as companies and public bodies do."""
    return re.sub(r"[()()\s.]", "", name).upper().endswith(COMPANY_ENDINGS)
