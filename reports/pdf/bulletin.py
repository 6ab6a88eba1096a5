"""The monthly bulletin as a PDF to hang up: as many A4 pages as its parts take, in the size that a form asks for.

The same figures give the same bytes. What is drawn of each part says so where there is none of it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from reports.bulletin import Bulletin
from reports.figures import Figure, add_figures
from reports.pdf.alerts import draw_alerts
from reports.pdf.amounts import percent, yuan
from reports.pdf.authorities import draw_authorisations, draw_payments
from reports.pdf.between_funds import draw_between_funds
from reports.pdf.budget import draw_budgets, draw_remuneration
from reports.pdf.closing import draw_basis, draw_closing
from reports.pdf.collection import draw_collection
from reports.pdf.data import bulletin_csv, bulletin_json
from reports.pdf.finish import Attachment, Identity, finish
from reports.pdf.grants import draw_grants, draw_projects
from reports.pdf.income import draw_public_income
from reports.pdf.lists import draw_corrections, draw_expenses, draw_held
from reports.pdf.pen import Pen, Remark
from reports.pdf.repair import draw_repair
from reports.pdf.sheet import CONTENT, LEFT, RIGHT, Furniture, Sheet
from reports.pdf.statements import counted, draw_overview, draw_statement
from reports.pdf.type import BLUE, FILL, FORM, GREY, HAIR, INK, RULE

TITLE_ZH: Final = "物业资金收支公示表"
STRIP_HIGH: Final = 48.0


def draw_bulletin(bulletin: Bulletin) -> bytes:
    """Return the bulletin as PDF/A-3b, with its figures attached as JSON and CSV."""
    return draw_with_remarks(bulletin)[0]


def draw_with_remarks(bulletin: Bulletin) -> tuple[bytes, tuple[Remark, ...]]:
    """Return the bulletin and what its pages could not show as given."""
    data = bulletin_json(bulletin)
    data_hash = hashlib.sha256(data).hexdigest()
    pages = _compose(bulletin, data_hash, 0)[1]
    drawn, _, remarks = _compose(bulletin, data_hash, pages)
    name = f"{bulletin.compound_code}-{bulletin.number}"
    attachments = (
        Attachment(f"{name}.csv", "text/csv", "公示数据（电子表格）", bulletin_csv(bulletin)),
        Attachment(f"{name}.json", "application/json", "公示数据（本表印有其 SHA-256）", data),
    )
    identity = Identity(
        title=f"{bulletin.compound_zh} {period_zh(bulletin.period)}{TITLE_ZH}",
        author=bulletin.compound_zh,
        subject=f"{bulletin.number} 账链 {bulletin.head.seq} {bulletin.head.hash}",
        dated=bulletin.posted_from,
    )
    return finish(drawn, identity, attachments), remarks


def _compose(bulletin: Bulletin, data_hash: str, pages: int) -> tuple[bytes, int, tuple[Remark, ...]]:
    """Draw all pages; ``pages`` is the N of n/N, unknown (0) while measuring."""
    pen = Pen()
    furniture = Furniture(
        continued_zh=f"{period_zh(bulletin.period)}{TITLE_ZH}（续）　{bulletin.compound_zh}",
        foot_left=f"{bulletin.compound_code}　{bulletin.number}",
        foot_right=f"数据指纹 {data_hash[:16]}",
        notice_zh=bulletin.caretaker_zh,
    )
    sheet = Sheet(pen, FORM, furniture, pages)
    _head(sheet, bulletin)
    _strip(sheet, bulletin)
    draw_alerts(sheet, bulletin)
    _parts(sheet, bulletin)
    draw_basis(sheet, bulletin)
    draw_closing(sheet, bulletin, data_hash)
    count = sheet.finish()
    return pen.close(), count, tuple(pen.remarks)


def _parts(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the numbered parts; those of ``sections`` where the figures came with them."""
    parts = bulletin.sections
    draw_overview(sheet, bulletin)
    for statement in bulletin.funds:
        draw_statement(sheet, statement, bulletin.period, bulletin.year_from)
    if parts is not None:
        draw_remuneration(sheet, parts.remuneration)
        draw_budgets(sheet, parts.budgets, {one.fund_code for one in bulletin.funds})
    draw_public_income(sheet, bulletin)
    if parts is not None:
        draw_between_funds(sheet, parts.between)
        draw_repair(sheet, parts.repair)
    draw_collection(sheet, bulletin)
    draw_expenses(sheet, bulletin)
    if parts is not None:
        draw_payments(sheet, parts.payments)
        draw_authorisations(sheet, parts.authorisations)
        draw_grants(sheet, parts.grants)
        draw_projects(sheet, parts.projects, parts.small_projects)
    draw_held(sheet, bulletin)
    draw_corrections(sheet, bulletin)


