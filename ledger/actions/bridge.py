"""Bridge for those who have not paid: others lend a project their share, and are repaid or settle with it (E37).

The ends of a bridge: the non-payer pays and two keys give the money back (a refund), or the units vote that he never
will, his charge is waived and recharged to them, and what they bridged settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.actions.settling import settlement_facts, settlement_postings
from ledger.actions.taking import Payer, debtors_of
from ledger.errors import BridgeShort, NotFound
from ledger.rules.charge import project_item
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive, format_amount
from ledger.rules.period import check_received
from ledger.rules.project import refused
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge, Settled, allocate
from ledger.store import projects
from ledger.store.append import Journal, Recorded
from ledger.store.owed import last_receipt, open_charges
from ledger.store.projects import BridgeLot
from ledger.store.tables import Receipt


@dataclass(frozen=True, slots=True)
class Bridge:
    """Money in fen that a unit of a project lends for others, when it came, and the bank account it reached."""

    project: str
    unit: str
    amount_minor: int
    bank: str
    received_on: date
    effective_on: date


@dataclass(frozen=True, slots=True)
class Bridged:
    """The receipt of a bridge, in fen."""

    recorded: Recorded
    number: int
    unit: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BridgeUsed:
    """How much of what a unit bridged settled its own share, in fen."""

    recorded: Recorded
    unit: str
    amount_minor: int
    settled: tuple[Settled, ...]


def bridge(journal: Journal, command: Bridge) -> Bridged:
    """Post the money as owed back to the unit; it has a receipt like all money of a household.

    Raises:
        NotFound: the unit takes no part, or the bank account is not the project's.
        ProjectRefused: with what is bridged already it is more than others owe.
    """
    require(journal.actor, KEEPERS)
    row = projects.project(journal.session, journal.compound, command.project)
    fund = projects.fund_of_project(row.code)
    unit, debtor = _participant(journal, row.code, command.unit)
    amount = check_positive(command.amount_minor, "/amount")
    check_received(command.received_on, command.effective_on)
    bank = check_bank(journal, command.bank, fund)
    _check_needed(journal, row.code, unit, amount)
    number = last_receipt(journal.session, journal.compound) + 1
    entry = Entry(
        Kind.BRIDGE,
        command.effective_on,
        f"{row.code} 参与户垫付 收据 R-{number:06d}",
        (
            Posting(bank, amount),
            Posting(f"Liabilities:{fund}:Bridging", -amount, unit=unit, debtor=debtor, receipt=number),
        ),
        occurred_on=command.received_on,
        channel="bank",
    )
    receipt = {
        "number": number,
        "unit": unit,
        "debtor": debtor,
        "channel": "bank",
        "received_on": command.received_on,
        "amount_minor": amount,
    }
    recorded = journal.record("bridged", command.effective_on, {Receipt: [receipt]}, entry=entry)
    return Bridged(recorded, number, unit, amount)


def settle_by_bridge(journal: Journal, project: str, unit: str, effective_on: date) -> BridgeUsed:
    """Settle a unit's open share from what it bridged, the oldest of both first.

    Raises:
        NotFound: the unit takes no part.
        BridgeShort: it has bridged nothing, or owes nothing.
    """
    require(journal.actor, KEEPERS)
    row = projects.project(journal.session, journal.compound, project)
    unit, debtor = _participant(journal, row.code, unit)
    fund = projects.fund_of_project(row.code)
    lots = projects.bridged_by(journal.session, journal.compound, fund, unit, debtor)
    owed = [
        charge
        for charge in open_charges(journal.session, journal.compound, [unit], debtor=debtor)
        if charge.item == project_item(row.code).code
    ]
    paid = _matched(lots, owed)
    if not paid:
        held = sum(lot.left_minor for lot in lots)
        raise BridgeShort(
            pointer="/unit",
            unit=unit,
            held=format_amount(held),
            amount=format_amount(sum(charge.open_minor for charge in owed)),
        )
    released = [
        Posting(
            f"Liabilities:{fund}:Bridging",
            part.amount_minor,
            unit=unit,
            debtor=debtor,
            item=part.charge.item,
            charge=part.charge.id,
            period=part.charge.period,
            receipt=receipt,
        )
        for part, receipt in paid
    ]
    entry = Entry(
        Kind.BRIDGE_RELEASE,
        effective_on,
        f"{row.code} 垫付冲抵分摊",
        (*released, *settlement_postings(paid)),
    )
    recorded = journal.record("bridge_released", effective_on, settlement_facts(paid), entry=entry)
    total = sum(part.amount_minor for part, _ in paid)
    return BridgeUsed(recorded, unit, total, tuple(part for part, _ in paid))


def _participant(journal: Journal, project: str, unit: str) -> tuple[str, int]:
    if unit not in projects.weights(journal.session, journal.compound, project):
        raise NotFound(pointer="/unit", what=f"{unit[:40]} ({project})")
    return debtors_of(journal, Payer(unit))[0]


def _check_needed(journal: Journal, project: str, unit: str, amount_minor: int) -> None:
    """Refuse to bridge more than others owe: the rest would be a loan to nobody."""
    units = set(projects.weights(journal.session, journal.compound, project)) - {unit}
    item = project_item(project).code
    owed = sum(
        charge.open_minor
        for charge in open_charges(journal.session, journal.compound, units)
        if charge.item == item
    )
    lots = projects.bridge_lots(journal.session, journal.compound, project)
    if amount_minor > owed - sum(lot.left_minor for lot in lots):
        raise refused("垫付超过他人未缴的分摊", "more is bridged than others owe", "/amount")


def _matched(lots: Sequence[BridgeLot], owed: Sequence[OpenCharge]) -> list[tuple[Settled, int | None]]:
    """Return which part of which lot settles which charge."""
    left = list(owed)
    paid: list[tuple[Settled, int | None]] = []
    for lot in lots:
        parts, _ = allocate(lot.left_minor, left)
        paid += [(part, lot.receipt) for part in parts]
        left = _after(left, parts)
    return paid


def _after(charges: Sequence[OpenCharge], parts: Sequence[Settled]) -> list[OpenCharge]:
    """Return the charges with what is still open on them."""
    taken = {part.charge.id: part.amount_minor for part in parts}
    rest = [replace(one, open_minor=one.open_minor - taken.get(one.id, 0)) for one in charges]
    return [one for one in rest if one.open_minor > one.disputed_minor]
