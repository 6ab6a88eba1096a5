"""Record a receipt and settle what it pays: the oldest charge first, or what the payer names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.actions.charge_late_fee import LateFee, Reckoned, reckon
from ledger.actions.open_bank_account import check_bank
from ledger.actions.promise import Free, promise_rows
from ledger.actions.taking import Payer, debtors_of, funds_of, plan, taking_facts, taking_postings
from ledger.errors import NotFound, ReceiptOverpaid
from ledger.rules.channel import CHANNEL_ZH, Channel, money_account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive, format_amount
from ledger.rules.period import check_received
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Settled, Takings
from ledger.rules.text import NAME_LIMIT, check_optional, check_public_optional
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.owed import last_receipt
from ledger.store.tables import Charge, LateFeePart, PromisedWaiver, Receipt


@dataclass(frozen=True, slots=True)
class Receive:
    """Money from a unit's debtor, in fen: when it moved, when it is booked, and what the payer says it is for.

    ``units`` are further units of the same owner; ``debtor`` is one who has left; ``charges`` are ids.
    ``free_months`` are those that a vote (``authority``) gives to the first unit for paying ahead.
    ``late_fee`` is raised by the same act and paid first (Civil Code 561).
    """

    unit: str
    amount_minor: int
    channel: Channel
    received_on: date
    effective_on: date
    bank: str | None = None
    periods: tuple[str, ...] = ()
    source_id: str | None = None
    units: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    debtor: int | None = None
    reservation: bool = False
    free_months: tuple[str, ...] = ()
    authority: str = ""
    late_fee: LateFee | None = None

    @property
    def payer(self) -> Payer:
        """Whose money it is, and what for."""
        return Payer(self.unit, self.units, self.debtor, self.periods, self.charges, self.reservation)


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt, what it settled, what of it is paid ahead and what is to be given back, in fen."""

    recorded: Recorded
    number: int
    unit: str
    amount_minor: int
    settled: tuple[Settled, ...]
    prepaid_minor: int
    refundable_minor: int = 0


def receive(journal: Journal, command: Receive, agreed: Takings | None = None) -> Received:
    """Post the receipt; ``agreed`` says what it pays where an agreement has settled that already.

    Raises:
        NotFound: there is no such unit, debtor, charge or bank account.
        ReceiptOverpaid: a named month or charge has nothing to pay.
        UnitsOfOthers: the units have different owners.
        AuthorityMissing, AlreadyBilled, AlreadyExists, PaidAheadShort: a month cannot be given for paying ahead.
    """
    require(journal.actor, KEEPERS)
    _check(command)
    debtors = debtors_of(journal, command.payer)
    fee = _late_fee(journal, command, debtors[0])
    takings = agreed or _plan(journal, command, debtors, fee)
    number = last_receipt(journal.session, journal.compound) + 1
    extra = "(含违约金)" if fee else ""
    words = f"{CHANNEL_ZH[command.channel]}收款 收据 R-{number:06d}{extra}"
    entry = Entry(
        Kind.RECEIPT,
        command.effective_on,
        f"{words}(保留异议)" if command.reservation else words,
        (*_money(journal, command, takings), *taking_postings(takings, number, debtors[0])),
        occurred_on=command.received_on,
        authority=check_public_optional(command.authority or None, "/authority", NAME_LIMIT),
        channel=str(command.channel),
    )
    free = Free(command.free_months, command.authority, command.effective_on, takings)
    unit, debtor = debtors[0]
    receipt = {
        "number": number,
        "unit": unit,
        "debtor": debtor,
        "channel": str(command.channel),
        "received_on": command.received_on,
        "amount_minor": command.amount_minor,
    }
    facts: Facts = {
        Receipt: [receipt],
        PromisedWaiver: promise_rows(journal, debtors[0], number, free),
        LateFeePart: fee.parts if fee else [],
        Charge: [fee.row] if fee else [],
        **taking_facts(takings, number, reservation=command.reservation),
    }
    source = check_optional(command.source_id, "/source_id", 128)
    recorded = journal.record(
        "receipt",
        command.effective_on,
        facts,
        entry=entry,
        source_id=source,
        remark=fee.reason if fee else None,
    )
    return received(recorded, number, unit, takings, command.amount_minor)


def received(recorded: Recorded, number: int, unit: str, takings: Takings, amount_minor: int) -> Received:
    """Return what a receipt answers."""
    return Received(
        recorded,
        number,
        unit,
        amount_minor,
        (*takings.raised, *takings.settled, *takings.revived),
        takings.rest_minor,
        sum(part.amount_minor for part in takings.groundless),
    )


def _late_fee(journal: Journal, command: Receive, payer: tuple[str, int]) -> Reckoned | None:
    """Return the late fee that the receipt raises and pays.

    Raises:
        NotFound: it is another debtor's.
        ReceiptOverpaid: it is more than came in.
    """
    if command.late_fee is None:
        return None
    fee = reckon(journal, command.late_fee, command.effective_on)
    if (fee.charge.unit, fee.charge.debtor) != payer:
        raise NotFound(pointer="/late_fee/charges/0", what=command.late_fee.parts[0].charge[:40])
    if fee.charge.open_minor > command.amount_minor:
        raise ReceiptOverpaid(
            pointer="/late_fee/amount", charge=fee.charge.id, open=format_amount(fee.charge.open_minor)
        )
    return fee


def _plan(
    journal: Journal, command: Receive, debtors: Sequence[tuple[str, int]], fee: Reckoned | None
) -> Takings:
    """Return what the money does besides paying the late fee, and the late fee."""
    if fee is None:
        return plan(journal, command.payer, command.amount_minor, debtors, command.effective_on, command.bank)
    taken = fee.charge.open_minor
    left = command.amount_minor - taken
    rest = plan(journal, command.payer, left, debtors, command.effective_on, command.bank)
    return replace(rest, raised=(Settled(fee.charge, taken),))


def _check(command: Receive) -> None:
    check_positive(command.amount_minor, "/amount")
    check_received(command.received_on, command.effective_on)


def _money(journal: Journal, command: Receive, takings: Takings) -> list[Posting]:
    """Return each fund's part of the money that came in."""
    parts = funds_of(takings)
    if command.channel is Channel.BANK and command.bank is not None:
        for fund in parts:
            check_bank(journal, command.bank, fund)
    return [Posting(money_account(fund, command.channel, command.bank), parts[fund]) for fund in parts]
