"""What PostgreSQL lets the application's role do: read, append, and change what is no fact.

Another role owns the tables and builds them (``mingzhang init`` with ``MINGZHANG_OWNER_URL``); what stands here is then
granted to the application's role, which can neither change a fact nor take a guard away, whatever SQL it sends.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, text

from ledger.store.session import Database
from ledger.store.tables import HEADS, METADATA, append_only

_KEPT = frozenset(table.name for table in append_only())
_VERSION = "alembic_version"
_FUNCTIONS = text(
    "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = current_schema() AND p.proname LIKE 'mingzhang\\_%'"
)
_STANDING = text(
    "SELECT rolsuper OR rolcreaterole OR pg_has_role('pg_execute_server_program', 'MEMBER') "
    "OR pg_has_role('pg_write_server_files', 'MEMBER') FROM pg_roles WHERE rolname = current_user"
)
_CHANGEABLE = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relname = ANY(:kept) AND (pg_has_role(c.relowner, 'MEMBER') "
    "OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER') OR has_any_column_privilege(c.oid, 'UPDATE')) "
    "ORDER BY c.relname"
)


@dataclass(frozen=True, slots=True)
class Liberties:
    """What the role of a connection could do to the past: rule over other roles, or change tables of facts."""

    role: str
    rules: bool
    tables: tuple[str, ...]

    @property
    def is_bound(self) -> bool:
        """Whether it can do neither."""
        return not (self.rules or self.tables)


def liberties(database: Database) -> Liberties:
    """Return what the application's role could do; on SQLite the authorizer binds every connection (``authorizer``)."""
    if database.is_sqlite:
        return Liberties("", rules=False, tables=())
    with database.reading() as session:
        connection = session.connection()
        role = str(connection.execute(text("SELECT current_user")).scalar_one())
        rules = bool(connection.execute(_STANDING).scalar_one())
        changeable = connection.execute(_CHANGEABLE, {"kept": sorted(_KEPT)}).scalars()
        return Liberties(role, rules=rules, tables=tuple(changeable))


def role_of(database: Database) -> str:
    """Return the name of the role that a PostgreSQL database is reached as."""
    with database.reading() as session:
        return str(session.execute(select(text("current_user"))).scalar_one())


def grant(owner: Engine, role: str) -> None:
    """Let ``role`` read and append everywhere, and change what is no fact; what it had before is taken back first."""
    with owner.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote_identifier
        schema = quoted(str(connection.execute(text("SELECT current_schema()")).scalar_one()))
        to = quoted(role)
        statements = [
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
            f"REVOKE CREATE ON SCHEMA {schema} FROM {to}",
            f"GRANT USAGE ON SCHEMA {schema} TO {to}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {to}",
            f"GRANT SELECT ON {_VERSION} TO {to}",
            *(f"GRANT {_rights(name)} ON {quoted(name)} TO {to}" for name in sorted(METADATA.tables)),
            *_fixed_paths(connection, schema),
        ]
        for statement in statements:
            connection.exec_driver_sql(statement)


def _rights(table: str) -> str:
    if table in HEADS:
        moving = [one.name for one in METADATA.tables[table].columns if not one.primary_key]
        return f"SELECT, INSERT, UPDATE ({', '.join(moving)})"
    return "SELECT, INSERT" if table in _KEPT else "SELECT, INSERT, UPDATE, DELETE"


def _fixed_paths(connection: Connection, schema: str) -> list[str]:
    """Return what ties the triggers' functions to our tables: a role may make a temporary ``chain_head`` of its own."""
    return [
        f"ALTER FUNCTION {name} SET search_path = {schema}, pg_temp"
        for name in connection.execute(_FUNCTIONS).scalars()
    ]
