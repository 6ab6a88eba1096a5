"""What a unit owes for a month: fee items, formulas, and the amount that follows from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from ledger.errors import NotFound, TariffRefused
from ledger.rules.money import AREA_SCALE, FACTOR_SCALE, RATE_SCALE, round_half_up
from ledger.rules.unit import Party, Standing

QUANTITY_SCALE = 1_000  # meters are read in 1/1,000 of their measure
COEFFICIENT_SCALE = 10_000  # coefficients are kept in 1/10,000


class Formula(StrEnum):
    """How a charge follows from its tariff."""

    AREA_RATE = "area_rate"  # area × rate × factor
    FIXED = "fixed"  # rate × factor, or rate × coefficient × factor
    PER_FLOOR = "per_floor"  # rate × floors up to the unit's own, without the exempt ones
    USAGE = "usage"  # rate × what the meter counted
    SHARED = "shared"  # the unit's part of a cost of the month


class Sharing(StrEnum):
    """By what a cost is shared."""

    AREA = "area"
    UNIT = "unit"
    COEFFICIENT = "coefficient"


@dataclass(frozen=True, slots=True)
class FeeItem:
    """A fee that may be charged: its names, its fund, and the income it becomes once it is paid."""

    code: str
    zh: str
    en: str
    fund: str
    owner_income: str
    developer_income: str

    def income(self, party: Party) -> str:
        """Return the income account that a settlement credits."""
        return self.developer_income if party is Party.DEVELOPER else self.owner_income

    def receivable(self, standing: Party | Standing) -> str:
        """Return the receivable account of a debt by where it stands."""
        return f"Assets:{self.fund}:Receivable:{self._standing(standing)}"

    def uncollected(self, standing: Party | Standing) -> str:
        """Return the mirror of the receivable (I2)."""
        return f"Liabilities:{self.fund}:Uncollected:{self._standing(standing)}"

    def _standing(self, standing: Party | Standing) -> str:
        """Return the last segment: in a project the developer takes part like any owner (chart 3.2)."""
        return str(standing).replace("Developer", "") or "Owner" if is_project(self.code) else str(standing)


def _item(code: str, zh: str, en: str, income: str, developer: str | None = None) -> FeeItem:
    base = f"Income:PropertyFee:{income}"
    return FeeItem(code, zh, en, "PropertyFee", base, f"Income:PropertyFee:{developer or income}")


def _utility(code: str, zh: str, en: str, leaf: str) -> FeeItem:
    """Return a fee that is collected for a supplier: paid, it is owed to the supplier and nobody's income."""
    base = f"Liabilities:Agency:Utility:{leaf}"
    return FeeItem(code, zh, en, "Agency", base, base)


LATE_FEE = "late_fee"
#: Shares of a project are charged as an item of their own, ``project:Lift-01``, out of the project's fund.
PROJECT_ITEM = "project:"


def is_project(item: str) -> bool:
    """Say whether a fee item is the share of a project: no fee, so outside the collection rates."""
    return item.startswith(PROJECT_ITEM)


def in_rates(item: str) -> bool:
    """Say whether a charge counts in the collection rates: a late fee, a project's share, a supplier's bill do not."""
    return item != LATE_FEE and not is_project(item) and item not in UTILITIES


@lru_cache(maxsize=256)
def project_item(project: str) -> FeeItem:
    """Return the item under which the shares of a project are charged."""
    fund = f"Project:{project}"
    income = f"Income:{fund}:Contribution"
    return FeeItem(
        f"{PROJECT_ITEM}{project}", f"专项分摊 {project}", f"Share of {project}", fund, income, income
    )


FEE_ITEMS = {
    item.code: item
    for item in (
        _item("property_fee", "物业服务费", "Property fee", "Service:Owner", "Service:Developer"),
        _item("elevator", "电梯运行费", "Lift fee", "Elevator"),
        _item("garbage", "垃圾处置费", "Garbage fee", "Garbage"),
        _item("parking_service", "自有车位服务费", "Own-bay parking service", "ParkingService"),
        _item("shared_energy", "公共能耗分摊", "Shared energy", "Shared"),
        _item(LATE_FEE, "违约金", "Late fee", "LateFee"),  # raised by its own act, never by a tariff
        _utility("water", "代收水费", "Water, for the supplier", "Water"),
        _utility("electricity", "代收电费", "Electricity, for the supplier", "Electricity"),
        _utility("gas", "代收气费", "Gas, for the supplier", "Gas"),
        _utility("heat", "代收热费", "Heat, for the supplier", "Heat"),
        _utility("waste", "代收垃圾处置费", "Waste, for the authority", "Waste"),
    )
}
#: What is collected for suppliers: no fee of the owners' funds, so outside the collection rates.
UTILITIES = frozenset(code for code, item in FEE_ITEMS.items() if item.fund == "Agency")


def fee_item(code: str, pointer: str = "/item") -> FeeItem:
    """Return a fee item by its code.

    Raises:
        NotFound: there is no such item.
    """
    if code not in FEE_ITEMS:
        raise NotFound(pointer=pointer, what=code[:40])
    return FEE_ITEMS[code]


