"""Commands about what is owed: arrears, demands, letters, what begins limitation anew."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.acting import act, given
from api.cli.connection import Connection
from api.cli.printing import Desk, desk_of
from ledger.rules.demand import CHANNEL_ZH, OUTCOME_ZH, WITHDRAWN, DemandChannel, Outcome
from ledger.rules.limitation import Cause

demands = typer.Typer(help="催收:记录、清单、催缴函", no_args_is_help=True)
AsOf = Annotated[str | None, typer.Option(help="截至日期,默认今天")]
Unit = Annotated[str | None, typer.Option(help="只看一户")]
Debtor = Annotated[int | None, typer.Option(min=1, help="债务人序号,默认当时的债务人")]
Out = Annotated[Path, typer.Option(dir_okay=False, help="另存为")]
_BY = {"debtor": "按债务人", "unit": "按房屋", "building": "按楼栋", "kind": "按类别"}
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same letters give the same bytes


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("arrears", help="欠费与账龄。")(show_arrears)
    app.command("rates", help="收缴率:按类别、楼栋、月份;--out 另存图表 PDF。")(show_rates)
    app.command("account", help="分户账;--out 另存 PDF 或 CSV。")(show_account)
    app.command("interrupt", help="记录时效中断:分期、承认、起诉、调解。")(interrupt)
    demands.command("log", help="记录催收;不写房屋即所有超过金额的欠费户。")(log)
    demands.command("list", help="列出催收记录。")(show_demands)
    demands.command("letters", help="生成催缴函(PDF;--each 为每户一个文件的 ZIP)。")(letters)
    app.add_typer(demands, name="demand")


def show_arrears(
    context: typer.Context,
    as_of: AsOf = None,
    unit: Unit = None,
    by: Annotated[str, typer.Option(help="debtor、unit、building 或 kind")] = "debtor",
    buckets: Annotated[str | None, typer.Option(help="账龄分段的天数,如 30,90,365,1095")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="另存明细 CSV")] = None,
) -> None:
    """Show arrears by age."""
    if by not in _BY:
        raise typer.BadParameter("、".join(_BY), param_hint="--by")
    desk = desk_of(context)
    wanted = given(as_of=as_of, unit=unit)
    with desk.connection() as way, desk.working("欠费与账龄"):
        found = desk.accept(way.get(f"{desk.books}/arrears", **wanted, **given(buckets=buckets)))
        if out is not None:
            save(desk, way, f"{desk.books}/arrears.csv", out, **wanted)
    heads = (
        "编号",
        "名称",
        *(f"金额 {name}" for name in found["buckets"]),
        "金额 未到期",
        "金额 合计",
        "时效最早届满",
    )
    total = [found["total"]] if found["total"] else []
    rows = [
        (row["key"], row["label_zh"], *row["buckets"], row["not_due"], row["total"], row["limitation_on"])
        for row in [*found[f"by_{by}"], *total]
    ]
    desk.table(found, f"{found['as_of']} 欠费({_BY[by]})", heads, rows)


def show_rates(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="起始月份,默认往前一年")] = None,
    until: Annotated[str | None, typer.Option(help="截止月份,默认本月")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="另存图表 PDF")] = None,
) -> None:
    """Show collection rates."""
    desk = desk_of(context)
    wanted = given(since=since, until=until)
    with desk.connection() as way, desk.working("收缴率"):
        found = desk.accept(way.get(f"{desk.books}/collection", **wanted))
        if out is not None:
            save(desk, way, f"{desk.books}/collection.pdf", out, **wanted)
    groups = [*found["by_kind"], *found["by_building"], *found["series"], found["total"]]
    figures = ("opening", "billed", "received_current", "received_arrears", "closing", "disputed")
    rows = [
        (
            one["label_zh"],
            *(one[name] for name in figures),
            *(_percent(one[f"{name}_rate_bp"]) for name in ("current", "overall")),
        )
        for one in groups
    ]
    titles = ("期初欠费", "本期应收", "当期实收", "清欠实收", "期末欠费", "其中争议")
    heads = ("项目", *(f"金额 {title}" for title in titles), "当期率", "综合率")
    desk.table(found, f"{found['since']} 至 {found['until']} 收缴率", heads, rows)


def _percent(basis_points: int | None) -> str:
    if basis_points is None:
        return "不适用"
    return f"{basis_points // 100}.{basis_points % 100:02d}%"


def show_account(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="房屋编号")],
    since: Annotated[str | None, typer.Option(help="起始日期,默认建账日")] = None,
    until: Annotated[str | None, typer.Option(help="截止日期,默认今天")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="另存 .pdf 或 .csv")] = None,
    debtor: Annotated[int | None, typer.Option(min=1, help="只看一位债务人")] = None,
) -> None:
    """Show the account of a unit."""
    desk = desk_of(context)
    wanted = given(since=since, until=until, debtor=debtor)
    if out is not None and out.suffix not in {".pdf", ".csv"}:
        raise typer.BadParameter("文件名应以 .pdf 或 .csv 结尾", param_hint="--out")
    with desk.connection() as way, desk.working("分户账"):
        found = desk.accept(way.get(f"{desk.books}/units/{unit}/account", **wanted))
        if out is not None:
            save(desk, way, f"{desk.books}/units/{unit}/account{out.suffix}", out, **wanted)
    names = ("charged", "settled", "relieved")
    rows = [
        (
            one["on"],
            one["voucher"],
            one["debtor"],
            one["narration"],
            one["period"],
            *(one["moved"][name] for name in names),
            one["owed"],
            one["prepaid"],
        )
        for one in found["lines"]
    ]
    heads = (
        "日期",
        "凭证",
        "债务人",
        "摘要",
        "账期",
        "金额 应收",
        "金额 核销",
        "金额 减免",
        "金额 欠费余额",
        "金额 预收余额",
    )
    balances = (
        f"{'债务人 ' + str(one['debtor']) + ' ' if len(found['debtors']) > 1 else ''}"
        f"期初欠费 {one['opening']['owed']} 期末欠费 {one['closing']['owed']}"
        for one in found["debtors"] or [found]
    )
    desk.table(found, f"{found['label_zh']} 分户账 {'; '.join(balances)}", heads, rows)


def hand_over(
    context: typer.Context,
    handed_on: Annotated[str, typer.Argument(help="截止日,移交方的最后一天,如 2026-06-14")],
    outgoing: Annotated[str, typer.Option(help="移交方")],
    incoming: Annotated[str, typer.Option(help="接收方")],
    out: Annotated[list[Path] | None, typer.Option(dir_okay=False, help="另存 .pdf 或 .csv,可多次")] = None,
) -> None:
    """Hand the books from one trustee to another."""
    desk = desk_of(context)
    if any(path.suffix not in {".pdf", ".csv"} for path in out or ()):
        raise typer.BadParameter("文件名应以 .pdf 或 .csv 结尾", param_hint="--out")
    body = {"handed_on": handed_on, "outgoing": outgoing, "incoming": incoming}
    with desk.connection() as way, desk.working("交接"):
        done = desk.accept(way.post(f"{desk.books}/handovers", body))
        for path in () if done.get("dry_run") else out or ():
            save(desk, way, f"{desk.books}/handovers/{done['seq']}{path.suffix}", path)
    facts = [
        ("截止日", done["handed_on"]),
        ("移交期限", done["due_on"]),
        ("文件", [str(path) for path in out or ()]),
        ("业务序号", done["seq"]),
    ]
    desk.show(done, "已记录交接", facts)


def save(desk: Desk, way: Connection, path: str, out: Path, **params: str) -> None:
    """Write what an address answers to a file."""
    answer = way.get(path, **params)
    if not answer.is_success:
        desk.refuse(answer)
    out.write_bytes(answer.content)


def log(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    units: Annotated[list[str] | None, typer.Argument(help="房屋编号;不写即所有超过金额的欠费户")] = None,
    channel: Annotated[DemandChannel, typer.Option(help="方式")] = DemandChannel.LETTER,
    outcome: Annotated[Outcome, typer.Option(help="结果")] = Outcome.PENDING,
    made_on: Annotated[str | None, typer.Option(help="催收日期,默认今天")] = None,
    over: Annotated[str | None, typer.Option(help="逾期超过此金额")] = None,
    debtor: Debtor = None,
) -> None:
    """Log demands."""
    desk = desk_of(context)
    wanted = given(units=units, made_on=made_on, over=over, debtor=debtor)
    body = {**wanted, "channel": str(channel), "outcome": str(outcome)}
    with desk.connection() as way, desk.working("记录催收"):
        done = desk.accept(way.post(f"{desk.books}/demands", body))
    rows = [
        (one["number"], one["unit"], one["debtor"], one["through"], one["amount"]) for one in done["demands"]
    ]
    title = "已记录催收" + ("(试算,未入账)" if done.get("dry_run") else "")
    desk.table(done, title, ("编号", "房屋", "债务人", "截至账期", "金额"), rows)


def show_demands(context: typer.Context, unit: Unit = None) -> None:
    """List demands, all pages."""
    desk = desk_of(context)
    items: list[dict[str, Any]] = []
    wanted = given(unit=unit, limit="200")
    with desk.connection() as way, desk.working("催收记录"):
        while True:
            page = desk.accept(way.get(f"{desk.books}/demands", **wanted))
            items += page["items"]
            if page["next_cursor"] is None:
                break
            wanted["cursor"] = page["next_cursor"]
    rows = [
        (
            one["number"],
            one["made_on"],
            one["unit"],
            CHANNEL_ZH[DemandChannel(one["channel"])],
            "已撤回" if one["outcome"] == WITHDRAWN else OUTCOME_ZH[Outcome(one["outcome"])],
            one["amount"],
        )
        for one in items
    ]
    desk.table({"items": items}, "催收记录", ("编号", "日期", "房屋", "方式", "结果", "金额"), rows)


def letters(
    context: typer.Context,
    out: Out,
    over: Annotated[str, typer.Option(help="逾期超过此金额")] = "0",
    as_of: AsOf = None,
    *,
    each: Annotated[bool, typer.Option("--each", help="每户一个文件,装入 ZIP")] = False,
) -> None:
    """Draw letters of demand into one PDF, or each debtor's into a ZIP with a progress bar."""
    desk = desk_of(context)
    wanted = given(over=over, as_of=as_of)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/demand-letters", **wanted))
        if each:
            _each(desk, way, found, out, wanted)
        else:
            with desk.working(f"催缴函 {len(found['items'])} 份"):
                save(desk, way, f"{desk.books}/demand-letters.pdf", out, **wanted)
    facts = [("份数", len(found["items"])), ("截至", found["as_of"]), ("文件", str(out))]
    desk.show({**found, "file": str(out)}, "催缴函", facts)


