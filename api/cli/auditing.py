"""Commands of whoever watches: read the audit trail, and check it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.printing import REFUSED, desk_of
from ledger.rules.audit import What

trail = typer.Typer(help="审计日志:谁进入、改权限、看名单、导出", no_args_is_help=True)
Everywhere = Annotated[bool, typer.Option("--installation", help="全系统的日志,而不是本小区的")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    trail.command("list", help="逐条列出,可按类别、用户、日期筛选。")(show)
    trail.command("verify", help="重算每一条的指纹,并与结账记录和业务核对;不符则退出码为 1。")(verify)
    app.add_typer(trail, name="audit")


def show(
    context: typer.Context,
    what: Annotated[What | None, typer.Option(help="只看一类")] = None,
    user: Annotated[str | None, typer.Option(help="用户编号")] = None,
    day: Annotated[str | None, typer.Option(help="某一天(UTC),如 2026-01-31")] = None,
    *,
    installation: Everywhere = False,
) -> None:
    """List the trail."""
    desk = desk_of(context)
    asked = {"limit": "200", **_asked(installation=installation)}
    asked |= {name: str(one) for name, one in (("what", what), ("user", user), ("day", day)) if one}
    items: list[dict[str, Any]] = []
    with desk.connection() as way:
        while True:
            found = desk.accept(way.get(f"{desk.books}/audit", **asked))
            items += found["items"]
            if found["next_cursor"] is None:
                break
            asked["cursor"] = found["next_cursor"]
    rows = [
        (one["number"], one["at"], one["user_name"] or one["user"], one["what"], _said(one)) for one in items
    ]
    desk.table(
        {**found, "items": items, "next_cursor": None},
        "审计日志",
        ("序号", "时间(UTC)", "谁", "何事", "关于"),
        rows,
    )


def _said(item: dict[str, Any]) -> str:
    """Return what a line is about in one row, the user by name where that is known."""
    about = dict(item["about"])
    if item["about_name"] is not None:
        about["user"] = item["about_name"]
    return " ".join(f"{name}={str(one)[:16]}" for name, one in about.items())


def verify(context: typer.Context, *, installation: Everywhere = False) -> None:
    """Check the trail. Exit 0: sound; 1: something is wrong."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("核对审计日志"):
        found = desk.accept(way.get(f"{desk.books}/audit/check", **_asked(installation=installation)))
    head = found["head"]
    desk.show(
        found,
        "核对审计日志",
        [
            ("结果", "一致,没有发现改动 · sound" if found["ok"] else "不一致 · NOT SOUND"),
            ("末端", f"{head['number']}:{head['hash']}"),
            ("断开的序号", _listed(found["broken"])),
            ("对不上的结账", _listed(found["closes"])),
            ("对不上的业务", _listed(found["acts"])),
        ],
    )
    if not found["ok"]:
        raise typer.Exit(REFUSED)


def _listed(things: list[Any]) -> str:
    return ", ".join(str(one) for one in things[:50]) or "无"


def _asked(*, installation: bool) -> dict[str, str]:
    return {"installation": "true"} if installation else {}
