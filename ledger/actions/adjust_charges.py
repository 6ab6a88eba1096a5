"""Put single charges right (应收更正): take them back, or bill a unit's month anew where register or tariff changed.

What is still open goes down with the charge; what was paid too much becomes a prepayment or a refund, if the treasurer
says so, and is refused otherwise (chart E03, E04, E11).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from ledger.actions.charging import basis_columns, measures, planned, receivables
from ledger.actions.settling import mirrored, on_charge
from ledger.errors import AdjustmentRefused, ChargeSettled, NotFound, NothingToChange, TariffMissing
from ledger.rules.billing import Measure, Planned, Standing, matched
from ledger.rules.charge import FEE_ITEMS, Formula, fee_item
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_amount
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Debt
from ledger.rules.text import check_text
from ledger.rules.unit import check_unit_code
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.charged import ChargeView, all_departed, charge_view, settled_by, tariff_of, unit_month
from ledger.store.debts import debt
from ledger.store.metering import tariffs_in_force
from ledger.store.tables import Charge, Settlement
from ledger.store.tenures import UnitTimeline, timelines


class Surplus(StrEnum):
    """What becomes of money that was paid on a charge that goes down."""

    REFUSE = "refuse"
    PREPAID = "prepaid"
    REFUND = "refund"


_HELD = {Surplus.PREPAID: "Prepaid", Surplus.REFUND: "Refundable"}


@dataclass(frozen=True, slots=True)
class AdjustCharges:
    """Take named charges back whole, for a reason."""

    charges: tuple[str, ...]
    reason: str
    effective_on: date
    surplus: Surplus = Surplus.REFUSE


@dataclass(frozen=True, slots=True)
class Rebill:
    """Bill a unit's month anew, all its items or some, from the timeline, area and tariff as they are now."""

    unit: str
    month: str
    reason: str
    effective_on: date
    items: tuple[str, ...] = ()
    surplus: Surplus = Surplus.REFUSE


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an adjustment did, in fen: charges down, charges up, and money that was paid too much."""

    recorded: Recorded
    lowered_minor: int
    raised_minor: int
    freed_minor: int


@dataclass(slots=True)
class _Work:
    """The rows and postings of one adjustment as they gather."""

    journal: Journal
    surplus: Surplus
    charges: list[dict[str, Any]] = field(default_factory=list)
    settlements: list[dict[str, Any]] = field(default_factory=list)
    debts: list[Posting] = field(default_factory=list)
    others: list[Posting] = field(default_factory=list)
    lowered: int = 0
    raised: int = 0
    freed: int = 0

    def settle(self, key: tuple[int, int], receipt: int | None, minor: int) -> None:
        """Add a settlement, negative to take one back."""
        row = {"charge_seq": key[0], "charge_line": key[1], "receipt": receipt, "amount_minor": minor}
        self.settlements.append({"line": len(self.settlements) + 1, **row})


def adjust_charges(journal: Journal, command: AdjustCharges) -> Adjusted:
    """Take the charges back.

    Raises:
        NotFound: there is no such charge.
        ChargeSettled: something is paid on it, and nothing is said of that money.
        AdjustmentRefused: it is waived, written off or disputed, or was taken back already.
    """
    require(journal.actor, KEEPERS)
    work = _Work(journal, command.surplus)
    views = []
    for place, identifier in enumerate(command.charges):
        view = charge_view(journal.session, journal.compound, identifier, f"/charges/{place}")
        if view.live_minor == 0 or identifier in command.charges[:place]:
            raise _refused(view.id, "已经全部冲回", "it has been taken back whole")
        views.append(view)
        _lower(work, view, 0, None)
    if not views:
        raise NothingToChange(pointer="/charges", what="—")
    return _record(work, command.reason, command.effective_on, sorted({one.row.period for one in views}))


def rebill(journal: Journal, command: Rebill) -> Adjusted:
    """Bill the month anew and post the difference.

    Raises:
        NotFound: the unit has no charge for the month (a run with ``only_missing`` bills it).
        NothingToChange: the charges are right as they stand.
        ChargeSettled, AdjustmentRefused: as for ``adjust_charges``.
    """
    require(journal.actor, KEEPERS)
    unit, month = check_unit_code(command.unit), parse_month(command.month, "/month")
    standing: dict[str, list[ChargeView]] = {}
    for view in unit_month(journal.session, journal.compound, unit, month):
        if not command.items or view.row.item in command.items:
            standing.setdefault(view.row.item, []).append(view)
    if not standing:
        raise NotFound(pointer="/unit", what=f"{unit} {month}")
    held = timelines(journal.session, journal.compound, unit=unit)
    work = _Work(journal, command.surplus)
    for code, views in standing.items():
        _rebill_item(work, code, month, views, held)
    if not work.charges:
        raise NothingToChange(pointer="/unit", what=f"{unit} {month}")
    return _record(work, command.reason, command.effective_on, [month])


def _rebill_item(
    work: _Work, code: str, month: str, views: list[ChargeView], held: dict[str, UnitTimeline]
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
    for one, charge in matched(now, wanted):
        if one is None:
            if charge is not None:
                _raise(work, charge)
            continue
        if charge is None or charge.amount_minor < one.amount_minor:
            _lower(work, by_id[one.id], charge.amount_minor if charge else 0, charge)
        elif charge.amount_minor > one.amount_minor:
            _replace(work, by_id[one.id], charge)


def _measures(
    journal: Journal, code: str, month: str, views: list[ChargeView], held: dict[str, UnitTimeline]
) -> dict[str, Measure]:
    """Return what the unit is measured by now; a share of a cost and a locked price stay as they were billed."""
    unit, basis = views[0].row.unit, views[0].basis
    billed_at = tariff_of(journal.session, journal.compound, basis)
    if billed_at is None:
        raise _refused(views[0].id, "期初结转的应收", "it was brought forward at the opening")
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


def _lower(work: _Work, view: ChargeView, to_minor: int, charge: Planned | None) -> None:
    """Take a charge down: first what is open on it, then what was settled, the newest receipt first."""
    row, known = view.row, _debt(work, view)
    by = known.amount_minor - to_minor
    from_open = min(by, known.charge.open_minor)
    if known.charge.disputed_minor and from_open > known.charge.open_minor - known.charge.disputed_minor:
        raise _refused(view.id, "有争议部分,请先了结争议", "part of it is disputed; end the dispute first")
    item = FEE_ITEMS[row.item]
    if from_open > 0:
        work.debts.append(on_charge(item.receivable(known.charge.standing), -from_open, known.charge))
    rest = by - from_open
    if rest and work.surplus is Surplus.REFUSE:
        raise ChargeSettled(pointer="/surplus", charge=view.id, settled=format_amount(rest))
    for receipt, minor in settled_by(work.journal.session, row.compound, row.seq, row.line):
        part = min(rest, minor)
        if part > 0:
            work.settle((row.seq, row.line), receipt, -part)
            held = f"Liabilities:{item.fund}:{_HELD[work.surplus]}"
            work.others += [
                on_charge(item.income(known.charge.party), part, known.charge, receipt),
                Posting(held, -part, unit=row.unit, debtor=row.debtor, receipt=receipt),
            ]
            rest -= part
            work.freed += part
    if rest:
        raise _refused(view.id, "其中有减免或核销", "part of it was waived or written off")
    _add_row(work, view, -by, charge)
    work.lowered += by


def _replace(work: _Work, view: ChargeView, charge: Planned) -> None:
    """Put a higher charge in the place of one; what was paid on the old one pays the new one."""
    row, known = view.row, _debt(work, view)
    if known.charge.disputed_minor or known.waived_minor or known.written_off_minor:
        raise _refused(view.id, "有减免、核销或争议", "it is waived, written off or disputed in part")
    _add_row(work, view, -known.amount_minor, None)
    work.lowered += known.amount_minor
    item = FEE_ITEMS[row.item]
    if known.charge.open_minor:
        account = item.receivable(known.charge.standing)
        work.debts.append(on_charge(account, -known.charge.open_minor, known.charge))
    moved = settled_by(work.journal.session, row.compound, row.seq, row.line)
    paid = sum(minor for _, minor in moved)
    line = _raise(work, charge, paid)
    for receipt, minor in moved:
        work.settle((row.seq, row.line), receipt, -minor)
        work.settle((work.journal.seq + 1, line), receipt, minor)


def _raise(work: _Work, charge: Planned, paid_minor: int = 0) -> int:
    """Raise a charge of which so much is paid already; give its line."""
    line = len(work.charges) + 1
    work.charges.append({**basis_columns(charge), "line": line, "amount_minor": charge.amount_minor})
    left = all_departed(work.journal.session, work.journal.compound)
    (posting,) = receivables(work.journal.seq + 1, FEE_ITEMS[charge.item], [charge], left, line)
    due = charge.amount_minor - paid_minor
    if due:
        work.debts.append(replace(posting, amount_minor=due))
    work.raised += charge.amount_minor
    return line


def _add_row(work: _Work, view: ChargeView, minor: int, charge: Planned | None) -> None:
    """Add the row that takes back so much; it says how what is left comes about."""
    row = view.row
    columns = {name: getattr(row, name) for name in ("unit", "debtor", "party", "item", "period")}
    if charge is not None:
        columns = basis_columns(charge) | columns
    columns |= {"due_on": row.due_on, "corrects_seq": row.seq, "corrects_line": row.line}
    work.charges.append({**columns, "line": len(work.charges) + 1, "amount_minor": minor})


def _debt(work: _Work, view: ChargeView) -> Debt:
    return debt(work.journal.session, work.journal.compound, view.id)


def _refused(charge: str, zh: str, en: str) -> AdjustmentRefused:
    return AdjustmentRefused(pointer="/charges", charge=charge, why_zh=zh, why_en=en)


def _record(work: _Work, reason: str, effective_on: date, months: Iterable[str]) -> Adjusted:
    journal, months = work.journal, list(months)
    said = check_text(reason, "/reason")
    closed = [month for month in months if month <= journal.closed_through]
    entry = Entry(
        Kind.ADJUSTMENT,
        effective_on,
        f"{'、'.join(months[:3])} 应收更正",
        (*work.debts, *work.others, *mirrored(work.debts)),
        corrects=closed[-1] if closed else None,
    )
    facts: Facts = {Charge: _whole(work.charges), Settlement: work.settlements}
    recorded = journal.record("charges_adjusted", effective_on, facts, entry=entry, remark=said)
    return Adjusted(recorded, work.lowered, work.raised, work.freed)


def _whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with the same columns: what a row does not say is None."""
    names = sorted({name for row in rows for name in row})
    return [{name: row.get(name) for name in names} for row in rows]
