"""Close a month: charge the rents that fell due, accrue the trustee's remuneration, let a second engine check, lock.

Order of the close (chart 2.7): fees paid ahead are released by billing; contracts are accrued here, with the tax and
the fee that they name; then remuneration as the period's last entry, the two engines, and the lock. What public income
lacks stops the bulletin (``actions.publish``), not the close. Months are closed strictly in order and never reopened.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from ledger.actions.charge_rents import ChargeRents, charge_rents
from ledger.errors import PeriodClosed, PeriodNotEnded, PeriodOrder
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import POINT, format_amount
from ledger.rules.period import last_day, next_month, parse_month
from ledger.rules.remuneration import Earned
from ledger.rules.roles import KEEPERS, require
from ledger.store import audit
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.balances import balances
from ledger.store.failpoints import reach
from ledger.store.leases import waiting_rents
from ledger.store.remuneration import EXPENSE, earned
from ledger.store.tables import ClosingBalance, PeriodClose

SecondOpinion = Callable[[Session, str, str], None]


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
    if waiting_rents(journal.session, journal.compound, last_day(month)):
        charge_rents(journal, ChargeRents(last_day(month)))
    _accrue_remuneration(journal, month)
    second_opinion(journal.session, journal.compound, month)
    reach("month_checked")
    standing = balances(journal.session, journal.compound, as_of=last_day(month))
    standing |= balances(journal.session, journal.compound, as_of=last_day(month), currency=POINT)
    rows = [{"month": month, "account": code, "amount_minor": standing[code]} for code in standing]
    facts: Facts = {PeriodClose: [{"month": month, **_audited(journal)}], ClosingBalance: rows}
    return journal.record("close", last_day(month), facts, close=month)


def _audited(journal: Journal) -> dict[str, int | str | None]:
    """Return where the audit trail stands, so that the head on the month's bulletin protects it too."""
    number, hashed = audit.head(journal.session, journal.compound)
    return {"audit_number": number or None, "audit_head": hashed if number else None}


def _check_turn(journal: Journal, month: str) -> None:
    turn = journal.earliest_open
    if month < turn:
        raise PeriodClosed(pointer="/month", month=month, open=turn)
    if month > turn:
        raise PeriodOrder(pointer="/month", month=turn)
    if journal.today <= last_day(month):
        raise PeriodNotEnded(pointer="/month", month=month, after=f"{next_month(month)}-01")


def _accrue_remuneration(journal: Journal, month: str) -> None:
    """Accrue what the trustee has earned to date and was not recognised yet, as the period's last entry (I9, L04)."""
    so_far = earned(journal.session, journal.compound, month)
    if so_far is None or not so_far.terms.is_due(month) or so_far.accrual_minor == 0:
        return
    entry = Entry(
        Kind.REMUNERATION,
        last_day(month),
        f"受托人酬金 {_said(so_far)}",
        (
            Posting(EXPENSE, so_far.accrual_minor),
            Posting("Liabilities:PropertyFee:Payable:Trustee", -so_far.accrual_minor),
        ),
        authority=so_far.terms.contract,
    )
    journal.record("remuneration", last_day(month), entry=entry)


def _said(so_far: Earned) -> str:
    """Say how the sum came about, so that a reader can recompute it: the base to date, the rate, what was taken."""
    terms = so_far.terms
    span = terms.effective_from if terms.effective_from == so_far.through else ""
    span = span or f"{terms.effective_from} 至 {so_far.through}"
    if terms.fixed_minor:
        said = f"{span} 每 {terms.every_months} 个月 {format_amount(terms.fixed_minor)}"
    else:
        rate = f"{terms.rate_bp // 100}.{terms.rate_bp % 100:02d}".rstrip("0").rstrip(".")
        said = f"{span} 实收 {format_amount(so_far.base_minor)} × {rate}%"
    return said + (f",减已计 {format_amount(so_far.recognised_minor)}" if so_far.recognised_minor else "")
