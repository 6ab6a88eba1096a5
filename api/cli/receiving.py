"""Commands for money that comes in: receipt, park, claim, parked, owe-back, refund, receipt-pdf."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of
from ledger.rules.channel import Channel

Unit = Annotated[str, typer.Argument(help="房屋编号,如 B03-U2-1502")]
More = Annotated[list[str] | None, typer.Option("--unit", help="同一业主的其他房屋,可多次")]
Periods = Annotated[list[str] | None, typer.Option("--period", help="付款人指定的月份,可多次")]
Charges = Annotated[list[str] | None, typer.Option("--charge", help="付款人指定的应收编号,可多次")]
Debtor = Annotated[int | None, typer.Option(help="原欠费人编号(已转让的房屋)")]
Reservation = Annotated[bool, typer.Option("--reservation", help="有争议的也付,但保留异议")]
Bank = Annotated[str | None, typer.Option(help="银行账户代码")]
_PRINTED = re.compile(r"(?:R-)?0*([1-9][0-9]{0,14})", re.ASCII | re.IGNORECASE)
_FACTS = (
    ("收据", "number"),
    ("房屋", "unit"),
    ("金额", "amount"),
    ("转预收", "prepaid"),
    ("应退", "refundable"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("receipt", help="收款:先冲最早的应收,余下作预收。")(receipt)
    app.command("receipt-pdf", help="打印收据 PDF。")(receipt_pdf)
    app.command("park", help="待查来款:不知是谁交的钱,先挂账。")(park)
    app.command("parked", help="列出待查来款。")(parked)
    app.command("claim", help="待查来款认领:开收据,冲应收。")(claim)
    app.command("owe-back", help="预收转应退;再用 refund 申请退款。")(owe_back)
    app.command("refund", help="申请退款给住户(第一把钥匙)。")(refund)


def receipt(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    unit: Unit,
    amount: Amount,
    channel: Annotated[Channel, typer.Option(help="渠道")] = Channel.BANK,
    bank: Bank = None,
    more: More = None,
    period: Periods = None,
    charge: Charges = None,
    debtor: Debtor = None,
    received_on: Annotated[str | None, typer.Option(help="收款日期")] = None,
    effective_on: Day = None,
    source_id: Annotated[str | None, typer.Option(help="来源流水号")] = None,
    free: Annotated[list[str] | None, typer.Option("--free", help="按表决免收的月份,如 2026-12")] = None,
    authority: Annotated[str | None, typer.Option(help="免收月份的表决号")] = None,
    *,
    reservation: Reservation = False,
) -> None:
    """Record a receipt."""
    body = given(
        unit=unit,
        amount=amount,
        channel=str(channel),
        bank=bank,
        units=more,
        periods=period,
        charges=charge,
        debtor=debtor,
        received_on=received_on,
        effective_on=effective_on,
        source_id=source_id,
        reservation=reservation or None,
        free_months=free,
        authority=authority,
    )
    act(context, "/receipts", body, "已收款", *_FACTS)


def receipt_pdf(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="收据号,如 R-000012 或 12")],
    into: Annotated[Path | None, typer.Option(dir_okay=False, help="存到哪个文件")] = None,
) -> None:
    """Write a receipt as PDF."""
    printed = _PRINTED.fullmatch(number.strip())
    if printed is None:
        raise typer.BadParameter("收据号应写成 R-000012 或 12 (number)", param_hint="number")
    desk = desk_of(context)
    with desk.connection() as way:
        page = way.get(f"{desk.books}/receipts/{int(printed[1])}/pdf")
        if page.is_error:
            desk.refuse(page)
    target = into or Path(f"R-{int(printed[1]):06d}.pdf")
    target.write_bytes(page.content)
    desk.show({"file": str(target)}, "已存收据", [("文件", str(target))])


def park(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    amount: Amount,
    channel: Annotated[Channel, typer.Option(help="渠道")] = Channel.BANK,
    bank: Bank = None,
    received_on: Annotated[str | None, typer.Option(help="收款日期")] = None,
    effective_on: Day = None,
    source_id: Annotated[str | None, typer.Option(help="来源流水号")] = None,
) -> None:
    """Park money without a name."""
    body = given(
        amount=amount,
        channel=str(channel),
        bank=bank,
        received_on=received_on,
        effective_on=effective_on,
        source_id=source_id,
    )
    act(context, "/parked-receipts", body, "已挂待查", ("待查号", "parked"), ("金额", "amount"))


def parked(context: typer.Context) -> None:
    """List parked sums."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/parked-receipts"))
    rows = [(one["number"], one["received_on"], one["amount"], one["left"]) for one in found["items"]]
    desk.table(found, "待查来款", ("待查号", "收款日期", "金额", "未认领"), rows)


def claim(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="待查号")],
    unit: Unit,
    amount: Annotated[str | None, typer.Option(help="认领多少,默认全部")] = None,
    more: More = None,
    period: Periods = None,
    charge: Charges = None,
    debtor: Debtor = None,
    effective_on: Day = None,
    *,
    reservation: Reservation = False,
) -> None:
    """Claim parked money for a unit."""
    body = given(
        unit=unit,
        amount=amount,
        units=more,
        periods=period,
        charges=charge,
        debtor=debtor,
        effective_on=effective_on,
        reservation=reservation or None,
    )
    act(context, f"/parked-receipts/{number}/claims", body, "已认领", *_FACTS)


def owe_back(
    context: typer.Context,
    unit: Unit,
    amount: Annotated[str | None, typer.Option(help="多少,默认全部预收")] = None,
    debtor: Debtor = None,
    effective_on: Day = None,
) -> None:
    """Make a prepayment refundable."""
    body = given(unit=unit, amount=amount, debtor=debtor, effective_on=effective_on)
    act(context, "/refundables", body, "预收已转应退", ("房屋", "unit"), ("金额", "amount"))


def refund(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    unit: Unit,
    amount: Amount,
    bank: Annotated[str, typer.Option(help="付款账户")],
    authority: Annotated[str, typer.Option(help="依据")],
    fund: Annotated[str, typer.Option(help="资金")] = "PropertyFee",
    debtor: Debtor = None,
) -> None:
    """Ask for a refund: the first key; ``pay approve`` and ``pay out`` follow."""
    body = given(
        kind="refund",
        fund=fund,
        unit=unit,
        amount=amount,
        bank=bank,
        authority=authority,
        debtor=debtor,
        payee="个人",
        purpose="退款",
    )
    act(context, "/disbursements", body, "已申请退款", ("编号", "id"))
