"""The end of the bulletin: basis of accounting, signatures, places for two seals, head of the chain."""

from __future__ import annotations

from typing import Final

import segno

from reports.bulletin import Bulletin, ChainHead
from reports.pdf.breaking import wrap
from reports.pdf.sheet import CONTENT, LEADING, LEFT, RIGHT, Sheet
from reports.pdf.type import GREY, RULE

SIGNATORIES: Final = ("制表", "复核", "业委会主任", "监察人")
SEALS: Final = ("物业项目章", "业主委员会章")
SIGN_HIGH: Final = 50.0
SEAL_HIGH: Final = 76.0
SEAL_WIDE: Final = 132.0
QR_SIDE: Final = 76.0
QUIET: Final = 4
QR_ZH: Final = "扫码看账、核对"
BASIS_LINES: Final = 4


def draw_basis(sheet: Sheet, bulletin: Bulletin) -> None:
    """Say on what basis the figures stand, and whether the local rules were checked."""
    size = sheet.scale.small
    # A sheet with nothing on it but signatures could be put behind any other: the last words go with them.
    sheet.need(BASIS_LINES * size * LEADING + 3 + closing_high(sheet, bulletin))
    sheet.gap(3)
    sheet.paragraph(bulletin.basis_zh, size, lead_zh="记账基础：")
    mark = "" if bulletin.profile_verified else "（未核对：该地规则的法律原文尚未核对）"
    sheet.paragraph(f"{bulletin.profile_zh}{mark}", size, lead_zh="适用规则：")
    sheet.paragraph(
        "“—”为零，“不适用”为此处不会有数，“未录入”为应有而未录；负数前有“-”号。", size, lead_zh="符　　号："
    )


def draw_closing(sheet: Sheet, bulletin: Bulletin, data_hash: str) -> None:
    """Draw the signature boxes, seals, phones and the chain, all on one page."""
    sheet.need(closing_high(sheet, bulletin))
    sheet.gap(10)
    _signatures(sheet, bulletin)
    _seals(sheet, _below(sheet, bulletin), _phones(bulletin, sheet.scale.small))
    _chain(sheet, bulletin, data_hash, _chain_high(sheet, bulletin))


def closing_high(sheet: Sheet, bulletin: Bulletin) -> float:
    """Return how high the boxes are together."""
    return 10 + SIGN_HIGH + _below(sheet, bulletin) + _chain_high(sheet, bulletin) + 4


def _below(sheet: Sheet, bulletin: Bulletin) -> float:
    """Return how high the box with the seals and the phones is."""
    size = sheet.scale.small
    return max(SEAL_HIGH, (len(_phones(bulletin, size)) + 1) * size * 1.5 + 8)


def _chain_high(sheet: Sheet, bulletin: Bulletin) -> float:
    """Return how high the box with the chain is."""
    return QR_SIDE + 18 + len(_advice(sheet, bulletin)) * sheet.scale.small * LEADING


def _advice(sheet: Sheet, bulletin: Bulletin) -> list[str]:
    """Return the lines that say what a reader can do with the numbers above."""
    where = f"打开 {bulletin.verify_url} 的“验证”，或" if bulletin.verify_url else ""
    said = (
        "留存本页（或拍照）即可核对：以后有人改动过去的账或截去账尾，与这里印的账链截止就对不上。"
        f"{where}运行 mingzhang verify，把导出的账与本页的号码和指纹比较。"
    )
    return wrap(said, sheet.scale.small, CONTENT - 16)


def _signatures(sheet: Sheet, bulletin: Bulletin) -> None:
    """Draw four boxes to sign in."""
    pen = sheet.pen
    wide = CONTENT / len(SIGNATORIES)
    top = sheet.y
    pen.box(LEFT, top - SIGN_HIGH, CONTENT, SIGN_HIGH, stroke=RULE, weight=0.7)
    for number, role in enumerate(SIGNATORIES):
        x = LEFT + wide * number
        if number:
            pen.line(x, top - SIGN_HIGH, x, top, 0.4, RULE)
        pen.text(x + 6, top - 14, role, 10, bold=True)
        if number == 0 and bulletin.compiled_by_zh:
            pen.text(x + 32, top - 14, bulletin.compiled_by_zh, 9, ink=GREY, room=wide - 38)
        pen.text(x + wide - 6, top - SIGN_HIGH + 7, "年　　月　　日", 9, ink=GREY, align="right")
    sheet.y = top - SIGN_HIGH


