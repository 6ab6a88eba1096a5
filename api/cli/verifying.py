"""Commands of whoever trusts nobody: export, import, verify, proof, erase."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

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
_WHAT_ZH = {"export, public": "导出(公开版)", "export, full": "导出(完整版)", "proof": "付款证明"}


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
    """Verify a file with nothing but files.

    Exit 0: sound; 1: something is wrong, or a proof was compared with nothing; 2: it cannot be read.
    """
    from reports.archive.against import read_head  # here: a command starts without Beancount
    from reports.archive.refusals import ExportUnreadable
    from reports.archive.verify import Verified, is_proof, verify_export, verify_proof

    desk = desk_of(context)
    content = file.read_bytes()
    papers = [(paper.name, paper.read_bytes()) for paper in against or ()]
    try:
        if content.startswith(b"%PDF-"):
            raise ExportUnreadable(
                why_zh="这是 PDF。先写导出文件,公示放在 --against 后面",
                why_en="a PDF goes behind --against, an export before it",
            )
        heads = [read_head(one) for one in head or ()]
        with desk.working("验证"):
            done: Verified = (
                verify_proof(content, file.name, chain.read_bytes() if chain else None, papers, heads)
                if is_proof(content)
                else verify_export(content, papers, heads)
            )
    except Refusal as refusal:
        _cannot_read(desk, refusal)
    except MemoryError:
        _cannot_read(desk, ExportUnreadable(why_zh="内存装不下", why_en="it does not fit into memory"))
    _report(desk, done, [*(name for name, _ in papers), *(head or ())])
    if not done.is_sound:
        raise typer.Exit(REFUSED)


def _cannot_read(desk: Desk, refusal: Refusal) -> NoReturn:
    desk.complain(refusal.detail("zh"), refusal.detail("en"), refusal.code)
    raise typer.Exit(USAGE)


def _report(desk: Desk, done: Any, compared: list[str]) -> None:  # Any: reports.archive is imported late
    """Print what was verified, what it was ``compared`` with, and everything that was found, in both languages."""
    from reports.archive.findings import shown

    proven = done.proven
    said = {
        "ok": done.is_sound,
        "what": done.what,
        "compound": done.compound,
        "head": {"seq": done.seq, "hash": done.head},
        "proven": {"unit": proven.unit, "account": proven.account, "amount": proven.amount}
        if proven
        else None,
        "reach": asdict(done.reach) if done.reach is not None else None,
        "findings": [
            {"code": one.code, "where": one.where, "zh": one.zh, "en": one.en, "erased": one.is_erased}
            for one in done.findings
        ],
    }
    verdict = "一致,没有发现改动 · sound" if done.is_sound else f"不一致:{len(done.faults)} 处 · NOT SOUND"
    if [one.code for one in done.faults] == ["not_anchored"]:
        verdict = "自身一致,尚未与公示比对 · consistent in itself, NOT ANCHORED"
    facts = [("结果", verdict), ("小区", shown(done.compound)), ("账链", shown(f"{done.seq}:{done.head}"))]
    facts.append(("与公示比对", "、".join(compared)))
    if done.reach is not None:
        facts.append(("范围", shown(done.reach.zh)))
    if proven:
        facts += [("房屋", shown(proven.unit)), ("金额", shown(proven.amount))]
        facts += [("科目", shown(proven.account)), ("凭证", shown(proven.voucher))]
    desk.show(said, f"验证 {_WHAT_ZH.get(done.what, done.what)}", facts)
    if desk.options.as_json:
        return
    if done.reach is not None:
        desk.out.print(Text(shown(done.reach.en), style="dim"))
    for one in done.findings[:_SHOWN]:
        desk.out.print(
            Text(f"{_place(one.where)}  {one.zh}", style="yellow" if one.is_erased else "bold red")
        )
        desk.out.print(Text(f"    {one.en}  [{one.code}]", style="dim"))
    if proven:
        zh = "证明只说明这一行在公开的合计里;说明不了各户相加等于公开的那一行,也说明不了后来没有被冲红。"
        en = (
            "A proof shows that the line is inside the public amount; not that all lines add up to it, nor that it "
            "was not reversed later."
        )
        desk.out.print(Text(zh, style="dim"))
        desk.out.print(Text(en, style="dim"))
    elif done.is_sound and not compared:
        zh = "没有与公示比对:从头改写的账,只有公示查得出。请加 --against 公示.pdf,或 --head 序号:指纹(抄自公示末页)。"
        en = "Not compared with any bulletin; only one finds a past rewritten from end to end: --against or --head."
        desk.out.print(Text(zh, style="yellow"))
        desk.out.print(Text(en, style="dim"))


def _place(where: str) -> str:
    """Return where a finding is, an act by its number."""
    name, _, seq = where.partition(" #")
    return f"第 {seq} 笔业务(act {seq})" if name == "journal.jsonl" and seq.isdigit() else where


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
            if not mine:
                desk.complain(
                    f"{unit} 没有可证明的明细,请核对房屋编号、业务序号和行号。",
                    f"There is nothing to prove for {unit}: check the unit's code, the act and the line.",
                    "not_found",
                )
                raise typer.Exit(REFUSED)
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
