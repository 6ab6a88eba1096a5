"""``python -m api.demo``: build a demonstration from nothing, serve it, and print where to look.

With ``--check`` it starts on a free port, opens every door once, prints a table, and exits 0 or 1.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.app import create_app
from api.demo.cast import COMPOUND, NAME, USERS
from api.demo.doors import Door, open_doors
from api.demo.story import Story
from api.house import system_clock
from api.members import INSTALLATION, add_member, issue_token
from api.settings import Settings
from ledger.rules.period import months_back
from ledger.store.session import Database
from migrations import upgrade

CONSOLE = Console()
_PORT = 8440


def main() -> int:
    """Build and serve the demonstration; return the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description="明账演示 · a demonstration of open books")
    parser.add_argument("--check", action="store_true", help="open every door once and exit")
    parser.add_argument("--port", type=int, default=_PORT, help=f"port to listen on (default {_PORT})")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a kill cleans up like Ctrl+C
    with tempfile.TemporaryDirectory(prefix="mingzhang-demo-") as folder:
        return _demonstrate(Path(folder), given.port, check=given.check)


def _demonstrate(folder: Path, port: int, *, check: bool) -> int:
    port = _free_port(0 if check else port)
    settings = Settings(database_url=f"sqlite:///{folder / 'mingzhang.db'}", host="127.0.0.1", port=port)
    database = Database(settings.database_url)
    story, token = _build(database, folder, settings)
    application = create_app(settings, database=database)
    server = uvicorn.Server(uvicorn.Config(application, host=settings.host, port=port, log_level="warning"))
    with _serving(server):
        base = f"http://127.0.0.1:{port}"
        closed = months_back(story.months[-1], 1)
        if check:
            return _report(open_doors(base, COMPOUND, closed, token, story.today))
        _print_doors(base, closed, token)
        with contextlib.suppress(KeyboardInterrupt):
            while not server.should_exit:
                time.sleep(0.3)
    return 0


def _free_port(wanted: int) -> int:
    """Return ``wanted`` if it is free, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                number: int = probe.getsockname()[1]
                return number
    raise SystemExit(3)


def _build(database: Database, folder: Path, settings: Settings) -> tuple[Story, str]:
    """Build the database and tell the story; return it and the treasurer's token."""
    upgrade(database.engine)
    now = system_clock()
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    operator = database.write(
        lambda session: add_member(session, "yunwei", INSTALLATION, *USERS["yunwei"], now)
    )
    story = Story(database, today, {"yunwei": operator}, settings.base_url)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=CONSOLE, transient=True) as progress:
        task = progress.add_task("建立演示账簿 …", total=story.steps())
        for done in story.tell(folder, lambda name: _enlist(database, name, now)):
            progress.update(task, advance=1, description=f"记账 {done}")
    token, _ = database.write(lambda session: issue_token(session, "caiwu", 1, now))
    return story, token


def _enlist(database: Database, name: str, now: datetime) -> str:
    """Make a user a member of the demonstration's compound and return the user's id."""
    return database.write(lambda session: add_member(session, name, COMPOUND, *USERS[name], now))


@contextlib.contextmanager
def _serving(server: uvicorn.Server) -> Iterator[None]:
    """Run the server in a thread until the block ends."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _print_doors(base: str, closed: str, token: str) -> None:
    CONSOLE.print(f"明账演示:{NAME}", style="bold")
    for name, value in (
        ("公开账簿(住户)", f"{base}/books/{COMPOUND}/"),
        ("月度公示 PDF   ", f"{base}/api/v1/compounds/{COMPOUND}/bulletins/{closed}.pdf"),
        ("接口说明       ", f"{base}/docs"),
        ("首页           ", f"{base}/"),
        ("财务令牌       ", token),
    ):
        CONSOLE.print(f"  {name}  {value}", soft_wrap=True, highlight=False)
    CONSOLE.print("按 Ctrl+C 结束;演示数据随之删除。")


def _report(doors: list[Door]) -> int:
    table = Table(title="明账演示自检")
    for heading in ("门", "结果", "用时", "说明"):
        table.add_column(heading)
    for door in doors:
        table.add_row(door.name, "通过" if door.is_open else "失败", f"{door.seconds:.2f} s", door.note)
    CONSOLE.print(table)
    return 0 if doors and all(door.is_open for door in doors) else 1


if __name__ == "__main__":
    sys.exit(main())
