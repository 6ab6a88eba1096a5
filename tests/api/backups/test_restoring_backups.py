"""What is restored from a backup is the same books, on the same engine or on the other; what is none is refused."""

from __future__ import annotations

import contextlib
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

import migrations
from api.backups import Backup, take
from api.recovery import restore
from api.refusals import BackupUnreadable, BackupUnsound, BooksExist, ErasedSince
from api.settings import Settings
from ledger.actions.erase import EraseRemark, erase_remark
from ledger.actions.receive import Receive, receive
from ledger.errors import NotFound, Refusal
from ledger.rules.channel import Channel
from ledger.store import audit
from ledger.store.backup import Cut
from ledger.store.registers import head
from ledger.store.session import Database
from ledger.store.tables import METADATA, Idempotency, Person
from reports.archive.reading import read_export
from reports.archive.verify import verify_export
from reports.archive.writing import write_export
from tests.api.backups.conftest import NOW, ONE, Roles, change, fresh
from tests.books.sample import SMALL
from tests.conftest import Books
from tests.reports.archive.conftest import DAY

PLAIN = [
    table for table in METADATA.sorted_tables if table.name not in ("outstanding", "audit", "audit_head")
]


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


def files(content: bytes) -> dict[str, bytes]:
    """Return the files of an export, without the trail, to which a restore adds a line."""
    return {name: one for name, one in read_export(content).files.items() if name != "audit.jsonl"}


def new_lines(old: Database, new: Database, trail: str) -> list[tuple[str, Any]]:
    """Return what a restore has added to a trail, which is the old one up to there and sound."""
    with old.reading() as before, new.reading() as after:
        assert audit.check(after, trail).is_sound
        lines, known = list(audit.lines(after, trail)), list(audit.lines(before, trail))
    assert lines[: len(known)] == known
    return [(line["what"], line["about"]) for line in lines[len(known) :]]


def head_of(content: bytes) -> Any:
    return read_export(content).manifest["head"]


def journal(database: Database, through: int) -> bytes:
    return read_export(exported(database, through=through)).files["journal.jsonl"]


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
