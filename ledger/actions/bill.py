"""Bill a month: one collective entry per fee item, and release of what was paid ahead in the same run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from ledger.actions.charging import charge_rows, locked, measures, planned, receivables, shares_again
from ledger.actions.collect_utilities import check_no_handling_fee
from ledger.actions.promise import keep_promises
from ledger.actions.settling import mirrored, settlement_facts, settlement_postings
from ledger.errors import AlreadyBilled, CostMissing, MonthNotBillable, NothingToBill, TariffMissing
from ledger.rules.billing import Planned
from ledger.rules.charge import FEE_ITEMS, FeeItem, Formula, Tariff, fee_item, item_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_rate
from ledger.rules.period import month_of, next_month, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge, Settled, allocate
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.charged import all_departed
from ledger.store.failpoints import reach
from ledger.store.metering import tariffs_in_force
from ledger.store.owed import Lot, billed_units, open_charges, prepaid_lots, receipts_after
from ledger.store.tables import Charge
from ledger.store.tenures import UnitTimeline, timelines

_PER = {
    Formula.AREA_RATE: "元/㎡·月",
    Formula.FIXED: "元/户·月",
    Formula.PER_FLOOR: "元/层·月",
    Formula.USAGE: "元/单位用量",
}


@dataclass(frozen=True, slots=True)
class BillMonth:
    """Bill ``month``; all items of the tariff in force unless some are named.

    ``only_missing`` bills the units that have no charge for the item and month yet, such as those added later.
    """

    month: str
    effective_on: date
    items: tuple[str, ...] = ()
    only_missing: bool = False


@dataclass(frozen=True, slots=True)
class BillRun:
    """One item's collective entry: how many units, their total in fen, and the charges."""

    item: str
    recorded: Recorded
    count: int
    total_minor: int
    charges: tuple[Planned, ...] = ()


@dataclass(frozen=True, slots=True)
class Billed:
    """What a billing run did; ``skipped`` are items in force for which nothing was owed or no cost was known."""

    month: str
    runs: tuple[BillRun, ...]
    releases: tuple[Recorded, ...]
    released_minor: int
    skipped: tuple[str, ...] = ()


def bill(journal: Journal, command: BillMonth) -> Billed:
    """Bill every unit for the month, then settle from prepayments what has been billed.

    Raises:
        MonthNotBillable: it is before the books begin, or after next month.
        TariffMissing: a named item has no published tariff for the month (L18).
        AlreadyBilled: an item has been billed for the month, and not only what is missing is asked for.
        CostMissing, CostRefused, FloorMissing: a named item cannot be measured.
        HandlingFee: what is collected for a supplier is more than it bills (L19).
        NothingToBill: there is no item in force, or no unit that owes it.
    """
    require(journal.actor, KEEPERS)
    month = parse_month(command.month, "/month")
    _check_month(journal, month, command.effective_on)
    in_force = tariffs_in_force(journal.session, journal.compound, month)
    for place, code in enumerate(command.items):
        fee_item(code, f"/items/{place}")
        if code not in in_force:
            raise TariffMissing(pointer=f"/items/{place}", item=FEE_ITEMS[code].zh, month=month)
    wanted = [code for code in FEE_ITEMS if code in (command.items or in_force)]
    units = timelines(journal.session, journal.compound)
    runs, skipped = [], []
    for code in wanted:
        try:
            run = _bill_item(journal, FEE_ITEMS[code], in_force[code], command, units)
        except CostMissing:
            if command.items:
                raise
            run = None
        if run is None:
            skipped.append(code)
        else:
            runs.append(run)
            reach("item_billed")
    if not runs:
        raise NothingToBill(pointer="/month", month=month)
    keep_promises(journal, month, command.effective_on)
    releases, released = _release(journal, month, command.effective_on)
    return Billed(month, tuple(runs), releases, released, tuple(skipped))


def _check_month(journal: Journal, month: str, effective_on: date) -> None:
    """Refuse a month of the trustee before, or one that is further off than the next."""
    first, last = month_of(journal.opened_on), next_month(month_of(effective_on))
    if not first <= month <= last:
        raise MonthNotBillable(pointer="/month", month=month, first=first, last=last)


