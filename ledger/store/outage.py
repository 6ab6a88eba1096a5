"""Why the database did not answer, in words that say what to do."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from ledger.errors import BooksBusy, StoreUnavailable

_FULL = ("磁盘已满,腾出空间后自动恢复", "the disk is full; it goes on by itself once there is room")
_READ_ONLY = ("磁盘或数据库只读,恢复可写后自动继续", "the disk or the database is read-only")
_LOCKED = ("别的程序锁住了账簿", "another program has locked the books")
_AWAY = ("数据库没有应答", "the database does not answer")
#: Words of SQLite's messages, and what they mean for whoever asked.
_SQLITE = {
    "disk is full": _FULL,
    "readonly database": _READ_ONLY,
    "disk i/o error": ("磁盘读写出错或已满", "the disk is full or cannot be read or written"),
    "locked": _LOCKED,
    "unable to open": ("账簿文件打不开", "the file of the books cannot be opened"),
}
#: PostgreSQL's states, and what they mean.
_POSTGRESQL = {
    "53100": _FULL,
    "53300": ("数据库连接已用尽", "the database takes no more connections"),
    "25006": _READ_ONLY,
    "55P03": _LOCKED,
}
_LOCK_TIMEOUT = "55P03"
#: Whether a transaction was committed is not known when the connection breaks in the middle of its commit.
_WENT_AWAY = ("08", "57P")


def busy() -> BooksBusy:
    """Return the refusal of who has waited for their turn in vain."""
    return BooksBusy(why_zh="前面的业务还没有办完", why_en="those before you are not done yet")


def is_outage(error: DBAPIError) -> bool:
    """Say whether the database could not do it now; a mistake of ours it could never do."""
    return isinstance(error, OperationalError) or getattr(error.orig, "sqlstate", None) in _POSTGRESQL


def outage(error: DBAPIError | NoConnection) -> StoreUnavailable:
    """Return the refusal that says why nothing could be stored or read; its cause is for the log."""
    if isinstance(error, NoConnection):
        refusal: StoreUnavailable = busy()
    else:
        first = _first(error) or error
        state = getattr(first.orig, "sqlstate", None)
        zh, en = _words(str(first.orig).lower(), state)
        refusal = busy() if state == _LOCK_TIMEOUT else StoreUnavailable(why_zh=zh, why_en=en)
    refusal.__cause__ = error
    return refusal


def _first(error: BaseException | None) -> DBAPIError | None:
    """Return what went wrong first: when SQLite gives a transaction up, its savepoints are missed next."""
    found = None
    while error is not None:
        found = error if isinstance(error, DBAPIError) and is_outage(error) else found
        error = error.__context__
    return found


def _words(said: str, state: str | None) -> tuple[str, str]:
    if state is not None:
        return _POSTGRESQL.get(state, _AWAY)
    return next((words for part, words in _SQLITE.items() if part in said), _AWAY)


def is_lost(error: DBAPIError) -> bool:
    """Say whether the connection broke, so that nobody knows what the database has done."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (state is not None and state.startswith(_WENT_AWAY))
