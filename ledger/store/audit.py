"""The audit trail in the database: written in the transaction of what it tells of, read by auditors, checked.

The trail's lock is taken after that of the compound's journal, never before it, and the trails of several compounds in
the order of their codes, so that no two writers wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, Select, bindparam, insert, select, union, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import Session

from ledger.errors import HeadUnreadable
from ledger.rules.audit import VERSION, Followed, Note, What, first_prev, follow, line_hash
from ledger.rules.authority import EMERGENCY
from ledger.rules.roles import Actor
from ledger.rules.seal import Json, canonical, is_hash
from ledger.store.tables import METADATA

_TABLES = METADATA.tables
_audit, _head, _act, _entry, _close = (
    _TABLES[name] for name in ("audit", "audit_head", "act", "entry", "period_close")
)
_OF: BindParameter[str] = bindparam("of")
_READ_HEAD = select(_head.c.number, _head.c.hash).where(_head.c.compound == _OF)
_LOCK_HEAD = _READ_HEAD.with_for_update()
_MOVE_HEAD = (
    update(_head)
    .where(_head.c.compound == _OF, _head.c.number == bindparam("before"))
    .values(number=bindparam("new_number"), hash=bindparam("new_hash"))
)
_INSERT, _INSERT_HEAD = insert(_audit), insert(_head)
_STRETCH = 500  # lines
_MOST = 2**53  # no number of ours is higher: JSON has it exactly on every machine
_NOTED = (
    select(_audit.c.about)
    .where(_audit.c.compound == _OF, _audit.c.user_id == bindparam("user"))
    .where(_audit.c.what == bindparam("what"), _audit.c.at >= bindparam("since"))
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a trail found: lines that do not follow, closes and acts that say something else."""

    number: int
    hash: str
    broken: tuple[int, ...]
    anchors: tuple[str, ...]
    untold: tuple[int, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.broken or self.anchors or self.untold)


def begin(connection: Connection, compound: str) -> None:
    """Begin the trail of a new compound."""
    connection.execute(_INSERT_HEAD, [{"compound": compound, "number": 0, "hash": first_prev(compound)}])


def write(connection: Connection, compound: str, actor: Actor, now: datetime, notes: Iterable[Note]) -> None:
    """Append lines to a trail, in the caller's transaction.

    Raises:
        HeadUnreadable: somebody wrote past the rules, so that no line can follow.
    """
    number, prev = _newest(connection, compound, _LOCK_HEAD)
    for note in notes:
        record: dict[str, Json] = {
            "v": VERSION,
            "compound": compound,
            "number": number + 1,
            "at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "user_id": actor.user,
            "role": str(actor.role),
            "what": str(note.what),
            "about": note.about,
            "prev": prev,
        }
        number, prev = number + 1, line_hash(record)
        try:
            put(connection, {**record, "hash": prev})
        except (IntegrityError, ProgrammingError) as error:  # a trigger: the head and the lines do not agree
            raise HeadUnreadable(what=compound) from error


def write_once(
    connection: Connection, compound: str, actor: Actor, now: datetime, note: Note, since: str
) -> None:
    """Append a line unless the same was written since ``since``, UTC; whoever does so at the same moment waits.

    Raises:
        HeadUnreadable: somebody wrote past the rules, so that no line can follow.
    """
    connection.execute(_LOCK_HEAD, {"of": compound})
    if not is_noted(connection, compound, actor, note, since):
        write(connection, compound, actor, now, [note])


def put(connection: Connection, line: Mapping[str, Any]) -> None:
    """Append one line as it is: a new one, or one that is brought back from an export."""
    row = {name: value for name, value in line.items() if name != "v"}
    row["about"] = canonical(line["about"]).decode()
    connection.execute(_INSERT, [row])
    moved = {"of": row["compound"], "before": row["number"] - 1}
    connection.execute(_MOVE_HEAD, moved | {"new_number": row["number"], "new_hash": row["hash"]})


def head(session: Session, compound: str) -> tuple[int, str]:
    """Return number and hash of a trail's newest line; of none, 0 and the first ``prev``.

    Raises:
        HeadUnreadable: the head is not as we write it, or is gone.
    """
    return _newest(session.connection(), compound, _READ_HEAD)


