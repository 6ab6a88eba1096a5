"""What a register says that does not fit together: shown to the treasurer, no reason to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.intake.passed_over import is_total, stated_total
from ledger.intake.proposal import ProposedUnit, Warned, looks_like_company
from ledger.rules.unit import Party, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.intake.columns import Columns
    from ledger.intake.sheet import Sheet

ROWS_SHOWN: Final = 20


def warnings_of(
    columns: Columns,
    units: Sequence[ProposedUnit],
    data_rows: int,
    filled_down: Sequence[int],
    others: Sequence[Sheet],
) -> tuple[Warned, ...]:
    """Return the warnings on a register; ``data_rows`` counts refused rows too, ``others`` were not read."""
    found = [*_contradictions(columns, units), *_totals(columns, units, data_rows)]
    if filled_down:
        zh = f"有 {len(filled_down)} 行楼栋为空,按合并单元格取了上一行的楼栋。"
        en = f"{len(filled_down)} rows have no building; it was taken from the row above, as if merged."
        found.append(Warned("building_filled_down", zh, en, tuple(filled_down[:ROWS_SHOWN])))
    if others:
        names = "、".join(sheet.name for sheet in others)
        zh = f"还有工作表像房屋台账,没有读取:{names}。如需导入,请合并到一张表。"
        en = f"Other sheets look like a register and were not read: {names}. Put all units on one sheet."
        found.append(Warned("other_sheets", zh, en))
    return tuple(found)


def _contradictions(columns: Columns, units: Sequence[ProposedUnit]) -> list[Warned]:
    """Return warnings where state, hand-over date and owner do not fit."""
    found = []
    developers = [unit for unit in units if unit.party is Party.DEVELOPER]
    rows = [unit.row for unit in developers if unit.handed_over_on is not None]
    if rows:
        zh = f"有 {len(rows)} 户写着未售或未交付,却有交付日期。请核对:这决定由谁交费。"
        en = f"{len(rows)} unsold or not handed-over units have a hand-over date; it decides who pays."
        found.append(Warned("state_contradicts_date", zh, en, tuple(rows[:ROWS_SHOWN])))
    if "handed_over_on" in columns.fields:
        rows = [unit.row for unit in units if unit.party is Party.OWNER and unit.handed_over_on is None]
        if rows:
            zh = f"有 {len(rows)} 户已交付或已入住,却没有交付日期。"
            en = f"{len(rows)} units are handed over or lived in, yet have no hand-over date."
            found.append(Warned("hand_over_date_missing", zh, en, tuple(rows[:ROWS_SHOWN])))
    unsold = [unit for unit in developers if unit.state is State.UNSOLD and unit.owner_name]
    rows = [unit.row for unit in unsold if not looks_like_company(unit.owner_name or "")]
    if rows:
        zh = f"有 {len(rows)} 户写着未售,业主一栏却不像公司名称。"
        en = f"{len(rows)} unsold units have an owner that does not look like a company."
        found.append(Warned("unsold_with_person", zh, en, tuple(rows[:ROWS_SHOWN])))
    companies = {unit.owner_name for unit in unsold if looks_like_company(unit.owner_name or "")}
    if len(companies) > 1:
        zh = f"未售房屋写了 {len(companies)} 个不同的公司。"
        en = f"Unsold units name {len(companies)} different companies."
        found.append(Warned("several_developers", zh, en))
    return found


def _totals(columns: Columns, units: Sequence[ProposedUnit], data_rows: int) -> list[Warned]:
    """Return warnings where a totals row states another count or area than the rows above it add up to."""
    found = []
    area = sum(unit.area_hundredths for unit in units)
    for row in columns.sheet.rows:
        if row.number <= columns.header_rows[-1] or not is_total(row):
            continue
        count, stated_area = stated_total(columns, row)
        if count is not None and count != data_rows:
            zh = f"合计行写 {count} 户,实际有 {data_rows} 行房屋。"
            en = f"The totals row says {count} units; there are {data_rows} rows of units."
            found.append(Warned("total_count_differs", zh, en, (row.number,)))
        if stated_area is not None and len(units) == data_rows and stated_area != area:
            zh = f"合计行写 {_metres(stated_area)} 平方米,各户相加是 {_metres(area)} 平方米。"
            en = f"The totals row says {_metres(stated_area)} m²; the units add up to {_metres(area)} m²."
            found.append(Warned("total_area_differs", zh, en, (row.number,)))
    return found


def _metres(hundredths: int) -> str:
    """Return square metres with two decimals."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"
