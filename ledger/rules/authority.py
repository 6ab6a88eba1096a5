"""What allows an act: which authority may be used for what, and how far.

An authority is a vote of the owners, a resolution of the committee, a contract, or the budget in force. It names the
fund, the amount and the last day; the last fen is enforced.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.errors import AuthorityExpired, AuthorityUnfit, AuthorityUsedUp, VoteNeeded
from ledger.rules.money import format_amount
from ledger.rules.text import letters_and_digits


class AuthorityKind(StrEnum):
    """Who gave it."""

    BUDGET = "budget"
    COMMITTEE = "committee"
    VOTE = "vote"
    CONTRACT = "contract"
    EMERGENCY = "emergency"


class Matter(StrEnum):
    """What it allows. A vote is special or ordinary by its matter (Civil Code 278; ``rules.vote``)."""

    SPENDING = "spending"
    BUDGET = "budget"
    OWNER_APPROVED = "owner_approved"  # cost category 9
    DISTRIBUTION = "distribution"
    TRANSFER = "transfer"
    LOAN = "loan"
    NEGATIVE_FUND = "negative_fund"
    RELIEF = "relief"
    TARIFF = "tariff"
    PROJECT = "project"
    REPAIR_USE = "repair_use"
    REPAIR_RAISING = "repair_raising"
    REBUILDING = "rebuilding"
    COMMON_PARTS = "common_parts"
    TRUSTEE = "trustee"
    GRANT = "grant"
    CARETAKER = "caretaker"
    OTHER = "other"


#: The words that stand for an authority without a row of its own.
BUDGET, EMERGENCY = "budget", "emergency"

#: What only the owners may allow, by vote: no committee and no contract can (Civil Code 278; design decision 5).
VOTE_ONLY = frozenset(
    {
        *(Matter.OWNER_APPROVED, Matter.DISTRIBUTION, Matter.LOAN, Matter.NEGATIVE_FUND),
        *(Matter.REPAIR_USE, Matter.REPAIR_RAISING, Matter.REBUILDING, Matter.COMMON_PARTS),
    }
)


@dataclass(frozen=True, slots=True)
class Granted:
    """An authority as it stands: ``left_minor`` is what remains of its amount in fen, None where it names none.

    ``of_part``: only a part of the owners gave it, so it reaches no further than what is theirs. ``counterparty``: with
    whom a contract was made.
    """

    code: str
    kind: AuthorityKind
    matter: Matter
    fund: str | None
    decided_on: date
    until: date | None = None
    left_minor: int | None = None
    ended_on: date | None = None
    of_part: bool = False
    counterparty: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What an act asks of an authority: an amount in fen out of a fund on a day, by one of some kinds and matters.

    ``matters`` empty: any matter will do. The word "emergency" stands only where ``kinds`` names it.
    ``lines``: how much of it on which expense account; the budget needs to know. ``besides``: a disbursement that is
    not counted against the budget, because it is the one that asks. ``units``: whose own money it is, where it is not
    everybody's; a vote of a part of the owners has to have asked all of them. ``payee``: who is paid; a contract pays
    nobody but its counterparty.
    """

    fund: str | None
    amount_minor: int
    on: date
    kinds: AbstractSet[AuthorityKind] = frozenset(AuthorityKind) - {AuthorityKind.EMERGENCY}
    matters: AbstractSet[Matter] = frozenset()
    lines: tuple[tuple[str, int], ...] = ()
    besides: str | None = None
    units: AbstractSet[str] = frozenset()
    payee: str | None = None


def check_given_by(kind: AuthorityKind, matter: Matter, pointer: str = "/matter") -> None:
    """Refuse a resolution or a contract on what only the owners may allow.

    Raises:
        VoteNeeded: it takes a vote.
    """
    if kind is not AuthorityKind.VOTE and matter in VOTE_ONLY:
        raise VoteNeeded(pointer=pointer, matter=matter)


def check_authority(granted: Granted, need: Need, pointer: str = "/authority") -> None:
    """Refuse an authority that does not allow what is asked.

    Raises:
        AuthorityUnfit: another kind, matter or fund, a contract with somebody else, another project's grant.
        AuthorityExpired: the day lies before it was given, after its last day, or it was ended.
        AuthorityUsedUp: less of it is left.
    """
    if need.kinds and granted.kind not in need.kinds:
        kinds = ", ".join(sorted(need.kinds))
        raise AuthorityUnfit(pointer=pointer, code=granted.code, is_now=granted.kind, wanted=kinds)
    if need.matters and granted.matter not in need.matters:
        matters = ", ".join(sorted(need.matters))
        raise AuthorityUnfit(pointer=pointer, code=granted.code, is_now=granted.matter, wanted=matters)
    if need.fund is not None and granted.fund not in {None, need.fund}:
        raise AuthorityUnfit(pointer=pointer, code=granted.code, is_now=granted.fund, wanted=need.fund)
    _check_reach(granted, need, pointer)
    last = min(day for day in (granted.until, granted.ended_on, date.max) if day is not None)
    if not granted.decided_on <= need.on <= last:
        raise AuthorityExpired(
            pointer=pointer, code=granted.code, first=granted.decided_on.isoformat(), last=last.isoformat()
        )
    if granted.left_minor is not None and need.amount_minor > granted.left_minor:
        raise AuthorityUsedUp(
            pointer=pointer,
            code=granted.code,
            left=format_amount(granted.left_minor),
            amount=format_amount(need.amount_minor),
        )


def _check_reach(granted: Granted, need: Need, pointer: str) -> None:
    """Refuse a contract with somebody else than is paid, and a grant's approval for another project's costs.

    Raises:
        AuthorityUnfit: it is one.
    """
    if granted.kind is AuthorityKind.CONTRACT and need.payee is not None:
        with_whom = granted.counterparty or "-"
        if letters_and_digits(with_whom).casefold() != letters_and_digits(need.payee).casefold():
            raise AuthorityUnfit(
                pointer=pointer,
                code=granted.code,
                is_now=f"{granted.kind}: {with_whom}",
                wanted=f"{granted.kind}: {need.payee}",
            )
    for account, _ in need.lines if granted.matter is Matter.GRANT else ():
        project = account.rpartition(":")[2]
        if project != granted.code:
            raise AuthorityUnfit(
                pointer=pointer,
                code=granted.code,
                is_now=granted.matter,
                wanted=f"{granted.matter}: {project}",
            )
