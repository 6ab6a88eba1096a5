"""What is put right afterwards: adjustments with two keys, claims recovered, parked money given back, demands undone.

A reason about a unit is a remark: these rows keep its salted hash, the erasable table its words (design decision 8).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, text


class AdjustmentRequest(SQLModel, table=True):
    """Somebody asks to take charges back: the first key. Nothing moves before a second person agrees (E03)."""

    __tablename__ = "adjustment_request"
    __table_args__ = (
        by_act(),
        CheckConstraint("surplus in ('refuse', 'prepaid', 'refund')", name="surplus"),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    seq: int = big()
    surplus: str = text(16)
    reason_hash: str = text(64)
    requested_by: str = text(36)
    requested_body: str = text(16)


class AdjustmentLine(SQLModel, table=True):
    """One charge that a request takes back: what stood on it when it was asked for, and the tariff line it follows.

    ``tariff_seq`` is null where the charge was brought forward at the opening or is a late fee.
    """

    __tablename__ = "adjustment_line"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "number"], ["adjustment_request.compound", "adjustment_request.number"]
        ),
        ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"], ["charge.compound", "charge.seq", "charge.line"]
        ),
        ForeignKeyConstraint(
            ["compound", "item", "tariff_seq"], ["tariff.compound", "tariff.item", "tariff.seq"]
        ),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    line: int = big_key()
    seq: int = big()
    charge_seq: int = big()
    charge_line: int = big()
    amount_minor: int = money()
    item: str = text(32)
    tariff_seq: int | None = big(optional=True)


class AdjustmentStep(SQLModel, table=True):
    """What became of a request, once: approved (the second key), declined, or withdrawn by whoever asked."""

    __tablename__ = "adjustment_step"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            ["compound", "number"], ["adjustment_request.compound", "adjustment_request.number"]
        ),
        CheckConstraint("step in ('approved', 'declined', 'withdrawn')", name="step"),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    seq: int = big()
    step: str = text(16)
    user_id: str = text(36)
    body: str = text(16)
    reason_hash: str | None = text(64, optional=True)


class Recovery(SQLModel, table=True):
    """So much of the claim that act ``claim_seq`` opened has come in; the opposite sign takes it back (E06, E22)."""

    __tablename__ = "recovery"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "claim_seq"], ["act.compound", "act.seq"]),
        Index(None, "compound", "claim_seq"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    claim_seq: int = big()
    amount_minor: int = money()


class DisbursementSource(SQLModel, table=True):
    """The parked sum that a disbursement gives back to whoever sent it."""

    __tablename__ = "disbursement_source"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "id"], ["disbursement.compound", "disbursement.id"]),
        ForeignKeyConstraint(["compound", "parked"], ["parked_receipt.compound", "parked_receipt.number"]),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    parked: int = big()


class ParkedRefund(SQLModel, table=True):
    """So much of parked money has gone back to its sender; the opposite sign parks it again."""

    __tablename__ = "parked_refund"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "number"], ["parked_receipt.compound", "parked_receipt.number"]),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    seq: int = big_key()
    amount_minor: int = money()


class DemandOutcome(SQLModel, table=True):
    """What is known of a demand since: a later outcome with its day, or ``withdrawn``: it was logged by mistake."""

    __tablename__ = "demand_outcome"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "number"], ["demand.compound", "demand.number"]),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    seq: int = big_key()
    outcome: str = text(16)
    happened_on: date
    reason_hash: str | None = text(64, optional=True)


class InterruptionWithdrawal(SQLModel, table=True):
    """An interruption of limitation never was: it was recorded by mistake, or its demand did not arrive."""

    __tablename__ = "interruption_withdrawal"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            ["compound", "interrupted_seq", "interrupted_line"],
            ["interruption.compound", "interruption.seq", "interruption.line"],
        ),
        FACT,
    )

    compound: str = key(32)
    interrupted_seq: int = big_key()
    interrupted_line: int = big_key()
    seq: int = big()
    reason_hash: str | None = text(64, optional=True)
