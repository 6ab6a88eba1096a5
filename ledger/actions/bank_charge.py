"""How much of what a bank takes by itself one person may book, by a general entry or shared among funds."""

from __future__ import annotations

from datetime import date

from ledger.rules.entry import Kind
from ledger.rules.period import month_of
from ledger.store.append import Journal
from ledger.store.balances import booked_alone

_KINDS = frozenset({Kind.GENERAL, Kind.BANK_CHARGE})


def charge_cap(journal: Journal, money: str, effective_on: date) -> int:
    """Return how much more of a fund's part of a bank account one person may book as taken by the bank, in fen.

    That is so much in one go and so much a month: of the month that it is for, and of the month in which it is booked,
    so that months left open lend nothing to each other.
    """
    profile = journal.profile
    before = max(
        booked_alone(
            *(journal.session, journal.compound, _KINDS, money, month_of(day)),
            is_credit=True,
            by_recording=by_recording,
        )
        for day, by_recording in ((effective_on, False), (journal.today, True))
    )
    return min(profile.bank_charge_cap_minor, profile.bank_charge_month_cap_minor - before)
