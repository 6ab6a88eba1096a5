"""Backups: one file of all the books, taken while the service goes on, verified before it counts as one.

Whatever is not whole has another name: a backup that was interrupted, or that does not verify, is never taken for one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from api.chain import compounds, state_of
from api.members import MACHINE
from api.refusals import BackupFailed, BackupRunning, BackupUnsound
from ledger.rules.audit import INSTALLATION, Note, What
from ledger.rules.seal import Json
from ledger.store import audit
from ledger.store.acts import strays
from ledger.store.backup import at_rest, copy_books, copy_file
from ledger.store.failpoints import reach
from ledger.store.registers import heads
from ledger.store.session import Database
from migrations import upgrade

_NAME = re.compile(r"mingzhang-(\d{8}T\d{6}Z)\.db")
_STAMP = "%Y%m%dT%H%M%SZ"
#: How the moment of a backup is written, in its name and in the trail.
STAMP_PATTERN = r"^[0-9]{8}T[0-9]{6}Z$"
_PART = ".part"
UNSOUND = "unsound.db"  # the newest that did not verify, for whoever looks into it; it pushes no good one out
_SHOWN = 10  # faults
_MONTHS = 12  # for so long the newest backup of each month is kept


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file of books holds: the newest act of every compound, and what is wrong with it."""

    revision: str | None
    heads: tuple[tuple[str, int, str], ...]  # compound, number, hash
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup that was taken: where, of when, how large, and what is in it."""

    path: Path
    taken_at: datetime
    size: int
    contents: Contents
    removed: tuple[str, ...] = ()


def take(
    database: Database, folder: Path, keep: int, now: datetime, breathe: Callable[[], None] = lambda: None
) -> Backup:
    """Take a backup into ``folder``, verify it, and remove those that are past their time.

    Of all the newest ``keep`` stay, and of each of the last twelve months the newest. ``breathe`` is called between
    stretches of acts: whoever has time lets others go first.

    Raises:
        BackupRunning: somebody is taking one into this folder now.
        BackupFailed: it could not be written.
        BackupUnsound: it does not verify; nothing older was removed.
    """
    taken_at = now.astimezone(UTC).replace(microsecond=0)
    path = folder / f"mingzhang-{taken_at.strftime(_STAMP)}.db"
    try:
        with _alone(folder):
            part = _empty(path.with_name(path.name + _PART))
            with contextlib.ExitStack() as stack:
                stack.callback(part.unlink, missing_ok=True)
                _copy(database, part, breathe)
                reach("backup_copied")
                contents = examine(part, breathe)
                flush(part)
                if contents.faults:
                    part.replace(folder / UNSOUND)
                    raise unsound(contents)
                size = part.stat().st_size
                reach("backup_verified")
                part.replace(path)
                reach("backup_named")
            flush(folder)
            return Backup(path, taken_at, size, contents, tuple(_remove_old(folder, keep, taken_at)))
    except (OSError, DatabaseError, sqlite.Error) as error:
        raise BackupFailed(why_zh=_cause(error), why_en=_cause(error)) from error


def put_on_record(database: Database, done: Backup) -> None:
    """Write into the installation's trail that all names have been copied, and how much."""
    reach("backup_kept")
    write_down(database, facts_of(done), done.taken_at)


def facts_of(done: Backup) -> dict[str, Json]:
    """Return what the trail says of a backup."""
    return {
        "at": done.taken_at.strftime(_STAMP),
        "bytes": done.size,
        "compounds": len(done.contents.heads),
    }


def write_down(database: Database, facts: Mapping[str, Json], now: datetime) -> None:
    """Write a backup into the installation's trail, once."""
    note, ever = Note(What.BACKUP_TAKEN, facts), ""
    database.write(lambda s: audit.write_once(s.connection(), INSTALLATION, MACHINE, now, note, ever))


