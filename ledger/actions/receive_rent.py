"""Receive rent: it settles what has fallen due, oldest first or as named; the rest is paid ahead (E13, S12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.open_bank_account import check_bank
from ledger.actions.renting import (
    PREPAID,
    Paid,
    accrue_costs,
    debt,
    lease_of,
    settled,
    settlement_rows,
)
from ledger.errors import LeaseRefused, RentNotOpen
from ledger.rules.channel import Channel, money_account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.lease import TYPES, AssetType, TypeWords
from ledger.rules.money import check_positive
from ledger.rules.period import check_occurred
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_public_optional
from ledger.store.append import Journal, Recorded
from ledger.store.leases import Rent, open_rents, waiting_rents
from ledger.store.tables import Lease, RentCharge, RentReceipt, RentSettlement

FUND = "PublicIncome"


@dataclass(frozen=True, slots=True)
class ReceiveRent:
    """Rent in fen of a contract, and where it landed; ``instalments``: those that the tenant names, by number."""

    contract: str
    amount_minor: int
    effective_on: date
    channel: Channel = Channel.BANK
    bank: str | None = None
    instalments: tuple[int, ...] = ()
    narration: str | None = None
    occurred_on: date | None = None


@dataclass(frozen=True, slots=True)
class RentReceived:
    """What the money did, in fen: settled so much, so much is paid ahead; ``costs`` is the act of fee and tax."""

    recorded: Recorded
    contract: str
    settled_minor: int
    prepaid_minor: int
    instalments: tuple[int, ...]
    costs: Recorded | None


@dataclass(frozen=True, slots=True)
class Takings:
    """What a sum of rent does: the parts it pays, the charges raised for them, and what is left over, in fen."""

    paid: tuple[Paid, ...]
    raised: tuple[Rent, ...]
    rest_minor: int

    @property
    def income_minor(self) -> int:
        """What becomes income."""
        return sum(part.amount_minor for part in self.paid)


def receive_rent(journal: Journal, command: ReceiveRent) -> RentReceived:
    """Post the rent; fee and tax follow in an entry of their own where the contract says so.

    Raises:
        NotFound: there is no such contract.
        LeaseRefused: its rent is not fixed: what a month brings is public income of that month.
        RentNotOpen: a named instalment has nothing open.
    """
    require(journal.actor, KEEPERS)
    lease = lease_of(journal, command.contract)
    if lease.variable:
        raise LeaseRefused(
            pointer="/contract",
            contract=lease.code,
            why_zh="没有固定租金,请按公共收益逐月入账",
            why_en="no rent is fixed; enter each month's income as public income",
        )
    check_positive(command.amount_minor, "/amount")
    check_occurred(command.occurred_on, command.effective_on)
    if command.channel is Channel.BANK and command.bank is not None:
        check_bank(journal, command.bank, FUND)
    taken = take_rent(journal, lease, command.amount_minor, command.effective_on, command.instalments)
    entry = Entry(
        Kind.RENT,
        command.effective_on,
        check_public_optional(command.narration, "/narration") or rent_words(lease, taken),
        (
            Posting(money_account(FUND, command.channel, command.bank), command.amount_minor),
            *taking_postings(lease, taken),
        ),
        occurred_on=command.occurred_on,
        counterparty=lease.counterparty,
        authority=lease.authority,
        channel=str(command.channel),
    )
    recorded = journal.record(
        "rent",
        command.effective_on,
        taking_facts(lease, taken, command.amount_minor, command.occurred_on or command.effective_on),
        entry=entry,
    )
    costs = accrue_costs(journal, [(lease, taken.income_minor)], recorded.seq, command.effective_on)
    return RentReceived(
        recorded,
        lease.code,
        taken.income_minor,
        taken.rest_minor,
        tuple(part.rent.number for part in taken.paid),
        costs,
    )


def take_rent(
    journal: Journal, lease: Lease, amount_minor: int, on: date, named: tuple[int, ...] = ()
) -> Takings:
    """Return what a sum does on a day: instalments that have fallen due and are not charged yet are raised with it.

    Raises:
        RentNotOpen: a named instalment has nothing open.
    """
    open_now = open_rents(journal.session, journal.compound, contract=lease.code)
    waiting = waiting_rents(journal.session, journal.compound, on, lease.code)
    owed = [(one, one.open_minor) for one in open_now] + [(one, one.amount_minor) for one in waiting]
    owed.sort(key=lambda pair: (pair[0].due_on, pair[0].number))
    if named:
        by_number = {one.number: (one, minor) for one, minor in owed}
        for place, number in enumerate(named):
            if number not in by_number or number in named[:place]:
                raise RentNotOpen(pointer=f"/instalments/{place}", contract=lease.code, number=number)
        owed = [by_number[number] for number in named]
    paid: list[Paid] = []
    rest = amount_minor
    for one, minor in owed:
        part = min(rest, minor)
        if part > 0:
            paid.append(Paid(one, journal.seq + 1, part))
            rest -= part
    raised = [part.rent for part in paid if part.rent in waiting]
    return Takings(tuple(paid), tuple(raised), rest)


def taking_postings(lease: Lease, taken: Takings) -> list[Posting]:
    """Return everything but the money's own legs.

    What is raised and paid in one act leaves rows and no receivable (chart 2.2); what stays open of it does.
    """
    raised = [part for part in taken.paid if part.rent in taken.raised]
    postings = settled(lease, [part for part in taken.paid if part not in raised])
    income = sum(part.amount_minor for part in raised)
    if income:
        postings.append(Posting(lease.account, -income, contract=lease.code))
    left = sum(part.rent.amount_minor - part.amount_minor for part in raised)
    if left:
        postings += debt(lease.code, left)
    if taken.rest_minor:
        postings.append(Posting(PREPAID, -taken.rest_minor, contract=lease.code))
    return postings


def taking_facts(
    lease: Lease, taken: Takings, amount_minor: int, received_on: date
) -> dict[Any, list[dict[str, Any]]]:
    """Return the rows: the receipt, what it raised, and what it settled."""
    receipt = {"contract": lease.code, "received_on": received_on, "amount_minor": amount_minor}
    return {
        RentReceipt: [receipt],
        RentCharge: charge_rows(taken.raised),
        RentSettlement: settlement_rows(taken.paid),
    }


def charge_rows(raised: tuple[Rent, ...] | list[Rent]) -> list[dict[str, Any]]:
    """Return the rows of instalments that are charged whole."""
    return [
        {"contract": one.contract, "number": one.number, "amount_minor": one.amount_minor} for one in raised
    ]


def words_of(lease: Lease) -> TypeWords:
    """Return the words of a contract's type of income."""
    return next((words for words in TYPES.values() if words.account == lease.account), TYPES[AssetType.OTHER])


def rent_words(lease: Lease, taken: Takings) -> str:
    """Say what the money is for: the days of the instalments that it pays."""
    if not taken.paid:
        return f"合同 {lease.code} {words_of(lease).zh}预收租金"
    first = min(part.rent.from_on for part in taken.paid)
    last = max(part.rent.to_on for part in taken.paid)
    return f"合同 {lease.code} {words_of(lease).zh}租金 {first} 至 {last}"
