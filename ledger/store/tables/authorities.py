"""What allows an act: votes of the owners, resolutions of the committee, contracts; and how much of them is used."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, text


class Authority(SQLModel, table=True):
    """Something that allows: a vote that passed, a resolution, a contract.

    ``matter`` says what it allows (``rules.authority.Matter``); ``amount_minor`` how much in all, in fen (None: no
    sum is named); ``fund`` out of which fund (None: of any); ``until`` the last day on which it may be used.
    """

    __tablename__ = "authority"
    __table_args__ = (
        by_act(),
        CheckConstraint("kind in ('vote', 'committee', 'contract')", name="kind"),
        CheckConstraint("amount_minor is null or amount_minor > 0", name="amount_positive"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    kind: str = text(16)
    matter: str = text(24)
    title: str = text(200)
    fund: str | None = text(64, optional=True)
    amount_minor: int | None = money(optional=True)
    decided_on: date
    until: date | None = None
    counterparty: str | None = text(64, optional=True)
    document: str | None = text(64, optional=True)


class AuthorityUse(SQLModel, table=True):
    """So much of an authority is taken by an act; a negative row gives it back."""

    __tablename__ = "authority_use"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "code"], ["authority.compound", "authority.code"]),
        Index(None, "compound", "code"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    code: str = text(32)
    amount_minor: int = money()
    purpose: str = text(36)


class AuthorityEnd(SQLModel, table=True):
    """An authority that holds no longer: annulled by a court, withdrawn, or replaced."""

    __tablename__ = "authority_end"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "code"], ["authority.compound", "authority.code"]),
        FACT,
    )

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    ended_on: date
    reason: str = text(200)
