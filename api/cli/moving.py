"""Commands between funds: transfers, loans, suppliers, own accounts; a surplus given back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of

funds = typer.Typer(help="资金之间:划转、借款、归还、供应单位、账户间转款", no_args_is_help=True)
Identifier = Annotated[str, typer.Argument(help="编号")]
Purpose = Annotated[str, typer.Option(help="事由")]
Authority = Annotated[str, typer.Option(help="依据:表决或合同的编号")]
FromFund = Annotated[str, typer.Argument(help="转出资金,如 PublicIncome")]
ToFund = Annotated[str, typer.Argument(help="转入资金,如 Committee")]
FromBank = Annotated[str, typer.Option(help="转出账户")]
ToBank = Annotated[str | None, typer.Option(help="转入账户")]
Group = Annotated[str | None, typer.Option(help="总表编号")]
Exception_ = Annotated[str | None, typer.Option("--exception", help="允许资金透支的表决编号")]
_STATES = {
    "requested": "已申请",
    "approved": "已批准",
    "paid": "已付款",
    "confirmed": "已确认",
    "refused": "已退回",
}
_FACTS = (("编号", "id"), ("状态", "state"))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    funds.command("transfer", help="申请划转:须有表决。")(transfer)
    funds.command("lend", help="申请借款:须有表决和归还日。")(lend)
    funds.command("repay", help="申请归还借款。")(repay)
    funds.command("bear", help="申请由出借资金承担收不回的垫付。")(bear)
    funds.command("supplier", help="申请支付供应单位。")(supplier)
    funds.command("sweep", help="申请同一资金的账户间转款。")(sweep)
    funds.command("approve", help="批准(第二把钥匙)。")(approve)
    funds.command("refuse", help="退回申请。")(refuse)
    funds.command("pay", help="付款:从银行账户付出。")(pay)
    funds.command("confirm", help="确认到账。")(confirm)
    funds.command("list", help="列出划转和借款。")(list_moves)
    funds.command("loans", help="列出借款,标出到期未还的。")(list_loans)
    funds.command("give-surplus", help="结余按面积返还业主,转入预收。")(give_surplus)
    app.add_typer(funds, name="fund")


def _ask(context: typer.Context, **fields: Any) -> None:  # Any: JSON
    act(context, "/fund-moves", given(**fields), "已申请", *_FACTS)


def transfer(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    from_fund: FromFund,
    to_fund: ToFund,
    amount: Amount,
    purpose: Purpose,
    authority: Authority,
    from_bank: FromBank,
    to_bank: ToBank = None,
    exception: Exception_ = None,
) -> None:
    """Ask for a transfer; to the repair fund it goes to the custodian, without a bank account of ours."""
    _ask(
        context,
        kind="transfer",
        from_fund=from_fund,
        to_fund=to_fund,
        amount=amount,
        purpose=purpose,
        authority=authority,
        from_bank=from_bank,
        to_bank=to_bank,
        exception=exception,
    )


def lend(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    from_fund: FromFund,
    to_fund: ToFund,
    amount: Amount,
    due_on: Annotated[str, typer.Option(help="归还日")],
    purpose: Purpose,
    authority: Authority,
    from_bank: FromBank,
    to_bank: ToBank = None,
    meter_group: Group = None,
    payee: Annotated[str | None, typer.Option(help="垫付给哪个供应单位")] = None,
    exception: Exception_ = None,
) -> None:
    """Ask for a loan; with a meter group it bridges the supplier's bill."""
    _ask(
        context,
        kind="loan",
        from_fund=from_fund,
        to_fund=to_fund,
        amount=amount,
        due_on=due_on,
        purpose=purpose,
        authority=authority,
        from_bank=from_bank,
        to_bank=to_bank,
        meter_group=meter_group,
        payee=payee,
        exception=exception,
    )


def repay(
    context: typer.Context,
    loan: Annotated[str, typer.Argument(help="借款编号")],
    amount: Amount,
    purpose: Purpose,
    from_bank: FromBank,
    to_bank: Annotated[str, typer.Option(help="转入账户")],
) -> None:
    """Ask to give a loan back."""
    _ask(
        context,
        kind="repayment",
        loan=loan,
        amount=amount,
        purpose=purpose,
        from_bank=from_bank,
        to_bank=to_bank,
    )


