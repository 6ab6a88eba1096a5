"""The sentences that a book makes itself, in Chinese and English; what people typed is never translated."""

from __future__ import annotations

from collections.abc import Collection

from ledger.errors import NotFound
from ledger.rules.charge import item_of
from ledger.rules.chart import fund_zh
from reports.book.key import BookKey, Language

#: What a batch of household acts is called, by kind; a kind that is not here is called ``_ANY``.
_BATCH = {
    "receipt": ("收款日报", "Receipts"),
    "bill": ("应收登记", "Charges"),
    "adjustment": ("应收更正", "Charges adjusted"),
    "release": ("预收转收入", "Prepayments released"),
    "deposit": ("押金收取", "Deposits taken"),
    "deposit_release": ("押金退还", "Deposits returned"),
    "payment": ("住户付款", "Payments to households"),
    "expense": ("住户相关支出", "Expenses touching households"),
    "public_income": ("公共收益收款", "Public income received"),
    "clearing": ("在途到账", "Clearings"),
    "claim": ("待查来款认领", "Parked money claimed"),
    "recovery": ("追偿收回", "Claims recovered"),
    "refund_due": ("预收转应退", "Prepayments to be given back"),
    "refund": ("住户退款", "Refunds to households"),
    "waiver": ("减免", "Waivers"),
    "write_off": ("账销案存", "Write-offs"),
    "dispute": ("应收争议", "Disputes"),
    "late_fee": ("违约金", "Late fees"),
    "owner_change": ("产权变更", "Changes of owner"),
    "in_kind": ("实物抵偿", "Settlements in kind"),
    "surplus_return": ("结余返还", "Surplus given back"),
    "opening_claim": ("承认原物业公司所收款项", "Money a former trustee kept, honoured"),
    "project_share": ("专项分摊", "Shares of a project"),
    "bridge": ("参与户垫付", "Bridged for others"),
    "bridge_release": ("垫付冲抵分摊", "Shares settled by what was bridged"),
    "points": ("积分", "Points"),
    "reversal": ("住户业务冲销", "Reversals of household acts"),
    "opening": ("期初余额", "Opening balances"),
}
_ANY = ("住户业务", "Household acts")
_AUDIENCE = {"public": ("公开账", "public book"), "full": ("全账", "full book")}


def receipt_number(number: int) -> str:
    """Return a receipt's printed number, such as ``R-000412``."""
    return f"R-{number:06d}"


def title(name: str, key: BookKey, span: int | None) -> str:
    """Return the book's title: compound, audience, and the year if it is a year's book."""
    zh, en = _AUDIENCE[key.audience]
    if key.language == "zh":
        return f"{name} {zh}" if span is None else f"{name} {span}年{zh}"
    return f"{name}, {en}" if span is None else f"{name}, {en} {span}"


def batch(language: Language, kind: str, entries: int, receipts: Collection[int]) -> str:
    """Return the narration of a batch: kind, range of receipt numbers if any, and number of entries."""
    zh, en = _BATCH.get(kind, _ANY)
    span = ""
    if receipts:
        low, high = receipt_number(min(receipts)), receipt_number(max(receipts))
        span = low if low == high else f"{low}–{high}"
    if language == "zh":
        return f"{zh} 收据 {span}，{entries} 笔" if span else f"{zh}，{entries} 笔"
    return f"{en} {span}, {entries} entries" if span else f"{en}, {entries} entries"


def small_batch(language: Language, kind: str) -> str:
    """Return the narration of a batch too small to say more about it: the close of the month has drawn it."""
    zh, en = _BATCH.get(kind, _ANY)
    return f"{zh}，月末并入" if language == "zh" else f"{en}, joined at the close"


def collective(language: Language, kind: str, item: str | None, period: str | None, units: int) -> str:
    """Return the narration of a collective entry: kind, fee item and month if it has one, number of units."""
    zh, en = _BATCH.get(kind, _ANY)
    parts = [zh if language == "zh" else en, _item(language, item), period]
    said = " ".join(part for part in parts if part)
    return f"{said}，{units} 户" if language == "zh" else f"{said}, {units} units"


def _item(language: Language, code: str | None) -> str | None:
    if code is None:
        return None
    try:
        item = item_of(code)
    except NotFound:  # an item that only this compound has
        return code
    return item.zh if language == "zh" else item.en


def brought_forward(language: Language, fund: str) -> str:
    """Return the narration of what opens a fund in a book which does not begin at the beginning."""
    return f"期初结转 {fund_zh(fund)}" if language == "zh" else f"Brought forward: {fund}"
