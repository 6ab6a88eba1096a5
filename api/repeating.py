"""What a restore brings back although it was ended or erased afterwards: read from newer backups, to be done again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from api.backups import UNSOUND, kept
from api.chain import compounds
from ledger.rules.audit import What
from ledger.rules.seal import Json
from ledger.store import audit
from ledger.store.backup import at_rest
from ledger.store.session import Database
from ledger.store.tables import METADATA, Erasure, UserAccount

#: Who was let in no more.
_ENDED = frozenset({What.MEMBER_ENDED, What.USER_DISABLED, What.TOKENS_REVOKED})
_ERASED = ("unit", "debtor", "of_seq", "sha256")  # what an erasure names: never a name, never words


@dataclass(frozen=True, slots=True)
class Again:
    """Something to be done once more: in which trail it stands, when it was done, and what about."""

    compound: str
    at: str
    what: str
    about: dict[str, Json]


def to_repeat(database: Database, file: Path) -> list[Again]:
    """Return what newer backups beside ``file`` tell of later erasures, and of users that were let in no more.

    ``database`` was restored from ``file`` just now: the newest line of each of its trails says so. Where no newer
    backup lies there, or none can be read, nothing is known.
    """
    with database.reading() as session:
        ends = {place: audit.head(session, place)[0] - 1 for place in compounds(session)}
        users = METADATA.tables[str(UserAccount.__tablename__)]
        names = {row.id: row.name for row in session.execute(select(users.c.id, users.c.name))}
    found: dict[tuple[str, str], Again] = {}
    for path in _newer(file):
        with contextlib.suppress(DatabaseError, OSError, ValueError, TypeError), at_rest(path) as session:
            for place, number in ends.items():
                for line in audit.lines(session, place, after=number):
                    about = _about(session, line, names)
                    if about is not None:
                        found[place, line["hash"]] = Again(place, line["at"], about.pop("done"), about)
    return sorted(found.values(), key=lambda one: (one.at, one.compound))


def _newer(file: Path) -> Iterator[Path]:
    """Give the newest backup beside a file, if it is newer than that one, and the newest that did not verify."""
    taken = kept(file.parent)
    mine = taken.get(file)
    for path, moment in taken.items():
        if mine is None or moment > mine:
            yield path
        break
    if (file.parent / UNSOUND).exists():
        yield file.parent / UNSOUND


def _about(session: Session, line: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a line tells of that must be done again; None of any other."""
    about = line["about"] if isinstance(line["about"], dict) else {}
    if line["what"] in _ENDED:
        return {"done": line["what"], **about, "name": names.get(str(about.get("user")))}
    if line["what"] != What.ACT_RECORDED or about.get("kind") != "erasure":
        return None
    table = METADATA.tables[str(Erasure.__tablename__)]
    query = select(table).where(table.c.compound == line["compound"], table.c.seq == about.get("seq"))
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return {"done": "erasure", "seq": about.get("seq")}
    named = {name: row[name] for name in _ERASED if row[name] is not None}
    return {"done": "erasure", "seq": about.get("seq"), "erased": row["what"], **named}
