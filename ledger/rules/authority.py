"""What allows an act: which authority may be used for what, and how far.

An authority is a vote of the owners, a resolution of the committee, a contract, or the budget in force. It names the
fund, the amount and the last day; the last fen is enforced.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.errors import AuthorityExpired, AuthorityUnfit, AuthorityUsedUp
from ledger.rules.money import format_amount


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


@dataclass(frozen=True, slots=True)
class Granted:
    """An authority as it stands: ``left_minor`` is what remains of its amount in fen, None where it names none."""

    code: str
    kind: AuthorityKind
    matter: Matter
    fund: str | None
    decided_on: date
    until: date | None = None
    left_minor: int | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What an act asks of an authority: an amount in fen out of a fund on a day, by one of some kinds and matters.

    ``matters`` empty: any matter will do.
    """

    fund: str | None
    amount_minor: int
    on: date
    kinds: AbstractSet[AuthorityKind] = frozenset(AuthorityKind)
    matters: AbstractSet[Matter] = frozenset()


def check_authority(granted: Granted, need: Need, pointer: str = "/authority") -> None:
    """Refuse an authority that does not allow what is asked.

    Raises:
        AuthorityUnfit: it is of another kind, matter or fund.
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