def period_zh(period: str) -> str:
    """Return ``2026-03`` as 2026年3月."""
    year, month = period.split("-")
    return f"{year}年{int(month)}月"


def _head(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw issuer, title, period and posting; a reissue says at the top what it replaces and why."""
    pen = sheet.pen
    middle = (LEFT + RIGHT) / 2
    sheet.y -= 13
    pen.text(middle, sheet.y, bulletin.compound_zh, 13, align="centre", room=CONTENT)
    sheet.y -= 27
    pen.text(middle, sheet.y, TITLE_ZH, 22, bold=True, align="centre", track=3)
    sheet.y -= 9
    pen.line(LEFT, sheet.y, RIGHT, sheet.y, 1.6, RULE)
    pen.line(LEFT, sheet.y - 2.6, RIGHT, sheet.y - 2.6, 0.5, RULE)
    sheet.y -= 17
    size = sheet.scale.body
    pen.text(LEFT, sheet.y, f"报告期：{period_zh(bulletin.period)}", size, bold=True)
    pen.text(middle, sheet.y, f"公示期：{bulletin.posted_from} 至 {bulletin.posted_to}", size, align="centre")
    pen.text(RIGHT, sheet.y, f"{bulletin.number}（第 {bulletin.version} 版）", size, align="right")
    sheet.y -= 3
    sheet.paragraph(bulletin.place_zh, sheet.scale.small, lead_zh="公示地点：")
    if bulletin.version > 1:
        sheet.paragraph(
            f"本表为第 {bulletin.version} 版，取代 SHA-256 为 {bulletin.supersedes} 的前一版。"
            f"重新公示的原因：{bulletin.reason_zh}",
            bold=True,
        )
    sheet.notice()
    sheet.y -= 8


def _strip(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw the five figures that most readers come for."""
    funds = counted(bulletin)
    cells: tuple[tuple[str, str], ...] = (
        ("期初结余", _total(*(fund.opening_minor for fund in funds))),
        ("本期收入", _total(*(fund.receipts_minor for fund in funds))),
        ("本期支出", _total(*(fund.expenses_minor for fund in funds))),
        ("期末结余", _total(*(fund.closing_minor for fund in funds))),
        ("当期收缴率", percent(bulletin.collection.total.current_rate_bp)),
    )
    moved = add_figures(*(fund.transfers_minor for fund in funds))
    # Without it the four figures would not add up on the page.
    left = f"含净划转 {yuan(moved)}" if isinstance(moved, int) and moved else "不含维修资金"
    notes = ("各项资金合计", "各项资金合计", "各项资金合计", left, bulletin.collection.span_zh)
    pen = sheet.pen
    wide = CONTENT / len(cells)
    bottom = sheet.y - STRIP_HIGH
    pen.box(LEFT, bottom, CONTENT, STRIP_HIGH, fill=FILL)
    for number, ((label, value), note) in enumerate(zip(cells, notes, strict=True)):
        x = LEFT + wide * number
        if number:
            pen.line(x, bottom + 8, x, sheet.y - 8, 0.5, HAIR)
        pen.text(x + 8, sheet.y - 13, label, 9.5, ink=INK)
        ink = BLUE if label == "期末结余" else INK
        pen.text(x + 8, sheet.y - 30, value, 15, bold=True, ink=ink, room=wide - 12, never_cut=True)
        pen.text(x + 8, bottom + 6, note, 8.5, ink=GREY, room=wide - 12)
    sheet.y = bottom


def _total(*figures: Figure) -> str:
    """Print a sum; zero is 0.00, since a reader looks for a number here."""
    return yuan(add_figures(*figures), dash=False)
