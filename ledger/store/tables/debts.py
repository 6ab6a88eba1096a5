"""What happens to a debt besides being paid: relief, dispute, demands, and money nobody has named."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from ledger.store.tables.columns import FACT, big, big_key, bounded, by_act, key, money, of_unit, small, text


class Relief(SQLModel, table=True):
    """So much of a charge is waived, written off, or disputed; the opposite sign takes it back.

    A waiver ends the debt; a write-off ends only its book value; a dispute moves it beside the others and ends nothing.
    """

    __tablename__ = "relief"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"], ["charge.compound", "charge.seq", "charge.line"]
        ),
        CheckConstraint("kind in ('waiver', 'write_off', 'dispute')", name="kind"),
        Index(None, "compound", "charge_seq", "charge_line"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    charge_seq: int = big()
    charge_line: int = big()
    kind: str = text(16)
    amount_minor: int = money()
    authority: str = text(64)


class Departure(SQLModel, table=True):
    """A debtor has sold: its old debts stay with it, as a former owner's."""

    __tablename__ = "departure"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            ["compound", "unit", "debtor"], ["debtor.compound", "debtor.unit", "debtor.number"]
        ),
        FACT,
    )

    compound: str = key(32)
    unit: str = key(40)
    debtor: int = big_key()
    seq: int = big()
    left_on: date


class ParkedReceipt(SQLModel, table=True):
    """Money that arrived without a name: parked under a number of its own until somebody claims it."""

    __tablename__ = "parked_receipt"
    __table_args__ = (by_act(), bounded(), FACT)

    compound: str = key(32)
    number: int = big_key()
    seq: int = big()
    channel: str = text(16)
    received_on: date
    amount_minor: int = money()


class ParkedClaim(SQLModel, table=True):
    """So much of parked money has found its unit, by a receipt; the opposite sign parks it again."""

    __tablename__ = "parked_claim"
    __table_args__ = (
        by_act(),
        bounded(),
        ForeignKeyConstraint(["compound", "number"], ["parked_receipt.compound", "parked_receipt.number"]),
        FACT,
    )

    compound: str = key(32)
    number: int = big_key()
    seq: int = big_key()
    receipt: int = big()
    amount_minor: int = money()


class PromisedWaiver(SQLModel, table=True):
    """A vote gives a month to whoever has paid so many ahead: waived when it is billed, void if the receipt is.

    ``spare_minor``: so much of the receipt may be given back before the promise falls.
    """

    __tablename__ = "promised_waiver"
    __table_args__ = (
        by_act(),
        of_unit(),
        ForeignKeyConstraint(["compound", "receipt"], ["receipt.compound", "receipt.number"]),
        FACT,
    )

    compound: str = key(32)
    unit: str = key(40)
    debtor: int = big_key()
    item: str = key(32)
    period: str = key(7)
    seq: int = big_key()
    receipt: int = big()
    authority: str = text(64)
    spare_minor: int | None = money(optional=True)


