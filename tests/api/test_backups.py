"""A backup is whole or it is none; what is restored from it is the same books, on the same engine or on the other."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import select, text
from sqlmodel import Session

import migrations
from api.backups import Backup, examine, kept, past_their_time, take
from api.members import INSTALLATION, add_member, issue_token
from api.recovery import restore
from api.refusals import BackupFailed, BackupRunning, BackupUnreadable, BackupUnsound, BooksExist, ErasedSince
from api.settings import Settings
from ledger.actions.erase import EraseRemark, erase_remark
from ledger.actions.receive import Receive, receive
from ledger.errors import NotFound, Refusal
from ledger.rules.channel import Channel
from ledger.rules.roles import Body, Role
from ledger.store import audit
from ledger.store.backup import Cut, at_rest
from ledger.store.registers import head
from ledger.store.session import Database
from ledger.store.tables import METADATA, Idempotency, Person
from reports.archive.verify import verify_export
from reports.archive.writing import write_export
from tests.books.sample import SMALL
from tests.conftest import Books
from tests.reports.archive.conftest import DAY, furnish

NOW = datetime(2026, 5, 20, 4, tzinfo=UTC)
ONE = pytest.mark.parametrize("source", ["sqlite"], indirect=True)
PLAIN = [
    table for table in METADATA.sorted_tables if table.name not in ("outstanding", "audit", "audit_head")
]
Roles = Callable[[], tuple[str, str]]


def fresh(engine: str, folder: Path, two_roles: Roles) -> Settings:
    """Return the settings of a place where nothing is yet; on PostgreSQL one role owns it, another keeps the books."""
    if engine == "sqlite":
        return Settings(database_url=f"sqlite:///{folder / 'elsewhere' / 'books.db'}")
    owner, keeper = two_roles()
    return Settings(database_url=keeper, owner_url=owner)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
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


@pytest.fixture(scope="module")
def taken(source: Books, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """Give a backup of the source, as it was taken."""
    return take(source.database, tmp_path_factory.mktemp("taken") / "backups", 3, NOW)


@pytest.fixture
def backup(taken: Backup, tmp_path: Path) -> Backup:
    """Give a copy of the backup in a folder of the test's own."""
    folder = tmp_path / "backups"
    shutil.copytree(taken.path.parent, folder)
    return dataclasses.replace(taken, path=folder / taken.path.name)


def everything(database: Database) -> dict[str, list[Any]]:
    """Return the rows of every table, in the order of their keys."""
    with database.reading() as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in PLAIN
        }


def exported(database: Database, compound: str = "guihuayuan", through: int | None = None) -> bytes:
    with database.reading() as session:
        return write_export(session, compound, DAY, "full", with_registers=True, through=through)


