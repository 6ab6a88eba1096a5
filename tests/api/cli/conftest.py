"""The command line in this process, on a furnished installation: what a command prints, and its exit code."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app, hoisted
from ledger.store.registers import head
from ledger.store.session import Database
from tests.api.conftest import HOME

UNITS = 6


class Clerk:
    """Whoever types the commands: the treasurer, unless another is named."""

    def __init__(self, database: Path) -> None:
        self._environment: dict[str, str] = {
            "MINGZHANG_DATABASE_URL": f"sqlite:///{database}",
            "MINGZHANG_COMPOUND": HOME,
            "MINGZHANG_USER": "treasurer",
            "COLUMNS": "160",
        }
        self.charges: dict[str, str] = {}

    def said(self, *words: str, code: int = 0) -> Result:
        """Run a command and give what it printed, as people see it."""
        done = CliRunner().invoke(app, hoisted(list(words)), env=self._environment)
        assert done.exit_code == code, done.output
        return done

    def told(self, *words: str, who: str = "treasurer", code: int = 0) -> Any:
        """Run a command and give its JSON."""
        return json.loads(self.said(*words, "--json", "--as", who, code=code).stdout)

    def refused(self, *words: str, who: str = "treasurer") -> str:
        """Run a command that is refused, and give the refusal's code; nothing may have been stored."""
        before = self._head()
        refusal = self.told(*words, who=who, code=1)
        assert refusal["detail_zh"]
        assert refusal["detail_en"]
        assert self._head() == before
        return str(refusal["type"]).rpartition(":")[2]

    def _head(self) -> tuple[int, str]:
        database = Database(self._environment["MINGZHANG_DATABASE_URL"])
        with contextlib.closing(database), database.reading() as session:
            return head(session, HOME)

    def bill(self, month: str = "2026-01", day: str = "2026-01-05") -> None:
        """Bill a month and note the charge of each unit."""
        seq = self.told("bill", month, "--item", "property_fee", "--effective-on", day)["runs"][0]["seq"]
        for line in range(1, UNITS + 1):
            self.charges[self.told("charge", "explain", f"{seq}-{line}")["unit"]] = f"{seq}-{line}"


@pytest.fixture
def clerk(books_file: Path) -> Clerk:
    return Clerk(books_file)


@pytest.fixture(scope="session")
def january(
    furnished: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """Give a file of books with January billed, to be copied, and the charge of each unit."""
    path = tmp_path_factory.mktemp("january") / "books.db"
    shutil.copy(furnished[0], path)
    clerk = Clerk(path)
    clerk.bill()
    return path, clerk.charges


@pytest.fixture
def billed(january: tuple[Path, dict[str, str]], tmp_path: Path) -> Clerk:
    """Bill January: 0101 owes 220.00, 0201 196.97, 0601 232.10, the developer 264.00 for each of its two."""
    path = tmp_path / "billed.db"
    shutil.copy(january[0], path)
    clerk = Clerk(path)
    clerk.charges |= january[1]
    return clerk
