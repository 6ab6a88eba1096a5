"""What was owed and collected in a month, by kind of debtor, and how old the rest is; never by household."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.period import last_day, months_back
from ledger.rules.unit import Party
from ledger.store.balances import balances
from ledger.store.tables import Charge, EntryRow, Settlement
from reports.bulletin import AGEING_BUCKETS_ZH, AgeingRow, Collection, CollectionRow

_PARTY_ZH = {Party.OWNER: "业主", Party.DEVELOPER: "建设单位"}
_LIMITS = (30, 90, 365, 1095)  # days; the last bucket has no limit

#: By kind of debtor and due day: what was charged and what was settled, in fen.
Sums = dict[tuple[str, date], int]


def bucket(age_days: int) -> int:
    """Return the place of an age in AGEING_BUCKETS_ZH: exactly 90 days is 31–90, exactly 365 is 91–365."""
    return next((place for place, limit in enumerate(_LIMITS) if age_days <= limit), len(_LIMITS))


def collection(session: Session, compound: str, month: str) -> Collection:
    """Return the month's collection and the ageing of what is open at its end."""
    opening = balances(session, compound, as_of=last_day(months_back(month, 1)))
    closing = balances(session, compound, as_of=last_day(month))
    charged, brought = _charged(session, compound, month)
    received = _received(session, compound, month)
    ageing = _ageing(session, compound, month)
    rows = []
    for party in Party:
        current = received[party, True]
        arrears = received[party, False]
        owed = _receivable(closing, party)
        rows.append(
            CollectionRow(
                _PARTY_ZH[party],
                _receivable(opening, party) + brought[party],
                charged[party],
                current,
                arrears,
                0,
                owed,
            )
        )
    return Collection(
        "本月", tuple(rows), tuple(AgeingRow(_PARTY_ZH[party], ageing[party]) for party in Party)
    )


def _receivable(standing: dict[str, int], party: Party) -> int:
    return sum(minor for code, minor in standing.items() if code.endswith(f":Receivable:{party}"))


def _charged(session: Session, compound: str, month: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return what was billed in the month and what an opening brought forward, by kind of debtor."""
    billed: dict[str, int] = defaultdict(int)
    brought: dict[str, int] = defaultdict(int)
    query = (
        select(col(Charge.party), col(EntryRow.kind), func.sum(col(Charge.amount_minor)))
        .join(
            EntryRow,
            (col(EntryRow.compound) == col(Charge.compound)) & (col(EntryRow.seq) == col(Charge.seq)),
        )
        .where(col(EntryRow.compound) == compound, col(EntryRow.month) == month)
        .group_by(col(Charge.party), col(EntryRow.kind))
    )
    for party, kind, minor in session.execute(query):
        (brought if kind == "opening" else billed)[party] += int(minor)
    return billed, brought


def _received(session: Session, compound: str, month: str) -> dict[tuple[str, bool], int]:
    """Return what was settled in the month by kind of debtor, of the month's own charges and of older ones."""
    is_current = col(Charge.period) >= month
    query = (
        select(col(Charge.party), is_current, func.sum(col(Settlement.amount_minor)))
        .join(
            Charge,
            (col(Charge.compound) == col(Settlement.compound))
            & (col(Charge.seq) == col(Settlement.charge_seq))
            & (col(Charge.line) == col(Settlement.charge_line)),
        )
        .join(
            EntryRow,
            (col(EntryRow.compound) == col(Settlement.compound)) & (col(EntryRow.seq) == col(Settlement.seq)),
        )
        .where(col(EntryRow.compound) == compound, col(EntryRow.month) == month)
        .group_by(col(Charge.party), is_current)
    )
    sums: dict[tuple[str, bool], int] = defaultdict(int)
    for party, current, minor in session.execute(query):
        sums[party, bool(current)] += int(minor)
    return sums


def _ageing(session: Session, compound: str, month: str) -> dict[str, tuple[int, ...]]:
    """Return what is open at the month's end by kind of debtor and age, in fen."""
    by_charge = (col(EntryRow.compound) == col(Charge.compound)) & (col(EntryRow.seq) == col(Charge.seq))
    by_settlement = (col(EntryRow.compound) == col(Settlement.compound)) & (
        col(EntryRow.seq) == col(Settlement.seq)
    )
    until = (col(EntryRow.compound) == compound) & (col(EntryRow.month) <= month)
    keys = (col(Charge.party), col(Charge.due_on))
    charged = select(*keys, func.sum(col(Charge.amount_minor))).join(EntryRow, by_charge).where(until)
    settled = (
        select(*keys, -func.sum(col(Settlement.amount_minor)))
        .join(
            Settlement,
            (col(Settlement.compound) == col(Charge.compound))
            & (col(Settlement.charge_seq) == col(Charge.seq))
            & (col(Settlement.charge_line) == col(Charge.line)),
        )
        .join(EntryRow, by_settlement)
        .where(until)
    )
    sums: Sums = defaultdict(int)
    for query in (charged, settled):
        for party, due_on, minor in session.execute(query.group_by(*keys)):
            sums[party, due_on] += int(minor)
    end = last_day(month)
    aged = {str(party): [0] * len(AGEING_BUCKETS_ZH) for party in Party}
    for (party, due_on), minor in sums.items():
        aged[party][bucket((end - due_on).days)] += minor
    return {party: tuple(parts) for party, parts in aged.items()}
