"""A charge with all that it refers to, gathered to be explained."""

from __future__ import annotations

from sqlmodel import Session

from ledger.rules.charge import FEE_ITEMS, Basis, Formula
from ledger.rules.explain import Sources, Told
from ledger.rules.money import FACTOR_SCALE
from ledger.rules.period import last_day
from ledger.store import charged
from ledger.store.charged import ChargeView


def told(session: Session, compound: str, view: ChargeView) -> Told:
    """Return what there is to tell of a charge as it stands."""
    row = view.basis
    tariff = charged.tariff_of(session, compound, row)
    basis = None
    sources = Sources()
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
        )
    return Told(
        FEE_ITEMS[row.item],
        row.period,
        view.row.due_on,
        view.row.amount_minor,
        view.live_minor,
        row.from_on,
        row.to_on,
        basis,
        sources,
    )
