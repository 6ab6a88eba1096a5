"""Commands of what units owe: their timeline, meters, shared costs, and single charges."""

from __future__ import annotations

import csv
from typing import Annotated

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of
from ledger.rules.settle import Surplus
from ledger.rules.unit import State

tenures = typer.Typer(help="房屋状态", no_args_is_help=True)
charges = typer.Typer(help="单笔应收", no_args_is_help=True)
Unit = Annotated[str, typer.Argument(help="房屋编号,如 B03-U2-1502")]
Item = Annotated[str, typer.Argument(help="收费项目,如 shared_energy")]
Month = Annotated[str, typer.Argument(help="月份,如 2026-01")]
Reason = Annotated[str, typer.Option(help="原因")]
Why = Annotated[str | None, typer.Option("--reason", help="更正的原因")]
Left = Annotated[Surplus, typer.Option(help="已缴的部分:拒绝、转预收或转应退")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    tenures.command("list", help="一户的状态时间线。")(list_tenures)
    tenures.command("change", help="变更状态或登记空置;换业主请用 owner-change。")(change_tenure)
    tenures.command("withdraw", help="撤回一次变更。")(withdraw_tenure)
    charges.command("explain", help="一笔应收怎么来的。")(explain)
    charges.command("rebill", help="按现在的名册、状态和标准重新计一户一个月的费。")(rebill)
    app.add_typer(tenures, name="tenure")
    app.add_typer(charges, name="charge")
    app.command("meters", help="抄表:CSV 两列,房屋编号和读数(千分之一)。")(meters)
    app.command("shared-cost", help="登记一个月要分摊的费用。")(shared_cost)
    app.command("coefficients", help="设定分摊系数:CSV 两列,房屋编号和系数(万分之一)。")(coefficients)


def list_tenures(context: typer.Context, unit: Unit) -> None:
    """List a unit's stretches."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/units/{unit}/tenures"))
    rows = [
        (one["from_on"] or "", one["to_on"] or "", one["state"], one["debtor"], one["factor_bp"])
        for one in found["items"]
    ]
    desk.table(found, unit, ("从", "到", "状态", "债务人", "万分之"), rows)
    if any(one["reason"] for one in found["changes"]) and not desk.options.as_json:
        told = [(one["seq"], one["from_on"], one["state"], one["reason"] or "") for one in found["changes"]]
        desk.table(found, f"{unit} 变更记录", ("序号", "从", "状态", "原因"), told)


def change_tenure(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    unit: Unit,
    state: Annotated[State, typer.Argument(help="状态")],
    from_on: Annotated[str, typer.Option("--from", help="起始日")],
    to_on: Annotated[str | None, typer.Option("--to", help="结束日;之后恢复原状")] = None,
    factor_bp: Annotated[int | None, typer.Option("--factor", help="空置系数,万分之几:7000 为 70%")] = None,
    notice: Annotated[str | None, typer.Option(help="业主书面通知编号")] = None,
    confirmed_on: Annotated[str | None, typer.Option(help="通知确认日")] = None,
    reason: Why = None,
) -> None:
    """Change a unit's tenure; another owner takes ``owner-change``."""
    body = given(
        unit=unit,
        state=str(state),
        from_on=from_on,
        to_on=to_on,
        factor_bp=factor_bp,
        notice=notice,
        confirmed_on=confirmed_on,
        reason=reason,
    )
    act(context, "/tenures", body, "已变更房屋状态", ("房屋", "unit"), ("债务人", "debtor"))


def withdraw_tenure(
    context: typer.Context,
    unit: Unit,
    from_on: Annotated[str, typer.Option("--from", help="那次变更的起始日")],
    reason: Why = None,
) -> None:
    """Withdraw a change."""
    body = given(unit=unit, from_on=from_on, reason=reason)
    act(context, "/tenures:withdraw", body, "已撤回", ("房屋", "unit"))


def explain(context: typer.Context, charge: Annotated[str, typer.Argument(help="应收编号,如 12-3")]) -> None:
    """Explain a charge."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/charges/{charge}"))
    desk.show(found, f"应收 {charge}", [("房屋", found["unit"]), ("怎么来的", "\n".join(found["zh"]))])


def rebill(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    unit: Unit,
    month: Month,
    reason: Reason,
    item: Annotated[list[str] | None, typer.Option(help="只重计这些项目")] = None,
    surplus: Left = Surplus.REFUSE,
    effective_on: Day = None,
) -> None:
    """Bill a unit's month anew."""
    body = given(
        unit=unit, month=month, reason=reason, items=item, surplus=str(surplus), effective_on=effective_on
    )
    facts = (("减少", "lowered"), ("增加", "raised"), ("多收", "freed"))
    act(context, "/charges:rebill", body, "已重新计费", *facts)


def _rows(file: typer.FileText) -> list[tuple[str, int]]:
    rows = []
    for number, row in enumerate(csv.reader(file), 1):
        if len(row) != 2 or not row[1].strip().isdecimal():  # noqa: PLR2004 - two columns
            raise typer.BadParameter(f"第 {number} 行应为:房屋编号,整数")
        rows.append((row[0].strip(), int(row[1])))
    return rows


def meters(
    context: typer.Context,
    item: Item,
    month: Month,
    file: Annotated[typer.FileText, typer.Argument(help="CSV:房屋编号,读数(千分之一)")],
) -> None:
    """Take in meter readings."""
    readings = [{"unit": unit, "reading": reading} for unit, reading in _rows(file)]
    body = {"item": item, "month": month, "readings": readings}
    act(context, "/meter-readings", body, "已抄表", ("户数", "count"), ("用量(千分之一)", "used"))


def shared_cost(
    context: typer.Context,
    item: Item,
    month: Month,
    amount: Amount,
    document: Annotated[str, typer.Option(help="凭据,如电费单号")],
) -> None:
    """Record a cost to share."""
    body = {"item": item, "month": month, "amount": amount, "document": document}
    act(context, "/shared-costs", body, "已登记分摊费用", ("金额", "amount"))


def coefficients(
    context: typer.Context,
    item: Item,
    file: Annotated[typer.FileText, typer.Argument(help="CSV:房屋编号,系数(万分之一)")],
) -> None:
    """Set coefficients."""
    values = [{"unit": unit, "value_e4": value} for unit, value in _rows(file)]
    act(context, "/coefficients", {"item": item, "values": values}, "已设定系数", ("户数", "count"))
