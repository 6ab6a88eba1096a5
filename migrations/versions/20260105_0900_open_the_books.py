"""Open the books: all tables of the main job, and the triggers that keep the journal append-only.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("act", [["compound", "seq"], ["compound", "hash"]], ["seq"]),
    ("account", [["compound", "code"]], ["seq"]),
    ("bank_account", [["compound", "code"]], ["seq"]),
    ("bulletin", [["compound", "month", "version"]], ["version", "seq", "size"]),
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
    ),
    ("closing_balance", [["compound", "month", "account"]], ["seq", "amount_minor"]),
    ("compound", [["compound"]], ["seq"]),
    ("debtor", [["compound", "unit", "number"]], ["number", "seq"]),
    ("disbursement", [["compound", "id"]], ["seq", "amount_minor", "payee_is_person", "related_party"]),
    ("disbursement_line", [["compound", "id", "line"]], ["line", "seq", "amount_minor"]),
    ("disbursement_step", [["compound", "id", "seq"]], ["seq"]),
    (
        "entry",
        [["compound", "seq"], ["compound", "month", "voucher_no"], ["compound", "reverses"]],
        ["seq", "voucher_no", "reverses", "posting_count"],
    ),
    ("period_close", [["compound", "month"]], ["seq"]),
    ("posting", [["compound", "seq", "line"]], ["seq", "line", "amount_minor", "debtor", "receipt"]),
    ("receipt", [["compound", "number"]], ["number", "seq", "debtor", "amount_minor"]),
    ("remuneration_rule", [["compound", "seq"]], ["seq", "rate_bp", "every_months"]),
    (
        "settlement",
        [["compound", "seq", "line"]],
        ["seq", "line", "charge_seq", "charge_line", "receipt", "amount_minor"],
    ),
    ("tariff", [["compound", "item", "seq"]], ["seq", "rate_e4"]),
    ("tenure", [["compound", "unit", "from_on", "seq"]], ["seq", "debtor"]),
    ("unit", [["compound", "code"]], ["seq", "floor"]),
    ("unit_area", [["compound", "unit", "seq"]], ["seq", "area_hundredths"]),
)


def upgrade() -> None:
    """Create the tables and guard them."""
    op.create_table(
        "act",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=20), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=128), nullable=True),
        sa.Column("public_salt", sa.String(length=32), nullable=False),
        sa.Column("sealed_salt", sa.String(length=32), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("public_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_act_seq_positive")),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_act")),
        sa.UniqueConstraint("compound", "hash", name=op.f("uq_act_compound_hash")),
        info={"link": True},
    )
    op.create_table(
        "blob",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("compound", "sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "chain_head",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("closed_through", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("compound", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("header", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("compound", "header", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "idempotency",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("caller", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("compound", "caller", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "person",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("is_company", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("compound", "unit", "debtor", name=op.f("pk_person")),
    )
    op.create_table(
        "remark",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_remark")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("disabled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("name", name=op.f("uq_user_account_name")),
    )
    op.create_table(
        "account",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("zh", sa.String(length=160), nullable=False),
        sa.Column("detail", sa.String(length=16), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_account_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_account")),
        sa.UniqueConstraint("compound", "code", "fund", name=op.f("uq_account_compound_code_fund")),
        info={"fact": True},
    )
    op.create_table(
        "bank_account",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("funds", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_bank_account_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_bank_account")),
        info={"fact": True},
    )
    op.create_table(
        "bulletin",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("posted_from", sa.Date(), nullable=False),
        sa.Column("posted_to", sa.Date(), nullable=False),
        sa.Column("supersedes", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_bulletin_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "month", "version", name=op.f("pk_bulletin")),
        info={"fact": True},
    )
    op.create_table(
        "closing_balance",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_closing_balance_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "month", "account", name=op.f("pk_closing_balance")),
        info={"fact": True},
    )
    op.create_table(
        "compound",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=32), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_compound_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", name=op.f("pk_compound")),
        info={"fact": True},
    )
    op.create_table(
        "entry",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("voucher_no", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("narration", sa.String(length=200), nullable=False),
        sa.Column("counterparty", sa.String(length=64), nullable=True),
        sa.Column("authority", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("corrects", sa.String(length=7), nullable=True),
        sa.Column("remark_hash", sa.String(length=64), nullable=True),
        sa.Column("posting_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("posting_count >= 2", name=op.f("ck_entry_two_sides")),
        sa.CheckConstraint("voucher_no > 0", name=op.f("ck_entry_voucher_positive")),
        sa.ForeignKeyConstraint(
            ["compound", "reverses"], ["entry.compound", "entry.seq"], name=op.f("fk_entry_compound_reverses")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_entry_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "compound", "month", "voucher_no", name=op.f("uq_entry_compound_month_voucher_no")
        ),
        sa.UniqueConstraint("compound", "reverses", name=op.f("uq_entry_compound_reverses")),
        info={"fact": True},
    )
    op.create_table(
        "membership",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("since", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("compound", "user_id", name=op.f("pk_membership")),
    )
    op.create_table(
        "period_close",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_period_close_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "month", name=op.f("pk_period_close")),
        info={"fact": True},
    )
    op.create_table(
        "remuneration_rule",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effective_from", sa.String(length=7), nullable=False),
        sa.Column("rate_bp", sa.BigInteger(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.String(length=600), nullable=False),
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.CheckConstraint("every_months in (1, 3, 12)", name=op.f("ck_remuneration_rule_rhythm")),
        sa.CheckConstraint("rate_bp between 1 and 10000", name=op.f("ck_remuneration_rule_rate_range")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_remuneration_rule_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_remuneration_rule")),
        info={"fact": True},
    )
    op.create_table(
        "tariff",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("formula", sa.String(length=16), nullable=False),
        sa.Column("rate_e4", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.CheckConstraint("rate_e4 >= 0", name=op.f("ck_tariff_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_tariff_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "item", "seq", name=op.f("pk_tariff")),
        info={"fact": True},
    )
    op.create_table(
        "token",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_token_user_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_token")),
    )
    op.create_table(
        "unit",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("stair", sa.String(length=16), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_unit_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_unit")),
        info={"fact": True},
    )
    op.create_table(
        "charge",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tariff_seq", sa.BigInteger(), nullable=True),
        sa.Column("area_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("factor_bp", sa.BigInteger(), nullable=True),
        sa.Column("corrects_seq", sa.BigInteger(), nullable=True),
        sa.Column("corrects_line", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_charge_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "corrects_seq", "corrects_line"],
            ["charge.compound", "charge.seq", "charge.line"],
            name=op.f("fk_charge_compound_corrects_seq_corrects_line"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_charge_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_charge_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_charge")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_charge_compound_corrects_seq_corrects_line"),
        "charge",
        ["compound", "corrects_seq", "corrects_line"],
        unique=False,
    )
    op.create_index(
        op.f("ix_charge_compound_period_item"), "charge", ["compound", "period", "item"], unique=False
    )
    op.create_index(op.f("ix_charge_compound_unit"), "charge", ["compound", "unit"], unique=False)
    op.create_table(
        "debtor",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_debtor_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_debtor_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "unit", "number", name=op.f("pk_debtor")),
        info={"fact": True},
    )
    op.create_table(
        "disbursement",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(length=64), nullable=False),
        sa.Column("payee_is_person", sa.Integer(), nullable=False),
        sa.Column("related_party", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("invoice", sa.String(length=64), nullable=True),
        sa.Column("bank", sa.String(length=16), nullable=False),
        sa.Column("to_bank", sa.String(length=16), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("requested_by", sa.String(length=36), nullable=False),
        sa.Column("requested_body", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_disbursement_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_disbursement_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_disbursement_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_disbursement")),
        info={"fact": True},
    )
    op.create_table(
        "posting",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("debtor", sa.BigInteger(), nullable=True),
        sa.Column("item", sa.String(length=32), nullable=True),
        sa.Column("charge", sa.String(length=40), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=True),
        sa.Column("receipt", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_posting_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "account", "fund"],
            ["account.compound", "account.code", "account.fund"],
            name=op.f("fk_posting_compound_account_fund"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"],
            ["entry.compound", "entry.seq"],
            name=op.f("fk_posting_compound_seq"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_posting_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_posting")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_posting_compound_account_seq"), "posting", ["compound", "account", "seq"], unique=False
    )
    op.create_index(
        op.f("ix_posting_compound_unit_seq"), "posting", ["compound", "unit", "seq"], unique=False
    )
    op.create_table(
        "receipt",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("debtor", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_receipt_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_receipt_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_receipt_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_receipt")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_receipt_compound_unit"), "receipt", ["compound", "unit"], unique=False)
    op.create_table(
        "unit_area",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("area_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.CheckConstraint("area_hundredths > 0", name=op.f("ck_unit_area_area_positive")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_unit_area_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_unit_area_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "unit", "seq", name=op.f("pk_unit_area")),
        info={"fact": True},
    )
    op.create_table(
        "disbursement_line",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_disbursement_line_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "id"],
            ["disbursement.compound", "disbursement.id"],
            name=op.f("fk_disbursement_line_compound_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_disbursement_line_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", "line", name=op.f("pk_disbursement_line")),
        info={"fact": True},
    )
    op.create_table(
        "disbursement_step",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "step in ('approved', 'posted', 'paid', 'refused', 'unposted', 'unpaid')",
            name=op.f("ck_disbursement_step_step"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "id"],
            ["disbursement.compound", "disbursement.id"],
            name=op.f("fk_disbursement_step_compound_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_disbursement_step_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", "seq", name=op.f("pk_disbursement_step")),
        info={"fact": True},
    )
    op.create_table(
        "settlement",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_seq", sa.BigInteger(), nullable=False),
        sa.Column("charge_line", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_settlement_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"],
            ["charge.compound", "charge.seq", "charge.line"],
            name=op.f("fk_settlement_compound_charge_seq_charge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "receipt"],
            ["receipt.compound", "receipt.number"],
            name=op.f("fk_settlement_compound_receipt"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_settlement_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_settlement")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_settlement_compound_charge_seq_charge_line"),
        "settlement",
        ["compound", "charge_seq", "charge_line"],
        unique=False,
    )
    op.create_index(
        op.f("ix_settlement_compound_receipt"), "settlement", ["compound", "receipt"], unique=False
    )
    op.create_table(
        "tenure",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("debtor", sa.BigInteger(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_tenure_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit", "debtor"],
            ["debtor.compound", "debtor.unit", "debtor.number"],
            name=op.f("fk_tenure_compound_unit_debtor"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_tenure_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "unit", "from_on", "seq", name=op.f("pk_tenure")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_posting_compound_receipt"), "posting", ["compound", "receipt"], unique=False)
    op.create_index(op.f("ix_act_compound_source_id"), "act", ["compound", "source_id"], unique=False)
    op.create_index(op.f("ix_receipt_compound_seq"), "receipt", ["compound", "seq"], unique=False)
    guards.functions()
    guards.guard_journal()
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)


def downgrade() -> None:
    """Drop everything: only for an empty installation or a test."""
    op.drop_table("tenure")
    op.drop_table("settlement")
    op.drop_table("disbursement_step")
    op.drop_table("disbursement_line")
    op.drop_table("unit_area")
    op.drop_table("receipt")
    op.drop_table("posting")
    op.drop_table("disbursement")
    op.drop_table("debtor")
    op.drop_table("charge")
    op.drop_table("unit")
    op.drop_table("token")
    op.drop_table("tariff")
    op.drop_table("remuneration_rule")
    op.drop_table("period_close")
    op.drop_table("membership")
    op.drop_table("entry")
    op.drop_table("compound")
    op.drop_table("closing_balance")
    op.drop_table("bulletin")
    op.drop_table("bank_account")
    op.drop_table("account")
    op.drop_table("user_account")
    op.drop_table("remark")
    op.drop_table("person")
    op.drop_table("idempotency")
    op.drop_table("column_mapping")
    op.drop_table("chain_head")
    op.drop_table("blob")
    op.drop_table("act")
    guards.drop_functions()
