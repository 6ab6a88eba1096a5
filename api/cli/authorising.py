"""Commands for what allows an act: authority resolution, contract, end, list; vote record, list, show."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.acting import act, given
from api.cli.printing import desk_of
from ledger.rules.authority import Matter
from ledger.rules.vote import Base

authorities = typer.Typer(help="依据:业委会决议、合同,终止,余额", no_args_is_help=True)
votes = typer.Typer(help="业主表决:登记、列出", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="编号,如 V2026-03")]
MatterOf = Annotated[Matter, typer.Option(help="事项")]
Title = Annotated[str, typer.Option(help="标题(公开,不写房号姓名)")]
DecidedOn = Annotated[str, typer.Option(help="作出日期,如 2026-03-01")]
Fund = Annotated[str | None, typer.Option(help="资金,如 PropertyFee;不写为不限")]
Limit = Annotated[str | None, typer.Option(help="金额上限;不写为不定额")]
Until = Annotated[str | None, typer.Option(help="最后一天")]
Document = Annotated[str | None, typer.Option(help="文件编号或 SHA-256")]
_COLUMNS = ("房屋", "意见")  # of a file of ballots
_CHOICES = {"同意": "agree", "反对": "against", "弃权": "abstain"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    authorities.command("resolution", help="登记业委会决议(业委会办理)。")(resolution)
    authorities.command("contract", help="登记合同:对方、上限、期限。")(contract)
    authorities.command("end", help="依据终止:撤回、被撤销、被替代。")(end)
    authorities.command("list", help="列出依据和余额。")(show_authorities)
    votes.command("record", help="登记业主表决;结果由系统计算。")(record)
    votes.command("list", help="列出表决。")(show_votes)
    votes.command("show", help="一次表决的数字和结果。")(show_vote)
    app.add_typer(authorities, name="authority")
    app.add_typer(votes, name="vote")


def resolution(  # noqa: PLR0913,PLR0917 - the parts of an authority
    context: typer.Context,
    code: Code,
    matter: MatterOf,
    title: Title,
    decided_on: DecidedOn,
    fund: Fund = None,
    amount: Limit = None,
    until: Until = None,
    document: Document = None,
) -> None:
    """Put a resolution on record."""
    body = given(**_terms(code, matter, title, decided_on, fund, amount, until), document=document)
    act(context, "/authorities/resolutions", body, "已登记决议", ("编号", "code"))


def contract(  # noqa: PLR0913,PLR0917 - as above
    context: typer.Context,
    code: Code,
    matter: MatterOf,
    title: Title,
    decided_on: DecidedOn,
    counterparty: Annotated[str, typer.Option(help="合同对方")],
    document: Annotated[str, typer.Option(help="文件编号或 SHA-256")],
    fund: Fund = None,
    amount: Limit = None,
    until: Until = None,
) -> None:
    """Put a contract on record."""
    terms = _terms(code, matter, title, decided_on, fund, amount, until)
    body = given(**terms, document=document, counterparty=counterparty)
    act(context, "/authorities/contracts", body, "已登记合同", ("编号", "code"))


def end(
    context: typer.Context,
    code: Code,
    ended_on: Annotated[str, typer.Option(help="有效的最后一天")],
    reason: Annotated[str, typer.Option(help="原因")],
) -> None:
    """End an authority."""
    body = {"code": code, "ended_on": ended_on, "reason": reason}
    act(context, "/authorities/ends", body, "依据已终止", ("编号", "code"))


def show_authorities(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期,默认今天")] = None
) -> None:
    """List authorities."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("依据"):
        found = desk.accept(way.get(f"{desk.books}/authorities", **given(as_of=as_of)))
    rows = [
        [_shown(one[name]) for name in ("code", "kind_zh", "matter_zh", "title", "fund")]
        + [_shown(one[name]) for name in ("amount", "left", "until", "ended_on")]
        for one in found["items"]
    ]
    heads = ("编号", "类型", "事项", "标题", "资金", "金额 上限", "金额 余额", "至", "终止")
    desk.table(found, f"{found['as_of']} 依据", heads, rows)


