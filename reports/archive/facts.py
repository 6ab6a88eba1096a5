"""What an auditor can check with a full export: every public part against its facts, and the facts among themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ledger.rules.coherence import Coherence
from ledger.store.records import public_part
from reports.archive.audited import check_audit
from reports.archive.checks import part_of, where
from reports.archive.findings import MALFORMED, Finding, first_of, found
from reports.archive.kept import check_bulletins, check_kept
from reports.archive.layout import JOURNAL, Archive
from reports.archive.rows import rows_of

Charge = tuple[int, int]


def check_parts(archive: Archive) -> Iterator[Finding]:
    """Build every public part again from the sealed facts: words, voucher, lines and the roots over private lines."""
    for line in archive.journal:
        public = part_of(line, "public")
        if public is None:
            continue
        act = {
            "kind": public["kind"],
            "effective_on": date.fromisoformat(public["effective_on"]),
            "recorded_on": date.fromisoformat(public["recorded_on"]),
        }
        if public_part(act, rows_of(line)) != public:
            yield found("parts_differ", where(line))


def check_coherence(archive: Archive) -> Iterator[Finding]:
    """Look whether the facts of every act agree among themselves and with the acts before."""
    coherence = Coherence()
    for line in archive.journal:
        public, sealed = part_of(line, "public") or {}, part_of(line, "sealed") or {}
        act = {
            "seq": line["seq"],
            "kind": public["kind"],
            "effective_on": date.fromisoformat(public["effective_on"]),
            "recorded_on": date.fromisoformat(public["recorded_on"]),
            "recorded_at": sealed["recorded_at"],
        }
        for code, detail in coherence.follow(act, rows_of(line)):
            yield found(code, where(line), detail)


def check_numbers(archive: Archive) -> Iterator[Finding]:
    """Count vouchers by month and receipts: no gap, no number twice (I5)."""
    vouchers: dict[str, int] = defaultdict(int)
    receipts = 0
    for line in archive.journal:
        rows = rows_of(line)
        for row in rows.get("entry", ()):
            vouchers[row["month"]] += 1
            if row["voucher_no"] != vouchers[row["month"]]:
                yield found("voucher_gap", where(line), f"{row['month']} {row['voucher_no']}")
        for row in sorted(rows.get("receipt", ()), key=lambda one: int(one["number"])):
            receipts += 1
            if row["number"] != receipts:
                yield found("receipt_gap", where(line), str(row["number"]))


def check_entries(archive: Archive) -> Iterator[Finding]:
    """Add up the postings of every entry, and lay every reversal beside what it reverses (I1)."""
    entries: dict[int, list[tuple[Any, ...]]] = {}
    for line in archive.journal:
        rows = rows_of(line)
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for row in rows.get("posting", ()):
            sums[row["fund"], row["currency"]] += row["amount_minor"]
        if any(sums.values()):
            yield found("unbalanced", where(line))
        lines = sorted(_line(row) for row in rows.get("posting", ()))
        for row in rows.get("entry", ()):
            entries[line["seq"]] = lines
            before = entries.get(row["reverses"], lines)
            if row["reverses"] is not None and sorted((*one[:-1], -one[-1]) for one in before) != lines:
                yield found("reversal_wrong", where(line), str(row["reverses"]))


def check_closings(archive: Archive) -> Iterator[Finding]:
    """Add up the postings of every month, and compare with what its close recorded."""
    totals: dict[str, int] = defaultdict(int)
    waiting: list[tuple[str, str, int]] = []  # month, account, fen: of months that are still open
    for line in archive.journal:
        rows = rows_of(line)
        months = [row["month"] for row in rows.get("entry", ())]
        waiting += [
            (month, row["account"], row["amount_minor"]) for month in months for row in rows["posting"]
        ]
        for month in (row["month"] for row in rows.get("period_close", ())):
            for _, account, minor in (one for one in waiting if one[0] <= month):
                totals[account] += minor
            waiting = [one for one in waiting if one[0] > month]
            closing = {one["account"]: one["amount_minor"] for one in rows.get("closing_balance", ())}
            for account in sorted({*closing, *totals}):
                if closing.get(account, 0) != totals.get(account, 0):
                    yield found("closing_wrong", where(line), f"{month} {account}")


def _line(row: Mapping[str, Any]) -> tuple[Any, ...]:
    columns = ("account", "unit", "debtor", "item", "charge", "period")
    return (*(str(row[name]) for name in columns), row["amount_minor"])


def check_settlements(archive: Archive) -> Iterator[Finding]:
    """Compare what was settled, waived and written off with what was charged, and receipts with what they settled."""
    charged: dict[Charge, int] = defaultdict(int)
    gone: dict[Charge, int] = defaultdict(int)
    brought: dict[int, int] = {}
    spent: dict[int, int] = defaultdict(int)
    for line in archive.journal:
        for table, rows in rows_of(line).items():
            for row in rows:
                _count(table, row, charged, gone, brought, spent)
    for key in sorted({*charged, *gone}):
        if not 0 <= gone[key] <= charged[key]:
            yield found("settled_too_much", f"{JOURNAL} {key[0]}-{key[1]}")
    for number in sorted(spent):
        if not 0 <= spent[number] <= brought.get(number, 0):
            yield found("receipt_overspent", f"{JOURNAL} R-{number:06d}")


def _count(
    table: str,
    row: Mapping[str, Any],
    charged: dict[Charge, int],
    gone: dict[Charge, int],
    brought: dict[int, int],
    spent: dict[int, int],
) -> None:
    minor = row.get("amount_minor") or 0
    if table == "charge":
        is_own = row["corrects_seq"] is None
        key = (row["seq"], row["line"]) if is_own else (row["corrects_seq"], row["corrects_line"])
        charged[key] += minor
    elif table == "settlement":
        gone[row["charge_seq"], row["charge_line"]] += minor
        if row["receipt"] is not None:
            spent[row["receipt"]] += minor
    elif table == "relief" and row["kind"] != "dispute":
        gone[row["charge_seq"], row["charge_line"]] += minor
    elif table == "receipt":
        brought[row["number"]] = minor


FULL_CHECKS = (
    check_parts,
    check_coherence,
    check_numbers,
    check_entries,
    check_closings,
    check_settlements,
    check_bulletins,
    check_kept,
    check_audit,
)


def facts_sound(archive: Archive) -> Iterator[Finding]:
    """Run the checks of a full export; facts that no table of ours holds are a finding."""
    for check in FULL_CHECKS:
        try:
            yield from first_of(check(archive))
        except MALFORMED as error:
            yield found("record_malformed", JOURNAL, f"{check.__name__}: {type(error).__name__}")
