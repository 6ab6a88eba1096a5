"""How the charges of a run came about, unit by unit, for the preview of a billing run."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from ledger.actions.bill import Billed
from ledger.rules.explain import explain
from ledger.store.append import Journal
from ledger.store.charged import ChargeView
from ledger.store.explaining import told
from ledger.store.tables import Charge


@dataclass(frozen=True, slots=True)
class Line:
    """A charge of the preview, in fen, and how it came about."""

    unit: str
    debtor: int
    item: str
    amount_minor: int
    zh: tuple[str, ...]
    en: tuple[str, ...]


def preview(journal: Journal, done: Billed) -> list[Line]:
    """Return what a run that has just been tried charges, in the order of items and units."""
    seqs = [run.recorded.seq for run in done.runs]
    query = select(Charge).where(Charge.compound == journal.compound, col(Charge.seq).in_(seqs))
    lines = []
    for row in journal.session.exec(query.order_by(col(Charge.seq), col(Charge.line))):
        said = explain(told(journal.session, journal.compound, ChargeView(row, ())))
        lines.append(Line(row.unit, row.debtor, row.item, row.amount_minor, said.zh, said.en))
    return lines
