"""Whether the memberships are what the audit trail tells: who was added in which role, and who was ended.

Memberships are no facts of the journal, so nothing but the trail shows that somebody made himself treasurer behind the
server's back. The trail of an imported compound tells of users of another installation up to its import; and books that
are older than their trail have members of whom no line tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.rules.audit import INSTALLATION, What
from ledger.store.audit import lines
from ledger.store.tables import METADATA

Standing = tuple[str, str]  # role, body

_TABLE = METADATA.tables["membership"]
_EVER = "9999"  # after every moment


def unlike_trail(session: Session, compound: str) -> list[str]:
    """Return the users whose membership is not what the trail says of it."""
    imported = _imported_at(session, compound)
    told = _told(session, compound, imported)
    older = "" if imported else _older_than(session, compound)
    query = select(_TABLE.c.user_id, _TABLE.c.role, _TABLE.c.body, _TABLE.c.since).where(
        _TABLE.c.compound == compound, _TABLE.c.until.is_(None)
    )
    kept: dict[str, Standing] = {}
    for user, role, body, since in session.execute(query):
        if user in told or since > older:
            kept[user] = (role, body)
    return sorted(user for user in {*told, *kept} if told.get(user) != kept.get(user))


def _told(session: Session, compound: str, since: str) -> dict[str, Standing | None]:
    """Return what the lines after a moment say of each user: role and body, or None of one whose membership ended."""
    found = [
        line
        for what in (What.MEMBER_ADDED, What.MEMBER_ENDED)
        for line in lines(session, compound, what=what)
        if isinstance(line["about"], Mapping) and line["at"] > since
    ]
    told: dict[str, Standing | None] = {}
    for line in sorted(found, key=lambda one: int(one["number"])):
        about: Mapping[str, Any] = line["about"]
        is_there = line["what"] == What.MEMBER_ADDED
        told[about["user"]] = (about["role"], about["body"]) if is_there else None
    return told


def _imported_at(session: Session, compound: str) -> str:
    """Return when a compound was brought in from another installation; empty where it was founded here."""
    told = lines(session, INSTALLATION, what=What.COMPOUND_IMPORTED)
    return max((line["at"] for line in told if _names(line["about"], compound)), default="")


def _names(about: object, compound: str) -> bool:
    return isinstance(about, Mapping) and about.get("compound") == compound


def _older_than(session: Session, compound: str) -> str:
    """Return before when members were added of whom no line tells; empty where the trail is as old as the books.

    Books that are older than their trail begin it with a line that says so; the installation's has no such line, but
    would else begin with its first operator.
    """
    first = next(lines(session, compound, limit=1), None)
    if first is None:
        return _EVER if compound == INSTALLATION else ""
    if compound == INSTALLATION:
        return "" if first["what"] == What.MEMBER_ADDED else str(first["at"])
    if first["what"] != What.TRAIL_BEGUN:
        return ""
    second = next(lines(session, compound, after=1, limit=1), None)
    return _EVER if second is None else str(second["at"])
