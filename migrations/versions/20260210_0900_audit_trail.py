"""The audit trail: what is no entry, in a chain of its own; memberships and tokens that end.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from migrations import audit_guards, guards

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTALLATION = "*"  # the trail of what belongs to no compound
#: A table of facts that gets columns: its primary key and all its integers.
CLOSE = ("period_close", [["compound", "month"]], ["seq", "audit_number"])


def upgrade() -> None:
    """Create the tables, begin the trail of every compound that is there, and guard them."""
    op.create_table(
        "audit",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_audit")),
        sa.UniqueConstraint("compound", "hash", name=op.f("uq_audit_compound_hash")),
        info={"link": True},
    )
    op.create_index(
        op.f("ix_audit_compound_user_id_what_at"),
        "audit",
        ["compound", "user_id", "what", "at"],
        unique=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("compound", name=op.f("pk_audit_head")),
    )
    op.add_column("period_close", sa.Column("audit_number", sa.BigInteger(), nullable=True))
    op.add_column("period_close", sa.Column("audit_head", sa.String(length=64), nullable=True))
    op.add_column("membership", sa.Column("until", sa.String(length=20), nullable=True))
    op.add_column("token", sa.Column("revoked_at", sa.String(length=20), nullable=True))
    guards.guard_again(*CLOSE)
    audit_guards.guard()
    _begin()


def _begin() -> None:
    """Begin the installation's trail, and that of every compound: its first line says which acts are older."""
    here = op.get_bind()
    head = sa.table("audit_head", sa.column("compound"), sa.column("number"), sa.column("hash"))
    chain, act = (
        sa.table(name, sa.column("compound"), sa.column("seq"), sa.column("recorded_at"))
        for name in ("chain_head", "act")
    )
    chains = here.execute(sa.select(chain.c.compound)).scalars().all()
    rows = [
        {"compound": code, "number": 0, "hash": hashlib.sha256(b"\x08" + code.encode()).hexdigest()}
        for code in (_INSTALLATION, *chains)
    ]
    here.execute(head.insert(), rows)
    newest = sa.select(act.c.compound, sa.func.max(act.c.seq), sa.func.max(act.c.recorded_at))
    for code, seq, at in here.execute(newest.group_by(act.c.compound)).all():
        line = _first_line(code, seq, at)
        here.execute(sa.table("audit", *(sa.column(name) for name in line)).insert(), [line])
        moved = head.update().where(head.c.compound == code).values(number=1, hash=line["hash"])
        here.execute(moved)


def _first_line(code: str, seq: int, at: str) -> dict[str, object]:
    """Return the line that says which acts are older than the trail: ASCII alone, so plain JSON is canonical."""
    record = {
        "v": 1,
        "compound": code,
        "number": 1,
        "at": at,
        "user_id": "machine",
        "role": "operator",
        "what": "trail_begun",
        "about": {"seq": seq},
        "prev": hashlib.sha256(b"\x08" + code.encode()).hexdigest(),
    }
    hashed = hashlib.sha256(b"\x07" + _canonical(record)).hexdigest()
    del record["v"]
    return {**record, "about": _canonical(record["about"]).decode(), "hash": hashed}


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def downgrade() -> None:
    """Take the tables and columns back: only where nothing was recorded in them."""
    table, keys, _ = CLOSE
    guards.guard_again(table, keys, ["seq"])
    op.drop_column("token", "revoked_at")
    op.drop_column("membership", "until")
    op.drop_column("period_close", "audit_head")
    op.drop_column("period_close", "audit_number")
    op.drop_table("audit_head")
    op.drop_table("audit")
    audit_guards.drop_functions()
