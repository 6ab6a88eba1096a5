"""What a job of the repair fund needs besides a vote: its buildings' money; and in an emergency a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.errors import EmergencyAboveCap, FundShort
from ledger.rules.between import REPAIR, URGENT, WHY
from ledger.rules.fund import net
from ledger.rules.money import format_amount
from ledger.rules.text import check_public
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.emergencies import emergency_jobs
from ledger.store.repair import building_balances

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


def _check(whose: str, has_minor: int, minor: int) -> None:
    if minor > has_minor:
        raise FundShort(
            pointer="/amount", fund=whose, available=format_amount(has_minor), amount=format_amount(minor)
        )


def urgent_words(journal: Journal, words: str, amount_minor: int, reason: str | None) -> str:
    """Return the words of a job that no vote allows: they say so, and why.

    Raises:
        TextRefused: it gives no reason that may be published.
        EmergencyAboveCap: with the emergency jobs that stand it is above the profile's cap.
    """
    why = check_public(reason or "", "/reason", _REASON_LIMIT)
    waiting = emergency_jobs(journal.session, journal.compound, journal.today)
    total, cap = amount_minor + sum(one.amount_minor for one in waiting), journal.profile.emergency_cap_minor
    if total > cap:
        raise EmergencyAboveCap(pointer="/amount", cap=format_amount(cap), amount=format_amount(total))
    return f"{URGENT}{words}{WHY}{why}"
