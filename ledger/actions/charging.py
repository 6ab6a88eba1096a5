"""What each unit's charge is measured by in a month, and the rows and postings of the charges that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from ledger.errors import CostMissing, CostRefused, FloorMissing
from ledger.rules.billing import Measure, Planned, plan
from ledger.rules.charge import FeeItem, Formula, Sharing, Tariff, floors_charged
from ledger.rules.entry import Posting
from ledger.rules.money import apportion
from ledger.rules.period import last_day, month_of
from ledger.rules.tenure import Stretch, month_stretches
from ledger.rules.unit import standing_of
from ledger.store import metering
from ledger.store.append import Journal
from ledger.store.charged import taken_back_shares, tariff_of
from ledger.store.owed import Lot, prepaid_lots
from ledger.store.tables import Receipt
from ledger.store.tenures import UnitTimeline


def measures(
    journal: Journal, item: FeeItem, tariff: Tariff, month: str, units: Mapping[str, UnitTimeline]
) -> dict[str, Measure]:
    """Return what the units that owe an item are measured by, by code.

    Raises:
        FloorMissing: a unit without a floor, where floors count.
        CostMissing, CostRefused: a cost to share is missing, or too small to share.
    """
    if tariff.formula is Formula.AREA_RATE:
        return {code: Measure(tariff, tariff.rate_e4, one.area_hundredths) for code, one in units.items()}
    if tariff.formula is Formula.PER_FLOOR:
        return _by_floor(item, tariff, units)
    if tariff.formula is Formula.USAGE:
        read = metering.month_readings(journal.session, journal.compound, item.code, month)
        return {
            code: Measure(tariff, tariff.rate_e4, None, row.used, row.seq)
            for code, row in sorted(read.items())
            if code in units
        }
    if tariff.formula is Formula.SHARED:
        return _shares(journal, item, tariff, month, units)
    if not tariff.terms.by_coefficient:
        return {code: Measure(tariff, tariff.rate_e4) for code in units}
    held = metering.coefficients(journal.session, journal.compound, item.code)
    return {
        code: Measure(tariff, tariff.rate_e4, None, value, seq)
        for code, (value, seq) in sorted(held.items())
        if code in units and value
    }


def _by_floor(item: FeeItem, tariff: Tariff, units: Mapping[str, UnitTimeline]) -> dict[str, Measure]:
    found = {}
    for code, one in units.items():
        if one.floor is None:
            raise FloorMissing(pointer="/items", unit=code, item=item.zh)
        floors = floors_charged(one.floor, tariff.terms.exempt_floors)
        if floors:
            found[code] = Measure(tariff, tariff.rate_e4, None, floors)
    return found


def _shares(
    journal: Journal, item: FeeItem, tariff: Tariff, month: str, units: Mapping[str, UnitTimeline]
) -> dict[str, Measure]:
    """Share the month's cost by the largest remainder; the parts sum to it (I11)."""
    cost = metering.shared_cost(journal.session, journal.compound, item.code, month)
    if cost is None:
        raise CostMissing(pointer="/items", item=item.zh, month=month)
    weights = dict.fromkeys(units, 1)
    if cost.basis == Sharing.AREA:
        weights = {code: one.area_hundredths for code, one in units.items()}
    elif cost.basis == Sharing.COEFFICIENT:
        held = metering.coefficients(journal.session, journal.compound, item.code)
        weights = {code: value for code, (value, _) in sorted(held.items()) if code in units and value}
    if not weights:
        raise CostRefused(pointer="/items", why_zh="没有系数", why_en="there are no coefficients")
    parts = apportion(cost.amount_minor, list(weights.values()))
    if min(parts) < 1:
        raise CostRefused(
            pointer="/items", why_zh="有的房屋分不到一分钱", why_en="some units would bear less than a fen"
        )
    return {
        code: Measure(tariff, part * 100, None, weights[code], cost.seq)
        for code, part in zip(weights, parts, strict=True)
    }


def shares_again(
    journal: Journal, item: FeeItem, month: str, units: Mapping[str, UnitTimeline]
) -> dict[str, Measure]:
    """Return the shares of units whose part of a cost was taken back whole, as they were when it was shared.

    The others bear their parts still, so the parts go on summing to the cost (I11).
    """
    found: dict[str, Measure] = {}
    for row in taken_back_shares(journal.session, journal.compound, item.code, month):
        tariff = tariff_of(journal.session, journal.compound, row)
        if row.unit in units and tariff is not None:
            found[row.unit] = Measure(tariff, row.rate_e4 or 0, None, row.quantity, row.basis_seq)
    return found


