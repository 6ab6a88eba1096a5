"""Post a general entry: a balanced fact of one fund for which there is no act of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.errors import AccountControlled, PaymentNeedsTwoKeys, RequestMalformed
from ledger.rules.chart import account, group_of, is_control, is_money
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store.append import Journal, Recorded

#: What only acts may touch although it is no control account: the close accrues remuneration (Trust Law 35), a
#: transfer or a loan takes a vote and a pair, fees become income by settlement, points are no money.
_BY_ACT_ONLY = frozenset(
    {
        "Remuneration",
        "Opening",
        "Transfer",
        "Distribution",
        "Surplus",
        "Points",
        "DueFrom",
        "DueTo",
        "LoanTo",
        "LoanFrom",
    }
)
_BY_SETTLEMENT = (
    *("Income:PropertyFee:Service", "Income:PropertyFee:Elevator", "Income:PropertyFee:Garbage"),
    *("Income:PropertyFee:ParkingService", "Income:PropertyFee:Shared", "Income:PropertyFee:LateFee"),
    "Liabilities:PropertyFee:Payable:Trustee",
)
_BANK_CHARGE_CAP_MINOR = (
    20_000  # what a bank takes by itself in one go; more is a payment, and takes two keys
)
#: What a bank takes by itself, without asking for a key.
_TAKEN_BY_BANK = frozenset({"BankCharge"})


@dataclass(frozen=True, slots=True)
class PostEntry:
    """A general entry: signed amounts in fen, debit positive. ``corrects`` names a closed month that it corrects."""

    effective_on: date
    narration: str
    postings: tuple[Posting, ...]
    occurred_on: date | None = None
    counterparty: str | None = None
    authority: str | None = None
    corrects: str | None = None


def post_entry(journal: Journal, command: PostEntry) -> Recorded:
    """Post the entry.

    Raises:
        AccountControlled: a control account, to which only its acts post (design decision 6).
        PaymentNeedsTwoKeys: money would leave the bank or the cash box without a disbursement (L46).
        RequestMalformed: it happened after the day it is booked on.
    """
    require(journal.actor, KEEPERS)
    for place, posting in enumerate(command.postings):
        pointer = f"/postings/{place}/account"
        account(posting.account)
        if _is_by_act_only(posting.account):
            raise AccountControlled(pointer=pointer, account=posting.account)
        if group_of(posting.account) == "Bank":
            check_bank(journal, posting.account.rpartition(":")[2], posting.fund, pointer)
        if is_money(posting.account) and posting.amount_minor < 0 and not _is_bank_charge(command, posting):
            raise PaymentNeedsTwoKeys(pointer=pointer, account=posting.account)
    if command.occurred_on is not None and command.occurred_on > command.effective_on:
        raise RequestMalformed(
            pointer="/occurred_on",
            why_zh="业务日期不能晚于入账日期",
            why_en="it cannot have happened after it is booked",
        )
    entry = Entry(
        Kind.GENERAL,
        command.effective_on,
        check_public(command.narration, "/narration"),
        command.postings,
        occurred_on=command.occurred_on,
        counterparty=check_public_optional(command.counterparty, "/counterparty", NAME_LIMIT),
        authority=check_public_optional(command.authority, "/authority", NAME_LIMIT),
        corrects=_corrected(journal, command.corrects),
    )
    return journal.record("entry", command.effective_on, entry=entry)


def _is_by_act_only(code: str) -> bool:
    return is_control(code) or group_of(code) in _BY_ACT_ONLY or code.startswith(_BY_SETTLEMENT)


def _corrected(journal: Journal, month: str | None) -> str | None:
    """Return the closed month that an entry corrects."""
    if month is None:
        return None
    if parse_month(month, "/corrects") > journal.closed_through:
        raise RequestMalformed(
            pointer="/corrects", why_zh="只能更正已结账的月份", why_en="only a closed month can be corrected"
        )
    return month


def _is_bank_charge(command: PostEntry, money: Posting) -> bool:
    """Say whether all that the money pays for is what the bank itself takes, and no more than it does in one go."""
    if -money.amount_minor > _BANK_CHARGE_CAP_MINOR:
        return False
    others = [one for one in command.postings if one.fund == money.fund and one is not money]
    return bool(others) and all(
        group_of(one.account) in _TAKEN_BY_BANK or one.account.endswith(":Cost:BankCharge") for one in others
    )
