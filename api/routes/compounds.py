"""Compounds, the head of their chains, and who the caller is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlmodel import Session

from api.deps import OpenBook, Reading, TheHouse
from api.identity import caller_of, public_caller
from api.members import memberships
from api.routing import Router
from api.shapes import Code, Day, Shape, Wire, Words, to_wire
from api.writing import Answer, Operating, Pen
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.errors import NotSignedIn
from ledger.rules.profile import PROFILES
from ledger.rules.roles import Role
from ledger.store.registers import compound_row, compounds, head
from ledger.store.tables import Compound

router = Router(prefix="/api/v1", tags=["小区 · Compounds"])


class CompoundIn(Shape):
    """A new compound."""

    code: Code
    name: Words
    opened_on: Day
    profile: Code = "default"


def shown(row: Compound) -> Wire:
    """Return a compound as everybody may see it."""
    place = PROFILES.get(row.profile)
    return {
        "code": row.compound,
        "name": row.name,
        "opened_on": row.opened_on.isoformat(),
        "profile": row.profile,
        "profile_name": place.name_zh if place else row.profile,
        "profile_verified": bool(place and place.verified),
    }


@router.get("/compounds", summary="小区列表")
def list_compounds(request: Request, session: Reading) -> Wire:
    """List the compounds whose books this installation keeps; open to everybody."""
    public_caller(request)
    return {"items": [shown(row) for row in compounds(session)]}


@router.post("/compounds", status_code=201, summary="建账")
def open_books(body: CompoundIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """Open the books of a new compound; an operator of the installation may, and can post nothing in them."""
    command = OpenCompound(**body.model_dump())

    def work(session: Session) -> Answer:
        recorded = open_compound(session, command, pen.member.actor, pen.house.clock(), pen.house.salt)
        return Answer(
            {"code": command.code, "name": command.name, **to_wire(recorded)},
            location=f"/api/v1/compounds/{command.code}",
        )

    return pen.run(lambda session: session, work, scope=command.code[:32])


@router.get("/compounds/{compound}", summary="小区")
def read_compound(compound: OpenBook, session: Reading) -> Wire:
    """Return one compound; open to everybody."""
    return shown(compound_row(session, compound))


@router.get("/compounds/{compound}/chain/head", summary="账链末端", tags=["账链 · Chain"])
def read_head(compound: OpenBook, session: Reading) -> Wire:
    """Return number and hash of the last act; open to everybody."""
    seq, digest = head(session, compound)
    return {"compound": compound, "seq": seq, "hash": digest}


@router.get(
    "/me", summary="我是谁", tags=["用户 · Users"], openapi_extra={"x-roles": [str(role) for role in Role]}
)
def read_me(request: Request, house: TheHouse, session: Reading) -> dict[str, Any]:
    """Return the caller's name and its roles."""
    caller = caller_of(house, request.headers)
    if caller is None:
        raise NotSignedIn
    rows = memberships(session, caller)
    return {
        "name": caller.name,
        "memberships": [{"compound": row.compound, "role": row.role, "body": row.body} for row in rows],
    }
