"""Public income: assets, contracts, rents.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("asset", [["compound", "code"]], ["seq", "count"]),
    ("asset_absence", [["compound", "type", "from_on", "seq"]], ["seq", "absent"]),
    ("asset_income", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("asset_status", [["compound", "asset", "from_on", "seq"]], ["seq"]),
    ("disbursement_contract", [["compound", "id"]], ["seq"]),
    ("instalment", [["compound", "contract", "number"]], ["number", "seq", "amount_minor"]),
    (
        "lease",
        [["compound", "code"]],
        ["seq", "related_party", "variable", "fee_bp", "tax_bp", "deposit_minor"],
    ),
    ("lease_asset", [["compound", "contract", "asset"]], ["seq"]),
    ("lease_end", [["compound", "contract"]], ["seq"]),
    ("rent_charge", [["compound", "contract", "number", "seq"]], ["number", "seq", "amount_minor"]),
    (
        "rent_cost",
        [["compound", "seq", "contract"]],
        ["seq", "income_seq", "income_minor", "fee_minor", "tax_minor"],
    ),
    ("rent_receipt", [["compound", "seq"]], ["seq", "amount_minor"]),
    (
        "rent_settlement",
        [["compound", "seq", "line"]],
        ["seq", "line", "number", "receipt_seq", "amount_minor"],
    ),
    ("shared_bank_part", [["compound", "seq", "fund"]], ["seq", "fen_days", "amount_minor"]),
    ("shared_bank_sum", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("zero_statement", [["compound", "seq"]], ["seq"]),
)


def upgrade() -> None:
    """Create the tables, add the column, and guard what is new."""
    op.create_table(
        "asset",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("building", sa.String(length=16), nullable=True),
        sa.Column("stair", sa.String(length=16), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_asset_count_positive")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_asset_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_asset")),
        info={"fact": True},
    )
    op.create_table(
        "asset_absence",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("absent in (0, 1)", name=op.f("ck_asset_absence_flag")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_asset_absence_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "type", "from_on", "seq", name=op.f("pk_asset_absence")),
        info={"fact": True},
    )
    op.create_table(
        "lease",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("counterparty", sa.String(length=64), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("name_hash", sa.String(length=64), nullable=True),
        sa.Column("related_party", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("variable", sa.Integer(), nullable=False),
        sa.Column("fee_bp", sa.Integer(), nullable=False),
        sa.Column("tax_bp", sa.Integer(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=True),
        sa.Column("building", sa.String(length=16), nullable=True),
        sa.Column("stair", sa.String(length=16), nullable=True),
        sa.Column("authority", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "deposit_minor is null or deposit_minor > 0", name=op.f("ck_lease_deposit_positive")
        ),
        sa.CheckConstraint(
            "fee_bp between 0 and 10000 and tax_bp between 0 and 10000", name=op.f("ck_lease_rates")
        ),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_lease_term")),
        sa.CheckConstraint("variable in (0, 1) and related_party in (0, 1)", name=op.f("ck_lease_flags")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_lease_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_lease")),
        info={"fact": True},
    )
    op.create_table(
        "shared_bank_part",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("fen_days", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_shared_bank_part_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "fund", name=op.f("pk_shared_bank_part")),
        info={"fact": True},
    )
    op.create_table(
        "asset_income",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("asset", sa.String(length=32), nullable=True),
        sa.Column("contract", sa.String(length=32), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(asset is null) <> (contract is null)", name=op.f("ck_asset_income_one_source")),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_asset_income_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "asset"],
            ["asset.compound", "asset.code"],
            name=op.f("fk_asset_income_compound_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_asset_income_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_asset_income_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_asset_income")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_asset_income_compound_month"), "asset_income", ["compound", "month"], unique=False
    )
    op.create_table(
        "asset_status",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("asset", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("status in ('operated', 'idle', 'gone')", name=op.f("ck_asset_status_status")),
        sa.ForeignKeyConstraint(
            ["compound", "asset"],
            ["asset.compound", "asset.code"],
            name=op.f("fk_asset_status_compound_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_asset_status_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "asset", "from_on", "seq", name=op.f("pk_asset_status")),
        info={"fact": True},
    )
    op.create_table(
        "instalment",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_instalment_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_instalment_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_instalment_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "contract", "number", name=op.f("pk_instalment")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_instalment_compound_due_on"), "instalment", ["compound", "due_on"], unique=False)
    op.create_table(
        "lease_asset",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("asset", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "asset"],
            ["asset.compound", "asset.code"],
            name=op.f("fk_lease_asset_compound_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_lease_asset_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_lease_asset_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "contract", "asset", name=op.f("pk_lease_asset")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_lease_asset_compound_asset"), "lease_asset", ["compound", "asset"], unique=False)
    op.create_table(
        "lease_end",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_lease_end_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_lease_end_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "contract", name=op.f("pk_lease_end")),
        info={"fact": True},
    )
    op.create_table(
        "rent_cost",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("income_seq", sa.BigInteger(), nullable=False),
        sa.Column("income_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_rent_cost_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "income_seq"],
            ["act.compound", "act.seq"],
            name=op.f("fk_rent_cost_compound_income_seq"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_rent_cost_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "contract", name=op.f("pk_rent_cost")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_rent_cost_compound_contract"), "rent_cost", ["compound", "contract"], unique=False
    )
    op.create_index(
        op.f("ix_rent_cost_compound_income_seq"), "rent_cost", ["compound", "income_seq"], unique=False
    )
    op.create_table(
        "rent_receipt",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_rent_receipt_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_rent_receipt_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_rent_receipt_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_rent_receipt")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_rent_receipt_compound_contract"), "rent_receipt", ["compound", "contract"], unique=False
    )
    op.create_table(
        "shared_bank_sum",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bank", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_shared_bank_sum_money_bounds"),
        ),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_shared_bank_sum_span")),
        sa.ForeignKeyConstraint(
            ["compound", "bank"],
            ["bank_account.compound", "bank_account.code"],
            name=op.f("fk_shared_bank_sum_compound_bank"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_shared_bank_sum_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_shared_bank_sum")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_shared_bank_sum_compound_bank"), "shared_bank_sum", ["compound", "bank"], unique=False
    )
    op.create_table(
        "zero_statement",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("asset", sa.String(length=32), nullable=True),
        sa.Column("contract", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(asset is null) <> (contract is null)", name=op.f("ck_zero_statement_one_source")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "asset"],
            ["asset.compound", "asset.code"],
            name=op.f("fk_zero_statement_compound_asset"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract"],
            ["lease.compound", "lease.code"],
            name=op.f("fk_zero_statement_compound_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_zero_statement_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_zero_statement")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_zero_statement_compound_month"), "zero_statement", ["compound", "month"], unique=False
    )
    op.create_table(
        "disbursement_contract",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("deposit", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "deposit is null or deposit in ('tender', 'tenant', 'other')",
            name=op.f("ck_disbursement_contract_deposit"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "id"],
            ["disbursement.compound", "disbursement.id"],
            name=op.f("fk_disbursement_contract_compound_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"],
            ["act.compound", "act.seq"],
            name=op.f("fk_disbursement_contract_compound_seq"),
        ),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_disbursement_contract")),
        info={"fact": True},
    )
    op.create_table(
        "rent_charge",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_rent_charge_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract", "number"],
            ["instalment.compound", "instalment.contract", "instalment.number"],
            name=op.f("fk_rent_charge_compound_contract_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_rent_charge_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "contract", "number", "seq", name=op.f("pk_rent_charge")),
        info={"fact": True},
    )
    op.create_table(
        "rent_settlement",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("receipt_seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_rent_settlement_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "contract", "number"],
            ["instalment.compound", "instalment.contract", "instalment.number"],
            name=op.f("fk_rent_settlement_compound_contract_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "receipt_seq"],
            ["rent_receipt.compound", "rent_receipt.seq"],
            name=op.f("fk_rent_settlement_compound_receipt_seq"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_rent_settlement_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_rent_settlement")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_rent_settlement_compound_contract_number"),
        "rent_settlement",
        ["compound", "contract", "number"],
        unique=False,
    )
    op.create_index(
        op.f("ix_rent_settlement_compound_receipt_seq"),
        "rent_settlement",
        ["compound", "receipt_seq"],
        unique=False,
    )
    op.add_column("posting", sa.Column("contract", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_posting_compound_contract"), "posting", ["compound", "contract"], unique=False)
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)


def downgrade() -> None:
    """Take the tables and the column back: only where nothing was recorded in them."""
    op.drop_index(op.f("ix_posting_compound_contract"), table_name="posting")
    op.drop_column("posting", "contract")
    op.drop_table("rent_settlement")
    op.drop_table("rent_charge")
    op.drop_table("disbursement_contract")
    op.drop_table("zero_statement")
    op.drop_table("shared_bank_sum")
    op.drop_table("rent_receipt")
    op.drop_table("rent_cost")
    op.drop_table("lease_end")
    op.drop_table("lease_asset")
    op.drop_table("instalment")
    op.drop_table("asset_status")
    op.drop_table("asset_income")
    op.drop_table("shared_bank_part")
    op.drop_table("lease")
    op.drop_table("asset_absence")
    op.drop_table("asset")