def _each(desk: Desk, way: Connection, found: dict[str, Any], out: Path, wanted: dict[str, Any]) -> None:
    """Draw letter after letter; the bar stands on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = desk.err.is_terminal and not desk.options.as_json
    with (
        Progress(*columns, console=desk.err, transient=True, disable=not shown) as bar,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for one in bar.track(found["items"], description="催缴函"):
            page = way.get(f"{desk.books}/demand-letters.pdf", **wanted, code=one["code"])
            if not page.is_success:
                desk.refuse(page)
            archive.writestr(zipfile.ZipInfo(f"{one['code']}.pdf", _ZIP_DAY), page.content)


def interrupt(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="房屋编号")],
    cause: Annotated[Cause, typer.Argument(help="instalment_plan、acknowledgement、suit 或 mediation")],
    happened_on: Annotated[str, typer.Option("--on", help="发生日期")],
    through: Annotated[str, typer.Option(help="截至账期,如 2026-03")],
    document: Annotated[str, typer.Option(help="文书")],
    debtor: Debtor = None,
) -> None:
    """Record what began limitation anew."""
    body = given(
        unit=unit,
        debtor=debtor,
        cause=str(cause),
        happened_on=happened_on,
        through=through,
        document=document,
    )
    act(context, "/interruptions", body, "已记录时效中断")
