"""Commands of the treasurer's month: bill, earn, clear, reverse."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of
from ledger.rules.channel import Channel


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("bill", help="给全部房屋计一个月的费,并用预收冲抵。")(bill)
    app.command("income", help="公共收益入账。")(income)
    app.command("clear", help="支付平台结算到账。")(clear)
    app.command("reverse", help="整张冲销一张凭证,只能一次。")(reverse)


def bill(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="月份,如 2026-01")],
    item: Annotated[list[str] | None, typer.Option(help="只计这些项目,可多次")] = None,
    effective_on: Day = None,
    *,
    only_missing: Annotated[bool, typer.Option("--only-missing", help="只补计还没有计费的房屋")] = False,
) -> None:
    """Bill a month."""
    desk = desk_of(context)
    body = given(month=month, items=item, effective_on=effective_on, only_missing=only_missing or None)
    with desk.connection() as way, desk.working(f"{month} 计费"):
        done = desk.accept(way.post(f"{desk.books}/charges:bill", body))
    rows = [(run["item"], run["voucher"], run["count"], run["total"]) for run in done["runs"]]
    if done["releases"]:
        rows.append(("预收冲抵", "、".join(one["voucher"] for one in done["releases"]), "", done["released"]))
    desk.table(done, f"{month} 计费", ("项目", "凭证", "户数", "金额"), rows)
    if "lines" in done and not desk.options.as_json:
        lines = [(one["unit"], one["item"], one["amount"], "".join(one["zh"][1:])) for one in done["lines"]]
        desk.table(done, f"{month} 试算", ("房屋", "项目", "金额", "怎么算的"), lines)


def income(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="科目,如 Income:PublicIncome:Advertising")],
    amount: Amount,
    narration: Annotated[str, typer.Option(help="摘要")],
    channel: Annotated[Channel, typer.Option(help="渠道")] = Channel.BANK,
    bank: Annotated[str | None, typer.Option(help="银行账户代码")] = None,
    counterparty: Annotated[str | None, typer.Option(help="对方单位")] = None,
    authority: Annotated[str | None, typer.Option(help="依据")] = None,
    effective_on: Day = None,
) -> None:
    """Post public income."""
    body = given(
        account=account,
        amount=amount,
        narration=narration,
        channel=str(channel),
        bank=bank,
        counterparty=counterparty,
        authority=authority,
        effective_on=effective_on,
    )
    act(context, "/public-income", body, "公共收益已入账", ("科目", "account"), ("金额", "amount"))


def clear(
    context: typer.Context,
    channel: Annotated[Channel, typer.Argument(help="渠道")],
    amount: Amount,
    bank: Annotated[str, typer.Option(help="到账的银行账户")],
    fee: Annotated[str | None, typer.Option(help="平台扣下的手续费")] = None,
    effective_on: Day = None,
) -> None:
    """Post a platform's settlement."""
    body = given(channel=str(channel), amount=amount, bank=bank, fee=fee, effective_on=effective_on)
    act(context, "/clearings", body, "已结算到账", ("金额", "amount"), ("手续费", "fee"))


def reverse(
    context: typer.Context,
    seq: Annotated[int, typer.Argument(help="凭证的业务序号")],
    reason: Annotated[str, typer.Option(help="原因")],
    effective_on: Day = None,
    *,
    returned: Annotated[bool, typer.Option("--returned", help="收款被银行退回(不是误记)")] = False,
) -> None:
    """Reverse an entry."""
    body = given(reason=reason, effective_on=effective_on, returned=returned or None)
    act(context, f"/entries/{seq}/reversals", body, "已冲销", ("被冲销", "reverses"))
