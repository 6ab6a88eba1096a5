"""Payments: vouchers, invoices, ladders, emergencies, petty cash.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("cash_count", [["compound", "account", "seq"]], ["seq", "counted_minor", "book_minor"]),
    ("explanation", [["compound", "seq"]], ["seq", "debit_seq", "amount_minor"]),
    ("petty_float", [["compound", "fund", "seq"]], ["seq", "amount_minor"]),
    ("petty_slip", [["compound", "seq", "line"]], ["seq", "line", "amount_minor"]),
    ("ratification", [["compound", "id"]], ["seq"]),
    ("unexplained_debit", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("vendor_refund", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("voucher", [["compound", "seq"]], ["seq", "entry", "size"]),
)
#: Tables that gained integers: name, keys, the integers before, the new ones.
GROWN = (
    (
        "disbursement",
        [["compound", "id"]],
        ["seq", "amount_minor", "payee_is_person", "related_party", "debtor"],
        ["approvals"],
    ),
)
_GAINED = (
    ("approvals", sa.Integer()),
    ("owed_to", sa.String(length=16)),
    ("issuer", sa.String(length=64)),
    ("repair", sa.String(length=8)),
    ("reason", sa.String(length=200)),
    ("settles", sa.String(length=36)),
)
_MONEY = "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0"


def _by_act(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_compound_seq")
    return sa.ForeignKeyConstraint(["compound", "seq"], ["act.compound", "act.seq"], name=name)


def _of_disbursement(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_compound_id")
    return sa.ForeignKeyConstraint(
        ["compound", "id"], ["disbursement.compound", "disbursement.id"], name=name
    )


def _bounded(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_MONEY, name=op.f(f"ck_{table}_money_bounds"))


def upgrade() -> None:
    """Create the tables, add the columns, and guard what is new."""
    for name, kind in _GAINED:
        op.add_column("disbursement", sa.Column(name, kind, nullable=True))
    op.create_table(
        "ratification",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        _by_act("ratification"),
        _of_disbursement("ratification"),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_ratification")),
        info={"fact": True},
    )
    op.create_table(
        "vendor_refund",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _bounded("vendor_refund"),
        _by_act("vendor_refund"),
        _of_disbursement("vendor_refund"),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_vendor_refund")),
        info={"fact": True},
    )
    op.create_index(op.f("ix_vendor_refund_compound_id"), "vendor_refund", ["compound", "id"], unique=False)
    op.create_table(
        "voucher",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=True),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_sha256", sa.String(length=64), nullable=True),
        sa.Column("published_type", sa.String(length=64), nullable=True),
        _by_act("voucher"),
        _of_disbursement("voucher"),
        sa.ForeignKeyConstraint(
            ["compound", "entry"], ["entry.compound", "entry.seq"], name=op.f("fk_voucher_compound_entry")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_voucher")),
        info={"fact": True},
    )
    for column in ("id", "entry", "sha256", "published_sha256"):
        name = op.f(f"ix_voucher_compound_{column}")
        op.create_index(name, "voucher", ["compound", column], unique=False)
    op.create_table(
        "petty_float",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_petty_float_amount_not_negative")),
        _by_act("petty_float"),
        sa.PrimaryKeyConstraint("compound", "fund", "seq", name=op.f("pk_petty_float")),
        info={"fact": True},
    )
    op.create_table(
        "petty_slip",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        _bounded("petty_slip"),
        _by_act("petty_slip"),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_petty_slip")),
        info={"fact": True},
    )
    op.create_table(
        "cash_count",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted_minor", sa.BigInteger(), nullable=False),
        sa.Column("book_minor", sa.BigInteger(), nullable=False),
        _by_act("cash_count"),
        sa.PrimaryKeyConstraint("compound", "account", "seq", name=op.f("pk_cash_count")),
        info={"fact": True},
    )
    op.create_table(
        "unexplained_debit",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        _bounded("unexplained_debit"),
        _by_act("unexplained_debit"),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_unexplained_debit")),
        info={"fact": True},
    )
    op.create_table(
        "explanation",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("debit_seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _bounded("explanation"),
        _by_act("explanation"),
        sa.ForeignKeyConstraint(
            ["compound", "debit_seq"],
            ["unexplained_debit.compound", "unexplained_debit.seq"],
            name=op.f("fk_explanation_compound_debit_seq"),
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_explanation")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_explanation_compound_debit_seq"), "explanation", ["compound", "debit_seq"], unique=False
    )
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)
    for table, keys, before, new in GROWN:
        guards.guard_again(table, keys, [*before, *new])


def downgrade() -> None:
    """Take the tables and columns back: only where nothing was recorded in them."""
    for table, keys, before, _ in GROWN:
        guards.guard_again(table, keys, before)
    for table in (
        *("explanation", "unexplained_debit", "cash_count", "petty_slip", "petty_float", "voucher"),
        *("vendor_refund", "ratification"),
    ):
        op.drop_table(table)
    for name, _ in reversed(_GAINED):
        op.drop_column("disbursement", name)