def test_a_backup_is_one_file_for_its_owner_alone_with_every_head(source: Books, backup: Backup) -> None:
    folder = backup.path.parent
    assert backup.path.name == "mingzhang-20260520T040000Z.db"
    assert sorted(path.name for path in folder.iterdir()) == [".lock", backup.path.name]
    assert (folder.stat().st_mode & 0o777, backup.path.stat().st_mode & 0o777) == (0o700, 0o600)
    with source.database.reading() as session:
        heads = tuple((code, *head(session, code)) for code in ("guihuayuan", "meiguiyuan"))
    assert backup.contents.heads == heads
    assert examine(backup.path) == backup.contents
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        backup.path.name,
    ]  # looking leaves no trace


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_restored_books_are_the_same_in_every_table_and_every_byte(
    source: Books, backup: Backup, engine: str, tmp_path: Path, two_roles: Roles
) -> None:
    settings = fresh(engine, tmp_path, two_roles)
    done = restore(settings, backup.path, NOW)
    assert (done.heads, done.dropped) == (backup.contents.heads, None)
    with contextlib.closing(Database(settings.database_url)) as database:
        assert everything(database) == everything(source.database)
        for compound in ("guihuayuan", "meiguiyuan"):
            assert files(exported(database, compound)) == files(exported(source.database, compound))
            told = ("books_restored", {"seq": head_of(exported(database, compound))["seq"]})
            assert new_lines(source.database, database, compound) == [told]
        assert new_lines(source.database, database, "*") == [("books_restored", {"compounds": 2})]
        there = Books(database, source.compound, source.today)
        there.act(receive, Receive(SMALL, 10_00, Channel.CASH, there.today, there.today))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_up_to_an_act_of_the_past_the_books_are_as_they_were_then(
    source: Books, backup: Backup, engine: str, tmp_path: Path, two_roles: Roles
) -> None:
    settings = fresh(engine, tmp_path, two_roles)
    done = restore(settings, backup.path, NOW, Cut("guihuayuan", 16))
    last = {code: seq for code, seq, _ in backup.contents.heads}["guihuayuan"]
    assert done.dropped is not None
    assert done.dropped.acts == last - 16 == sum(acts for _, acts in done.dropped.kinds)
    with contextlib.closing(Database(settings.database_url)) as database:
        assert head_of(exported(database)) == head_of(exported(source.database, through=16))
        assert journal(database, 16) == journal(source.database, 16)
        assert files(exported(database, "meiguiyuan")) == files(exported(source.database, "meiguiyuan"))
        with database.reading() as session:
            trail = list(audit.lines(session, "guihuayuan"))
            assert audit.check(session, "guihuayuan").is_sound
            assert (trail[-1]["what"], trail[-1]["about"]) == ("acts_dropped", {"seq": 16, "was": last})
            names = session.execute(select(Person.name).order_by(Person.name)).scalars().all()
            keys = session.execute(select(Idempotency.key).order_by(Idempotency.key)).scalars().all()
            remarks = session.execute(text("SELECT max(seq) FROM remark")).scalar()
            assert "后来的人" not in names
            assert "张甲" in names
            assert keys == [
                "early",
                "no act, early",
            ]  # whoever asks again for what was dropped is judged anew
            assert (remarks or 0) <= 16
            assert (
                session.execute(text("SELECT count(*) FROM blob")).scalar_one() == 0
            )  # all papers came later


def files(content: bytes) -> dict[str, bytes]:
    """Return the files of an export, without the trail, to which a restore adds a line."""
    from reports.archive.reading import read_export

    return {name: one for name, one in read_export(content).files.items() if name != "audit.jsonl"}


def new_lines(old: Database, new: Database, trail: str) -> list[tuple[str, Any]]:
    """Return what a restore has added to a trail, which is the old one up to there and sound."""
    with old.reading() as before, new.reading() as after:
        assert audit.check(after, trail).is_sound
        lines, known = list(audit.lines(after, trail)), list(audit.lines(before, trail))
    assert lines[: len(known)] == known
    return [(line["what"], line["about"]) for line in lines[len(known) :]]


def head_of(content: bytes) -> Any:
    from reports.archive.reading import read_export

    return read_export(content).manifest["head"]


def journal(database: Database, through: int) -> bytes:
    from reports.archive.reading import read_export

    return read_export(exported(database, through=through)).files["journal.jsonl"]


