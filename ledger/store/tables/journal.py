"""The journal: acts, entries and postings, and the accounts they name."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import (
    FACT,
    big,
    big_key,
    bounded,
    by_act,
    key,
    long_text,
    money,
    of_unit,
    small,
    text,
)


class Act(SQLModel, table=True):
    """One accepted command: a link of the compound's chain."""

    __tablename__ = "act"
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq_positive"),
        UniqueConstraint("compound", "hash"),
        Index(None, "compound", "source_id"),
        {"info": {"link": True}},
    )

    compound: str = key(32)
    seq: int = big_key()
    kind: str = text(32)
    effective_on: date
    recorded_at: str = text(20)
    recorded_on: date
    user_id: str = text(36)
    role: str = text(16)
    body: str = text(16)
    source_id: str | None = text(128, optional=True)
    public_salt: str = text(32)
    sealed_salt: str = text(32)
    prev: str = text(64)
    public_hash: str = text(64)
    sealed_hash: str = text(64)
    hash: str = text(64)


class Compound(SQLModel, table=True):
    """A residential compound: whose books these are."""

    __tablename__ = "compound"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    seq: int = big()
    name: str = text(64)
    profile: str = text(32)
    opened_on: date


class AccountRow(SQLModel, table=True):
    """An account that the compound has opened."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("compound", "code", "fund"),
        by_act(),
        FACT,
    )

    compound: str = key(32)
    code: str = key(160)
    seq: int = big()
    fund: str = text(64)
    type: str = text(16)
    zh: str = text(160)
    detail: str = text(16)
    opened_on: date


class BankAccount(SQLModel, table=True):
    """A bank account that holds a part of one or several funds; its number is masked."""

    __tablename__ = "bank_account"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    code: str = key(16)
    seq: int = big()
    label: str = text(64)
    funds: str = text(300)


class EntryRow(SQLModel, table=True):
    """A journal entry: its voucher, its dates and its words."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("compound", "month", "voucher_no"),
        UniqueConstraint("compound", "reverses"),
        ForeignKeyConstraint(["compound", "reverses"], ["entry.compound", "entry.seq"]),
        CheckConstraint("posting_count >= 2", name="two_sides"),
        CheckConstraint("voucher_no > 0", name="voucher_positive"),
        by_act(),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    month: str = text(7)
    voucher_no: int = big()
    effective_on: date
    occurred_on: date
    kind: str = text(32)
    narration: str = text(200)
    counterparty: str | None = text(64, optional=True)
    authority: str | None = text(64, optional=True)
    channel: str | None = text(16, optional=True)
    approved_by: str | None = text(36, optional=True)
    reverses: int | None = big(optional=True)
    corrects: str | None = text(7, optional=True)
    remark_hash: str | None = text(64, optional=True)
    posting_count: int = small()


class PostingRow(SQLModel, table=True):
    """One line of an entry: an account and a signed amount in fen, debit positive."""

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound", "account", "fund"], ["account.compound", "account.code", "account.fund"]
        ),
        of_unit(),
        bounded(),
        ForeignKeyConstraint(  # checked at the commit: postings go in before the entry that weighs them
            ["compound", "seq"], ["entry.compound", "entry.seq"], deferrable=True, initially="DEFERRED"
        ),
        Index(None, "compound", "account", "seq"),
        Index(None, "compound", "unit", "seq"),
        Index(None, "compound", "receipt"),
        Index(None, "compound", "contract"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    account: str = text(160)
    fund: str = text(64)
    amount_minor: int = money()
    currency: str = text(8)
    unit: str | None = text(40, optional=True)
    debtor: int | None = big(optional=True)
    item: str | None = text(32, optional=True)
    charge: str | None = text(40, optional=True)
    period: str | None = text(7, optional=True)
    receipt: int | None = big(optional=True)
    contract: str | None = text(32, optional=True)
    salt: str | None = text(32, optional=True)


class PeriodClose(SQLModel, table=True):
    """A month that takes no more entries, and where the audit trail stood when it closed."""

    __tablename__ = "period_close"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    month: str = key(7)
    seq: int = big()
    audit_number: int | None = big(optional=True)
    audit_head: str | None = text(64, optional=True)


class ClosingBalance(SQLModel, table=True):
    """What an account stood at when its month closed: so that no sum ever starts from the beginning."""

    __tablename__ = "closing_balance"
    __table_args__ = (by_act(), FACT)  # a balance may exceed what one posting may not

    compound: str = key(32)
    month: str = key(7)
    account: str = key(160)
    seq: int = big()
    amount_minor: int = money()


class Bulletin(SQLModel, table=True):
    """A published month: the hash of its PDF, and why it replaced the version before.

    ``book_zh`` and ``book_en`` are the hashes of the month's file in the public book. ``opened`` names the acts after
    ``opened_after`` and before this one that everybody may read (``ledger.store.disclosed``). They are null in
    publications from before there were such columns.
    """

    __tablename__ = "bulletin"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    month: str = key(7)
    version: int = big_key()
    seq: int = big()
    sha256: str = text(64)
    size: int = big()
    posted_from: date
    posted_to: date
    supersedes: str | None = text(64, optional=True)
    reason: str | None = text(200, optional=True)
    book_zh: str | None = text(64, optional=True)
    book_en: str | None = text(64, optional=True)
    opened_after: int | None = big(optional=True)
    opened: str | None = long_text()
