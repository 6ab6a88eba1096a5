"""Users, what they are in which compound, and their tokens: records of the installation, not the journal."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists
from sqlmodel import Session, col, select

from api.house import instant
from api.refusals import UserDisabled
from ledger.errors import AlreadyExists, NotFound
from ledger.rules import audit as audit_rules
from ledger.rules.audit import Note, What
from ledger.rules.roles import Actor, Body, Role
from ledger.rules.seal import Json
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store import audit
from ledger.store.tables import ChainHead, Membership, Token, UserAccount

#: Stands where a compound's code would: an operator of the whole installation.
INSTALLATION = audit_rules.INSTALLATION
#: Who acts where nobody is asked for a name: a command on the server's own machine.
MACHINE = Actor("machine", Role.OPERATOR, Body.OPERATOR, is_local=True)
_SHOWN_OF_A_TOKEN = 16  # hex digits of its hash, by which the audit trail names it

# Asked by every request, so built once.
_HOLDER = (
    select(UserAccount.id, UserAccount.name)
    .join(Token, col(Token.user_id) == UserAccount.id)
    .where(
        col(Token.sha256) == bindparam("digest"),
        col(Token.revoked_at).is_(None),
        col(Token.expires_at) > bindparam("now"),
        col(UserAccount.disabled) == 0,
    )
)
_STANDING = select(
    Membership.compound,
    Membership.role,
    Membership.body,
    exists().where(col(ChainHead.compound) == bindparam("compound")).label("is_founded"),
).where(
    col(Membership.user_id) == bindparam("user"),
    col(Membership.until).is_(None),
    col(Membership.compound).in_([bindparam("compound"), bindparam("everywhere", INSTALLATION)]),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user, whatever it may do.

    ``local``: through a command line on the server's machine. ``token``: which token, as the audit trail names it.
    """

    user: str
    name: str
    local: bool = False
    token: str = ""

    @property
    def via(self) -> dict[str, str]:
        """How the user came in, for the audit trail."""
        return {"via": "local"} if self.local else {"via": "token", "token": self.token}


def add_member(  # noqa: PLR0913,PLR0917 - what a membership is made of
    session: Session,
    name: str,
    compound: str,
    role: Role,
    body: Body,
    now: datetime,
    by: Actor = MACHINE,
) -> str:
    """Make ``name`` a member of a compound, as a new user if there is none; return the user's id.

    A membership that has ended begins anew, in the role that is given now; tokens from a time after which the user was
    nowhere a member stay behind.

    Raises:
        NotFound: there is no such compound.
        AlreadyExists: the user is a member of it already.
        UserDisabled: the user is let in nowhere any more.
    """
    name = check_text(name, "/name", NAME_LIMIT)
    if compound != INSTALLATION and session.get(ChainHead, compound) is None:
        raise NotFound(pointer="/compound", what=compound[:40])
    user = _named(session, name)
    if user is not None and user.disabled:
        raise UserDisabled(pointer="/name", name=name)
    is_back = user is not None and not live_places(session, user.id)
    if user is None:
        user = UserAccount(id=str(uuid.uuid4()), name=name, created_at=instant(now), disabled=0)
        session.add(user)
        session.flush()
    row = session.get(Membership, (compound, user.id))
    if row is not None and row.until is None:
        raise AlreadyExists(pointer="/name", what=f"{name} ({compound})")
    row = row or Membership(compound=compound, user_id=user.id)
    row.role, row.body, row.since, row.until = str(role), str(body), instant(now), None
    session.add(row)
    added = Note(What.MEMBER_ADDED, {"user": user.id, "role": str(role), "body": str(body)})
    audit.write(session.connection(), compound, by, now, [added])
    if is_back:
        revoke_all(session, user.id, now, by)
    return user.id


def revoke_all(session: Session, user: str, now: datetime, by: Actor) -> int:
    """Make every token of a user worthless, an expired one too: a clock may go back. Return how many there were."""
    tokens = list(
        session.exec(select(Token).where(col(Token.user_id) == user, col(Token.revoked_at).is_(None)))
    )
    for token in tokens:
        token.revoked_at = instant(now)
        session.add(token)
    if tokens:
        note_about(session, user, Note(What.TOKENS_REVOKED, {"user": user, "count": len(tokens)}), now, by)
    return len(tokens)


