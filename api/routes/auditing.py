"""The audit trail, for those who watch: read it line by line, and have it rebuilt and compared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from sqlmodel import Session, col, select

from api.chain import Findings
from api.deps import Reading
from api.identity import Allowed, Member
from api.members import INSTALLATION
from api.routing import Router
from api.shapes import LIST_LIMIT, Day, Wire, read_seq_cursor, write_cursor
from ledger.errors import HeadUnreadable
from ledger.rules.audit import What
from ledger.rules.roles import AUDITING, FULL_READERS
from ledger.store import audit
from ledger.store.tables import UserAccount

router = Router(prefix="/api/v1/compounds/{compound}", tags=["审计日志 · Audit trail"])
_NONE = (0, "0" * 64)  # in place of a head that cannot be read
_READING = Allowed(AUDITING)
Installation = Annotated[
    bool, Query(description="看全系统的日志(运营者、导入) · the installation's own trail: operators, imports")
]


@router.get("/audit", summary="审计日志")
def read_trail(  # noqa: PLR0913,PLR0917 - filters
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    what: Annotated[What | None, Query(description="只看一类 · one kind only")] = None,
    user: Annotated[str | None, Query(max_length=36, description="用户编号 · user id")] = None,
    day: Annotated[Day | None, Query(description="某一天(UTC) · one day of UTC")] = None,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    *,
    installation: Installation = False,
) -> Wire:
    """List what was written down that is no entry, in order: who came in, changed roles, read and exported what.

    Names of users and codes of units are for the auditor and the committee.
    """
    place = INSTALLATION if installation else member.compound
    found = list(
        audit.lines(
            *(session, place),
            after=read_seq_cursor(cursor),
            limit=limit + 1,
            what=what,
            user=user,
            day=day.isoformat() if day else None,
        )
    )
    try:
        number, hashed = audit.head(session, place)
    except HeadUnreadable:  # the lines can be read all the same; the check says what is wrong
        number, hashed = _NONE
    more = write_cursor(str(found[limit - 1]["number"])) if len(found) > limit else None
    return {
        "head": {"number": number, "hash": hashed},
        "items": _shown(session, member, found[:limit]),
        "next_cursor": more,
    }


@router.get("/audit/check", summary="核对审计日志")
def check_trail(
    member: Annotated[Member, Depends(_READING)], session: Reading, *, installation: Installation = False
) -> Wire:
    """Rebuild every line's hash, and compare the trail with its head, with the closes, and with the acts."""
    place = INSTALLATION if installation else member.compound
    found = Findings(place).attempt("audit trail", lambda: audit.check(session, place))
    checked = found or audit.Checked(*_NONE, (0,), (), ())  # it cannot be followed: no line can be named
    return {
        "ok": checked.is_sound,
        "head": {"number": checked.number, "hash": checked.hash},
        "broken": list(checked.broken),
        "closes": list(checked.anchors),
        "acts": list(checked.untold),
    }


def _shown(session: Session, member: Member, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines as this member may see them."""
    is_full = member.actor.role in FULL_READERS
    users = {line["user_id"] for line in lines} | {_about(line).get("user") for line in lines}
    names = dict(
        session.exec(
            select(UserAccount.id, UserAccount.name).where(col(UserAccount.id).in_(users - {None}))
        ).all()
        if is_full
        else ()
    )
    return [
        {
            "number": line["number"],
            "at": line["at"],
            "user": line["user_id"],
            "user_name": names.get(line["user_id"]),
            "role": line["role"],
            "what": line["what"],
            "about": {name: one for name, one in _about(line).items() if is_full or name != "unit"},
            "about_name": names.get(_about(line).get("user", "")),
            "hash": line["hash"],
        }
        for line in lines
    ]


def _about(line: dict[str, Any]) -> dict[str, Any]:
    """Return what a line is about; nothing where somebody has spoilt it."""
    return line["about"] if isinstance(line["about"], dict) else {}
