"""What was erased by right, on record: that something is gone is a fact, what it said is not."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, by_act, key, text


class Erasure(SQLModel, table=True):
    """One thing erased: a file by its SHA-256, the words of act ``of_seq``, or the name behind a unit's debtor.

    ``published_sha256`` is there where the file was one that everybody could see: so everybody sees that it is gone.
    ``basis`` is the rule or the request on which it was done (PIPL 47). It holds no personal data itself.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        by_act(),
        CheckConstraint("what in ('file', 'remark', 'person')", name="what_known"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    what: str = text(16)
    sha256: str | None = text(64, optional=True)
    of_seq: int | None = big(optional=True)
    unit: str | None = text(40, optional=True)
    debtor: int | None = big(optional=True)
    basis: str = text(200)
    published_sha256: str | None = text(64, optional=True)
