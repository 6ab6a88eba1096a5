"""What a command says where the books, or the disk under them, do not answer: a refusal in words, and never a trace."""

from __future__ import annotations

import errno
from typing import Any

from typer import Context
from typer.core import TyperGroup

from api.cli.printing import Desk
from ledger.errors import Refusal, StoreUnavailable

#: What the system says of a disk, and what it means for whoever asked.
_DISK = {
    errno.EROFS: ("磁盘只读,恢复可写后再试", "the disk is read-only"),
    errno.ENOSPC: ("磁盘已满,腾出空间后再试", "the disk is full"),
    errno.EDQUOT: ("磁盘配额已用完", "the quota on the disk is used up"),
    errno.EFBIG: ("磁盘已满或文件已到上限", "the disk is full, or the file may not grow"),
}


class Answering(TyperGroup):
    """The commands: whatever stops one from outside is told as a refusal, with exit code 3."""

    def invoke(self, ctx: Context) -> Any:  # type: ignore[override]  # Any: what a command returns
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _desk(ctx).fail(refusal)
        except OSError as error:
            if error.errno == errno.EPIPE:  # nobody reads on: typer ends quietly by itself
                raise
            _desk(ctx).fail(unreadable(error))
        except Exception as error:
            away = _outage(error)
            if away is None:
                raise
            _desk(ctx).fail(away)


def unreadable(error: OSError) -> StoreUnavailable:
    """Return the refusal that says why a file cannot be read or written, without its path."""
    said = error.strerror or type(error).__name__
    zh, en = _DISK.get(
        error.errno or 0, (f"文件不能读写({said})", f"a file cannot be read or written ({said})")
    )
    return StoreUnavailable(why_zh=zh, why_en=en)


def _desk(context: Context) -> Desk:
    desk: Desk = context.find_root().obj
    return desk


def _outage(error: Exception) -> StoreUnavailable | None:
    """Return why the database does not answer; None of a mistake of ours."""
    from sqlalchemy.exc import DatabaseError, DBAPIError  # here: a command starts without them

    from ledger.store.outage import is_outage, outage

    if not isinstance(error, DBAPIError):
        return None
    is_damaged = type(error) is DatabaseError  # of a file that is no database, or no longer
    return outage(error) if is_damaged or is_outage(error) else None
