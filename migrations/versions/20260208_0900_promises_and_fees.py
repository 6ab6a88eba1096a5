"""Promises and late fees: what a free month was given for, and which days of a debt have borne a late fee.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    (
        "late_fee_part",
        [["compound", "seq", "line"]],
        ["seq", "line", "charge_seq", "charge_line", "principal_minor"],
    ),
)
#: A table that gets a column: its primary key and all its integers.
PROMISED = (
    "promised_waiver",
    [["compound", "unit", "debtor", "item", "period", "seq"]],
    ["debtor", "seq", "receipt", "spare_minor"],
)


def upgrade() -> None:
    """Create the table, add the column, and guard what is new."""
    op.create_table(
        "late_fee_part",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_seq", sa.BigInteger(), nullable=False),
        sa.Column("charge_line", sa.BigInteger(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.CheckConstraint("principal_minor > 0", name=op.f("ck_late_fee_part_principal_positive")),
        sa.ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"],
            ["charge.compound", "charge.seq", "charge.line"],
            name=op.f("fk_late_fee_part_compound_charge_seq_charge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_late_fee_part_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_late_fee_part")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_late_fee_part_compound_charge_seq_charge_line"),
        "late_fee_part",
        ["compound", "charge_seq", "charge_line"],
        unique=False,
    )
    op.add_column("promised_waiver", sa.Column("spare_minor", sa.BigInteger(), nullable=True))
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)
    guards.guard_again(*PROMISED)


def downgrade() -> None:
    """Take the table and the column back: only where nothing was recorded in them."""
    table, keys, integers = PROMISED
    guards.guard_again(table, keys, [name for name in integers if name != "spare_minor"])
    op.drop_column("promised_waiver", "spare_minor")
    op.drop_table("late_fee_part")
