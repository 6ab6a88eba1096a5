"""One compound that has lived, in a file of its own, for all that is let loose on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from schemathesis.python.asgi import shutdown_lifespans
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from ledger.store.session import Database
from tests.api.conftest import NOW, Desk, furnished
from tests.api.promised import document
from tests.fuzz.lived import live

__all__ = ["furnished"]
_BODY = 64 * 1024


class Lived:
    """A database file in which everything has happened once, the tokens of its users, and its words."""

    def __init__(self, path: Path, tokens: dict[str, str]) -> None:
        self.path, self.tokens = path, tokens
        app = create_app(self.settings, clock=lambda: NOW, with_books=False)
        with TestClient(app) as client:
            self.words: dict[str, list[Any]] = live(Desk(app, client, tokens))
        database = Database(
            self.settings.database_url
        )  # the last connection to close folds the log into the file
        with database.reading() as session:
            session.connection()
        database.close()

    @property
    def settings(self) -> Settings:
        return Settings(database_url=f"sqlite:///{self.path}", max_body_bytes=_BODY)


@pytest.fixture(scope="session")
def lived(furnished: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Lived:
    path = tmp_path_factory.mktemp("lived") / "books.db"
    shutil.copy(furnished[0], path)
    return Lived(path, furnished[1])


@pytest.fixture
def app(lived: Lived, tmp_path: Path) -> Iterator[FastAPI]:
    """Give the application on a copy of the lived books."""
    path = tmp_path / "books.db"
    shutil.copy(lived.path, path)
    database = Database(f"sqlite:///{path}")
    settings = Settings(database_url=f"sqlite:///{path}", max_body_bytes=_BODY)
    made = create_app(settings, clock=lambda: NOW, database=database, with_books=False)
    made.openapi_schema = document()  # the same for every application, and made once
    yield made
    shutdown_lifespans()
    database.close()
