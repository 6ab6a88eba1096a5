"""A voted discount for whoever pays a year ahead: promised with the receipt, kept when the month is billed (S5).

The month that costs nothing is billed like every other and then waived, so the tariff stays one for all and the
discount is seen for what it is. A promise is earned by money for the other months: it falls with its receipt, or when
so much of that is given back that they are not paid any more. It goes on to a new owner with what was paid ahead.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists
from sqlmodel import col, select

from ledger.actions.authorise import check_named
from ledger.actions.charging import measures, planned
from ledger.actions.relieve import authority_of, end
from ledger.actions.settling import mirrored, on_charge, relief_rows
from ledger.errors import AlreadyBilled, AlreadyExists, PaidAheadShort, TariffMissing
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.charge import FEE_ITEMS, item_of
from ledger.rules.entry import Kind, Posting
from ledger.rules.money import format_amount
from ledger.rules.period import month_of, months_between, parse_month
from ledger.rules.settle import OpenCharge, Takings
from ledger.store.append import Journal, Recorded
from ledger.store.debtors import given_back, waived_by
from ledger.store.debts import debt
from ledger.store.metering import tariffs_in_force
from ledger.store.owed import billed_units, open_charges, prepaid_lots
from ledger.store.tables import Charge, EntryRow, PromisedWaiver, Receipt
from ledger.store.tenures import timelines

FREE_ITEM = "property_fee"


@dataclass(frozen=True, slots=True)
class Free:
    """The months that a vote (``authority``) gives, for money of so much on a day."""

    months: tuple[str, ...]
    authority: str
    on: date
    takings: Takings


def promise_rows(journal: Journal, payer: tuple[str, int], receipt: int, free: Free) -> list[dict[str, Any]]:
    """Return the rows of the months that the vote gives to whoever pays ahead.

    Raises:
        AuthorityMissing: no vote is named.
        AlreadyBilled: a month has been billed: that takes a waiver.
        AlreadyExists: a month has been promised before.
        PaidAheadShort: the money does not cover the other months.
    """
    if not free.months:
        return []
    unit, debtor = payer
    authority = authority_of(free.authority)
    by_vote = frozenset({AuthorityKind.VOTE}), frozenset({Matter.RELIEF})
    check_named(journal, authority, Need(FEE_ITEMS[FREE_ITEM].fund, 0, free.on, *by_vote))
    kept = {one.period for one in _standing(journal) if (one.unit, one.debtor) == payer}
    for place, month in enumerate(free.months):
        pointer = f"/free_months/{place}"
        period = parse_month(month, pointer)
        if unit in billed_units(journal.session, journal.compound, FREE_ITEM, period):
            raise AlreadyBilled(pointer=pointer, item=FEE_ITEMS[FREE_ITEM].zh, month=period)
        if period in kept or period in free.months[:place]:
            raise AlreadyExists(pointer=pointer, what=period)
    spare = _spare(journal, payer, free, kept)
    row = {"unit": unit, "debtor": debtor, "item": FREE_ITEM, "receipt": receipt, "authority": authority}
    return [{**row, "period": month, "spare_minor": spare} for month in free.months]


def _spare(journal: Journal, payer: tuple[str, int], free: Free, kept: set[str]) -> int:
    """Return how much more comes in than the months take that earn the free ones, in fen.

    They are all months from this one through the last that is given, without those given or paid already, and at least
    as many as are given. What is held for the unit already pays for some of them.
    """
    unit, debtor = payer
    session, compound = journal.session, journal.compound
    begin = month_of(free.on)
    months = [
        month for month in months_between(begin, max(free.months)) if month not in {*free.months, *kept}
    ]
    owed = {
        charge.period: charge.open_minor
        for charge in open_charges(session, compound, [unit], debtor=debtor, on=free.on)
        if charge.item == FREE_ITEM
    }
    prices = {month: _price(journal, unit, month) for month in (*months, *free.months)}
    needed = 0
    for month in months:
        is_billed = unit in billed_units(session, compound, FREE_ITEM, month)
        needed += owed.get(month, 0) if is_billed else prices[month]
    held = sum(
        lot.left_minor
        for lot in prepaid_lots(session, compound, unit=unit)
        if (lot.debtor, lot.fund) == (debtor, FEE_ITEMS[FREE_ITEM].fund)
    )
    least = sum(prices[month] for month in free.months)
    needed = max(needed - held, least)
    ahead = free.takings.rest_minor + sum(
        part.amount_minor
        for part in free.takings.settled
        if part.charge.unit == unit and part.charge.item == FREE_ITEM and part.charge.period >= begin
    )
    if ahead < needed:
        raise PaidAheadShort(
            pointer="/free_months",
            months=max(len(months), len(free.months)),
            needed=format_amount(needed),
            amount=format_amount(ahead),
        )
    return ahead - needed


def _price(journal: Journal, unit: str, month: str) -> int:
    """Return what a unit will be charged for a month, by the register and the published tariff, in fen."""
    item = FEE_ITEMS[FREE_ITEM]
    tariff = tariffs_in_force(journal.session, journal.compound, month).get(FREE_ITEM)
    if tariff is None:
        raise TariffMissing(pointer="/free_months", item=item.zh, month=month)
    held = timelines(journal.session, journal.compound, unit=unit)
    found = measures(journal, item, tariff, month, held)
    return sum(charge.amount_minor for charge in planned(journal, item, month, found, held))


def keep_promises(journal: Journal, month: str, effective_on: date) -> tuple[Recorded, ...]:
    """Waive what has been promised of a month just billed, one entry for each vote; before prepayments are used."""
    due = [one for one in _earned(journal) if one.period == month]
    if not due:
        return ()
    promised = {(one.unit, one.debtor, one.item): one.authority for one in due}
    by_vote: dict[str, list[tuple[OpenCharge, int]]] = defaultdict(list)
    units = {one.unit for one in due}
    for charge in open_charges(journal.session, journal.compound, units, through=month, on=effective_on):
        key = (charge.unit, charge.debtor, charge.item)
        if charge.period == month and key in promised:
            by_vote[promised[key]].append((charge, charge.open_minor))
    return tuple(
        end(journal, Kind.WAIVER, by_vote[vote], vote, effective_on).recorded for vote in sorted(by_vote)
    )


def carried(journal: Journal, unit: str, old: int, new: int, since: str) -> list[dict[str, Any]]:
    """Return the rows by which promises of months from ``since`` on go to a new owner with what was paid for them."""
    names = ("unit", "item", "period", "receipt", "authority", "spare_minor")
    return [
        {name: getattr(one, name) for name in names} | {"debtor": new}
        for one in _earned(journal)
        if (one.unit, one.debtor) == (unit, old) and one.period >= since
    ]


def promises_back(journal: Journal, receipt: int) -> tuple[list[dict[str, Any]], list[Posting], set[int]]:
    """Return the rows and postings by which months are owed again that were waived for a receipt; nobody else's are.

    The numbers are those of the acts that waived them.
    """
    promised: set[tuple[int, int, str]] = set()
    of_receipt = select(PromisedWaiver).where(
        PromisedWaiver.compound == journal.compound, PromisedWaiver.receipt == receipt
    )
    for one in journal.session.exec(of_receipt).all():
        charges = select(Charge).where(
            Charge.compound == journal.compound,
            Charge.period == one.period,
            Charge.item == one.item,
            Charge.unit == one.unit,
            Charge.debtor == one.debtor,
            col(Charge.corrects_seq).is_(None),
        )
        promised |= {(charge.seq, charge.line, one.authority) for charge in journal.session.exec(charges)}
    rows: list[dict[str, Any]] = []
    lines: list[Posting] = []
    acts: set[int] = set()
    for seq, line, authority in sorted(promised):
        waived, act = waived_by(journal.session, journal.compound, (seq, line), authority)
        if waived > 0:
            charge = debt(journal.session, journal.compound, f"{seq}-{line}").charge
            acts.add(act)
            rows += relief_rows("waiver", [(charge, -waived)], authority)
            lines.append(on_charge(item_of(charge.item).receivable(charge.standing), waived, charge))
    return rows, [*lines, *mirrored(lines)], acts


def _earned(journal: Journal) -> list[PromisedWaiver]:
    """Return the promises for which the money is still there."""
    standing = _standing(journal)
    back = given_back(journal.session, journal.compound, {one.receipt for one in standing})
    return [one for one in standing if back.get(one.receipt, 0) <= (one.spare_minor or 0)]


def _standing(journal: Journal) -> list[PromisedWaiver]:
    """Return the promises whose receipt has not been reversed."""
    undone = (
        exists()
        .where(
            col(Receipt.compound) == PromisedWaiver.compound,
            col(Receipt.number) == PromisedWaiver.receipt,
            col(EntryRow.compound) == Receipt.compound,
            col(EntryRow.reverses) == Receipt.seq,
        )
        .correlate(PromisedWaiver)
    )
    query = select(PromisedWaiver).where(PromisedWaiver.compound == journal.compound, ~undone)
    return list(journal.session.exec(query.order_by(col(PromisedWaiver.unit), col(PromisedWaiver.period))))
