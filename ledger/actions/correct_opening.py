"""Put the years before right: what a former trustee kept at the handover, and errors of a closed year (E40, E41).

A prepayment that the former trustee took and the owners vote to honour lowers the opening and is claimed. A deposit has
to be given back whoever kept it, so Agency carries the claim itself. Neither is this year's income or expense.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.authorise import authorise, use_rows
from ledger.actions.move_funds import AGENCY
from ledger.actions.open_balances import DEPOSIT, OpeningUnitSum
from ledger.actions.settling import mirrored
from ledger.errors import AccountControlled, FundsMixed, NotFound, RequestMalformed, YearStillOpen
from ledger.rules.authority import AuthorityKind, Need
from ledger.rules.chart import account, group_of, is_control, is_money
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds, check_positive
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_public
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.owed import holdings
from ledger.store.tables import AuthorityUse

_DECIDERS = frozenset({AuthorityKind.VOTE, AuthorityKind.COMMITTEE})
#: What has acts of its own, so that a correction cannot go around them.
_BY_ACT = frozenset(
    {
        "LoanTo",
        "LoanFrom",
        "DueTo",
        "DueFrom",
        "Custody",
        "Unallocated",
        "Points",
        "Bridging",
        "InKind",
        "Utility",
        *("Suspense", "Advance", "DepositPaid"),
    }
)


@dataclass(frozen=True, slots=True)
class ClaimOpening:
    """What a former trustee took from units and did not hand over, in fen: prepayments, or deposits of Agency."""

    fund: str
    units: tuple[OpeningUnitSum, ...]
    authority: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class CorrectClosedYear:
    """What was wrong in a closed year: assets and liabilities as they should have stood, in fen, debit positive."""

    fund: str
    year: int
    lines: tuple[tuple[str, int], ...]
    narration: str
    authority: str
    effective_on: date
    counterparty: str | None = None


def claim_opening(journal: Journal, command: ClaimOpening) -> Recorded:
    """Post what is honoured, and the claim on the former trustee.

    Raises:
        AuthorityMissing and its kin: no vote or resolution decides on it.
        NotFound: there is no such unit.
        AccountUnknown: the fund has no such claims.
    """
    require(journal.actor, KEEPERS)
    total = sum(one.amount_minor for one in command.units)
    for place, one in enumerate(command.units):
        check_positive(one.amount_minor, f"/units/{place}/amount")
    check_positive(total, "/units")
    granted = authorise(journal, command.authority, Need(command.fund, total, journal.today, _DECIDERS))
    held = {one.unit: one for one in holdings(journal.session, journal.compound, command.effective_on)}
    code = DEPOSIT if command.fund == AGENCY else account(f"Liabilities:{command.fund}:Prepaid").code
    owed = []
    for place, one in enumerate(command.units):
        if one.unit not in held:
            raise NotFound(pointer=f"/units/{place}/unit", what=one.unit[:40])
        owed.append(Posting(code, -one.amount_minor, unit=one.unit, debtor=held[one.unit].debtor))
    claim = Posting(account(f"Assets:{command.fund}:Receivable:FormerTrustee").code, total)
    balance = [] if command.fund == AGENCY else [Posting(f"Equity:{command.fund}:Opening", total)]
    mirror = [] if command.fund == AGENCY else mirrored([claim])
    entry = Entry(
        Kind.OPENING_CLAIM,
        command.effective_on,
        "原物业公司未移交款项:承认并追偿",
        (*balance, *owed, claim, *mirror),
        authority=granted.code,
    )
    facts: Facts = {AuthorityUse: use_rows(granted, total, "opening_claim")}
    return journal.record("opening_claim", command.effective_on, facts, entry=entry)


def correct_closed_year(journal: Journal, command: CorrectClosedYear) -> Recorded:
    """Post the correction against the years before: it is no income or expense of this year.

    Raises:
        YearStillOpen: a month of the year is open.
        AuthorityMissing and its kin: no vote or resolution decides on it.
        AccountControlled: an account to which only its acts post.
    """
    require(journal.actor, KEEPERS)
    if f"{command.year:04d}-12" > journal.closed_through and command.year >= journal.opened_on.year:
        raise YearStillOpen(pointer="/year", year=command.year)
    if not command.lines:
        raise RequestMalformed(pointer="/lines", why_zh="请至少写一行", why_en="give at least one line")
    adjustment = account(f"Equity:{command.fund}:Adjustment").code
    postings = [_line(command, place) for place in range(len(command.lines))]
    rest = sum(posting.amount_minor for posting in postings)
    whole = sum(abs(posting.amount_minor) for posting in (*postings, Posting(adjustment, -rest))) // 2
    need = Need(command.fund, whole, journal.today, _DECIDERS)
    granted = authorise(journal, command.authority, need)
    words = check_public(command.narration, "/narration", 180)
    entry = Entry(
        Kind.PRIOR_YEAR,
        command.effective_on,
        f"更正 {command.year} 年 {words}",
        (Posting(adjustment, -rest), *postings),
        counterparty=None
        if command.counterparty is None
        else check_public(command.counterparty, "/counterparty", 64),
        authority=granted.code,
    )
    facts: Facts = {AuthorityUse: use_rows(granted, whole, "prior_year")}
    return journal.record("prior_year", command.effective_on, facts, entry=entry)


def _line(command: CorrectClosedYear, place: int) -> Posting:
    """Return one line of a correction.

    Raises:
        AccountControlled: it is no plain asset or liability of the fund.
        FundsMixed: it is another fund's.
    """
    code, minor = command.lines[place]
    named = account(code)
    if named.fund != command.fund:
        raise FundsMixed(pointer=f"/lines/{place}/account", funds=f"{command.fund}, {named.fund}")
    is_plain = named.type in {"Assets", "Liabilities"} and not is_control(code) and not is_money(code)
    if not is_plain or group_of(code) in _BY_ACT or code.endswith(":Payable:Trustee"):
        raise AccountControlled(pointer=f"/lines/{place}/account", account=code)
    return Posting(code, check_bounds(minor, f"/lines/{place}/amount"))
