"""A charge with all that it refers to, gathered to be explained."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session

from ledger.rules.charge import PROJECT_ITEM, Basis, Formula, is_project, item_of
from ledger.rules.entry import Kind
from ledger.rules.explain import Readings, Share, Sources, Told
from ledger.rules.fate import By, Fate, Given, Payment
from ledger.rules.money import FACTOR_SCALE
from ledger.rules.period import last_day
from ledger.rules.project import Basis as Shared
from ledger.rules.project import instalments_of, shares
from ledger.store import charged, metering, projects
from ledger.store.charged import ChargeView
from ledger.store.tables import Charge


def told(session: Session, compound: str, view: ChargeView) -> Told:
    """Return what there is to tell of a charge as it stands."""
    row = view.basis
    tariff = charged.tariff_of(session, compound, row)
    basis = None
    sources = Sources()
    share = share_of(session, compound, view) if is_project(row.item) else None
    if tariff is None:
        sources = Sources(opening=charged.opening_document(session, compound, view.row.seq))
    elif row.from_on and row.to_on:
        basis = Basis(
            tariff.formula,
            row.rate_e4 or 0,
            row.area_hundredths,
            row.quantity,
            row.factor_bp or 0,
            row.share_before or 0,
            (row.to_on - row.from_on).days + 1,
            last_day(row.period).day,
        )
        cost = charged.cost_of(session, compound, row) if tariff.formula is Formula.SHARED else None
        locks = tariff.formula is Formula.AREA_RATE and row.basis_seq is not None
        receipt = charged.lock_receipt(session, compound, row) if locks else None
        sources = Sources(
            tariff,
            cost_minor=cost.amount_minor if cost else None,
            cost_document=cost.document if cost else None,
            weights=charged.weights_of(session, compound, row) if cost else None,
            receipt=f"R-{receipt.number:06d}" if receipt else None,
            notice=charged.notice_of(session, compound, row) if row.factor_bp != FACTOR_SCALE else None,
            readings=_readings(session, compound, row) if tariff.formula is Formula.USAGE else None,
        )
    return Told(
        item_of(row.item),
        row.period,
        view.row.due_on,
        view.row.amount_minor,
        view.live_minor,
        row.from_on,
        row.to_on,
        basis,
        sources,
        share,
    )


def _readings(session: Session, compound: str, row: Charge) -> Readings | None:
    """Return what the meter of a charge showed, from the last reading to its own."""
    last, first = metering.reading_and_before(session, compound, row.item, row.unit, row.period)
    if last is None or last.seq != row.basis_seq:
        return None
    return Readings(first.reading if first else last.reading - last.used, last.reading, last.document)


def fate(session: Session, compound: str, view: ChargeView) -> Fate:
    """Return what has become of a charge: receipts in the order of their numbers, then what was given up."""
    paid: dict[tuple[By, int | None], int] = defaultdict(int)
    for receipt, kind, minor in charged.settlements_of(session, compound, view.row.seq, view.row.line):
        by = By.RECEIPT if receipt is not None else By.BROUGHT_FORWARD
        paid[By.IN_KIND if kind == Kind.IN_KIND else by, receipt] += minor
    given: dict[str, Given] = {}
    for one in charged.reliefs_of(session, compound, view.row.seq, view.row.line):
        known = given.get(one.kind, Given(one.kind, 0, one.authority))
        why = one.authority if one.amount_minor > 0 else known.authority
        given[one.kind] = Given(one.kind, known.amount_minor + one.amount_minor, why)
    settled = [Payment(by, receipt, minor) for (by, receipt), minor in paid.items() if minor]
    return Fate(
        view.live_minor,
        tuple(sorted(settled, key=lambda one: (one.by, one.receipt or 0))),
        tuple(given[kind] for kind in sorted(given) if given[kind].amount_minor),
    )


def share_of(session: Session, compound: str, view: ChargeView) -> Share | None:
    """Return what the share of a project follows from, computed once more."""
    row, code = view.row, view.row.item.removeprefix(PROJECT_ITEM)
    project = projects.project(session, compound, code)
    for plan in projects.plans(session, compound, code):
        days = [one.due_on for one in plan.instalments]
        if plan.seq == row.basis_seq and row.due_on in days and row.unit in plan.weights:
            place = days.index(row.due_on)
            unit = shares(plan.amount_minor, plan.weights)[row.unit]
            return Share(
                project.title,
                plan.amount_minor,
                by_area=project.basis == Shared.AREA,
                weight=plan.weights[row.unit],
                weights=sum(plan.weights.values()),
                instalment=place + 1,
                instalments=len(days),
                amounts=(unit, instalments_of(unit, plan.instalments)[place]),
                authority=plan.authority,
            )
    return None
