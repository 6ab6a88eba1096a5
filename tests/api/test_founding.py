"""On PostgreSQL one role builds the books and another keeps them; where it is one and the same, the server says so."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from typer.testing import CliRunner

from api.cli.main import app, hoisted
from ledger.store.privileges import liberties
from ledger.store.session import Database
from tests.reliability.running import Nursery

Roles = Callable[[], tuple[str, str]]


@pytest.fixture
def addresses(two_roles: Roles) -> dict[str, str]:
    """Give the settings of an installation with two roles, where nothing has been built."""
    owner, keeper = two_roles()
    return {
        "MINGZHANG_DATABASE_URL": keeper,
        "MINGZHANG_OWNER_URL": owner,
        "MINGZHANG_COMPOUND": "guihuayuan",
    }


def run(environment: dict[str, str], *words: str) -> Any:
    """Run a command that succeeds, and give its JSON."""
    done = CliRunner().invoke(app, hoisted([*words, "--json"]), env=environment)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_init_builds_as_the_owner_and_binds_the_role_that_keeps_the_books(
    addresses: dict[str, str], tmp_path: Path
) -> None:
    for _ in range(2):  # the second time upgrades
        run(addresses, "init")
    run(addresses, "compound", "open", "guihuayuan", "--name", "桂花苑", "--opened-on", "2026-01-01")
    with contextlib.closing(Database(addresses["MINGZHANG_DATABASE_URL"])) as keeper:
        assert liberties(keeper).is_bound
        with (
            keeper.writer.connect() as connection,
            pytest.raises(ProgrammingError, match="permission denied"),
        ):
            connection.execute(text("UPDATE act SET kind = kind"))
    taken = run(addresses, "backup", "--to", str(tmp_path))
    assert [(one["compound"], one["seq"]) for one in taken["heads"]] == [("guihuayuan", 1)]


def test_without_the_owner_the_keeper_cannot_build(addresses: dict[str, str]) -> None:
    del addresses["MINGZHANG_OWNER_URL"]
    done = CliRunner().invoke(app, ["init"], env=addresses)
    assert isinstance(done.exception, ProgrammingError)
    assert "permission denied" in str(done.exception)


def served(nursery: Nursery, url: str) -> tuple[str, dict[str, Any]]:
    """Start a server, and give what it printed and what it says of its role."""
    server = nursery.serve(url)
    with contextlib.closing(httpx2.Client(trust_env=False)) as client:
        said = client.get(f"{server.url}/readyz").json()
    server.kill()
    return server.printed.read_text(encoding="utf-8"), said["checks"]["role"]


def test_a_server_whose_role_could_change_the_past_says_so(
    addresses: dict[str, str], postgres_url: str, tmp_path: Path
) -> None:
    run(addresses, "init")
    run({"MINGZHANG_DATABASE_URL": postgres_url}, "init")
    nursery = Nursery(tmp_path)
    with contextlib.closing(nursery):
        printed, role = served(nursery, addresses["MINGZHANG_DATABASE_URL"])
        assert "警告" not in printed
        assert role == {"ok": True, "may_change_the_past": False}
        printed, role = served(nursery, postgres_url)
        assert "警告:数据库角色 postgres 可以改动账簿的过去" in printed
        assert "could change the past of the books" in printed
        assert role == {"ok": True, "may_change_the_past": True}
