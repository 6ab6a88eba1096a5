"""Where books are built and upgraded: by the role that owns the tables, which is not the one that keeps the books."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import inspect, select

from api.settings import Settings
from ledger.store.privileges import grant, role_of
from ledger.store.session import Database
from ledger.store.tables import METADATA
from migrations import upgrade


def build(settings: Settings, database: Database) -> None:
    """Bring the database to the newest migration, and on PostgreSQL say what the application's role may do."""
    with _owner(settings, database) as owner:
        upgrade(owner.engine)
        if owner is not database and role_of(owner) != role_of(database):
            grant(owner.engine, role_of(database))


def is_empty(settings: Settings, database: Database) -> bool:
    """Say whether nothing has been kept here: no file, or no compound and no user in the tables.

    An SQLite log that was left behind counts: it would be taken for the newest part of whatever file comes beside it.
    """
    if database.is_sqlite:
        return not any(Path(f"{database.path}{part}").exists() for part in ("", "-wal"))
    with _owner(settings, database) as owner, owner.engine.connect() as connection:
        return not any(
            inspect(connection).has_table(name)
            and connection.execute(select(METADATA.tables[name]).limit(1)).first()
            for name in ("chain_head", "user_account")
        )


def make_place(database: Database) -> None:
    """Make the folder of an SQLite file, for nobody else: the register of persons will be in it."""
    if database.is_sqlite:
        os.umask(0o077)
        database.path.parent.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _owner(settings: Settings, database: Database) -> Iterator[Database]:
    """Give the database as its owner reaches it."""
    if database.is_sqlite or not settings.owner_url:
        yield database
        return
    with contextlib.closing(Database(settings.owner_url)) as owner:
        yield owner
