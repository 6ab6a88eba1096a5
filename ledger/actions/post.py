"""Post a general entry: a balanced fact of one fund for which there is no act of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.allow_payment import owners_consent
from ledger.actions.bank_charge import charge_cap
from ledger.actions.fee_cap import check_management_fee
from ledger.actions.open_bank_account import check_bank
from ledger.errors import AccountControlled, PaymentNeedsTwoKeys, RequestMalformed
from ledger.rules.between import check_not_lent
from ledger.rules.chart import account, fund_of, group_of, is_control, is_money
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.payment import Repair, check_repair
from ledger.rules.period import check_occurred, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store.append import Journal, Recorded
from ledger.store.public_net import MANAGEMENT_FEE
from ledger.store.tables import AuthorityUse

#: What only acts may touch although it is no control account: the close accrues remuneration (Trust Law 35), a
#: transfer or a loan takes a vote and a pair, fees become income by settlement, points are no money.
_BY_ACT_ONLY = frozenset(
    {
        "Remuneration",
        "Opening",
        "Adjustment",
        "Transfer",
        "Distribution",
        "Surplus",
        "Points",
        "Suspense",
        "DueFrom",
        "DueTo",
        "LoanTo",
        "LoanFrom",
        "Utility",
        "Unallocated",
        "Bridging",
    }
)
_BY_SETTLEMENT = (
    *("Income:PropertyFee:Service", "Income:PropertyFee:Elevator", "Income:PropertyFee:Garbage"),
    *("Income:PropertyFee:ParkingService", "Income:PropertyFee:Shared", "Income:PropertyFee:LateFee"),
    "Liabilities:PropertyFee:Payable:Trustee",
)
#: What is advanced or paid as a deposit goes out by a payment; a general entry only takes it back as money.
_PAID_OUT = frozenset({"Advance", "DepositPaid"})
#: Gross, so that costs and what others get are seen (Civil Code 282).
_GROSS = "Income:PublicIncome:"
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
    repair: Repair = Repair.NONE


def post_entry(journal: Journal, command: PostEntry) -> Recorded:
    """Post the entry.

    Raises:
        AccountControlled: a control account, to which only its acts post (design decision 6).
        LentOutside: it would lend, invest or pledge owners' money (L10).
        PaymentNeedsTwoKeys: money would leave the bank or the cash box without a disbursement (L46).
        RepairRefused: a repair that is no service cost (L15).
        AuthorityMissing, AuthorityUnfit, AuthorityUsedUp: cost category 9 takes the owners' vote (L16).
        ManagementFeeAboveCap: the management fee of the year would be above the place's cap (L09).
        RequestMalformed: it happened after the day it is booked on, or it would net public income.
    """
    require(journal.actor, KEEPERS)
    for place, posting in enumerate(command.postings):
        pointer = f"/postings/{place}/account"
        check_not_lent(posting.account, pointer)
        account(posting.account)
        if _is_by_act_only(posting.account) or not _is_taken_back(command, posting):
            raise AccountControlled(pointer=pointer, account=posting.account)
        if posting.account.endswith(":Payable:Trustee") and not _is_management_fee(command):
            raise AccountControlled(pointer=pointer, account=posting.account)
        if posting.account.startswith(_GROSS) and posting.amount_minor > 0:
            raise RequestMalformed(
                pointer=f"/postings/{place}/amount",
                why_zh="公共收益按总额入账,减少收入只能冲销原凭证",
                why_en="public income is gross; it goes down only by reversing its entry",
            )
        if group_of(posting.account) == "Bank":
            check_bank(journal, posting.account.rpartition(":")[2], posting.fund, pointer)
        if (
            is_money(posting.account)
            and posting.amount_minor < 0
            and not _is_bank_charge(journal, command, posting)
        ):
            raise PaymentNeedsTwoKeys(pointer=pointer, account=posting.account)
    amounts = [(posting.account, posting.amount_minor) for posting in command.postings]
    check_management_fee(journal, amounts, command.effective_on, "/postings")
    check_occurred(command.occurred_on, command.effective_on)
    check_repair(amounts, command.repair, journal.profile.minor_repair_cap_minor)
    uses = owners_consent(journal, command.authority or "", amounts)
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
    return journal.record("entry", command.effective_on, {AuthorityUse: uses}, entry=entry)


def _is_by_act_only(code: str) -> bool:
    return (
        is_control(code)
        or group_of(code) in _BY_ACT_ONLY
        or code.startswith(_BY_SETTLEMENT)
        or _is_of_purpose(code)
    )


def _is_of_purpose(code: str) -> bool:
    """Say whether the account is one of a pool's or a project's money: what it may become, its acts decide."""
    if not fund_of(code).startswith(("Governance:", "Project:")):
        return False
    is_open = group_of(code) in _TAKEN_BY_BANK | {"Interest"}
    return (code.startswith(("Income:", "Expenses:")) and not is_open) or code.endswith(":Payable:Grantor")


def _corrected(journal: Journal, month: str | None) -> str | None:
    """Return the closed month that an entry corrects."""
    if month is None:
        return None
    if parse_month(month, "/corrects") > journal.closed_through:
        raise RequestMalformed(
            pointer="/corrects", why_zh="只能更正已结账的月份", why_en="only a closed month can be corrected"
        )
    return month


def _is_taken_back(command: PostEntry, posting: Posting) -> bool:
    """Say whether what was advanced comes back as money and as nothing else; of other accounts it is always true."""
    if group_of(posting.account) not in _PAID_OUT:
        return True
    others = [one for one in command.postings if one is not posting]
    return posting.amount_minor < 0 and all(is_money(one.account) for one in others)


def _is_management_fee(command: PostEntry) -> bool:
    """Say whether what is owed to the trustee is the management fee of the same entry, to the fen (L09)."""
    return not sum(
        one.amount_minor
        for one in command.postings
        if one.account == MANAGEMENT_FEE or one.account.endswith(":Payable:Trustee")
    )


def _is_bank_charge(journal: Journal, command: PostEntry, money: Posting) -> bool:
    """Say whether all that the money pays for is what the bank itself takes, and no more than one person may book.

    More is a payment, and takes two keys.
    """
    taken = -sum(one.amount_minor for one in command.postings if one.account == money.account)
    if taken > charge_cap(journal, money.account, command.effective_on):
        return False
    others = [one for one in command.postings if one.fund == money.fund and one is not money]
    return bool(others) and all(
        group_of(one.account) in _TAKEN_BY_BANK or one.account.endswith(":Cost:BankCharge") for one in others
    )
