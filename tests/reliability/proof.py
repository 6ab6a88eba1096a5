"""What the books must show of what was sent to them: all that was acknowledged, once, nothing else, and I1 to I14.

``check_books`` costs little and follows every kill: I1 to I11 and I14. ``check_dearly`` redraws and rehashes everything
(I12, I13, the chain, the trail, the index of open charges): it follows every so many kills, and the last one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from api.chain import broken_links
from ledger.store import audit
from ledger.store.tables import METADATA
from tests.api.conftest import HOME
from tests.properties.invariants import (
    Sheet,
    check_funds,
    check_published_books,
    check_receivables,
    check_remuneration,
    check_sheet,
    read_sheet,
)
from tests.reliability.load import MAY_BE_REFUSED, Ledger
from tests.reliability.repertoire import Mark

RATE_BP, SERVICE = 1_000, ("Income:PropertyFee:Service:Owner",)
_KNOWN_BY_SUM = {"receipt", "deposit", "clearing"}


@dataclass(frozen=True)
class Start:
    """Where the books stood before the load: how many acts, and what was in the banks."""

    acts: int
    banked: Counter[str]


@dataclass(frozen=True)
class Missed:
    """What went wrong, by the keys of the requests."""

    lost: list[str]
    changed: list[str]
    doubled: list[str]
    left_behind: list[str]


def start(session: Session) -> Start:
    """Return where the books stand now."""
    sheet = read_sheet(session, HOME)
    return Start(len(sheet.acts), sheet.at_banks)


def missed(session: Session, ledger: Ledger) -> Missed:
    """Look for each request in the books: by its key, and by its marks (I14)."""
    kept = {row.key: bytes(row.body) for row in _rows(session, "idempotency")}
    marks = Counter(_marks(session))
    known = [sent for sent in ledger.acknowledged if sent.key in kept]
    return Missed(
        lost=[
            sent.key
            for sent in ledger.acknowledged
            if sent.key not in kept or not all(marks[one] for one in sent.marks)
        ],
        changed=[sent.key for sent in known if kept[sent.key] != sent.answer],
        doubled=[sent.key for sent in ledger.acknowledged if any(marks[one] > 1 for one in sent.marks)],
        left_behind=[
            sent.key
            for sent, _ in ledger.refused
            if sent.key in kept or any(marks[one] for one in sent.marks)
        ],
    )


def check_books(session: Session, ledger: Ledger, began: Start) -> Missed:
    """Check that all acknowledged is there, once, as answered, that nothing else is, and that the books hold.

    Returns what was looked for in vain: nothing.
    """
    found = missed(session, ledger)
    assert found == Missed([], [], [], []), found
    odd = [(sent.kind, code) for sent, code in ledger.refused if code not in MAY_BE_REFUSED]
    assert odd == [], odd
    sheet = read_sheet(session, HOME)
    accrued = sum(row["kind"] == "remuneration" for row in sheet.entries)  # each is part of a close
    asked = sum(sent.acts for sent in ledger.acknowledged)
    assert len(sheet.acts) == began.acts + asked + accrued, "acts nobody asked for"
    check_sheet(sheet)
    check_remuneration(sheet, RATE_BP, SERVICE)
    check_money(session, sheet, ledger, began)
    return found


def check_money(session: Session, sheet: Sheet, ledger: Ledger, began: Start) -> None:
    """Check I3, I4, I6 and I8: what funds may spend, what the bank and the platforms have, what is others' money."""
    standing = sheet.standing()
    check_funds(session, HOME, standing)
    expected = ledger.through_banks
    expected.update(began.banked)
    assert +sheet.at_banks == +expected, f"I4 {sheet.at_banks} {expected}"
    in_transit = sum(minor for code, minor in standing.items() if ":Clearing:" in code)
    assert in_transit == ledger.in_transit, f"I8 {in_transit} {ledger.in_transit}"


def check_dearly(session: Session) -> None:
    """Check what takes longer: I12, I13, the index of open charges, the whole chain and the whole trail."""
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert broken_links(session, HOME) == []
    assert audit.check(session, HOME).is_sound
    check_receivables(session, HOME, "2026-11")
    check_published_books(session, HOME, today)


def _rows(session: Session, name: str) -> list[Any]:
    table = METADATA.tables[name]
    return list(session.execute(select(table).where(table.c.compound == HOME)))


def _marks(session: Session) -> list[Mark]:
    """Return by what each act that the load may have caused is known."""
    entries = {row.seq: row for row in _rows(session, "entry")}
    found: list[Mark] = [
        ("reversal", str(row.reverses)) if row.reverses is not None else ("entry", row.narration)
        for row in entries.values()
    ]
    found += [
        (entries[row.seq].kind, str(row.amount_minor))
        for row in _rows(session, "posting")
        if row.line == 1 and entries[row.seq].kind in _KNOWN_BY_SUM
    ]
    billed = {(row.seq, row.item, row.period) for row in _rows(session, "charge")}
    found += [("bill", item, period) for _, item, period in billed]
    found += [("request", row.purpose) for row in _rows(session, "disbursement")]
    found += [("step", row.id, row.step) for row in _rows(session, "disbursement_step")]
    found += [
        ("tariff", row.effective_from.isoformat(), str(row.rate_e4)) for row in _rows(session, "tariff")
    ]
    found += [("authority", row.code) for row in _rows(session, "authority")]
    found += [("unit", row.code) for row in _rows(session, "unit")]
    found += [("close", row.month) for row in _rows(session, "period_close")]
    found += [("bulletin", row.month, row.reason or "") for row in _rows(session, "bulletin")]
    found += [("erased", row.unit) for row in _rows(session, "erasure")]
    return found
