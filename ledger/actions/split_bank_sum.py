"""Split what a bank pays or takes on an account that funds share, by their average daily balances (S21, E17).

Interest on unspent grants belongs to the grant, interest on third parties' money to nobody yet; a charge on third
parties' money is the fee fund's (chart 2.5). The parts sum to what the bank shows: largest remainder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger.actions.bank_charge import charge_cap
from ledger.actions.open_bank_account import check_bank, funds_of_bank
from ledger.errors import (
    BankSpanTaken,
    FeeAboveCap,
    GrantNotNamed,
    NotFound,
    NothingToShare,
    RequestMalformed,
)
from ledger.rules.channel import bearer_of, charge_account
from ledger.rules.chart import group_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import apportion, check_positive, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Journal, Recorded
from ledger.store.balances import balances
from ledger.store.daily import fen_days_of, shared_through
from ledger.store.tables import SharedBankPart, SharedBankSum


@dataclass(frozen=True, slots=True)
class SplitBankSum:
    """A sum in fen that the bank shows on a day: interest, or a charge.

    It is shared by the days from ``from_on`` (the day after the last interest, or the first of the books) to ``to_on``
    (the day before). ``projects``: the project whose grant a pool's part belongs to, by fund, where it has several.
    """

    bank: str
    amount_minor: int
    effective_on: date
    is_charge: bool = False
    from_on: date | None = None
    to_on: date | None = None
    projects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FundPart:
    """A fund's part, in fen, by the sum of its daily balances (``fen_days``)."""

    fund: str
    fen_days: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BankSumSplit:
    """How the sum was shared."""

    recorded: Recorded
    bank: str
    from_on: date
    to_on: date
    parts: tuple[FundPart, ...]


def split_bank_sum(journal: Journal, command: SplitBankSum) -> BankSumSplit:
    """Post the sum, each fund's part by its average daily balance.

    Raises:
        NotFound: there is no such bank account, or no such project.
        BankSpanTaken: interest of some of the days has been shared out.
        NothingToShare: no fund had a balance.
        FeeAboveCap: the charge is more than a bank takes by itself.
        GrantNotNamed: a pool has unspent grants of several projects, and none is named.
    """
    require(journal.actor, KEEPERS)
    if not funds_of_bank(journal, command.bank):
        raise NotFound(pointer="/bank", what=command.bank[:40])
    check_positive(command.amount_minor, "/amount")
    cap = journal.profile.bank_charge_cap_minor
    if command.is_charge and command.amount_minor > cap:
        raise FeeAboveCap(pointer="/amount", cap=format_amount(cap))
    journal.check_day(command.effective_on)
    from_on, to_on = _span(journal, command)
    weights = fen_days_of(journal.session, journal.compound, command.bank, from_on, to_on)
    funds = [fund for fund in weights if weights[fund] > 0]
    if not funds:
        raise NothingToShare(
            pointer="/bank", bank=command.bank, first=from_on.isoformat(), last=to_on.isoformat()
        )
    shares = apportion(command.amount_minor, [weights[fund] for fund in funds])
    parts = [FundPart(fund, weights[fund], minor) for fund, minor in zip(funds, shares, strict=True)]
    entry = Entry(
        Kind.BANK_CHARGE if command.is_charge else Kind.INTEREST,
        command.effective_on,
        f"账户 {command.bank} {'手续费' if command.is_charge else '结息'} {format_amount(command.amount_minor)},"
        f"按 {from_on} 至 {to_on} 日均余额分配",
        _postings(journal, command, parts),
        counterparty="银行",
        channel="bank",
    )
    _check_taken_alone(journal, command, entry)
    sign = -1 if command.is_charge else 1
    total = {
        "bank": command.bank,
        "from_on": from_on,
        "to_on": to_on,
        "amount_minor": sign * command.amount_minor,
    }
    rows = [
        {"fund": one.fund, "fen_days": one.fen_days, "amount_minor": sign * one.amount_minor} for one in parts
    ]
    recorded = journal.record(
        "bank_charge" if command.is_charge else "interest",
        command.effective_on,
        {SharedBankSum: [total], SharedBankPart: rows},
        entry=entry,
    )
    return BankSumSplit(recorded, command.bank, from_on, to_on, tuple(parts))


def _check_taken_alone(journal: Journal, command: SplitBankSum, entry: Entry) -> None:
    """Refuse a charge of which a fund would bear more than one person books in a month.

    Raises:
        FeeAboveCap: it would.
    """
    for line in entry.postings if command.is_charge else ():
        cap = max(charge_cap(journal, line.account, command.effective_on), 0)
        if group_of(line.account) == "Bank" and -line.amount_minor > cap:
            raise FeeAboveCap(pointer="/amount", cap=format_amount(cap))


def _span(journal: Journal, command: SplitBankSum) -> tuple[date, date]:
    """Return the days by which the sum is shared."""
    last = shared_through(journal.session, journal.compound, command.bank)
    begins = last + timedelta(days=1) if last is not None else journal.opened_on
    from_on = command.from_on or begins
    to_on = command.to_on or command.effective_on - timedelta(days=1)
    if command.from_on is None and from_on > to_on:  # a charge on the very day of the interest
        from_on = to_on
    if not journal.opened_on <= from_on <= to_on <= command.effective_on:
        raise RequestMalformed(
            pointer="/from_on",
            why_zh="起止日应在开账之后、入账日之前",
            why_en="the days lie between the opening of the books and the day of the entry",
        )
    if last is not None and from_on <= last and not command.is_charge:
        raise BankSpanTaken(pointer="/from_on", bank=command.bank, day=last.isoformat())
    return from_on, to_on


def _postings(journal: Journal, command: SplitBankSum, parts: list[FundPart]) -> tuple[Posting, ...]:
    """Return each fund's money and what it is; postings of one account are summed."""
    sums: dict[str, int] = defaultdict(int)
    standing = balances(journal.session, journal.compound)
    for one in parts:
        if one.amount_minor == 0:
            continue
        if command.is_charge:
            sums[check_bank(journal, command.bank, bearer_of(one.fund))] -= one.amount_minor
            sums[charge_account(one.fund)] += one.amount_minor
        else:
            sums[check_bank(journal, command.bank, one.fund)] += one.amount_minor
            sums[_credited(standing, one.fund, command.projects)] -= one.amount_minor
    return tuple(Posting(code, minor) for code, minor in sums.items() if minor)


def _credited(standing: Mapping[str, int], fund: str, projects: Mapping[str, str]) -> str:
    """Return the account that a fund's interest is credited to."""
    if fund == "Agency":
        return "Liabilities:Agency:Interest"
    if not fund.startswith("Governance:"):
        return f"Income:{fund}:Interest"
    prefix = f"Liabilities:{fund}:Unspent:"
    unspent = [code for code in standing if code.startswith(prefix) and standing[code] < 0]
    if fund in projects:
        named = prefix + projects[fund]
        if named not in unspent:
            raise _grant(fund, unspent)
        return named
    if len(unspent) > 1:
        raise _grant(fund, unspent)
    return unspent[0] if unspent else f"Liabilities:{fund}:Unallocated"


def _grant(fund: str, unspent: list[str]) -> GrantNotNamed:
    listed = ", ".join(code.rpartition(":")[2] for code in unspent) or "-"
    return GrantNotNamed(pointer="/projects", fund=fund, projects=listed)
