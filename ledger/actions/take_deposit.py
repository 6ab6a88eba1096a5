"""Take a renovation deposit: a third party's money, never income (scene S18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.open_balances import DEPOSIT
from ledger.actions.open_bank_account import check_bank
from ledger.errors import NotFound, RequestMalformed
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds
from ledger.rules.roles import KEEPERS, require
from ledger.rules.unit import check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.owed import holdings


@dataclass(frozen=True, slots=True)
class TakeDeposit:
    """A deposit in fen from a unit's debtor, and the bank account it reached."""

    unit: str
    amount_minor: int
    bank: str
    effective_on: date


def take_deposit(journal: Journal, command: TakeDeposit) -> Recorded:
    """Post the deposit as a liability to the unit.

    Raises:
        NotFound: there is no such unit or bank account.
    """
    require(journal.actor, KEEPERS)
    held = holdings(
        journal.session, journal.compound, command.effective_on, unit=check_unit_code(command.unit)
    )
    if not held:
        raise NotFound(pointer="/unit", what=command.unit)
    if command.amount_minor <= 0:
        raise RequestMalformed(pointer="/amount", why_zh="金额应大于零", why_en="the amount is above zero")
    amount = check_bounds(command.amount_minor, "/amount")
    entry = Entry(
        Kind.DEPOSIT,
        command.effective_on,
        "装修押金收取",
        (
            Posting(check_bank(journal, command.bank, "Agency"), amount),
            Posting(DEPOSIT, -amount, unit=command.unit, debtor=held[0].debtor),
        ),
        channel="bank",
    )
    return journal.record("deposit", command.effective_on, entry=entry)
