"""Users and tokens: what an operator does for the installation, outside the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import Field
from sqlmodel import Session

from api.leaving import disable_user, end_membership, revoke_tokens
from api.members import INSTALLATION, add_member, issue_token
from api.routing import Router
from api.shapes import Code, Shape, Words
from api.writing import Answer, Operating, Pen, respond
from ledger.rules.roles import Actor, Body, Role

router = Router(prefix="/api/v1", tags=["用户 · Users"])


class MemberIn(Shape):
    """A user, and what it is in a compound; without a compound it is an operator of the installation."""

    name: Words
    role: Annotated[Role, Field(strict=False)]
    body: Annotated[Body, Field(strict=False)]
    compound: Code | None = None


class EndIn(Shape):
    """Whose membership ends, and in which compound; without one, that of an operator."""

    name: Words
    compound: Code | None = None


class UserIn(Shape):
    """Which user."""

    name: Words


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
        user = add_member(session, body.name, scope, role, body.body, pen.house.clock(), pen.member.actor)
        return Answer({"id": user, "name": body.name, "compound": scope, "role": role, "body": body.body})

    return pen.run(lambda session: session, work)


@router.post("/users/endings", status_code=201, summary="结束成员身份")
def end_member(body: EndIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """End what a person is in a compound, at once; ``changed`` is false where it had ended before."""
    scope = body.compound or INSTALLATION

    def work(session: Session, now: datetime, by: Actor) -> dict[str, Any]:
        changed = end_membership(session, body.name, scope, now, by)
        return {"name": body.name, "compound": scope, "changed": changed}

    return _leaving(pen, work)


@router.post("/users/disablings", status_code=201, summary="停用用户")
def disable(body: UserIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """Let a user in nowhere any more, at once; ``changed`` is false where it was disabled before."""

    def work(session: Session, now: datetime, by: Actor) -> dict[str, Any]:
        return {"name": body.name, "changed": disable_user(session, body.name, now, by)}

    return _leaving(pen, work)


@router.post("/tokens/revocations", status_code=201, summary="撤销令牌")
def revoke(body: UserIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """Make every token of a user worthless, at once; ``count`` says how many still were worth something."""

    def work(session: Session, now: datetime, by: Actor) -> dict[str, Any]:
        return {"name": body.name, "count": revoke_tokens(session, body.name, now, by)}

    return _leaving(pen, work)


def _leaving(pen: Pen, work: Callable[[Session, datetime, Actor], dict[str, Any]]) -> Response:
    """Run it in one transaction, as of now, in the operator's name."""
    return pen.run(
        lambda session: session, lambda session: Answer(work(session, pen.house.clock(), pen.member.actor))
    )


@router.post("/tokens", status_code=201, summary="发放令牌")
def make_token(body: TokenIn, pen: Annotated[Pen, Depends(Operating())]) -> Response:
    """Issue a bearer token. It is shown this once and kept nowhere, so the answer is never replayed."""
    days = body.days or pen.house.settings.token_days

    def work(session: Session) -> Answer:
        token, expires = issue_token(session, body.name, days, pen.house.clock(), pen.member.actor)
        return Answer({"name": body.name, "token": token, "expires_at": expires})

    if pen.dry_run:
        tried = pen.house.database.write(work, keep=False)
        return respond(Answer({**tried.body, "token": "", "dry_run": True}, 200))
    return respond(pen.house.database.write(work))
