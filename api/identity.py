"""Who is asking, and in which role for which compound.

A bearer token names a user; the compound in the path decides the role. An unknown token is 401, another
compound 404 (it must look as if it did not exist), the wrong role 403.
"""

from __future__ import annotations

import contextlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from api.house import House, house_of
from api.local import LOCAL_SECRET, LOCAL_USER
from api.members import (
    INSTALLATION,
    MACHINE,
    Caller,
    actor_in,
    bearer,
    local_user,
    places_of,
    turned_away,
)
from api.named import named
from api.operating.seen import seen_in
from ledger.errors import NotFound, NotSignedIn, Refusal, RoleRefused, Unavailable
from ledger.rules.audit import Note, What
from ledger.rules.roles import Actor, Role, require

#: How the path of a file ends: what is taken away, not only looked at.
_FILES = re.compile(r"[./](?:csv|pdf|zip)$")

CompoundCode = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,31}$", description="小区代码 · compound code")]


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in user in a compound."""

    compound: str
    caller: Caller
    actor: Actor


def caller_of(house: House, headers: Mapping[str, str]) -> Caller | None:
    """Return who asks, or None for a stranger without credentials; headers by lower-case name.

    Raises:
        NotSignedIn: credentials were sent and are not valid.
    """
    with _asking(house, headers) as session:
        return caller_in(session, house, headers)


@contextlib.contextmanager
def _asking(house: House, headers: Mapping[str, str]) -> Iterator[Session]:
    """Give a session in which to find out who asks.

    A token that was issued and no longer lets anybody in leaves a line: one a token, reason and day, and none where it
    cannot be written. A token that never was is a figure of the metrics only.
    """
    try:
        with house.database.reading() as session:
            yield session
    except NotSignedIn:
        _note_turned_away(house, _token_in(headers.get("authorization", "")))
        raise


def _note_turned_away(house: House, token: str) -> None:
    if not token:
        return
    with house.database.reading() as session:
        note = turned_away(session, token, house.clock())
        places = places_of(session, str(note.about["user"])) if note is not None else []
    if note is None:
        return
    for place in places:
        with contextlib.suppress(Unavailable):
            house.trail.note_once(place, MACHINE, note.what, note.about)


def _token_in(authorization: str) -> str:
    """Return the bearer token of a header, nothing where there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller_in(session: Session, house: House, headers: Mapping[str, str]) -> Caller | None:
    """Return who asks, read in ``session``; the same as ``caller_of``."""
    authorization, secret = headers.get("authorization"), headers.get(LOCAL_SECRET.lower())
    if authorization is None and secret is None:
        return None
    if secret is not None:
        if not hmac.compare_digest(secret.encode(), house.local_secret.encode()):
            raise NotSignedIn
        name = headers.get(LOCAL_USER.lower(), "").encode("latin-1").decode("utf-8", "replace")
        found = local_user(session, name)
    else:
        token = _token_in(authorization or "")
        found = bearer(session, token, house.clock()) if token else None
    if found is None:
        raise NotSignedIn
    return found


def reader_of(scope: Mapping[str, Any]) -> Caller | None:
    """Return who asks for a page, from the ASGI scope; a stranger if the credentials are not valid."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}
    try:
        caller = caller_of(scope["app"].state.house, headers)
    except NotSignedIn:
        return None
    seen_in(scope).user = caller.user if caller is not None else None
    return caller


class Allowed:
    """A dependency: the member who asks, if its role in the compound of the path is among ``roles``."""

    def __init__(self, roles: frozenset[Role]) -> None:
        """Remember which roles a route is open to; tests and the API page read them."""
        self.roles = roles

    def __call__(self, request: Request, compound: CompoundCode) -> Member:
        """Return the member, or refuse."""
        return self.member(request, compound)

    def member(self, request: Request, compound: str) -> Member:
        """Return the member.

        Raises:
            NotSignedIn: nobody, or with invalid credentials.
            NotFound: not a member of this compound, or there is no such compound.
            RoleRefused: a member in another role.
        """
        house = house_of(request)
        with _asking(house, request.headers) as session:
            member = self._found(session, request, compound)
        house.trail.begin_access(compound, member.actor, member.caller.via)
        return member

    def at_once(self, request: Request, compound: str) -> Member | None:
        """Return the member where one short look into a file tells; None where more is to be done than that.

        It is for the event loop, which it holds up for less than it would take to hand the question to a thread.
        Whoever is turned away, or comes for the first time today, leaves a line in the trail: not from here.
        """
        house = house_of(request)
        if not house.database.is_sqlite:
            return None
        try:
            with house.database.reading() as session:
                member = self._found(session, request, compound)
        except (Refusal, DBAPIError):
            return None
        has_begun = house.trail.has_begun(compound, member.actor, member.caller.via)
        return member if has_begun else None

    def _found(self, session: Session, request: Request, compound: str) -> Member:
        caller = caller_in(session, house_of(request), request.headers)
        if caller is None:
            raise NotSignedIn
        seen = seen_in(request.scope)
        seen.user = caller.user
        actor = actor_in(session, caller, compound)
        if compound == INSTALLATION and actor is None:
            raise RoleRefused(roles=", ".join(sorted(self.roles)))
        if actor is None:
            raise NotFound(what=compound)
        seen.compound = compound
        require(actor, self.roles)
        return Member(compound, caller, actor)


class OnRecord(Allowed):
    """A dependency: the member who asks for what names households or persons; that it was read is written down.

    One line a user, list and day, and one each time that it is taken away as a file; ``named`` are parts of the path
    that tell one list from another, such as the unit.
    """

    def __init__(
        self, roles: frozenset[Role], what: str, *named: str, kind: What = What.PERSONAL_DATA_READ
    ) -> None:
        """Remember what is read here."""
        super().__init__(roles)
        self.what, self.named, self.kind = what, named, kind

    def __call__(self, request: Request, compound: CompoundCode) -> Member:
        """Return the member, once the line is written; without one where the path names nothing.

        Raises:
            Unavailable: it cannot be written.
        """
        member = self.member(request, compound)
        self.note(request, member)
        return member

    def note(self, request: Request, member: Member) -> None:
        """Write the line.

        Raises:
            Unavailable: it cannot be written.
        """
        house = house_of(request)
        parts = {name: str(request.path_params[name]) for name in self.named}
        about: dict[str, str] | None = {}
        if parts:
            with house.database.reading() as session:
                about = named(session, member.compound, parts)
        if about is not None:
            read = {"read": self.what, **about}
            if _FILES.search(request.url.path) is None:
                house.trail.note_once(member.compound, member.actor, self.kind, read)
            else:
                is_plain = self.kind is What.PERSONAL_DATA_READ
                taken = Note(What.PERSONAL_DATA_TAKEN if is_plain else self.kind, read)
                house.trail.note(member.compound, member.actor, taken)


def note_if_signed_in(request: Request, compound: str, what: What, about: Mapping[str, str]) -> None:
    """Write down that a member read something that everybody may read; a stranger is not written down.

    Raises:
        Unavailable: it cannot be written.
    """
    house = house_of(request)
    with _asking(house, request.headers) as session:
        caller = caller_in(session, house, request.headers)
        actor = actor_in(session, caller, compound) if caller is not None else None
    if actor is not None:
        house.trail.note_once(compound, actor, what, about)


def public_caller(request: Request) -> Caller | None:
    """Return who asks for what everybody may see; invalid credentials are refused all the same."""
    caller = caller_of(house_of(request), request.headers)
    seen_in(request.scope).user = caller.user if caller is not None else None
    return caller
