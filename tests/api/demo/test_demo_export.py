"""What the demonstration's books export verifies, in our program and in the one that imports nothing of ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import select

from api.demo.cast import COMPOUND, USERS
from api.demo.story import Story
from api.members import INSTALLATION, add_member
from ledger.store.session import Database
from ledger.store.tables import Act
from migrations import upgrade
from reports.archive.verify import verify_export
from reports.archive.writing import write_export
from tests import second_verifier as second

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("demo")
    database = Database(f"sqlite:///{folder / 'demo.db'}")
    upgrade(database.engine)
    users = {"yunwei": database.write(lambda s: add_member(s, "yunwei", INSTALLATION, *USERS["yunwei"], NOW))}

    def enlist(name: str) -> str:
        return database.write(lambda s: add_member(s, name, COMPOUND, *USERS[name], NOW))

    for _ in Story(database, TODAY, users, "http://127.0.0.1").tell(folder, enlist):
        pass
    with database.reading() as session:
        newest = session.exec(select(func.max(Act.recorded_at))).one()
        assert newest == "2026-11-19T16:00:00Z", "the demonstration can be built at any hour of its last day"
        found = {one: write_export(session, COMPOUND, TODAY, one) for one in ("public", "full")}
    database.close()
    return found


@pytest.mark.parametrize("audience", ["public", "full"])
def test_two_verifiers_agree_on_the_demonstrations_export(
    told: dict[str, bytes], tmp_path: Path, audience: str
) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(told[audience])
    ours = verify_export(told[audience])
    assert [one.code for one in ours.faults] == []
    head, faults = second.check(path)
    assert faults == []
    assert str(ours.seq) in str(head)
