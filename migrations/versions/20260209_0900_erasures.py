"""Erasures: what was erased by right leaves a fact behind.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and guard it."""
    op.create_table(
        "erasure",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("of_seq", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("debtor", sa.BigInteger(), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.CheckConstraint("what in ('file', 'remark', 'person')", name=op.f("ck_erasure_what_known")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_erasure_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_erasure")),
        info={"fact": True},
    )
    guards.guard_facts("erasure", [["compound", "seq"]], ["seq", "of_seq", "debtor"])


def downgrade() -> None:
    """Take the table back: only where nothing was recorded in it."""
    op.drop_table("erasure")
