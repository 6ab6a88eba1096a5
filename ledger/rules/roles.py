"""Who may do what: seven roles, the bodies they belong to, and the acts open to each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.errors import RoleRefused, SameBody, SamePerson


class Role(StrEnum):
    """What a member is in one compound."""

    TREASURER = "treasurer"
    TRUSTEE = "trustee"
    COMMITTEE = "committee"
    AUDITOR = "auditor"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


class Body(StrEnum):
    """The body a member acts for; the two keys of a payment come from two of them."""

    COMMITTEE = "committee"  # 业主委员会
    TRUSTEE = "trustee"  # 受托物业公司
    COMMUNITY = "community"  # 社区、街道
    AUDIT = "audit"  # 审计机构
    OPERATOR = "operator"  # 系统运营者


KEEPERS = frozenset({Role.TREASURER})
REQUESTERS = frozenset({Role.TREASURER, Role.TRUSTEE})
APPROVERS = frozenset({Role.COMMITTEE, Role.TREASURER})
#: The second person of an adjustment of charges: of another body than the first, so the trustee is one of them.
SECONDERS = APPROVERS | {Role.TRUSTEE}
FULL_READERS = frozenset({Role.TREASURER, Role.COMMITTEE, Role.AUDITOR})
INSIDERS = FULL_READERS | {Role.TRUSTEE}
#: Who reads the audit trail: those who watch, not those who are watched.
AUDITING = frozenset({Role.AUDITOR, Role.COMMITTEE, Role.SUPERVISOR, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user id, and the role and body it has in this compound.

    ``is_local``: named by a command on the server's own machine, not by a token.
    """

    user: str
    role: Role
    body: Body
    is_local: bool = False


def require(actor: Actor, roles: frozenset[Role]) -> None:
    """Refuse an actor whose role is not among ``roles``.

    Raises:
        RoleRefused: it is not.
    """
    if actor.role not in roles:
        raise RoleRefused(roles=", ".join(sorted(roles)))


def check_second_key(actor: Actor, requested_by: str, requested_body: str) -> None:
    """Refuse a second key that is not a second person of a second body (L46).

    Raises:
        SamePerson: the person who asked.
        SameBody: a person of the same body.
    """
    if actor.user == requested_by:
        raise SamePerson(pointer=None)
    if actor.body == requested_body:
        raise SameBody(pointer=None, body=actor.body)
