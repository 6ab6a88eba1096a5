"""Commands for public income: lease asset, status, none, zero, sign, end, rent, earn, due, list, arrears, month."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of
from ledger.rules.channel import Channel
from ledger.rules.lease import AssetType, Status

leasing = typer.Typer(help="公共收益:经营资源、合同、租金、月度应收与实收", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="编号,大写字母开头,如 A-07")]
Contract = Annotated[str, typer.Argument(help="合同编号")]
Kind = Annotated[AssetType, typer.Argument(help="类型")]
Since = Annotated[str, typer.Option("--from", help="从哪一天起")]
Reason = Annotated[str, typer.Option(help="理由(公开)")]
Bank = Annotated[str | None, typer.Option(help="银行账户代码")]
Channels = Annotated[Channel, typer.Option(help="渠道")]
_PATH = "/public-income"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    leasing.command("asset", help="登记经营资源。")(asset)
    leasing.command("status", help="经营资源状态:经营、闲置、已无。")(status)
    leasing.command("none", help="不适用声明:本小区没有这一类。")(none)
    leasing.command("zero", help="确认某月为零,须写理由。")(zero)
    leasing.command("sign", help="登记经营合同,须有业主特别表决。")(sign)
    leasing.command("end", help="合同提前终止:未用租金转应退。")(end)
    leasing.command("rent", help="收租:先冲到期,余下作预收。")(rent)
    leasing.command("earn", help="无合同资源或无固定租金合同的月收入。")(earn)
    leasing.command("due", help="租金到期应收,并冲抵预收。")(due)
    leasing.command("list", help="列出经营合同。")(show_list)
    leasing.command("arrears", help="租金欠缴。")(show_arrears)
    leasing.command("month", help="某月应收与实收。")(show_month)
    app.add_typer(leasing, name="lease")


def asset(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    code: Code,
    kind: Kind,
    label: Annotated[str, typer.Option(help="名称(公开)")],
    since: Since,
    count: Annotated[int, typer.Option(help="数量")] = 1,
    building: Annotated[str | None, typer.Option(help="楼栋,不填为全体共有")] = None,
    stair: Annotated[str | None, typer.Option(help="单元")] = None,
    state: Annotated[Status, typer.Option("--status", help="状态")] = Status.OPERATED,
) -> None:
    """Put an asset on the register."""
    body = given(
        code=code,
        type=str(kind),
        label=label,
        from_on=since,
        count=count,
        building=building,
        stair=stair,
        status=str(state),
    )
    act(context, f"{_PATH}/assets", body, "资源已登记", ("编号", "code"))


def status(
    context: typer.Context,
    code: Code,
    state: Annotated[Status, typer.Argument(help="状态")],
    since: Since,
    reason: Reason,
) -> None:
    """Say what an asset is from a day on."""
    body = {"status": str(state), "from_on": since, "reason": reason}
    act(context, f"{_PATH}/assets/{code}/statuses", body, "状态已登记", ("编号", "asset"))


def none(
    context: typer.Context,
    kind: Kind,
    since: Since,
    reason: Reason,
    *,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="撤回声明:其实有")] = False,
) -> None:
    """State that the compound has nothing of a type."""
    body = {"type": str(kind), "from_on": since, "reason": reason, "absent": not withdraw}
    act(context, f"{_PATH}/absences", body, "声明已登记", ("类型", "type"))


def zero(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="月份,如 2026-01")],
    reason: Reason,
    asset_code: Annotated[str | None, typer.Option("--asset", help="资源编号")] = None,
    contract: Annotated[str | None, typer.Option(help="合同编号")] = None,
) -> None:
    """State that nothing came in a month."""
    body = given(month=month, reason=reason, asset=asset_code, contract=contract)
    act(context, f"{_PATH}/zero-statements", body, "已确认为零", ("月份", "month"))


def sign(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    code: Code,
    assets: Annotated[list[str], typer.Option("--asset", help="资源编号,可多次")],
    tenant: Annotated[str, typer.Option(help="承租方")],
    since: Since,
    until: Annotated[str, typer.Option("--to", help="到哪一天止")],
    authority: Annotated[str, typer.Option(help="表决号")],
    rent_amount: Annotated[str | None, typer.Option("--rent", help="每期租金;不填为无固定租金")] = None,
    months: Annotated[int, typer.Option(help="每期几个月")] = 1,
    due_days: Annotated[int, typer.Option(help="期初(期末)后第几天到期")] = 0,
    fee_bp: Annotated[int, typer.Option(help="委托管理费,万分之几")] = 0,
    tax_bp: Annotated[int, typer.Option(help="价内税率,万分之几")] = 0,
    deposit_amount: Annotated[str | None, typer.Option("--deposit", help="押金")] = None,
    credit_code: Annotated[str | None, typer.Option(help="统一社会信用代码")] = None,
    *,
    arrears: Annotated[bool, typer.Option("--arrears", help="期末付租(默认期初)")] = False,
    consents: Annotated[bool, typer.Option("--consents", help="个体经营者同意公开名称")] = False,
    related: Annotated[bool, typer.Option("--related", help="关联方")] = False,
) -> None:
    """Record a contract."""
    body: dict[str, Any] = given(
        code=code, assets=assets, from_on=since, to_on=until, authority=authority, deposit=deposit_amount
    )
    body |= {"fee_bp": fee_bp, "tax_bp": tax_bp}
    named = given(name=tenant, credit_code=credit_code)
    body["tenant"] = {**named, "consents": consents, "related_party": related}
    if rent_amount is not None:
        body["schedule"] = {
            "amount": rent_amount,
            "months": months,
            "due_days": due_days,
            "in_advance": not arrears,
        }
    act(context, f"{_PATH}/contracts", body, "合同已登记", ("期数", "count"), ("租金合计", "total"))


def end(
    context: typer.Context,
    contract: Contract,
    ended_on: Annotated[str, typer.Argument(help="最后一天")],
    reason: Reason,
    unused: Annotated[str | None, typer.Option(help="协议退还的租金,不填按天计算")] = None,
    effective_on: Day = None,
) -> None:
    """End a contract before its term."""
    body = given(ended_on=ended_on, reason=reason, unused=unused, effective_on=effective_on)
    act(
        context,
        f"{_PATH}/contracts/{contract}/ends",
        body,
        "合同已终止",
        ("应收减少", "lapsed"),
        ("收入转应退", "given_back"),
        ("预收转应退", "ahead"),
    )


def rent(
    context: typer.Context,
    contract: Contract,
    amount: Amount,
    channel: Channels = Channel.BANK,
    bank: Bank = None,
    effective_on: Day = None,
) -> None:
    """Receive rent."""
    body = given(amount=amount, channel=str(channel), bank=bank, effective_on=effective_on)
    path = f"{_PATH}/contracts/{contract}/receipts"
    act(context, path, body, "租金已入账", ("冲应收", "settled"), ("转预收", "prepaid"))


def earn(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    amount: Amount,
    narration: Annotated[str, typer.Option(help="摘要(公开)")],
    asset_code: Annotated[str | None, typer.Option("--asset", help="资源编号")] = None,
    contract: Annotated[str | None, typer.Option(help="无固定租金的合同")] = None,
    month: Annotated[str | None, typer.Option(help="所属月份,默认入账当月")] = None,
    channel: Channels = Channel.BANK,
    bank: Bank = None,
    effective_on: Day = None,
) -> None:
    """Post income of an asset that no contract lets, or of a contract without fixed rent."""
    body = given(
        amount=amount,
        narration=narration,
        asset=asset_code,
        contract=contract,
        month=month,
        channel=str(channel),
        bank=bank,
        effective_on=effective_on,
    )
    act(context, _PATH, body, "公共收益已入账", ("金额", "amount"))


def due(context: typer.Context, effective_on: Day = None) -> None:
    """Charge the rents that have fallen due."""
    facts = (("期数", "count"), ("应收", "charged"), ("冲抵预收", "released"))
    act(context, f"{_PATH}/rents", given(effective_on=effective_on), "到期租金已登记", *facts)


def show_list(context: typer.Context) -> None:
    """List the contracts."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("经营合同"):
        found = desk.accept(way.get(f"{desk.books}{_PATH}/contracts"))
    rows = [
        (one["code"], one["counterparty"], one["from_on"], one["ended_on"] or one["to_on"], one["place_zh"])
        for one in found["items"]
    ]
    desk.table(found, "经营合同", ("合同", "承租方", "起", "止", "权属"), rows)


