"""What ends: a membership, a user, the tokens of a user. Effective at once, written down, harmless when repeated."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from api.house import instant
from api.members import INSTALLATION, note_about, revoke_all, user_named
from api.refusals import LastOperator
from ledger.errors import NotFound
from ledger.rules.audit import Note, What
from ledger.rules.roles import Actor
from ledger.store import audit
from ledger.store.tables import Membership, UserAccount


def end_membership(session: Session, name: str, compound: str, now: datetime, by: Actor) -> bool:
    """End what a user is in a compound; say whether it had not ended before.

    Raises:
        NotFound: there is no such user, or it never was a member.
        LastOperator: nobody would be left to run the installation.
    """
    user = user_named(session, name)
    row = session.get(Membership, (compound, user.id))
    if row is None:
        raise NotFound(pointer="/name", what=f"{name[:40]} ({compound})")
    if row.until is not None:
        return False
    if compound == INSTALLATION:
        _check_another_operator(session, user.id)
    row.until = instant(now)
    session.add(row)
    ended = Note(What.MEMBER_ENDED, {"user": user.id, "role": row.role, "body": row.body})
    audit.write(session.connection(), compound, by, now, [ended])
    return True


def disable_user(session: Session, name: str, now: datetime, by: Actor) -> bool:
    """Let a user in nowhere any more, with whatever token; say whether it could come in before.

    Raises:
        NotFound: there is no such user.
        LastOperator: nobody would be left to run the installation.
    """
    user = user_named(session, name)
    if user.disabled:
        return False
    _check_another_operator(session, user.id)
    user.disabled = 1
    session.add(user)
    note_about(session, user.id, Note(What.USER_DISABLED, {"user": user.id}), now, by)
    return True


def revoke_tokens(session: Session, name: str, now: datetime, by: Actor) -> int:
    """Make every token of a user worthless; return how many were not revoked before.

    Raises:
        NotFound: there is no such user.
    """
    return revoke_all(session, user_named(session, name).id, now, by)


def _check_another_operator(session: Session, user: str) -> None:
    """Refuse to part with the last operator who can still come in."""
    query = (
        select(Membership.user_id)
        .join(UserAccount, col(UserAccount.id) == Membership.user_id)
        .where(
            Membership.compound == INSTALLATION, col(Membership.until).is_(None), UserAccount.disabled == 0
        )
    )
    operators = set(session.exec(query))
    if operators == {user}:
        raise LastOperator(pointer="/name")
