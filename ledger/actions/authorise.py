"""Take an authority for an act: it must be there, allow what is asked, and have so much left."""

from __future__ import annotations

from typing import Any

from ledger.errors import AuthorityMissing, AuthorityUnknown
from ledger.rules.authority import AuthorityKind, Granted, Need, check_authority
from ledger.store import authorities
from ledger.store.append import Journal


def authorise(journal: Journal, code: str, need: Need, pointer: str = "/authority") -> Granted:
    """Return the authority if it allows what is asked.

    Raises:
        AuthorityMissing: none is named.
        AuthorityUnknown: there is none of this code: a vote that did not pass is none.
        AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: it does not allow this (``rules.authority``).
    """
    if not code.strip():
        raise AuthorityMissing(pointer=pointer)
    found = authorities.granted(journal.session, journal.compound, code.strip())
    if found is None:
        raise AuthorityUnknown(pointer=pointer, code=code.strip()[:40])
    check_authority(found, need, pointer)
    return found


def use_rows(granted: Granted, amount_minor: int, purpose: str, line: int = 1) -> list[dict[str, Any]]:
    """Return the fact that so much of an authority is taken, in fen; negative gives back.

    Only authorities with a row of their own are counted: what the budget has left is read from the books.
    """
    if granted.kind in {AuthorityKind.BUDGET, AuthorityKind.EMERGENCY} or amount_minor == 0:
        return []
    return [{"line": line, "code": granted.code, "amount_minor": amount_minor, "purpose": purpose}]
