"""What the common parts can earn with, what of it came, what was said of nothing, and what a shared account brought."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, small, text


def _of_lease() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["compound", "contract"], ["lease.compound", "lease.code"])


def _of_asset() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["compound", "asset"], ["asset.compound", "asset.code"])


class Asset(SQLModel, table=True):
    """A part of the common property that can earn: ``building`` and ``stair`` are null where it is common to all."""

    __tablename__ = "asset"
    __table_args__ = (by_act(), CheckConstraint("count > 0", name="count_positive"), FACT)

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    type: str = text(24)
    label: str = text(64)
    building: str | None = text(16, optional=True)
    stair: str | None = text(16, optional=True)
    count: int = small()


class AssetStatus(SQLModel, table=True):
    """What an asset is from a day on: operated, idle, or gone; a later act for the same day replaces it."""

    __tablename__ = "asset_status"
    __table_args__ = (
        by_act(),
        _of_asset(),
        CheckConstraint("status in ('operated', 'idle', 'gone')", name="status"),
        FACT,
    )

    compound: str = key(32)
    asset: str = key(32)
    from_on: date = Field(primary_key=True)
    seq: int = big_key()
    status: str = text(16)
    reason: str = text(200)


class AssetAbsence(SQLModel, table=True):
    """Somebody states that the compound has nothing of a type since a day, or (``absent`` 0) that it has after all."""

    __tablename__ = "asset_absence"
    __table_args__ = (by_act(), CheckConstraint("absent in (0, 1)", name="flag"), FACT)

    compound: str = key(32)
    type: str = key(24)
    from_on: date = Field(primary_key=True)
    seq: int = big_key()
    absent: int = small()
    reason: str = text(200)


class AssetIncome(SQLModel, table=True):
    """Income of a month from an asset, or from a lease without fixed rent; the opposite sign takes it back."""

    __tablename__ = "asset_income"
    __table_args__ = (
        by_act(),
        bounded(),
        _of_asset(),
        _of_lease(),
        CheckConstraint("(asset is null) <> (contract is null)", name="one_source"),
        Index(None, "compound", "month"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    month: str = text(7)
    asset: str | None = text(32, optional=True)
    contract: str | None = text(32, optional=True)
    amount_minor: int = money()


class ZeroStatement(SQLModel, table=True):
    """Somebody states that an asset or a lease brought nothing in a month, and why: zero is said, never assumed."""

    __tablename__ = "zero_statement"
    __table_args__ = (
        by_act(),
        _of_asset(),
        _of_lease(),
        CheckConstraint("(asset is null) <> (contract is null)", name="one_source"),
        Index(None, "compound", "month"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    month: str = text(7)
    asset: str | None = text(32, optional=True)
    contract: str | None = text(32, optional=True)
    reason: str = text(200)


class SharedBankSum(SQLModel, table=True):
    """Interest (above zero) or a charge (below) of a bank account that funds share, split by their daily balances."""

    __tablename__ = "shared_bank_sum"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "bank"], ["bank_account.compound", "bank_account.code"]),
        CheckConstraint("from_on <= to_on", name="span"),
        Index(None, "compound", "bank"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    bank: str = text(16)
    from_on: date
    to_on: date
    amount_minor: int = money()


class SharedBankPart(SQLModel, table=True):
    """A fund's part: ``fen_days`` is the sum of its balances at the end of each day, never below zero."""

    __tablename__ = "shared_bank_part"
    __table_args__ = (
        by_act(),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    fund: str = key(64)
    fen_days: int = big()
    amount_minor: int = money()
