"""Bring a full export into the books of this machine, past any server."""

from __future__ import annotations

import contextlib

from sqlmodel import Session

from api.cli.printing import Desk
from api.house import is_current, silence, system_clock
from api.members import INSTALLATION, MACHINE
from ledger.errors import Refusal, StoreUnavailable
from ledger.rules.audit import Note, What
from ledger.store import audit
from ledger.store.registers import head
from ledger.store.session import Database
from reports.archive.restoring import bring_in


def bring_here(desk: Desk, content: bytes) -> None:
    """Bring it in, all of it or nothing."""
    database = _held(desk)
    try:
        with contextlib.closing(database), desk.working("核对并导入"):
            compound, count = database.write(lambda session: _brought_in(session, content), alone=True)
    except Refusal as refusal:
        desk.fail(refusal)
    desk.show({"compound": compound, "acts": count}, "已导入", [("小区", compound), ("业务", count)])


def _brought_in(session: Session, content: bytes) -> tuple[str, int]:
    """Bring it in, and write that down in the installation's trail: the compound's own stays what it was."""
    compound, count = bring_in(session, content)
    seq, hashed = head(session, compound)
    note = Note(What.COMPOUND_IMPORTED, {"compound": compound, "seq": seq, "hash": hashed})
    audit.write(session.connection(), INSTALLATION, MACHINE, system_clock(), [note])
    return compound, count


def _held(desk: Desk) -> Database:
    """Return this machine's books, held by this process; exit 3 where a server has them or they are not built."""
    database = Database(desk.settings.database_url)
    if database.is_sqlite and not database.path.exists():
        desk.fail(StoreUnavailable(why_zh="请先运行 mingzhang init", why_en="run mingzhang init first"))
    if not database.hold():
        desk.fail(StoreUnavailable(why_zh="请先停下服务器", why_en="stop the server first"))
    silence(database)
    if not is_current(database):
        database.close()
        desk.fail(StoreUnavailable(why_zh="请先运行 mingzhang init", why_en="run mingzhang init first"))
    return database
