"""Weigh an emergency, of whichever fund: what all that nobody has ratified comes to, and how long it has waited."""

from __future__ import annotations

from ledger.errors import EmergencyAboveCap, EmergencyOpen
from ledger.rules.money import format_amount
from ledger.store.append import Journal
from ledger.store.disbursements import approvals_needed
from ledger.store.emergencies import Emergency, emergency_jobs, open_emergencies
from ledger.store.tables import Disbursement


def check_room_for(journal: Journal, amount_minor: int, pointer: str) -> None:
    """Refuse one more emergency, a payment or a job of the repair fund, while those that stand leave no room for it.

    Raises:
        EmergencyOpen: an earlier one waits for longer than the profile's days.
        EmergencyAboveCap: with what is not ratified it is above the profile's cap.
    """
    session, compound, today = journal.session, journal.compound, journal.today
    waiting = [*open_emergencies(session, compound, today), *emergency_jobs(session, compound, today)]
    for one in waiting:
        _check_in_time(journal, one)
    total, cap = amount_minor + sum(one.amount_minor for one in waiting), journal.profile.emergency_cap_minor
    if total > cap:
        raise EmergencyAboveCap(pointer=pointer, cap=format_amount(cap), amount=format_amount(total))


def check_still_urgent(journal: Journal, row: Disbursement) -> None:
    """Refuse to book or pay an emergency that nobody has ratified within the profile's days.

    Raises:
        EmergencyOpen: it is one.
    """
    if approvals_needed(row) == 0:
        for one in open_emergencies(journal.session, journal.compound, journal.today):
            if one.id == row.id:
                _check_in_time(journal, one)


def _check_in_time(journal: Journal, one: Emergency) -> None:
    if one.days > journal.profile.ratify_days:
        raise EmergencyOpen(
            pointer="/authority",
            day=one.asked_on.isoformat(),
            purpose=one.purpose,
            days=journal.profile.ratify_days,
        )
