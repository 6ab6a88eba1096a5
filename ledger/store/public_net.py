"""Net public income of a span, as the books have it: income less reasonable cost and losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from ledger.rules.between import Rule
from ledger.rules.money import round_half_up
from ledger.rules.period import first_day, last_day, months_back
from ledger.store.balances import movements
from ledger.store.tables import EntryRow, Instalment, RentSettlement

MANAGEMENT_FEE = "Expenses:PublicIncome:Cost:ManagementFee"
_INTEREST = "Income:PublicIncome:Interest"
_INCOME = "Income:PublicIncome:"
_COSTS = ("Expenses:PublicIncome:Cost:", "Expenses:PublicIncome:Loss")


@dataclass(frozen=True, slots=True)
class Net:
    """A span's figures in fen; ``kept_out_minor`` is the interest and later rent that the rule leaves out."""

    income_minor: int
    cost_minor: int
    kept_out_minor: int

    @property
    def net_minor(self) -> int:
        """What is distributed."""
        return self.income_minor - self.cost_minor


def net_of(
    session: Session, compound: str, moved: Mapping[str, int], rule: Rule, span: tuple[str, str]
) -> Net:
    """Return the net of a span by a rule.

    Args:
        session: an open session.
        compound: the compound's code.
        moved: what each account moved in the span, in fen, debit positive.
        rule: says whether interest, and rent of later periods, are part of it.
        span: the first and the last month.
    """
    gross = -sum(minor for code, minor in moved.items() if code.startswith(_INCOME))
    cost = sum(minor for code, minor in moved.items() if code.startswith(_COSTS))
    kept_out = 0 if rule.with_interest else -moved.get(_INTEREST, 0)
    if not rule.with_later_rent:
        first, last = span
        before = rent_of_later(session, compound, first_day(first) - timedelta(days=1))
        kept_out += rent_of_later(session, compound, last_day(last)) - before
    return Net(gross - kept_out, cost, kept_out)


def rent_of_later(session: Session, compound: str, on: date) -> int:
    """Return what of the rent that was income by a day is for days after it, in fen, by days and rounded half up.

    What a rule leaves out of one span is thereby part of the spans to which it belongs.
    """
    query = (
        select(Instalment, RentSettlement.amount_minor)
        .join(
            RentSettlement,
            (col(RentSettlement.compound) == Instalment.compound)
            & (col(RentSettlement.contract) == Instalment.contract)
            & (col(RentSettlement.number) == Instalment.number),
        )
        .join(
            EntryRow,
            (col(EntryRow.compound) == RentSettlement.compound) & (col(EntryRow.seq) == RentSettlement.seq),
        )
        .where(Instalment.compound == compound, Instalment.to_on > on, EntryRow.effective_on <= on)
    )
    later = 0
    for instalment, minor in session.exec(query):
        days = (instalment.to_on - instalment.from_on).days + 1
        ahead = min((instalment.to_on - on).days, days)
        later += round_half_up(minor * ahead, days)
    return later


@dataclass(frozen=True, slots=True)
class FeeOfYear:
    """A calendar year's management fee and the gross income that it is a share of, in fen."""

    fee_minor: int
    income_minor: int


def fee_of_year(session: Session, compound: str, year: int, through: str | None = None) -> FeeOfYear:
    """Return what a calendar year has booked, to its end or through a month of it: no day in it is too early."""
    before = months_back(f"{year:04d}-01", 1)
    moved = movements(session, compound, after=before, through=through or f"{year:04d}-12")
    income = -sum(minor for code, minor in moved.items() if is_managed(code))
    return FeeOfYear(moved.get(MANAGEMENT_FEE, 0), income)


def is_managed(code: str) -> bool:
    """Say whether an account is income that somebody may manage for a fee."""
    return code.startswith(_INCOME) and code != _INTEREST
