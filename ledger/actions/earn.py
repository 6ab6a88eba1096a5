"""Record public income: gross, with its counterparty and contract; costs are entries of their own (Civil Code 282)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.errors import AccountUnknown, RequestMalformed
from ledger.rules.channel import Channel, money_account
from ledger.rules.chart import account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store.append import Journal, Recorded

_FUND = "PublicIncome"


@dataclass(frozen=True, slots=True)
class EarnPublicIncome:
    """Gross public income in fen on ``Income:PublicIncome:…``, and where it landed."""

    account: str
    amount_minor: int
    effective_on: date
    narration: str
    channel: Channel = Channel.BANK
    bank: str | None = None
    counterparty: str | None = None
    authority: str | None = None
    occurred_on: date | None = None


def earn(journal: Journal, command: EarnPublicIncome) -> Recorded:
    """Post the income.

    Raises:
        AccountUnknown: the account is not one of public income.
    """
    require(journal.actor, KEEPERS)
    named = account(command.account)
    if named.type != "Income" or named.fund != _FUND:
        raise AccountUnknown(pointer="/account", account=command.account[:80])
    if command.amount_minor <= 0:
        raise RequestMalformed(pointer="/amount", why_zh="金额应大于零", why_en="the amount is above zero")
    check_bounds(command.amount_minor, "/amount")
    if command.occurred_on is not None and command.occurred_on > command.effective_on:
        raise RequestMalformed(
            pointer="/occurred_on",
            why_zh="业务日期不能晚于入账日期",
            why_en="it cannot have happened after it is booked",
        )
    if command.channel is Channel.BANK and command.bank is not None:
        check_bank(journal, command.bank, _FUND)
    entry = Entry(
        Kind.PUBLIC_INCOME,
        command.effective_on,
        check_public(command.narration, "/narration"),
        (
            Posting(money_account(_FUND, command.channel, command.bank), command.amount_minor),
            Posting(command.account, -command.amount_minor),
        ),
        occurred_on=command.occurred_on,
        counterparty=check_public_optional(command.counterparty, "/counterparty", NAME_LIMIT),
        authority=check_public_optional(command.authority, "/authority", NAME_LIMIT),
        channel=str(command.channel),
    )
    return journal.record("public_income", command.effective_on, entry=entry)