def locked(
    journal: Journal,
    item: FeeItem,
    month: str,
    found: Mapping[str, Measure],
    units: Mapping[str, UnitTimeline],
) -> dict[str, Measure]:
    """Return the measures with the price at which a unit has paid ahead, where the tariff locks it.

    The price is that of the oldest receipt not used up, if what was paid ahead covers the month at it; a price that
    has fallen since is not kept.
    """
    session, compound = journal.session, journal.compound
    lots: dict[tuple[str, int], list[Lot]] = defaultdict(list)
    for lot in prepaid_lots(session, compound):
        if lot.receipt is not None and lot.fund == item.fund:
            lots[lot.unit, lot.debtor].append(lot)
    numbers = {held[0].receipt or 0 for held in lots.values()}
    query = select(Receipt).where(Receipt.compound == compound, col(Receipt.number).in_(sorted(numbers)))
    receipts = {row.number: row for row in (session.exec(query) if numbers else ())}
    kept = dict(found)
    for code, measure in found.items():
        stretches = _month(journal, units[code], month)
        held = lots.get((code, stretches[0].change.debtor))
        if not held or held[0].receipt not in receipts or not measure.tariff.terms.price_lock:
            continue
        receipt = receipts[held[0].receipt]
        paid_at = metering.tariffs_in_force(session, compound, month_of(receipt.received_on)).get(item.code)
        if paid_at is None or paid_at.formula is not Formula.AREA_RATE or paid_at.rate_e4 >= measure.rate_e4:
            continue
        old = replace(measure, tariff=paid_at, rate_e4=paid_at.rate_e4, basis_seq=receipt.seq)
        due = sum(one.amount_minor for one in plan(code, stretches, month, item, old))
        if due <= sum(lot.left_minor for lot in held):
            kept[code] = old
    return kept


def _month(journal: Journal, unit: UnitTimeline, month: str) -> list[Stretch]:
    return month_stretches(unit.stretches, month, splits_handover=journal.profile.splits_handover)


def planned(
    journal: Journal,
    item: FeeItem,
    month: str,
    found: Mapping[str, Measure],
    units: Mapping[str, UnitTimeline],
) -> list[Planned]:
    """Return the charges of an item and month, unit by unit."""
    return [
        charge
        for code, measure in found.items()
        for charge in plan(code, _month(journal, units[code], month), month, item, measure)
    ]


def charge_rows(charges: Sequence[Planned], first_line: int = 1) -> list[dict[str, Any]]:
    """Return the rows of charges to be raised."""
    return [
        {**basis_columns(one), "line": line, "amount_minor": one.amount_minor}
        for line, one in enumerate(charges, first_line)
    ]


def basis_columns(charge: Planned) -> dict[str, Any]:
    """Return the columns of a charge that say whose it is and how it comes about."""
    return {
        "unit": charge.unit,
        "debtor": charge.debtor,
        "party": str(charge.party),
        "item": charge.item,
        "period": charge.period,
        "due_on": last_day(charge.period),
        "tariff_seq": charge.tariff_seq,
        "area_hundredths": charge.basis.area_hundredths,
        "factor_bp": charge.basis.factor_bp,
        "rate_e4": charge.basis.rate_e4,
        "quantity": charge.basis.quantity,
        "from_on": charge.from_on,
        "to_on": charge.to_on,
        "share_before": charge.basis.before,
        "basis_seq": charge.basis_seq,
    }


def receivables(
    seq: int,
    item: FeeItem,
    charges: Iterable[Planned],
    left: AbstractSet[tuple[str, int]] = frozenset(),
    first_line: int = 1,
) -> list[Posting]:
    """Return one receivable a charge; ``left`` are the debtors who have left (their debts stand apart)."""
    return [
        Posting(
            item.receivable(standing_of(one.party, has_left=(one.unit, one.debtor) in left)),
            one.amount_minor,
            unit=one.unit,
            debtor=one.debtor,
            item=item.code,
            charge=f"{seq}-{line}",
            period=one.period,
        )
        for line, one in enumerate(charges, first_line)
    ]
