"""Letters of demand as PDF: one a debtor, in one file or each in its own."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.rules.money import format_area, format_rate
from reports.pdf.amounts import in_capitals, yuan
from reports.pdf.finish import Identity
from reports.pdf.paper import Paper, date_zh, draw_papers, draw_title
from reports.pdf.sheet import CONTENT, LEFT, RIGHT, Furniture, Sheet
from reports.pdf.table import Column, Row, Table, figure_column
from reports.pdf.type import HAIR
from reports.receivables.letters import Letter

TITLE_ZH = "物业费催缴函"
HANDED_OVER = "见交接表"  # what was brought forward: the audited handover has its rate


def draw_letters(letters: Sequence[Letter]) -> bytes:
    """Return the letters in one file, in their order."""
    papers = []
    for letter in letters:
        furniture = Furniture(
            continued_zh=f"{TITLE_ZH}（续）　{letter.addressee_zh}",
            foot_left=letter.compound_zh,
            foot_right=f"截至 {letter.as_of.isoformat()}",
        )
        papers.append(Paper(furniture, lambda sheet, one=letter: _letter(sheet, one)))  # type: ignore[misc]  # bound now
    first = letters[0]
    identity = Identity(
        title=f"{first.compound_zh} {TITLE_ZH}",
        author=first.compound_zh,
        subject=f"{len(letters)} 份 截至 {first.as_of.isoformat()}",
        dated=first.as_of.isoformat(),
    )
    return draw_papers(papers, identity)


def _letter(sheet: Sheet, letter: Letter) -> None:
    day = date_zh(letter.as_of.isoformat())
    draw_title(sheet, letter.compound_zh, TITLE_ZH, f"致：{letter.addressee_zh}", f"截至 {day}")
    sheet.gap(4)
    sheet.paragraph(
        f"截至 {day}，贵方在本小区的下列费用已到期而未交纳，合计 {yuan(letter.total_minor, dash=False)} 元"
        f"（{in_capitals(letter.total_minor)}）。"
        + (
            f"其中 {yuan(letter.disputed_minor)} 元贵方已提出异议，正在处理，列出备查。"
            if letter.disputed_minor
            else ""
        )
    )
    sheet.heading("欠费明细", "面积：㎡　单价：元/㎡·月，定额为元/月")
    if letter.is_developer:
        _by_unit(sheet, letter)
    else:
        _by_charge(sheet, letter)
    sheet.heading("依据")
    for number, ground in enumerate(letter.grounds_zh, 1):
        sheet.paragraph(ground, lead_zh=f"{number}. ")
    sheet.heading("请贵方")
    for number, wish in enumerate(_wishes(letter), 1):
        sheet.paragraph(wish, lead_zh=f"{number}. ")
    _signatures(sheet, letter)


def _wishes(letter: Letter) -> tuple[str, ...]:
    return (
        "收到本函之日起三十日内交纳上列款项；一次交纳有困难的，可书面申请分期。",
        "如已交纳，请告知付款日期与方式，以便核对；如对金额有异议，请书面说明，异议期间该部分单独列示。",
        "本函仅为催告，对贵方的正常居住与用能没有任何影响（民法典第九百四十四条第三款）。"
        if not letter.is_developer
        else "逾期仍未交纳的，将依法提起诉讼或者申请仲裁。",
    )


def _by_unit(sheet: Sheet, letter: Letter) -> None:
    """Draw the developer's table: unit, area, months, rate, amount."""
    rows = [
        Row(
            (
                due.label_zh,
                due.item_zh,
                "—" if due.area_hundredths is None else format_area(due.area_hundredths),
                due.first if due.first == due.last else f"{due.first} 至 {due.last}",
                str(due.months),
                HANDED_OVER if due.rate_e4 is None else format_rate(due.rate_e4),
                yuan(due.amount_minor),
            )
        )
        for due in letter.dues
    ]
    total = Row(
        ("合计", "", "", "", str(sum(due.months for due in letter.dues)), "", yuan(letter.total_minor)),
        strong=True,
    )
    columns = (
        Column("房屋", 106),
        Column("费项", 76),
        figure_column("面积", 58),
        Column("账期", 112, "centre"),
        figure_column("月数", 38),
        figure_column("单价", 60),
        figure_column("金额", 70),
    )
    Table(sheet, columns).draw([*rows, total])


def _by_charge(sheet: Sheet, letter: Letter) -> None:
    """Draw the owner's table: each month with what was charged, paid and is left."""
    rows = [
        Row(
            (
                line.period,
                line.item_zh,
                "—" if line.area_hundredths is None else format_area(line.area_hundredths),
                HANDED_OVER if line.rate_e4 is None else format_rate(line.rate_e4),
                line.due_on.isoformat(),
                yuan(line.billed_minor),
                yuan(line.billed_minor - line.open_minor),
                yuan(line.open_minor),
            )
        )
        for line in letter.lines
    ]
    billed = sum(line.billed_minor for line in letter.lines)
    totals = (yuan(billed), yuan(billed - letter.total_minor), yuan(letter.total_minor))
    total = Row(("合计", "", "", "", "", *totals), strong=True)
    columns = (
        Column("账期", 52),
        Column("费项", 84),
        figure_column("面积", 54),
        figure_column("单价", 52),
        Column("到期日", 68, "centre"),
        figure_column("应收", 64),
        figure_column("已交或已减", 70),
        figure_column("尚欠", 64),
    )
    Table(sheet, columns).draw([*rows, total])


def _signatures(sheet: Sheet, letter: Letter) -> None:
    """Draw the place for the seal, and the receipt that makes the demand count (limitation rules, article 8)."""
    size = sheet.scale.body
    sheet.need(108)
    sheet.y -= 30
    sheet.pen.text(RIGHT, sheet.y, f"{letter.compound_zh}　（盖章）", size, align="right")
    sheet.y -= 17
    sheet.pen.text(RIGHT, sheet.y, date_zh(letter.as_of.isoformat()), size, align="right")
    sheet.y -= 16
    sheet.pen.line(LEFT, sheet.y, RIGHT, sheet.y, 0.6, HAIR)
    sheet.y -= 18
    sheet.pen.text(
        LEFT, sheet.y, f"回执　已收到上述催缴函（{letter.addressee_zh}）", size, bold=True, room=CONTENT
    )
    sheet.y -= 24
    sheet.pen.text(LEFT, sheet.y, "签收人：________________", size)
    sheet.pen.text(LEFT + CONTENT * 0.4, sheet.y, "签收日期：______年____月____日", size)
