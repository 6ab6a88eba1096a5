"""Utilities behind a main meter: which units share it, and what the supplier bills; nothing is added to it (L19).

Units are billed and pay as for any fee; the money is owed to the supplier and nobody's income (entry E39).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import AlreadyExists, HandlingFee, NotFound, RequestMalformed
from ledger.rules.billing import Planned
from ledger.rules.charge import UTILITIES
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.own import own
from ledger.store.tables import MeterGroup, UtilityBill
from ledger.store.utilities import (
    billed,
    buildings_of,
    charged_by_unit,
    group_of_unit,
    meter_groups,
)


@dataclass(frozen=True, slots=True)
class OpenMeterGroup:
    """The units behind a main meter: those of ``building``, or all; ``item`` is what they are charged for."""

    code: str
    item: str
    label: str
    building: str | None = None


@dataclass(frozen=True, slots=True)
class RecordUtilityBill:
    """What the supplier bills a group for a month, in fen; below zero takes back."""

    meter_group: str
    month: str
    amount_minor: int
    supplier: str
    document: str


def open_meter_group(journal: Journal, command: OpenMeterGroup) -> Recorded:
    """Put a meter group on record.

    Raises:
        AlreadyExists: the code is taken, or these units have a group for the item.
        NotFound: the item is not collected for a supplier, or there is no such building.
    """
    require(journal.actor, KEEPERS)
    if command.item not in UTILITIES:
        raise NotFound(pointer="/item", what=command.item[:40])
    buildings = set(buildings_of(journal.session, journal.compound).values())
    if command.building is not None and command.building not in buildings:
        raise NotFound(pointer="/building", what=command.building[:40])
    code = check_public(command.code, "/code", 32)
    for one in meter_groups(journal.session, journal.compound):
        if one.code == code or (one.item, one.building) == (command.item, command.building):
            raise AlreadyExists(pointer="/code", what=one.code)
    row = {
        "code": code,
        "item": command.item,
        "label": check_public(command.label, "/label", NAME_LIMIT),
        "building": command.building,
    }
    return journal.record("meter_group_opened", journal.today, {MeterGroup: [row]})


def record_utility_bill(journal: Journal, command: RecordUtilityBill) -> Recorded:
    """Put a supplier's bill on record; a negative one takes back no more than was billed.

    Raises:
        NotFound: there is no such group.
    """
    require(journal.actor, KEEPERS)
    month = parse_month(command.month, "/month")
    group = own(journal.session, MeterGroup, journal.compound, command.meter_group, "/meter_group")
    so_far = billed(journal.session, journal.compound, group.code, period=month)
    if not command.amount_minor or so_far + command.amount_minor < 0:
        raise RequestMalformed(
            pointer="/amount",
            why_zh="账单金额不能为零,冲减不能超过已登记的账单",
            why_en="a bill is not zero, and takes back no more than was billed",
        )
    row = {
        "meter_group": group.code,
        "period": month,
        "amount_minor": check_bounds(command.amount_minor, "/amount"),
        "supplier": check_public(command.supplier, "/supplier", NAME_LIMIT),
        "document": check_public(command.document, "/document", NAME_LIMIT),
    }
    return journal.record("utility_billed", journal.today, {UtilityBill: [row]})


def check_no_handling_fee(journal: Journal, item: str, month: str, charges: Sequence[Planned]) -> None:
    """Refuse to charge a group's units more than the supplier bills, rounding of each unit's charge apart (L19).

    Raises:
        HandlingFee: it is more, or no bill is on record.
    """
    if item not in UTILITIES:
        return
    session, compound = journal.session, journal.compound
    charged = defaultdict(int, charged_by_unit(session, compound, item, month))
    for one in charges:
        charged[one.unit] += one.amount_minor
    groups, buildings = meter_groups(session, compound, item), buildings_of(session, compound)
    sums: dict[str, int] = defaultdict(int)
    units: dict[str, int] = defaultdict(int)
    for unit, minor in charged.items():
        group = group_of_unit(groups, buildings.get(unit, ""))
        code = group.code if group else ""
        sums[code] += minor
        units[code] += 1
    labels = {one.code: one.label for one in groups}
    for code, total in sums.items():
        supplied = billed(session, compound, code, period=month) if code else 0
        rounding = units[code] // 2 if supplied else 0  # half a fen a unit at most
        if total > supplied + rounding:
            raise HandlingFee(
                pointer="/items",
                group=labels.get(code, item),
                month=month,
                billed=format_amount(supplied),
                charged=format_amount(total),
            )
