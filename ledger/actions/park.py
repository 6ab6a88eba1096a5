"""Park money that arrived without a name, and let its unit claim it by a receipt later (scene S10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.actions.receive import Received, received
from ledger.actions.taking import (
    AHEAD,
    Payer,
    debtors_of,
    funds_of,
    plan,
    taking_facts,
    taking_postings,
)
from ledger.errors import FundsMixed, NotFound, ParkedShort
from ledger.rules.channel import CHANNEL_ZH, Channel, money_account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive, format_amount
from ledger.rules.period import check_received
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_optional
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.debts import Parked, last_parked, parked_sums
from ledger.store.owed import last_receipt
from ledger.store.tables import ParkedClaim, ParkedReceipt, Receipt

UNIDENTIFIED = f"Liabilities:{AHEAD}:Unidentified"


@dataclass(frozen=True, slots=True)
class Park:
    """Money from nobody knows whom, in fen."""

    amount_minor: int
    channel: Channel
    received_on: date
    effective_on: date
    bank: str | None = None
    source_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ParkedMoney:
    """The number under which the money waits."""

    recorded: Recorded
    parked: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Claim:
    """So much of parked money (all that is left unless said) is a payer's, and what it is for."""

    number: int
    payer: Payer
    effective_on: date
    amount_minor: int | None = None


def park(journal: Journal, command: Park) -> ParkedMoney:
    """Post the money as a liability to nobody known; it takes no receipt number.

    Raises:
        NotFound: there is no such bank account.
    """
    require(journal.actor, KEEPERS)
    amount = check_positive(command.amount_minor, "/amount")
    check_received(command.received_on, command.effective_on)
    if command.channel is Channel.BANK and command.bank is not None:
        check_bank(journal, command.bank, AHEAD)
    number = last_parked(journal.session, journal.compound) + 1
    entry = Entry(
        Kind.PARKING,
        command.effective_on,
        f"{CHANNEL_ZH[command.channel]}来款待查 D-{number:06d}",
        (
            Posting(money_account(AHEAD, command.channel, command.bank), amount),
            Posting(UNIDENTIFIED, -amount),
        ),
        occurred_on=command.received_on,
        channel=str(command.channel),
    )
    row = {
        "number": number,
        "channel": str(command.channel),
        "received_on": command.received_on,
        "amount_minor": amount,
    }
    source = check_optional(command.source_id, "/source_id", 128)
    recorded = journal.record(
        "parking", command.effective_on, {ParkedReceipt: [row]}, entry=entry, source_id=source
    )
    return ParkedMoney(recorded, number, amount)


def claim(journal: Journal, command: Claim) -> Received:
    """Give parked money to its payer by a receipt, whose number is given now; the money moved when it was parked.

    Raises:
        NotFound: there is no such parked sum, unit or charge.
        ParkedShort: less of it is left.
    """
    require(journal.actor, KEEPERS)
    found = parked_sums(journal.session, journal.compound, number=command.number)
    if not found:
        raise NotFound(pointer="/number", what=f"D-{command.number:06d}")
    amount = _checked(found[0], command.amount_minor)
    debtors = debtors_of(journal, command.payer)
    takings = plan(journal, command.payer, amount, debtors, command.effective_on)
    funds = set(funds_of(takings))
    if funds != {AHEAD}:
        raise FundsMixed(pointer="/charges", funds=", ".join(sorted(funds)))
    number = last_receipt(journal.session, journal.compound) + 1
    entry = Entry(
        Kind.CLAIM,
        command.effective_on,
        f"待查来款认领 收据 R-{number:06d}",
        (Posting(UNIDENTIFIED, amount), *taking_postings(takings, number, debtors[0])),
        occurred_on=found[0].received_on,
    )
    unit, debtor = debtors[0]
    receipt = {
        "number": number,
        "unit": unit,
        "debtor": debtor,
        "channel": found[0].channel,
        "received_on": found[0].received_on,
        "amount_minor": amount,
    }
    claimed = {"number": command.number, "receipt": number, "amount_minor": amount}
    facts: Facts = {
        Receipt: [receipt],
        ParkedClaim: [claimed],
        **taking_facts(takings, number, reservation=command.payer.reservation),
    }
    recorded = journal.record("claim", command.effective_on, facts, entry=entry)
    return received(recorded, number, unit, takings, amount)


def _checked(parked: Parked, amount_minor: int | None) -> int:
    """Return how much is claimed, in fen."""
    amount = parked.left_minor if amount_minor is None else amount_minor
    if not 0 < amount <= parked.left_minor:
        raise ParkedShort(
            pointer="/amount",
            number=f"D-{parked.number:06d}",
            held=format_amount(parked.left_minor),
            amount=format_amount(amount),
        )
    return amount
