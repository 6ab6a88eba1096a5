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
    (
        "vote",
        [["compound", "code"]],
        [
            "seq",
            "amount_minor",
            "entitled_heads",
            "entitled_area_hundredths",
            "took_heads",
            "took_area_hundredths",
            "agreed_heads",
            "agreed_area_hundredths",
            "repair_share_bp",
        ],
    ),
    ("vote_base", [["compound", "code", "unit"]], ["seq"]),
    ("ballot", [["compound", "code", "unit"]], ["seq"]),
    ("vote_evidence", [["compound", "code", "line"]], ["line", "seq"]),
    ("budget", [["compound", "fund", "year", "version"]], ["year", "version", "seq"]),
    ("budget_line", [["compound", "fund", "year", "version", "account"]], ["year", "version", "seq"]),
    (
        "budget_month",
        [["compound", "fund", "year", "version", "account", "month"]],
        ["year", "version", "seq", "amount_minor"],
    ),
    (
        "budget_step",
        [["compound", "fund", "year", "version", "seq"]],
        ["year", "version", "seq", "expense_minor", "income_minor", "opening_minor", "deficit_minor"],
    ),
    (
        "budget_comment",
        [["compound", "fund", "year", "version", "number"]],
        ["year", "version", "number", "seq"],
    ),
    (
        "budget_answer",
        [["compound", "fund", "year", "version", "number", "seq"]],
        ["year", "version", "number", "seq"],
    ),
)

_CHILDREN_FIRST = (
    *("budget_answer", "budget_comment", "budget_step", "budget_month", "budget_line", "budget"),
    *("vote_evidence", "ballot", "vote_base", "vote"),
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
    _create_votes()
    _create_budgets()
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)


def _create_votes() -> None:
    op.create_table(
        "vote",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("matter", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("base_of", sa.String(length=40), nullable=True),
        sa.Column("counted", sa.String(length=16), nullable=False),
        sa.Column("entitled_heads", sa.BigInteger(), nullable=False),
        sa.Column("entitled_area_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("took_heads", sa.BigInteger(), nullable=False),
        sa.Column("took_area_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("agreed_heads", sa.BigInteger(), nullable=False),
        sa.Column("agreed_area_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("repair_share_bp", sa.Integer(), nullable=True),
        sa.CheckConstraint("base in ('compound', 'building', 'stair', 'units')", name=op.f("ck_vote_base")),
        sa.CheckConstraint("counted in ('ballots', 'totals')", name=op.f("ck_vote_counted")),
        sa.CheckConstraint(
            "agreed_area_hundredths between 0 and took_area_hundredths and took_area_hundredths <= entitled_area_hundredths and entitled_area_hundredths > 0",
            name=op.f("ck_vote_areas"),
        ),
        sa.CheckConstraint(
            "agreed_heads between 0 and took_heads and took_heads <= entitled_heads and entitled_heads > 0",
            name=op.f("ck_vote_heads"),
        ),
        sa.CheckConstraint("amount_minor is null or amount_minor > 0", name=op.f("ck_vote_amount_positive")),
        sa.CheckConstraint("repair_share_bp between 0 and 10000", name=op.f("ck_vote_repair_share")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_vote_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_vote")),
        info={"fact": True},
    )
    op.create_table(
        "vote_base",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "code"], ["vote.compound", "vote.code"], name=op.f("fk_vote_base_compound_code")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_vote_base_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_vote_base_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "unit", name=op.f("pk_vote_base")),
        info={"fact": True},
    )
    op.create_table(
        "ballot",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.CheckConstraint("choice in ('agree', 'against', 'abstain')", name=op.f("ck_ballot_choice")),
        sa.ForeignKeyConstraint(
            ["compound", "code"], ["vote.compound", "vote.code"], name=op.f("fk_ballot_compound_code")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_ballot_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_ballot_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "unit", name=op.f("pk_ballot")),
        info={"fact": True},
    )
    op.create_table(
        "vote_evidence",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "code"], ["vote.compound", "vote.code"], name=op.f("fk_vote_evidence_compound_code")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_vote_evidence_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "line", name=op.f("pk_vote_evidence")),
        info={"fact": True},
    )


def _create_budgets() -> None:
    op.create_table(
        "budget",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_budget_version_positive")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_budget_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "fund", "year", "version", name=op.f("pk_budget")),
        info={"fact": True},
    )
    op.create_table(
        "budget_line",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["compound", "fund", "year", "version"],
            ["budget.compound", "budget.fund", "budget.year", "budget.version"],
            name=op.f("fk_budget_line_compound_fund_year_version"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_budget_line_compound_seq")
        ),
        sa.PrimaryKeyConstraint(
            "compound", "fund", "year", "version", "account", name=op.f("pk_budget_line")
        ),
        info={"fact": True},
    )
    op.create_table(
        "budget_month",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_budget_month_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "fund", "year", "version", "account"],
            [
                "budget_line.compound",
                "budget_line.fund",
                "budget_line.year",
                "budget_line.version",
                "budget_line.account",
            ],
            name=op.f("fk_budget_month_compound_fund_year_version_account"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_budget_month_compound_seq")
        ),
        sa.PrimaryKeyConstraint(
            "compound", "fund", "year", "version", "account", "month", name=op.f("pk_budget_month")
        ),
        info={"fact": True},
    )
    op.create_table(
        "budget_step",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("authority", sa.String(length=32), nullable=True),
        sa.Column("deficit_authority", sa.String(length=32), nullable=True),
        sa.Column("expense_minor", sa.BigInteger(), nullable=True),
        sa.Column("income_minor", sa.BigInteger(), nullable=True),
        sa.Column("opening_minor", sa.BigInteger(), nullable=True),
        sa.Column("deficit_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("step in ('opened', 'adopted', 'withdrawn')", name=op.f("ck_budget_step_step")),
        sa.ForeignKeyConstraint(
            ["compound", "fund", "year", "version"],
            ["budget.compound", "budget.fund", "budget.year", "budget.version"],
            name=op.f("fk_budget_step_compound_fund_year_version"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_budget_step_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "fund", "year", "version", "seq", name=op.f("pk_budget_step")),
        info={"fact": True},
    )
    op.create_table(
        "budget_comment",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("words_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "fund", "year", "version"],
            ["budget.compound", "budget.fund", "budget.year", "budget.version"],
            name=op.f("fk_budget_comment_compound_fund_year_version"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_budget_comment_compound_seq")
        ),
        sa.PrimaryKeyConstraint(
            "compound", "fund", "year", "version", "number", name=op.f("pk_budget_comment")
        ),
        info={"fact": True},
    )
    op.create_table(
        "budget_answer",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "fund", "year", "version", "number"],
            [
                "budget_comment.compound",
                "budget_comment.fund",
                "budget_comment.year",
                "budget_comment.version",
                "budget_comment.number",
            ],
            name=op.f("fk_budget_answer_compound_fund_year_version_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_budget_answer_compound_seq")
        ),
        sa.PrimaryKeyConstraint(
            "compound", "fund", "year", "version", "number", "seq", name=op.f("pk_budget_answer")
        ),
        info={"fact": True},
    )


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""
    for table in _CHILDREN_FIRST:
        op.drop_table(table)
    op.drop_table("authority_use")
    op.drop_table("authority_end")
    op.drop_table("authority")
