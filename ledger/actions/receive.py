"""Record a receipt and settle what it pays: the oldest charge first, or the months that the payer names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.actions.settling import settlement_facts, settlement_postings
from ledger.errors import NotFound, RequestMalformed
from ledger.rules.channel import CHANNEL_ZH, Channel, money_account
from ledger.rules.charge import FEE_ITEMS
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Settled, allocate, designate
from ledger.rules.text import check_optional
from ledger.rules.unit import check_unit_code
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.owed import holdings, last_receipt, open_charges
from ledger.store.tables import Receipt

_FUND = "PropertyFee"  # what is left over is paid ahead for the property fee


@dataclass(frozen=True, slots=True)
class Receive:
    """Money from a unit's debtor, in fen: when it moved, when it is booked, and for which months if the payer says."""

    unit: str
    amount_minor: int
    channel: Channel
    received_on: date
    effective_on: date
    bank: str | None = None
    periods: tuple[str, ...] = ()
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt, what it settled, and what of it is paid ahead, in fen."""

    recorded: Recorded
    number: int
    unit: str
    amount_minor: int
    settled: tuple[Settled, ...]
    prepaid_minor: int


def receive(journal: Journal, command: Receive) -> Received:
    """Post the receipt.

    Raises:
        NotFound: there is no such unit or bank account.
        ReceiptOverpaid: a named month has nothing open.
    """
    require(journal.actor, KEEPERS)
    _check(command)
    held = holdings(
        journal.session, journal.compound, command.effective_on, unit=check_unit_code(command.unit)
    )
    if not held:
        raise NotFound(pointer="/unit", what=command.unit)
    debtor = held[0].debtor
    charges = open_charges(journal.session, journal.compound, [command.unit], debtor=debtor)
    if command.periods:
        months = [parse_month(month, f"/periods/{place}") for place, month in enumerate(command.periods)]
        settled, rest = designate(command.amount_minor, charges, months)
    else:
        settled, rest = allocate(command.amount_minor, charges)
    number = last_receipt(journal.session, journal.compound) + 1
    postings = _money(journal, command, settled, rest)
    postings += settlement_postings([(part, number) for part in settled])
    if rest:
        postings.append(
            Posting(f"Liabilities:{_FUND}:Prepaid", -rest, unit=command.unit, debtor=debtor, receipt=number)
        )
    entry = Entry(
        Kind.RECEIPT,
        command.effective_on,
        f"{CHANNEL_ZH[command.channel]}收款 收据 R-{number:06d}",
        tuple(postings),
        occurred_on=command.received_on,
        channel=str(command.channel),
    )
    receipt = {
        "number": number,
        "unit": command.unit,
        "debtor": debtor,
        "channel": str(command.channel),
        "received_on": command.received_on,
        "amount_minor": command.amount_minor,
    }
    facts: Facts = {Receipt: [receipt], **settlement_facts([(part, number) for part in settled])}
    source = check_optional(command.source_id, "/source_id", 128)
    recorded = journal.record("receipt", command.effective_on, facts, entry=entry, source_id=source)
    return Received(recorded, number, command.unit, command.amount_minor, settled, rest)


def _check(command: Receive) -> None:
    if command.amount_minor <= 0:
        raise RequestMalformed(pointer="/amount", why_zh="金额应大于零", why_en="the amount is above zero")
    check_bounds(command.amount_minor, "/amount")
    if command.received_on > command.effective_on:
        raise RequestMalformed(
            pointer="/received_on",
            why_zh="收款日期不能晚于入账日期",
            why_en="it cannot arrive after it is booked",
        )


def _money(journal: Journal, command: Receive, settled: tuple[Settled, ...], rest: int) -> list[Posting]:
    """Return each fund's part of the money that came in."""
    parts: dict[str, int] = defaultdict(int)
    for part in settled:
        parts[FEE_ITEMS[part.charge.item].fund] += part.amount_minor
    if rest:
        parts[_FUND] += rest
    if command.channel is Channel.BANK and command.bank is not None:
        for fund in parts:
            check_bank(journal, command.bank, fund)
    return [
        Posting(money_account(fund, command.channel, command.bank), parts[fund]) for fund in sorted(parts)
    ]
