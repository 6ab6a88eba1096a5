"""Commands for what is put right afterwards: adjustments with two keys, claims, parked money, demands taken back."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.billing import Left, Reason, charges
from api.cli.collecting import Unit, demands
from api.cli.paying import payments
from api.cli.printing import desk_of
from ledger.rules.claim import Against
from ledger.rules.demand import Outcome
from ledger.rules.settle import Surplus

claims = typer.Typer(help="追偿:损失、收回、清单", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="申请号", min=1)]
Bank = Annotated[str, typer.Option(help="银行账户代码")]
Authority = Annotated[str, typer.Option(help="依据:表决号、决议或文书")]
Part = Annotated[str | None, typer.Option(help="多少,默认全部")]
_STATES = {"requested": "待同意", "approved": "已同意", "declined": "已退回", "withdrawn": "已撤回"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    charges.command("adjust", help="申请整笔冲回应收(第一把钥匙)。")(ask)
    charges.command("approve", help="同意应收更正(第二把钥匙:另一单位的另一个人)。")(approve)
    charges.command("decline", help="退回应收更正申请。")(decline)
    charges.command("withdraw", help="撤回自己的应收更正申请。")(withdraw)
    charges.command("adjustments", help="列出应收更正申请。")(list_adjustments)
    claims.command("list", help="列出追偿。")(list_claims)
    claims.command("loss", help="向责任人追偿损失。")(claim_loss)
    claims.command("recover", help="追偿收回:此时才是收入。")(recover)
    app.add_typer(claims, name="claims")
    app.command("refund-parked", help="申请把待查来款退回付款人(第一把钥匙)。")(refund_parked)
    payments.command("remuneration", help="申请支付已计提的酬金(第一把钥匙)。")(pay_remuneration)
    demands.command("outcome", help="补记催收结果。")(add_outcome)
    demands.command("withdraw", help="撤回记错的催收。")(withdraw_demand)
    app.command("interruptions", help="列出记录的时效中断。")(list_interruptions)
    app.command("withdraw-interruption", help="撤回记错的时效中断。")(withdraw_interruption)


def ask(
    context: typer.Context,
    charge: Annotated[list[str], typer.Argument(help="应收编号,可多个")],
    reason: Reason,
    surplus: Left = Surplus.REFUSE,
) -> None:
    """Ask to take charges back."""
    body = given(charges=charge, reason=reason, surplus=str(surplus))
    facts = (("申请号", "adjustment"), ("将冲回", "lowered"), ("多收", "freed"))
    act(context, "/adjustments", body, "已申请应收更正", *facts)


def approve(context: typer.Context, number: Number, effective_on: Day = None) -> None:
    """Turn the second key."""
    body = given(effective_on=effective_on)
    facts = (("冲回", "lowered"), ("多收", "freed"))
    act(context, f"/adjustments/{number}/approvals", body, "已更正", *facts)


def decline(context: typer.Context, number: Number, reason: Reason) -> None:
    """Send a request back."""
    act(context, f"/adjustments/{number}/refusals", {"reason": reason}, "已退回")


def withdraw(context: typer.Context, number: Number, reason: Reason) -> None:
    """Take one's own request back."""
    act(context, f"/adjustments/{number}/withdrawals", {"reason": reason}, "已撤回")


def list_adjustments(context: typer.Context) -> None:
    """List the requests."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/adjustments", limit="200"))
    rows = [
        (
            one["number"],
            _STATES[one["state"]],
            "、".join(line["charge"] for line in one["charges"]),
            one["reason"] or "",
        )
        for one in found["items"]
    ]
    desk.table(found, "应收更正申请", ("申请号", "状态", "应收", "原因"), rows)


def list_claims(context: typer.Context) -> None:
    """List claims."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/claims"))
    rows = [
        (one["seq"], one["voucher"], one["fund"], one["against"], one["amount"], one["open"])
        for one in found["items"]
    ]
    desk.table(found, "追偿", ("序号", "凭证", "资金", "对方", "金额", "金额 未收回"), rows)


def claim_loss(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    against: Annotated[Against, typer.Argument(help="trustee、former_trustee 或 other")],
    amount: Amount,
    reason: Reason,
    authority: Authority,
    fund: Annotated[str, typer.Option(help="资金")] = "PropertyFee",
    effective_on: Day = None,
) -> None:
    """Claim a loss."""
    body = given(
        against=str(against),
        fund=fund,
        amount=amount,
        reason=reason,
        authority=authority,
        effective_on=effective_on,
    )
    act(context, "/claims", body, "已记追偿")


def recover(
    context: typer.Context,
    claim: Annotated[int, typer.Argument(help="追偿的序号", min=1)],
    bank: Bank,
    amount: Part = None,
    effective_on: Day = None,
) -> None:
    """Record what came in of a claim."""
    body = given(bank=bank, amount=amount, effective_on=effective_on)
    act(context, f"/claims/{claim}/recoveries", body, "已收回", ("金额", "amount"), ("未收回", "open"))


def refund_parked(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="待查号", min=1)],
    bank: Bank,
    authority: Authority,
    amount: Part = None,
) -> None:
    """Ask to give parked money back; ``pay approve`` and ``pay out`` follow."""
    body = given(
        kind="parked_refund",
        fund="PropertyFee",
        parked=number,
        amount=amount,
        bank=bank,
        authority=authority,
        payee="个人",
        purpose="退回",
    )
    act(context, "/disbursements", body, "已申请退回", ("编号", "id"))


def pay_remuneration(
    context: typer.Context,
    payee: Annotated[str, typer.Option(help="受托人")],
    bank: Bank,
    authority: Authority,
    amount: Part = None,
    fund: Annotated[str, typer.Option(help="资金")] = "PropertyFee",
) -> None:
    """Ask to pay the trustee's remuneration."""
    body = given(
        kind="remuneration",
        fund=fund,
        amount=amount,
        bank=bank,
        authority=authority,
        payee=payee,
        purpose="酬金",
    )
    act(context, "/disbursements", body, "已申请支付酬金", ("编号", "id"))


def add_outcome(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="催收编号", min=1)],
    outcome: Annotated[Outcome, typer.Argument(help="结果")],
    happened_on: Annotated[str | None, typer.Option("--on", help="哪一天,默认今天")] = None,
) -> None:
    """Add what became known of a demand."""
    body = given(outcome=str(outcome), happened_on=happened_on)
    act(context, f"/demands/{number}/outcomes", body, "已补记催收结果")


def withdraw_demand(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="催收编号", min=1)],
    reason: Reason,
) -> None:
    """Take a demand back."""
    act(context, f"/demands/{number}/withdrawals", {"reason": reason}, "已撤回催收记录")


def list_interruptions(context: typer.Context, unit: Unit = None) -> None:
    """List recorded interruptions."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/interruptions", **given(unit=unit, limit="200")))
    rows = [
        (
            one["seq"],
            one["happened_on"],
            one["unit"],
            one["cause"],
            one["document"],
            "已撤回" if one["withdrawn"] else "",
        )
        for one in found["items"]
    ]
    desk.table(found, "时效中断", ("序号", "日期", "房屋", "事由", "文书", "状态"), rows)


def withdraw_interruption(
    context: typer.Context,
    seq: Annotated[int, typer.Argument(help="时效中断的序号", min=1)],
    reason: Reason,
) -> None:
    """Take an interruption back."""
    act(context, f"/interruptions/{seq}/withdrawals", {"reason": reason}, "已撤回时效中断")
