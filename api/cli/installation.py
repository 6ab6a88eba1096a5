"""Commands for the installation: build the books, serve them, users and tokens."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import Session, col, select

from api.cli.printing import UNAVAILABLE, desk_of
from api.house import House, is_current, lock_path, system_clock
from api.members import INSTALLATION, add_member
from ledger.errors import StoreUnavailable
from ledger.rules.roles import Body, Role
from ledger.store.registers import compounds
from ledger.store.session import Database
from ledger.store.tables import UserAccount
from migrations import upgrade

users = typer.Typer(help="用户", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("init", help="建立账簿数据库,或升级到最新结构;没有运营者时添加一个。")(build)
    app.command("serve", help="启动服务器:接口、公示页和账簿。")(serve)
    app.command("token", help="给用户发放令牌;只显示这一次。")(token)
    users.command("add", help="添加用户,并注明在哪个小区(--compound)、什么身份、属于哪个单位。")(add_user)
    app.add_typer(users, name="user")


def build(
    context: typer.Context, operator: Annotated[str, typer.Option(help="运营者的用户名")] = "operator"
) -> None:
    """Build or upgrade the database, and add an operator if there is none."""
    desk = desk_of(context)
    database = Database(desk.settings.database_url)
    if database.is_sqlite:
        os.umask(0o077)  # the register of persons is in this file
        database.path.parent.mkdir(parents=True, exist_ok=True)
    if not database.hold():
        desk.fail(
            StoreUnavailable(
                why_zh="账簿正在使用,请先停下服务器", why_en="the books are in use; stop the server first"
            )
        )
    try:
        with desk.working("建立数据库"):
            upgrade(database.engine)

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


def add_user(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="姓名或用户名")],
    role: Annotated[Role, typer.Option(help="身份")],
    body: Annotated[Body, typer.Option(help="所属单位")],
) -> None:
    """Make a person a member of the compound."""
    desk = desk_of(context)
    given = {"name": name, "role": str(role), "body": str(body), "compound": desk.options.compound}
    with desk.connection() as way:
        done = desk.accept(way.post("/api/v1/users", given))
    desk.show(
        done,
        "已添加用户",
        [("姓名", name), ("小区", done["compound"]), ("身份", done["role"]), ("单位", done["body"])],
    )


def token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="用户名")],
    days: Annotated[int | None, typer.Option(min=1, max=366, help="有效天数")] = None,
) -> None:
    """Issue a bearer token."""
    desk = desk_of(context)
    with desk.connection() as way:
        done = desk.accept(way.post("/api/v1/tokens", {"name": name, "days": days}))
    desk.show(
        done, "令牌(只显示这一次)", [("用户", name), ("令牌", done["token"]), ("到期", done["expires_at"])]
    )


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="端口;0 为任意空闲端口")] = None,
) -> None:
    """Serve the interface, our pages and the published books."""
    import uvicorn  # here: no other command needs it

    from api.app import create_app

    desk = desk_of(context)
    settings = desk.settings
    database = _held(desk.settings.database_url, context)
    with contextlib.ExitStack() as stack:
        stack.callback(database.close)
        with desk.working("启动服务器"):
            listening = _listen(host or settings.host, settings.port if port is None else port, context)
            app = create_app(settings, database=database)
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
        config = uvicorn.Config(
            app, log_level=settings.log_level, access_log=settings.log_level == "debug", server_header=False
        )
        uvicorn.Server(config).run(sockets=[listening])


def _held(url: str, context: typer.Context) -> Database:
    """Return the database, held by this process and up to date; exit 3 otherwise."""
    desk = desk_of(context)
    database = Database(url)
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


def _listen(host: str, port: int, context: typer.Context) -> socket.socket:
    """Return a listening socket; exit 3 if the address is taken."""
    desk = desk_of(context)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        desk.complain(f"不能监听 {host}:{port}:{error}", f"cannot listen: {error}", "store_unavailable")
        raise typer.Exit(UNAVAILABLE) from error
