"""Who is asking, and in which role for which compound.

A bearer token names a user; the compound in the path decides the role. An unknown token is 401, another
compound 404 (it must look as if it did not exist), the wrong role 403.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request

from api.house import House, house_of
from api.members import INSTALLATION, Caller, actor_in, bearer, local_user
from ledger.errors import NotFound, NotSignedIn, RoleRefused
from ledger.rules.roles import Actor, Role, require
from ledger.store.tables import ChainHead

#: Headers of a command line on the server's own machine: the secret of the lock file, and whom it acts for.
LOCAL_SECRET = "Mingzhang-Local"  # noqa: S105 - the name of a header
LOCAL_USER = "Mingzhang-User"

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
    authorization, secret = headers.get("authorization"), headers.get(LOCAL_SECRET.lower())
    if authorization is None and secret is None:
        return None
    with house.database.reading() as session:
        if secret is not None:
            if not hmac.compare_digest(secret.encode(), house.local_secret.encode()):
                raise NotSignedIn
            name = headers.get(LOCAL_USER.lower(), "").encode("latin-1").decode("utf-8", "replace")
            found = local_user(session, name)
        else:
            scheme, _, token = (authorization or "").partition(" ")
            found = bearer(session, token.strip(), house.clock()) if scheme.lower() == "bearer" else None
    if found is None:
        raise NotSignedIn
    return found


def reader_of(scope: Mapping[str, Any]) -> Caller | None:
    """Return who asks for a page, from the ASGI scope; a stranger if the credentials are not valid."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}
    try:
        return caller_of(scope["app"].state.house, headers)
    except NotSignedIn:
        return None


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
        caller = caller_of(house, request.headers)
        if caller is None:
            raise NotSignedIn
        with house.database.reading() as session:
            actor = actor_in(session, caller, compound)
            exists = compound == INSTALLATION or session.get(ChainHead, compound) is not None
        if compound == INSTALLATION and actor is None:
            raise RoleRefused(roles=", ".join(sorted(self.roles)))
        if actor is None or not exists:
            raise NotFound(what=compound)
        require(actor, self.roles)
        return Member(compound, caller, actor)


def public_caller(request: Request) -> Caller | None:
    """Return who asks for what everybody may see; invalid credentials are refused all the same."""
    return caller_of(house_of(request), request.headers)
