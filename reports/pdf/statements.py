"""The statements of the funds: the overview of all, and each fund line by line, closing figures in 大写."""

from __future__ import annotations

from typing import Final

from reports.bulletin import Bulletin, FundOverviewRow, FundStatement, RowKind, StatementRow
from reports.figures import Figure, add_figures
from reports.pdf.amounts import in_capitals, percent, yuan
from reports.pdf.sheet import Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import RED

STRONG: Final[frozenset[RowKind]] = frozenset({"opening", "total", "closing"})
INDENTS: Final[dict[RowKind, int]] = {"income": 1, "expense": 1, "of_which": 1}
SHOWN_VOUCHERS: Final = 2
OF_WHICH: Final = "其中："
BESIDES: Final = "另有："  # owed besides the balance, and no part of it


def draw_overview(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw every fund from opening to closing; memorandum funds follow the total and are not in it."""
    sheet.heading("资金总览", "单位：元（人民币）；备查项不计入合计")
    sums = [
        add_figures(*column)
        for column in zip(*(_overview_figures(fund) for fund in counted(bulletin)), strict=True)
    ]
    rows = [_overview_row(fund) for fund in counted(bulletin)]
    if sums:
        rows.append(Row(("合计", *(yuan(figure, dash=False) for figure in sums)), strong=True))
    rows += [_overview_row(fund) for fund in bulletin.overview if fund.memorandum]
    columns = [
        Column("资金", 104),
        *(
            figure_column(title, 68)
            for title in ("期初结余", "本期收入", "本期支出", "划转", "期末结余", "其中可用")
        ),
    ]
    Table(sheet, columns).draw(rows)
    if sums:
        draw_capitals(sheet, "期末结余合计大写：", sums[4])


def counted(bulletin: Bulletin) -> tuple[FundOverviewRow, ...]:
    """Return the funds that are in the totals: all but the memorandum ones."""
    return tuple(fund for fund in bulletin.overview if not fund.memorandum)


def _overview_figures(fund: FundOverviewRow) -> tuple[Figure, ...]:
    """Return the figures of one fund in the order of the columns."""
    return (
        fund.opening_minor,
        fund.receipts_minor,
        fund.expenses_minor,
        fund.transfers_minor,
        fund.closing_minor,
        fund.spendable_minor,
    )


def _overview_row(fund: FundOverviewRow) -> Row:
    """Turn one fund into cells; a memorandum says so in words."""
    label = f"{fund.fund_zh}（备查）" if fund.memorandum else fund.fund_zh
    figures = (yuan(figure) for figure in _overview_figures(fund))
    if fund.is_overdrawn:
        return Row((label, *figures), note="透支：在补足前不再批准支出", ink=RED)
    return Row((label, *figures))


def draw_statement(sheet: Sheet, statement: FundStatement, period: str, year_from: str) -> None:
    """Draw one fund's statement with line numbers, budget and execution rate (``domain.md`` 5.2 (1))."""
    sheet.heading(f"{statement.fund_zh}收支表", f"本年累计自 {year_from} 起" if year_from else "")
    columns = (
        Column("项目", 132),
        Column("行次", 28, "centre"),
        figure_column("本月", 73),
        figure_column("本年累计", 78),
        figure_column("年度预算", 80),
        figure_column("执行率", 52),
        Column("凭证号", 76),
    )
    Table(sheet, columns).draw([_statement_row(row, period) for row in statement.rows])
    if statement.budget_zh:
        sheet.gap(2)
        sheet.paragraph(statement.budget_zh, sheet.scale.small, lead_zh="预算：")
    if statement.recognition is not None:
        cash = statement.recognition
        sheet.gap(2)
        sheet.paragraph(
            f"本期收到的现金 {yuan(cash.cash_received_minor, dash=False)}，"
            f"其中预收与暂存 {yuan(cash.of_which_prepaid_minor, dash=False)}；"
            f"以前预收本期转入 {yuan(cash.released_minor, dash=False)}；"
            f"本期确认的收入 {yuan(cash.recognised_minor, dash=False)}。",
        )
    spendable = f"　（其中可用 {yuan(statement.spendable_minor, dash=False)}）"
    draw_capitals(sheet, "期末结余大写：", statement.closing_minor, spendable)


def _statement_row(row: StatementRow, period: str) -> Row:
    """Turn one line of a statement into cells; a total shows zero as 0.00."""
    strong = row.kind in STRONG
    label = row.label_zh
    if row.kind == "of_which" and not label.startswith((OF_WHICH[:2], BESIDES)):
        label = OF_WHICH + label
    if row.remark:
        label = f"{label}（{row.remark}）"
    budget = "" if row.budget_minor is None else yuan(row.budget_minor)
    execution = "" if not isinstance(row.budget_minor, int) else percent(row.execution_bp)
    cells = (
        label,
        str(row.line),
        yuan(row.month_minor, dash=not strong),
        yuan(row.year_to_date_minor, dash=not strong),
        budget,
        execution,
        vouchers(row.vouchers, period),
    )
    return Row(cells, strong=strong, indent=INDENTS.get(row.kind, 0))


def draw_capitals(sheet: Sheet, lead_zh: str, figure: Figure, after_zh: str = "") -> None:
    """Draw a closing figure in 大写 below its table."""
    words = in_capitals(figure) if isinstance(figure, int) else str(figure.value)
    sheet.gap(2)
    sheet.paragraph(words + after_zh, bold=True, lead_zh=lead_zh)


def vouchers(numbers: tuple[str, ...], period: str) -> str:
    """Return voucher numbers short: those of the bulletin's own month without ``记-YYYY-MM-``."""
    short = [number.removeprefix(f"记-{period}-") for number in numbers]
    if len(short) <= SHOWN_VOUCHERS:
        return "、".join(short)
    return f"{short[0]}等{len(short)}张"
