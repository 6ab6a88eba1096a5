"""What belongs to payments: vouchers, ratified emergencies, vendors' refunds, petty cash, debits nobody explained."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, text


def _of_disbursement() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["compound", "id"], ["disbursement.compound", "disbursement.id"])


class Ratification(SQLModel, table=True):
    """An emergency is allowed afterwards, by the authority that it had not at the time: the second key."""

    __tablename__ = "ratification"
    __table_args__ = (by_act(), _of_disbursement(), FACT)

    compound: str = key(32)
    id: str = key(36)
    seq: int = big()
    authority: str = text(32)
    user_id: str = text(36)
    body: str = text(16)


class VendorRefund(SQLModel, table=True):
    """A vendor gave back so much of a payment; the opposite sign takes it back (E28)."""

    __tablename__ = "vendor_refund"
    __table_args__ = (by_act(), bounded(), _of_disbursement(), Index(None, "compound", "id"), FACT)

    compound: str = key(32)
    seq: int = big_key()
    id: str = text(36)
    amount_minor: int = money()


class Voucher(SQLModel, table=True):
    """A file that proves something: its hash, and that of the version that everybody may see (null: nobody may).

    The bytes lie beside the books (``blob``): an original can be erased when its time is over, its hash stays.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        by_act(),
        _of_disbursement(),
        ForeignKeyConstraint(["compound", "entry"], ["entry.compound", "entry.seq"]),
        Index(None, "compound", "id"),
        Index(None, "compound", "entry"),
        Index(None, "compound", "sha256"),
        Index(None, "compound", "published_sha256"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    id: str | None = text(36, optional=True)
    entry: int | None = big(optional=True)
    title: str = text(64)
    media_type: str = text(64)
    size: int = big()
    sha256: str = text(64)
    published_sha256: str | None = text(64, optional=True)
    published_type: str | None = text(64, optional=True)


class PettyFloat(SQLModel, table=True):
    """How much petty cash a fund keeps at most from now on, and by whose decision; 0 ends it."""

    __tablename__ = "petty_float"
    __table_args__ = (
        by_act(),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        FACT,
    )

    compound: str = key(32)
    fund: str = key(64)
    seq: int = big_key()
    amount_minor: int = money()
    authority: str = text(64)


class PettySlip(SQLModel, table=True):
    """One slip paid out of petty cash, in the entry of its act."""

    __tablename__ = "petty_slip"
    __table_args__ = (by_act(), bounded(), FACT)

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    fund: str = text(64)
    account: str = text(160)
    amount_minor: int = money()
    purpose: str = text(200)


class CashCount(SQLModel, table=True):
    """A cash box was counted: what lay in it and what the books said, in fen (S16, E25)."""

    __tablename__ = "cash_count"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    account: str = key(160)
    seq: int = big_key()
    counted_minor: int = money()
    book_minor: int = money()


class UnexplainedDebit(SQLModel, table=True):
    """The bank took money and nobody knows for what, with the act that booked it (E29)."""

    __tablename__ = "unexplained_debit"
    __table_args__ = (by_act(), bounded(), FACT)

    compound: str = key(32)
    seq: int = big_key()
    fund: str = text(64)
    bank: str = text(16)
    amount_minor: int = money()
    user_id: str = text(36)
    body: str = text(16)


class Explanation(SQLModel, table=True):
    """So much of an unexplained debit is explained; the opposite sign takes it back."""

    __tablename__ = "explanation"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "debit_seq"], ["unexplained_debit.compound", "unexplained_debit.seq"]
        ),
        Index(None, "compound", "debit_seq"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    debit_seq: int = big()
    amount_minor: int = money()
