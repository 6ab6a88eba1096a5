"""Commands of whoever trusts nobody: export, import, verify, proof, erase."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from api.cli.acting import act, given
from api.cli.printing import REFUSED, USAGE, Desk, desk_of
from api.cli.publishing import Audience
from ledger.errors import Refusal

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Papers = Annotated[
    list[Path] | None,
    typer.Option(exists=True, dir_okay=False, help="与这期公示 PDF 核对,可多次"),
]
_SHOWN = 200  # findings


class Erased(StrEnum):
    """What can be erased."""

    FILE = "file"
    REMARK = "remark"
    PERSON = "person"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("export", help="导出整套账为一个 zip 文件,任何人都能验证。")(export)
    app.command("import", help="把完整导出恢复到本机账簿(本机尚无此小区)。")(bring)
    app.command("verify", help="验证导出文件或付款证明;离线,只需文件。")(verify)
    app.command("proof", help="给房屋出具付款证明:不写序号则列出可证明的明细。")(proof)
    app.command("erase", help="依规删除姓名、备注或凭证文件;账链不变,留下记录。")(erase)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="目标文件")],
    audience: Annotated[Audience, typer.Option(help="公开版或完整版")] = Audience.PUBLIC,
    *,
    registers: Annotated[bool, typer.Option("--with-registers", help="含姓名、电话与备注")] = False,
) -> None:
    """Write the whole compound into one file."""
    desk = desk_of(context)
    asked = {"audience": str(audience), **({"registers": "true"} if registers else {})}
    with desk.connection() as way, desk.working("导出"):
        found = way.get(f"{desk.books}/export.zip", **asked)
        if not found.is_success:
            desk.refuse(found)
    file.write_bytes(found.content)
    size = len(found.content)
    desk.show({"file": str(file), "bytes": size}, "已导出", [("文件", file), ("字节", size)])


def bring(context: typer.Context, file: File) -> None:
    """Bring a full export into this machine's books, all of it or nothing."""
    from api.cli.bringing_in import bring_here  # here: no other command needs it

    bring_here(desk_of(context), file.read_bytes())


def verify(
    context: typer.Context,
    file: File,
    against: Papers = None,
    head: Annotated[
        list[str] | None, typer.Option(help="从纸质公示抄来的账链末端,如 214:9f86d081,可多次")
    ] = None,
    chain: Annotated[
        Path | None,
        typer.Option("--export", exists=True, dir_okay=False, help="验证证明时:它应当在这份导出的账链里"),
    ] = None,
) -> None:
    """Verify a file with nothing but files. Exit 0: sound; 1: something is wrong; 2: it cannot be read."""
    from reports.archive.against import read_head  # here: a command starts without Beancount
    from reports.archive.verify import Verified, is_proof, verify_export, verify_proof

    desk = desk_of(context)
    content = file.read_bytes()
    papers = [(paper.name, paper.read_bytes()) for paper in against or ()]
    try:
        heads = [read_head(one) for one in head or ()]
        with desk.working("验证"):
            done: Verified = (
                verify_proof(content, file.name, chain.read_bytes() if chain else None, papers, heads)
                if is_proof(content)
                else verify_export(content, papers, heads)
            )
    except Refusal as refusal:
        desk.complain(refusal.detail("zh"), refusal.detail("en"), refusal.code)
        raise typer.Exit(USAGE) from refusal
    _report(desk, done)
    if not done.is_sound:
        raise typer.Exit(REFUSED)


def _report(desk: Desk, done: Any) -> None:  # Any: reports.archive is imported late
    """Print what was verified, and everything that was found, in both languages."""
    proven = done.proven
    said = {
        "ok": done.is_sound,
        "what": done.what,
        "compound": done.compound,
        "head": {"seq": done.seq, "hash": done.head},
        "proven": {"unit": proven.unit, "account": proven.account, "amount": proven.amount}
        if proven
        else None,
        "findings": [
            {"code": one.code, "where": one.where, "zh": one.zh, "en": one.en, "erased": one.is_erased}
            for one in done.findings
        ],
    }
    verdict = "一致,没有发现改动 · sound" if done.is_sound else f"不一致:{len(done.faults)} 处 · NOT SOUND"
    facts = [("结果", verdict), ("小区", done.compound), ("账链", f"{done.seq}:{done.head}")]
    if proven:
        facts += [("房屋", proven.unit), ("金额", proven.amount), ("科目", proven.account)]
        facts += [("凭证", proven.voucher)]
    desk.show(said, f"验证 {done.what}", facts)
    if desk.options.as_json:
        return
    for one in done.findings[:_SHOWN]:
        desk.out.print(Text(f"{one.where}  {one.zh}", style="yellow" if one.is_erased else "bold red"))
        desk.out.print(Text(f"    {one.en}  [{one.code}]", style="dim"))


def proof(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="房屋,如 B01-U1-0201")],
    entry: Annotated[int | None, typer.Option("--entry", help="业务序号")] = None,
    line: Annotated[int | None, typer.Option("--line", help="该凭证中的行号")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="证明存为此文件")] = None,
) -> None:
    """Write the proof of one line, or list the lines of a unit."""
    desk = desk_of(context)
    with desk.connection() as way:
        listed = desk.accept(way.get(f"{desk.books}/units/{unit}/proofs"))
        mine = [one for one in listed["items"] if entry in (None, one["seq"]) and line in (None, one["line"])]
        if entry is None or len(mine) != 1:
            rows = [
                (one["seq"], one["line"], one["account"], one["period"] or "", one["amount"]) for one in mine
            ]
            desk.table(listed, f"{unit} 可证明的明细", ("业务", "行", "科目", "所属期", "金额"), rows)
            return
        found = way.get(mine[0]["proof"])
        if not found.is_success:
            desk.refuse(found)
    target = out or Path(f"proof-{entry}-{mine[0]['line']}.json")
    target.write_bytes(found.content)
    desk.show({"file": str(target)}, "已出具证明", [("文件", target), ("金额", mine[0]["amount"])])


def erase(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    what: Annotated[Erased, typer.Argument(help="file 凭证文件,remark 备注,person 姓名电话")],
    basis: Annotated[str, typer.Option(help="依据:法条或申请")],
    sha256: Annotated[str | None, typer.Option(help="凭证文件的 SHA-256")] = None,
    entry: Annotated[int | None, typer.Option("--entry", help="备注所在业务的序号")] = None,
    unit: Annotated[str | None, typer.Option(help="房屋")] = None,
    debtor: Annotated[int | None, typer.Option(help="房屋的第几位债务人")] = None,
) -> None:
    """Erase something by right."""
    body = given(what=str(what), basis=basis, sha256=sha256, seq=entry, unit=unit, debtor=debtor)
    act(context, "/erasures", body, "已删除", ("内容", "what"))
