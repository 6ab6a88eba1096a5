"""Commands for a bank account that funds share, and for deposits: bank-interest, bank-charge, deposit."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of
from ledger.rules.channel import Channel
from ledger.rules.deposit import Deposit

Bank = Annotated[str | None, typer.Option(help="银行账户代码")]
Channels = Annotated[Channel, typer.Option(help="渠道")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("bank-interest", help="共用账户结息,按日均余额分配;--dry-run 先看。")(bank_interest)
    app.command("bank-charge", help="共用账户手续费,按日均余额分摊。")(bank_charge)
    app.command("deposit", help="收押金:装修(房屋)、承租(合同)、投标履约、其他(编号)。")(deposit)


def _share(context: typer.Context, path: str, title: str, body: dict[str, Any]) -> None:
    done = act(context, path, body, title, ("金额", "amount"), ("起", "from_on"), ("止", "to_on"))
    desk = desk_of(context)
    if not desk.options.as_json:
        rows = [(one["fund"], one["amount"]) for one in done["parts"]]
        desk.table(done, "分配", ("资金", "金额"), rows)


def bank_interest(
    context: typer.Context,
    bank: Annotated[str, typer.Argument(help="银行账户代码")],
    amount: Amount,
    since: Annotated[str | None, typer.Option("--from", help="计息起日,默认上次结息次日")] = None,
    until: Annotated[str | None, typer.Option("--to", help="计息止日,默认入账前一日")] = None,
    effective_on: Day = None,
) -> None:
    """Share interest by daily balances."""
    body = given(bank=bank, amount=amount, from_on=since, to_on=until, effective_on=effective_on)
    _share(context, "/bank-interest", "结息已分配", body)


def bank_charge(
    context: typer.Context,
    bank: Annotated[str, typer.Argument(help="银行账户代码")],
    amount: Amount,
    effective_on: Day = None,
) -> None:
    """Share a bank's charge by daily balances."""
    _share(
        context,
        "/bank-charges",
        "手续费已分摊",
        given(bank=bank, amount=amount, effective_on=effective_on),
    )


def deposit(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    kind: Annotated[Deposit, typer.Argument(help="种类")],
    amount: Amount,
    unit: Annotated[str | None, typer.Option(help="房屋编号(装修)")] = None,
    contract: Annotated[str | None, typer.Option(help="合同或编号(其他种类)")] = None,
    payer: Annotated[str | None, typer.Option(help="缴纳单位")] = None,
    channel: Channels = Channel.BANK,
    bank: Bank = None,
    effective_on: Day = None,
) -> None:
    """Take a deposit."""
    body = given(
        deposit=str(kind),
        amount=amount,
        unit=unit,
        contract=contract,
        payer=payer,
        channel=str(channel),
        bank=bank,
        effective_on=effective_on,
    )
    act(context, "/deposits", body, "押金已收", ("金额", "amount"))
