"""Take money in: which debts it settles, and the postings and rows that follow, whatever door it came through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ledger.actions.open_bank_account import funds_of_bank
from ledger.actions.settling import (
    RESERVED,
    check_there,
    on_charge,
    relief_rows,
    settlement_facts,
    settlement_postings,
)
from ledger.errors import NotFound, RequestMalformed, UnitsOfOthers
from ledger.rules.charge import is_project, item_of
from ledger.rules.entry import Posting
from ledger.rules.period import parse_month
from ledger.rules.settle import Debt, OpenCharge, Settled, Takings, allocate, designate, take
from ledger.rules.unit import check_unit_code
from ledger.store.append import Facts, Journal
from ledger.store.debtors import owners, written_off
from ledger.store.debts import debt, departed
from ledger.store.owed import holdings, open_charges
from ledger.store.tables import Debtor, Relief, Settlement

AHEAD = "PropertyFee"  # what is left over is paid ahead for the property fee


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose money it is: a unit, further units of the same owner, or a debtor who has left; and what it is for.

    ``periods`` or ``charges`` (ids) are what the payer names; ``reservation`` says that disputed debts are paid
    too, without giving the dispute up.
    """

    unit: str
    units: tuple[str, ...] = ()
    debtor: int | None = None
    periods: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    reservation: bool = False


def debtors_of(journal: Journal, payer: Payer) -> list[tuple[str, int]]:
    """Return the payer's units with the number that it has as a debtor of each, the first unit first.

    Raises:
        NotFound: there is no such unit, or no such debtor of it.
        UnitsOfOthers: the register knows that the units have different owners.
    """
    codes = list(dict.fromkeys((payer.unit, *payer.units)))
    found = []
    parties = set()
    for place, code in enumerate(codes):
        pointer = f"/units/{place - 1}" if place else "/unit"
        held = holdings(journal.session, journal.compound, journal.today, unit=check_unit_code(code, pointer))
        if not held:
            raise NotFound(pointer=pointer, what=code)
        found.append((code, held[0].debtor))
        parties.add(held[0].party)
    if payer.debtor is not None:
        if (
            len(codes) > 1
            or journal.session.get(Debtor, (journal.compound, payer.unit, payer.debtor)) is None
        ):
            raise NotFound(pointer="/debtor", what=f"{payer.unit}/{payer.debtor}")
        found = [(payer.unit, payer.debtor)]
    names = set(owners(journal.session, journal.compound, found).values())
    if len(parties) > 1 or len(names) > 1:
        raise UnitsOfOthers(pointer="/units")
    return found


def plan(
    journal: Journal,
    payer: Payer,
    amount_minor: int,
    debtors: Sequence[tuple[str, int]],
    on: date,
    bank: str | None = None,
) -> Takings:
    """Return what the money does: as the payer names, else the oldest due charges of all its units first.

    It pays what stood on the day it is booked (``on``); for what came later it is paid ahead. The share of a project is
    paid where it is named, or into a bank account (``bank``) of the project. What was written off is paid where it is
    named.

    Raises:
        NotFound: a named charge is not one of the payer's.
        ReceiptOverpaid: a named month or charge has nothing to pay.
        ChargeNotYet: a named month or charge came later.
    """
    if payer.charges and payer.periods:
        raise RequestMalformed(
            pointer="/charges", why_zh="月份和应收只能指定一种", why_en="name months or charges, not both"
        )
    if payer.charges:
        known = [
            debt(journal.session, journal.compound, one, f"/charges/{place}")
            for place, one in enumerate(payer.charges)
        ]
        for place, one in enumerate(known):
            if (one.charge.unit, one.charge.debtor) not in debtors:
                raise NotFound(pointer=f"/charges/{place}", what=one.charge.id)
            check_there(journal, one.charge, on, f"/charges/{place}")
        return take(amount_minor, known)
    charges = _payable_into(journal, open_of(journal, debtors, on), bank)
    if payer.periods:
        months = [parse_month(month, f"/periods/{place}") for place, month in enumerate(payer.periods)]
        return designate(
            amount_minor, charges, months, _given_up(journal, debtors, on, bank, (months, charges))
        )
    settled, rest = allocate(amount_minor, charges, with_disputed=payer.reservation)
    return Takings(settled, rest_minor=rest)


