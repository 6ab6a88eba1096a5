"""SQLAlchemy's SQLite, but that transactions begin as we say and savepoints cost no compilation.

The same could be had from an event, but an engine with one asks for listeners at every statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

NAME = "sqlite+books"


class BooksDialect(SQLiteDialect_pysqlite):
    """What ``create_engine`` makes of a ``sqlite+books`` address; the driver must not begin transactions by itself."""

    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **options: Any) -> None:  # Any: as SQLAlchemy declares them
        """Begin each transaction with the statement ``begin``."""
        super().__init__(**options)
        self._begin = begin

    def do_begin(self, dbapi_connection: Any) -> None:  # Any: a proxy of the driver's connection
        """Begin a transaction."""
        dbapi_connection.cursor().execute(self._begin)

    def do_savepoint(self, connection: Connection, name: str) -> None:
        """Set a savepoint; names are SQLAlchemy's own."""
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        """Go back to a savepoint."""
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        """Forget a savepoint and keep what came after it."""
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


registry.register(NAME.replace("+", "."), __name__, BooksDialect.__name__)
