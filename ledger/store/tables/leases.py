"""Contracts of public income: who rents, what falls due, what was received and settled, and what came with it.

A lease is a contract of public income. Rows with the opposite sign take back what a reversed act had done.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, small, text


def _of_lease() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["compound", "contract"], ["lease.compound", "lease.code"])


def _of_asset() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["compound", "asset"], ["asset.compound", "asset.code"])


class Lease(SQLModel, table=True):
    """A contract of public income; its last day is ``to_on`` unless it ended before (``LeaseEnd``).

    ``counterparty`` is the name as it is printed. The name of a sole trader who has not agreed to be named is a remark:
    ``name_hash`` is its salted hash. ``fee_bp`` is the management fee on gross rent, ``tax_bp`` the tax rate within
    the price; ``variable`` says that no rent is fixed: each month brings what it brings.
    """

    __tablename__ = "lease"
    __table_args__ = (
        by_act(),
        CheckConstraint("from_on <= to_on", name="term"),
        CheckConstraint("fee_bp between 0 and 10000 and tax_bp between 0 and 10000", name="rates"),
        CheckConstraint("deposit_minor is null or deposit_minor > 0", name="deposit_positive"),
        CheckConstraint("variable in (0, 1) and related_party in (0, 1)", name="flags"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    account: str = text(160)
    counterparty: str = text(64)
    credit_code: str | None = text(18, optional=True)
    name_hash: str | None = text(64, optional=True)
    related_party: int = small()
    from_on: date
    to_on: date
    variable: int = small()
    fee_bp: int = small()
    tax_bp: int = small()
    deposit_minor: int | None = money(optional=True)
    building: str | None = text(16, optional=True)
    stair: str | None = text(16, optional=True)
    authority: str = text(32)


class LeaseAsset(SQLModel, table=True):
    """An asset that a lease lets."""

    __tablename__ = "lease_asset"
    __table_args__ = (by_act(), _of_lease(), _of_asset(), Index(None, "compound", "asset"), FACT)

    compound: str = key(32)
    contract: str = key(32)
    asset: str = key(32)
    seq: int = big()


class Instalment(SQLModel, table=True):
    """One sum of rent that a lease fixes: for which days, and when it falls due."""

    __tablename__ = "instalment"
    __table_args__ = (by_act(), _of_lease(), bounded(), Index(None, "compound", "due_on"), FACT)

    compound: str = key(32)
    contract: str = key(32)
    number: int = big_key()
    seq: int = big()
    from_on: date
    to_on: date
    due_on: date
    amount_minor: int = money()


class LeaseEnd(SQLModel, table=True):
    """A lease that ended before its term: the last day on which it held."""

    __tablename__ = "lease_end"
    __table_args__ = (by_act(), _of_lease(), FACT)

    compound: str = key(32)
    contract: str = key(32)
    seq: int = big()
    ended_on: date
    reason: str = text(200)


class RentCharge(SQLModel, table=True):
    """An instalment has fallen due and is charged; the opposite sign takes so much of the charge back."""

    __tablename__ = "rent_charge"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "contract", "number"],
            ["instalment.compound", "instalment.contract", "instalment.number"],
        ),
        FACT,
    )

    compound: str = key(32)
    contract: str = key(32)
    number: int = big_key()
    seq: int = big_key()
    amount_minor: int = money()


class RentReceipt(SQLModel, table=True):
    """Rent that came in by an act: what of it is not settled yet is paid ahead."""

    __tablename__ = "rent_receipt"
    __table_args__ = (by_act(), _of_lease(), bounded(), Index(None, "compound", "contract"), FACT)

    compound: str = key(32)
    seq: int = big_key()
    contract: str = text(32)
    received_on: date
    amount_minor: int = money()


class RentSettlement(SQLModel, table=True):
    """So much of the rent that act ``receipt_seq`` brought settles an instalment, or (no ``number``) is owed back."""

    __tablename__ = "rent_settlement"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "contract", "number"],
            ["instalment.compound", "instalment.contract", "instalment.number"],
        ),
        ForeignKeyConstraint(["compound", "receipt_seq"], ["rent_receipt.compound", "rent_receipt.seq"]),
        Index(None, "compound", "contract", "number"),
        Index(None, "compound", "receipt_seq"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    contract: str = text(32)
    number: int | None = big(optional=True)
    receipt_seq: int = big()
    amount_minor: int = money()


class RentCost(SQLModel, table=True):
    """The management fee and the tax that come with income of a lease: ``income_seq`` is the act of the income."""

    __tablename__ = "rent_cost"
    __table_args__ = (
        by_act(),
        _of_lease(),
        ForeignKeyConstraint(["compound", "income_seq"], ["act.compound", "act.seq"]),
        Index(None, "compound", "contract"),
        Index(None, "compound", "income_seq"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    contract: str = key(32)
    income_seq: int = big()
    income_minor: int = money()
    fee_minor: int = money()
    tax_minor: int = money()


class DisbursementContract(SQLModel, table=True):
    """The contract or reference whose deposit a disbursement gives back (``deposit``), or whose rent (none)."""

    __tablename__ = "disbursement_contract"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "id"], ["disbursement.compound", "disbursement.id"]),
        CheckConstraint("deposit is null or deposit in ('tender', 'tenant', 'other')", name="deposit"),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    contract: str = text(32)
    deposit: str | None = text(16, optional=True)
