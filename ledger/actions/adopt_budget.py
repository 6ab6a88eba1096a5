"""Adopt a budget: by vote or as the profile says, after the comments, spending no more than comes in (以收定支)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.actions.authorise import authorise, use_rows
from ledger.actions.plan_budget import BudgetKey, at
from ledger.errors import AuthorityTaken, BudgetRefused
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.budget import BudgetState, Weighed, check_funded, check_past_kept, collectable, total
from ledger.rules.fund import spendable
from ledger.rules.period import first_day, month_of
from ledger.rules.roles import APPROVERS, require
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.balances import balances
from ledger.store.budgets import Version, realistic_fees, versions
from ledger.store.tables import AuthorityUse, BudgetStep

_FEES = "PropertyFee"


@dataclass(frozen=True, slots=True)
class AdoptBudget:
    """A version to be in force from a day on, by ``authority``.

    ``deficit_minor`` of it may be uncovered where ``deficit_authority`` is a vote on that.
    """

    key: BudgetKey
    from_on: date
    authority: str
    deficit_minor: int = 0
    deficit_authority: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetAdopted:
    """The version in force and what was weighed, in fen."""

    recorded: Recorded
    fund: str
    year: int
    version: int
    weighed: Weighed


def adopt_budget(journal: Journal, command: AdoptBudget) -> BudgetAdopted:
    """Put a version in force from a day on; the one before holds to the day before.

    Raises:
        BudgetStateRefused: it was not open to comments.
        BudgetRefused: comments are still taken, the day lies outside the year or before the version before, or an
            adjustment changes a month before it.
        BudgetUnfunded: it spends more than can come in and is there, beyond a voted deficit.
        AuthorityUnfit and its like: the first budget takes a vote or what the profile allows, an adjustment a vote.
        AuthorityTaken: it has adopted a budget of the fund before.
    """
    require(journal.actor, APPROVERS)
    key, session = command.key, journal.session
    found = at(journal, key, {BudgetState.OPENED}, "通过", "adopted")
    before = [
        one for one in versions(session, journal.compound, key.fund, key.year) if one.adopted is not None
    ]
    _check_days(journal, command, found, before)
    if before:
        check_past_kept(before[-1].lines, found.lines, month_of(command.from_on))
    weighed = weigh(journal, found)
    check_funded(weighed, command.deficit_minor)
    uses = _uses(journal, command, weighed, is_adjustment=bool(before))
    _check_new(journal, command, found.row.fund)
    row = {
        **key.row,
        "step": "adopted",
        "from_on": command.from_on,
        "authority": command.authority.strip(),
        "deficit_authority": command.deficit_authority.strip() if command.deficit_authority else None,
        "expense_minor": weighed.expense_minor,
        "income_minor": weighed.income_minor,
        "opening_minor": weighed.opening_minor,
        "deficit_minor": command.deficit_minor or None,
    }
    facts: Facts = {BudgetStep: [row], AuthorityUse: uses}
    recorded = journal.record("budget_adopted", journal.today, facts)
    return BudgetAdopted(recorded, key.fund, key.year, key.version, weighed)


def weigh(journal: Journal, found: Version) -> Weighed:
    """Return what an adoption weighs: expenses against what can come in and what the fund has at the beginning."""
    fund, year = found.row.fund, found.row.year
    begins = max(date(year, 1, 1) - timedelta(days=1), journal.opened_on)
    standing = balances(journal.session, journal.compound, min(begins, journal.today))
    realistic = realistic_fees(journal.session, journal.compound, journal.today) if fund == _FEES else None
    return Weighed(
        total(found.lines, "Expenses"), collectable(found.lines, realistic), spendable(standing, fund)
    )


def _check_days(journal: Journal, command: AdoptBudget, found: Version, before: list[Version]) -> None:
    opened = found.opened
    if opened is None or opened.to_on is None or journal.today <= opened.to_on:
        raise BudgetRefused(
            pointer="/version", why_zh="征求意见还没有结束", why_en="comments are still being taken"
        )
    begun = before[-1].adopted if before else None
    earliest = begun.from_on if begun else date(found.row.year, 1, 1)
    if command.from_on < earliest or command.from_on.year != found.row.year:
        raise BudgetRefused(
            pointer="/from_on",
            why_zh=f"生效日应在 {earliest} 至当年年末之间",
            why_en=f"it holds from a day between {earliest} and the end of its year",
        )
    if begun is not None and command.from_on < first_day(journal.earliest_open):
        raise BudgetRefused(
            pointer="/from_on",
            why_zh="调整不能从已结账的月份起生效",
            why_en="an adjustment does not hold from a closed month",
        )


def _check_new(journal: Journal, command: AdoptBudget, fund: str) -> None:
    """Refuse what has adopted a budget of the fund before: it says what it was asked about, and no more.

    Raises:
        AuthorityTaken: it has.
    """
    code = command.authority.strip()
    if any(
        one.adopted and one.adopted.authority == code
        for one in versions(journal.session, journal.compound, fund)
    ):
        raise AuthorityTaken(pointer="/authority", code=code)


def _uses(
    journal: Journal, command: AdoptBudget, weighed: Weighed, *, is_adjustment: bool
) -> list[dict[str, Any]]:
    """Return what is taken of the authorities: the expenses of the one, the deficit of the other."""
    fund = command.key.fund
    by_committee = fund.partition(":")[0] in journal.profile.committee_budgets and not is_adjustment
    kinds = {AuthorityKind.VOTE, AuthorityKind.COMMITTEE} if by_committee else {AuthorityKind.VOTE}
    need = Need(fund, weighed.expense_minor, journal.today, kinds, frozenset({Matter.BUDGET}))
    uses = use_rows(authorise(journal, command.authority, need), weighed.expense_minor, str(command.key))
    if command.deficit_minor:
        votes = frozenset({AuthorityKind.VOTE})
        short = Need(fund, command.deficit_minor, journal.today, votes, frozenset({Matter.NEGATIVE_FUND}))
        granted = authorise(journal, command.deficit_authority or "", short, "/deficit_authority")
        uses += use_rows(granted, command.deficit_minor, str(command.key), 2)
    return uses
