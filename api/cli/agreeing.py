"""Commands for what people agree about debts: owner-change, settle-developer, in-kind, in-kind-sale."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.relieving import Authority, Charges, parts
from ledger.rules.settle import Ahead


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("owner-change", help="产权变更:旧债留给原业主,预收转给新业主或应退。")(owner_change)
    app.command("settle-developer", help="与建设单位结算:部分付款,部分抵偿,其余经表决减免。")(
        settle_developer
    )
    app.command("in-kind", help="实物抵偿应收:须有表决和评估。")(in_kind)
    app.command("in-kind-sale", help="抵债资产变现。")(in_kind_sale)


def owner_change(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="房屋编号")],
    from_on: Annotated[str, typer.Argument(help="从哪一天起是新业主")],
    ahead: Annotated[Ahead, typer.Option(help="预收:carry 转给新业主,refund 应退原业主")],
    authority: Authority,
    effective_on: Day = None,
) -> None:
    """Change the owner of a unit; split its month with the adjustment of charges."""
    body = given(from_on=from_on, ahead=str(ahead), authority=authority, effective_on=effective_on)
    facts = (("新欠费人", "debtor"), ("原业主仍欠", "former"), ("预收", "ahead"))
    act(context, f"/units/{unit}/owner-changes", body, "已变更业主", *facts)


def settle_developer(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    units: Annotated[list[str], typer.Argument(help="房屋编号,可多个")],
    amount: Annotated[str, typer.Option(help="付款金额")],
    bank: Annotated[str, typer.Option(help="到账的银行账户")],
    authority: Authority,
    in_kind: Annotated[str | None, typer.Option(help="实物抵偿金额")] = None,
    document: Annotated[str | None, typer.Option(help="评估文件")] = None,
    effective_on: Day = None,
    *,
    waive_rest: Annotated[bool, typer.Option("--waive-rest", help="其余经表决减免")] = False,
) -> None:
    """Settle with the developer."""
    body = given(
        units=units,
        amount=amount,
        bank=bank,
        authority=authority,
        in_kind=in_kind,
        document=document,
        waive_rest=waive_rest or None,
        effective_on=effective_on,
    )
    act(context, "/developer-settlements", body, "已与建设单位结算")


def in_kind(
    context: typer.Context,
    charges: Charges,
    authority: Authority,
    document: Annotated[str, typer.Option(help="评估文件")],
    consumed: Annotated[str | None, typer.Option(help="以已完成的工作抵偿时的支出科目")] = None,
    effective_on: Day = None,
) -> None:
    """Settle charges in kind."""
    body = given(
        charges=parts(charges),
        authority=authority,
        document=document,
        consumed=consumed,
        effective_on=effective_on,
    )
    act(context, "/settlements-in-kind", body, "已实物抵偿", ("金额", "amount"))


def in_kind_sale(
    context: typer.Context,
    book: Annotated[str, typer.Argument(help="当初抵偿的金额")],
    amount: Amount,
    bank: Annotated[str, typer.Option(help="到账的银行账户")],
    authority: Authority,
    effective_on: Day = None,
) -> None:
    """Record the sale of what was taken in kind."""
    body = given(book=book, amount=amount, bank=bank, authority=authority, effective_on=effective_on)
    act(context, "/settlements-in-kind/sales", body, "抵债资产已变现")