@ONE
@pytest.mark.parametrize("cut", [Cut("guihuayuan", 999), Cut("nobody", 1)])
def test_an_act_that_is_not_there_is_no_point_to_restore_to(backup: Backup, cut: Cut, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        restore(fresh("sqlite", tmp_path, lambda: ("", "")), backup.path, NOW, cut)
    assert not (tmp_path / "elsewhere" / "books.db").exists()


@ONE
def test_nothing_is_ever_restored_over_books(
    source: Books, backup: Backup, tmp_path: Path, two_roles: Roles
) -> None:
    with pytest.raises(BooksExist):
        restore(Settings(database_url=str(source.database.url)), backup.path, NOW)
    settings = fresh("postgresql", tmp_path, two_roles)
    restore(settings, backup.path, NOW)
    with pytest.raises(BooksExist):
        restore(settings, backup.path, NOW)
    left = fresh("sqlite", tmp_path, two_roles)
    log = tmp_path / "elsewhere" / "books.db-wal"
    log.parent.mkdir()
    log.write_bytes(b"the newest part of other books")
    with pytest.raises(BooksExist):
        restore(left, backup.path, NOW)


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


@ONE
@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        (
            "UPDATE posting SET amount_minor = amount_minor + 1 WHERE line = 1 AND seq = (SELECT max(seq) FROM entry)",
            BackupUnsound,
        ),
        ("UPDATE blob SET content = x'00'", BackupUnsound),
        ("DELETE FROM act WHERE seq = 2", BackupUnsound),
        ("UPDATE chain_head SET seq = seq - 1", BackupUnsound),
        ("UPDATE audit SET user_id = 'somebody else' WHERE number = 1", BackupUnsound),
        ("UPDATE alembic_version SET version_num = '9999'", BackupUnreadable),
        ("DROP TABLE alembic_version", BackupUnreadable),
    ],
)
def test_a_backup_that_was_changed_is_not_restored(
    backup: Backup, statement: str, refusal: type[Refusal], tmp_path: Path
) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(backup.path, changed)
    change(changed, statement)
    with pytest.raises(refusal):
        restore(fresh("sqlite", tmp_path, lambda: ("", "")), changed, NOW)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["books.db.lock"]


