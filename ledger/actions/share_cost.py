"""Put on record what the units share: a month's cost, and the coefficients of an apportionment."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import AlreadyBilled, AuthorityMissing, CostRefused, NotFound, TariffMissing
from ledger.rules.charge import Formula, Sharing, fee_item
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.period import first_day, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.metering import tariffs_in_force
from ledger.store.owed import billed_units
from ledger.store.tables import Coefficient, SharedCost
from ledger.store.tenures import timelines

_HIGHEST_E4 = 10**9


@dataclass(frozen=True, slots=True)
class ShareCost:
    """A month's cost of an item in fen, and the document that shows it; the tariff says how it is shared."""

    item: str
    month: str
    amount_minor: int
    document: str


@dataclass(frozen=True, slots=True)
class SetCoefficients:
    """Units' coefficients for an item, in 1/10,000; zero takes a unit out."""

    item: str
    values: tuple[tuple[str, int], ...]


def share_cost(journal: Journal, command: ShareCost) -> Recorded:
    """Record the cost; the billing run shares it. A later act before the run corrects it.

    Raises:
        TariffMissing: no published tariff of the month says that this item is shared (L18).
        AlreadyBilled: it has been shared already.
        AuthorityMissing: no document is named.
    """
    require(journal.actor, KEEPERS)
    item = fee_item(command.item)
    month = parse_month(command.month, "/month")
    tariff = tariffs_in_force(journal.session, journal.compound, month).get(item.code)
    if tariff is None or tariff.formula is not Formula.SHARED:
        raise TariffMissing(pointer="/item", item=item.zh, month=month)
    if billed_units(journal.session, journal.compound, item.code, month):
        raise AlreadyBilled(pointer="/month", item=item.zh, month=month)
    if not command.document.strip():
        raise AuthorityMissing(pointer="/document")
    if command.amount_minor <= 0:
        amount = format_amount(command.amount_minor)
        raise CostRefused(
            pointer="/amount", why_zh=f"金额 {amount} 不大于零", why_en=f"{amount} is not above zero"
        )
    row = {
        "item": item.code,
        "period": month,
        "amount_minor": check_bounds(command.amount_minor, "/amount"),
        "basis": str(tariff.terms.sharing or Sharing.UNIT),
        "document": check_text(command.document, "/document", NAME_LIMIT),
    }
    return journal.record("cost_shared", first_day(month), {SharedCost: [row]})


def set_coefficients(journal: Journal, command: SetCoefficients) -> Recorded:
    """Record the coefficients, all or none.

    Raises:
        NotFound: there is no such item or unit.
        CostRefused: a coefficient is out of range, or a unit is named twice.
    """
    require(journal.actor, KEEPERS)
    fee_item(command.item)
    known = timelines(journal.session, journal.compound)
    named: set[str] = set()
    for place, (unit, value) in enumerate(command.values):
        if unit not in known:
            raise NotFound(pointer=f"/values/{place}/unit", what=unit[:40])
        if unit in named or not 0 <= value <= _HIGHEST_E4:
            raise CostRefused(
                pointer=f"/values/{place}",
                why_zh="系数重复或超出范围",
                why_en="a coefficient twice or out of range",
            )
        named.add(unit)
    if not named:
        raise CostRefused(pointer="/values", why_zh="没有系数", why_en="there are no coefficients")
    rows = [{"item": command.item, "unit": unit, "value_e4": value} for unit, value in command.values]
    return journal.record("coefficients_set", journal.today, {Coefficient: rows})
