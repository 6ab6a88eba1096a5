"""What the units of a project decide about their own money: by a vote of their own, and of nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.actions.authorise import authorise
from ledger.rules.authority import AuthorityKind, Granted, Matter, Need
from ledger.rules.charge import PROJECT_ITEM, is_project
from ledger.rules.settle import OpenCharge
from ledger.store.append import Journal
from ledger.store.projects import fund_of_project

#: What lets a project begin: the vote on it, as a project or as what Civil Code 278 calls it.
OPENING = frozenset({Matter.PROJECT, Matter.REBUILDING, Matter.COMMON_PARTS})
_RELIEF = frozenset({Matter.RELIEF, Matter.PROJECT})


def own_vote(
    journal: Journal,
    project: str,
    code: str,
    amount_minor: int,
    on: date,
    matters: Iterable[Matter] = (Matter.PROJECT,),
) -> Granted:
    """Return the vote if the project's units, all of them and nobody else, were asked, and it allows this.

    Raises:
        AuthorityUnknown, VoteFailed, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: it does not.
    """
    need = Need(
        fund_of_project(project), amount_minor, on, frozenset({AuthorityKind.VOTE}), frozenset(matters)
    )
    return authorise(journal, code, need)  # which asks whose vote it is


def check_relief(journal: Journal, parts: Sequence[tuple[OpenCharge, int]], authority: str, on: date) -> None:
    """Refuse to give up the share of a project without a vote of its units; fees are none of this (E37).

    Raises:
        AuthorityUnknown, VoteFailed, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: as for ``own_vote``.
    """
    sums: dict[str, int] = {}
    for charge, minor in parts:
        if is_project(charge.item):
            code = charge.item.removeprefix(PROJECT_ITEM)
            sums[code] = sums.get(code, 0) + minor
    for code, minor in sums.items():
        own_vote(journal, code, authority, minor, on, _RELIEF)
