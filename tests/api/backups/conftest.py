"""Books with people, tokens and answers, a backup of them, and places where nothing is yet."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlmodel import Session

import migrations
from api.backups import Backup, take
from api.members import INSTALLATION, add_member, issue_token
from api.settings import Settings
from ledger.rules.roles import Body, Role
from ledger.store.session import Database
from ledger.store.tables import Idempotency, Person
from tests.books.sample import SMALL
from tests.conftest import Books
from tests.reports.archive.conftest import furnish

NOW = datetime(2026, 5, 20, 4, tzinfo=UTC)
#: Where it does not matter what engine a backup was taken on.
ONE = pytest.mark.parametrize("source", ["sqlite"], indirect=True)
Roles = Callable[[], tuple[str, str]]


def fresh(engine: str, folder: Path, two_roles: Roles) -> Settings:
    """Return the settings of a place where nothing is yet; on PostgreSQL one role owns it, another keeps the books."""
    if engine == "sqlite":
        return Settings(database_url=f"sqlite:///{folder / 'elsewhere' / 'books.db'}")
    owner, keeper = two_roles()
    return Settings(database_url=keeper, owner_url=owner)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def source(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, two_roles: Roles
) -> Iterator[Books]:
    """Give published books with people, tokens and answers, and a second compound beside them."""
    settings = fresh(request.param, tmp_path_factory.mktemp("source"), two_roles)
    database = Database(settings.database_url)
    if database.is_sqlite:
        database.path.parent.mkdir()
    owner = Database(settings.owner_url or settings.database_url)
    migrations.upgrade(owner.engine)
    if not database.is_sqlite:
        from ledger.store.privileges import grant, role_of

        grant(owner.engine, role_of(database))
    owner.close()
    books = furnish(database)
    Books(database, "meiguiyuan", date(2026, 1, 5)).open("玫瑰园")
    database.write(beside)
    yield books
    database.close()


def beside(session: Session) -> None:
    """Write what is no fact: an operator with a token, a name, answers to two acts and to no act."""
    add_member(session, "operator", INSTALLATION, Role.OPERATOR, Body.OPERATOR, NOW)
    issue_token(session, "operator", 30, NOW)
    session.merge(Person(compound="guihuayuan", unit=SMALL, debtor=1, name="张甲", is_company=0))
    session.merge(Person(compound="guihuayuan", unit=SMALL, debtor=9, name="后来的人", is_company=0))
    for key, body, day in (
        ("early", b'{"seq":3}', "2026-01-01"),
        ("late", b'{"runs":[{"seq":5},{"seq":17}]}', "2026-01-01"),
        ("no act, early", b"{}", "2026-01-01"),
        ("no act, late", b"{}", "2026-05-19"),
    ):
        answer = {"caller": "x", "fingerprint": "f", "status": 201, "created_at": f"{day}T00:00:00Z"}
        session.merge(Idempotency(compound="guihuayuan", key=key, body=body, **answer))


@pytest.fixture(scope="session")
def taken(source: Books, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """Give a backup of the source, as it was taken."""
    return take(source.database, tmp_path_factory.mktemp("taken") / "backups", 3, NOW)


@pytest.fixture
def backup(taken: Backup, tmp_path: Path) -> Backup:
    """Give a copy of the backup in a folder of the test's own."""
    folder = tmp_path / "backups"
    shutil.copytree(taken.path.parent, folder)
    return dataclasses.replace(taken, path=folder / taken.path.name)


def change(path: Path, *statements: str) -> None:
    """Change a file of books as whoever has it can: the triggers first."""
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for one in statements:
            connection.execute(one)
        connection.execute("COMMIT")
