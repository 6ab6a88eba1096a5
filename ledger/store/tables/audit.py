"""The audit trail: what is written down that is no entry, in a chain of its own for every compound."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import big, big_key, key, text


class Audit(SQLModel, table=True):
    """One line of a trail; ``compound`` is ``*`` in that of the installation. ``about`` is canonical JSON."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("compound", "hash"),
        Index(None, "compound", "user_id", "what", "at"),
        {"info": {"link": True}},
    )

    compound: str = key(32)
    number: int = big_key()
    at: str = text(20)
    user_id: str = text(36)
    role: str = text(16)
    what: str = text(24)
    about: str = text(500)
    prev: str = text(64)
    hash: str = text(64)


class AuditHead(SQLModel, table=True):
    """One row a trail: lock, counter and newest hash."""

    __tablename__ = "audit_head"

    compound: str = key(32)
    number: int = big()
    hash: str = text(64)