def _newest(connection: Connection, compound: str, query: Select[Any]) -> tuple[int, str]:
    """Return a trail's head as it is kept; SQLite holds whatever anybody writes into it."""
    row = connection.execute(query, {"of": compound}).one_or_none()
    if row is None:
        raise HeadUnreadable(what=compound)
    number, hashed = row
    if not isinstance(number, int) or not 0 <= number < _MOST or not is_hash(hashed):
        raise HeadUnreadable(what=compound)
    return number, str(hashed)


def is_noted(connection: Connection, compound: str, actor: Actor, note: Note, since: str) -> bool:
    """Say whether a user's line of this kind about this very thing was written since ``since``, UTC."""
    query = {"of": compound, "user": actor.user, "what": str(note.what), "since": since}
    return canonical(note.about).decode() in connection.execute(_NOTED, query).scalars()


def lines(  # noqa: PLR0913 - filters, all named
    session: Session,
    compound: str,
    *,
    after: int = 0,
    limit: int | None = None,
    what: What | None = None,
    user: str | None = None,
    day: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Give the lines of a trail in order, as they are hashed and with their hash; ``day`` is one of UTC."""
    query = select(_audit).where(_audit.c.compound == compound, _audit.c.number > after)
    if what is not None:
        query = query.where(_audit.c.what == str(what))
    if user is not None:
        query = query.where(_audit.c.user_id == user)
    if day is not None:
        query = query.where(_audit.c.at.between(f"{day}T00:00:00Z", f"{day}T23:59:59Z"))
    found = session.connection().execute(query.order_by(_audit.c.number).limit(limit)).mappings()
    return (_line(row) for row in found)


def _line(row: RowMapping) -> dict[str, Any]:
    """Return a row as it is hashed; words in ``about`` that are not written in the one way stay text."""
    try:
        about = json.loads(row["about"])
        if canonical(about).decode() != row["about"]:
            about = row["about"]
    except (ValueError, TypeError):
        about = row["about"]
    return {"v": VERSION, **row, "about": about}


def check(session: Session, compound: str, breathe: Callable[[], None] = lambda: None) -> Checked:
    """Rebuild every line of a trail, and compare it with its head, the closes that recorded it, and the acts.

    ``breathe`` is called between stretches of lines: whoever has time lets others go first.
    """
    followed = follow(compound, _paced(lines(session, compound), breathe))
    broken = list(followed.broken)
    kept = session.connection().execute(_READ_HEAD, {"of": compound}).one_or_none()
    if kept is None or tuple(kept) != (followed.number, followed.hash):
        broken.append(followed.number)
    closes = session.execute(
        select(_close.c.month, _close.c.audit_number, _close.c.audit_head)
        .where(_close.c.compound == compound, _close.c.audit_number.is_not(None))
        .order_by(_close.c.month)
    )
    anchors = [row.month for row in closes if followed.hashes.get(row.audit_number) != row.audit_head]
    return Checked(
        *(followed.number, followed.hash, tuple(sorted(set(broken))), tuple(anchors)),
        untold=tuple(followed.untold(_acts(session, compound, followed))),
    )


def _paced(found: Iterable[dict[str, Any]], breathe: Callable[[], None]) -> Iterator[dict[str, Any]]:
    for line in found:
        if line["number"] % _STRETCH == 0:
            breathe()
        yield line


def _acts(session: Session, compound: str, followed: Followed) -> Sequence[tuple[int, str, bool]]:
    """Return number, hash and whether it must be told of, of every act since the trail began."""
    entry, payment, move = (_TABLES[name] for name in ("entry", "disbursement", "fund_move"))
    ways = ((entry, entry.c.authority == EMERGENCY), (payment, payment.c.authority == EMERGENCY))
    overrides = union(
        *(
            select(table.c.seq).where(table.c.compound == compound, is_one)
            for table, is_one in (*ways, (move, move.c.exception.is_not(None)))
        )
    )
    used = set(session.execute(overrides).scalars())  # as ``override_in`` says of facts
    query = (
        select(_act.c.seq, _act.c.hash, _entry.c.seq.is_(None))
        .join(_entry, (_entry.c.compound == _act.c.compound) & (_entry.c.seq == _act.c.seq), isouter=True)
        .where(_act.c.compound == compound, _act.c.seq > followed.before)
        .order_by(_act.c.seq)
    )
    return [(row[0], row[1], bool(row[2]) or row[0] in used) for row in session.execute(query)]
