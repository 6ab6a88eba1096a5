"""Between funds: distributions, transfers, loans; custody of the repair fund; agency.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("custody_confirmation", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("custody_confirmation_line", [["compound", "seq", "building"]], ["seq", "amount_minor"]),
    ("distribution", [["compound", "id"]], ["seq", "income_minor", "cost_minor", "net_minor"]),
    (
        "distribution_rule",
        [["compound", "code"]],
        ["seq", "with_interest", "with_later_rent", "below_minimum"],
    ),
    ("distribution_share", [["compound", "code", "fund"]], ["seq", "share_bp"]),
    ("fund_move", [["compound", "id"]], ["seq", "amount_minor"]),
    ("fund_move_step", [["compound", "id", "seq"]], ["seq"]),
    ("meter_group", [["compound", "code"]], ["seq"]),
    ("repair_building", [["compound", "building"]], ["seq", "first_instalment_minor", "opening_minor"]),
    ("repair_share", [["compound", "seq", "line"]], ["seq", "line", "amount_minor"]),
    ("utility_bill", [["compound", "seq"]], ["seq", "amount_minor"]),
)


def upgrade() -> None:
    """Create the tables and guard them."""
    op.create_table(
        "custody_confirmation",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("custodian", sa.String(length=16), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_custody_confirmation_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"],
            ["act.compound", "act.seq"],
            name=op.f("fk_custody_confirmation_compound_seq"),
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_custody_confirmation")),
        info={"fact": True},
    )
    op.create_table(
        "distribution_rule",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("with_interest", sa.Integer(), nullable=False),
        sa.Column("with_later_rent", sa.Integer(), nullable=False),
        sa.Column("below_minimum", sa.Integer(), nullable=False),
        sa.CheckConstraint("every in ('quarter', 'year')", name=op.f("ck_distribution_rule_every")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_distribution_rule_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_distribution_rule")),
        info={"fact": True},
    )
    op.create_table(
        "meter_group",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("building", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_meter_group_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_meter_group")),
        info={"fact": True},
    )
    op.create_table(
        "repair_building",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("first_instalment_minor", sa.BigInteger(), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "first_instalment_minor >= 0 and opening_minor >= 0", name=op.f("ck_repair_building_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_repair_building_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "building", name=op.f("pk_repair_building")),
        info={"fact": True},
    )
    op.create_table(
        "custody_confirmation_line",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_custody_confirmation_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound", "building"],
            ["repair_building.compound", "repair_building.building"],
            name=op.f("fk_custody_confirmation_line_compound_building"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"],
            ["act.compound", "act.seq"],
            name=op.f("fk_custody_confirmation_line_compound_seq"),
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "building", name=op.f("pk_custody_confirmation_line")),
        info={"fact": True},
    )
    op.create_table(
        "distribution",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("income_minor", sa.BigInteger(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "rule"],
            ["distribution_rule.compound", "distribution_rule.code"],
            name=op.f("fk_distribution_compound_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_distribution_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_distribution")),
        info={"fact": True},
    )
    op.create_table(
        "distribution_share",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.CheckConstraint("share_bp between 1 and 10000", name=op.f("ck_distribution_share_share_range")),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["distribution_rule.compound", "distribution_rule.code"],
            name=op.f("fk_distribution_share_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_distribution_share_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "fund", name=op.f("pk_distribution_share")),
        info={"fact": True},
    )
    op.create_table(
        "repair_share",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("job", sa.String(length=32), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('contribution', 'growth', 'scrap', 'transfer', 'job')",
            name=op.f("ck_repair_share_kind"),
        ),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_repair_share_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "building"],
            ["repair_building.compound", "repair_building.building"],
            name=op.f("fk_repair_share_compound_building"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_repair_share_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_repair_share")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_repair_share_compound_building"), "repair_share", ["compound", "building"], unique=False
    )
    op.create_table(
        "utility_bill",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("meter_group", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("supplier", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_utility_bill_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "meter_group"],
            ["meter_group.compound", "meter_group.code"],
            name=op.f("fk_utility_bill_compound_meter_group"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_utility_bill_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_utility_bill")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_utility_bill_compound_meter_group_period"),
        "utility_bill",
        ["compound", "meter_group", "period"],
        unique=False,
    )
    op.create_table(
        "fund_move",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_fund", sa.String(length=64), nullable=False),
        sa.Column("to_fund", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("exception", sa.String(length=64), nullable=True),
        sa.Column("from_bank", sa.String(length=16), nullable=True),
        sa.Column("to_bank", sa.String(length=16), nullable=True),
        sa.Column("account", sa.String(length=160), nullable=True),
        sa.Column("payee", sa.String(length=64), nullable=True),
        sa.Column("meter_group", sa.String(length=32), nullable=True),
        sa.Column("loan", sa.String(length=36), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("distribution", sa.String(length=36), nullable=True),
        sa.Column("requested_by", sa.String(length=36), nullable=False),
        sa.Column("requested_body", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "kind in ('transfer', 'loan', 'repayment', 'loss', 'supplier', 'sweep')",
            name=op.f("ck_fund_move_kind"),
        ),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_fund_move_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "distribution"],
            ["distribution.compound", "distribution.id"],
            name=op.f("fk_fund_move_compound_distribution"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "loan"],
            ["fund_move.compound", "fund_move.id"],
            name=op.f("fk_fund_move_compound_loan"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "meter_group"],
            ["meter_group.compound", "meter_group.code"],
            name=op.f("fk_fund_move_compound_meter_group"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_fund_move_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_fund_move")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_fund_move_compound_loan"), "fund_move", ["compound", "loan"], unique=False)
    op.create_table(
        "fund_move_step",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "step in ('approved', 'paid', 'confirmed', 'refused', 'unapproved', 'unpaid', 'unconfirmed')",
            name=op.f("ck_fund_move_step_step"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "id"],
            ["fund_move.compound", "fund_move.id"],
            name=op.f("fk_fund_move_step_compound_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_fund_move_step_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", "seq", name=op.f("pk_fund_move_step")),
        info={"fact": True},
    )
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""
    op.drop_table("fund_move_step")
    op.drop_table("fund_move")
    op.drop_table("utility_bill")
    op.drop_table("repair_share")
    op.drop_table("distribution_share")
    op.drop_table("distribution")
    op.drop_table("custody_confirmation_line")
    op.drop_table("repair_building")
    op.drop_table("meter_group")
    op.drop_table("distribution_rule")
    op.drop_table("custody_confirmation")
