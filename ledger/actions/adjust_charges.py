"""Put single charges right (应收更正): take them back, or bill a unit's month anew where register or tariff changed.

What is still open goes down with the charge; what was paid too much becomes a prepayment or a refund, if the treasurer
says so, and is refused otherwise (chart E03, E04, E11). Billing anew follows from timeline, register and tariff, so
anybody can compute it again and one person does it; taking a charge back follows from nothing but a word, so it takes
a second person (``request_adjustment``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.actions.adjusting import (
    Adjusted,
    Work,
    keep_surplus,
    lower,
    raise_charge,
    record,
    refused,
    replace_charge,
)
from ledger.actions.charging import measures, planned
from ledger.errors import NotFound, NothingToChange, TariffMissing
from ledger.rules.billing import Measure, Standing, matched
from ledger.rules.charge import FEE_ITEMS, Formula, fee_item, is_project
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Surplus
from ledger.rules.text import check_text
from ledger.rules.unit import check_unit_code
from ledger.store.append import Journal
from ledger.store.charged import ChargeView, charge_view, tariff_of, unit_month
from ledger.store.metering import tariffs_in_force
from ledger.store.tenures import UnitTimeline, timelines


@dataclass(frozen=True, slots=True)
class Rebill:
    """Bill a unit's month anew, all its items or some, from the timeline, area and tariff as they are now."""

    unit: str
    month: str
    reason: str
    effective_on: date
    items: tuple[str, ...] = ()
    surplus: Surplus = Surplus.REFUSE


def taken_back(journal: Journal, charges: Sequence[str], surplus: Surplus) -> tuple[Work, list[ChargeView]]:
    """Return what taking named charges back whole would do, and the charges as they stand; nothing is stored.

    Raises:
        NotFound: there is no such charge.
        ChargeSettled: something is paid on it, and nothing is said of that money.
        AdjustmentRefused: it is waived, written off or disputed, or was taken back already.
    """
    work, views = Work(journal, surplus), []
    for place, identifier in enumerate(charges):
        view = charge_view(journal.session, journal.compound, identifier, f"/charges/{place}")
        if view.live_minor == 0 or identifier in charges[:place]:
            raise refused(view.id, "已经全部冲回", "it has been taken back whole")
        views.append(view)
        lower(work, view, 0, None)
    if not views:
        raise NothingToChange(pointer="/charges", what="—")
    keep_surplus(work)
    return work, views


def rebill(journal: Journal, command: Rebill) -> Adjusted:
    """Bill the month anew and post the difference.

    Raises:
        NotFound: the unit has no charge for the month (a run with ``only_missing`` bills it).
        NothingToChange: the charges are right as they stand.
        ChargeSettled, AdjustmentRefused: as for ``taken_back``.
    """
    require(journal.actor, KEEPERS)
    unit, month = check_unit_code(command.unit), parse_month(command.month, "/month")
    standing: dict[str, list[ChargeView]] = {}
    for view in unit_month(journal.session, journal.compound, unit, month):
        if not is_project(view.row.item) and (not command.items or view.row.item in command.items):
            standing.setdefault(view.row.item, []).append(view)
    if not standing:
        raise NotFound(pointer="/unit", what=f"{unit} {month}")
    held = timelines(journal.session, journal.compound, unit=unit)
    work = Work(journal, command.surplus)
    for code, views in standing.items():
        _rebill_item(work, code, month, views, held)
    if not work.charges:
        raise NothingToChange(pointer="/unit", what=f"{unit} {month}")
    return record(work, check_text(command.reason, "/reason"), command.effective_on, [month])


def _rebill_item(
    work: Work, code: str, month: str, views: list[ChargeView], held: dict[str, UnitTimeline]
) -> None:
    item = fee_item(code)
    found = _measures(work.journal, code, month, views, held)
    wanted = planned(work.journal, item, month, found, held)
    by_id = {view.id: view for view in views}
    now = [
        Standing(
            view.id,
            view.row.debtor,
            view.basis.from_on or date.min,
            view.basis.to_on or date.max,
            view.live_minor,
        )
        for view in views
    ]
    pairs = matched(now, wanted)
    for one, charge in pairs:  # what goes down first: its money pays for what goes up
        if one is not None and (charge is None or charge.amount_minor < one.amount_minor):
            lower(work, by_id[one.id], charge.amount_minor if charge else 0, charge)
    for one, charge in pairs:
        if charge is not None and one is None:
            raise_charge(work, charge)
        elif charge is not None and one is not None and charge.amount_minor > one.amount_minor:
            replace_charge(work, by_id[one.id], charge)


def _measures(
    journal: Journal, code: str, month: str, views: list[ChargeView], held: dict[str, UnitTimeline]
) -> dict[str, Measure]:
    """Return what the unit is measured by now; a share of a cost and a locked price stay as they were billed."""
    unit, basis = views[0].row.unit, views[0].basis
    billed_at = tariff_of(journal.session, journal.compound, basis)
    if billed_at is None:
        raise refused(views[0].id, "期初结转的应收", "it was brought forward at the opening")
    if billed_at.formula is Formula.SHARED:
        return {unit: Measure(billed_at, basis.rate_e4 or 0, None, basis.quantity, basis.basis_seq)}
    tariff = tariffs_in_force(journal.session, journal.compound, month).get(code)
    if tariff is None:
        raise TariffMissing(pointer="/month", item=FEE_ITEMS[code].zh, month=month)
    if billed_at.formula is Formula.AREA_RATE and basis.basis_seq is not None:
        return {
            unit: Measure(billed_at, billed_at.rate_e4, held[unit].area_hundredths, None, basis.basis_seq)
        }
    return measures(journal, FEE_ITEMS[code], tariff, month, held)
