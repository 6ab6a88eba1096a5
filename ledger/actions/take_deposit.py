"""Take a deposit: a third party's money, never income (scene S18, entry E14).

A renovation deposit is a unit's. A tenant's stands under its contract, a tender bond and any other under a reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.actions.renting import lease_of
from ledger.errors import NotFound, RequestMalformed
from ledger.rules.channel import Channel, money_account
from ledger.rules.deposit import DEPOSIT_ZH, Deposit, deposit_account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.lease import check_reference
from ledger.rules.money import check_positive
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public_optional
from ledger.rules.unit import check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.owed import holdings

_AGENCY = "Agency"


@dataclass(frozen=True, slots=True)
class TakeDeposit:
    """A deposit in fen, and where it landed: from a unit's debtor, or under a ``contract`` (a reference, if no lease).

    ``payer`` is the name of a company; a tenant's is that of its contract.
    """

    unit: str | None
    amount_minor: int
    bank: str | None
    effective_on: date
    deposit: Deposit = Deposit.RENOVATION
    contract: str | None = None
    payer: str | None = None
    channel: Channel = Channel.BANK


def take_deposit(journal: Journal, command: TakeDeposit) -> Recorded:
    """Post the deposit as a liability to whom it is from.

    Raises:
        NotFound: there is no such unit, contract or bank account.
    """
    require(journal.actor, KEEPERS)
    owed, payer = _owed(journal, command)
    if command.channel is Channel.BANK and command.bank is not None:
        check_bank(journal, command.bank, _AGENCY)
    entry = Entry(
        Kind.DEPOSIT,
        command.effective_on,
        f"{DEPOSIT_ZH[command.deposit]}收取",
        (Posting(money_account(_AGENCY, command.channel, command.bank), -owed.amount_minor), owed),
        counterparty=payer,
        channel=str(command.channel),
    )
    return journal.record("deposit", command.effective_on, entry=entry)


def _owed(journal: Journal, command: TakeDeposit) -> tuple[Posting, str | None]:
    """Return what is owed for the deposit, and the name of a company that it is from."""
    amount = check_positive(command.amount_minor, "/amount")
    account = deposit_account(command.deposit)
    is_of_unit = command.deposit is Deposit.RENOVATION
    if (command.unit is not None) != is_of_unit or (command.contract is not None) == is_of_unit:
        raise RequestMalformed(
            pointer="/unit" if is_of_unit else "/contract",
            why_zh="装修押金注明房屋,其他押金注明合同或编号",
            why_en="a renovation deposit names a unit, any other a contract or reference",
        )
    if is_of_unit:
        unit = check_unit_code(command.unit or "")
        held = holdings(journal.session, journal.compound, command.effective_on, unit=unit)
        if not held:
            raise NotFound(pointer="/unit", what=unit)
        return Posting(account, -amount, unit=unit, debtor=held[0].debtor), None
    reference = check_reference(command.contract or "", "/contract")
    payer = check_public_optional(command.payer, "/payer", NAME_LIMIT)
    if command.deposit is Deposit.TENANT:
        payer = lease_of(journal, reference).counterparty
    return Posting(account, -amount, contract=reference), payer
