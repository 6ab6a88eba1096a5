"""Petty cash, its floats and counts; debits of the bank that nobody has explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.errors import FloatMissing
from ledger.store.balances import balances
from ledger.store.disbursements import under_way
from ledger.store.tables import (
    Act,
    CashCount,
    EntryRow,
    Explanation,
    PettyFloat,
    PostingRow,
    UnexplainedDebit,
)


@dataclass(frozen=True, slots=True)
class PettyCash:
    """The petty cash of a fund, in fen: the float, what is in the box by the books, and what is under way to it."""

    fund: str
    float_minor: int
    held_minor: int
    coming_minor: int
    authority: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A debit of the bank that is not wholly explained, in fen; it was booked by act ``seq``."""

    seq: int
    fund: str
    bank: str
    on: date
    amount_minor: int
    open_minor: int


def box_of(fund: str) -> str:
    """Return the account of a fund's petty cash."""
    return f"Assets:{fund}:Cash:Petty"


def float_of(session: Session, compound: str, fund: str) -> tuple[int, str]:
    """Return the float of a fund in fen, and by which authority it stands.

    Raises:
        FloatMissing: it has none, or it has ended.
    """
    query = select(PettyFloat).where(PettyFloat.compound == compound, PettyFloat.fund == fund)
    row = session.exec(query.order_by(col(PettyFloat.seq).desc())).first()
    if row is None or row.amount_minor == 0:
        raise FloatMissing(pointer="/fund", fund=fund)
    return row.amount_minor, row.authority


def petty_cash(session: Session, compound: str) -> list[PettyCash]:
    """Return the petty cash of every fund that has ever had a float."""
    query = select(PettyFloat).where(PettyFloat.compound == compound).order_by(col(PettyFloat.seq))
    newest = {row.fund: row for row in session.exec(query)}
    standing = balances(session, compound)
    return [
        PettyCash(
            fund,
            newest[fund].amount_minor,
            standing.get(box_of(fund), 0),
            coming(session, compound, fund),
            newest[fund].authority,
        )
        for fund in sorted(newest)
    ]


def coming(session: Session, compound: str, fund: str) -> int:
    """Return what is approved for a fund's petty cash and not yet paid, in fen."""
    return sum(
        minor
        for _, done, lines in under_way(session, compound, fund)
        if done.state == "approved"
        for account, minor in lines
        if account == box_of(fund)
    )


def counts(session: Session, compound: str, as_of: date) -> list[tuple[CashCount, date]]:
    """Return the counts until a day, oldest first, with their days."""
    query = (
        select(CashCount, col(Act.effective_on))
        .join(Act, (col(Act.compound) == CashCount.compound) & (col(Act.seq) == CashCount.seq))
        .where(CashCount.compound == compound, Act.effective_on <= as_of)
    )
    return [(row, day) for row, day in session.exec(query.order_by(col(CashCount.seq)))]


def unexplained(session: Session, compound: str, as_of: date | None = None) -> list[Unexplained]:
    """Return the debits that were not wholly explained on a day (now, unless said), oldest first."""
    debits = (
        select(UnexplainedDebit, col(Act.effective_on))
        .join(Act, (col(Act.compound) == UnexplainedDebit.compound) & (col(Act.seq) == UnexplainedDebit.seq))
        .where(UnexplainedDebit.compound == compound)
        .order_by(col(UnexplainedDebit.seq))
    )
    said = (
        select(Explanation.debit_seq, func.sum(col(Explanation.amount_minor)))
        .join(Act, (col(Act.compound) == Explanation.compound) & (col(Act.seq) == Explanation.seq))
        .where(Explanation.compound == compound)
        .group_by(col(Explanation.debit_seq))
    )
    if as_of is not None:
        debits, said = debits.where(Act.effective_on <= as_of), said.where(Act.effective_on <= as_of)
    explained = {seq: int(minor) for seq, minor in session.exec(said)}
    found = [
        Unexplained(
            row.seq, row.fund, row.bank, day, row.amount_minor, row.amount_minor - explained.get(row.seq, 0)
        )
        for row, day in session.exec(debits)
    ]
    return [one for one in found if one.open_minor]


def explained_besides(
    session: Session, compound: str, debit: UnexplainedDebit, *, accounts: set[str], since: date
) -> int:
    """Return what other debits of the fund were for on any of these accounts, as was said since a day, in fen.

    An explanation that was taken back does not count; its own day does not matter, the day on which it was given does.
    """
    undone = aliased(EntryRow)
    query = (
        select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0))
        .join(
            Explanation,
            (col(Explanation.compound) == PostingRow.compound) & (col(Explanation.seq) == PostingRow.seq),
        )
        .join(Act, (col(Act.compound) == PostingRow.compound) & (col(Act.seq) == PostingRow.seq))
        .outerjoin(
            undone, (col(undone.compound) == PostingRow.compound) & (col(undone.reverses) == PostingRow.seq)
        )
        .where(
            PostingRow.compound == compound,
            col(PostingRow.account).in_(accounts),
            Explanation.debit_seq != debit.seq,
            Explanation.amount_minor > 0,
            Act.recorded_on >= since,
            col(undone.seq).is_(None),
        )
    )
    return int(session.exec(query).one())


def short_of(session: Session, compound: str, fund: str) -> int:
    """Return what counts of a fund's petty cash found short and nobody has explained, in fen: no top-up fills it."""
    short = select(CashCount.seq).where(CashCount.compound == compound, CashCount.account == box_of(fund))
    counted = set(session.exec(short))
    return sum(one.open_minor for one in unexplained(session, compound) if one.seq in counted)