class LateFeePart(SQLModel, table=True):
    """What a late fee (the first charge of its act) is reckoned from: so much of a charge, late on these days."""

    __tablename__ = "late_fee_part"
    __table_args__ = (
        by_act(),
        ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"], ["charge.compound", "charge.seq", "charge.line"]
        ),
        CheckConstraint("principal_minor > 0", name="principal_positive"),
        Index(None, "compound", "charge_seq", "charge_line"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    charge_seq: int = big()
    charge_line: int = big()
    principal_minor: int = money()
    from_on: date
    through_on: date


class Interruption(SQLModel, table=True):
    """Something that begins the three years of limitation anew for a debtor's charges (Civil Code 195)."""

    __tablename__ = "interruption"
    __table_args__ = (
        by_act(),
        of_unit(),
        CheckConstraint(
            "kind in ('demand', 'partial_payment', 'instalment_plan', 'acknowledgement', 'suit', 'mediation')",
            name="kind",
        ),
        Index(None, "compound", "unit"),
        FACT,
    )

    compound: str = key(32)
    seq: int = big_key()
    line: int = big_key()
    unit: str = text(40)
    debtor: int = big()
    kind: str = text(20)
    happened_on: date
    through: str = text(7)
    document: str | None = text(64, optional=True)


class Demand(SQLModel, table=True):
    """A demand for payment: how it was made, for how much, and what came of it. Never a cut of water or power."""

    __tablename__ = "demand"
    __table_args__ = (by_act(), of_unit(), Index(None, "compound", "unit"), FACT)

    compound: str = key(32)
    number: int = big_key()
    seq: int = big()
    unit: str = text(40)
    debtor: int = big()
    channel: str = text(16)
    made_on: date
    through: str = text(7)
    amount_minor: int = money()
    outcome: str = text(16)


class MeterReading(SQLModel, table=True):
    """A meter's reading at the end of a month and what was used since the last, in 1/1,000 of its measure.

    A later act for the same month corrects it; where a meter was replaced, the document that shows it is named.
    """

    __tablename__ = "meter_reading"
    __table_args__ = (
        by_act(),
        of_unit(),
        CheckConstraint("reading >= 0 and used >= 0", name="not_negative"),
        FACT,
    )

    compound: str = key(32)
    item: str = key(32)
    unit: str = key(40)
    period: str = key(7)
    seq: int = big_key()
    reading: int = big()
    used: int = big()
    document: str | None = text(64, optional=True)


class SharedCost(SQLModel, table=True):
    """A month's cost that the units share, by area, by unit or by coefficients."""

    __tablename__ = "shared_cost"
    __table_args__ = (
        by_act(),
        bounded(),
        CheckConstraint("basis in ('area', 'unit', 'coefficient')", name="basis"),
        FACT,
    )

    compound: str = key(32)
    item: str = key(32)
    period: str = key(7)
    seq: int = big_key()
    amount_minor: int = money()
    basis: str = text(16)
    document: str = text(64)


class Coefficient(SQLModel, table=True):
    """A unit's coefficient in an apportionment, in 1/10,000, as of an act."""

    __tablename__ = "coefficient"
    __table_args__ = (by_act(), of_unit(), CheckConstraint("value_e4 >= 0", name="not_negative"), FACT)

    compound: str = key(32)
    item: str = key(32)
    unit: str = key(40)
    seq: int = big_key()
    value_e4: int = big()


class PrimeRate(SQLModel, table=True):
    """The loan prime rate from a day on, in basis points: the cap of late fees counts from it (data, dated)."""

    __tablename__ = "prime_rate"
    __table_args__ = (by_act(), CheckConstraint("rate_bp between 1 and 10000", name="rate_range"), FACT)

    compound: str = key(32)
    from_on: date = Field(primary_key=True)
    seq: int = big_key()
    rate_bp: int = small()
    source: str = text(64)


class Handover(SQLModel, table=True):
    """The books pass from one trustee to another on a day."""

    __tablename__ = "handover"
    __table_args__ = (by_act(), FACT)

    compound: str = key(32)
    seq: int = big_key()
    handed_on: date
    due_on: date
    outgoing: str = text(64)
    incoming: str = text(64)


class Outstanding(SQLModel, table=True):
    """From when to when something is open on a charge: not a fact, but found again from the facts at any time.

    The journal keeps it in the transaction of each act, so that arrears at any date are found among the charges
    that were open then, however many years of paid ones lie behind. ``ended_on`` is the last day of all time while
    something is open; ``touched_on`` is the newest effective date of what has happened to the charge.
    """

    __tablename__ = "outstanding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound", "charge_seq", "charge_line"], ["charge.compound", "charge.seq", "charge.line"]
        ),
        Index(None, "compound", "ended_on", "begun_on"),
        Index(None, "compound", "unit", "ended_on"),
    )

    compound: str = key(32)
    charge_seq: int = big_key()
    charge_line: int = big_key()
    unit: str = text(40)
    begun_on: date
    touched_on: date
    ended_on: date
