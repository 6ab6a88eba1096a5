"""What was owed and collected in a month, by kind of debtor, and how old the rest is; never by household."""

from __future__ import annotations

from sqlmodel import Session

from ledger.rules.ageing import DEFAULT_LIMITS, age_class
from ledger.rules.charge import in_rates
from ledger.rules.period import last_day
from ledger.rules.unit import Party
from ledger.store.arrears import owed_on
from reports.collection import AGEING_BUCKETS_ZH, AgeingRow, Collection, CollectionRow
from reports.receivables.collection_rates import PARTY_ZH, collection_rates


def collection(session: Session, compound: str, month: str) -> Collection:
    """Return the month's collection and the ageing of what is open at its end; late fees are in neither."""
    rows = tuple(
        CollectionRow(
            group.label_zh,
            group.figures.opening_minor,
            group.figures.billed_minor,
            group.figures.received_current_minor,
            group.figures.received_arrears_minor,
            group.figures.waived_minor,
            group.figures.closing_minor,
            group.figures.disputed_minor,
            group.figures.written_off_minor,
            group.figures.disputed_current_minor,
            group.figures.in_kind_minor,
            group.figures.earlier_minor,
        )
        for group in collection_rates(session, compound, month, month).by_kind
    )
    return Collection("本月", rows, _ageing(session, compound, month))


def _ageing(session: Session, compound: str, month: str) -> tuple[AgeingRow, ...]:
    """Return what is open at the month's end by kind of debtor and age; what is not yet due is in the first class."""
    end = last_day(month)
    aged = {party: [0] * len(AGEING_BUCKETS_ZH) for party in Party}
    for one in owed_on(session, compound, end):
        if in_rates(one.charge.item) and one.charge.period <= month:
            place = age_class((end - one.charge.due_on).days, DEFAULT_LIMITS)
            aged[one.charge.party][place] += one.charge.open_minor
    return tuple(AgeingRow(PARTY_ZH[party], tuple(aged[party])) for party in Party)
