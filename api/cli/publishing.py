"""Commands at the month's end: close, publish, export, check."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from api.cli.printing import REFUSED, desk_of

books = typer.Typer(help="账簿", no_args_is_help=True)
Month = Annotated[str, typer.Argument(help="月份,如 2026-01")]


class Form(StrEnum):
    """The format of exported books."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


class Language(StrEnum):
    """The language of exported books."""

    ZH = "zh"
    EN = "en"


class Audience(StrEnum):
    """For whom exported books are."""

    PUBLIC = "public"
    FULL = "full"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    books.command("export", help="导出账簿为文本文件(Beancount 或 hledger)。")(export)
    app.add_typer(books, name="book")
    app.command("close", help="结账:两套引擎核对每个余额,然后锁定;不再打开。")(close)
    app.command("publish", help="公示一个已结账的月份。")(publish)
    app.command("check", help="核对:重算账链的每一环,并用 Beancount 重算每个余额。")(check)
    app.command("balances", help="列出科目余额,借方为正。")(show_balances)


def close(context: typer.Context, month: Month) -> None:
    """Close a month."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working(f"{month} 结账"):
        done = desk.accept(way.post(f"{desk.books}/periods/{month}/close"))
    desk.show(done, f"{month} 已结账", [("业务序号", done["seq"]), ("账链", done["hash"])])


def publish(
    context: typer.Context,
    month: Month,
    reason: Annotated[str | None, typer.Option(help="重新公示的原因")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="另存 PDF")] = None,
) -> None:
    """Publish a closed month."""
    desk = desk_of(context)
    body = {"reason": reason} if reason else None
    with desk.connection() as way, desk.working(f"{month} 公示"):
        done = desk.accept(way.post(f"{desk.books}/bulletins/{month}", body))
        if out is not None and not done.get("dry_run"):
            page = way.get(done["pdf"])
            if not page.is_success:
                desk.refuse(page)
            out.write_bytes(page.content)
    facts = [
        ("版本", done["version"]),
        ("SHA-256", done["sha256"]),
        ("地址", done["pdf"]),
        ("另存", out),
        ("业务序号", done["seq"]),
    ]
    desk.show(done, f"{month} 已公示", facts)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(file_okay=False, help="目标文件夹")],
    form: Annotated[Form, typer.Option("--format", help="格式")] = Form.BEANCOUNT,
    language: Annotated[Language, typer.Option(help="语言")] = Language.ZH,
    audience: Annotated[Audience, typer.Option(help="公开版或完整版")] = Audience.PUBLIC,
) -> None:
    """Write the book as text files."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("导出账簿"):
        found = way.get(
            f"{desk.books}/book.zip", format=str(form), language=str(language), audience=str(audience)
        )
        if not found.is_success:
            desk.refuse(found)
    written = []
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        for name in archive.namelist():
            path = folder / Path(*Path(name).parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))
            written.append(str(path))
    desk.show({"files": written}, "已导出账簿", [("文件夹", folder), ("文件数", len(written))])


def check(context: typer.Context) -> None:
    """Check the chain, the audit trail, the index of open charges, and the balances."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("核对账簿"):
        found = desk.accept(way.get(f"{desk.books}/check"))
    chain, balances, trail, owed = found["chain"], found["balances"], found["trail"], found["open_charges"]
    rows = [
        ("账链", "一致" if chain["ok"] else "不一致", f"{chain['acts']} 笔业务", ""),
        ("审计日志", "一致" if trail["ok"] else "不一致", f"{trail['lines']} 条", ""),
        ("未清账款", "一致" if owed["ok"] else "不一致", "索引与账目", ""),
        ("事实", "一致" if found["facts"]["ok"] else "不一致", "同一业务的凭证、收据、应收与核销", ""),
        ("文件", "一致" if found["files"]["ok"] else "不一致", "公示与凭证附件的指纹", ""),
        ("成员", "一致" if found["members"]["ok"] else "不一致", "成员身份与审计日志", ""),
        ("余额", "一致" if balances["ok"] else "不一致", "SQL 与 Beancount", ""),
        *(("断环", "不一致", f"业务 {seq}", "") for seq in chain["broken"]),
        *(("未清账款", "不一致", f"业务 {one}", "") for one in owed["differing"]),
        *(("事实", "不一致", f"业务 {one}", "") for one in found["facts"]["contradicting"]),
        *(("文件", "不一致", one[:16], "") for one in found["files"]["damaged"]),
        *(("成员", "不一致", one, "") for one in found["members"]["differing"]),
        *(("读不通", "不一致", one, "") for one in found["unreadable"]),
        *(("差额", "不一致", one["account"], one["difference"]) for one in balances["differences"]),
    ]
    desk.table(found, "核对账簿", ("项目", "结果", "说明", "金额"), rows)
    if not found["ok"]:
        raise typer.Exit(REFUSED)


def show_balances(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期")] = None
) -> None:
    """List the balances."""
    desk = desk_of(context)
    params = {"as_of": as_of} if as_of else {}
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/balances", **params))
    rows = [(one["account"], one["zh"], one["balance"]) for one in found["items"]]
    desk.table(found, "余额", ("科目", "名称", "金额"), rows)
    if not desk.options.as_json:
        desk.out.print(Text(f"截至业务序号 {found['known_at']}", style="dim"))
