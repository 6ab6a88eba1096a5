"""Servers of both engines on furnished books: a database file copied, or a PostgreSQL database from a template."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

import migrations
from api.members import issue_token
from ledger.store.session import Database
from tests.api.conftest import furnish
from tests.reliability.running import Client, Nursery, Served

ENGINES = ("sqlite", "postgresql")
_COUNT = itertools.count(1)


@dataclass
class Place:
    """Where furnished books are, and a treasurer's token that is valid today."""

    engine: str
    url: str
    token: str

    def sign(self, name: str) -> str:
        """Issue a token to somebody, valid today."""
        return _token(self.url, name)

    def database(self) -> Database:
        """Open the books beside the server, to look at them."""
        return Database(self.url)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Give the process that gives birth to servers."""
    found = Nursery(tmp_path_factory.mktemp("nursery"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a furnished database file, to be copied."""
    path = tmp_path_factory.mktemp("furnished") / "books.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database.engine)
    furnish(database)
    _fold(database)
    return path


def _fold(database: Database) -> None:
    """Close it; the last connection to close folds the log into the file."""
    with database.reading() as session:
        session.connection()
    database.close()


@pytest.fixture(scope="session")
def furnished_template(postgres_server: str) -> Iterator[str]:
    """Give the name of a furnished PostgreSQL database, to be copied."""
    name = f"template{os.getpid()}"
    _administer(postgres_server, f"CREATE DATABASE {name}")
    database = Database(postgres_server.replace("/postgres?", f"/{name}?"))
    migrations.upgrade(database.engine)
    furnish(database)
    database.close()
    yield name
    _administer(postgres_server, f"DROP DATABASE {name}")


def _administer(server: str, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Name one engine after the other."""
    return str(request.param)


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give furnished books of the test's own."""
    if engine == "sqlite":
        path = tmp_path / "books.db"
        shutil.copy(request.getfixturevalue("furnished_file"), path)
        yield Place(engine, f"sqlite:///{path}", _token(f"sqlite:///{path}"))
        return
    server, template = (
        request.getfixturevalue("postgres_server"),
        request.getfixturevalue("furnished_template"),
    )
    name = f"live{os.getpid()}_{next(_COUNT)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    url = server.replace("/postgres?", f"/{name}?")
    yield Place(engine, url, _token(url))
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _token(url: str, name: str = "treasurer") -> str:
    database = Database(url)
    token = database.write(lambda s: issue_token(s, name, 2, datetime.now(UTC)))[0]
    _fold(database)
    return token


@pytest.fixture
def serve(nursery: Nursery, place: Place) -> Iterator[Callable[..., Served]]:
    """Start servers on the place's books; what still runs at the end is killed."""
    started: list[Served] = []

    def start(**settings: str) -> Served:
        started.append(nursery.serve(place.url, **settings))
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.fixture
def client(serve: Callable[..., Served], place: Place) -> Iterator[Client]:
    """Give a treasurer at a running server."""
    found = Client(serve().url, place.token)
    yield found
    found.close()
