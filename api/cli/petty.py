"""Commands for petty cash and for what the bank took without anybody's asking."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.acting import Day, act, given
from api.cli.printing import desk_of

petty = typer.Typer(help="备用金:定额、报销、盘点", no_args_is_help=True)
debits = typer.Typer(help="待查付款:登记、说明", no_args_is_help=True)
Fund = Annotated[str, typer.Option(help="资金,如 PropertyFee")]
Authority = Annotated[str, typer.Option(help="依据:决议、表决、合同编号或 budget")]
_SLIP_PARTS = 3


def register(app: typer.Typer) -> None:
    """Add these commands."""
    petty.command("float", help="设立备用金定额(业委会)。")(set_float)
    petty.command("spend", help="报销票据。")(spend)
    petty.command("count", help="盘点:短款记损失,长款待查。")(count)
    petty.command("show", help="看备用金。")(show)
    debits.command("book", help="登记银行扣款(无凭证)。")(book)
    debits.command("explain", help="说明扣款(第二把钥匙)。")(explain)
    debits.command("list", help="列出待查付款。")(list_debits)
    app.add_typer(petty, name="petty")
    app.add_typer(debits, name="debit")


def set_float(
    context: typer.Context,
    amount: Annotated[str, typer.Argument(help="定额,0 为取消")],
    fund: Fund,
    authority: Authority,
) -> None:
    """Set how much petty cash a fund keeps."""
    body = given(fund=fund, amount=amount, authority=authority)
    act(context, "/petty-cash/floats", body, "已设定额")


def spend(
    context: typer.Context,
    fund: Fund,
    slip: Annotated[list[str], typer.Option(help="科目=金额=用途,可多次")],
    authority: Annotated[str | None, typer.Option(help="依据,默认备用金定额的依据")] = None,
    effective_on: Day = None,
) -> None:
    """Post slips paid out of the box."""
    slips = []
    for one in slip:
        parts = one.split("=", 2)
        if len(parts) != _SLIP_PARTS:
            raise typer.BadParameter("--slip 应写成 科目=金额=用途")
        slips.append(dict(zip(("account", "amount", "purpose"), parts, strict=True)))
    body = given(fund=fund, slips=slips, authority=authority, effective_on=effective_on)
    act(context, "/petty-cash/slips", body, "已报销")


def count(
    context: typer.Context,
    counted: Annotated[str, typer.Argument(help="实点金额")],
    fund: Fund,
    box: Annotated[str, typer.Option(help="petty 备用金,on_hand 待存收款")] = "petty",
    bank: Annotated[str | None, typer.Option(help="点后全部存入的账户")] = None,
    effective_on: Day = None,
) -> None:
    """Put a count on record."""
    body = given(fund=fund, counted=counted, box=box, bank=bank, effective_on=effective_on)
    facts = (("账面", "book"), ("实点", "counted"), ("差额", "difference"))
    act(context, "/petty-cash/counts", body, "已盘点", *facts)


def show(context: typer.Context) -> None:
    """Show the petty cash of every fund."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/petty-cash"))
    rows = [(one["fund"], one["float"], one["held"], one["coming"]) for one in found["items"]]
    desk.table(found, "备用金", ("资金", "金额:定额", "金额:现有", "金额:在途"), rows)


def book(
    context: typer.Context,
    amount: Annotated[str, typer.Argument(help="扣款金额")],
    fund: Fund,
    bank: Annotated[str, typer.Option(help="被扣的账户")],
    narration: Annotated[str, typer.Option(help="对账单上的摘要")],
    effective_on: Day = None,
) -> None:
    """Book what the bank took."""
    body = given(fund=fund, bank=bank, amount=amount, narration=narration, effective_on=effective_on)
    act(context, "/unexplained-debits", body, "已登记待查付款")


def explain(  # noqa: PLR0913,PLR0917 - as above
    context: typer.Context,
    seq: Annotated[int, typer.Argument(help="登记时的业务序号")],
    narration: Annotated[str, typer.Option(help="说明")],
    line: Annotated[list[str] | None, typer.Option(help="科目=金额,可多次")] = None,
    authority: Annotated[str | None, typer.Option(help="依据")] = None,
    bank: Annotated[str | None, typer.Option(help="银行退回到哪个账户")] = None,
    amount: Annotated[str | None, typer.Option(help="银行退回多少")] = None,
    effective_on: Day = None,
    grant_purpose: Annotated[str | None, typer.Option(help="治理资金用途,见 grant purposes")] = None,
) -> None:
    """Say what a debit was for."""
    lines = []
    for one in line or ():
        account, equals, minor = one.rpartition("=")
        if not equals:
            raise typer.BadParameter("--line 应写成 科目=金额")
        lines.append({"account": account, "amount": minor})
    body = given(
        lines=lines,
        narration=narration,
        authority=authority,
        bank=bank,
        amount=amount,
        effective_on=effective_on,
        grant_purpose=grant_purpose,
    )
    act(context, f"/unexplained-debits/{seq}/explanations", body, "已说明")


def list_debits(context: typer.Context) -> None:
    """List what the bank took and nobody has explained."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/unexplained-debits"))
    rows = [
        (one["seq"], one["on"], one["fund"], one["bank"], one["amount"], one["open"])
        for one in found["items"]
    ]
    desk.table(found, "待查付款", ("业务序号", "日期", "资金", "账户", "金额", "金额:未说明"), rows)