def _bill_item(
    journal: Journal, item: FeeItem, tariff: Tariff, command: BillMonth, units: dict[str, UnitTimeline]
) -> BillRun | None:
    """Bill one item; None where nothing is owed for it."""
    month = command.month
    billed = billed_units(journal.session, journal.compound, item.code, month)
    if billed and not command.only_missing:
        raise AlreadyBilled(pointer="/month", item=item.zh, month=month)
    missing = {code: unit for code, unit in units.items() if code not in billed} if billed else units
    if billed and tariff.formula is Formula.SHARED:  # the cost is borne, but for the parts taken back
        found = shares_again(journal, item, month, missing)
    else:
        found = measures(journal, item, tariff, month, missing)
    if tariff.terms.price_lock:
        found = locked(journal, item, month, found, missing)
    charges = planned(journal, item, month, found, missing)
    if not charges:
        return None
    check_no_handling_fee(journal, item.code, month, charges)
    left = all_departed(journal.session, journal.compound)
    postings = receivables(journal.seq + 1, item, charges, left)
    entry = Entry(
        Kind.BILL,
        command.effective_on,
        _narration(item, tariff, month, is_rest=bool(billed)),
        (*postings, *mirrored(postings)),
        authority=tariff.authority,
    )
    facts: Facts = {Charge: charge_rows(charges)}
    recorded = journal.record("bill", command.effective_on, facts, entry=entry)
    count = len({one.unit for one in charges})
    return BillRun(item.code, recorded, count, sum(one.amount_minor for one in charges), tuple(charges))


def _narration(item: FeeItem, tariff: Tariff, month: str, *, is_rest: bool) -> str:
    rate = "分摊" if tariff.formula is Formula.SHARED else format_rate(tariff.rate_e4) + _PER[tariff.formula]
    return f"{month} {item.zh}应收 {rate}" + ("(补计)" if is_rest else "")


def _release(journal: Journal, month: str, effective_on: date) -> tuple[tuple[Recorded, ...], int]:
    """Settle open charges from prepayments, oldest lot first; one collective entry per fund.

    Both were there on the day: nothing is settled before it is owed, nor with money that came later.
    """
    session, compound = journal.session, journal.compound
    lots = prepaid_lots(session, compound)
    numbers = [lot.receipt for lot in lots if lot.receipt is not None]
    later = receipts_after(session, compound, numbers, effective_on)
    lots = [lot for lot in lots if lot.receipt not in later]
    if not lots:
        return (), 0
    charges = open_charges(session, compound, {lot.unit for lot in lots}, through=month, on=effective_on)
    by_debtor: dict[tuple[str, int, str], list[OpenCharge]] = defaultdict(list)
    for charge in charges:
        by_debtor[charge.unit, charge.debtor, item_of(charge.item).fund].append(charge)
    settled: dict[str, list[tuple[Lot, Settled]]] = defaultdict(list)
    for lot in lots:
        key = (lot.unit, lot.debtor, lot.fund)
        parts, _ = allocate(lot.left_minor, by_debtor[key])
        settled[lot.fund] += [(lot, part) for part in parts]
        by_debtor[key] = _after(by_debtor[key], parts)
    releases = []
    total = 0
    for fund in sorted(fund for fund in settled if settled[fund]):
        pairs = settled[fund]
        entry = Entry(
            Kind.RELEASE,
            effective_on,
            f"{month} 预收冲抵应收",
            (
                *(
                    Posting(
                        f"Liabilities:{fund}:Prepaid",
                        part.amount_minor,
                        unit=lot.unit,
                        debtor=lot.debtor,
                        item=part.charge.item,
                        charge=part.charge.id,
                        period=part.charge.period,
                        receipt=lot.receipt,
                    )
                    for lot, part in pairs
                ),
                *settlement_postings([(part, lot.receipt) for lot, part in pairs]),
            ),
        )
        facts = settlement_facts([(part, lot.receipt) for lot, part in pairs])
        releases.append(journal.record("release", effective_on, facts, entry=entry))
        total += sum(part.amount_minor for _, part in pairs)
    return tuple(releases), total


def _after(charges: list[OpenCharge], parts: tuple[Settled, ...]) -> list[OpenCharge]:
    """Return the charges with what is still open on them."""
    paid = {part.charge.id: part.amount_minor for part in parts}
    left = []
    for charge in charges:
        rest = charge.open_minor - paid.get(charge.id, 0)
        if rest:
            left.append(replace(charge, open_minor=rest))
    return left
