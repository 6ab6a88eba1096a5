"""A database of its own for each test, and a compound that has lived three months."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import migrations
from ledger.store.session import Database
from tests.reports.book.scene import Scene, months_of_life

UNITS = [f"B0{building}-U{stair}-10{door}" for building in (3, 7) for stair in (1, 2) for door in (1, 2, 3)]


@pytest.fixture(scope="session")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("books") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database.engine)
    database.close()  # the last one to leave puts the write-ahead log into the file
    return path


@pytest.fixture
def database(tmp_path: Path, empty_books: Path) -> Iterator[Database]:
    path = tmp_path / "books.db"
    path.write_bytes(empty_books.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database, UNITS)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, empty_books: Path) -> Iterator[Scene]:
    """Return the compound after three months; tests only read it."""
    path = tmp_path_factory.mktemp("lived") / "books.db"
    path.write_bytes(empty_books.read_bytes())
    database = Database(f"sqlite:///{path}")
    scene = Scene(database, UNITS)
    months_of_life(scene)
    yield scene
    database.close()
