"""What a route may ask for: a session that sees one state of the books, and a stranger's right to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter
from sqlmodel import Session

from api.house import House, house_of
from api.identity import Allowed, CompoundCode, public_caller
from api.refusals import ParameterUnknown
from ledger.errors import NotFound
from ledger.store.tables import ChainHead


def reading(request: Request) -> Iterator[Session]:
    """Give a session that sees one state of the books and cannot write."""
    with house_of(request).database.reading() as session:
        yield session


Reading = Annotated[Session, Depends(reading)]
TheHouse = Annotated[House, Depends(house_of)]


def open_book(request: Request, session: Reading, compound: CompoundCode) -> str:
    """Return the code of a compound whose public parts everybody may see.

    Raises:
        NotFound: there is no such compound.
    """
    public_caller(request)
    if session.get(ChainHead, compound) is None:
        raise NotFound(what=compound)
    return compound


OpenBook = Annotated[str, Depends(open_book)]


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _dependants(inner)


def parameters_of(route: APIRoute) -> frozenset[str]:
    """Return the names of the query parameters that a route reads."""
    return frozenset(field.alias for one in _dependants(route.dependant) for field in one.query_params)


def allowed_on(route: APIRoute) -> Allowed | None:
    """Return who may use a route; None if everybody may."""
    for one in _dependants(route.dependant):
        if isinstance(one.call, Allowed):
            return one.call
    return None


class KnownParameters:
    """A dependency of every route: refuse parameters it does not read, such as a misspelt ``dry_run``."""

    def __init__(self) -> None:
        """Know no route yet."""
        self._known: dict[Any, frozenset[str]] = {}  # by the endpoint function

    def learn(self, router: APIRouter) -> None:
        """Remember what each route of a router reads."""
        for route in router.routes:
            if isinstance(route, APIRoute):
                self._known[route.endpoint] = parameters_of(route)

    def __call__(self, request: Request) -> None:
        """Refuse a parameter that is unknown or given twice."""
        known = self._known.get(request.scope["endpoint"], frozenset())
        names = [name for name, _ in request.query_params.multi_items()]
        for name in names:
            if name not in known or names.count(name) > 1:
                raise ParameterUnknown(name=name[:40])
