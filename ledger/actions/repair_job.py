"""What a job of the repair fund needs besides a vote: its buildings' money; and in an emergency a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.actions.weigh_emergency import check_room_for
from ledger.errors import FundShort
from ledger.rules.between import REPAIR, URGENT, WHY
from ledger.rules.fund import net
from ledger.rules.money import format_amount
from ledger.rules.text import check_public
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.repair import JOBS_PAYABLE, building_balances, jobs_owed

_REASON_LIMIT = 80


def check_job_funded(journal: Journal, amount_minor: int, shares: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a job for which the fund, or a building that bears it, has too little.

    Raises:
        FundShort: it has.
    """
    _check(REPAIR, net(balances(journal.session, journal.compound), REPAIR), amount_minor)
    known = building_balances(journal.session, journal.compound)
    for row in shares:
        _check(f"{REPAIR} {row['building']}", known[row["building"]].balance_minor, -row["amount_minor"])


def check_job_owed(journal: Journal, job: str | None, amount_minor: int, custodian: str) -> None:
    """Refuse to pay more for a job than is owed for it, or than its custodian holds.

    What was owed before the books began, or stands under no job, is what is owed in all less what is owed for jobs.

    Raises:
        FundShort: less is owed, or held.
    """
    standing, owed = balances(journal.session, journal.compound), jobs_owed(journal.session, journal.compound)
    left = owed.get(job or "", -standing.get(JOBS_PAYABLE, 0) - sum(owed.values()))
    _check(f"{JOBS_PAYABLE} {job or ''}".strip(), max(left, 0), amount_minor)
    _check(custodian, standing.get(custodian, 0), amount_minor)


def _check(whose: str, has_minor: int, minor: int) -> None:
    if minor > has_minor:
        raise FundShort(
            pointer="/amount", fund=whose, available=format_amount(has_minor), amount=format_amount(minor)
        )


def urgent_words(journal: Journal, words: str, amount_minor: int, reason: str | None) -> str:
    """Return the words of a job that no vote allows: they say so, and why.

    Raises:
        TextRefused: it gives no reason that may be published.
        EmergencyOpen, EmergencyAboveCap: the emergencies that stand, payments as well as jobs, leave no room for it.
    """
    why = check_public(reason or "", "/reason", _REASON_LIMIT)
    check_room_for(journal, amount_minor, "/amount")
    return f"{URGENT}{words}{WHY}{why}"
