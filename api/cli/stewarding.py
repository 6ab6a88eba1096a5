"""Commands for what the trustee takes and who stands in for the committee: remuneration, caretaker."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.acting import act, given
from api.cli.printing import desk_of

remuneration = typer.Typer(help="受托人酬金", no_args_is_help=True)
caretaker = typer.Typer(help="代管人(业委会缺位时)", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    remuneration.command("set", help="设定受托人酬金:按比例或固定金额。")(set_remuneration)
    remuneration.command("show", help="酬金:基数、应计、已计。")(show_remuneration)
    caretaker.command("name", help="指定代管人。")(name)
    caretaker.command("end", help="新业委会接手,结束代管。")(end)
    caretaker.command("list", help="列出代管人。")(list_all)
    app.add_typer(remuneration, name="remuneration")
    app.add_typer(caretaker, name="caretaker")


def set_remuneration(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    contract: Annotated[str, typer.Option(help="合同")],
    effective_from: Annotated[str, typer.Option("--from", help="起始月份")],
    rate_bp: Annotated[int | None, typer.Argument(help="比例,万分之几:1000 为 10%")] = None,
    account: Annotated[list[str] | None, typer.Option(help="计提基数的收入科目,可多次")] = None,
    fixed: Annotated[str | None, typer.Option(help="固定金额(每期),不按比例时用")] = None,
    every_months: Annotated[int, typer.Option(help="1、3 或 12 个月一次")] = 1,
) -> None:
    """Put on record what the trustee may take."""
    body = given(
        rate_bp=rate_bp,
        every_months=every_months,
        accounts=account,
        amount=fixed,
        contract=contract,
        effective_from=effective_from,
    )
    act(context, "/remuneration-rules", body, "已设定受托人酬金", ("万分之", "rate_bp"))


def show_remuneration(
    context: typer.Context,
    month: Annotated[str | None, typer.Option(help="截止月份,默认本月")] = None,
) -> None:
    """Show what the trustee has earned to date, and what was recognised of it."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/remuneration", **given(month=month)))
    rows = [("基数", row["account"], row["amount"]) for row in found["bases"]]
    sums = (
        ("基数合计", "base"),
        ("应计", "due"),
        ("已计", "recognised"),
        ("待计", "accrual"),
        ("多计", "overdrawn"),
    )
    rows += [(label, "", found[name]) for label, name in sums]
    desk.table(found, f"受托人酬金 {found['since']} 至 {found['through']}", ("项目", "科目", "金额"), rows)


def name(
    context: typer.Context,
    who: Annotated[str, typer.Argument(help="代管人,如 某某社区居民委员会")],
    body: Annotated[str, typer.Option(help="所属:community 社区、街道,committee 业委会成员,audit 审计机构")],
    basis: Annotated[str, typer.Option(help="依据")],
    from_on: Annotated[str, typer.Option("--from", help="起始日期")],
) -> None:
    """Put a caretaker in the committee's place."""
    sent = {"name": who, "body": body, "from_on": from_on, "basis": basis}
    act(context, "/caretakers", sent, "已指定代管人", ("代管人", "name"))


def end(
    context: typer.Context,
    ended_on: Annotated[str, typer.Argument(help="新业委会接手的日期")],
    basis: Annotated[str, typer.Option(help="依据:选举备案等")],
) -> None:
    """Let a new committee take over."""
    act(context, "/caretakers/end", {"ended_on": ended_on, "basis": basis}, "已结束代管")


def list_all(context: typer.Context) -> None:
    """List who stood in for a committee."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/caretakers"))
    rows = [(one["name"], one["from_on"], one["ended_on"] or "至今", one["basis"]) for one in found["items"]]
    desk.table(found, "代管人", ("代管人", "起", "止", "依据"), rows)
