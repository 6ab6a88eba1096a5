"""What passes between the fund and others: charges, receipts, settlements, and disbursements with their two keys."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, of_unit, small, text


class Charge(SQLModel, table=True):
    """One unit's debt for one period; a negative row takes back the charge that it names, wholly or in part.

    The columns from ``tariff_seq`` on say how the amount came about (``rules.charge.Basis``); on a negative row they
    say how what is left of the charge comes about.
    """

    __tablename__ = "charge"
    __table_args__ = (
        by_act(),
        of_unit(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "corrects_seq", "corrects_line"], ["charge.compound", "charge.seq", "charge.line"]
        ),
        Index(None, "compound", "unit"),
        Index(None, "compound", "period", "item"),
        Index(None, "compound", "corrects_seq", "corrects_line"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    unit: str = text(40)
    debtor: int = big()
    party: str = text(16)
    item: str = text(32)
    period: str = text(7)
    due_on: date
    amount_minor: int = money()
    tariff_seq: int | None = big(optional=True)
    area_hundredths: int | None = big(optional=True)
    factor_bp: int | None = big(optional=True)
    rate_e4: int | None = big(optional=True)
    quantity: int | None = big(optional=True)
    from_on: date | None = None
    to_on: date | None = None
    share_before: int | None = big(optional=True)
    basis_seq: int | None = big(optional=True)
    corrects_seq: int | None = big(optional=True)
    corrects_line: int | None = big(optional=True)


class Receipt(SQLModel, table=True):
    """Money received: a consecutive number for ever."""

    __tablename__ = "receipt"
    __table_args__ = (
        by_act(),
        of_unit(),
        bounded(),
        Index(None, "compound", "unit"),
        Index(None, "compound", "seq"),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    seq: int = big()
    unit: str = text(40)
    debtor: int = big()
    channel: str = text(16)
    received_on: date
    amount_minor: int = money()


class Settlement(SQLModel, table=True):
    """So much of a receipt settles so much of a charge; a reversal appends the same with the opposite sign."""

    __tablename__ = "settlement"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"], ["charge.compound", "charge.seq", "charge.line"]
        ),
        ForeignKeyConstraint(["compound", "receipt"], ["receipt.compound", "receipt.number"]),
        Index(None, "compound", "charge_seq", "charge_line"),
        Index(None, "compound", "receipt"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    charge_seq: int = big()
    charge_line: int = big()
    receipt: int | None = big(optional=True)
    amount_minor: int = money()


class Disbursement(SQLModel, table=True):
    """A request to pay out of one fund: the first key.

    ``amount_minor`` is all that it is about, what is kept back included. ``approvals`` is how many second keys it takes
    (null: one; 0: an emergency, whose ``reason`` is published until it is ratified).
    """

    __tablename__ = "disbursement"
    __table_args__ = (by_act(), of_unit(), bounded(), FACT)

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    kind: str = text(16)
    fund: str = text(64)
    amount_minor: int = money()
    payee: str = text(64)
    payee_is_person: int = small()
    related_party: int = small()
    purpose: str = text(200)
    authority: str = text(64)
    invoice: str | None = text(64, optional=True)
    bank: str = text(16)
    to_bank: str | None = text(16, optional=True)
    unit: str | None = text(40, optional=True)
    debtor: int | None = big(optional=True)
    requested_by: str = text(36)
    requested_body: str = text(16)
    approvals: int | None = small(optional=True)
    owed_to: str | None = text(16, optional=True)
    issuer: str | None = text(64, optional=True)
    repair: str | None = text(8, optional=True)
    reason: str | None = text(200, optional=True)
    settles: str | None = text(36, optional=True)


class DisbursementLine(SQLModel, table=True):
    """One account that a disbursement debits; a negative amount is kept back of it."""

    __tablename__ = "disbursement_line"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "id"], ["disbursement.compound", "disbursement.id"]),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    line: int = big_key()
    seq: int = big()
    account: str = text(160)
    amount_minor: int = money()


class DisbursementStep(SQLModel, table=True):
    """What happened to a request: approved (the second key), posted, paid, refused or returned."""

    __tablename__ = "disbursement_step"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(["compound", "id"], ["disbursement.compound", "disbursement.id"]),
        CheckConstraint(
            "step in ('approved', 'posted', 'paid', 'refused', 'unposted', 'unpaid')", name="step"
        ),
        FACT,
    )

    compound: str = key(32)
    id: str = key(36)
    seq: int = big_key()
    step: str = text(16)
    user_id: str = text(36)
    body: str = text(16)
    reason: str | None = text(200, optional=True)
