"""Bill a month: one collective entry per fee item, and release of what was paid ahead in the same run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ledger.actions.settling import settlement_facts, settlement_postings
from ledger.errors import AlreadyBilled, NothingToBill, TariffMissing
from ledger.rules.charge import FEE_ITEMS, FeeItem, Formula, Tariff, charge_amount, fee_item
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import FACTOR_SCALE, format_rate
from ledger.rules.period import first_day, last_day, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge, Settled, allocate
from ledger.store.append import Journal, Recorded
from ledger.store.owed import Lot, billed_units, holdings, open_charges, prepaid_lots, tariffs
from ledger.store.tables import Charge, TariffRow


@dataclass(frozen=True, slots=True)
class BillMonth:
    """Bill ``month``; all items of the tariff in force unless some are named."""

    month: str
    effective_on: date
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BillRun:
    """One item's collective entry: how many charges, and their total in fen."""

    item: str
    recorded: Recorded
    count: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class Billed:
    """What a billing run did."""

    month: str
    runs: tuple[BillRun, ...]
    releases: tuple[Recorded, ...]
    released_minor: int


def bill(journal: Journal, command: BillMonth) -> Billed:
    """Bill every unit for the month, then settle from prepayments what has been billed.

    Raises:
        TariffMissing: a named item has no published tariff for the month (L18).
        AlreadyBilled: an item has been billed for the month.
        NothingToBill: there is no item in force, or no unit.
    """
    require(journal.actor, KEEPERS)
    month = parse_month(command.month, "/month")
    in_force = _tariffs_in_force(journal, month)
    for place, code in enumerate(command.items):
        fee_item(code, f"/items/{place}")
        if code not in in_force:
            raise TariffMissing(pointer=f"/items/{place}", item=FEE_ITEMS[code].zh, month=month)
    wanted = [code for code in FEE_ITEMS if code in (command.items or in_force)]
    runs = [
        _bill_item(journal, FEE_ITEMS[code], in_force[code], month, command.effective_on) for code in wanted
    ]
    if not runs:
        raise NothingToBill(pointer="/month", month=month)
    releases, released = _release(journal, month, command.effective_on)
    return Billed(month, tuple(runs), releases, released)


def _tariffs_in_force(journal: Journal, month: str) -> dict[str, TariffRow]:
    in_force: dict[str, TariffRow] = {}
    for row in tariffs(journal.session, journal.compound):  # newest first
        if row.effective_from <= first_day(month):
            in_force.setdefault(row.item, row)
    return in_force


def _bill_item(journal: Journal, item: FeeItem, row: TariffRow, month: str, effective_on: date) -> BillRun:
    if billed_units(journal.session, journal.compound, item.code, month):
        raise AlreadyBilled(pointer="/month", item=item.zh, month=month)
    tariff = Tariff(item.code, Formula(row.formula), row.rate_e4, row.effective_from, row.authority)
    charges: list[dict[str, Any]] = []
    for holding in holdings(journal.session, journal.compound, first_day(month)):
        minor = charge_amount(tariff, holding.area_hundredths)
        if minor == 0:
            continue
        charges.append(
            {
                "line": len(charges) + 1,
                "unit": holding.unit,
                "debtor": holding.debtor,
                "party": holding.party,
                "item": item.code,
                "period": month,
                "due_on": last_day(month),
                "amount_minor": minor,
                "tariff_seq": row.seq,
                "area_hundredths": holding.area_hundredths,
                "factor_bp": FACTOR_SCALE,
            }
        )
    if not charges:
        raise NothingToBill(pointer="/month", month=month)
    unit_of_rate = "元/㎡·月" if tariff.formula is Formula.AREA_RATE else "元/户·月"
    entry = Entry(
        Kind.BILL,
        effective_on,
        f"{month} {item.zh}应收 {format_rate(tariff.rate_e4)}{unit_of_rate}",
        _receivables(journal.seq + 1, item, charges),
        authority=tariff.authority,
    )
    rows = [{**charge, "party": str(charge["party"])} for charge in charges]
    recorded = journal.record("bill", effective_on, {Charge: rows}, entry=entry)
    return BillRun(item.code, recorded, len(rows), sum(charge["amount_minor"] for charge in charges))


def _receivables(seq: int, item: FeeItem, charges: list[dict[str, Any]]) -> tuple[Posting, ...]:
    """Return one receivable a charge, and one mirror a debtor kind (I2)."""
    mirrors: dict[str, int] = defaultdict(int)
    postings = []
    for charge in charges:
        mirrors[item.uncollected(charge["party"])] -= charge["amount_minor"]
        postings.append(
            Posting(
                item.receivable(charge["party"]),
                charge["amount_minor"],
                unit=charge["unit"],
                debtor=charge["debtor"],
                item=item.code,
                charge=f"{seq}-{charge['line']}",
                period=charge["period"],
            )
        )
    return (*postings, *(Posting(code, mirrors[code]) for code in sorted(mirrors)))


def _release(journal: Journal, month: str, effective_on: date) -> tuple[tuple[Recorded, ...], int]:
    """Settle open charges from prepayments, oldest lot first; one collective entry per fund."""
    lots = prepaid_lots(journal.session, journal.compound)
    if not lots:
        return (), 0
    charges = open_charges(journal.session, journal.compound, {lot.unit for lot in lots}, through=month)
    by_debtor: dict[tuple[str, int, str], list[OpenCharge]] = defaultdict(list)
    for charge in charges:
        by_debtor[charge.unit, charge.debtor, FEE_ITEMS[charge.item].fund].append(charge)
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
