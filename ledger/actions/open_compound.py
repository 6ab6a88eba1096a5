"""Open a compound's books: the first act of its chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from ledger.errors import AlreadyExists
from ledger.rules.profile import profile
from ledger.rules.roles import Actor, Role, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.rules.unit import check_compound_code
from ledger.store.append import Journal, Recorded, random_salt
from ledger.store.tables import ChainHead, Compound


@dataclass(frozen=True, slots=True)
class OpenCompound:
    """A new compound, whose books begin on ``opened_on``."""

    code: str
    name: str
    opened_on: date
    profile: str = "default"


def open_compound(
    session: Session,
    command: OpenCompound,
    actor: Actor,
    now: datetime,
    salt: Callable[[], str] = random_salt,
) -> Recorded:
    """Open the books. An operator opens them and can post nothing in them.

    Raises:
        AlreadyExists: the code is taken.
        RoleRefused: the actor is not an operator.
    """
    require(actor, frozenset({Role.OPERATOR}))
    code = check_compound_code(command.code)
    name = check_text(command.name, "/name", NAME_LIMIT)
    profile(command.profile)
    if session.get(ChainHead, code) is not None:
        raise AlreadyExists(pointer="/code", what=code)
    journal = Journal.found(session, code, actor, now, salt)
    row = {"name": name, "profile": command.profile, "opened_on": command.opened_on}
    return journal.record("compound_opened", command.opened_on, {Compound: [row]})