def _given_up(
    journal: Journal,
    debtors: Sequence[tuple[str, int]],
    on: date,
    bank: str | None,
    named: tuple[list[str], list[OpenCharge]],
) -> list[Debt]:
    """Return what was written off of the months that are named.

    Raises:
        ChargeNotYet: nothing of a named month stood on the day, but something came later.
    """
    months, there = named
    gone = [
        one
        for one in written_off(journal.session, journal.compound, debtors)
        if one.charge.period in months and _payable_into(journal, [one.charge], bank)
    ]
    later = _payable_into(journal, open_of(journal, debtors), bank)
    for charge in (*later, *(one.charge for one in gone)):
        if charge.period in months and all(charge.period != one.period for one in there):
            check_there(journal, charge, on, f"/periods/{months.index(charge.period)}")
    return gone


def _payable_into(journal: Journal, charges: list[OpenCharge], bank: str | None) -> list[OpenCharge]:
    """Return the charges that money may pay without being named: fees, or what its bank account is for."""
    funds = funds_of_bank(journal, bank) if bank is not None else ()
    if not funds:
        return [charge for charge in charges if not is_project(charge.item)]
    return [charge for charge in charges if item_of(charge.item).fund in funds]


def open_of(journal: Journal, debtors: Sequence[tuple[str, int]], on: date = date.max) -> list[OpenCharge]:
    """Return the open charges of some debtors that stood on a day; settlement never crosses debtors (decision 6)."""
    charges = open_charges(journal.session, journal.compound, [unit for unit, _ in debtors], on=on)
    return [charge for charge in charges if (charge.unit, charge.debtor) in debtors]


def funds_of(takings: Takings) -> dict[str, int]:
    """Return each fund's part of the money, in fen."""
    parts: dict[str, int] = defaultdict(int)
    for part in (*takings.settled, *takings.revived, *takings.raised, *takings.groundless):
        parts[item_of(part.charge.item).fund] += part.amount_minor
    if takings.rest_minor:
        parts[AHEAD] += takings.rest_minor
    return {fund: parts[fund] for fund in sorted(parts)}


def taking_postings(takings: Takings, receipt: int, payer: tuple[str, int]) -> list[Posting]:
    """Return everything but the money's own legs: debts, mirrors, income, what is refundable or ahead (E10)."""
    postings = settlement_postings([(part, receipt) for part in takings.settled])
    for part in (*takings.revived, *takings.raised):
        item = item_of(part.charge.item)
        account = item.income(part.charge.party)
        postings.append(on_charge(account, -part.amount_minor, part.charge, receipt))
    for part in takings.groundless:
        account = f"Liabilities:{item_of(part.charge.item).fund}:Refundable"
        postings.append(on_charge(account, -part.amount_minor, part.charge, receipt))
    if takings.rest_minor:
        unit, debtor = payer
        account = f"Liabilities:{AHEAD}:Prepaid"
        postings.append(Posting(account, -takings.rest_minor, unit=unit, debtor=debtor, receipt=receipt))
    return postings


def taking_facts(takings: Takings, receipt: int, *, reservation: bool) -> Facts:
    """Return the settlements, the disputes that end, and the write-offs that money takes back."""
    paid: list[tuple[Settled, int | None]] = [(part, receipt) for part in takings.settled]
    plain = settlement_facts(paid, RESERVED) if reservation else settlement_facts(paid)
    facts: dict[Any, list[dict[str, Any]]] = {
        table: [dict(row) for row in rows] for table, rows in plain.items()
    }
    revived = [(part.charge, -part.amount_minor) for part in takings.revived]
    facts[Relief] += relief_rows(
        "write_off", revived, RESERVED if reservation else "paid", len(facts[Relief]) + 1
    )
    facts[Settlement] += [
        {
            "line": line,
            "charge_seq": part.charge.seq,
            "charge_line": part.charge.line,
            "receipt": receipt,
            "amount_minor": part.amount_minor,
        }
        for line, part in enumerate((*takings.revived, *takings.raised), len(facts[Settlement]) + 1)
    ]
    return facts


def standing_now(journal: Journal, postings: Sequence[Posting]) -> list[Posting]:
    """Return postings with the receivables of those who have left since under the former owners' account."""
    owed = [line for line in postings if line.unit and line.account.endswith(":Receivable:Owner")]
    gone = departed(journal.session, journal.compound, {line.unit for line in owed if line.unit})
    return [
        replace(line, account=line.account.removesuffix("Owner") + "Former")
        if line in owed and (line.unit, line.debtor) in gone
        else line
        for line in postings
    ]
