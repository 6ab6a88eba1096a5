"""Arrears and their age on a day: per unit, debtor, building and kind of debtor, and charge by charge.

For members of the compound's bodies only: rows name units. The bulletin takes the sums by kind of debtor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.ageing import DEFAULT_LIMITS, age_class, class_names
from ledger.rules.charge import item_of
from ledger.rules.limitation import limitation_ends
from ledger.rules.unit import Standing
from ledger.store.arrears import Owed, owed_on
from ledger.store.interrupted import interruptions

KIND_ZH = {Standing.OWNER: "业主", Standing.FORMER: "原业主", Standing.DEVELOPER: "建设单位"}


@dataclass(frozen=True, slots=True)
class AgedRow:
    """What one unit's debtor, building or kind of debtor owes, in fen, by age.

    ``not_due_minor`` is charged and not yet due; it is in no class and in ``total_minor``. ``disputed_minor`` is a
    part of the total. ``expired_minor`` is what a court would no longer hear; it may still be paid (L35).
    """

    key: str
    label_zh: str
    kind_zh: str
    units: int
    buckets_minor: tuple[int, ...]
    not_due_minor: int
    total_minor: int
    disputed_minor: int
    expired_minor: int
    oldest_due_on: date
    limitation_on: date


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One charge that is open; amounts in fen, age in days since the due day (negative: not yet due)."""

    charge: str
    unit: str
    label_zh: str
    building: str
    debtor: int
    kind: Standing
    item: str
    item_zh: str
    period: str
    from_on: date | None
    to_on: date | None
    due_on: date
    billed_minor: int
    area_hundredths: int | None
    rate_e4: int | None
    open_minor: int
    disputed_minor: int
    age_days: int
    limitation_on: date
    expired: bool


@dataclass(frozen=True, slots=True)
class Arrears:
    """All of it, on one day."""

    compound: str
    as_of: date
    buckets_zh: tuple[str, ...]
    lines: tuple[OwedLine, ...]
    by_debtor: tuple[AgedRow, ...]
    by_unit: tuple[AgedRow, ...]
    by_building: tuple[AgedRow, ...]
    by_kind: tuple[AgedRow, ...]
    total: AgedRow | None


def arrears(
    session: Session,
    compound: str,
    as_of: date,
    *,
    limits: Sequence[int] = DEFAULT_LIMITS,
    unit: str | None = None,
    known_at: int | None = None,
) -> Arrears:
    """Return what was open at the end of ``as_of``, of all units or of one; as the books had it at act ``known_at``."""
    told = interruptions(session, compound, as_of, unit=unit, known_at=known_at)
    lines = tuple(
        _line(one, as_of, limitation_ends(one.charge.due_on, told.of(one.charge)))
        for one in owed_on(session, compound, as_of, unit=unit, known_at=known_at)
    )

    def grouped(key: Callable[[OwedLine], str], label: Callable[[OwedLine], str]) -> tuple[AgedRow, ...]:
        groups: dict[str, list[OwedLine]] = defaultdict(list)
        for line in lines:
            groups[key(line)].append(line)
        return tuple(_row(each, label(groups[each][0]), groups[each], limits) for each in sorted(groups))

    return Arrears(
        compound,
        as_of,
        class_names(limits),
        lines,
        by_debtor=grouped(lambda one: f"{one.unit}/{one.debtor}", lambda one: one.label_zh),
        by_unit=grouped(lambda one: one.unit, lambda one: one.label_zh),
        by_building=grouped(lambda one: one.building, lambda one: one.building),
        by_kind=grouped(lambda one: str(one.kind), lambda one: KIND_ZH[one.kind]),
        total=_row("total", "合计", list(lines), limits) if lines else None,
    )


def _line(owed: Owed, as_of: date, limitation_on: date) -> OwedLine:
    charge = owed.charge
    return OwedLine(
        charge=charge.id,
        unit=charge.unit,
        label_zh=owed.label,
        building=owed.building,
        debtor=charge.debtor,
        kind=charge.standing,
        item=charge.item,
        item_zh=item_of(charge.item).zh,
        period=charge.period,
        from_on=owed.from_on,
        to_on=owed.to_on,
        due_on=charge.due_on,
        billed_minor=owed.billed_minor,
        area_hundredths=owed.area_hundredths,
        rate_e4=owed.rate_e4,
        open_minor=charge.open_minor,
        disputed_minor=charge.disputed_minor,
        age_days=(as_of - charge.due_on).days,
        limitation_on=limitation_on,
        expired=limitation_on < as_of,
    )


def _row(key: str, label_zh: str, lines: list[OwedLine], limits: Sequence[int]) -> AgedRow:
    aged = [0] * (len(limits) + 1)
    for line in lines:
        if line.age_days >= 0:
            aged[age_class(line.age_days, limits)] += line.open_minor
    return AgedRow(
        key=key,
        label_zh=label_zh,
        kind_zh="、".join(dict.fromkeys(KIND_ZH[line.kind] for line in lines)),
        units=len({line.unit for line in lines}),
        buckets_minor=tuple(aged),
        not_due_minor=sum(line.open_minor for line in lines if line.age_days < 0),
        total_minor=sum(line.open_minor for line in lines),
        disputed_minor=sum(line.disputed_minor for line in lines),
        expired_minor=sum(line.open_minor for line in lines if line.expired),
        oldest_due_on=min(line.due_on for line in lines),
        limitation_on=min(line.limitation_on for line in lines),
    )
