"""Authorities: what allows money to be spent; votes and budgets.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("authority", [["compound", "code"]], ["seq", "amount_minor"]),
    ("authority_end", [["compound", "code"]], ["seq"]),
    ("authority_use", [["compound", "seq", "line"]], ["seq", "line", "amount_minor"]),
)


def upgrade() -> None:
    """Create the tables and guard them."""
    op.create_table(
        "authority",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("counterparty", sa.String(length=64), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind in ('vote', 'committee', 'contract')", name=op.f("ck_authority_kind")),
        sa.CheckConstraint(
            "amount_minor is null or amount_minor > 0", name=op.f("ck_authority_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_authority_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_authority")),
        info={"fact": True},
    )
    op.create_table(
        "authority_end",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["authority.compound", "authority.code"],
            name=op.f("fk_authority_end_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_authority_end_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_authority_end")),
        info={"fact": True},
    )
    op.create_table(
        "authority_use",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_authority_use_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["authority.compound", "authority.code"],
            name=op.f("fk_authority_use_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_authority_use_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", "line", name=op.f("pk_authority_use")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_authority_use_compound_code"), "authority_use", ["compound", "code"], unique=False
    )
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""
    op.drop_table("authority_use")
    op.drop_table("authority_end")
    op.drop_table("authority")