@ONE
@pytest.mark.parametrize("spoil", ["cut", "zeros", "text", "empty", "in use"])
def test_a_file_that_is_no_whole_backup_is_not_restored(backup: Backup, spoil: str, tmp_path: Path) -> None:
    content, file = backup.path.read_bytes(), tmp_path / "spoilt.db"
    half = len(content) // 2
    spoilt = {"cut": content[:half], "zeros": content[:half] + bytes(half), "text": b"# books", "empty": b""}
    file.write_bytes(spoilt.get(spoil, content))
    if spoil == "in use":
        file.with_name("spoilt.db-wal").write_bytes(b"what is not in the file yet")
    with pytest.raises((BackupUnsound, BackupUnreadable)):
        restore(fresh("sqlite", tmp_path, lambda: ("", "")), file, NOW)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["books.db.lock"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrations.upgrade(old.engine, "0011")
    old.close()
    settings = fresh("sqlite", tmp_path, lambda: ("", ""))
    assert restore(settings, tmp_path / "old.db", NOW).heads == ()
    with contextlib.closing(Database(settings.database_url)) as database:
        Books(database, "new-here", date(2026, 1, 5)).open()


@ONE
def test_books_that_do_not_verify_push_no_good_backup_out(backup: Backup, tmp_path: Path) -> None:
    """They are copied all the same, under a name that no restore and no retention takes for a backup."""
    books = tmp_path / "books.db"
    shutil.copy(backup.path, books)
    change(books, "UPDATE entry SET narration = '伪造' WHERE seq = (SELECT min(seq) FROM entry)")
    database, folder = Database(f"sqlite:///{books}"), backup.path.parent
    with contextlib.closing(database), pytest.raises(BackupUnsound, match=r"guihuayuan #\d+"):
        take(database, folder, 1, NOW + timedelta(days=1))
    assert list(kept(folder)) == [backup.path]
    assert (folder / "unsound.db").stat().st_mode & 0o777 == 0o600


@ONE
def test_what_was_interrupted_is_no_backup_and_is_cleared_away(source: Books, backup: Backup) -> None:
    folder = backup.path.parent
    left = folder / "mingzhang-20260519T040000Z.db.part"
    left.write_bytes(backup.path.read_bytes()[:100_000])
    assert list(kept(folder)) == [backup.path]
    second = take(source.database, folder, 3, NOW + timedelta(days=1))
    assert not left.exists()
    assert list(kept(folder)) == [second.path, backup.path]


def test_two_do_not_write_into_one_folder_at_once(source: Books, backup: Backup) -> None:
    with (backup.path.parent / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupRunning):
            take(source.database, backup.path.parent, 3, NOW + timedelta(days=1))
    take(source.database, backup.path.parent, 3, NOW + timedelta(days=1))


def test_a_folder_that_cannot_be_written_is_a_clear_refusal(source: Books, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BackupFailed):
        take(source.database, tmp_path / "file", 3, NOW)


def test_the_newest_stay_and_one_of_each_of_twelve_months() -> None:
    days = [datetime(2026, 5, 20, 3, tzinfo=UTC) - timedelta(days=number) for number in range(500)]
    taken = {Path(f"{day:%Y-%m-%d}"): day for day in days}
    gone = set(past_their_time(taken, 14))
    staying = [str(path) for path in taken if path not in gone]
    assert staying[:14] == [f"2026-05-{day:02d}" for day in range(20, 6, -1)]
    assert staying[14:] == [
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31", "2025-11-30"),
        *("2025-10-31", "2025-09-30", "2025-08-31", "2025-07-31", "2025-06-30"),
    ]


@ONE
def test_by_a_clock_that_was_set_back_the_new_one_is_the_oldest_and_stays(
    source: Books, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for month in range(1, 13):
        (folder / f"mingzhang-2027{month:02d}01T000000Z.db").touch()
    done = take(source.database, folder, 2, NOW)
    assert done.path.exists()
    assert done.removed == ()


@ONE
def test_a_compound_whose_head_is_gone_is_no_sound_backup(
    source: Books, backup: Backup, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(backup.path, changed)
    change(changed, "DELETE FROM chain_head WHERE compound = 'meiguiyuan'")
    assert any("meiguiyuan" in one for one in examine(changed).faults)


@ONE
def test_no_cut_goes_before_an_erasure_of_what_was_there(
    source: Books, backup: Backup, tmp_path: Path
) -> None:
    books = tmp_path / "books.db"
    shutil.copy(backup.path, books)
    with contextlib.closing(Database(f"sqlite:///{books}")) as database:
        with database.reading() as session:
            remark = session.execute(text("SELECT max(seq) FROM remark")).scalar_one()
            last = head(session, source.compound)[0]
        there = Books(database, source.compound, source.today)
        there.act(erase_remark, EraseRemark(remark, "个人信息保护法第四十七条"))
        later = take(database, tmp_path / "later", 2, NOW)
    for through in (remark, last):
        with pytest.raises(ErasedSince, match=str(last + 1)):
            restore(
                fresh("sqlite", tmp_path, lambda: ("", "")), later.path, NOW, Cut(source.compound, through)
            )
    for through in (remark - 1, last + 1):
        folder = tmp_path / str(through)
        settings = fresh("sqlite", folder, lambda: ("", ""))
        restore(settings, later.path, NOW, Cut(source.compound, through))
        with contextlib.closing(Database(settings.database_url)) as database:
            assert verify_export(exported(database)).is_sound


@ONE
def test_old_backups_go_when_a_new_one_is_whole_and_nothing_else_goes(source: Books, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for day in range(5):
        done = take(source.database, folder, 2, NOW + timedelta(days=day))
        (folder / "notes.txt").write_text("not ours")
    assert done.removed == ("mingzhang-20260522T040000Z.db",)
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *(".lock", "notes.txt", "mingzhang-20260523T040000Z.db", "mingzhang-20260524T040000Z.db"),
    }


@ONE
def test_erased_bytes_are_in_no_backup_taken_afterwards(source: Books, tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    shutil.copy(take(source.database, tmp_path / "first", 1, NOW).path, path)
    with contextlib.closing(Database(f"sqlite:///{path}")) as database:
        database.write(lambda session: session.execute(text("UPDATE person SET name = '不该留下的名字'")))
        database.write(lambda session: session.execute(text("UPDATE person SET name = NULL")))
        done = take(database, tmp_path / "second", 1, NOW)
    assert "不该留下的名字".encode() not in done.path.read_bytes()
    with at_rest(done.path) as session:
        assert session.execute(text("PRAGMA freelist_count")).scalar_one() == 0


def test_everybody_else_is_kept_out_whatever_the_umask(source: Books, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        done = take(source.database, tmp_path / "open", 1, NOW)
    finally:
        os.umask(before)
    assert done.path.stat().st_mode & 0o777 == 0o600
