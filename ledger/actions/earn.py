"""Record public income: gross, with its counterparty and contract; costs are entries of their own (Civil Code 282).

Income of an asset that no contract lets, or of a contract without fixed rent, says which of them and which month it is
of: so that a month without it is known to lack it (L25).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.open_bank_account import check_bank
from ledger.actions.renting import accrue_costs, lease_of
from ledger.errors import AccountUnknown, LeaseRefused, RequestMalformed
from ledger.rules.channel import Channel, money_account
from ledger.rules.chart import account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.lease import TYPES, AssetType
from ledger.rules.money import check_positive
from ledger.rules.period import check_occurred, month_of, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.own import own
from ledger.store.tables import Asset, AssetIncome, Lease

_FUND = "PublicIncome"


@dataclass(frozen=True, slots=True)
class EarnPublicIncome:
    """Gross public income in fen on ``Income:PublicIncome:…``, and where it landed.

    ``asset`` or ``contract`` says what brought it; the account is then theirs, and ``account`` may be empty. ``month``
    is the month that it is of, that of the day unless said.
    """

    account: str
    amount_minor: int
    effective_on: date
    narration: str
    channel: Channel = Channel.BANK
    bank: str | None = None
    counterparty: str | None = None
    authority: str | None = None
    occurred_on: date | None = None
    asset: str | None = None
    contract: str | None = None
    month: str | None = None


def earn(journal: Journal, command: EarnPublicIncome) -> Recorded:
    """Post the income; a contract's fee and tax follow in an entry of their own.

    Raises:
        AccountUnknown: the account is not one of public income, or not that of the asset or contract.
        NotFound: there is no such asset or contract.
        LeaseRefused: the contract fixes its rent: it is received as rent.
    """
    require(journal.actor, KEEPERS)
    lease = _variable_lease(journal, command.contract)
    code = _account(journal, command, lease)
    check_positive(command.amount_minor, "/amount")
    check_occurred(command.occurred_on, command.effective_on)
    if command.channel is Channel.BANK and command.bank is not None:
        check_bank(journal, command.bank, _FUND)
    entry = Entry(
        Kind.PUBLIC_INCOME,
        command.effective_on,
        check_public(command.narration, "/narration"),
        (
            Posting(money_account(_FUND, command.channel, command.bank), command.amount_minor),
            Posting(code, -command.amount_minor, contract=command.contract),
        ),
        occurred_on=command.occurred_on,
        counterparty=lease.counterparty
        if lease is not None
        else check_public_optional(command.counterparty, "/counterparty", NAME_LIMIT),
        authority=lease.authority
        if lease is not None
        else check_public_optional(command.authority, "/authority", NAME_LIMIT),
        channel=str(command.channel),
    )
    facts: Facts = {AssetIncome: _of_month(command)}
    recorded = journal.record("public_income", command.effective_on, facts, entry=entry)
    if lease is not None:
        accrue_costs(journal, [(lease, command.amount_minor)], recorded.seq, command.effective_on)
    return recorded


def _variable_lease(journal: Journal, contract: str | None) -> Lease | None:
    if contract is None:
        return None
    lease = lease_of(journal, contract)
    if not lease.variable:
        raise LeaseRefused(
            pointer="/contract",
            contract=lease.code,
            why_zh="租金固定,请按收租登记",
            why_en="its rent is fixed; receive it as rent",
        )
    return lease


def _account(journal: Journal, command: EarnPublicIncome, lease: Lease | None) -> str:
    """Return the income account: that of the contract or asset, where one is named."""
    usual = lease.account if lease is not None else None
    if command.asset is not None:
        if lease is not None:
            raise RequestMalformed(
                pointer="/asset",
                why_zh="资源与合同只写一个",
                why_en="name the asset or the contract, not both",
            )
        asset = own(journal.session, Asset, journal.compound, command.asset, "/asset")
        usual = TYPES[AssetType(asset.type)].account
    code = command.account or usual or ""
    named = account(code)
    if named.type != "Income" or named.fund != _FUND or (usual is not None and code != usual):
        raise AccountUnknown(pointer="/account", account=code[:80])
    return code


def _of_month(command: EarnPublicIncome) -> list[dict[str, Any]]:
    """Return the row that says what brought the income, and in which month."""
    if command.asset is None and command.contract is None:
        return []
    month = month_of(command.effective_on) if command.month is None else parse_month(command.month, "/month")
    return [
        {
            "month": month,
            "asset": command.asset,
            "contract": command.contract,
            "amount_minor": command.amount_minor,
        }
    ]
