"""The register as facts: units, their areas, who owes for them since when, and the published tariff."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.store.tables.columns import FACT, big, big_key, by_act, key, of_unit, small, text


class Unit(SQLModel, table=True):
    """A dwelling, shop or bay that can owe."""

    __tablename__ = "unit"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    code: str = key(40)
    seq: int = big()
    label: str = text(64)
    building: str = text(16)
    stair: str | None = text(16, optional=True)
    floor: int | None = small(optional=True)


class UnitArea(SQLModel, table=True):
    """The area of a unit in 1/100 m², as of an act, with its source (区分所有解释 8)."""

    __tablename__ = "unit_area"
    __table_args__ = (by_act(), of_unit(), CheckConstraint("area_hundredths > 0", name="area_positive"), FACT)

    compound: str = key(32)
    unit: str = key(40)
    seq: int = big_key()
    area_hundredths: int = big()
    source: str = text(16)


class Debtor(SQLModel, table=True):
    """Somebody who owes for a unit: an opaque number within it, never a name."""

    __tablename__ = "debtor"
    __table_args__ = (by_act(), of_unit(), FACT)

    compound: str = key(32)
    unit: str = key(40)
    number: int = big_key()
    seq: int = big()
    party: str = text(16)


class Tenure(SQLModel, table=True):
    """From a day on, what a unit is and who owes for it."""

    __tablename__ = "tenure"
    __table_args__ = (
        by_act(),
        of_unit(),
        ForeignKeyConstraint(
            ["compound", "unit", "debtor"], ["debtor.compound", "debtor.unit", "debtor.number"]
        ),
        FACT,
    )

    compound: str = key(32)
    unit: str = key(40)
    from_on: date = Field(primary_key=True)
    seq: int = big_key()
    state: str = text(32)
    debtor: int = big()
    handed_over_on: date | None = None
    factor_bp: int | None = big(optional=True)
    notice: str | None = text(64, optional=True)
    confirmed_on: date | None = None
    reason_hash: str | None = text(64, optional=True)


class TariffRow(SQLModel, table=True):
    """One line of the tariff: ``rate_e4`` in 1/10,000 yuan a month (L17: contract or vote, and a day)."""

    __tablename__ = "tariff"
    __table_args__ = (by_act(), CheckConstraint("rate_e4 >= 0", name="rate_not_negative"), FACT)

    compound: str = key(32)
    item: str = key(32)
    seq: int = big_key()
    formula: str = text(16)
    rate_e4: int = big()
    effective_from: date
    authority: str = text(64)
    params: str | None = text(400, optional=True)


class RemunerationRule(SQLModel, table=True):
    """What the trustee may take: a rate in basis points of the income in the listed accounts (Trust Law 35)."""

    __tablename__ = "remuneration_rule"
    __table_args__ = (
        by_act(),
        CheckConstraint("rate_bp between 1 and 10000", name="rate_range"),
        CheckConstraint("every_months in (1, 3, 12)", name="rhythm"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    effective_from: str = text(7)
    rate_bp: int = big()
    every_months: int = small()
    accounts: str = text(600)
    contract: str = text(64)
