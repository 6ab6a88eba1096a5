"""Which job of the repair fund a payment is for, in a column; payments before say it in their words alone.

Revision: 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and guard it."""
    op.create_table(
        "repair_payment",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_repair_payment_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_repair_payment")),
        info={"fact": True},
    )
    guards.guard_facts("repair_payment", [["compound", "seq"]], ["seq"])


def downgrade() -> None:
    """Take the table back: only where nothing was recorded in it."""
    op.drop_table("repair_payment")
