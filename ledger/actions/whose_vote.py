"""Whose vote it is: a part of the owners decides about what is theirs, and about nothing else.

The units of a project decide about the project, all of them and nobody else; the units of some buildings about the
repair money of these buildings. What is everybody's takes a vote that asked everybody.
"""

from __future__ import annotations

from sqlmodel import select

from ledger.errors import AuthorityUnfit
from ledger.rules.authority import AuthorityKind, Granted, Need
from ledger.rules.vote import Base
from ledger.store.append import Journal
from ledger.store.electorate import electorate
from ledger.store.projects import PROJECT_FUND, weights
from ledger.store.tables import Vote, VoteBase


def check_whose(journal: Journal, granted: Granted, need: Need, pointer: str = "/authority") -> None:
    """Refuse an authority that others gave than those whose money it is.

    Raises:
        AuthorityUnfit: the units of the project did not vote on it, or a part of the owners on what is not theirs.
    """
    fund = need.fund or ""
    project = fund.removeprefix(PROJECT_FUND) if fund.startswith(PROJECT_FUND) else ""
    owners = set(weights(journal.session, journal.compound, project)) if project else set()
    if owners:
        fits = granted.kind is AuthorityKind.VOTE and asked_units(journal, granted.code) == owners
    elif granted.of_part:
        fits = bool(need.units) and need.units <= asked_units(journal, granted.code)
    else:
        fits = True
    if not fits:
        raise AuthorityUnfit(
            pointer=pointer,
            code=granted.code,
            is_now=granted.kind,
            wanted=f"vote: units of {project}" if project else "vote: those whose money it is",
        )


def asked_units(journal: Journal, vote: str) -> set[str]:
    """Return the units that a vote asked; none where there is no such vote."""
    row = journal.session.get(Vote, (journal.compound, vote))
    if row is None:
        return set()
    query = select(VoteBase.unit).where(VoteBase.compound == journal.compound, VoteBase.code == vote)
    named = list(journal.session.exec(query))
    day = max(row.decided_on, journal.opened_on)
    return set(electorate(journal.session, journal.compound, day, Base(row.base), row.base_of, named))
