"""What a unit owes for a month: fee items, formulas, and the amount that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.errors import NotFound
from ledger.rules.money import AREA_SCALE, FACTOR_SCALE, RATE_SCALE, round_half_up
from ledger.rules.unit import Party, Standing


class Formula(StrEnum):
    """How a charge follows from its tariff."""

    AREA_RATE = "area_rate"  # area × rate × factor
    FIXED = "fixed"  # rate × factor


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
        return f"Assets:{self.fund}:Receivable:{standing}"

    def uncollected(self, standing: Party | Standing) -> str:
        """Return the mirror of the receivable (I2)."""
        return f"Liabilities:{self.fund}:Uncollected:{standing}"


def _item(code: str, zh: str, en: str, income: str, developer: str | None = None) -> FeeItem:
    base = f"Income:PropertyFee:{income}"
    return FeeItem(code, zh, en, "PropertyFee", base, f"Income:PropertyFee:{developer or income}")


FEE_ITEMS = {
    item.code: item
    for item in (
        _item("property_fee", "物业服务费", "Property fee", "Service:Owner", "Service:Developer"),
        _item("elevator", "电梯运行费", "Lift fee", "Elevator"),
        _item("garbage", "垃圾处置费", "Garbage fee", "Garbage"),
        _item("parking_service", "自有车位服务费", "Own-bay parking service", "ParkingService"),
        _item("shared_energy", "公共能耗分摊", "Shared energy", "Shared"),
    )
}


def fee_item(code: str, pointer: str = "/item") -> FeeItem:
    """Return a fee item by its code.

    Raises:
        NotFound: there is no such item.
    """
    if code not in FEE_ITEMS:
        raise NotFound(pointer=pointer, what=code[:40])
    return FEE_ITEMS[code]


@dataclass(frozen=True, slots=True)
class Tariff:
    """One line of the published tariff: what an item costs from a day on, and who allowed it.

    ``rate_e4`` is in 1/10,000 yuan per month: per square metre for ``area_rate``, per unit for ``fixed``.
    """

    item: str
    formula: Formula
    rate_e4: int
    effective_from: date
    authority: str


def charge_amount(tariff: Tariff, area_hundredths: int, factor_bp: int = FACTOR_SCALE) -> int:
    """Return one month's charge in fen, rounded half up once at the end (L50).

    89.53 m² at 2.20 yuan is 196.966, so 196.97 yuan.
    """
    if tariff.formula is Formula.FIXED:
        return round_half_up(tariff.rate_e4 * factor_bp * 100, RATE_SCALE * FACTOR_SCALE)
    product = area_hundredths * tariff.rate_e4 * factor_bp * 100
    return round_half_up(product, AREA_SCALE * RATE_SCALE * FACTOR_SCALE)
