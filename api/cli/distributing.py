"""Commands for the distribution of net public income: the voted rule, a preview, the request and its approval."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Day, act, given
from api.cli.moving import Authority, FromBank, Identifier
from api.cli.printing import desk_of

shares = typer.Typer(help="公共收益分配:办法、试算、申请、批准", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    shares.command("rule", help="登记分配办法。")(rule)
    shares.command("preview", help="试算分配。")(preview)
    shares.command("request", help="申请分配(第一把钥匙)。")(request)
    shares.command("approve", help="批准分配(第二把钥匙)。")(approve_distribution)
    shares.command("refuse", help="退回分配申请。")(refuse_distribution)
    app.add_typer(shares, name="distribution")


def rule(  # noqa: PLR0913 - the parts of a command
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="办法编号")],
    share: Annotated[list[str], typer.Option(help="资金=百分比,可多次,如 Repair=70")],
    authority: Authority,
    from_month: Annotated[str, typer.Option(help="自哪个月起")],
    every: Annotated[str, typer.Option(help="quarter 按季,year 按年")] = "quarter",
    *,
    with_interest: Annotated[bool, typer.Option("--with-interest", help="利息计入")] = False,
    without_later_rent: Annotated[
        bool, typer.Option("--without-later-rent", help="属于以后期间的租金不计入")
    ] = False,
) -> None:
    """Put a voted rule on record."""
    body = {
        "code": code,
        "every": every,
        "from_month": from_month,
        "authority": authority,
        "shares": [_share(one) for one in share],
        "with_interest": with_interest,
        "with_later_rent": not without_later_rent,
    }
    act(context, "/distribution-rules", body, "已登记分配办法", ("办法", "code"))


def _share(text: str) -> dict[str, Any]:
    fund, equals, percent = text.rpartition("=")
    whole, _, part = percent.removesuffix("%").partition(".")
    if not equals or not (whole + part).isdigit() or len(part) > 2:  # noqa: PLR2004 - basis points
        raise typer.BadParameter("--share 应写成 资金=百分比,如 Repair=70")
    return {"fund": fund, "share_bp": int(whole or "0") * 100 + int(part.ljust(2, "0") or "0")}


def preview(
    context: typer.Context,
    rule_code: Annotated[str, typer.Argument(help="办法编号")],
    span: Annotated[str, typer.Argument(help="2026-Q1 或 2026")],
) -> None:
    """Show what a distribution would do."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/distributions/preview", rule=rule_code, span=span))
    rows = [(one["fund"], one["amount"]) for one in found["parts"]]
    desk.table(found, f"{span} 净额 {found['net']}", ("资金", "金额"), rows)


def request(
    context: typer.Context,
    rule_code: Annotated[str, typer.Argument(help="办法编号")],
    span: Annotated[str, typer.Argument(help="2026-Q1 或 2026")],
    from_bank: FromBank,
    to_bank: Annotated[list[str] | None, typer.Option(help="资金=转入账户,可多次")] = None,
) -> None:
    """Ask for a distribution."""
    banks = [one.rpartition("=") for one in to_bank or ()]
    body = {
        "rule": rule_code,
        "span": span,
        "from_bank": from_bank,
        "to_banks": [{"fund": fund, "bank": bank} for fund, _, bank in banks],
    }
    facts = (("编号", "id"), ("净额", "net"), ("留存公共收益", "kept"), ("划转", "moves"))
    act(context, "/distributions", body, "已申请分配", *facts)


def approve_distribution(context: typer.Context, identifier: Identifier, effective_on: Day = None) -> None:
    """Turn the second key for all parts."""
    body = given(effective_on=effective_on)
    act(context, f"/distributions/{identifier}/approvals", body, "已批准分配", ("状态", "state"))


def refuse_distribution(
    context: typer.Context, identifier: Identifier, reason: Annotated[str, typer.Option(help="原因")]
) -> None:
    """Send a distribution back."""
    path = f"/distributions/{identifier}/refusals"
    act(context, path, {"reason": reason}, "已退回分配", ("状态", "state"))
