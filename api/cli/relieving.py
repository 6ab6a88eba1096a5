"""Commands for what ends or moves a debt: waive, write-off, dispute, end-dispute, late-fee, prime-rate."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Day, act, given

Charges = Annotated[list[str], typer.Argument(help="应收编号,或 编号=金额,可多个;不写金额为全部未收")]
Authority = Annotated[str, typer.Option(help="依据:表决号、合同或决定")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("waive", help="减免:债务终止,须有表决或依据。")(waive)
    app.command("write-off", help="账销案存:只销账面,债务仍在。")(write_off)
    app.command("dispute", help="争议:欠费人提出异议的应收单列。")(dispute)
    app.command("end-dispute", help="争议终止:转回应收。")(end_dispute)
    app.command("late-fee", help="违约金应收:单利,不超过当日 LPR 的 1.3 倍。")(late_fee)
    app.command("prime-rate", help="登记贷款市场报价利率(LPR)。")(prime_rate)


def parts(charges: list[str]) -> list[dict[str, Any]]:
    """Return charges written as ``12-3`` or ``12-3=80.00``, as the interface takes them."""
    found = []
    for one in charges:
        identifier, _, amount = one.partition("=")
        found.append(given(id=identifier, amount=amount or None))
    return found


def waive(context: typer.Context, charges: Charges, authority: Authority, effective_on: Day = None) -> None:
    """Waive charges."""
    body = given(charges=parts(charges), authority=authority, effective_on=effective_on)
    act(context, "/waivers", body, "已减免", ("金额", "amount"))


def write_off(
    context: typer.Context, charges: Charges, authority: Authority, effective_on: Day = None
) -> None:
    """Write charges off."""
    body = given(charges=parts(charges), authority=authority, effective_on=effective_on)
    act(context, "/write-offs", body, "已账销案存", ("金额", "amount"))


def dispute(context: typer.Context, charges: Charges, authority: Authority, effective_on: Day = None) -> None:
    """Dispute charges."""
    body = given(charges=parts(charges), authority=authority, effective_on=effective_on)
    act(context, "/disputes", body, "已转争议", ("金额", "amount"))


def end_dispute(
    context: typer.Context, charges: Charges, authority: Authority, effective_on: Day = None
) -> None:
    """End the dispute of charges."""
    body = given(charges=parts(charges), authority=authority, effective_on=effective_on)
    act(context, "/disputes/ends", body, "争议已终止", ("金额", "amount"))


def late_fee(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    charges: Annotated[list[str], typer.Argument(help="逾期的应收编号,或 编号=本金,可多个")],
    through: Annotated[str, typer.Option(help="算到哪一天")],
    authority: Annotated[str, typer.Option(help="约定违约金的合同")],
    amount: Annotated[str | None, typer.Option(help="金额,默认为上限")] = None,
    reason: Annotated[str | None, typer.Option(help="超过上限的原因")] = None,
    days: Annotated[int | None, typer.Option(help="逾期天数,默认自到期日起")] = None,
    effective_on: Day = None,
) -> None:
    """Demand a late fee."""
    late = [given(id=one["id"], principal=one.get("amount"), days=days) for one in parts(charges)]
    body = given(
        charges=late,
        through=through,
        authority=authority,
        amount=amount,
        reason=reason,
        effective_on=effective_on,
    )
    act(
        context, "/late-fees", body, "违约金已记应收", ("应收", "charge"), ("金额", "amount"), ("上限", "cap")
    )


def prime_rate(
    context: typer.Context,
    from_on: Annotated[str, typer.Argument(help="从哪一天起")],
    rate: Annotated[str, typer.Argument(help="百分比,如 3.00")],
    source: Annotated[str, typer.Option(help="公布处")],
) -> None:
    """Put the prime rate on record."""
    act(context, "/prime-rates", {"from_on": from_on, "rate": rate, "source": source}, "LPR 已登记")
