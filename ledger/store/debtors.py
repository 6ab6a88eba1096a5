"""Whose a debt is, as far as the register of persons knows; what was written off, and what went back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.rules.entry import Kind
from ledger.rules.settle import Debt
from ledger.store.debts import debt
from ledger.store.tables import Charge, EntryRow, Person, PostingRow, Relief


def owners(
    session: Session, compound: str, debtors: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], str | None]:
    """Return what tells the persons behind some debtors apart; None where the register knows nothing.

    A company is told by its credit code, also where one of its units has only its name. Nobody prints these, but for a
    company's name (design decision 10).
    """
    asked = set(debtors)
    query = select(Person).where(
        Person.compound == compound, col(Person.unit).in_(sorted({unit for unit, _ in asked}))
    )
    rows = [row for row in session.exec(query) if (row.unit, row.debtor) in asked]
    codes = {row.name: row.credit_code for row in rows if row.name and row.credit_code}
    known = {
        (row.unit, row.debtor): row.credit_code or codes.get(row.name or "") or row.name or None
        for row in rows
    }
    return {one: known.get(one) for one in debtors}


def company_names(
    session: Session, compound: str, debtors: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """Return the names of those debtors that are companies: a company's name is no secret (design decision 10)."""
    query = select(Person).where(
        Person.compound == compound,
        col(Person.unit).in_(sorted({unit for unit, _ in debtors})),
        Person.is_company == 1,
    )
    return {(row.unit, row.debtor): row.name for row in session.exec(query) if row.name}


def given_back(session: Session, compound: str, receipts: Collection[int]) -> dict[int, int]:
    """Return how much of some receipts, paid ahead, became refundable since, in fen; for those of which any did."""
    undone = select(EntryRow.reverses).where(
        EntryRow.compound == compound, col(EntryRow.reverses).is_not(None)
    )
    query = (
        select(PostingRow.receipt, func.sum(col(PostingRow.amount_minor)))
        .join(
            EntryRow,
            (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq),
        )
        .where(
            PostingRow.compound == compound,
            col(PostingRow.receipt).in_(sorted(receipts)),
            col(PostingRow.account).like("Liabilities:%:Refundable"),
            col(EntryRow.kind).in_([str(Kind.REFUND_DUE), str(Kind.OWNER_CHANGE)]),
            col(EntryRow.seq).not_in(undone),
        )
        .group_by(col(PostingRow.receipt))
    )
    return {number: -int(minor) for number, minor in session.exec(query) if number is not None}


def waived_by(session: Session, compound: str, charge: tuple[int, int], authority: str) -> tuple[int, int]:
    """Return what a vote has waived of a charge (act and line) in fen, and the newest act that did; zeroes for none."""
    query = select(
        func.coalesce(func.sum(col(Relief.amount_minor)), 0), func.coalesce(func.max(col(Relief.seq)), 0)
    ).where(
        Relief.compound == compound,
        Relief.charge_seq == charge[0],
        Relief.charge_line == charge[1],
        Relief.kind == "waiver",
        Relief.authority == authority,
    )
    minor, newest = session.exec(query).one()
    return int(minor), int(newest)


def written_off(session: Session, compound: str, debtors: Sequence[tuple[str, int]]) -> list[Debt]:
    """Return the debts of some debtors of which something is written off, in order of act and line."""
    same = (
        (col(Charge.compound) == Relief.compound)
        & (col(Charge.seq) == Relief.charge_seq)
        & (col(Charge.line) == Relief.charge_line)
    )
    query = (
        select(Charge.seq, Charge.line, Charge.unit, Charge.debtor)
        .join(Relief, same)
        .where(
            Charge.compound == compound,
            col(Charge.unit).in_(sorted({unit for unit, _ in debtors})),
            Relief.kind == "write_off",
        )
        .group_by(col(Charge.seq), col(Charge.line), col(Charge.unit), col(Charge.debtor))
        .having(func.sum(col(Relief.amount_minor)) > 0)
        .order_by(col(Charge.seq), col(Charge.line))
    )
    return [
        debt(session, compound, f"{seq}-{line}")
        for seq, line, unit, debtor in session.exec(query)
        if (unit, debtor) in debtors
    ]
