"""Spend conditional money: what it may pay for, how much of it covers a payment, and when it becomes income.

Pools spend on their approved projects only, for a purpose that is not on the negative list (L47). The expense releases
what was kept unspent: income is what was spent, never more than what came (chart E31, E32, E36; scene S19).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ledger.errors import GrantBudgetExceeded, GrantUnsettled, SpentOutside
from ledger.rules.chart import group_of
from ledger.rules.entry import Posting
from ledger.rules.grant import Purse, check_purpose, check_running, check_words, project_of_line
from ledger.rules.money import format_amount
from ledger.rules.payment import Line
from ledger.store import grants
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.disbursements import under_way
from ledger.store.tables import GrantProject

_POOL, _PROJECT = "Governance:", "Project:"
_LENT = frozenset({"Advance", "DepositPaid"})


def check_spending(
    journal: Journal, fund: str, lines: Iterable[Line], words: str, purpose: str | None, authority: str
) -> str | None:
    """Return the purpose of a payment out of a pool; None for a payment out of any other fund.

    A cost names its project by its account; an advance names it by its authority, the project's own approval.

    Raises:
        PurposeMissing, PurposeNegative: it declares no purpose of the list, or one of the negative list (L47).
        SpentOutside: a line is not of a project of this pool: what the bank takes is no payment to anybody.
        GrantState: the project has not been approved, or has been cleared.
        GrantBudgetExceeded: with what is spent and asked for already it is above the project's budget.
    """
    if not fund.startswith(_POOL):
        return None
    check_words(words)
    costs: dict[str, int] = defaultdict(int)
    projects: dict[str, str] = {}
    for place, (account, minor) in enumerate(lines):
        if account.startswith("Expenses:"):
            projects[project_of_line(account, f"/lines/{place}/account")] = account
            costs[account] += minor
        elif group_of(account) in _LENT and minor > 0:
            projects[authority.strip()] = account
    if not projects:
        return None  # a debt that stands already, or what is owed back to the grantor
    declared = check_purpose(purpose, words)
    for code, account in projects.items():
        is_cost = account in costs
        row = (
            grants.grant(journal.session, journal.compound, code, "/lines")
            if is_cost
            else journal.session.get(GrantProject, (journal.compound, code))
        )
        if row is None or row.fund != fund:
            raise SpentOutside(pointer="/lines", account=account, wanted=f"Expenses:{fund}:Work:<P>")
        check_running(code, grants.state(journal.session, journal.compound, code), "spent")
    check_grant_budget(journal, fund, costs.items())
    return declared.code


def check_projects_run(journal: Journal, fund: str, lines: Iterable[Line]) -> None:
    """Refuse costs of a pool's project that has been cleared meanwhile.

    Raises:
        GrantState: it has.
    """
    for account, minor in lines:
        if fund.startswith(_POOL) and group_of(account) == "Work" and minor > 0:
            code = project_of_line(account, "/lines")
            check_running(code, grants.state(journal.session, journal.compound, code), "spent")


def check_settled(journal: Journal, purse: Purse, project: str) -> None:
    """Refuse to clear conditional money while costs that it pays for are approved and not booked.

    Raises:
        GrantUnsettled: they are.
    """
    for row, done, lines in under_way(journal.session, journal.compound, purse.fund):
        if done.state == "approved" and any(account in purse.spent_on for account, _ in lines):
            raise GrantUnsettled(pointer="/project", project=project, id=row.id)


def check_grant_budget(journal: Journal, fund: str, lines: Iterable[Line]) -> None:
    """Refuse costs that are, with what is spent and approved already, above the budget of their project.

    Raises:
        GrantBudgetExceeded: they are.
    """
    if not fund.startswith(_POOL):
        return
    costs: dict[str, int] = defaultdict(int)
    for account, minor in lines:
        if group_of(account) == "Work":
            costs[account] += minor
    approved = _approved(journal, fund) if costs else {}
    standing = balances(journal.session, journal.compound) if costs else {}
    for account, minor in costs.items():
        code = project_of_line(account, "/lines")
        row = grants.grant(journal.session, journal.compound, code, "/lines")
        left = row.amount_minor - standing.get(account, 0) - approved.get(account, 0)
        if minor > left:
            raise GrantBudgetExceeded(
                pointer="/lines", project=code, left=format_amount(left), amount=format_amount(minor)
            )


def covered(journal: Journal, fund: str, lines: Iterable[Line]) -> int:
    """Return how much of some costs, and of those approved before, conditional money pays, in fen.

    So much does not lower what the fund can spend: the liability goes down with the bank account.
    """
    if not fund.startswith((_POOL, _PROJECT)):
        return 0
    costs = _approved(journal, fund)
    for account, minor in lines:
        costs[account] = costs.get(account, 0) + minor
    by_purse: dict[Purse, int] = defaultdict(int)
    for account, minor in costs.items():
        purse = grants.purse(journal.session, journal.compound, fund, account)
        if purse is not None:
            by_purse[purse] += minor
    standing = balances(journal.session, journal.compound) if by_purse else {}
    return sum(max(0, min(minor, -standing.get(purse.unspent, 0))) for purse, minor in by_purse.items())


def _approved(journal: Journal, fund: str) -> dict[str, int]:
    """Return what is approved on each account of a fund and not posted yet, in fen."""
    sums: dict[str, int] = defaultdict(int)
    for _, done, lines in under_way(journal.session, journal.compound, fund):
        for account, minor in lines if done.state == "approved" else ():
            if account.startswith("Expenses:"):
                sums[account] += minor
    return sums


def release_postings(journal: Journal, fund: str, lines: Iterable[Posting]) -> tuple[Posting, ...]:
    """Return what an expense releases: unspent money that becomes income; nothing in other funds.

    ``lines`` are all lines of the entry that is about to be posted; negative ones (a refund of the vendor, a
    reversal) take income back.
    """
    if not fund.startswith((_POOL, _PROJECT)):
        return ()
    spent: dict[Purse, int] = defaultdict(int)
    for line in lines:
        if line.account.startswith("Expenses:"):
            purse = grants.purse(journal.session, journal.compound, fund, line.account)
            if purse is not None:
                spent[purse] += line.amount_minor
    postings = []
    for purse, minor in spent.items():
        income = release_of_grant(journal, purse, {purse.spent_on[0]: minor})
        if income:
            postings += [Posting(purse.unspent, income), Posting(purse.income, -income)]
    return tuple(postings)


def release_of_grant(
    journal: Journal, purse: Purse, more_spent: Mapping[str, int], more_given_minor: int = 0
) -> int:
    """Return how much becomes income once so much more is spent and given, in fen; negative takes it back."""
    standing = balances(journal.session, journal.compound)
    spent = sum(standing.get(account, 0) for account in purse.spent_on) + sum(more_spent.values())
    return purse.release(-standing.get(purse.unspent, 0), spent, more_given_minor)
