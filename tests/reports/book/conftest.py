"""A database of its own for each test, and a compound that has lived three months."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store.session import Database
from tests.reports.book.scene import Scene, months_of_life

UNITS = [f"B0{building}-U{stair}-10{door}" for building in (3, 7) for stair in (1, 2) for door in (1, 2, 3)]


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    path = tmp_path / "books.db"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database, UNITS)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Scene]:
    """Return the compound after three months; tests only read it."""
    path = tmp_path_factory.mktemp("lived") / "books.db"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    scene = Scene(database, UNITS)
    months_of_life(scene)
    yield scene
    database.close()
