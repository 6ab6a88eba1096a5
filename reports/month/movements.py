"""What moved in a year up to a month, by account, kind of act and settled period: one query for every statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.rules.money import CURRENCY
from ledger.store.records import voucher
from ledger.store.tables import EntryRow, PostingRow


@dataclass(frozen=True, slots=True)
class Movement:
    """The sum of postings of money, in fen, debit positive, on one account by entries of one kind and month.

    ``period`` is the month that a fee posting belongs to; ``is_private`` says that the postings name units; ``undoes``
    is the kind of what a reversal takes back.
    """

    account: str
    kind: str
    month: str
    period: str | None
    is_private: bool
    amount_minor: int
    undoes: str | None = None


def movements_of_year(session: Session, compound: str, since: str, month: str) -> list[Movement]:
    """Return the movements of the months from ``since`` to ``month``."""
    is_private = col(PostingRow.unit).is_not(None)
    undone = aliased(EntryRow)
    keys = (
        col(PostingRow.account),
        col(EntryRow.kind),
        col(EntryRow.month),
        col(PostingRow.period),
        is_private,
        col(undone.kind),
    )
    query = (
        select(*keys, func.sum(col(PostingRow.amount_minor)))
        .join(
            EntryRow,
            (col(EntryRow.compound) == col(PostingRow.compound)) & (col(EntryRow.seq) == col(PostingRow.seq)),
        )
        .outerjoin(
            undone,
            (col(undone.compound) == col(EntryRow.compound)) & (col(undone.seq) == col(EntryRow.reverses)),
        )
        .where(col(EntryRow.compound) == compound, col(EntryRow.month) >= since, col(EntryRow.month) <= month)
        .where(col(PostingRow.currency) == CURRENCY)
        .group_by(*keys)
    )
    return [
        Movement(account, kind, of_month, period, bool(private), int(minor), undoes)
        for account, kind, of_month, period, private, undoes, minor in session.execute(query)
    ]


def total(movements: Iterable[Movement], wanted: Callable[[Movement], bool]) -> int:
    """Return the sum of the movements that are wanted, in fen, debit positive."""
    return sum(one.amount_minor for one in movements if wanted(one))


def vouchers(session: Session, compound: str, month: str, account: str) -> tuple[str, ...]:
    """Return the vouchers of a month that touch accounts beginning with ``account``, in order."""
    touches = (
        exists()
        .where(
            col(PostingRow.compound) == col(EntryRow.compound),
            col(PostingRow.seq) == col(EntryRow.seq),
            col(PostingRow.account).startswith(account, autoescape=True),
        )
        .correlate(EntryRow)
    )
    query = select(col(EntryRow.voucher_no)).where(
        col(EntryRow.compound) == compound, col(EntryRow.month) == month, touches
    )
    return tuple(voucher(month, number) for number in sorted(session.execute(query).scalars()))
