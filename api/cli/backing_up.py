"""Commands of whoever keeps the machine: backup, restore."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.connection import OverNetwork, served
from api.cli.printing import Desk, desk_of
from api.local import LOCAL_SECRET
from ledger.errors import StoreUnavailable

if TYPE_CHECKING:
    from api.backups import Backup
    from ledger.store.session import Database

_SHOWN = 64  # characters
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
    """Take a backup of all books, beside a running server or without one.

    That all names were copied is written into the installation's trail: by the server that keeps the file, if one does.
    """
    from api.backups import take  # here: no other command needs these
    from api.house import is_current, system_clock
    from ledger.store.session import Database

    desk = desk_of(context)
    folder = to or Path(desk.settings.backup_dir or "backups")
    database = Database(desk.settings.database_url)
    if database.is_sqlite and not database.path.exists():
        desk.fail(StoreUnavailable(why_zh="请先运行 mingzhang init", why_en="run mingzhang init first"))
    with contextlib.closing(database), desk.working("备份"):
        if not is_current(database):
            raise StoreUnavailable(why_zh="请先运行 mingzhang init", why_en="run mingzhang init first")
        served(desk.settings.database_url)  # whom it is to be told to; not when it is too late to refuse
        done = take(database, folder, keep or desk.settings.backup_keep, system_clock())
        _put_on_record(desk, database, done)
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
    even_unsound: Annotated[  # noqa: FBT002 - the name of an option
        bool, typer.Option("--even-unsound", help="核对不过的账簿也恢复:没有更好的备份时用,问题会逐条列出")
    ] = False,
) -> None:
    """Restore a backup into an empty place."""
    from api.house import system_clock  # here: no other command needs these
    from api.recovery import restore as bring_back
    from api.repeating import to_repeat
    from ledger.store.backup import Cut
    from ledger.store.session import Database

    desk = desk_of(context)
    said = _CUT.fullmatch(through or "")
    if through is not None and said is None:
        raise typer.BadParameter("请写成 小区代码:业务序号,如 guihuayuan:214 (compound:seq)")
    cut = Cut(said[1], int(said[2])) if said is not None else None
    with desk.working("核对并恢复"):
        done = bring_back(desk.settings, file, system_clock(), cut, even_unsound=even_unsound)
        with contextlib.closing(Database(desk.settings.database_url)) as database:
            again = to_repeat(database, file.absolute())
    heads, facts = _heads(done.heads)
    gone = done.dropped
    dropped = (
        {"acts": gone.acts, "kinds": dict(gone.kinds), "last_recorded_at": gone.last_recorded_at}
        if gone is not None
        else None
    )
    kinds = [f"{kind} {acts}" for kind, acts in gone.kinds] if gone is not None else []
    repeat = [{"compound": one.compound, "at": one.at, "what": one.what, **one.about} for one in again]
    desk.show(
        {"heads": heads, "dropped": dropped, "repeat": repeat, "faults": list(done.faults)},
        "已恢复,但账簿有问题 · restored, and NOT sound" if done.faults else "已恢复,核对无误",
        [
            *(("问题 · fault", one) for one in done.faults),
            *facts,
            ("没有恢复的业务", gone.acts if gone is not None else None),
            ("其中", kinds or None),
            ("恢复到(UTC)", gone.last_recorded_at if gone is not None else None),
            *(("须再办一次 · do again", _said(one)) for one in repeat),
        ],
    )


def _said(again: dict[str, Any]) -> str:
    """Return in one line what is to be done again."""
    return " ".join(f"{name}={str(one)[:_SHOWN]}" for name, one in again.items() if one is not None)


def _put_on_record(desk: Desk, database: Database, done: Backup) -> None:
    """Have a backup written into the trail by the server that has the file for itself, or write it.

    Raises:
        StoreUnavailable: the server does not answer, or another command keeps the books.
    """
    from api.backups import facts_of, put_on_record  # here: as above
    from api.cli.inside import hold

    note = served(desk.settings.database_url)
    if note is None:
        hold(database)
        put_on_record(database, done)
        return
    headers = {LOCAL_SECRET: note["secret"]}
    with contextlib.closing(OverNetwork(note["url"])) as server:
        desk.accept(
            server.request("POST", "/api/v1/machine/backups", params={}, headers=headers, body=facts_of(done))
        )


def _heads(newest: Iterable[tuple[str, int, str]]) -> tuple[list[dict[str, Any]], list[tuple[str, Any]]]:
    """Return the heads of all compounds, as JSON and as lines to print."""
    listed = list(newest)
    said = [{"compound": code, "seq": seq, "hash": hashed} for code, seq, hashed in listed]
    return said, [(code, f"{seq}:{hashed}") for code, seq, hashed in listed]
