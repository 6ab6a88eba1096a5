"""Votes of the owners: who could vote, who did, who agreed; how each unit chose where ballots were counted.

The figures are stored as they were computed from the register of the day, so that no name is needed to check them.
Whether a vote passed is never stored: ``rules.vote`` computes it, and a vote that passed has its row in ``authority``.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, by_act, key, money, of_unit, small, text

_OF_VOTE = (["compound", "code"], ["vote.compound", "vote.code"])


class Vote(SQLModel, table=True):
    """One vote on one matter: heads, and areas in 1/100 m², of the owners entitled, taking part and agreeing.

    ``repair_share_bp``: what of net public income goes to the repair fund, in basis points, where the vote names it.
    """

    __tablename__ = "vote"
    __table_args__ = (
        by_act(),
        CheckConstraint("base in ('compound', 'building', 'stair', 'units')", name="base"),
        CheckConstraint("counted in ('ballots', 'totals')", name="counted"),
        CheckConstraint(
            "agreed_heads between 0 and took_heads and took_heads <= entitled_heads and entitled_heads > 0",
            name="heads",
        ),
        CheckConstraint(
            "agreed_area_hundredths between 0 and took_area_hundredths "
            "and took_area_hundredths <= entitled_area_hundredths and entitled_area_hundredths > 0",
            name="areas",
        ),
        CheckConstraint("amount_minor is null or amount_minor > 0", name="amount_positive"),
        CheckConstraint("repair_share_bp between 0 and 10000", name="repair_share"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    matter: str = text(24)
    subject: str = text(200)
    fund: str | None = text(64, optional=True)
    amount_minor: int | None = money(optional=True)
    until: date | None = None
    decided_on: date
    announced_on: date
    base: str = text(16)
    base_of: str | None = text(40, optional=True)
    counted: str = text(16)
    entitled_heads: int = big()
    entitled_area_hundredths: int = big()
    took_heads: int = big()
    took_area_hundredths: int = big()
    agreed_heads: int = big()
    agreed_area_hundredths: int = big()
    repair_share_bp: int | None = small(optional=True)


class VoteBase(SQLModel, table=True):
    """A unit that a vote among named units asks."""

    __tablename__ = "vote_base"
    __table_args__ = (by_act(), of_unit(), ForeignKeyConstraint(*_OF_VOTE), FACT)

    compound: str = key(32)
    code: str = key(32)
    unit: str = key(40)
    seq: int = big()


class Ballot(SQLModel, table=True):
    """How one unit chose; never published by unit."""

    __tablename__ = "ballot"
    __table_args__ = (
        by_act(),
        of_unit(),
        ForeignKeyConstraint(*_OF_VOTE),
        CheckConstraint("choice in ('agree', 'against', 'abstain')", name="choice"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(32)
    unit: str = key(40)
    seq: int = big()
    choice: str = text(16)


class VoteEvidence(SQLModel, table=True):
    """A file that shows how a vote went: its SHA-256 and what it is."""

    __tablename__ = "vote_evidence"
    __table_args__ = (by_act(), ForeignKeyConstraint(*_OF_VOTE), FACT)

    compound: str = key(32)
    code: str = key(32)
    line: int = big_key()
    seq: int = big()
    sha256: str = text(64)
    title: str = text(64)