def record(  # noqa: PLR0913,PLR0917 - as above
    context: typer.Context,
    code: Code,
    matter: MatterOf,
    title: Title,
    decided_on: DecidedOn,
    fund: Fund = None,
    amount: Limit = None,
    until: Until = None,
    took: Annotated[str | None, typer.Option(help="参与表决:人数/面积,如 706/70600.01")] = None,
    agreed: Annotated[str | None, typer.Option(help="同意:人数/面积,如 530/52950.01")] = None,
    ballots: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="逐户选票 CSV:房屋,意见(同意、反对、弃权)"),
    ] = None,
    evidence: Annotated[
        list[Path] | None, typer.Option(exists=True, dir_okay=False, help="计票文件,可多次;只登记其 SHA-256")
    ] = None,
    base: Annotated[Base, typer.Option(help="表决范围")] = Base.COMPOUND,
    base_of: Annotated[str | None, typer.Option("--of", help="幢(B01)或单元(B01-U1)")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="按户表决的房屋,可多次")] = None,
    announced_on: Annotated[str | None, typer.Option(help="公告日,默认作出之日")] = None,
    repair_share_bp: Annotated[
        int | None, typer.Option(help="表决写明的补充维修资金比例,万分之几:5000 是 50%")
    ] = None,
) -> None:
    """Record a vote."""
    body = given(
        **_terms(code, matter, title, decided_on, fund, amount, until),
        took=_weight(took, "--took"),
        agreed=_weight(agreed, "--agreed"),
        ballots=_ballots(ballots) if ballots else None,
        evidence=[_hashed(path) for path in evidence or ()],
        base=str(base),
        base_of=base_of,
        units=unit,
        announced_on=announced_on,
        repair_share_bp=repair_share_bp,
    )
    desk = desk_of(context)
    with desk.connection() as way, desk.working("登记表决"):
        done = desk.accept(way.post(f"{desk.books}/votes", body))
    desk.show(done, "已登记表决", [*_facts(done["vote"]), ("业务序号", done["seq"])])


def show_votes(context: typer.Context) -> None:
    """List votes."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("表决"):
        found = desk.accept(way.get(f"{desk.books}/votes"))
    rows = [
        (one["code"], one["decided_on"], one["subject"], one["base_zh"], one["result_zh"])
        for one in found["items"]
    ]
    desk.table(found, "业主表决", ("编号", "日期", "事项", "范围", "结果"), rows)


def show_vote(context: typer.Context, code: Code) -> None:
    """Show a vote."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("表决"):
        found = desk.accept(way.get(f"{desk.books}/votes/{code}"))
    desk.show(found, found["subject"], _facts(found))


def _terms(  # noqa: PLR0913,PLR0917 - as above
    code: str,
    matter: Matter,
    title: str,
    decided_on: str,
    fund: str | None,
    amount: str | None,
    until: str | None,
) -> dict[str, Any]:
    return {
        "code": code,
        "matter": str(matter),
        "title": title,
        "decided_on": decided_on,
        "fund": fund,
        "amount": amount,
        "until": until,
    }


def _weight(text: str | None, option: str) -> dict[str, Any] | None:
    if text is None:
        return None
    heads, _, area = text.partition("/")
    if not (heads.isascii() and heads.isdecimal() and area):
        raise typer.BadParameter("应写成 人数/面积,如 706/70600.01", param_hint=option)
    return {"heads": int(heads), "area": area}


def _ballots(path: Path) -> list[dict[str, str]]:
    """Return the ballots of a CSV file, as the interface takes them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not set(_COLUMNS) <= set(rows[0]):
        raise typer.BadParameter("文件须有两列:房屋,意见", param_hint="--ballots")
    ballots = []
    for row in rows:
        unit, choice = (str(row[name] or "").strip() for name in _COLUMNS)
        if choice not in _CHOICES:
            raise typer.BadParameter(f"{unit}:意见应为 {'、'.join(_CHOICES)}", param_hint="--ballots")
        ballots.append({"unit": unit, "choice": _CHOICES[choice]})
    return ballots


def _hashed(path: Path) -> dict[str, str]:
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "title": path.name}


def _facts(one: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the figures of a vote in words."""

    def weight(name: str) -> str:
        if one[name] is None:
            return "不足 5 人,不公布"
        return f"{one[name]['heads']} 人 {one[name]['area']} ㎡"

    return [
        ("编号", one["code"]),
        ("事项", f"{one['matter_zh']}({'特别' if one['is_special'] else '一般'}事项)"),
        ("范围", one["base_zh"]),
        ("全体", weight("entitled")),
        ("参与", f"{weight('took')}(至少 {weight('least_taking')})"),
        ("同意", f"{weight('agreed')}(至少 {weight('least_agreeing')})"),
        ("结果", one["result_zh"]),
        ("可申请撤销至", one["annulment_ends_on"]),
    ]


def _shown(value: Any) -> str:  # Any: JSON
    return "" if value is None else str(value)
