"""Who stands in for whom, and for how much: a fixed remuneration, and a caretaker while there is no committee."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, by_act, key, money, small, text


class FixedRemuneration(SQLModel, table=True):
    """What the trustee may take: so many fen every 1, 3 or 12 months, whatever is collected (Trust Law 35)."""

    __tablename__ = "fixed_remuneration"
    __table_args__ = (
        by_act(),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("every_months in (1, 3, 12)", name="rhythm"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    effective_from: str = text(7)
    amount_minor: int = money()
    every_months: int = small()
    contract: str = text(64)


class Caretaking(SQLModel, table=True):
    """From a day on a caretaker holds the second key, because the committee has lapsed."""

    __tablename__ = "caretaking"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    seq: int = big_key()
    from_on: date
    caretaker: str = text(64)
    body: str = text(16)
    basis: str = text(200)


class CaretakingEnd(SQLModel, table=True):
    """A new committee has taken over from a caretaker: ``began`` is the act that named it."""

    __tablename__ = "caretaking_end"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "began"], ["caretaking.compound", "caretaking.seq"]),
        FACT,
    )

    compound: str = key(32)
    began: int = big_key()
    seq: int = big()
    ended_on: date
    basis: str = text(200)
