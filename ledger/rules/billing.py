"""The charges of one unit, item and month: one for each stretch of the timeline, which together are the month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.rules.charge import Basis, FeeItem, Formula, Tariff
from ledger.rules.money import FACTOR_SCALE
from ledger.rules.period import last_day
from ledger.rules.tenure import Stretch
from ledger.rules.unit import Party

#: A confirmed vacancy lowers this item unless its tariff says more.
_VACANCY_ITEM = "property_fee"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit's charge is measured by, and where that stands: the acts of the tariff and of the basis.

    ``basis_seq`` is the act of the meter reading, cost or coefficient, or of the receipt that locks the price.
    """

    tariff: Tariff
    rate_e4: int
    area_hundredths: int | None = None
    quantity: int | None = None
    basis_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A charge to be raised: whose, for which days, and all that its amount follows from."""

    unit: str
    debtor: int
    party: Party
    item: str
    period: str
    from_on: date
    to_on: date
    basis: Basis
    tariff_seq: int
    basis_seq: int | None

    @property
    def amount_minor(self) -> int:
        """The amount in fen."""
        return self.basis.amount


def plan(
    unit: str, stretches: Sequence[Stretch], month: str, item: FeeItem, measure: Measure
) -> list[Planned]:
    """Return the charges of a unit for a month, without those that come to nothing.

    ``stretches`` are those of the month, cut to it. The factor of a vacancy counts for the property fee, and for other
    items whose tariff says so; never for what a meter counted or for a shared cost.
    """
    tariff = measure.tariff
    measured = tariff.formula in (Formula.USAGE, Formula.SHARED)
    lowered = not measured and (item.code == _VACANCY_ITEM or tariff.terms.vacancy)
    days = last_day(month).day
    before = 0
    charges = []
    for one in stretches:
        factor = one.change.factor if lowered else FACTOR_SCALE
        basis = Basis(
            tariff.formula,
            measure.rate_e4,
            measure.area_hundredths,
            measure.quantity,
            factor,
            before,
            one.days,
            days,
        )
        before += one.days * factor
        charge = Planned(
            unit,
            one.change.debtor,
            one.change.party,
            item.code,
            month,
            one.from_on,
            one.to_on,
            basis,
            tariff.seq,
            measure.basis_seq,
        )
        if charge.amount_minor:
            charges.append(charge)
    return charges


@dataclass(frozen=True, slots=True)
class Standing:
    """A charge as it stands now: its id, whose it is, for which days, and its amount in fen."""

    id: str
    debtor: int
    from_on: date
    to_on: date
    amount_minor: int


def matched(
    standing: Sequence[Standing], wanted: Sequence[Planned]
) -> list[tuple[Standing | None, Planned | None]]:
    """Pair the charges that stand with those that should: first the same days, then the same debtor, then the rest."""
    left, rest = list(standing), list(wanted)
    pairs: list[tuple[Standing | None, Planned | None]] = []
    for same_days in (True, False):
        for one in list(left):
            fits = [
                charge
                for charge in rest
                if charge.debtor == one.debtor
                and (not same_days or (charge.from_on, charge.to_on) == (one.from_on, one.to_on))
            ]
            if fits:
                left.remove(one)
                rest.remove(fits[0])
                pairs.append((one, fits[0]))
    return pairs + [(one, None) for one in left] + [(None, charge) for charge in rest]
