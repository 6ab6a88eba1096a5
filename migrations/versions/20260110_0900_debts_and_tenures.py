"""Debts and tenures: what a unit owes, from whom, since when, and what happened to it besides being paid.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("coefficient", [["compound", "item", "unit", "seq"]], ["seq", "value_e4"]),
    ("demand", [["compound", "number"]], ["number", "seq", "debtor", "amount_minor"]),
    ("departure", [["compound", "unit", "debtor"]], ["debtor", "seq"]),
    ("handover", [["compound", "seq"]], ["seq"]),
    ("interruption", [["compound", "seq", "line"]], ["seq", "line", "debtor"]),
    ("meter_reading", [["compound", "item", "unit", "period", "seq"]], ["seq", "reading", "used"]),
    ("parked_claim", [["compound", "number", "seq"]], ["number", "seq", "receipt", "amount_minor"]),
    ("parked_receipt", [["compound", "number"]], ["number", "seq", "amount_minor"]),
    ("prime_rate", [["compound", "from_on", "seq"]], ["seq", "rate_bp"]),
    (
        "promised_waiver",
        [["compound", "unit", "debtor", "item", "period", "seq"]],
        ["debtor", "seq", "receipt"],
    ),
    ("relief", [["compound", "seq", "line"]], ["seq", "line", "charge_seq", "charge_line", "amount_minor"]),
    ("shared_cost", [["compound", "item", "period", "seq"]], ["seq", "amount_minor"]),
)

#: Tables of the first migration that gain integers: name, keys, integers before, integers that are new.
GROWN = (
    (
        "charge",
        [["compound", "seq", "line"]],
        [
            "seq",
            "line",
            "debtor",
            "amount_minor",
            "tariff_seq",
            "area_hundredths",
            "factor_bp",
            "corrects_seq",
            "corrects_line",
        ],
        ["rate_e4", "quantity", "share_before", "basis_seq"],
    ),
    ("tenure", [["compound", "unit", "from_on", "seq"]], ["seq", "debtor"], ["factor_bp"]),
    (
        "disbursement",
        [["compound", "id"]],
        ["seq", "amount_minor", "payee_is_person", "related_party"],
        ["debtor"],
    ),
)

#: What is open of the charges that were there before: the same that the journal keeps from now on.
BROUGHT = """
INSERT INTO outstanding (compound, charge_seq, charge_line, begun_on, touched_on, ended_on)
SELECT compound, charge_seq, charge_line, MIN(begun_on), MAX(happened_on),
  CASE WHEN SUM(minor) > 0 THEN CAST('9999-12-31' AS {date}) ELSE MAX(happened_on) END
