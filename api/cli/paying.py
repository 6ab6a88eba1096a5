"""Commands for paying out, with two keys: request, approve, refuse, post, out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.printing import desk_of

payments = typer.Typer(help="支出:申请、批准、记账、付款", no_args_is_help=True)
Identifier = Annotated[str, typer.Argument(help="支出编号")]
Day = Annotated[str | None, typer.Option(help="入账日期,默认今天")]
_STATES = {
    "requested": "已申请",
    "approved": "已批准",
    "posted": "已记账",
    "paid": "已付款",
    "refused": "已退回",
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    payments.command("request", help="申请支出(第一把钥匙)。")(request)
    payments.command("approve", help="批准支出(第二把钥匙:另一单位的另一个人)。")(approve)
    payments.command("refuse", help="退回支出申请。")(refuse)
    payments.command("post", help="支出记账:费用和应付。")(post)
    payments.command("out", help="支出付款:从银行账户付出。")(pay_out)
    payments.command("list", help="列出支出。")(list_requests)
    app.add_typer(payments, name="pay")


def request(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    fund: Annotated[str, typer.Option(help="资金,如 PropertyFee")],
    line: Annotated[list[str], typer.Option(help="科目=金额,可多次")],
    payee: Annotated[str, typer.Option(help="收款单位")],
    purpose: Annotated[str, typer.Option(help="用途")],
    authority: Annotated[str, typer.Option(help="依据:预算、表决或合同")],
    bank: Annotated[str, typer.Option(help="付款账户")],
    invoice: Annotated[str | None, typer.Option(help="发票号")] = None,
    *,
    person: Annotated[bool, typer.Option("--person", help="收款人是个人")] = False,
    related: Annotated[bool, typer.Option("--related", help="收款人是关联方")] = False,
) -> None:
    """Ask for a payment: the first key."""
    body: dict[str, Any] = {
        "fund": fund,
        "lines": [_line(one) for one in line],
        "payee": payee,
        "purpose": purpose,
        "authority": authority,
        "bank": bank,
        "payee_is_person": person,
        "related_party": related,
    }
    if invoice is not None:
        body["invoice"] = invoice
    _step(context, "/disbursements", body, "已申请支出")


def _line(text: str) -> dict[str, str]:
    account, equals, amount = text.rpartition("=")
    if not equals:
        raise typer.BadParameter("--line 应写成 科目=金额")
    return {"account": account, "amount": amount}


def approve(context: typer.Context, identifier: Identifier) -> None:
    """Turn the second key."""
    _step(context, f"/disbursements/{identifier}/approvals", None, "已批准")


def refuse(
    context: typer.Context, identifier: Identifier, reason: Annotated[str, typer.Option(help="原因")]
) -> None:
    """Send a request back."""
    _step(context, f"/disbursements/{identifier}/refusals", {"reason": reason}, "已退回")


def post(context: typer.Context, identifier: Identifier, effective_on: Day = None) -> None:
    """Post the expense."""
    _step(context, f"/disbursements/{identifier}/postings", _dated(effective_on), "已记账")


def pay_out(context: typer.Context, identifier: Identifier, effective_on: Day = None) -> None:
    """Post the bank leg."""
    _step(context, f"/disbursements/{identifier}/payments", _dated(effective_on), "已付款")


def list_requests(context: typer.Context) -> None:
    """List the requests to pay."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/disbursements", limit="200"))
    rows = [
        (one["id"], _STATES.get(one["state"], one["state"]), one["payee"], one["purpose"], one["amount"])
        for one in found["items"]
    ]
    desk.table(found, "支出", ("编号", "状态", "收款单位", "用途", "金额"), rows)


def _dated(effective_on: str | None) -> dict[str, str] | None:
    return {"effective_on": effective_on} if effective_on else None


def _step(context: typer.Context, path: str, body: dict[str, Any] | None, title: str) -> None:
    desk = desk_of(context)
    with desk.connection() as way:
        done = desk.accept(way.post(f"{desk.books}{path}", body))
    state = _STATES.get(done["state"], done["state"])
    desk.show(
        done,
        title,
        [("编号", done["id"]), ("状态", state), ("凭证", done.get("voucher")), ("业务序号", done["seq"])],
    )
