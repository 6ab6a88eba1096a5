"""Clear a payment platform: its settlement reaches the bank, less its fee (scene S4, entry E16)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.errors import FeeAboveCap, NothingToClear, RequestMalformed
from ledger.rules.channel import CHANNEL_ZH, Channel, bearer_of, charge_account, money_account
from ledger.rules.chart import fund_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import apportion, check_bounds, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Journal, Recorded
from ledger.store.balances import balances

_BP = 10_000
_FEE_CAP_BP = 100  # a platform keeps well under 1 %; anything above is a payment, and takes two keys
_NO_PLATFORM = frozenset({Channel.CASH, Channel.TRUSTEE})


@dataclass(frozen=True, slots=True)
class ClearChannel:
    """A platform's settlement: the gross amount and the fee kept back, in fen, and the bank account it reached."""

    channel: Channel
    bank: str
    amount_minor: int
    fee_minor: int
    effective_on: date


def clear(journal: Journal, command: ClearChannel) -> Recorded:
    """Post the settlement; each fund gets its part, and bears its part of the fee by largest remainder.

    Raises:
        FeeAboveCap: the fee is more than a platform keeps.
        NothingToClear: less is in transit than the platform settled.
    """
    require(journal.actor, KEEPERS)
    if command.channel is Channel.BANK or not 0 <= command.fee_minor < command.amount_minor:
        raise RequestMalformed(
            pointer="/fee",
            why_zh="手续费应小于结算金额,渠道不能是银行",
            why_en="the fee is less than the amount, and the channel is not the bank",
        )
    highest = 0 if command.channel in _NO_PLATFORM else command.amount_minor * _FEE_CAP_BP // _BP
    if command.fee_minor > highest:
        raise FeeAboveCap(pointer="/fee", cap=format_amount(highest))
    check_bounds(command.amount_minor, "/amount")
    held = _in_transit(journal, command)
    total = sum(held.values())
    if command.amount_minor > total:
        raise NothingToClear(
            pointer="/amount", held=format_amount(total), amount=format_amount(command.amount_minor)
        )
    funds = sorted(held)
    gross = apportion(command.amount_minor, [held[fund] for fund in funds])
    fees = apportion(command.fee_minor, gross)
    sums: dict[str, int] = defaultdict(int)
    for fund, amount, fee in zip(funds, gross, fees, strict=True):
        bearer = bearer_of(fund)
        sums[check_bank(journal, command.bank, fund)] += amount
        sums[check_bank(journal, command.bank, bearer)] -= fee
        sums[charge_account(fund)] += fee
        sums[money_account(fund, command.channel, None)] -= amount
    entry = Entry(
        Kind.CLEARING,
        command.effective_on,
        f"{CHANNEL_ZH[command.channel]}结算到账,手续费 {format_amount(command.fee_minor)}",
        tuple(Posting(code, sums[code]) for code in sums if sums[code]),
        channel=str(command.channel),
    )
    return journal.record("clearing", command.effective_on, entry=entry)


def _in_transit(journal: Journal, command: ClearChannel) -> dict[str, int]:
    """Return what each fund has in transit on the channel, in fen."""
    suffix = money_account("", command.channel, None).removeprefix("Assets:")
    standing = balances(journal.session, journal.compound)
    return {
        fund_of(code): minor
        for code, minor in standing.items()
        if code.startswith("Assets:") and code.endswith(suffix) and minor > 0
    }
