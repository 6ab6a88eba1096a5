"""Commands for what others hold and what is held for others: repair fund, meters, bills; and the years before."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Amount, Day, act, given
from api.cli.printing import desk_of

repair = typer.Typer(help="维修资金对照账:分楼栋、交存、增值、工程、余额确认", no_args_is_help=True)
utility = typer.Typer(help="代收水电气热:总表、供应单位账单、收支对照", no_args_is_help=True)
Document = Annotated[str, typer.Option(help="凭据:专户通知、账单等的编号")]
Month = Annotated[str | None, typer.Option(help="月份,默认本月")]
Custodian = Annotated[str, typer.Option(help="District 主管部门,Bank 专户银行")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    repair.command("buildings", help="登记各楼栋首期交存和期初余额。")(buildings)
    repair.command("record", help="按专户凭据记账:交存、增值、残值、工程批准或支付。")(record)
    repair.command("confirm", help="登记专户余额确认。")(confirm)
    repair.command("ratify", help="追认应急工程:依据业主表决,由第二人办理。")(ratify)
    repair.command("show", help="维修资金对照表。")(show_repair)
    utility.command("group", help="登记总表。")(group)
    utility.command("bill", help="登记供应单位账单。")(bill)
    utility.command("show", help="代收代付与押金。")(show_agency)
    app.add_typer(repair, name="repair")
    app.add_typer(utility, name="utility")
    app.command("opening-claim", help="承认并追偿原物业公司收取未移交的款项。")(opening_claim)
    app.command("correct-year", help="更正已结账年度的差错。")(correct_year)


def _pairs(texts: list[str], name: str, hint: str) -> list[tuple[str, str]]:
    found = [one.rpartition("=") for one in texts]
    if not all(equals for _, equals, _ in found):
        raise typer.BadParameter(f"--{name} 应写成 {hint}")
    return [(left, right) for left, _, right in found]


def buildings(
    context: typer.Context,
    building: Annotated[list[str], typer.Option(help="楼栋=首期交存/期初余额,可多次")],
) -> None:
    """Put on record what each building began with."""
    lines = []
    for code, sums in _pairs(building, "building", "楼栋=首期交存/期初余额"):
        first, _, opening = sums.partition("/")
        lines.append({"building": code, "first_instalment": first, "opening": opening or "0"})
    act(context, "/repair-fund/buildings", {"buildings": lines}, "已登记各楼栋")


def record(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="contribution/growth/scrap/job_approved/job_paid")],
    amount: Amount,
    document: Document,
    custodian: Custodian = "District",
    sharing: Annotated[str, typer.Option(help="area 按面积,account 按分账余额")] = "area",
    building: Annotated[list[str] | None, typer.Option(help="只在这些楼栋分摊,可多次")] = None,
    part: Annotated[list[str] | None, typer.Option(help="楼栋=金额,凭据已写明时,可多次")] = None,
    job: Annotated[str | None, typer.Option(help="工程编号,如 R001")] = None,
    vendor: Annotated[str | None, typer.Option(help="施工单位")] = None,
    authority: Annotated[str | None, typer.Option(help="依据:表决编号,或 emergency")] = None,
    reason: Annotated[str | None, typer.Option(help="紧急的原因(公开)")] = None,
    effective_on: Day = None,
) -> None:
    """Post what the custodian's document shows."""
    parts = [{"building": code, "amount": minor} for code, minor in _pairs(part or [], "part", "楼栋=金额")]
    body = given(
        kind=kind,
        amount=amount,
        document=document,
        custodian=custodian,
        sharing=sharing,
        buildings=building,
        parts=parts,
        job=job,
        vendor=vendor,
        authority=authority,
        reason=reason,
        effective_on=effective_on,
    )
    act(context, "/repair-fund/records", body, "已记维修资金", ("金额", "amount"))


def confirm(
    context: typer.Context,
    amount: Amount,
    document: Document,
    confirmed_on: Annotated[str, typer.Option(help="确认日")],
    custodian: Custodian = "District",
    building: Annotated[list[str] | None, typer.Option(help="楼栋=余额,可多次")] = None,
) -> None:
    """Put the custodian's confirmation on record."""
    lines = [
        {"building": code, "amount": minor} for code, minor in _pairs(building or [], "building", "楼栋=余额")
    ]
    body = given(
        amount=amount,
        document=document,
        confirmed_on=confirmed_on,
        custodian=custodian,
        by_building=lines,
    )
    act(context, "/repair-fund/confirmations", body, "已登记余额确认")


