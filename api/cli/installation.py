"""Commands for the installation: build the books, serve them, users and tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.printing import desk_of
from ledger.rules.roles import Body, Role

users = typer.Typer(help="用户", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("init", help="建立账簿数据库,或升级到最新结构;没有运营者时添加一个。")(build)
    app.command("serve", help="启动服务器:接口、公示页和账簿。")(serve)
    app.command("token", help="给用户发放令牌,只显示这一次;或用 --revoke 撤销其全部令牌。")(token)
    users.command("add", help="添加用户,并注明在哪个小区(--compound)、什么身份、属于哪个单位。")(add_user)
    users.command("end", help="结束用户在小区的身份,立即生效;不写 --compound 则结束运营者身份。")(end_member)
    users.command("disable", help="停用用户:所有小区、所有令牌,立即生效。")(disable)
    app.add_typer(users, name="user")


def build(
    context: typer.Context, operator: Annotated[str, typer.Option(help="运营者的用户名")] = "operator"
) -> None:
    """Build or upgrade the database, and add an operator if there is none."""
    from api.cli.here import build_here  # here: most commands need no database of their own

    build_here(desk_of(context), operator)


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


def end_member(context: typer.Context, name: Annotated[str, typer.Argument(help="用户名")]) -> None:
    """End what a person is in the compound."""
    desk = desk_of(context)
    with desk.connection() as way:
        given = {"name": name, "compound": desk.options.compound}
        done = desk.accept(way.post("/api/v1/users/endings", given))
    said = "已结束成员身份" if done["changed"] else "此前已经结束"
    desk.show(done, said, [("用户", name), ("小区", done["compound"])])


def disable(context: typer.Context, name: Annotated[str, typer.Argument(help="用户名")]) -> None:
    """Let a user in nowhere any more."""
    desk = desk_of(context)
    with desk.connection() as way:
        done = desk.accept(way.post("/api/v1/users/disablings", {"name": name}))
    desk.show(done, "已停用用户" if done["changed"] else "此前已经停用", [("用户", name)])


def token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="用户名")],
    days: Annotated[int | None, typer.Option(min=1, max=366, help="有效天数")] = None,
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="撤销该用户的全部令牌,立即生效")] = False,
) -> None:
    """Issue a bearer token, or make all that there are worthless."""
    desk = desk_of(context)
    if revoke:
        with desk.connection() as way:
            done = desk.accept(way.post("/api/v1/tokens/revocations", {"name": name}))
        desk.show(done, "已撤销令牌", [("用户", name), ("令牌", done["count"])])
        return
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
    from api.cli.here import serve_here  # here: no other command needs it

    desk = desk_of(context)
    settings = desk.settings
    serve_here(desk, host or settings.host, settings.port if port is None else port)
