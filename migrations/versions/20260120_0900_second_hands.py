"""Second hands: a second person for what one should not do alone, and words that are taken back.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    (
        "adjustment_line",
        [["compound", "number", "line"]],
        ["number", "line", "seq", "charge_seq", "charge_line", "amount_minor", "tariff_seq"],
    ),
    ("adjustment_request", [["compound", "number"]], ["number", "seq"]),
    ("adjustment_step", [["compound", "number"]], ["number", "seq"]),
    ("demand_outcome", [["compound", "number", "seq"]], ["number", "seq"]),
    ("disbursement_source", [["compound", "id"]], ["seq", "parked"]),
    (
        "interruption_withdrawal",
        [["compound", "interrupted_seq", "interrupted_line"]],
        ["interrupted_seq", "interrupted_line", "seq"],
    ),
    ("parked_refund", [["compound", "number", "seq"]], ["number", "seq", "amount_minor"]),
    ("recovery", [["compound", "seq"]], ["seq", "claim_seq", "amount_minor"]),
)


def upgrade() -> None:
    """Create the tables, add the column, and guard what is new."""
    op.create_table(
        "adjustment_request",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.String(length=16), nullable=False),
        sa.Column("reason_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=False),
        sa.Column("requested_body", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "surplus in ('refuse', 'prepaid', 'refund')", name=op.f("ck_adjustment_request_surplus")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_adjustment_request_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_adjustment_request")),
        info={"fact": True},
    )
    op.create_table(
        "recovery",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claim_seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_recovery_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "claim_seq"],
            ["act.compound", "act.seq"],
            name=op.f("fk_recovery_compound_claim_seq"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_recovery_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_recovery")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_recovery_compound_claim_seq"), "recovery", ["compound", "claim_seq"], unique=False
    )
    op.create_table(
        "adjustment_step",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("reason_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "step in ('approved', 'declined', 'withdrawn')", name=op.f("ck_adjustment_step_step")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "number"],
            ["adjustment_request.compound", "adjustment_request.number"],
            name=op.f("fk_adjustment_step_compound_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_adjustment_step_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_adjustment_step")),
        info={"fact": True},
    )
    op.create_table(
        "parked_refund",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_parked_refund_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "number"],
            ["parked_receipt.compound", "parked_receipt.number"],
            name=op.f("fk_parked_refund_compound_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_parked_refund_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", "seq", name=op.f("pk_parked_refund")),
        info={"fact": True},
    )
    op.create_table(
        "adjustment_line",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("charge_seq", sa.BigInteger(), nullable=False),
        sa.Column("charge_line", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("tariff_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_adjustment_line_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"],
            ["charge.compound", "charge.seq", "charge.line"],
            name=op.f("fk_adjustment_line_compound_charge_seq_charge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "item", "tariff_seq"],
            ["tariff.compound", "tariff.item", "tariff.seq"],
            name=op.f("fk_adjustment_line_compound_item_tariff_seq"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "number"],
            ["adjustment_request.compound", "adjustment_request.number"],
            name=op.f("fk_adjustment_line_compound_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_adjustment_line_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", "line", name=op.f("pk_adjustment_line")),
        info={"fact": True},
    )
    op.create_table(
        "demand_outcome",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "number"],
            ["demand.compound", "demand.number"],
            name=op.f("fk_demand_outcome_compound_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_demand_outcome_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", "seq", name=op.f("pk_demand_outcome")),
        info={"fact": True},
    )
    op.create_table(
        "disbursement_source",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("parked", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "id"],
            ["disbursement.compound", "disbursement.id"],
            name=op.f("fk_disbursement_source_compound_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "parked"],
            ["parked_receipt.compound", "parked_receipt.number"],
            name=op.f("fk_disbursement_source_compound_parked"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_disbursement_source_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_disbursement_source")),
        info={"fact": True},
    )
    op.create_table(
        "interruption_withdrawal",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("interrupted_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("interrupted_line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reason_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "interrupted_seq", "interrupted_line"],
            ["interruption.compound", "interruption.seq", "interruption.line"],
            name=op.f("fk_interruption_withdrawal_compound_interrupted_seq_interrupted_line"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"],
            ["act.compound", "act.seq"],
            name=op.f("fk_interruption_withdrawal_compound_seq"),
        ),
        sa.PrimaryKeyConstraint(
            "compound", "interrupted_seq", "interrupted_line", name=op.f("pk_interruption_withdrawal")
        ),
        info={"fact": True},
    )
    op.add_column("tenure", sa.Column("reason_hash", sa.String(length=64), nullable=True))
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)


def downgrade() -> None:
    """Take the tables and the column back: only where nothing was recorded in them."""
    op.drop_column("tenure", "reason_hash")
    op.drop_table("interruption_withdrawal")
    op.drop_table("disbursement_source")
    op.drop_table("demand_outcome")
    op.drop_table("adjustment_line")
    op.drop_table("parked_refund")
    op.drop_table("adjustment_step")
    op.drop_table("recovery")
    op.drop_table("adjustment_request")