FROM (
  SELECT c.compound, COALESCE(c.corrects_seq, c.seq) AS charge_seq,
    COALESCE(c.corrects_line, c.line) AS charge_line, c.amount_minor AS minor, a.effective_on AS happened_on,
    CASE WHEN c.corrects_seq IS NULL THEN a.effective_on END AS begun_on
  FROM charge c JOIN act a ON a.compound = c.compound AND a.seq = c.seq
  UNION ALL
  SELECT s.compound, s.charge_seq, s.charge_line, -s.amount_minor, a.effective_on, NULL
  FROM settlement s JOIN act a ON a.compound = s.compound AND a.seq = s.seq
) moved GROUP BY compound, charge_seq, charge_line
"""


def upgrade() -> None:
    """Create the tables, add the columns, and guard what is new."""
    op.create_table(
        "handover",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outgoing", sa.String(length=64), nullable=False),
        sa.Column("incoming", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_handover_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_handover")),
        info={"fact": True},
    )
    op.create_table(
        "parked_receipt",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_parked_receipt_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_parked_receipt_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_parked_receipt")),
        info={"fact": True},
    )
    op.create_table(
        "prime_rate",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.CheckConstraint("rate_bp between 1 and 10000", name=op.f("ck_prime_rate_rate_range")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_prime_rate_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "from_on", "seq", name=op.f("pk_prime_rate")),
        info={"fact": True},
    )
    op.create_table(
        "shared_cost",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.CheckConstraint("basis in ('area', 'unit', 'coefficient')", name=op.f("ck_shared_cost_basis")),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_shared_cost_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_shared_cost_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "item", "period", "seq", name=op.f("pk_shared_cost")),
        info={"fact": True},
    )
    op.create_table(
        "coefficient",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("value_e4 >= 0", name=op.f("ck_coefficient_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_coefficient_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_coefficient_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "item", "unit", "seq", name=op.f("pk_coefficient")),
        info={"fact": True},
    )
    op.create_table(
        "demand",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("through", sa.String(length=7), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_demand_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_demand_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_demand")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_demand_compound_unit"), "demand", ["compound", "unit"], unique=False)
    op.create_table(
        "interruption",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("through", sa.String(length=7), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind in ('demand', 'partial_payment', 'instalment_plan', 'acknowledgement', 'suit', 'mediation')",
            name=op.f("ck_interruption_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_interruption_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_interruption_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_interruption")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_interruption_compound_unit"), "interruption", ["compound", "unit"], unique=False)
    op.create_table(
        "meter_reading",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reading", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.CheckConstraint("reading >= 0 and used >= 0", name=op.f("ck_meter_reading_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_meter_reading_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_meter_reading_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "item", "unit", "period", "seq", name=op.f("pk_meter_reading")),
        info={"fact": True},
    )
    op.create_table(
        "parked_claim",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_parked_claim_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "number"],
            ["parked_receipt.compound", "parked_receipt.number"],
            name=op.f("fk_parked_claim_compound_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_parked_claim_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "number", "seq", name=op.f("pk_parked_claim")),
        info={"fact": True},
    )
    op.create_table(
        "departure",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_departure_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit", "debtor"],
            ["debtor.compound", "debtor.unit", "debtor.number"],
            name=op.f("fk_departure_compound_unit_debtor"),
        ),
        sa.PrimaryKeyConstraint("compound", "unit", "debtor", name=op.f("pk_departure")),
        info={"fact": True},
    )
    op.create_table(
        "promised_waiver",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "receipt"],
            ["receipt.compound", "receipt.number"],
            name=op.f("fk_promised_waiver_compound_receipt"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_promised_waiver_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"],
            ["unit.compound", "unit.code"],
            name=op.f("fk_promised_waiver_compound_unit"),
        ),
        sa.PrimaryKeyConstraint(
            "compound", "unit", "debtor", "item", "period", "seq", name=op.f("pk_promised_waiver")
        ),
        info={"fact": True},
    )
    op.create_table(
        "relief",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_seq", sa.BigInteger(), nullable=False),
        sa.Column("charge_line", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind in ('waiver', 'write_off', 'dispute')", name=op.f("ck_relief_kind")),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_relief_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"],
            ["charge.compound", "charge.seq", "charge.line"],
            name=op.f("fk_relief_compound_charge_seq_charge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_relief_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_relief")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_relief_compound_charge_seq_charge_line"),
        "relief",
        ["compound", "charge_seq", "charge_line"],
        unique=False,
    )
    op.create_table(
        "outstanding",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("charge_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_line", sa.BigInteger(), autoincrement=False, nullable=False),
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
    guards.execute([BROUGHT.format(date="TEXT" if guards.dialect() == "sqlite" else "DATE")])
    op.add_column("charge", sa.Column("rate_e4", sa.BigInteger(), nullable=True))
    op.add_column("charge", sa.Column("quantity", sa.BigInteger(), nullable=True))
    op.add_column("charge", sa.Column("from_on", sa.Date(), nullable=True))
    op.add_column("charge", sa.Column("to_on", sa.Date(), nullable=True))
    op.add_column("charge", sa.Column("share_before", sa.BigInteger(), nullable=True))
    op.add_column("charge", sa.Column("basis_seq", sa.BigInteger(), nullable=True))
    op.add_column("tariff", sa.Column("params", sa.String(length=400), nullable=True))
    op.add_column("disbursement", sa.Column("debtor", sa.BigInteger(), nullable=True))
    op.add_column("tenure", sa.Column("factor_bp", sa.BigInteger(), nullable=True))
    op.add_column("tenure", sa.Column("notice", sa.String(length=64), nullable=True))
    op.add_column("tenure", sa.Column("confirmed_on", sa.Date(), nullable=True))
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)
    for table, keys, before, new in GROWN:
        guards.guard_again(table, keys, [*before, *new])


def downgrade() -> None:
    """Take the tables and columns back: only where nothing was recorded in them."""
    for table, keys, before, _ in GROWN:
        guards.guard_again(table, keys, before)
    op.drop_table("outstanding")
    op.drop_table("relief")
    op.drop_table("promised_waiver")
    op.drop_table("departure")
    op.drop_table("parked_claim")
    op.drop_table("meter_reading")
    op.drop_table("interruption")
    op.drop_table("demand")
    op.drop_table("coefficient")
    op.drop_table("shared_cost")
    op.drop_table("prime_rate")
    op.drop_table("parked_receipt")
    op.drop_table("handover")
    op.drop_column("disbursement", "debtor")
    op.drop_column("tenure", "confirmed_on")
    op.drop_column("tenure", "notice")
    op.drop_column("tenure", "factor_bp")
    op.drop_column("tariff", "params")
    op.drop_column("charge", "basis_seq")
    op.drop_column("charge", "share_before")
    op.drop_column("charge", "to_on")
    op.drop_column("charge", "from_on")
    op.drop_column("charge", "quantity")
    op.drop_column("charge", "rate_e4")
