"""The approval ladder: how much takes how many second keys, of which bodies, by which kind of authority.

Bands are data of a profile. The first key asks, the keys counted here approve; each is another person, and none is of
the body that asked (L46).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.rules.authority import AuthorityKind
from ledger.rules.roles import Body

_ANY = frozenset({AuthorityKind.BUDGET, AuthorityKind.COMMITTEE, AuthorityKind.VOTE, AuthorityKind.CONTRACT})
_BODIES = frozenset({Body.COMMITTEE, Body.COMMUNITY, Body.TRUSTEE})


@dataclass(frozen=True, slots=True)
class Band:
    """Sums up to ``up_to_minor`` fen (None: any) take so many approvals, by members of ``bodies``.

    ``kinds`` are the authorities that suffice.
    """

    up_to_minor: int | None
    approvals: int
    kinds: frozenset[AuthorityKind] = _ANY
    bodies: frozenset[Body] = _BODIES


#: Up to 50,000.00 yuan one approval; up to 200,000.00 two by two people; above that two, and a vote of the owners.
LADDER = (
    Band(5_000_000, 1),
    Band(20_000_000, 2),
    Band(None, 2, frozenset({AuthorityKind.VOTE})),
)


def band_of(ladder: tuple[Band, ...], amount_minor: int) -> Band:
    """Return the band that a sum falls into; a ladder ends with a band without a limit."""
    return next(one for one in ladder if one.up_to_minor is None or amount_minor <= one.up_to_minor)