def item_of(code: str) -> FeeItem:
    """Return what a charge is for, by its item: a fee, or the share of a project.

    Raises:
        NotFound: there is no such item.
    """
    return project_item(code.removeprefix(PROJECT_ITEM)) if is_project(code) else fee_item(code)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line of the tariff says besides its rate.

    ``exempt_floors`` neither pay nor count; ``price_lock``: what was paid ahead keeps the price of the day it was paid;
    ``vacancy``: a confirmed vacancy lowers the charge; ``sharing``: how a cost is shared; ``by_coefficient``: a fixed
    fee for each unit of the coefficient, such as a bay.
    """

    exempt_floors: tuple[int, ...] = ()
    price_lock: bool = False
    vacancy: bool = False
    sharing: Sharing | None = None
    by_coefficient: bool = False


#: A line of the tariff that says nothing besides its rate.
NO_TERMS = Terms()


def write_terms(terms: Terms) -> str | None:
    """Return the terms as canonical JSON: sorted names, only what was said; None where nothing was."""
    said = {
        "by_coefficient": terms.by_coefficient or None,
        "exempt_floors": sorted(set(terms.exempt_floors)) or None,
        "price_lock": terms.price_lock or None,
        "sharing": str(terms.sharing) if terms.sharing else None,
        "vacancy": terms.vacancy or None,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return json.dumps(said, sort_keys=True, separators=(",", ":")) if said else None


def read_terms(text: str | None) -> Terms:
    """Return the terms that ``write_terms`` wrote."""
    said = json.loads(text) if text else {}
    return Terms(
        exempt_floors=tuple(said.get("exempt_floors", ())),
        price_lock=bool(said.get("price_lock")),
        vacancy=bool(said.get("vacancy")),
        sharing=Sharing(said["sharing"]) if "sharing" in said else None,
        by_coefficient=bool(said.get("by_coefficient")),
    )


@dataclass(frozen=True, slots=True)
class Tariff:
    """One line of the published tariff: what an item costs from a day on, and who allowed it.

    ``rate_e4`` is in 1/10,000 yuan per month: per square metre for ``area_rate``, per unit (or coefficient) for
    ``fixed``, per floor for ``per_floor``; for ``usage`` per measure; ``shared`` has none. ``seq`` is its act.
    """

    item: str
    formula: Formula
    rate_e4: int
    effective_from: date
    authority: str
    terms: Terms = NO_TERMS
    seq: int = 0


def check_terms(formula: Formula, rate_e4: int, terms: Terms) -> None:
    """Refuse terms that do not belong to a formula.

    Raises:
        TariffRefused: they do not.
    """
    wrong = (
        (
            bool(terms.exempt_floors),
            formula is Formula.PER_FLOOR,
            "免收楼层只用于按楼层",
            "exempt floors go with per_floor",
        ),
        (
            terms.sharing is not None,
            formula is Formula.SHARED,
            "分摊方式只用于分摊",
            "a way of sharing goes with shared",
        ),
        (terms.by_coefficient, formula is Formula.FIXED, "系数只用于定额", "coefficients go with fixed"),
        (
            terms.price_lock,
            formula is Formula.AREA_RATE,
            "锁价只用于按面积",
            "a price lock goes with area_rate",
        ),
    )
    for said, fits, zh, en in wrong:
        if said and not fits:
            raise TariffRefused(pointer="/formula", why_zh=zh, why_en=en)
    if formula is Formula.SHARED and terms.sharing is None:
        raise TariffRefused(pointer="/sharing", why_zh="缺少分摊方式", why_en="the way of sharing is missing")
    if formula is Formula.SHARED and rate_e4:
        raise TariffRefused(
            pointer="/rate", why_zh="分摊没有单价,请填 0", why_en="a shared cost has no rate: give 0"
        )


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a charge's amount follows from: the same figures stand in its row, so anybody can compute it again.

    ``quantity``: for ``usage`` 1/1,000 of the measure, for ``per_floor`` floors, for ``fixed`` a coefficient in
    1/10,000 or None, for ``shared`` the unit's weight; ``rate_e4`` of ``shared`` is the unit's part of the cost.
    ``before`` is what earlier stretches of the month have, in days × basis points, of ``month_days``.
    """

    formula: Formula
    rate_e4: int
    area_hundredths: int | None
    quantity: int | None
    factor_bp: int
    before: int
    days: int
    month_days: int

    @property
    def month(self) -> tuple[int, int]:
        """The whole month at factor 1.00 in fen, as an exact fraction: numerator and denominator."""
        fen, scale = self.rate_e4 * 100, RATE_SCALE
        if self.formula is Formula.AREA_RATE:
            return fen * (self.area_hundredths or 0), scale * AREA_SCALE
        if self.formula is Formula.PER_FLOOR:
            return fen * (self.quantity or 0), scale
        if self.formula is Formula.USAGE:
            return fen * (self.quantity or 0), scale * QUANTITY_SCALE
        if self.formula is Formula.FIXED and self.quantity is not None:
            return fen * self.quantity, scale * COEFFICIENT_SCALE
        return fen, scale

    @property
    def amount(self) -> int:
        """The charge in fen.

        What the month's stretches up to this one come to, rounded half up once at the end (L50), less what the earlier
        ones came to: so the stretches of a month always sum to the month.
        """
        numerator, denominator = self.month
        whole = denominator * self.month_days * FACTOR_SCALE
        through = self.before + self.days * self.factor_bp
        return round_half_up(numerator * through, whole) - round_half_up(numerator * self.before, whole)


def floors_charged(floor: int, exempt: tuple[int, ...]) -> int:
    """Return how many floors a unit is charged for: those up to its own, without the exempt ones; none below ground."""
    return 0 if floor in exempt else sum(1 for one in range(1, floor + 1) if one not in exempt)
