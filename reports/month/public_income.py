"""Public income of a month: gross, reasonable cost and net, always three figures (Civil Code 282)."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.rules.chart import account
from ledger.store.records import voucher
from ledger.store.tables import Disbursement, DisbursementStep, EntryRow, PostingRow
from reports.bulletin import PublicCostLine, PublicIncome, PublicIncomeRow

_INCOME = "Income:PublicIncome:"
_COST = "Expenses:PublicIncome:Cost:"


def leaf_zh(code: str) -> str:
    """Return the last Chinese segments of an account without their order digits: ``广告·电梯``."""
    return "·".join(segment[1:] for segment in account(code).zh.split(":")[2:])


def public_income(session: Session, compound: str, month: str) -> PublicIncome:
    """Return the month's public income: a row per source and counterparty, its costs one by one."""
    rows = []
    gross: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for entry, posting in _lines(session, compound, month, _INCOME):
        who = "" if posting.unit is not None else entry.counterparty or ""
        gross[posting.account, who].append((entry.voucher_no, -posting.amount_minor))
    for code, who in sorted(gross, key=lambda key: (account(key[0]).order, key[1])):
        lines = gross[code, who]
        minor = sum(amount for _, amount in lines)
        numbers = sorted({number for number, _ in lines})
        shown = voucher(month, numbers[0])[-4:] + (f"等{len(numbers)}张" if len(numbers) > 1 else "")
        rows.append(PublicIncomeRow(leaf_zh(code), who, month, minor, 0, minor, shown))
    costs = _costs(session, compound, month)
    borne = sum(line.amount_minor for line in costs if isinstance(line.amount_minor, int))
    if costs:
        rows.append(PublicIncomeRow("合理成本", "明细见后", month, 0, borne, -borne, ""))
    return PublicIncome(tuple(rows), tuple(costs))


def _lines(session: Session, compound: str, month: str, prefix: str) -> list[tuple[EntryRow, PostingRow]]:
    query = (
        select(EntryRow, PostingRow)
        .join(
            PostingRow,
            (col(PostingRow.compound) == col(EntryRow.compound)) & (col(PostingRow.seq) == col(EntryRow.seq)),
        )
        .where(
            col(EntryRow.compound) == compound,
            col(EntryRow.month) == month,
            col(PostingRow.account).startswith(prefix, autoescape=True),
        )
        .order_by(col(EntryRow.seq), col(PostingRow.line))
    )
    return [(entry, posting) for entry, posting in session.execute(query)]


def _costs(session: Session, compound: str, month: str) -> list[PublicCostLine]:
    """Return the costs; one whose expense has no invoice and no authority of its own is 无凭证 (L06)."""
    lines = []
    for entry, posting in _lines(session, compound, month, _COST):
        shown = voucher(month, entry.voucher_no) if _is_proved(session, compound, entry) else ""
        words = leaf_zh(posting.account).removeprefix("合理成本·")
        lines.append(PublicCostLine(f"{words} {entry.narration}"[:60], posting.amount_minor, shown))
    return lines


def _is_proved(session: Session, compound: str, entry: EntryRow) -> bool:
    if entry.kind != "expense":
        return entry.authority is not None or entry.kind in ("clearing", "reversal")
    query = (
        select(col(Disbursement.invoice))
        .join(
            DisbursementStep,
            (col(DisbursementStep.compound) == col(Disbursement.compound))
            & (col(DisbursementStep.id) == col(Disbursement.id)),
        )
        .where(col(DisbursementStep.compound) == compound, col(DisbursementStep.seq) == entry.seq)
    )
    return session.execute(query).scalar() is not None