def show_arrears(
    context: typer.Context, as_of: Annotated[str | None, typer.Option(help="截至日期,默认今天")] = None
) -> None:
    """Show what tenants owe."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("租金欠缴"):
        found = desk.accept(way.get(f"{desk.books}{_PATH}/arrears", **given(as_of=as_of)))
    rows = [
        (one["contract"], one["counterparty"], one["number"], one["due_on"], one["open"], one["bucket_zh"])
        for one in found["debts"]
    ]
    heads = ("合同", "承租方", "期", "到期日", "金额 未付", "账龄")
    desk.table(found, f"{found['as_of']} 租金欠缴 {found['total']}", heads, rows)


def show_month(context: typer.Context, month: Annotated[str, typer.Argument(help="月份,如 2026-01")]) -> None:
    """Show what a month should bring and what it brought."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working("公共收益"):
        found = desk.accept(way.get(f"{desk.books}{_PATH}/months/{month}"))
    rows = []
    for kind in found["types"]:
        rows.append((kind["label_zh"], "", "", kind["received"] or "", kind["state_zh"]))
        rows += [
            (
                "",
                one["contract"] or one["asset"],
                one["expected"] or "",
                one["received"] or "",
                one["state_zh"],
            )
            for one in kind["sources"]
        ]
    heads = ("类型", "合同或资源", "金额 应收", "金额 实收", "状态")
    title = f"{month} 公共收益:毛收入 {found['gross']},成本 {found['cost']},净收益 {found['net']}"
    desk.table(found, title, heads, rows)
