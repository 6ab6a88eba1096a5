"""The open budget: per fund and year, in versions that stay; their way into force, and what residents said."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, text

_VERSION = ["compound", "fund", "year", "version"]
_OF_VERSION = (_VERSION, [f"budget.{name}" for name in _VERSION])


class Budget(SQLModel, table=True):
    """One version of a fund's budget for a year; the first is 1. An adjustment is the next version."""

    __tablename__ = "budget"
    __table_args__ = (by_act(), CheckConstraint("version > 0", name="version_positive"), FACT)

    compound: str = key(32)
    fund: str = key(64)
    year: int = big_key()
    version: int = big_key()
    seq: int = big()
    title: str = text(200)


class BudgetLine(SQLModel, table=True):
    """An account that a version plans for, and what for."""

    __tablename__ = "budget_line"
    __table_args__ = (by_act(), ForeignKeyConstraint(*_OF_VERSION), FACT)

    compound: str = key(32)
    fund: str = key(64)
    year: int = big_key()
    version: int = big_key()
    account: str = key(160)
    seq: int = big()
    note: str | None = text(200, optional=True)


class BudgetMonth(SQLModel, table=True):
    """What a version plans for an account in a month, in fen, above zero for income and expenses alike."""

    __tablename__ = "budget_month"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            [*_VERSION, "account"], [f"budget_line.{name}" for name in (*_VERSION, "account")]
        ),
        FACT,
    )

    compound: str = key(32)
    fund: str = key(64)
    year: int = big_key()
    version: int = big_key()
    account: str = key(160)
    month: str = key(7)
    seq: int = big()
    amount_minor: int = money()


class BudgetStep(SQLModel, table=True):
    """What became of a version: open for comments from a day to a day, adopted by an authority, or withdrawn.

    An adoption keeps what was weighed (以收定支): expenses, collectable income and spendable opening in fen, and the
    deficit that the vote allows.
    """

    __tablename__ = "budget_step"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(*_OF_VERSION),
        CheckConstraint("step in ('opened', 'adopted', 'withdrawn')", name="step"),
        FACT,
    )

    compound: str = key(32)
    fund: str = key(64)
    year: int = big_key()
    version: int = big_key()
    seq: int = big_key()
    step: str = text(16)
    from_on: date
    to_on: date | None = None
    authority: str | None = text(32, optional=True)
    deficit_authority: str | None = text(32, optional=True)
    expense_minor: int | None = money(optional=True)
    income_minor: int | None = money(optional=True)
    opening_minor: int | None = money(optional=True)
    deficit_minor: int | None = money(optional=True)


class BudgetComment(SQLModel, table=True):
    """What a resident said about a version: the salted hash here, the erasable words in ``remark``."""

    __tablename__ = "budget_comment"
    __table_args__ = (by_act(), ForeignKeyConstraint(*_OF_VERSION), FACT)

    compound: str = key(32)
    fund: str = key(64)
    year: int = big_key()
    version: int = big_key()
    number: int = big_key()
    seq: int = big()
    made_on: date
    words_hash: str = text(64)


class BudgetAnswer(SQLModel, table=True):
    """What was answered to a comment; a later answer adds to the earlier one."""

    __tablename__ = "budget_answer"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            [*_VERSION, "number"], [f"budget_comment.{name}" for name in (*_VERSION, "number")]
        ),
        FACT,
    )

    compound: str = key(32)
    fund: str = key(64)
    year: int = big_key()
    version: int = big_key()
    number: int = big_key()
    seq: int = big_key()
    words: str = text(200)
