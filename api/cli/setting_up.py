"""Commands that set the books up: compounds, bank accounts, the register, the tariff, opening balances."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from api.cli.acting import act, given
from api.cli.collecting import hand_over
from api.cli.printing import Desk, desk_of, refused_cell
from ledger.intake.words import FIELD_NAMES
from ledger.rules.charge import Formula, Sharing

compounds = typer.Typer(help="小区", no_args_is_help=True)
banks = typer.Typer(help="银行账户", no_args_is_help=True)
units = typer.Typer(help="房屋名册", no_args_is_help=True)
tariffs = typer.Typer(help="收费标准", no_args_is_help=True)


_PASSED = {
    "title": "标题",
    "header": "表头",
    "blank": "空行",
    "total": "合计",
    "repeated_header": "重复表头",
    "note": "备注",
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    compounds.command("open", help="建立一个小区的账(运营者)。")(open_compound)
    compounds.command("list", help="列出小区。")(list_compounds)
    compounds.command("handover", help="更换受托人:按截止日交接,--out 另存交接表 PDF 或 CSV。")(hand_over)
    banks.command("open", help="开立银行账户。")(open_bank)
    units.command("import", help="导入房屋名册:全部导入,或一户也不导入;--dry-run 先看识别结果。")(
        import_units
    )
    tariffs.command("set", help="设定收费标准。")(set_tariff)
    groups = {
        "compound": compounds,
        "bank": banks,
        "units": units,
        "tariff": tariffs,
    }
    for name, group in groups.items():
        app.add_typer(group, name=name)
    app.command("opening", help="记一项资金的期初余额。")(opening)


def open_compound(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="小区代码,如 guihuayuan")],
    name: Annotated[str, typer.Option(help="小区名称")],
    opened_on: Annotated[str, typer.Option(help="建账日期,如 2026-01-01")],
    profile: Annotated[str, typer.Option(help="地方规则")] = "default",
) -> None:
    """Open the books of a compound."""
    desk = desk_of(context)
    body = {"code": code, "name": name, "opened_on": opened_on, "profile": profile}
    with desk.connection() as way:
        done = desk.accept(way.post("/api/v1/compounds", body))
    desk.show(
        done, "已建账", [("小区", name), ("代码", code), ("业务序号", done["seq"]), ("账链", done["hash"])]
    )


def list_compounds(context: typer.Context) -> None:
    """List the compounds."""
    desk = desk_of(context)
    with desk.connection() as way:
        found = desk.accept(way.get("/api/v1/compounds"))
    rows = [(one["code"], one["name"], one["opened_on"], one["profile_name"]) for one in found["items"]]
    desk.table(found, "小区", ("代码", "名称", "建账", "地方规则"), rows)


def open_bank(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="账户代码,如 Joint01")],
    label: Annotated[str, typer.Option(help="名称,账号只写末四位")],
    fund: Annotated[list[str], typer.Option(help="资金,可多次")],
) -> None:
    """Open a bank account."""
    body = {"code": code, "label": label, "funds": fund}
    act(context, "/bank-accounts", body, "已开立银行账户", ("账户", "code"), ("资金", "funds"))


def import_units(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=".xlsx 或 .csv")],
    column: Annotated[
        list[str] | None, typer.Option("--map", help="列的含义,如 面积(平)=area,可多次")
    ] = None,
    *,
    same_owners: Annotated[bool, typer.Option("--same-owners", help="姓名只是更正写法,仍是同一业主")] = False,
) -> None:
    """Import a register of units."""
    desk = desk_of(context)
    mapping = {}
    for one in column or []:
        header, equals, field = one.rpartition("=")
        if not equals:
            raise typer.BadParameter("--map 应写成 列名=含义")
        mapping[header] = field
    params = {"filename": file.name, "mapping": json.dumps(mapping, ensure_ascii=False)}
    if same_owners:
        params["same_owners"] = "true"
    with desk.connection() as way, desk.working("导入房屋名册"):
        done = desk.accept(way.post(f"{desk.books}/units/imports", file.read_bytes(), **params))
    facts = [
        ("认出的房屋", done["understood"]),
        ("其中建设单位", done["developer_count"]),
        ("新增", done.get("added")),
        ("变更", done.get("changed")),
        ("不变", done.get("unchanged")),
        ("名册现有", done.get("units")),
        ("不认识的列", "、".join(done["unrecognised"])),
        ("不能识别的格", done["refused_count"] or None),
        ("业务序号", done.get("seq")),
    ]
    desk.show(done, "房屋名册", facts)
    _show_understood(desk, done)
    _warn(desk, done)
    if not done["complete"]:
        raise typer.Exit(1)


def _meaning(field: str) -> str:
    return FIELD_NAMES[field][0] if field in FIELD_NAMES else "不用"


def _show_understood(desk: Desk, done: dict[str, Any]) -> None:
    """Show what each column was taken for, which rows were passed over, and the first units as they will stand."""
    if desk.options.as_json:
        return
    named = "、".join(f"{header}→{_meaning(field)}" for header, field in done["columns"].items())
    desk.out.print(Text(f"列的含义:{named}"))
    passed = "、".join(f"第{row['row']}行({_PASSED.get(row['why'], row['why'])})" for row in done["skipped"])
    if passed:
        desk.out.print(Text(f"略过:{passed}"))
    for unit in done["sample"]:
        desk.out.print(Text("  " + "  ".join(str(value) for value in unit.values() if value is not None)))


def _warn(desk: Desk, done: dict[str, Any]) -> None:
    if desk.options.as_json:
        return
    for cell in done["refused"]:
        desk.err.print(refused_cell(cell))
    for warning in done["warnings"]:
        desk.err.print(Text(f"提醒:{warning['zh']}"))


def set_tariff(  # noqa: PLR0913,PLR0917 - the parts of a command
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="收费项目,如 property_fee")],
    rate: Annotated[str, typer.Option(help="标准:元/月,如 2.20")],
    effective_from: Annotated[str, typer.Option("--from", help="起始日期")],
    authority: Annotated[str, typer.Option(help="依据:合同号或表决号")],
    formula: Annotated[Formula, typer.Option(help="按面积、按户、按楼层、按用量或分摊")] = Formula.AREA_RATE,
    exempt_floor: Annotated[list[int] | None, typer.Option(help="免收的楼层,可多次")] = None,
    sharing: Annotated[Sharing | None, typer.Option(help="分摊方式")] = None,
    *,
    price_lock: Annotated[bool, typer.Option("--price-lock", help="已预缴的月份按缴费时的价格")] = False,
    vacancy: Annotated[bool, typer.Option("--vacancy", help="确认的空置也打折")] = False,
    by_coefficient: Annotated[bool, typer.Option("--by-coefficient", help="按系数(如车位数)计")] = False,
) -> None:
    """Publish a line of the tariff."""
    body = {
        "item": item,
        "formula": str(formula),
        "rate": rate,
        "effective_from": effective_from,
        "authority": authority,
        **given(
            exempt_floors=exempt_floor,
            sharing=str(sharing) if sharing else None,
            price_lock=price_lock or None,
            vacancy=vacancy or None,
            by_coefficient=by_coefficient or None,
        ),
    }
    act(context, "/tariffs", body, "已设定收费标准", ("项目", "item"), ("标准", "rate"))


def opening(
    context: typer.Context,
    file: Annotated[typer.FileText, typer.Argument(help="期初余额 JSON,字段见接口说明 /docs")],
) -> None:
    """Post one fund's opening balances."""
    try:
        body = json.load(file)
    except ValueError as error:
        raise typer.BadParameter(f"不是有效的 JSON:{error}") from error
    act(context, "/opening-balances", body, "已记期初余额", ("资金", "fund"))
