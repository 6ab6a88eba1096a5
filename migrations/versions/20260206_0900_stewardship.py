"""Stewardship: a fixed remuneration of the trustee, a caretaker while there is no committee; open charges by unit.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("caretaking", [["compound", "seq"]], ["seq"]),
    ("caretaking_end", [["compound", "began"]], ["began", "seq"]),
    ("fixed_remuneration", [["compound", "seq"]], ["seq", "amount_minor", "every_months"]),
)

#: What is open is kept by unit from now on: the table is derived, so it is filled anew from the charges.
MOVED = """
INSERT INTO outstanding (compound, charge_seq, charge_line, unit, begun_on, touched_on, ended_on)
SELECT b.compound, b.charge_seq, b.charge_line, c.unit, b.begun_on, b.touched_on, b.ended_on
FROM outstanding_before b JOIN charge c
  ON c.compound = b.compound AND c.seq = b.charge_seq AND c.line = b.charge_line
"""


def upgrade() -> None:
    """Create the tables and guard them."""
    op.create_table(
        "fixed_remuneration",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effective_from", sa.String(length=7), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_fixed_remuneration_amount_positive")),
        sa.CheckConstraint("every_months in (1, 3, 12)", name=op.f("ck_fixed_remuneration_rhythm")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_fixed_remuneration_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_fixed_remuneration")),
        info={"fact": True},
    )
    op.create_table(
        "caretaking",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("caretaker", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_caretaking_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_caretaking")),
        info={"fact": True},
    )
    op.create_table(
        "caretaking_end",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("began", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "began"],
            ["caretaking.compound", "caretaking.seq"],
            name=op.f("fk_caretaking_end_compound_began"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_caretaking_end_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "began", name=op.f("pk_caretaking_end")),
        info={"fact": True},
    )
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)
    _keep_outstanding_by_unit()


def _keep_outstanding_by_unit() -> None:
    guards.execute(["CREATE TABLE outstanding_before AS SELECT * FROM outstanding"])
    op.drop_table("outstanding")
    op.create_table(
        "outstanding",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("charge_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("touched_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"],
            ["charge.compound", "charge.seq", "charge.line"],
            name=op.f("fk_outstanding_compound_charge_seq_charge_line"),
        ),
        sa.PrimaryKeyConstraint("compound", "charge_seq", "charge_line", name=op.f("pk_outstanding")),
    )
    op.create_index(
        op.f("ix_outstanding_compound_ended_on_begun_on"),
        "outstanding",
        ["compound", "ended_on", "begun_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outstanding_compound_unit_ended_on"),
        "outstanding",
        ["compound", "unit", "ended_on"],
        unique=False,
    )
    guards.execute([MOVED, "DROP TABLE outstanding_before"])


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""
    op.drop_index(op.f("ix_outstanding_compound_unit_ended_on"), "outstanding")
    op.drop_column("outstanding", "unit")
    op.drop_table("caretaking_end")
    op.drop_table("caretaking")
    op.drop_table("fixed_remuneration")
