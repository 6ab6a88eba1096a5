"""The installation's own tables: users, what they may do where, tokens, and answers already given.

Only ``user_account`` and ``token`` do not begin with the compound: a user may belong to several.
"""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, LargeBinary, String
from sqlmodel import Field, SQLModel

from ledger.store.tables.columns import big, big_key, key, small, text


class UserAccount(SQLModel, table=True):
    """A person who may sign in, known to the journal only by ``id``."""

    __tablename__ = "user_account"

    id: str = key(36)
    name: str = Field(sa_type=String(64), unique=True)
    created_at: str = text(20)
    disabled: int = small()


class Token(SQLModel, table=True):
    """A bearer token, stored as its SHA-256 only; worth nothing once it is revoked."""

    __tablename__ = "token"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user_account.id"]),)

    sha256: str = key(64)
    user_id: str = text(36)
    created_at: str = text(20)
    expires_at: str = text(20)
    revoked_at: str | None = text(20, optional=True)


class Membership(SQLModel, table=True):
    """What a user is in one compound, and which body it acts for; ended where ``until`` is set."""

    __tablename__ = "membership"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user_account.id"]),)

    compound: str = key(32)
    user_id: str = key(36)
    role: str = text(16)
    body: str = text(16)
    since: str = text(20)
    until: str | None = text(20, optional=True)


class ChainHead(SQLModel, table=True):
    """One row a compound: lock, counter, hash head and period lock."""

    __tablename__ = "chain_head"

    compound: str = key(32)
    seq: int = big()
    hash: str = text(64)
    closed_through: str = text(7)


class Idempotency(SQLModel, table=True):
    """An answer already given, stored in the transaction of the act it answers, for ever."""

    __tablename__ = "idempotency"
    __table_args__ = {"info": {"answer": True}}

    compound: str = key(32)
    caller: str = key(36)
    key: str = key(64)
    fingerprint: str = text(64)
    status: int = small()
    body: bytes = Field(sa_type=LargeBinary)
    location: str | None = text(300, optional=True)
    created_at: str = text(20)


class Blob(SQLModel, table=True):
    """Bytes kept under their SHA-256: bulletins now, vouchers later. The hash is in the chain, the bytes are not."""

    __tablename__ = "blob"

    compound: str = key(32)
    sha256: str = key(64)
    media_type: str = text(64)
    content: bytes = Field(sa_type=LargeBinary)


class ColumnMapping(SQLModel, table=True):
    """How the treasurer read a register's column that was not recognised: kept for the next file."""

    __tablename__ = "column_mapping"

    compound: str = key(32)
    header: str = key(64)
    field: str = text(32)


class Person(SQLModel, table=True):
    """Who a debtor is: the only place for names and telephone numbers, and erasable."""

    __tablename__ = "person"

    compound: str = key(32)
    unit: str = key(40)
    debtor: int = big_key()
    name: str | None = text(64, optional=True)
    phone: str | None = text(32, optional=True)
    credit_code: str | None = text(18, optional=True)
    is_company: int = small()


class Remark(SQLModel, table=True):
    """Free words about a unit's act: erasable; the entry keeps a salted hash of them."""

    __tablename__ = "remark"

    compound: str = key(32)
    seq: int = big_key()
    salt: str = text(32)
    words: str = text(200)
