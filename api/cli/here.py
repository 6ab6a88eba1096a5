"""What is done to the books of this machine itself: build them, and serve them."""

from __future__ import annotations

import contextlib
import gc
import socket
import sys

import typer
from rich.text import Text
from sqlmodel import Session, col, select

from api.cli.loading import loading
from api.cli.printing import UNAVAILABLE, Desk
from api.founding import build as build_books
from api.founding import make_place
from api.house import House, is_current, lock_path, system_clock
from api.members import INSTALLATION, add_member
from api.operating.logs import configure
from api.operating.traces import export_to
from api.refusals import TracesMissing
from ledger.errors import StoreUnavailable
from ledger.rules.roles import Body, Role
from ledger.store.privileges import liberties
from ledger.store.registers import compounds
from ledger.store.session import Database
from ledger.store.tables import UserAccount


def build_here(desk: Desk, operator: str) -> None:
    """Build or upgrade the database, and add an operator if there is none."""
    database = Database(desk.settings.database_url)
    make_place(database)
    if not database.hold():
        desk.fail(
            StoreUnavailable(
                why_zh="账簿正在使用,请先停下服务器", why_en="the books are in use; stop the server first"
            )
        )
    try:
        with desk.working("建立数据库"):
            build_books(desk.settings, database)

        def enlist(session: Session) -> bool:
            if session.exec(select(UserAccount).where(col(UserAccount.name) == operator)).first() is not None:
                return False
            add_member(session, operator, INSTALLATION, Role.OPERATOR, Body.OPERATOR, system_clock())
            return True

        added = database.write(enlist)
    finally:
        database.close()
    where = str(database.path) if database.is_sqlite else database.url.render_as_string(hide_password=True)
    desk.show(
        {"database": where, "operator": operator, "operator_added": added},
        "账簿已就绪",
        [("数据库", where), ("运营者", operator)],
    )


def serve_here(desk: Desk, host: str, port: int) -> None:
    """Serve the interface, our pages and the published books until a signal ends it."""
    with loading():
        import uvicorn  # here: whoever builds the books needs no server

        from api.app import create_app

    settings = desk.settings
    configure(settings.log_level, settings.log_format, sys.stdout)  # standard error is for people
    database = _held(desk)
    with contextlib.ExitStack() as stack:
        stack.callback(database.close)
        with desk.working("启动服务器"):
            listening = _listen(desk, host, port)
            app = create_app(settings, database=database)
        if settings.traces_url:
            try:
                app.state.send_last_spans = export_to(settings.traces_url)
            except TracesMissing as refusal:
                desk.fail(refusal)
        house: House = app.state.house
        stack.callback(house.close)
        address = listening.getsockname()
        local = address[0] if address[0] not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - not bound here
        app.state.announced = f"http://{local}:{address[1]}"
        url = settings.public_url.rstrip("/") or app.state.announced
        with database.reading() as session:
            shown = [(row.name, f"/books/{row.compound}/") for row in compounds(session)]
        for name, path in (("首页", "/"), ("接口说明", "/docs"), *shown):
            desk.err.print(Text(f"{name} {url}{path}"))
        _warn_of_role(desk, database)
        gc.collect()
        gc.freeze()  # what is here now stays for good: no collection while posting need walk through it
        config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])


def _held(desk: Desk) -> Database:
    """Return the database, held by this process and up to date; exit 3 otherwise."""
    settings = desk.settings
    database = Database(settings.database_url, patience=settings.patience_seconds)
    if database.is_sqlite and not database.path.exists():
        desk.fail(
            StoreUnavailable(
                why_zh="账簿还没有建立,请先运行 mingzhang init", why_en="run mingzhang init first"
            )
        )
    if not database.hold():
        lock = lock_path(database)
        desk.fail(
            StoreUnavailable(why_zh=f"另一个进程正在使用账簿({lock})", why_en=f"another process holds {lock}")
        )
    if not is_current(database):
        database.close()
        desk.fail(
            StoreUnavailable(
                why_zh="账簿需要升级,请运行 mingzhang init", why_en="run mingzhang init to upgrade"
            )
        )
    return database


def _warn_of_role(desk: Desk, database: Database) -> None:
    """Say so where PostgreSQL lets the server's role change the past: then the triggers alone hold it back."""
    found = liberties(database)
    if not found.is_bound:
        zh = (
            f"警告:数据库角色 {found.role} 可以改动账簿的过去。请按 docs/operating.md 设 MINGZHANG_OWNER_URL,"
            "再运行 mingzhang init。"
        )
        en = (
            f"Warning: the role {found.role} could change the past of the books. Set MINGZHANG_OWNER_URL as "
            "docs/operating.md says, and run mingzhang init."
        )
        desk.err.print(Text(zh, style="bold red"))
        desk.err.print(Text(en, style="dim"))


def _listen(desk: Desk, host: str, port: int) -> socket.socket:
    """Return a listening socket; exit 3 if the address is taken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        desk.complain(f"不能监听 {host}:{port}:{error}", f"cannot listen: {error}", "store_unavailable")
        raise typer.Exit(UNAVAILABLE) from error
