"""Grants and projects: governance pools, project funds, points.

Points are counted in the same journal as money and never weigh against it: the database repeats that the accounts of
points hold points, and all others yuan.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: Tables of facts: name, primary and unique keys, columns that must hold integers.
FACTS = (
    ("gift", [["compound", "seq"]], ["seq", "donor", "amount_minor"]),
    ("pool", [["compound", "fund"]], ["seq"]),
    ("project", [["compound", "code"]], ["seq", "amount_minor"]),
    ("grant_project", [["compound", "code"]], ["seq", "amount_minor"]),
    ("project_plan", [["compound", "code", "number"]], ["number", "seq", "amount_minor"]),
    ("project_subsidy", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("project_unit", [["compound", "code", "unit"]], ["seq", "weight"]),
    ("grant_budget", [["compound", "code", "purpose"]], ["seq", "amount_minor"]),
    ("grant_money", [["compound", "seq"]], ["seq", "amount_minor"]),
    ("grant_outcome", [["compound", "code", "seq", "line"]], ["seq", "line"]),
    ("grant_spending", [["compound", "id"]], ["seq"]),
    ("grant_step", [["compound", "code", "seq"]], ["seq"]),
    ("project_instalment", [["compound", "code", "plan", "number"]], ["plan", "number", "seq", "weight"]),
    ("project_call", [["compound", "seq"]], ["seq", "plan", "number"]),
)

_IS_POINTS = "NEW.account IN ('Liabilities:' || NEW.fund || ':Points', 'Equity:' || NEW.fund || ':Points')"
_MIXED = f"(CASE WHEN {_IS_POINTS} THEN 'POINT' ELSE 'CNY' END) <> NEW.currency"
_SQLITE = (
    "CREATE TRIGGER posting_currency BEFORE INSERT ON posting BEGIN "
    f"SELECT RAISE(ABORT, 'points are no money') WHERE {_MIXED}; END",
)
_POSTGRESQL = (
    "CREATE FUNCTION mingzhang_currency() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {_MIXED} THEN RAISE EXCEPTION 'points are no money'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER posting_currency BEFORE INSERT ON posting "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_currency()",
    "ALTER TABLE posting ENABLE ALWAYS TRIGGER posting_currency",
)


def upgrade() -> None:
    """Create the tables and guard them; let no points be counted as money."""
    op.create_table(
        "donor",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("is_company", sa.Integer(), nullable=False),
        sa.Column("consent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("compound", "number", name=op.f("pk_donor")),
    )
    op.create_table(
        "gift",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("donor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "amount_minor > 0 or (amount_minor is null and kind = 'in_kind')", name=op.f("ck_gift_amount")
        ),
        sa.CheckConstraint("kind in ('money', 'in_kind')", name=op.f("ck_gift_kind")),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_gift_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_gift")),
        info={"fact": True},
    )
    op.create_table(
        "pool",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=16), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_pool_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "fund", name=op.f("pk_pool")),
        info={"fact": True},
    )
    op.create_table(
        "project",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.String(length=32), nullable=False),
        sa.Column("bank", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.CheckConstraint("basis in ('coefficient', 'area')", name=op.f("ck_project_basis")),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_project_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_project_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_project")),
        info={"fact": True},
    )
    op.create_table(
        "grant_project",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("applicant", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("clear_by", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_grant_project_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "fund"], ["pool.compound", "pool.fund"], name=op.f("fk_grant_project_compound_fund")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_grant_project_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", name=op.f("pk_grant_project")),
        info={"fact": True},
    )
    op.create_table(
        "project_plan",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=32), nullable=False),
        sa.Column("without", sa.String(length=400), nullable=True),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_project_plan_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["project.compound", "project.code"],
            name=op.f("fk_project_plan_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_project_plan_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "number", name=op.f("pk_project_plan")),
        info={"fact": True},
    )
    op.create_table(
        "project_subsidy",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind in ('conditional', 'free', 'cleared')", name=op.f("ck_project_subsidy_kind")
        ),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_project_subsidy_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["project.compound", "project.code"],
            name=op.f("fk_project_subsidy_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_project_subsidy_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_project_subsidy")),
        info={"fact": True},
    )
    op.create_table(
        "project_unit",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_project_unit_weight_not_negative")),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["project.compound", "project.code"],
            name=op.f("fk_project_unit_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_project_unit_compound_seq")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "unit"], ["unit.compound", "unit.code"], name=op.f("fk_project_unit_compound_unit")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "unit", name=op.f("pk_project_unit")),
        info={"fact": True},
    )
    op.create_table(
        "grant_budget",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_grant_budget_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["grant_project.compound", "grant_project.code"],
            name=op.f("fk_grant_budget_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_grant_budget_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "purpose", name=op.f("pk_grant_budget")),
        info={"fact": True},
    )
    op.create_table(
        "grant_money",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind in ('received', 'allocated', 'cleared', 'disallowed')", name=op.f("ck_grant_money_kind")
        ),
        sa.CheckConstraint(
            "amount_minor between -10000000000000 and 10000000000000 and amount_minor <> 0",
            name=op.f("ck_grant_money_money_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["grant_project.compound", "grant_project.code"],
            name=op.f("fk_grant_money_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_grant_money_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_grant_money")),
        info={"fact": True},
    )
    op.create_index(
        op.f("ix_grant_money_compound_fund_code"), "grant_money", ["compound", "fund", "code"], unique=False
    )
    op.create_table(
        "grant_outcome",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("caption", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(value is null) <> (sha256 is null)", name=op.f("ck_grant_outcome_figure_or_photo")
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["grant_project.compound", "grant_project.code"],
            name=op.f("fk_grant_outcome_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_grant_outcome_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "seq", "line", name=op.f("pk_grant_outcome")),
        info={"fact": True},
    )
    op.create_table(
        "grant_spending",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "id"],
            ["disbursement.compound", "disbursement.id"],
            name=op.f("fk_grant_spending_compound_id"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_grant_spending_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "id", name=op.f("pk_grant_spending")),
        info={"fact": True},
    )
    op.create_table(
        "grant_step",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "step in ('reviewed', 'approved', 'refused', 'accepted', 'cleared')",
            name=op.f("ck_grant_step_step"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "code"],
            ["grant_project.compound", "grant_project.code"],
            name=op.f("fk_grant_step_compound_code"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_grant_step_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "seq", name=op.f("pk_grant_step")),
        info={"fact": True},
    )
    op.create_table(
        "project_instalment",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("plan", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_project_instalment_weight_positive")),
        sa.ForeignKeyConstraint(
            ["compound", "code", "plan"],
            ["project_plan.compound", "project_plan.code", "project_plan.number"],
            name=op.f("fk_project_instalment_compound_code_plan"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_project_instalment_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "code", "plan", "number", name=op.f("pk_project_instalment")),
        info={"fact": True},
    )
    op.create_table(
        "project_call",
        sa.Column("compound", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("plan", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound", "code", "plan", "number"],
            [
                "project_instalment.compound",
                "project_instalment.code",
                "project_instalment.plan",
                "project_instalment.number",
            ],
            name=op.f("fk_project_call_compound_code_plan_number"),
        ),
        sa.ForeignKeyConstraint(
            ["compound", "seq"], ["act.compound", "act.seq"], name=op.f("fk_project_call_compound_seq")
        ),
        sa.PrimaryKeyConstraint("compound", "seq", name=op.f("pk_project_call")),
        info={"fact": True},
    )
    for table, keys, integers in FACTS:
        guards.guard_facts(table, keys, integers)
    guards.execute(_SQLITE if guards.dialect() == "sqlite" else _POSTGRESQL)


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""
    if guards.dialect() == "sqlite":
        guards.execute(["DROP TRIGGER posting_currency"])
    else:
        guards.execute(["DROP FUNCTION mingzhang_currency() CASCADE"])
    op.drop_table("project_call")
    op.drop_table("project_instalment")
    op.drop_table("grant_step")
    op.drop_table("grant_spending")
    op.drop_table("grant_outcome")
    op.drop_table("grant_money")
    op.drop_table("grant_budget")
    op.drop_table("project_unit")
    op.drop_table("project_subsidy")
    op.drop_table("project_plan")
    op.drop_table("grant_project")
    op.drop_table("project")
    op.drop_table("pool")
    op.drop_table("gift")
    op.drop_table("donor")
