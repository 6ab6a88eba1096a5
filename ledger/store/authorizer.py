"""What the application's own connections may do to an SQLite file: SQLite has no roles, but it asks before each step.

The triggers refuse a changed fact; this refuses the statement that would change one, drop a trigger, or switch a guard
off, when it is prepared. Only the engine that migrates goes without. Whoever has the file can still do anything: that
is what the chain on paper is for.
"""

from __future__ import annotations

from typing import Any

import pysqlite3.dbapi2 as sqlite

from ledger.store.tables import HEADS, METADATA, append_only

#: Tables that the application reads only: which migrations there were, and SQLite's own list of what there is.
_READ_ONLY = frozenset({"alembic_version"})
_OWN = "sqlite_"
#: Columns of the heads that move forward; whose head it is stays.
_MOVING = frozenset(
    (name, column.name)
    for name in HEADS
    for column in METADATA.tables[name].columns
    if not column.primary_key
)
_KEPT = frozenset(table.name for table in append_only()) | _READ_ONLY

#: Pragmas that may be given a value: they read, fold the log into the file, or overwrite what is erased with zeros.
_PRAGMAS = frozenset(
    {
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"),
        *("foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"),
        *("wal_checkpoint", "secure_delete", "max_page_count"),
    }
)
_FREE = frozenset(
    {sqlite.SQLITE_READ, sqlite.SQLITE_SELECT, sqlite.SQLITE_TRANSACTION, sqlite.SQLITE_SAVEPOINT}
    | {sqlite.SQLITE_RECURSIVE}
)


def guard(connection: Any) -> None:  # Any: a connection of the driver
    """Let a connection read, append, and change what is no fact; from now on, and for as long as it lives."""
    connection.set_authorizer(_decide)


def _decide(
    action: int, first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    """Answer SQLite's question about one step of a statement that it prepares."""
    return int(sqlite.SQLITE_OK if _may(action, first or "", second or "") else sqlite.SQLITE_DENY)


def _may(action: int, first: str, second: str) -> bool:
    """Say whether a step is allowed; what is not known here is not."""
    if action in _FREE:
        return True
    if action == sqlite.SQLITE_FUNCTION:
        return second != "load_extension"
    if action == sqlite.SQLITE_PRAGMA:
        return not second or first.lower() in _PRAGMAS
    if action == sqlite.SQLITE_INSERT:
        return first not in _READ_ONLY and not first.startswith(_OWN)
    if action == sqlite.SQLITE_UPDATE:
        return (first, second) in _MOVING if first in HEADS else _is_mutable(first)
    return action == sqlite.SQLITE_DELETE and first not in HEADS and _is_mutable(first)


def _is_mutable(table: str) -> bool:
    return table not in _KEPT and not table.startswith(_OWN)
