"""What a fund has left to decide about: what it can spend, less all that has been decided and not yet booked (I3)."""

from __future__ import annotations

from sqlmodel import Session

from ledger.errors import FundShort
from ledger.rules.fund import spendable
from ledger.rules.money import format_amount
from ledger.store import between, disbursements
from ledger.store.balances import balances


def available(session: Session, compound: str, fund: str) -> int:
    """Return what a fund can spend, less approved payments not yet posted and approved loans not yet paid, in fen."""
    left = spendable(balances(session, compound), fund)
    left -= disbursements.committed(session, compound, fund)
    return left - between.promised(session, compound, fund)


def check_available(
    session: Session, compound: str, fund: str, amount_minor: int, *, pointer: str = "/amount"
) -> None:
    """Refuse a decision that would lower the fund below zero, whatever is carried out first (I3).

    Raises:
        FundShort: it would.
    """
    left = available(session, compound, fund)
    if amount_minor > left:
        raise FundShort(
            pointer=pointer,
            fund=fund,
            available=format_amount(left),
            amount=format_amount(amount_minor),
        )
