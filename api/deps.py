"""What a route may ask for: a session that sees one state of the books, and a stranger's right to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlmodel import Session

from api.house import House, house_of
from api.identity import CompoundCode, public_caller
from api.operating.seen import seen_in
from api.publishing import today_in
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
