"""Close a month: accrue the trustee's remuneration, let a second engine check every balance, lock.

Order of the close (chart 2.7): releases are made by billing; then remuneration as the period's last entry, the two
engines, and the lock. Months are closed strictly in order and never reopened.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, col, select

from ledger.errors import PeriodClosed, PeriodNotEnded, PeriodOrder
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_amount, round_half_up
from ledger.rules.period import last_day, months_back, next_month, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.balances import balances, movements
from ledger.store.tables import ClosingBalance, EntryRow, PeriodClose, RemunerationRule

SecondOpinion = Callable[[Session, str, str], None]
_BP = 10_000


def close(journal: Journal, month: str, second_opinion: SecondOpinion) -> Recorded:
    """Close ``month``.

    Args:
        journal: the compound's pen.
        month: the month to close.
        second_opinion: given the session, the compound and the month, raises BooksDisagree on a fen of difference.

    Raises:
        PeriodClosed: it is closed already.
        PeriodOrder: an earlier month is still open.
        PeriodNotEnded: it has not ended in the compound's time zone.
        BooksDisagree: the two engines differ.
    """
    require(journal.actor, KEEPERS)
    _check_turn(journal, parse_month(month, "/month"))
    _accrue_remuneration(journal, month)
    second_opinion(journal.session, journal.compound, month)
    standing = balances(journal.session, journal.compound, as_of=last_day(month))
    rows = [{"month": month, "account": code, "amount_minor": standing[code]} for code in standing]
    facts: Facts = {PeriodClose: [{"month": month}], ClosingBalance: rows}
    return journal.record("close", last_day(month), facts, close=month)


def _check_turn(journal: Journal, month: str) -> None:
    turn = journal.earliest_open
    if month < turn:
        raise PeriodClosed(pointer="/month", month=month, open=turn)
    if month > turn:
        raise PeriodOrder(pointer="/month", month=turn)
    if journal.today <= last_day(month):
        raise PeriodNotEnded(pointer="/month", month=month, after=f"{next_month(month)}-01")


def _accrue_remuneration(journal: Journal, month: str) -> None:
    """Accrue rate × income recognised in the listed accounts, as the period's last entry (I9, L04)."""
    rule = journal.session.exec(
        select(RemunerationRule)
        .where(RemunerationRule.compound == journal.compound, RemunerationRule.effective_from <= month)
        .order_by(col(RemunerationRule.effective_from).desc(), col(RemunerationRule.seq).desc())
    ).first()
    if rule is None or int(month[5:]) % rule.every_months != 0:
        return
    since = max(_after_last_accrual(journal), rule.effective_from, months_back(month, rule.every_months - 1))
    sums = movements(journal.session, journal.compound, after=months_back(since, 1), through=month)
    base = -sum(sums.get(code, 0) for code in rule.accounts.split())
    amount = round_half_up(base * rule.rate_bp, _BP)
    if amount <= 0:
        return
    rate = f"{rule.rate_bp // 100}.{rule.rate_bp % 100:02d}".rstrip("0").rstrip(".")
    span = month if since == month else f"{since} 至 {month}"
    entry = Entry(
        Kind.REMUNERATION,
        last_day(month),
        f"受托人酬金 {span} 实收 {format_amount(base)} × {rate}%",
        (
            Posting("Expenses:PropertyFee:Remuneration", amount),
            Posting("Liabilities:PropertyFee:Payable:Trustee", -amount),
        ),
        authority=rule.contract,
    )
    journal.record("remuneration", last_day(month), entry=entry)


def _after_last_accrual(journal: Journal) -> str:
    """Return the month after the last accrual; empty where there was none."""
    last = journal.session.exec(
        select(EntryRow.month)
        .where(EntryRow.compound == journal.compound, EntryRow.kind == str(Kind.REMUNERATION))
        .order_by(col(EntryRow.month).desc())
    ).first()
    return next_month(last) if last else ""
