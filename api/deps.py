"""What a route may ask for: a session that sees one state of the books, and a stranger's right to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter
from sqlmodel import Session

from api.house import House, house_of
from api.identity import Allowed, CompoundCode, public_caller
from api.operating.seen import seen_in
from api.publishing import today_in
from api.refusals import ParameterUnknown
from api.shapes import Month
from ledger.errors import NotFound
from ledger.rules.period import month_of
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
    seen_in(request.scope).compound = compound
    return compound


OpenBook = Annotated[str, Depends(open_book)]


def wanted_month(
    session: Reading,
    house: TheHouse,
    compound: CompoundCode,
    month: Annotated[Month | None, Query(description="月份,默认本月 · month")] = None,
) -> str:
    """Return the month that is asked for: this one, by the compound's own clock, where none is named."""
    return month or month_of(today_in(session, compound, house.clock()))


#: Comes after the member in a route, so that a stranger is turned away first.
WantedMonth = Annotated[str, Depends(wanted_month)]


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

    async def __call__(self, request: Request) -> None:
        """Refuse a parameter that is unknown or given twice."""
        known = self._known.get(request.scope["endpoint"], frozenset())
        names = [name for name, _ in request.query_params.multi_items()]
        for name in names:
            if name not in known or names.count(name) > 1:
                raise ParameterUnknown(name=name[:40])
