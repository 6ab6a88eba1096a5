"""Copies of all the books in one SQLite file, whichever engine keeps them, taken while they are being written.

From SQLite the file is copied whole, as one reader sees it. Between engines, and up to an act of the past, the books
are appended anew, act by act, through the same triggers as when they were first written.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import ColumnElement, LargeBinary, NullPool, Table, create_engine, event, select
from sqlmodel import Session

from ledger.store import audit, restore
from ledger.store.acts import acts
from ledger.store.registers import heads
from ledger.store.tables import HEADS, METADATA, append_only

#: What the chain and the trail bring along by themselves, or what is found again from the facts.
_DERIVED = (HEADS | {table.name for table in append_only()} | {"outstanding"}) - {"idempotency"}
_ROWS, _FILES = 500, 8  # rows held in memory at once; a file may have ten megabytes
_STRETCH = 100  # acts
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """A point in a compound's past: nothing after act ``seq`` is brought back. Other compounds stay whole."""

    compound: str
    seq: int


def copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database as it is now, without erased bytes and without its log, into an empty file.

    Whoever writes goes on meanwhile; the copy is the state of one moment.
    """
    there_already = f"file:{quote(str(source))}?mode=rw"  # nothing is made in place of a file that is gone
    with contextlib.closing(sqlite.connect(there_already, uri=True, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


@contextlib.contextmanager
def at_rest(path: Path) -> Iterator[Session]:
    """Give a session that reads an SQLite file and leaves it, and the folder that it is in, as they are."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"

    def connect() -> Any:  # Any: a connection of the driver
        return sqlite.connect(address, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine(
        "sqlite://", module=sqlite, creator=connect, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with Session(engine) as session:
        yield session
    engine.dispose()


def copy_books(
    here: Session, there: Session, cut: Cut | None = None, breathe: Callable[[], None] = lambda: None
) -> None:
    """Append everything that ``here`` sees, up to a ``cut``, to the empty books of ``there``.

    ``breathe`` is called between stretches of acts: whoever has time lets others go first.
    """
    for compound, last in sorted(heads(here).items()):
        through = cut.seq if cut is not None and cut.compound == compound else last
        restore.begin(there, compound)
        for act, facts in acts(here, compound, through):
            if act["seq"] % _STRETCH == 0:
                breathe()
            restore.append_rows(there, act, facts)
    _copy_trails(here, there)
    for table in METADATA.sorted_tables:
        if table.name not in _DERIVED:
            for rows in _rows(here, table, cut):
                restore.put_beside(there, table.name, rows)


def _copy_trails(here: Session, there: Session) -> None:
    """Append the audit trails whole: what was done about the books stays on record when acts are taken back."""
    trails = select(METADATA.tables["audit_head"].c.compound)
    begun = set(there.execute(trails).scalars())
    for trail in here.execute(trails).scalars().all():
        if trail not in begun:
            audit.begin(there.connection(), trail)
        for line in audit.lines(here, trail):
            audit.put(there.connection(), line)


def _rows(here: Session, table: Table, cut: Cut | None) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of a table that is no fact, a few at a time, without those that hang on acts after the cut."""
    holds_files = any(isinstance(column.type, LargeBinary) for column in table.columns)
    query = select(table).order_by(*table.primary_key.columns)
    found = here.execute(query.execution_options(yield_per=_FILES if holds_files else _ROWS)).mappings()
    hangs = _hanging(here, cut) if cut is not None else None
    for some in found.partitions():
        kept = [dict(row) for row in some]
        if hangs is not None:
            kept = [row for row in kept if not hangs.on(table.name, row)]
        if kept:
            yield kept


@dataclass(frozen=True, slots=True)
class _Hanging:
    """What hangs on the acts after a cut: files that only they name, people whom only they brought, answers to them."""

    cut: Cut
    since: str
    files: frozenset[str]
    debtors: frozenset[tuple[str, int]]
    donors: frozenset[int]

    def on(self, table: str, row: Row) -> bool:
        """Say whether a row goes with the acts after the cut."""
        if row.get("compound") != self.cut.compound:
            return False
        if table == "remark":
            return bool(row["seq"] > self.cut.seq)
        if table == "blob":
            return row["sha256"] in self.files
        if table == "person":
            return (row["unit"], row["debtor"]) not in self.debtors
        if table == "donor":
            return row["number"] not in self.donors
        return table == "idempotency" and self._answers(row)

    def _answers(self, row: Row) -> bool:
        """Say whether an answer was given to an act after the cut: repeated, the request is then judged anew."""
        seqs = list(_seqs(json.loads(row["body"]))) if row["body"] else []
        return max(seqs) > self.cut.seq if seqs else bool(row["created_at"] >= self.since)


def _seqs(answer: Any) -> Iterator[int]:  # Any: JSON
    """Give every act that an answer names."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "seq" and isinstance(value, int):
                yield value
            else:
                yield from _seqs(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _seqs(value)


def _hanging(here: Session, cut: Cut) -> _Hanging:
    act, debtor, gift = (METADATA.tables[name] for name in ("act", "debtor", "gift"))
    since = here.execute(
        select(act.c.recorded_at).where(act.c.compound == cut.compound, act.c.seq == cut.seq + 1)
    ).scalar()

    def kept(table: Table, *columns: ColumnElement[Any]) -> frozenset[Any]:
        query = select(*columns).where(table.c.compound == cut.compound, table.c.seq <= cut.seq)
        found = here.execute(query).all()
        return frozenset(row[0] if len(columns) == 1 else tuple(row) for row in found)

    return _Hanging(
        cut,
        since or "9",
        _files(here, cut, after=True) - _files(here, cut, after=False),
        kept(debtor, debtor.c.unit, debtor.c.number),
        kept(gift, gift.c.donor),
    )


def erased_since(here: Session, cut: Cut) -> int | None:
    """Return the newest act after a cut that erased what was there at the cut: its bytes are gone from here, too."""
    erasure, debtor = METADATA.tables["erasure"], METADATA.tables["debtor"]
    files = _files(here, cut, after=False)
    known = select(debtor.c.unit, debtor.c.number).where(
        debtor.c.compound == cut.compound, debtor.c.seq <= cut.seq
    )
    debtors = {tuple(row) for row in here.execute(known)}
    later = select(erasure).where(erasure.c.compound == cut.compound, erasure.c.seq > cut.seq)
    for row in here.execute(later.order_by(erasure.c.seq.desc())):
        is_older = {
            "file": row.sha256 in files,
            "remark": row.of_seq is not None and row.of_seq <= cut.seq,
            "person": (row.unit, row.debtor) in debtors,
        }
        if is_older[row.what]:
            return int(row.seq)
    return None


def _files(here: Session, cut: Cut, *, after: bool) -> frozenset[str]:
    """Return the files that facts up to a cut name, or those ``after`` it."""
    named: set[str] = set()
    for table in append_only():
        for column in table.columns:
            if column.name.endswith("sha256") and "seq" in table.c:
                is_wanted = table.c.seq > cut.seq if after else table.c.seq <= cut.seq
                query = select(column).where(table.c.compound == cut.compound, is_wanted, column.is_not(None))
                named |= set(here.execute(query).scalars())
    return frozenset(named)
