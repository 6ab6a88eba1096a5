"""What each fund had on a shared bank account, day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.chart import fund_of
from ledger.rules.daily import fen_days
from ledger.store.balances import balances
from ledger.store.tables import EntryRow, PostingRow, SharedBankSum


def fen_days_of(session: Session, compound: str, bank: str, from_on: date, to_on: date) -> dict[str, int]:
    """Return the sum of each fund's balances at the end of each day, in fen, by fund; a day below zero counts as zero.

    The days are those on which the book shows the money (effective dates), so that anybody can add them up again.
    """
    suffix = f":Bank:{bank}"
    opening = {
        fund_of(code): minor
        for code, minor in balances(session, compound, as_of=from_on - timedelta(days=1)).items()
        if code.startswith("Assets:") and code.endswith(suffix)
    }
    query = (
        select(col(PostingRow.account), col(EntryRow.effective_on), func.sum(col(PostingRow.amount_minor)))
        .join(
            EntryRow,
            (col(EntryRow.compound) == col(PostingRow.compound)) & (col(EntryRow.seq) == col(PostingRow.seq)),
        )
        .where(
            col(PostingRow.compound) == compound,
            col(PostingRow.account).startswith("Assets:"),
            col(PostingRow.account).endswith(suffix, autoescape=True),
            col(EntryRow.effective_on).between(from_on, to_on),
        )
        .group_by(col(PostingRow.account), col(EntryRow.effective_on))
    )
    moved: dict[str, dict[date, int]] = defaultdict(dict)
    for account, day, minor in session.execute(query):
        moved[fund_of(account)][day] = int(minor)
    funds = sorted({*opening, *moved})
    return {fund: fen_days(opening.get(fund, 0), moved[fund], from_on, to_on) for fund in funds}


def shared_through(session: Session, compound: str, bank: str) -> date | None:
    """Return the last day whose interest has been shared out, by sums that stand; None where there is none."""
    undone = select(col(EntryRow.reverses)).where(
        col(EntryRow.compound) == compound, col(EntryRow.reverses).is_not(None)
    )
    query = select(func.max(col(SharedBankSum.to_on))).where(
        col(SharedBankSum.compound) == compound,
        col(SharedBankSum.bank) == bank,
        col(SharedBankSum.amount_minor) > 0,
        col(SharedBankSum.seq).not_in(undone),
    )
    found: date | None = session.execute(query).scalar()
    return found
