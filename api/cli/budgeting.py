"""Commands for the open budget: budget draft, open, comment, answer, withdraw, adopt, list, show."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.acting import act, given
from api.cli.collecting import save
from api.cli.printing import desk_of

budgets = typer.Typer(help="开放预算:草案、征求意见、通过、执行", no_args_is_help=True)

Fund = Annotated[str, typer.Argument(help="资金,如 PropertyFee")]
Year = Annotated[int, typer.Argument(help="年份")]
Version = Annotated[int, typer.Argument(help="版次,第一版为 1")]
_ACCOUNT, _NOTE, _MONTHLY = "科目代码", "说明", "每月"
_STATES = {"draft": "草案", "opened": "征求意见", "adopted": "已通过", "withdrawn": "已撤回"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    budgets.command("draft", help="预算草案:CSV 各列为 科目代码,说明,每月 或各月份(2026-01)。")(draft)
    budgets.command("open", help="公开征求意见。")(open_)
    budgets.command("comment", help="登记住户意见。")(comment)
    budgets.command("answer", help="答复意见。")(answer)
    budgets.command("withdraw", help="撤回草案。")(withdraw)
    budgets.command("adopt", help="通过生效:以收定支,须有表决。")(adopt)
    budgets.command("list", help="列出各版预算。")(show_list)
    budgets.command("show", help="预算执行;--out 另存 CSV。")(show)
    app.add_typer(budgets, name="budget")


def draft(
    context: typer.Context,
    fund: Fund,
    year: Year,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV 文件")],
    title: Annotated[str, typer.Option(help="标题(公开)")],
) -> None:
    """Draft a budget."""
    body = {"fund": fund, "year": year, "title": title, "lines": _lines(file)}
    act(context, "/budgets", body, "预算草案已登记", ("版次", "version"))


def open_(
    context: typer.Context,
    fund: Fund,
    year: Year,
    version: Version,
    from_on: Annotated[str, typer.Option("--from", help="从哪一天起")],
    to_on: Annotated[str, typer.Option("--to", help="到哪一天止")],
) -> None:
    """Open a draft to comments."""
    body = {**_key(fund, year, version), "from_on": from_on, "to_on": to_on}
    act(context, "/budgets/comment-periods", body, "已公开征求意见")


def comment(
    context: typer.Context,
    fund: Fund,
    year: Year,
    version: Version,
    words: Annotated[str, typer.Argument(help="意见内容(可删除,不公开)")],
    made_on: Annotated[str | None, typer.Option(help="提出日期,默认今天")] = None,
) -> None:
    """Keep a comment."""
    body = given(**_key(fund, year, version), words=words, made_on=made_on)
    act(context, "/budgets/comments", body, "意见已登记", ("意见编号", "number"))


def answer(
    context: typer.Context,
    fund: Fund,
    year: Year,
    version: Version,
    number: Annotated[int, typer.Argument(help="意见编号")],
    words: Annotated[str, typer.Argument(help="答复(公开)")],
) -> None:
    """Answer a comment."""
    body = {**_key(fund, year, version), "number": number, "words": words}
    act(context, "/budgets/answers", body, "已答复")


def withdraw(context: typer.Context, fund: Fund, year: Year, version: Version) -> None:
    """Withdraw a draft."""
    act(context, "/budgets/withdrawals", _key(fund, year, version), "草案已撤回")


def adopt(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    fund: Fund,
    year: Year,
    version: Version,
    from_on: Annotated[str, typer.Option("--from", help="从哪一天起生效")],
    authority: Annotated[str, typer.Option(help="依据:表决编号")],
    deficit: Annotated[str | None, typer.Option(help="表决允许的赤字")] = None,
    deficit_authority: Annotated[str | None, typer.Option(help="允许赤字的表决编号")] = None,
) -> None:
    """Adopt a budget."""
    body = given(
        **_key(fund, year, version),
        from_on=from_on,
        authority=authority,
        deficit=deficit,
        deficit_authority=deficit_authority,
    )
    desk = desk_of(context)
    with desk.connection() as way, desk.working("预算通过"):
        done = desk.accept(way.post(f"{desk.books}/budgets/adoptions", body))
    weighed = done["weighed"]
    facts = [
        ("版次", done["version"]),
        ("支出", weighed["expense"]),
        ("可收", weighed["income"]),
        ("期初可用", weighed["opening"]),
        ("业务序号", done["seq"]),
    ]
    desk.show(done, "预算已生效", facts)


def show_list(
    context: typer.Context,
    fund: Annotated[str | None, typer.Option(help="只看一个资金")] = None,
    year: Annotated[int | None, typer.Option(help="只看一年")] = None,
) -> None:
    """List the versions."""
    desk = desk_of(context)
    wanted = given(fund=fund, year=None if year is None else str(year))
    with desk.connection() as way, desk.working("预算"):
        found = desk.accept(way.get(f"{desk.books}/budgets", **wanted))
    rows = [
        (
            *(one["fund"], one["year"], one["version"], one["title"], _STATES[one["state"]]),
            one["in_force_from"] or "",
            one["authority"] or "",
        )
        for one in found["items"]
    ]
    desk.table(found, "预算", ("资金", "年份", "版次", "标题", "状态", "生效", "依据"), rows)


def show(
    context: typer.Context,
    fund: Fund,
    as_of: Annotated[str | None, typer.Option(help="截至日期,默认今天")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="另存 CSV")] = None,
) -> None:
    """Show budget against actual."""
    desk = desk_of(context)
    wanted = given(fund=fund, as_of=as_of)
    with desk.connection() as way, desk.working("预算执行"):
        found = desk.accept(way.get(f"{desk.books}/budgets/execution", **wanted))
        if out is not None:
            save(desk, way, f"{desk.books}/budgets/execution.csv", out, **wanted)
    lines = [*found["income"], found["total_income"], *found["expenses"], found["total_expenses"]]
    rows = [
        (
            *(one["name_zh"], one["planned"], one["due"], one["actual"]),
            _percent(one["executed_bp"]),
            one["left"] or "",
        )
        for one in lines
    ]
    heads = ("科目", "金额 预算(年)", "金额 截至本期预算", "金额 实际累计", "执行率", "金额 余额")
    title = f"{found['fund_zh']} {found['year']} 年预算执行 {found['as_of']}"
    desk.table(found, title, heads, rows)


def _key(fund: str, year: int, version: int) -> dict[str, Any]:
    return {"fund": fund, "year": year, "version": version}


def _percent(basis_points: int | None) -> str:
    return "—" if basis_points is None else f"{basis_points // 100}.{basis_points % 100:02d}%"


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a CSV file, as the interface takes them; an empty cell plans nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {(name or "").strip(): (cell or "").strip() for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]
    if not rows or _ACCOUNT not in rows[0]:
        raise typer.BadParameter(f"文件须有一列 {_ACCOUNT}", param_hint="FILE")
    months = [name for name in rows[0] if name not in {_ACCOUNT, _NOTE, _MONTHLY}]
    return [
        given(
            account=row[_ACCOUNT],
            note=row.get(_NOTE) or None,
            monthly=row.get(_MONTHLY) or None,
            months={name: row[name] for name in months if row[name]} or None,
        )
        for row in rows
        if row[_ACCOUNT]
    ]
