"""Users, what they are in which compound, and their tokens: records of the installation, not the journal."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from api.house import instant
from ledger.errors import AlreadyExists, NotFound
from ledger.rules.roles import Actor, Body, Role
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.tables import ChainHead, Membership, Token, UserAccount

#: Stands where a compound's code would: an operator of the whole installation.
INSTALLATION = "*"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user, whatever it may do. ``local``: through a command line on the server's machine."""

    user: str
    name: str
    local: bool = False


def add_member(session: Session, name: str, compound: str, role: Role, body: Body, now: datetime) -> str:
    """Make ``name`` a member of a compound, as a new user if there is none; return the user's id.

    Raises:
        NotFound: there is no such compound.
        AlreadyExists: the user is a member of it already.
    """
    name = check_text(name, "/name", NAME_LIMIT)
    if compound != INSTALLATION and session.get(ChainHead, compound) is None:
        raise NotFound(pointer="/compound", what=compound[:40])
    user = session.exec(select(UserAccount).where(col(UserAccount.name) == name)).first()
    if user is None:
        user = UserAccount(id=str(uuid.uuid4()), name=name, created_at=instant(now), disabled=0)
        session.add(user)
        session.flush()
    if session.get(Membership, (compound, user.id)) is not None:
        raise AlreadyExists(pointer="/name", what=f"{name} ({compound})")
    session.add(
        Membership(compound=compound, user_id=user.id, role=str(role), body=str(body), since=instant(now))
    )
    return user.id


def issue_token(session: Session, name: str, days: int, now: datetime) -> tuple[str, str]:
    """Make a bearer token for a user; return it, and when it expires. Only its SHA-256 is kept.

    Raises:
        NotFound: there is no such user.
    """
    user = session.exec(select(UserAccount).where(col(UserAccount.name) == name)).first()
    if user is None or user.disabled:
        raise NotFound(pointer="/name", what=name[:40])
    token = secrets.token_urlsafe(32)
    expires = instant(now + timedelta(days=days))
    session.add(Token(sha256=_digest(token), user_id=user.id, created_at=instant(now), expires_at=expires))
    return token, expires


def bearer(session: Session, token: str, now: datetime) -> Caller | None:
    """Return the user of a token that is known and has not expired."""
    row = session.get(Token, _digest(token))
    if row is None or row.expires_at <= instant(now):
        return None
    user = session.get(UserAccount, row.user_id)
    return None if user is None or user.disabled else Caller(user.id, user.name)


def local_user(session: Session, name: str) -> Caller | None:
    """Return the user of this name, for a command line that the server trusts."""
    user = session.exec(select(UserAccount).where(col(UserAccount.name) == name)).first()
    return None if user is None or user.disabled else Caller(user.id, user.name, local=True)


def actor_in(session: Session, caller: Caller, compound: str) -> Actor | None:
    """Return what a user is in a compound; an operator of the installation is one everywhere."""
    for place in (compound, INSTALLATION):
        row = session.get(Membership, (place, caller.user))
        if row is not None:
            return Actor(caller.user, Role(row.role), Body(row.body))
    return None


def memberships(session: Session, caller: Caller) -> list[Membership]:
    """Return where a user is a member, by compound."""
    query = (
        select(Membership).where(col(Membership.user_id) == caller.user).order_by(col(Membership.compound))
    )
    return list(session.exec(query))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
