"""Projects that only some units own: who takes part, what was agreed, called and subsidised."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, of_unit, text

_OF_PROJECT = (["compound", "code"], ["project.compound", "project.code"])


class Project(SQLModel, table=True):
    """A project that only some units own and pay for: a fund of its own."""

    __tablename__ = "project"
    __table_args__ = (
        by_act(),
        CheckConstraint("basis in ('coefficient', 'area')", name="basis"),
        bounded(),
        FACT,
    )

    compound: str = key(32)
    code: str = key(24)
    seq: int = big()
    title: str = text(64)
    authority: str = text(32)
    bank: str = text(16)
    basis: str = text(16)
    amount_minor: int = money()
    opened_on: date


class ProjectUnit(SQLModel, table=True):
    """A unit that takes part: its coefficient in 1/10,000, or its area in 1/100 m²; 0 takes part and pays nothing."""

    __tablename__ = "project_unit"
    __table_args__ = (
        by_act(),
        of_unit(),
        ForeignKeyConstraint(*_OF_PROJECT),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
        FACT,
    )

    compound: str = key(32)
    code: str = key(24)
    unit: str = key(40)
    seq: int = big()
    weight: int = big()


class ProjectPlan(SQLModel, table=True):
    """A sum that the units of a project have agreed to share; a unit in ``without`` is left out of this one."""

    __tablename__ = "project_plan"
    __table_args__ = (by_act(), bounded(), ForeignKeyConstraint(*_OF_PROJECT), FACT)

    compound: str = key(32)
    code: str = key(24)
    number: int = big_key()
    seq: int = big()
    amount_minor: int = money()
    authority: str = text(32)
    without: str | None = text(400, optional=True)


class ProjectInstalment(SQLModel, table=True):
    """A part of a plan with its day: a weight against the other parts, in fen or basis points."""

    __tablename__ = "project_instalment"
    __table_args__ = (
        by_act(),
        CheckConstraint("weight > 0", name="weight_positive"),
        ForeignKeyConstraint(
            ["compound", "code", "plan"],
            ["project_plan.compound", "project_plan.code", "project_plan.number"],
        ),
        FACT,
    )

    compound: str = key(32)
    code: str = key(24)
    plan: int = big_key()
    number: int = big_key()
    seq: int = big()
    due_on: date
    weight: int = big()


class ProjectCall(SQLModel, table=True):
    """An instalment was charged to the units."""

    __tablename__ = "project_call"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            ["compound", "code", "plan", "number"],
            [f"project_instalment.{name}" for name in ("compound", "code", "plan", "number")],
        ),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    code: str = text(24)
    plan: int = big()
    number: int = big()


class ProjectSubsidy(SQLModel, table=True):
    """Money from outside for a project: with a clause of return (conditional), without (free), or given back."""

    __tablename__ = "project_subsidy"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(*_OF_PROJECT),
        CheckConstraint("kind in ('conditional', 'free', 'cleared')", name="kind"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    code: str = text(24)
    kind: str = text(16)
    amount_minor: int = money()
    source: str | None = text(64, optional=True)
    document: str = text(64)
