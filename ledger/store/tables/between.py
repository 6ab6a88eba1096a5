"""What passes between funds: distributions of public income, transfers and loans, each asked for and approved."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, small, text


class DistributionRule(SQLModel, table=True):
    """How the owners voted to distribute net public income, each quarter or year.

    ``with_interest`` and ``with_later_rent`` say whether the bank's interest and rent of later periods are part of
    what is distributed; ``below_minimum`` that the vote itself names a share for repairs below the profile's.
    """

    __tablename__ = "distribution_rule"
    __table_args__ = (by_act(), CheckConstraint("every in ('quarter', 'year')", name="every"), FACT)

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    every: str = text(8)
    from_month: str = text(7)
    authority: str = text(64)
    with_interest: int = small()
    with_later_rent: int = small()
    below_minimum: int = small()


class DistributionShare(SQLModel, table=True):
    """One fund's share of a rule, in basis points; what no fund has stays in public income."""

    __tablename__ = "distribution_share"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "code"], ["distribution_rule.compound", "distribution_rule.code"]),
        CheckConstraint("share_bp between 1 and 10000", name="share_range"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(32)
    fund: str = key(64)
    seq: int = big()
    share_bp: int = small()


class Distribution(SQLModel, table=True):
    """A span's net public income as it was computed when its distribution was asked for, in fen."""

    __tablename__ = "distribution"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "rule"], ["distribution_rule.compound", "distribution_rule.code"]),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    rule: str = text(32)
    first_month: str = text(7)
    last_month: str = text(7)
    income_minor: int = money()
    cost_minor: int = money()
    net_minor: int = money()


class FundMove(SQLModel, table=True):
    """A request to move money between funds, or within one fund between its bank accounts: the first key.

    ``from_bank`` and ``to_bank`` are codes of bank accounts. ``account`` is what a bridge or a payment to a supplier
    settles (``Liabilities:Agency:Utility:…``), the cost that a loss becomes, or where the custodian keeps the money.
    ``loan`` is the loan that is repaid or borne, ``due_on`` the day on which a loan is to be back, and ``exception``
    the vote that lets the fund go below zero.
    """

    __tablename__ = "fund_move"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "distribution"], ["distribution.compound", "distribution.id"]),
        ForeignKeyConstraint(["compound", "loan"], ["fund_move.compound", "fund_move.id"]),
        ForeignKeyConstraint(["compound", "meter_group"], ["meter_group.compound", "meter_group.code"]),
        CheckConstraint(
            "kind in ('transfer', 'loan', 'repayment', 'loss', 'supplier', 'sweep')", name="kind"
        ),
        Index(None, "compound", "loan"),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    kind: str = text(16)
    from_fund: str = text(64)
    to_fund: str = text(64)
    amount_minor: int = money()
    purpose: str = text(200)
    authority: str = text(64)
    exception: str | None = text(64, optional=True)
    from_bank: str | None = text(16, optional=True)
    to_bank: str | None = text(16, optional=True)
    account: str | None = text(160, optional=True)
    payee: str | None = text(64, optional=True)
    meter_group: str | None = text(32, optional=True)
    loan: str | None = text(36, optional=True)
    due_on: date | None = None
    distribution: str | None = text(36, optional=True)
    requested_by: str = text(36)
    requested_body: str = text(16)


class FundMoveStep(SQLModel, table=True):
    """What happened to a request: approved (the second key), paid, confirmed by who keeps it, refused, or undone."""

    __tablename__ = "fund_move_step"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "id"], ["fund_move.compound", "fund_move.id"]),
        CheckConstraint(
            "step in ('approved', 'paid', 'confirmed', 'refused', 'unapproved', 'unpaid', 'unconfirmed')",
            name="step",
        ),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big_key()
    step: str = text(16)
    user_id: str = text(36)
    body: str = text(16)
    words: str | None = text(200, optional=True)


class RepairBuilding(SQLModel, table=True):
    """What a building of the repair fund began with, in fen: its first instalment and its balance brought forward."""

    __tablename__ = "repair_building"
    __table_args__ = (
        by_act(),
        CheckConstraint("first_instalment_minor >= 0 and opening_minor >= 0", name="not_negative"),
        FACT,
    )

    compound: str = key(32)
    building: str = key(16)
    seq: int = big()
    first_instalment_minor: int = money()
    opening_minor: int = money()


class RepairShare(SQLModel, table=True):
    """One building's part of what happened to the repair fund, in fen: what comes in is above zero, a job below."""

    __tablename__ = "repair_share"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "building"], ["repair_building.compound", "repair_building.building"]
        ),
        CheckConstraint("kind in ('contribution', 'growth', 'scrap', 'transfer', 'job')", name="kind"),
        Index(None, "compound", "building"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    building: str = text(16)
    kind: str = text(16)
    job: str | None = text(32, optional=True)
    amount_minor: int = money()


class RepairPayment(SQLModel, table=True):
    """Which job an entry of the repair fund's custodian pays; payments before version 0014 say it in words alone."""

    __tablename__ = "repair_payment"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    seq: int = big_key()
    job: str = text(32)


class CustodyConfirmation(SQLModel, table=True):
    """What the custodian of the repair fund says it holds on a day, in fen, and the document that says so."""

    __tablename__ = "custody_confirmation"
    __table_args__ = (by_act(), CheckConstraint("amount_minor >= 0", name="not_negative"), FACT)

    compound: str = key(32)
    seq: int = big_key()
    custodian: str = text(16)
    confirmed_on: date
    document: str = text(64)
    amount_minor: int = money()


class CustodyConfirmationLine(SQLModel, table=True):
    """What of it belongs to one building, in fen."""

    __tablename__ = "custody_confirmation_line"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            ["compound", "building"], ["repair_building.compound", "repair_building.building"]
        ),
        CheckConstraint("amount_minor >= 0", name="not_negative"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    building: str = key(16)
    amount_minor: int = money()


class MeterGroup(SQLModel, table=True):
    """Units behind one main meter: those of a building, or all. What they pay is what the supplier bills (L19)."""

    __tablename__ = "meter_group"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    code: str = key(32)
    seq: int = big()
    item: str = text(32)
    label: str = text(64)
    building: str | None = text(16, optional=True)


class UtilityBill(SQLModel, table=True):
    """What the supplier bills a meter group for a month, in fen; a later one adds, a negative one takes back."""

    __tablename__ = "utility_bill"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "meter_group"], ["meter_group.compound", "meter_group.code"]),
        Index(None, "compound", "meter_group", "period"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    meter_group: str = text(32)
    period: str = text(7)
    amount_minor: int = money()
    supplier: str = text(64)
    document: str = text(64)
