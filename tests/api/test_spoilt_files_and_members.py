"""What is no fact of the journal and yet must be whole: files under their hashes, and who may do what."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import text
from sqlmodel import Session

import migrations
from api.backups import UNSOUND, take
from api.chain import state_of
from api.leaving import end_membership
from api.members import INSTALLATION, MACHINE, add_member
from api.recovery import restore
from api.refusals import BackupUnsound
from api.settings import Settings
from ledger.rules.audit import Note, What
from ledger.rules.roles import Body, Role
from ledger.store import audit
from ledger.store.session import Database
from reports.archive.restoring import bring_in
from reports.archive.writing import write_export
from tests.api.conftest import HOME, NOW, UNIT, Desk

_JANUARY = "bulletins/2026-01.pdf"


def spoil(path: Path, statement: str) -> None:
    """Write past every rule, as whoever has the file can."""
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        assert connection.execute(statement).rowcount > 0


@pytest.fixture
def hung(desk: Desk) -> Desk:
    """Give a desk whose January hangs on the notice board."""
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    paid = {"unit": UNIT, "amount": "100.00", "channel": "wechat", "effective_on": "2026-01-12"}
    desk.done("receipts", paid)
    desk.done("periods/2026-01/close")
    desk.done("bulletins/2026-01")
    return desk


@pytest.mark.parametrize("content", ["x'00'", "'text'", "content || x'0A'"])
def test_a_bulletin_that_was_changed_is_not_given_out(hung: Desk, books_file: Path, content: str) -> None:
    whole = hung.get(_JANUARY, None)
    assert whole.status_code == 200
    spoil(books_file, f"UPDATE blob SET content = {content}")  # noqa: S608 - ours
    answer = hung.get(_JANUARY, None)
    assert answer.status_code == 500
    assert answer.json()["type"].endswith(":kept_file_changed")
    assert "审计" in answer.json()["detail_zh"]


def test_a_changed_file_is_found_by_the_check_and_the_rounds_and_a_backup(
    hung: Desk, books_file: Path, tmp_path: Path
) -> None:
    assert hung.get("check", "auditor").json()["files"] == {"ok": True, "damaged": []}
    spoil(books_file, "UPDATE blob SET content = x'00'")
    found = hung.get("check", "auditor").json()
    assert (found["ok"], found["chain"]["ok"], found["files"]["ok"]) == (False, True, False)
    hung.app.state.rounds.walk()
    assert not hung.app.state.rounds.verified()[HOME].is_sound
    with pytest.raises(BackupUnsound, match="file"):
        take(hung.app.state.house.database, tmp_path / "backups", 3, NOW)


def test_books_with_a_damaged_file_are_restored_where_that_is_said_and_only_there(
    hung: Desk, books_file: Path, tmp_path: Path
) -> None:
    spoil(books_file, "UPDATE blob SET content = x'00'")
    with pytest.raises(BackupUnsound):
        take(hung.app.state.house.database, tmp_path / "backups", 3, NOW)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'again.db'}")
    with pytest.raises(BackupUnsound, match="file"):
        restore(settings, tmp_path / "backups" / UNSOUND, NOW)
    done = restore(settings, tmp_path / "backups" / UNSOUND, NOW, even_unsound=True)
    assert len(done.faults) == 1
    with contextlib.closing(Database(settings.database_url)) as database, database.reading() as session:
        state = state_of(session, HOME)
        assert (state.links, len(state.files)) == ((), 1)
        (told,) = audit.lines(session, INSTALLATION, what=What.BOOKS_RESTORED)
        assert told["about"]["faults"] == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE membership SET role = 'operator' WHERE compound = :of AND user_id = :user",
        "UPDATE membership SET body = 'trustee' WHERE compound = :of AND user_id = :user",
        "UPDATE membership SET until = '2026-02-01T00:00:00Z' WHERE compound = :of AND user_id = :user",
        "DELETE FROM membership WHERE compound = :of AND user_id = :user",
        "UPDATE membership SET user_id = (SELECT user_id FROM membership WHERE compound = '*') "
        "WHERE compound = :of AND user_id = :user",
    ],
)
def test_a_membership_that_the_trail_does_not_tell_of_is_found(
    desk: Desk, statement: str, tmp_path: Path
) -> None:
    database = desk.app.state.house.database
    asked = {"of": HOME, "user": member(database, Role.TREASURER)}
    assert desk.get("check", "auditor").json()["members"]["ok"]
    with database.engine.begin() as connection:
        assert connection.execute(text(statement), asked).rowcount == 1
    found = desk.get("check", "auditor").json()
    assert (found["ok"], found["chain"]["ok"], found["trail"]["ok"]) == (False, True, True)
    assert asked["user"] in found["members"]["differing"]
    desk.app.state.rounds.walk()
    assert not desk.app.state.rounds.verified()[HOME].is_sound
    with pytest.raises(BackupUnsound, match="member"):
        take(database, tmp_path / "backups", 3, NOW)


def member(database: Database, role: Role) -> str:
    """Return the user who has a role."""
    query = text("SELECT user_id FROM membership WHERE compound = :of AND role = :role")
    with database.engine.connect() as connection:
        return str(connection.execute(query, {"of": HOME, "role": str(role)}).scalars().first())


def test_an_operator_of_whom_no_line_tells_is_found(desk: Desk) -> None:
    database = desk.app.state.house.database
    user = member(database, Role.TREASURER)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO membership (compound, user_id, role, body, since) "
                "VALUES ('*', :user, 'operator', 'operator', '2020-01-01T00:00:00Z')"
            ),
            {"user": user},
        )
    with database.reading() as session:
        assert state_of(session, INSTALLATION).members == (user,)


def test_who_leaves_and_comes_back_in_another_role_is_what_the_trail_says(desk: Desk) -> None:
    database = desk.app.state.house.database
    for work in (
        lambda s: add_member(s, "xinren", HOME, Role.AUDITOR, Body.COMMITTEE, NOW),
        lambda s: end_membership(s, "xinren", HOME, NOW, MACHINE),
        lambda s: add_member(s, "xinren", HOME, Role.COMMITTEE, Body.COMMITTEE, NOW),
        lambda s: add_member(s, "liren", HOME, Role.AUDITOR, Body.COMMITTEE, NOW),
        lambda s: end_membership(s, "liren", HOME, NOW, MACHINE),
    ):
        database.write(work)
    with database.reading() as session:
        assert state_of(session, HOME).members == ()


def test_members_older_than_the_trail_are_believed_and_later_ones_are_not(desk: Desk) -> None:
    """Books that are older than their trail: it begins with a line that says so, and tells of nobody before."""
    database = desk.app.state.house.database
    user = member(database, Role.TREASURER)
    with database.engine.begin() as connection:
        for name in ("audit_update", "audit_delete"):
            connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{name}"')
        of = {"of": HOME}
        connection.execute(text("DELETE FROM audit WHERE compound = :of AND number > 1"), of)
        begun = "UPDATE audit SET what = 'trail_begun', about = :about WHERE compound = :of"
        connection.execute(text(begun), {**of, "about": '{"seq":1}'})
    with database.reading() as session:
        assert state_of(session, HOME).members == ()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_insert")
        line = "INSERT INTO audit SELECT compound, 2, :at, user_id, role, 'access_begun', '{}', prev, 'h' FROM audit "
        connection.execute(text(f"{line} WHERE compound = :of"), {"of": HOME, "at": "2026-03-01T00:00:00Z"})
        late = "UPDATE membership SET since = '2026-04-01T00:00:00Z' WHERE compound = :of AND user_id = :user"
        connection.execute(text(late), {"of": HOME, "user": user})
    with database.reading() as session:
        assert state_of(session, HOME).members == (user,)


def test_the_members_of_another_installation_are_not_looked_for_after_an_import(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.app.state.house.database.reading() as session:
        content = write_export(session, HOME, NOW.date(), "full")
    path = tmp_path / "there.db"
    with contextlib.closing(founded(path)) as there:
        there.write(lambda session: brought_in(session, content))
        with there.reading() as session:
            assert state_of(session, HOME).members == ()


def brought_in(session: Session, content: bytes) -> None:
    """Bring a compound in, as the command does."""
    compound, seq = bring_in(session, content)
    note = Note(What.COMPOUND_IMPORTED, {"compound": compound, "seq": seq, "hash": "0" * 64})
    audit.write(session.connection(), INSTALLATION, MACHINE, NOW, [note])


def founded(path: Path) -> Database:
    """Return an empty installation."""
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database.engine)
    return database
