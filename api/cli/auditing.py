"""Commands of whoever watches: read the audit trail, and check it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import typer

from api.cli.printing import REFUSED, desk_of
from ledger.rules.audit import What

trail = typer.Typer(help="审计日志:谁进入、改权限、看名单、导出", no_args_is_help=True)
Everywhere = Annotated[bool, typer.Option("--installation", help="全系统的日志,而不是本小区的")]


_WHAT_ZH: Final = {
    "trail_begun": "日志开始",
    "access_begun": "进入",
    "access_refused": "拒绝进入",
    "member_added": "添加成员",
    "member_ended": "结束成员身份",
    "user_disabled": "停用用户",
    "token_issued": "发放令牌",
    "tokens_revoked": "撤销令牌",
    "act_recorded": "办理业务",
    "override_used": "例外办理",
    "personal_data_read": "查看住户名单",
    "personal_data_taken": "下载住户名单",
    "voucher_read": "下载凭证附件",
    "proof_issued": "出具证明",
    "full_book_read": "查看完整账簿",
    "full_export": "导出完整账",
    "registers_exported": "导出姓名电话",
    "compound_imported": "导入小区",
    "acts_dropped": "未恢复的业务",
    "backup_taken": "备份",
    "books_restored": "恢复账簿",
}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    trail.command("list", help="逐条列出,可按类别、用户、日期筛选。")(show)
    trail.command("verify", help="重算每一条的指纹,并与结账记录和业务核对;不符则退出码为 1。")(verify)
    app.add_typer(trail, name="audit")


def show(
    context: typer.Context,
    what: Annotated[What | None, typer.Option(help="只看一类")] = None,
    user: Annotated[str | None, typer.Option(help="用户名或用户编号")] = None,
    day: Annotated[str | None, typer.Option(help="某一天(UTC),如 2026-01-31")] = None,
    *,
    installation: Everywhere = False,
) -> None:
    """List the trail."""
    desk = desk_of(context)
    asked = {"limit": "200", **_asked(installation=installation)}
    named = user if user is not None and not _ID.fullmatch(user) else None  # the server knows users by id
    asked |= {
        name: str(one)
        for name, one in (("what", what), ("user", None if named else user), ("day", day))
        if one
    }
    items: list[dict[str, Any]] = []
    with desk.connection() as way:
        while True:
            found = desk.accept(way.get(f"{desk.books}/audit", **asked))
            items += found["items"]
            if found["next_cursor"] is None:
                break
            asked["cursor"] = found["next_cursor"]
    if named:
        items = [one for one in items if one["user_name"] == named]
    rows = [
        (one["number"], one["at"], one["user_name"] or one["user"], _what(one["what"]), _said(one))
        for one in items
    ]
    desk.table(
        {**found, "items": items, "next_cursor": None},
        f"审计日志({len(items)} 条)",
        ("序号", "时间(UTC)", "谁", "何事", "关于"),
        rows,
    )


def _said(item: dict[str, Any]) -> str:
    """Return what a line is about in one row, the user by name where that is known."""
    about = dict(item["about"])
    if item["about_name"] is not None:
        about["user"] = item["about_name"]
    return " ".join(f"{name}={_short(str(one))}" for name, one in about.items())


def _what(code: str) -> str:
    """Return what a line tells of in words, and the word that ``--what`` takes below them."""
    return f"{_WHAT_ZH[code]}\n{code}" if code in _WHAT_ZH else code


def _short(value: str) -> str:
    """Return a hash by its first digits, anything else whole."""
    return f"{value[:16]}…" if _HASH.fullmatch(value) else value


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