def ratify(
    context: typer.Context,
    seq: Annotated[int, typer.Argument(help="工程批准的业务号:紧急支出清单中 Repair- 后的数字")],
    authority: Annotated[str, typer.Option(help="表决编号")],
) -> None:
    """Allow an emergency job afterwards."""
    act(context, f"/repair-fund/jobs/{seq}/ratifications", {"authority": authority}, "应急工程已追认")


def show_repair(context: typer.Context, month: Month = None) -> None:
    """Show the statement of the repair fund."""
    found = _read(context, "/repair-fund", month)
    rows = [
        (one["label_zh"], one["paid_in"], one["growth"], one["used"], one["balance"], "偏低" * one["low"])
        for one in found["buildings"]
    ]
    heads = ("楼栋", "金额:交存", "金额:增值", "金额:使用", "金额:结存", "提醒")
    desk_of(context).table(
        found, f"维修资金 {found['month']} 结存 {found['of_month']['closing']}", heads, rows
    )


def group(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="总表编号")],
    item: Annotated[str, typer.Argument(help="water/electricity/gas/heat/waste")],
    label: Annotated[str, typer.Argument(help="名称")],
    building: Annotated[str | None, typer.Option(help="只供这栋楼")] = None,
) -> None:
    """Put a meter group on record."""
    body = given(code=code, item=item, label=label, building=building)
    act(context, "/meter-groups", body, "已登记总表", ("总表", "code"))


def bill(
    context: typer.Context,
    meter_group: Annotated[str, typer.Argument(help="总表编号")],
    month: Annotated[str, typer.Argument(help="月份")],
    amount: Amount,
    supplier: Annotated[str, typer.Option(help="供应单位")],
    document: Document,
) -> None:
    """Put a supplier's bill on record."""
    body = given(meter_group=meter_group, month=month, amount=amount, supplier=supplier, document=document)
    act(context, "/utility-bills", body, "已登记账单", ("总表", "meter_group"), ("月份", "month"))


def show_agency(context: typer.Context, month: Month = None) -> None:
    """Show money held for others."""
    found = _read(context, "/agency", month)
    names = ("label_zh", "opening", "received", "returned", "kept", "closing")
    rows = [tuple(one[name] for name in names) for one in found["held"]]
    heads = ("项目", "金额:期初", "金额:收到", "金额:退还支付", "金额:转为收入", "金额:期末")
    desk_of(context).table(found, f"代收代付与押金 {found['month']}", heads, rows)


def opening_claim(
    context: typer.Context,
    fund: Annotated[str, typer.Argument(help="PropertyFee 预收,Agency 押金")],
    unit: Annotated[list[str], typer.Option(help="房屋=金额,可多次")],
    authority: Annotated[str, typer.Option(help="依据:表决或决议编号")],
    effective_on: Day = None,
) -> None:
    """Honour and claim what a former trustee kept."""
    units = [{"unit": code, "amount": minor} for code, minor in _pairs(unit, "unit", "房屋=金额")]
    body = given(fund=fund, units=units, authority=authority, effective_on=effective_on)
    act(context, "/opening-claims", body, "已承认并追偿")


def correct_year(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    fund: Annotated[str, typer.Argument(help="资金")],
    year: Annotated[int, typer.Argument(help="哪一年")],
    line: Annotated[list[str], typer.Option(help="科目=金额(借正贷负),可多次")],
    narration: Annotated[str, typer.Option(help="说明")],
    authority: Annotated[str, typer.Option(help="依据:表决或决议编号")],
    effective_on: Day = None,
) -> None:
    """Correct an error of a closed year."""
    lines = [{"account": code, "amount": minor} for code, minor in _pairs(line, "line", "科目=金额")]
    body = given(
        fund=fund,
        year=year,
        lines=lines,
        narration=narration,
        authority=authority,
        effective_on=effective_on,
    )
    act(context, "/prior-year-corrections", body, "已更正以前年度")


def _read(context: typer.Context, path: str, month: str | None) -> dict[str, Any]:
    desk = desk_of(context)
    with desk.connection() as way:
        return desk.accept(way.get(f"{desk.books}{path}", **given(month=month)))