def _cause(error: Exception) -> str:
    """Return what the system or the database said, without paths and values."""
    said = getattr(error, "strerror", None) or str(getattr(error, "orig", error)).partition("\n")[0]
    return str(said)[:200]


def _copy(database: Database, part: Path, breathe: Callable[[], None]) -> None:
    if database.is_sqlite:
        copy_file(database.path, part)
        return
    with tempfile.TemporaryDirectory(dir=part.parent, prefix="mingzhang-", suffix=_PART) as beside:
        copy = Database(f"sqlite:///{beside}/books.db")
        with contextlib.closing(copy), database.reading() as session:
            upgrade(copy.engine)
            newest = heads(session)
            for compound in compounds(session):  # what has no head, or no act, would be left behind unseen
                if compound not in {*newest, INSTALLATION} or strays(
                    session, compound, newest.get(compound, 0)
                ):
                    raise BackupFailed(
                        why_zh=f"{compound} 有不属于任何业务的记录", why_en=f"{compound} has rows of no act"
                    )
            copy.write(lambda there: copy_books(session, there, breathe=breathe), alone=True)
        reach("backup_appended")
        copy_file(copy.path, part)


def unsound(contents: Contents) -> BackupUnsound:
    """Return the refusal that says what is wrong with a file of books."""
    faults = contents.faults[:_SHOWN]
    return BackupUnsound(why_zh="、".join(faults), why_en=", ".join(faults))


def examine(path: Path, breathe: Callable[[], None] = lambda: None) -> Contents:
    """Look whether a file of books is whole: its pages, its keys, every chain and trail, every stored file."""
    with at_rest(path) as session:
        faults = [f"integrity: {one}" for one in _pragma(session, "integrity_check") if one != "ok"]
        faults += [f"foreign key: {one}" for one in _pragma(session, "foreign_key_check")]
        revision = MigrationContext.configure(session.connection()).get_current_revision()
        states = [state_of(session, compound, breathe) for compound in compounds(session)]
        for one in states:
            faults += one.faults()
        known = heads(session)
        newest = tuple((one.compound, one.seq, one.hash) for one in states if one.compound in known)
    return Contents(revision, newest, tuple(faults))


def _pragma(session: Session, name: str) -> Sequence[str]:
    return [str(one) for one in session.execute(text(f"PRAGMA {name}")).scalars()]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder, and clear away what an interrupted backup left in it.

    Raises:
        BackupRunning: another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning from error
        clear_away(folder, f"mingzhang-*{_PART}")
        yield
    finally:
        os.close(handle)


def clear_away(folder: Path, names: str) -> None:
    """Remove what a process that was killed left in a folder: files, or folders with files."""
    for left in folder.glob(names):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _empty(path: Path) -> Path:
    """Make an empty file that only its owner can read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path


def flush(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def kept(folder: Path) -> dict[Path, datetime]:
    """Return the backups in a folder, newest first; anything of another name, or of no date, is none."""
    found = {}
    for path in folder.glob("mingzhang-*.db"):
        name = _NAME.fullmatch(path.name)
        if name is not None:
            with contextlib.suppress(ValueError):  # digits, but no date
                found[path] = datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC)
    return dict(sorted(found.items(), key=lambda one: one[1], reverse=True))


def past_their_time(taken: dict[Path, datetime], keep: int) -> list[Path]:
    """Return which of the backups, newest first, nobody keeps any more."""
    monthly: dict[str, Path] = {}
    for path, moment in taken.items():
        monthly.setdefault(f"{moment:%Y-%m}", path)
    staying = {*list(taken)[:keep], *list(monthly.values())[:_MONTHS]}
    return [path for path in taken if path not in staying]


def _remove_old(folder: Path, keep: int, now: datetime) -> Iterator[str]:
    """Remove what is past its time.

    What says that it is of the future, because a clock was wrong, neither goes nor makes anything else go.
    """
    taken = {path: moment for path, moment in kept(folder).items() if moment <= now}
    for path in past_their_time(taken, keep):
        path.unlink()
        yield path.name
