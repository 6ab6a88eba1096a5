"""Commands for governance funds: grant …, gift, donor …, points ….

Money out of a pool is asked for with ``pay request``; this is what comes in, is decided, and goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of

grants = typer.Typer(help="治理资金:申请、批准、拨入、清算", no_args_is_help=True)
points = typer.Typer(help="积分:发放、兑换(不折算为钱)", no_args_is_help=True)

Project = Annotated[str, typer.Argument(help="项目编号,如 GP001")]
Fund = Annotated[str, typer.Argument(help="资金,如 Governance:Guarantee")]
Document = Annotated[str, typer.Option(help="文件编号(公开)")]
DoneBy = Annotated[str, typer.Option("--by", help="办理机构(公开)")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    grants.command("pool", help="登记治理资金及其法定持有人。")(pool)
    grants.command("apply", help="申请项目;预算写 用途=金额。")(apply)
    grants.command("step", help="项目进展:reviewed、approved、refused、accepted。")(step)
    grants.command("receive", help="拨款到账。")(receive)
    grants.command("allocate", help="把未安排的拨款安排给项目。")(allocate)
    grants.command("clear", help="项目清算:未用拨款转应退。")(clear)
    grants.command("disallow", help="审计不予认可的支出。")(disallow)
    grants.command("outcome", help="登记成效(--value)或照片(--photo)。")(outcome)
    grants.command("purposes", help="用途类别与负面清单。")(purposes)
    grants.command("show", help="某月的治理资金。")(show)
    grants.command("overdue", help="到期未清算的项目。")(overdue)
    app.add_typer(grants, name="grant")
    points.command("issue", help="发放积分。")(moving("issues", "积分已发放"))
    points.command("redeem", help="兑换积分。")(moving("redemptions", "积分已兑换"))
    app.add_typer(points, name="points")
    app.command("gift", help="登记捐赠;实物不计价时不写金额。")(gift)
    app.command("donor", help="变更捐赠人:同意公开、不同意、或抹去姓名。")(donor)


def pool(
    context: typer.Context,
    fund: Fund,
    holder: Annotated[str, typer.Option(help="法定持有人(公开)")],
    document: Document,
    bank: Annotated[str, typer.Option(help="银行账户代码")],
) -> None:
    """Put a pool on record."""
    act(
        context,
        "/pools",
        {"fund": fund, "holder": holder, "document": document, "bank": bank},
        "治理资金已登记",
    )


def apply(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    code: Project,
    fund: Fund,
    budget: Annotated[list[str], typer.Argument(help="用途=金额,可多个,如 facilities=5000")],
    title: Annotated[str, typer.Option(help="项目名称(公开)")],
    applicant: Annotated[str, typer.Option(help="申请人(公开)")],
    clear_by: Annotated[str, typer.Option(help="清算期限")],
    document: Document,
    applied_on: Annotated[str | None, typer.Option(help="申请日期,默认今天")] = None,
) -> None:
    """Record an application."""
    lines = [dict(zip(("purpose", "amount"), one.partition("=")[::2], strict=True)) for one in budget]
    body = given(
        code=code,
        fund=fund,
        title=title,
        applicant=applicant,
        budget=lines,
        clear_by=clear_by,
        document=document,
        applied_on=applied_on,
    )
    act(context, "/grants", body, "申请已登记", ("项目", "code"))


def step(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    project: Project,
    done: Annotated[str, typer.Argument(help="reviewed、approved、refused 或 accepted")],
    done_by: DoneBy,
    document: Document,
    done_on: Annotated[str | None, typer.Option("--on", help="日期,默认今天")] = None,
    result: Annotated[str | None, typer.Option(help="结论(公开)")] = None,
) -> None:
    """Record a step of a project."""
    body = given(step=done, done_by=done_by, document=document, done_on=done_on, result=result)
    act(context, f"/grants/{project}/steps", body, "项目进展已登记", ("进展", "step"))


def receive(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    fund: Fund,
    amount: Amount,
    source: Annotated[str, typer.Option(help="拨款单位(公开)")],
    document: Document,
    bank: Annotated[str, typer.Option(help="银行账户代码")],
    project: Annotated[str | None, typer.Option(help="项目编号;不写则为未安排")] = None,
    effective_on: Day = None,
) -> None:
    """Post money of a pool."""
    body = given(
        fund=fund,
        amount=amount,
        source=source,
        document=document,
        bank=bank,
        project=project,
        effective_on=effective_on,
    )
    act(context, "/grant-money", body, "拨款已入账", ("金额", "amount"), ("其中确认收入", "income"))


def allocate(
    context: typer.Context, project: Project, amount: Amount, document: Document, effective_on: Day = None
) -> None:
    """Set money aside for a project."""
    body = given(amount=amount, document=document, effective_on=effective_on)
    act(context, f"/grants/{project}/allocations", body, "已安排给项目", ("金额", "amount"))


def clear(
    context: typer.Context, project: Project, done_by: DoneBy, document: Document, effective_on: Day = None
) -> None:
    """End a project."""
    body = given(done_by=done_by, document=document, effective_on=effective_on)
    act(context, f"/grants/{project}/clearing", body, "项目已清算", ("应退", "amount"))


def disallow(
    context: typer.Context, project: Project, amount: Amount, document: Document, effective_on: Day = None
) -> None:
    """Give up disallowed income."""
    body = given(amount=amount, document=document, effective_on=effective_on)
    act(context, f"/grants/{project}/disallowances", body, "已转应退", ("金额", "amount"))


def outcome(
    context: typer.Context,
    project: Project,
    caption: Annotated[str, typer.Argument(help="说明(公开)")],
    value: Annotated[str | None, typer.Option(help="数字,如 120 盏")] = None,
    photo: Annotated[str | None, typer.Option(help="已上传照片的 SHA-256")] = None,
) -> None:
    """Record an outcome."""
    body = {"outcomes": [given(caption=caption, value=value, sha256=photo)]}
    act(context, f"/grants/{project}/outcomes", body, "成效已登记")


def purposes(context: typer.Context) -> None:
    """List the purposes."""
    columns = (("代码", "code"), ("用途", "zh"), ("不能支出的原因", "why_zh"))
    listed(context, "/grant-purposes", "用途类别", columns)


def show(context: typer.Context, month: Annotated[str, typer.Argument(help="月份")]) -> None:
    """Show the pools of a month."""
    columns = (
        ("资金", "name_zh"),
        ("期初", "opening"),
        ("收入", "received"),
        ("支出", "spent"),
        ("退回", "returned"),
        ("期末", "closing"),
        ("未用", "unspent"),
    )
    listed(context, "/grants", f"{month} 治理资金", columns, "pools", month=month)


def overdue(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期")] = None
) -> None:
    """List projects that should have been cleared."""
    columns = (
        ("项目", "code"),
        ("名称", "title"),
        ("期限", "clear_by"),
        ("逾期天数", "days"),
        ("未用", "unspent"),
    )
    listed(context, "/grants/overdue", "到期未清算", columns, **given(as_of=as_of))


def gift(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    fund: Fund,
    what: Annotated[str, typer.Argument(help="捐赠内容(公开)")],
    document: Document,
    name: Annotated[str | None, typer.Option(help="捐赠人,只进登记册")] = None,
    donor: Annotated[int | None, typer.Option(help="已登记的捐赠人编号")] = None,
    company: Annotated[bool, typer.Option("--company", help="单位捐赠")] = False,  # noqa: FBT002 - an option
    consent: Annotated[bool, typer.Option("--consent", help="同意公开姓名")] = False,  # noqa: FBT002 - an option
    amount: Annotated[str | None, typer.Option(help="金额;实物为评估价值")] = None,
    bank: Annotated[str | None, typer.Option(help="银行账户代码;实物不写")] = None,
    given_on: Annotated[str | None, typer.Option("--on", help="捐赠日期,默认今天")] = None,
) -> None:
    """Record a gift."""
    who = {"name": name, "is_company": company, "consent": consent} if name else None
    body = given(
        fund=fund,
        what=what,
        document=document,
        donor=who,
        donor_number=donor,
        amount=amount,
        bank=bank,
        given_on=given_on,
    )
    act(context, "/gifts", body, "捐赠已登记", ("捐赠人编号", "donor"), ("金额", "amount"))


def donor(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="捐赠人编号")],
    consent: Annotated[bool | None, typer.Option("--consent/--no-consent", help="是否同意公开")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="抹去姓名")] = False,  # noqa: FBT002 - an option
) -> None:
    """Change a donor."""
    body = given(consent=consent) | {"forget": forget}
    act(context, f"/donors/{number}/changes", body, "捐赠人已变更", ("捐赠人编号", "donor"))


def moving(path: str, title: str) -> Callable[..., None]:
    """Return the command that moves points one way."""

    def move(
        context: typer.Context,
        fund: Fund,
        count: Annotated[str, typer.Argument(help="积分")],
        reason: Annotated[str, typer.Option(help="事由")],
        unit: Annotated[str | None, typer.Option(help="房屋")] = None,
        effective_on: Day = None,
    ) -> None:
        body = given(fund=fund, points=count, reason=reason, unit=unit, effective_on=effective_on)
        act(context, f"/points/{path}", body, title, ("积分", "points"), ("未兑积分", "outstanding"))

    return move


def listed(
    context: typer.Context,
    path: str,
    title: str,
    columns: tuple[tuple[str, str], ...],
    key: str = "items",
    **params: str,
) -> None:
    """Fetch a list and print it: ``columns`` are heads and names of the fields."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}{path}", **params))
    rows = [["" if one[name] is None else one[name] for _, name in columns] for one in found[key]]
    desk.table(found, title, [head for head, _ in columns], rows)
