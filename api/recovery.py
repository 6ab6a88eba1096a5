"""Restore: books from a backup into an empty place, whole or up to an act of the past, checked before and after."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from api.backups import Contents, clear_away, examine, flush, unsound
from api.chain import state_of
from api.founding import build, is_empty, make_place
from api.members import MACHINE
from api.refusals import BackupUnreadable, BackupUnsound, BooksExist, ErasedSince
from api.settings import Settings
from ledger.errors import NotFound
from ledger.rules.audit import INSTALLATION, Note, What
from ledger.rules.seal import Json
from ledger.store import audit
from ledger.store.backup import Cut, at_rest, copy_books, erased_since
from ledger.store.failpoints import reach
from ledger.store.registers import head, heads
from ledger.store.session import Database
from ledger.store.tables import METADATA
from migrations import config, upgrade

Heads = tuple[tuple[str, int, str], ...]
_BESIDE = "mingzhang-restoring-"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a restore up to an act of the past leaves out: acts, by kind, and when the last that stays was recorded."""

    acts: int
    kinds: tuple[tuple[str, int], ...]
    last_recorded_at: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back: the newest act of every compound, what it left out, and what is wrong with it."""

    heads: Heads
    dropped: Dropped | None = None
    faults: tuple[str, ...] = ()


def restore(
    settings: Settings, file: Path, now: datetime, cut: Cut | None = None, *, even_unsound: bool = False
) -> Restored:
    """Restore a backup into the place that the settings name, where nothing may be yet; all of it or nothing.

    ``even_unsound`` takes in books that do not verify, as they are: where one file has rotted, nothing else is lost
    with it. What is wrong is answered, and in how many places stands in the installation's trail. That books were
    restored, or that acts were left out, is written into every audit trail, which itself stays whole.

    Raises:
        BooksExist: something is there.
        BackupUnreadable: the file is no backup, or one of a newer version.
        BackupUnsound: something in it is wrong, or (``even_unsound``) something more once it is restored.
        NotFound: the act of the cut is not in it.
        ErasedSince: something that was there at the cut was erased afterwards.
    """
    database = Database(settings.database_url)
    with contextlib.closing(database):
        make_place(database)
        is_ours = database.hold()
        folder = database.path.parent if database.is_sqlite else None
        if is_ours and folder is not None:  # a restore that was killed left a copy of all names
            clear_away(folder, f"{_BESIDE}*")
        if not is_ours or not is_empty(settings, database):
            raise BooksExist(where=_where(database))
        with tempfile.TemporaryDirectory(dir=folder, prefix=_BESIDE) as beside:
            prepared = _prepared(file, Path(beside) / "backup.db")
            contents = examine(prepared)
            if contents.faults and not even_unsound:
                raise unsound(contents)
            faults = len(contents.faults)
            dropped = _dropped(prepared, cut) if cut is not None else None
            wanted = _wanted(prepared, contents, cut)
            if database.is_sqlite:
                whole = prepared
                if cut is not None:
                    whole = _appended(prepared, Path(beside) / "books.db", cut, now, faults)
                else:
                    with contextlib.closing(Database(f"sqlite:///{prepared}")) as books:
                        books.write(lambda there: _put_on_record(there, now, faults), alone=True)
                _same(examine(whole), wanted, contents.faults)
                flush(whole)
                reach("restore_checked")
                whole.replace(database.path)
                reach("restore_placed")
                flush(database.path.parent)
            else:
                build(settings, database)
                reach("place_built")
                with at_rest(prepared) as here:
                    database.write(lambda there: _copied(here, there, cut, contents, wanted, now), alone=True)
    return Restored(wanted, dropped, contents.faults)


def _where(database: Database) -> str:
    return str(database.path) if database.is_sqlite else database.url.render_as_string(hide_password=True)


def _prepared(file: Path, copy: Path) -> Path:
    """Return a copy of the backup that has been brought to the newest migration."""
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        raise BackupUnreadable(
            why_zh="它是使用中的账簿,不是备份;请用 mingzhang backup 备份",
            why_en="it is a file of books in use and no backup; take one with mingzhang backup",
        )
    shutil.copyfile(file, copy)
    copy.chmod(0o600)
    try:
        revision = _revision(copy)
    except DatabaseError as error:
        raise BackupUnreadable(why_zh="不是账簿备份", why_en="it is no backup of books") from error
    database = Database(f"sqlite:///{copy}")
    with contextlib.closing(database):
        known = {
            one.revision for one in ScriptDirectory.from_config(config(database.engine)).walk_revisions()
        }
        if revision not in known:
            raise BackupUnreadable(
                why_zh="它来自更新的版本,请先升级程序",
                why_en="it is of a newer version; upgrade the program first",
            )
        upgrade(database.engine)
    return copy


def _revision(path: Path) -> str | None:
    with at_rest(path) as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def _appended(prepared: Path, target: Path, cut: Cut, now: datetime, faults: int) -> Path:
    """Return new books with everything up to the cut."""
    books = Database(f"sqlite:///{target}")
    with contextlib.closing(books), at_rest(prepared) as here:
        upgrade(books.engine)
        books.write(lambda there: _copy(here, there, cut, now, faults), alone=True)
    return target


def _copy(here: Session, there: Session, cut: Cut | None, now: datetime, faults: int) -> None:
    copy_books(here, there, cut)
    was = head(here, cut.compound)[0] if cut is not None else 0
    if cut is not None and was > cut.seq:
        note = Note(What.ACTS_DROPPED, {"seq": cut.seq, "was": was})
        _put_on_record(there, now, faults, {cut.compound: note})
    else:
        _put_on_record(there, now, faults)


def _put_on_record(
    there: Session, now: datetime, faults: int, instead: Mapping[str, Note] | None = None
) -> None:
    """Write into every trail that its books were restored, and up to which act; or ``instead`` what is given.

    The installation's says in how many places they are not whole, where somebody took them all the same.
    """
    newest = heads(there)
    notes = {code: Note(What.BOOKS_RESTORED, {"seq": seq}) for code, seq in newest.items()}
    unsound_in: dict[str, Json] = {"faults": faults} if faults else {}
    notes[INSTALLATION] = Note(What.BOOKS_RESTORED, {"compounds": len(newest), **unsound_in})
    for trail, note in sorted({**notes, **(instead or {})}.items()):
        audit.write(there.connection(), trail, MACHINE, now, [note])


def _copied(
    here: Session, there: Session, cut: Cut | None, contents: Contents, wanted: Heads, now: datetime
) -> None:
    """Append everything to another database, and look in the same transaction whether it is all there."""
    _copy(here, there, cut, now, len(contents.faults))
    for compound, seq, hashed in wanted:
        is_same = head(there, compound) == (seq, hashed)
        if not is_same or not set(state_of(there, compound).faults()) <= set(contents.faults):
            raise BackupUnsound(why_zh=f"{compound} 恢复后不一致", why_en=f"{compound} differs once restored")


def _same(contents: Contents, wanted: Heads, known: Collection[str]) -> None:
    """Refuse books that have other heads than wanted, or faults that were not known before."""
    if not set(contents.faults) <= set(known):
        raise unsound(contents)
    if contents.heads != wanted:
        raise BackupUnsound(why_zh="恢复后账链末端不同", why_en="the heads differ once restored")


def _wanted(prepared: Path, contents: Contents, cut: Cut | None) -> Heads:
    """Return the heads that the restored books must have."""
    if cut is None:
        return contents.heads
    table = METADATA.tables["act"]
    query = select(table.c.hash).where(table.c.compound == cut.compound, table.c.seq == cut.seq)
    with at_rest(prepared) as session:
        hashed = session.execute(query).scalar_one()
    cut_off = (cut.compound, cut.seq, str(hashed))
    return tuple(cut_off if one[0] == cut.compound else one for one in contents.heads)


def _dropped(prepared: Path, cut: Cut) -> Dropped:
    """Count what comes after the cut.

    Raises:
        NotFound: there is no such act.
        ErasedSince: something that was there at the cut was erased afterwards.
    """
    table = METADATA.tables["act"]
    mine = table.c.compound == cut.compound
    counted = func.count().label("acts")
    with at_rest(prepared) as session:
        last = session.execute(select(table.c.recorded_at).where(mine, table.c.seq == cut.seq)).scalar()
        if last is None:
            raise NotFound(what=f"{cut.compound}:{cut.seq}")
        erased = erased_since(session, cut)
        if erased is not None:
            raise ErasedSince(seq=erased)
        query = select(table.c.kind, counted).where(mine, table.c.seq > cut.seq).group_by(table.c.kind)
        kinds = sorted((str(kind), int(acts)) for kind, acts in session.execute(query))
    return Dropped(sum(acts for _, acts in kinds), tuple(kinds), last)
