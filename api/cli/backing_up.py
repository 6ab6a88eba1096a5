"""Commands of whoever keeps the machine: backup, restore."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import Desk, desk_of
from ledger.errors import Refusal, StoreUnavailable

_CUT = re.compile(r"([a-z][a-z0-9-]{1,31}):([1-9]\d{0,14})")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("backup", help="备份全部账簿为一个文件;服务器运行时也可以,核对无误才算数。")(backup)
    app.command("restore", help="从备份恢复到空的地方;可只恢复到某小区的某笔业务为止。")(restore)


def backup(
    context: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="存到这个文件夹;不填则用 MINGZHANG_BACKUP_DIR,或 backups"),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, max=1000, help="留下最近多少份;近十二个月每月最后一份另留")
    ] = None,
) -> None:
    """Take a backup of all books, beside a running server or without one."""
    from api.backups import put_on_record, take  # here: no other command needs these
    from api.house import is_current, system_clock
    from ledger.store.session import Database

    desk = desk_of(context)
    folder = to or Path(desk.settings.backup_dir or "backups")
    database = Database(desk.settings.database_url)
    if database.is_sqlite and not database.path.exists():
        desk.fail(StoreUnavailable(why_zh="请先运行 mingzhang init", why_en="run mingzhang init first"))
    with _refusing(desk), contextlib.closing(database), desk.working("备份"):
        if not is_current(database):
            raise StoreUnavailable(why_zh="请先运行 mingzhang init", why_en="run mingzhang init first")
        done = take(database, folder, keep or desk.settings.backup_keep, system_clock())
        if database.hold():  # beside a server the file is the server's alone to write to
            put_on_record(database, done)
    said, heads = _heads(done.contents.heads)
    desk.show(
        {"file": str(done.path), "bytes": done.size, "heads": said, "removed": list(done.removed)},
        "已备份,核对无误",
        [("文件", done.path), ("字节", done.size), *heads, ("已清理", list(done.removed) or None)],
    )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="备份文件")],
    through: Annotated[
        str | None, typer.Option(help="小区代码:业务序号;该小区此后的业务不恢复,其他小区照旧")
    ] = None,
) -> None:
    """Restore a backup into an empty place."""
    from api.house import system_clock  # here: no other command needs these
    from api.recovery import restore as bring_back
    from ledger.store.backup import Cut

    desk = desk_of(context)
    said = _CUT.fullmatch(through or "")
    if through is not None and said is None:
        raise typer.BadParameter("请写成 小区代码:业务序号,如 guihuayuan:214 (compound:seq)")
    cut = Cut(said[1], int(said[2])) if said is not None else None
    with _refusing(desk), desk.working("核对并恢复"):
        done = bring_back(desk.settings, file, system_clock(), cut)
    heads, facts = _heads(done.heads)
    gone = done.dropped
    dropped = (
        {"acts": gone.acts, "kinds": dict(gone.kinds), "last_recorded_at": gone.last_recorded_at}
        if gone is not None
        else None
    )
    kinds = [f"{kind} {acts}" for kind, acts in gone.kinds] if gone is not None else []
    desk.show(
        {"heads": heads, "dropped": dropped},
        "已恢复,核对无误",
        [
            *facts,
            ("没有恢复的业务", gone.acts if gone is not None else None),
            ("其中", kinds or None),
            ("恢复到(UTC)", gone.last_recorded_at if gone is not None else None),
        ],
    )


@contextlib.contextmanager
def _refusing(desk: Desk) -> Iterator[None]:
    """Say what is refused, and exit: also where the database or the disk does not answer."""
    from sqlalchemy.exc import DBAPIError  # here: a command starts without it

    from ledger.store.outage import outage

    try:
        yield
    except Refusal as refusal:
        desk.fail(refusal)
    except DBAPIError as error:
        desk.fail(outage(error))
    except OSError as error:
        said = error.strerror or type(error).__name__
        desk.fail(
            StoreUnavailable(
                why_zh=f"文件不能读写({said})", why_en=f"a file cannot be read or written ({said})"
            )
        )


def _heads(newest: Iterable[tuple[str, int, str]]) -> tuple[list[dict[str, Any]], list[tuple[str, Any]]]:
    """Return the heads of all compounds, as JSON and as lines to print."""
    listed = list(newest)
    said = [{"compound": code, "seq": seq, "hash": hashed} for code, seq, hashed in listed]
    return said, [(code, f"{seq}:{hashed}") for code, seq, hashed in listed]
