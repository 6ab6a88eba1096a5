"""One compound that has lived, in a database of its own on either engine, for all that is let loose on it."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from schemathesis.python.asgi import shutdown_lifespans
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

import migrations
from api.app import create_app
from api.settings import Settings
from ledger.store.session import Database
from tests.api.conftest import NOW, Desk, furnish, furnished
from tests.api.promised import document
from tests.fuzz.lived import live

__all__ = ["furnished"]
ENGINES = ("sqlite", "postgresql")
_BODY = 64 * 1024
_COUNT = itertools.count(1)


class Lived:
    """A database in which everything has happened once, the tokens of its users, and its words."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.url, self.tokens = url, tokens
        app = create_app(settings_of(url), clock=lambda: NOW, with_books=False)
        with TestClient(app) as client:
            self.words: dict[str, list[Any]] = live(Desk(app, client, tokens))
        database = Database(url)  # the last connection to close folds the log into the file
        with database.reading() as session:
            session.connection()
        database.close()


def settings_of(url: str) -> Settings:
    """Return the settings of a server that takes no large bodies."""
    return Settings(database_url=url, max_body_bytes=_BODY)


@pytest.fixture(scope="session")
def lived_file(
    furnished: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Lived]:
    """Give the file in which everything has happened once, to be copied."""
    path = tmp_path_factory.mktemp("lived") / "books.db"
    shutil.copy(furnished[0], path)
    return path, Lived(f"sqlite:///{path}", furnished[1])


@pytest.fixture(scope="session")
def lived_template(postgres_server: str) -> Iterator[tuple[str, Lived]]:
    """Give the name of the PostgreSQL database in which everything has happened once, to be copied."""
    name = f"lived{os.getpid()}"
    _administer(postgres_server, f"CREATE DATABASE {name}")
    url = postgres_server.replace("/postgres?", f"/{name}?")
    database = Database(url)
    migrations.upgrade(database.engine)
    tokens = furnish(database)
    database.close()
    yield name, Lived(url, tokens)
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture
def engine() -> str:
    """Name the engine; a test that asks both says so."""
    return ENGINES[0]


@pytest.fixture
def lived(engine: str, request: pytest.FixtureRequest) -> Lived:
    """Give what is known of the lived books of an engine."""
    held: tuple[Any, Lived] = request.getfixturevalue(
        "lived_file" if engine == "sqlite" else "lived_template"
    )
    return held[1]


@pytest.fixture
def lived_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a copy of the lived books, of the test's own."""
    if engine == "sqlite":
        path = tmp_path / "books.db"
        shutil.copy(request.getfixturevalue("lived_file")[0], path)
        yield f"sqlite:///{path}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("lived_template")
    name = f"fuzzed{os.getpid()}_{next(_COUNT)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template[0]}")
    yield server.replace("/postgres?", f"/{name}?")
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(lived_url: str) -> Iterator[FastAPI]:
    """Give the application on a copy of the lived books."""
    database = Database(lived_url)
    made = create_app(settings_of(lived_url), clock=lambda: NOW, database=database, with_books=False)
    made.openapi_schema = document()  # the same for every application, and made once
    yield made
    shutdown_lifespans()
    database.close()