def issue_token(
    session: Session, name: str, days: int, now: datetime, by: Actor = MACHINE
) -> tuple[str, str]:
    """Make a bearer token for a user; return it, and when it expires. Only its SHA-256 is kept.

    Raises:
        NotFound: there is no such user.
    """
    user = _named(session, name)
    if user is None or user.disabled:
        raise NotFound(pointer="/name", what=name[:40])
    token = secrets.token_urlsafe(32)
    expires = instant(now + timedelta(days=days))
    session.add(Token(sha256=_digest(token), user_id=user.id, created_at=instant(now), expires_at=expires))
    about: dict[str, Json] = {"user": user.id, "token": _shown(_digest(token)), "expires_at": expires}
    note_about(session, user.id, Note(What.TOKEN_ISSUED, about), now, by)
    return token, expires


def note_about(session: Session, user: str, note: Note, now: datetime, by: Actor) -> None:
    """Write a line about a user where its auditors read: in every compound of the user's, or the installation's."""
    for place in places_of(session, user):
        audit.write(session.connection(), place, by, now, [note])


def places_of(session: Session, user: str) -> list[str]:
    """Return where the auditors of a user read: its compounds, in order, or the installation."""
    return sorted(live_places(session, user)) or [INSTALLATION]


def live_places(session: Session, user: str) -> list[str]:
    """Return where a user is a member now: codes of compounds, and ``*`` of an operator."""
    query = select(Membership.compound).where(
        col(Membership.user_id) == user, col(Membership.until).is_(None)
    )
    return list(session.exec(query))


def user_named(session: Session, name: str) -> UserAccount:
    """Return a user, disabled or not.

    Raises:
        NotFound: there is no such user.
    """
    user = _named(session, name)
    if user is None:
        raise NotFound(pointer="/name", what=name[:40])
    return user


def bearer(session: Session, token: str, now: datetime) -> Caller | None:
    """Return the user of a token that is known, was not revoked and has not expired."""
    digest = _digest(token)
    row = session.connection().execute(_HOLDER, {"digest": digest, "now": instant(now)}).one_or_none()
    return None if row is None else Caller(row.id, row.name, token=_shown(digest))


def turned_away(session: Session, token: str, now: datetime) -> Note | None:
    """Return what the trail says of a token that was issued and lets nobody in any more; None of any other.

    What nobody ever issued is not written down: whoever guesses would write the trail full.
    """
    row = session.get(Token, _digest(token))
    if row is None:
        return None
    if row.revoked_at is not None:
        why = "revoked"
    elif session.get_one(UserAccount, row.user_id).disabled:
        why = "disabled"
    elif row.expires_at <= instant(now):
        why = "expired"
    else:
        return None
    return Note(What.ACCESS_REFUSED, {"user": row.user_id, "token": _shown(row.sha256), "why": why})


def local_user(session: Session, name: str) -> Caller | None:
    """Return the user of this name, for a command line that the server trusts."""
    user = _named(session, name)
    return None if user is None or user.disabled else Caller(user.id, user.name, local=True)


def actor_in(session: Session, caller: Caller, compound: str) -> Actor | None:
    """Return what a user is in a compound, None where it is nothing there or there is no such compound.

    An operator of the installation is one everywhere.
    """
    asked = {"user": caller.user, "compound": compound}
    found = {row.compound: row for row in session.connection().execute(_STANDING, asked)}
    row = found.get(compound) or found.get(INSTALLATION)
    if row is None or not (row.is_founded or compound == INSTALLATION):
        return None
    return Actor(caller.user, Role(row.role), Body(row.body), caller.local)


def memberships(session: Session, caller: Caller) -> list[Membership]:
    """Return where a user is a member, by compound."""
    query = (
        select(Membership)
        .where(col(Membership.user_id) == caller.user, col(Membership.until).is_(None))
        .order_by(col(Membership.compound))
    )
    return list(session.exec(query))


def _named(session: Session, name: str) -> UserAccount | None:
    return session.exec(select(UserAccount).where(col(UserAccount.name) == name)).first()


def _shown(sha256: str) -> str:
    return sha256[:_SHOWN_OF_A_TOKEN]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