def bear(
    context: typer.Context,
    loan: Annotated[str, typer.Argument(help="借款编号")],
    amount: Amount,
    purpose: Purpose,
    authority: Authority,
    account: Annotated[str | None, typer.Option(help="支出科目,默认公共能耗")] = None,
) -> None:
    """Ask that the lender bears what will not come back of a bridge."""
    _ask(
        context,
        kind="loss",
        loan=loan,
        amount=amount,
        purpose=purpose,
        authority=authority,
        account=account,
    )


def supplier(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    meter_group: Annotated[str, typer.Argument(help="总表编号")],
    amount: Amount,
    payee: Annotated[str, typer.Option(help="供应单位")],
    purpose: Purpose,
    authority: Authority,
    from_bank: FromBank,
) -> None:
    """Ask to pay a supplier out of what was collected for it."""
    _ask(
        context,
        kind="supplier",
        meter_group=meter_group,
        amount=amount,
        payee=payee,
        purpose=purpose,
        authority=authority,
        from_bank=from_bank,
    )


def sweep(
    context: typer.Context,
    fund: Annotated[str, typer.Argument(help="资金")],
    amount: Amount,
    purpose: Purpose,
    from_bank: FromBank,
    to_bank: Annotated[str, typer.Option(help="转入账户")],
) -> None:
    """Ask to move money between two bank accounts of one fund."""
    _ask(
        context,
        kind="sweep",
        from_fund=fund,
        amount=amount,
        purpose=purpose,
        from_bank=from_bank,
        to_bank=to_bank,
    )


def approve(context: typer.Context, identifier: Identifier, effective_on: Day = None) -> None:
    """Turn the second key."""
    _step(context, identifier, "approvals", given(effective_on=effective_on), "已批准")


def refuse(
    context: typer.Context, identifier: Identifier, reason: Annotated[str, typer.Option(help="原因")]
) -> None:
    """Send a request back."""
    _step(context, identifier, "refusals", {"reason": reason}, "已退回")


def pay(context: typer.Context, identifier: Identifier, effective_on: Day = None) -> None:
    """Post the bank leg."""
    _step(context, identifier, "payments", given(effective_on=effective_on), "已付款")


def confirm(
    context: typer.Context,
    identifier: Identifier,
    document: Annotated[str | None, typer.Option(help="专户的入账凭据")] = None,
    effective_on: Day = None,
) -> None:
    """Post the arrival."""
    body = given(effective_on=effective_on, document=document)
    _step(context, identifier, "confirmations", body, "已确认到账")


def _step(
    context: typer.Context,
    identifier: str,
    noun: str,
    body: Any,
    title: str,
) -> None:  # Any: JSON
    act(context, f"/fund-moves/{identifier}/{noun}", body, title, *_FACTS)


def list_moves(context: typer.Context) -> None:
    """List the requests between funds."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/fund-moves", limit="200"))
    rows = [
        (one["id"], _STATES[one["state"]], one["from_fund"], one["to_fund"], one["purpose"], one["amount"])
        for one in found["items"]
    ]
    desk.table(found, "资金之间", ("编号", "状态", "转出", "转入", "事由", "金额"), rows)


def list_loans(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期,默认今天")] = None
) -> None:
    """List the loans, and which should have been back."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/fund-loans", **given(as_of=as_of)))
    rows = [
        (
            one["id"],
            one["lender"],
            one["borrower"],
            one["due_on"],
            "到期未还" if one["is_due"] else "",
            one["open"],
        )
        for one in found["items"]
    ]
    desk.table(found, "资金间借款", ("编号", "出借", "借入", "归还日", "提醒", "金额(未还)"), rows)


def give_surplus(
    context: typer.Context, amount: Amount, authority: Authority, effective_on: Day = None
) -> None:
    """Give a surplus back by area."""
    body = given(amount=amount, authority=authority, effective_on=effective_on)
    act(context, "/surplus-returns", body, "已返还", ("户数", "units"), ("金额", "amount"))
