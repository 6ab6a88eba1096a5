"""Commands for paying out, with two keys: request, approve, refuse, post, out; and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.acting import act, given
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
    payments.command("ratify", help="追认紧急支出(补上第二把钥匙)。")(ratify)
    payments.command("emergencies", help="列出未追认的紧急支出。")(list_emergencies)
    payments.command("refunded", help="供应商退款:冲减费用。")(refunded)
    payments.command("attach", help="上传支出凭证(照片、PDF、数电票 XML)。")(attach)
    payments.command("missing", help="列出无凭证支出。")(list_missing)
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
    issuer: Annotated[str | None, typer.Option(help="开票单位(不是收款单位时)")] = None,
    kind: Annotated[
        str,
        typer.Option(
            help="expense 支出、payable 付欠款、advance 预付、petty_cash 补备用金、remuneration 酬金"
        ),
    ] = "expense",
    kept: Annotated[list[str] | None, typer.Option(help="扣下的科目=金额(税、质保金、预付),可多次")] = None,
    owed_to: Annotated[str | None, typer.Option(help="Vendor、Individual 或 TrusteeAdvance")] = None,
    repair: Annotated[str, typer.Option(help="none、minor、medium 或 major")] = "none",
    reason: Annotated[str | None, typer.Option(help="紧急支出的原因")] = None,
    settles: Annotated[str | None, typer.Option(help="付的是哪笔支出扣下的款")] = None,
    grant_purpose: Annotated[str | None, typer.Option(help="治理资金用途,见 grant purposes")] = None,
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
    body |= given(
        invoice=invoice,
        issuer=issuer,
        kept=[_line(one) for one in kept or ()],
        owed_to=owed_to,
        reason=reason,
        settles=settles,
        grant_purpose=grant_purpose,
    )
    body |= {"kind": kind, "repair": repair}
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


def ratify(
    context: typer.Context,
    identifier: Identifier,
    authority: Annotated[str, typer.Option(help="决议或表决编号")],
) -> None:
    """Allow an emergency afterwards."""
    _step(context, f"/disbursements/{identifier}/ratifications", {"authority": authority}, "已追认")


def list_emergencies(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期")] = None
) -> None:
    """List the emergencies that nobody has ratified."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/emergencies", **given(as_of=as_of)))
    rows = [
        (one["asked_on"], one["payee"], one["purpose"], one["reason"], one["amount"], one["id"])
        for one in found["items"]
    ]
    desk.table(found, "未追认的紧急支出", ("日期", "收款单位", "用途", "原因", "金额", "编号"), rows)


def refunded(
    context: typer.Context,
    identifier: Identifier,
    amount: Annotated[str, typer.Argument(help="退回金额")],
    bank: Annotated[str, typer.Option(help="到账账户")],
    effective_on: Day = None,
) -> None:
    """Post what a vendor gave back."""
    body = given(amount=amount, bank=bank, effective_on=effective_on)
    act(context, f"/disbursements/{identifier}/vendor-refunds", body, "已记供应商退款")


def attach(
    context: typer.Context,
    identifier: Identifier,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="照片、PDF 或数电票 XML")],
    title: Annotated[str, typer.Option(help="凭证名称")] = "发票",
    *,
    private: Annotated[bool, typer.Option("--private", help="含个人信息,不公开")] = False,
) -> None:
    """Put a file beside a payment."""
    desk = desk_of(context)
    with desk.connection() as way:
        done = desk.accept(
            way.post(
                f"{desk.books}/disbursements/{identifier}/vouchers",
                file.read_bytes(),
                title=title,
                private="true" if private else "false",
            )
        )
    warned = [f"{one['field']}:文件 {one['in_file']},申请 {one['in_request']}" for one in done["warnings"]]
    facts = [("原件 SHA-256", done["sha256"]), ("公开版 SHA-256", done["published_sha256"]), ("不符", warned)]
    desk.show(done, "已上传凭证", facts)


def list_missing(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期")] = None
) -> None:
    """List the costs that nothing proves."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get(f"{desk.books}/missing-vouchers", **given(as_of=as_of)))
    rows = [(one["on"], one["fund"], one["purpose"], one["amount"]) for one in found["items"]]
    desk.table(found, "无凭证支出", ("日期", "资金", "用途", "金额"), rows)


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
