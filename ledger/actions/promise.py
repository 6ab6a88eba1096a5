"""A voted discount for whoever pays a year ahead: promised with the receipt, kept when the month is billed (S5).

The month that costs nothing is billed like every other and then waived, so the tariff stays one for all and the
discount is seen for what it is. A promise falls with its receipt.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlmodel import col, select

from ledger.actions.relieve import authority_of, end
from ledger.errors import AlreadyBilled, AlreadyExists
from ledger.rules.charge import FEE_ITEMS
from ledger.rules.entry import Kind
from ledger.rules.period import parse_month
from ledger.rules.settle import OpenCharge
from ledger.store.append import Journal, Recorded
from ledger.store.owed import billed_units, open_charges
from ledger.store.tables import EntryRow, PromisedWaiver, Receipt

FREE_ITEM = "property_fee"


def promise_rows(
    journal: Journal, payer: tuple[str, int], receipt: int, months: tuple[str, ...], authority: str
) -> list[dict[str, Any]]:
    """Return the rows of the months that the vote gives to whoever pays ahead.

    Raises:
        AuthorityMissing: no vote is named.
        AlreadyBilled: a month has been billed: that takes a waiver.
        AlreadyExists: a month has been promised before.
    """
    unit, debtor = payer
    kept = {(one.unit, one.debtor, one.period) for one in _standing(journal)}
    rows = []
    for place, month in enumerate(months):
        pointer = f"/free_months/{place}"
        period = parse_month(month, pointer)
        if unit in billed_units(journal.session, journal.compound, FREE_ITEM, period):
            raise AlreadyBilled(pointer=pointer, item=FEE_ITEMS[FREE_ITEM].zh, month=period)
        if (unit, debtor, period) in kept or period in months[:place]:
            raise AlreadyExists(pointer=pointer, what=period)
        rows.append(
            {
                "unit": unit,
                "debtor": debtor,
                "item": FREE_ITEM,
                "period": period,
                "receipt": receipt,
                "authority": authority_of(authority),
            }
        )
    return rows


def keep_promises(journal: Journal, month: str, effective_on: date) -> tuple[Recorded, ...]:
    """Waive what has been promised of a month just billed, one entry for each vote; before prepayments are used."""
    due = [one for one in _standing(journal) if one.period == month]
    if not due:
        return ()
    promised = {(one.unit, one.debtor, one.item): one.authority for one in due}
    by_vote: dict[str, list[tuple[OpenCharge, int]]] = defaultdict(list)
    for charge in open_charges(journal.session, journal.compound, {one.unit for one in due}, through=month):
        key = (charge.unit, charge.debtor, charge.item)
        if charge.period == month and key in promised:
            by_vote[promised[key]].append((charge, charge.open_minor))
    return tuple(
        end(journal, Kind.WAIVER, by_vote[vote], vote, effective_on).recorded for vote in sorted(by_vote)
    )


def _standing(journal: Journal) -> list[PromisedWaiver]:
    """Return the promises whose receipt has not been reversed."""
    undone = (
        select(Receipt.number)
        .join(
            EntryRow, (col(EntryRow.compound) == Receipt.compound) & (col(EntryRow.reverses) == Receipt.seq)
        )
        .where(Receipt.compound == journal.compound)
    )
    query = select(PromisedWaiver).where(
        PromisedWaiver.compound == journal.compound, col(PromisedWaiver.receipt).not_in(undone)
    )
    return list(journal.session.exec(query.order_by(col(PromisedWaiver.unit), col(PromisedWaiver.period))))
