"""Commands for projects that only some units own: project open, plan, call, subsidy, bridge, return, show."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.granting import listed

projects = typer.Typer(help="专项工程:设立、分摊、补贴、垫付、退还", no_args_is_help=True)

Project = Annotated[str, typer.Argument(help="工程编号,如 Lift-01(不含楼栋)")]
Authority = Annotated[str, typer.Option(help="参与户表决的编号")]
Bank = Annotated[str, typer.Option(help="银行账户代码")]
Document = Annotated[str, typer.Option(help="文件编号(公开)")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    projects.command("open", help="设立工程;参与户写 房屋=系数,按面积时只写房屋。")(open_)
    projects.command("plan", help="议定分摊;各期写 日期 或 日期=金额。")(plan)
    projects.command("call", help="某一期分摊记应收。")(call)
    projects.command("subsidy", help="补贴到账。")(subsidy)
    projects.command("return-subsidy", help="未用补贴转应退。")(return_subsidy)
    projects.command("bridge", help="参与户垫付。")(bridge)
    projects.command("settle-bridge", help="垫付冲抵分摊。")(settle_bridge)
    projects.command("return", help="结余按原系数退还。")(return_)
    projects.command("units", help="参与户与分摊(不公开)。")(units)
    projects.command("show", help="某月的专项工程。")(show)
    app.add_typer(projects, name="project")


def _pairs(written: list[str], names: tuple[str, str]) -> list[dict[str, Any]]:
    """Return ``a=b`` as the interface takes it; the part after ``=`` may be missing."""
    return [
        given(**{names[0]: one.partition("=")[0], names[1]: one.partition("=")[2] or None}) for one in written
    ]


def open_(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    code: Project,
    amount: Amount,
    participants: Annotated[list[str], typer.Argument(help="房屋=系数,如 B03-U1-0301=0.7")],
    title: Annotated[str, typer.Option(help="工程名称(公开)")],
    authority: Authority,
    bank: Bank,
    basis: Annotated[str, typer.Option(help="coefficient 或 area")] = "coefficient",
) -> None:
    """Open a project."""
    body = {
        "code": code,
        "title": title,
        "amount": amount,
        "authority": authority,
        "bank": bank,
        "basis": basis,
        "units": _pairs(participants, ("unit", "coefficient")),
    }
    act(context, "/projects", body, "专项工程已设立", ("资金", "fund"), ("参与户", "units"))


def plan(
    context: typer.Context,
    project: Project,
    amount: Amount,
    instalments: Annotated[list[str], typer.Argument(help="日期 或 日期=金额,可多期")],
    authority: Authority,
    without: Annotated[list[str] | None, typer.Option(help="不参加本次分摊的房屋")] = None,
) -> None:
    """Agree to share a sum."""
    body = given(amount=amount, authority=authority, without=without)
    body["instalments"] = _pairs(instalments, ("due_on", "amount"))
    act(context, f"/projects/{project}/plans", body, "分摊已议定", ("方案", "plan"))


def call(
    context: typer.Context,
    project: Project,
    plan_number: Annotated[int, typer.Argument(help="方案")],
    number: Annotated[int, typer.Argument(help="第几期")],
    effective_on: Day = None,
) -> None:
    """Charge an instalment."""
    body = given(plan=plan_number, number=number, effective_on=effective_on)
    act(context, f"/projects/{project}/calls", body, "分摊已记应收", ("户数", "count"), ("合计", "total"))


def subsidy(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    project: Project,
    amount: Amount,
    source: Annotated[str, typer.Option(help="补贴单位(公开)")],
    document: Document,
    bank: Bank,
    conditional: Annotated[bool, typer.Option("--conditional/--free", help="未用是否须退")],
    effective_on: Day = None,
) -> None:
    """Post a subsidy."""
    body = given(amount=amount, source=source, document=document, bank=bank, effective_on=effective_on)
    body["conditional"] = conditional
    act(context, f"/projects/{project}/subsidies", body, "补贴已入账", ("金额", "amount"), ("收入", "income"))


def return_subsidy(
    context: typer.Context, project: Project, document: Document, effective_on: Day = None
) -> None:
    """Owe unspent subsidies back."""
    body = given(document=document, effective_on=effective_on)
    act(context, f"/projects/{project}/subsidy-returns", body, "未用补贴已转应退", ("金额", "amount"))


def bridge(
    context: typer.Context,
    project: Project,
    unit: Annotated[str, typer.Argument(help="垫付的房屋")],
    amount: Amount,
    bank: Bank,
    effective_on: Day = None,
) -> None:
    """Take money bridged for others."""
    body = given(unit=unit, amount=amount, bank=bank, effective_on=effective_on)
    act(context, f"/projects/{project}/bridges", body, "垫付已入账", ("收据号", "number"), ("金额", "amount"))


def settle_bridge(
    context: typer.Context,
    project: Project,
    unit: Annotated[str, typer.Argument(help="垫付的房屋")],
    effective_on: Day = None,
) -> None:
    """Settle a share from what was bridged."""
    body = given(unit=unit, effective_on=effective_on)
    act(context, f"/projects/{project}/bridge-settlements", body, "垫付已冲抵", ("金额", "amount"))


def return_(
    context: typer.Context, project: Project, amount: Amount, authority: Authority, effective_on: Day = None
) -> None:
    """Give back what is left."""
    body = given(amount=amount, authority=authority, effective_on=effective_on)
    act(context, f"/projects/{project}/surplus-returns", body, "结余已转应退", ("应退", "freed"))


def units(context: typer.Context, project: Project) -> None:
    """List the units of a project."""
    columns = (("房屋", "unit"), ("系数", "weight"), ("分摊", "share"), ("未缴", "open"), ("垫付", "bridged"))
    listed(context, f"/projects/{project}/units", f"{project} 参与户", columns)


def show(context: typer.Context, month: Annotated[str, typer.Argument(help="月份")]) -> None:
    """Show the projects of a month."""
    columns = (
        ("工程", "code"),
        ("造价", "planned"),
        ("已缴", "contributed"),
        ("未缴", "open"),
        ("补贴", "subsidy"),
        ("支出", "spent"),
        ("可用", "spendable"),
    )
    listed(context, "/projects", f"{month} 专项工程", columns, month=month)