def _phone_room() -> float:
    """Return the width beside the two seal places."""
    return CONTENT - 2 * SEAL_WIDE - 20


def _phones(bulletin: Bulletin, size: float) -> list[str]:
    """Return the lines of the numbers for complaints, each number beginning its own."""
    said = [f"{phone.label_zh} {phone.number}" for phone in bulletin.phones] or ["未录入"]
    return [line for each in said for line in wrap(each, size, _phone_room())]


def _seals(sheet: Sheet, high: float, phones: list[str]) -> None:
    """Draw two empty places for seals, never a seal, and the phones beside them."""
    pen = sheet.pen
    top = sheet.y
    pen.box(LEFT, top - high, CONTENT, high, stroke=RULE, weight=0.7)
    for number, seal in enumerate(SEALS):
        x = LEFT + number * SEAL_WIDE
        pen.box(x + 6, top - high + 6, SEAL_WIDE - 12, high - 12, stroke=GREY, dashed=True)
        pen.text(x + SEAL_WIDE / 2, top - high + 12, f"（{seal}）", 9, ink=GREY, align="centre")
    x = LEFT + 2 * SEAL_WIDE + 10
    size = sheet.scale.small
    baseline = top - 8 - size
    pen.text(x, baseline, "监督与投诉电话", size, bold=True)
    for line in phones:
        baseline -= size * 1.5
        pen.text(x, baseline, line, size, room=_phone_room())
    sheet.y = top - high


def _chain(sheet: Sheet, bulletin: Bulletin, data_hash: str, high: float) -> None:
    """Draw the head of the chain, the head that the last bulletin printed, and a code to scan."""
    pen = sheet.pen
    top = sheet.y
    pen.box(LEFT, top - high, CONTENT, high, stroke=RULE, weight=0.7)
    room = CONTENT - QR_SIDE - 30
    lines = [
        (f"账链截止：本期关账时第 {bulletin.head.seq} 号业务", bulletin.head.hash),
        (_previous(bulletin.previous_head), bulletin.previous_head.hash if bulletin.previous_head else ""),
        ("本表数据（附于电子版内）SHA-256", data_hash),
    ]
    baseline = top - 13
    for label, value in lines:
        pen.text(LEFT + 8, baseline, label, 9, bold=True, room=room)
        if value:
            pen.text(LEFT + 8, baseline - 12, value, 9, room=room, never_cut=True)
        baseline -= 27
    _qr(sheet, RIGHT - QR_SIDE - 8, top - 5 - QR_SIDE, verification(bulletin))
    small = sheet.scale.small
    pen.text(
        RIGHT - 8 - QR_SIDE / 2, top - 11 - QR_SIDE, QR_ZH, small, ink=GREY, align="centre", room=QR_SIDE
    )
    baseline = top - 20 - QR_SIDE
    for line in _advice(sheet, bulletin):
        pen.text(LEFT + 8, baseline, line, small, ink=GREY, room=CONTENT - 16)
        baseline -= small * LEADING
    sheet.y = top - high


def _previous(head: ChainHead | None) -> str:
    """Say where the last bulletin stood."""
    return f"上期公示所载：第 {head.seq} 号业务" if head else "上期公示：无（本表为首期）"


def verification(bulletin: Bulletin) -> str:
    """Return what the code holds: the page to check at, or else the head of the chain itself."""
    if bulletin.verify_url:
        return bulletin.verify_url
    head = bulletin.head
    return f"mingzhang:{bulletin.compound_code}:{bulletin.period}:{bulletin.version}:{head.seq}:{head.hash}"


def _qr(sheet: Sheet, x: float, y: float, text: str) -> None:
    """Draw a QR code of side QR_SIDE, its quiet zone of four modules included."""
    rows = list(segno.make_qr(text, error="m").matrix_iter(border=QUIET))
    side = QR_SIDE / len(rows)
    squares = [
        (x + column * side, y + QR_SIDE - (line + 1) * side, side, side)
        for line, row in enumerate(rows)
        for column, dark in enumerate(row)
        if dark
    ]
    sheet.pen.squares(squares, "#000000")
