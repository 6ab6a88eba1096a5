"""Give money back with two keys: what is refundable to a debtor, or parked money to its sender (scenes S9, S10)."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from ledger.actions.park import UNIDENTIFIED
from ledger.actions.taking import AHEAD
from ledger.errors import FundsMixed, NotFound, ParkedShort, RefundMissing, RequestMalformed
from ledger.rules.entry import Posting
from ledger.rules.money import format_amount
from ledger.store.append import Facts, Journal
from ledger.store.debts import owed_back, parked_of, parked_sums, refundable_to
from ledger.store.projects import bridged_by
from ledger.store.tables import Disbursement, ParkedRefund


def parked_to_refund(
    journal: Journal, fund: str, number: int | None, amount_minor: int | None, *, has_lines: bool
) -> int:
    """Return how much of a parked sum goes back, in fen: all that is left unless said.

    Raises:
        NotFound: there is no such parked sum.
        ParkedShort: less of it is left.
    """
    if number is None or has_lines:
        raise RequestMalformed(
            pointer="/parked",
            why_zh="退回待查来款须注明待查号,不写支出科目",
            why_en="to give parked money back, name its number, and no lines",
        )
    if fund != AHEAD:
        raise FundsMixed(pointer="/fund", funds=f"{AHEAD}, {fund}")
    found = parked_sums(journal.session, journal.compound, number=number)
    if not found:
        raise NotFound(pointer="/parked", what=f"D-{number:06d}")
    left = found[0].left_minor
    amount = left if amount_minor is None else amount_minor
    if not 0 < amount <= left:
        raise ParkedShort(
            pointer="/amount",
            number=f"D-{number:06d}",
            held=format_amount(left),
            amount=format_amount(amount),
        )
    return amount


def refund_of_parked(
    journal: Journal, disbursement: str, amount_minor: int, bank: str
) -> tuple[tuple[Posting, ...], Facts]:
    """Return the postings and rows of the payment that gives parked money back.

    Raises:
        ParkedShort: it has been claimed, or has gone back, meanwhile.
    """
    number = parked_of(journal.session, journal.compound, disbursement)
    amount = parked_to_refund(journal, AHEAD, number, amount_minor, has_lines=False)
    postings = (Posting(UNIDENTIFIED, amount), Posting(bank, -amount))
    return postings, {ParkedRefund: [{"number": number, "amount_minor": amount}]}


def parked_again(journal: Journal, seq: int) -> list[dict[str, Any]]:
    """Return the rows that park again what act ``seq`` gave back."""
    query = select(ParkedRefund).where(ParkedRefund.compound == journal.compound, ParkedRefund.seq == seq)
    return [{"number": row.number, "amount_minor": -row.amount_minor} for row in journal.session.exec(query)]


def refund_to_debtor(journal: Journal, row: Disbursement, bank: str) -> tuple[Posting, ...]:
    """Return the postings that give money back, by the receipts that brought it, the oldest first.

    Raises:
        RefundMissing: another refund has taken it meanwhile.
    """
    unit, rest = row.unit or "", row.amount_minor
    held = refundable_to(journal.session, journal.compound, row.fund, unit, row.debtor or 0)
    if row.amount_minor > held:
        raise RefundMissing(
            pointer="/amount", unit=unit, held=format_amount(held), amount=format_amount(row.amount_minor)
        )
    lines = []
    for one in owed_back(journal.session, journal.compound, unit):
        part = min(rest, one.left_minor) if (one.fund, one.debtor) == (row.fund, row.debtor) else 0
        if part > 0:
            account = f"Liabilities:{row.fund}:Refundable"
            lines.append(Posting(account, part, unit=unit, debtor=one.debtor, receipt=one.receipt))
            rest -= part
    for lot in bridged_by(journal.session, journal.compound, row.fund, unit, row.debtor or 0):
        part = min(rest, lot.left_minor)
        if part > 0:
            account = f"Liabilities:{row.fund}:Bridging"
            lines.append(Posting(account, part, unit=unit, debtor=lot.debtor, receipt=lot.receipt))
            rest -= part
    return (*lines, Posting(bank, -row.amount_minor))
