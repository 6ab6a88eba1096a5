"""Governance pools and their grants, and what is given.

The money itself is in the journal. These rows say whose decision, which document and which project it was for.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, small, text

_OF_GRANT = (["compound", "code"], ["grant_project.compound", "grant_project.code"])


class Pool(SQLModel, table=True):
    """A governance pool that the compound administers: its legal holder, and the document that founded it."""

    __tablename__ = "pool"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    fund: str = key(64)
    seq: int = big()
    holder: str = text(64)
    document: str = text(64)
    bank: str = text(16)
    opened_on: date


class GrantProject(SQLModel, table=True):
    """A project that applies for money of a pool; ``clear_by`` is the day by which it has to be cleared."""

    __tablename__ = "grant_project"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "fund"], ["pool.compound", "pool.fund"]),
        bounded(),
        FACT,
    )

    compound: str = key(32)
    code: str = key(24)
    seq: int = big()
    fund: str = text(64)
    title: str = text(64)
    applicant: str = text(64)
    amount_minor: int = money()
    applied_on: date
    clear_by: date
    document: str = text(64)


class GrantBudget(SQLModel, table=True):
    """A line of a project's budget: so much for a purpose (``rules.grant``)."""

    __tablename__ = "grant_budget"
    __table_args__ = (by_act(), bounded(), ForeignKeyConstraint(*_OF_GRANT), FACT)

    compound: str = key(32)
    code: str = key(24)
    purpose: str = key(24)
    seq: int = big()
    amount_minor: int = money()


class GrantStep(SQLModel, table=True):
    """A project went on: what happened, when, which body did it, and by which document."""

    __tablename__ = "grant_step"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(*_OF_GRANT),
        CheckConstraint("step in ('reviewed', 'approved', 'refused', 'accepted', 'cleared')", name="step"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(24)
    seq: int = big_key()
    step: str = text(16)
    done_on: date
    done_by: str = text(64)
    document: str = text(64)
    result: str | None = text(200, optional=True)


class GrantMoney(SQLModel, table=True):
    """Money of a pool that came, was set aside for a project, went back, or was disallowed; ``code`` is the project."""

    __tablename__ = "grant_money"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(*_OF_GRANT),
        CheckConstraint("kind in ('received', 'allocated', 'cleared', 'disallowed')", name="kind"),
        Index(None, "compound", "fund", "code"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    fund: str = text(64)
    code: str | None = text(24, optional=True)
    kind: str = text(16)
    amount_minor: int = money()
    source: str | None = text(64, optional=True)
    document: str = text(64)


class GrantSpending(SQLModel, table=True):
    """What a payment out of a pool is for, as whoever asked for it declared."""

    __tablename__ = "grant_spending"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "id"], ["disbursement.compound", "disbursement.id"]),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    purpose: str = text(24)


class GrantOutcome(SQLModel, table=True):
    """What a project has come to: a figure with its words, or a photo by the SHA-256 of its published version."""

    __tablename__ = "grant_outcome"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(*_OF_GRANT),
        CheckConstraint("(value is null) <> (sha256 is null)", name="figure_or_photo"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(24)
    seq: int = big_key()
    line: int = big_key()
    caption: str = text(100)
    value: str | None = text(64, optional=True)
    sha256: str | None = text(64, optional=True)


class Donor(SQLModel, table=True):
    """Who gave: the only place for a donor's name, and erasable. ``consent``: the name may be printed (慈善法 82)."""

    __tablename__ = "donor"

    compound: str = key(32)
    number: int = big_key()
    name: str | None = text(64, optional=True)
    is_company: int = small()
    consent: int = small()


class Gift(SQLModel, table=True):
    """Something given without a duty to give it back: money, or help in kind at a stated value, or at none."""

    __tablename__ = "gift"
    __table_args__ = (
        by_act(),
        CheckConstraint("kind in ('money', 'in_kind')", name="kind"),
        CheckConstraint("amount_minor > 0 or (amount_minor is null and kind = 'in_kind')", name="amount"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    fund: str = text(64)
    kind: str = text(16)
    donor: int = big()
    amount_minor: int | None = money(optional=True)
    what: str = text(100)
    document: str = text(64)
    given_on: date
