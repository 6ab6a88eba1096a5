"""Users and tokens: what an operator does for the installation, outside the journal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlmodel import Session

from api.members import INSTALLATION, add_member, issue_token
from api.shapes import Code, Shape, Words
from api.writing import Answer, Operating, Pen, respond
from ledger.rules.roles import Body, Role

router = APIRouter(prefix="/api/v1", tags=["用户 · Users"])


class MemberIn(Shape):
    """A user, and what it is in a compound; without a compound it is an operator of the installation."""

    name: Words
    role: Annotated[Role, Field(strict=False)]
    body: Annotated[Body, Field(strict=False)]
    compound: Code | None = None


class TokenIn(Shape):
    """Whose token, and for how many days."""

    name: Words
    days: int | None = Field(default=None, ge=1, le=366)


@router.post("/users", status_code=201, summary="添加用户")
def add_user(body: MemberIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """Make a person a member of a compound in one role; a new name becomes a new user."""
    role = Role.OPERATOR if body.compound is None else body.role
    scope = body.compound or INSTALLATION

    def work(session: Session) -> Answer:
        user = add_member(session, body.name, scope, role, body.body, pen.house.clock())
        return Answer({"id": user, "name": body.name, "compound": scope, "role": role, "body": body.body})

    return pen.run(lambda session: session, work)


@router.post("/tokens", status_code=201, summary="发放令牌")
def make_token(body: TokenIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """Issue a bearer token. It is shown this once and kept nowhere, so the answer is never replayed."""
    days = body.days or pen.house.settings.token_days

    def work(session: Session) -> Answer:
        token, expires = issue_token(session, body.name, days, pen.house.clock())
        return Answer({"name": body.name, "token": token, "expires_at": expires})

    if pen.dry_run:
        tried = pen.house.database.write(work, keep=False)
        return respond(Answer({**tried.body, "token": "", "dry_run": True}, 200))
    return respond(pen.house.database.write(work))
