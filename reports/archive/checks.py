"""What anybody can check with the file alone: the chain, its openings, that entries balance, that closed months hold.

Every check is a generator of findings; none stops at the first. Hashes are computed again from the parts, never taken
from the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ledger.rules.money import CURRENCY, parse_amount
from ledger.rules.period import parse_month
from ledger.rules.seal import VERSION, genesis, link, seal_public, seal_sealed
from reports.archive.findings import MALFORMED, Finding, first_of, found
from reports.archive.layout import JOURNAL, RECORD, Archive, Line, sha256

_SET_RIGHT = timedelta(days=1)


def check_files(archive: Archive) -> Iterator[Finding]:
    """Compare every file with the manifest."""
    named: Mapping[str, str] = archive.manifest.get("files", {})
    for name in sorted({*named, *archive.files}):
        if name not in archive.files:
            yield found("file_missing", name)
        elif name not in named:
            yield found("file_unlisted", name)
        elif sha256(archive.files[name]) != named[name]:
            yield found("file_changed", name)


def where(line: Line) -> str:
    """Return the place of an act in the journal."""
    return f"{JOURNAL} #{line.get('seq')}"


def part_of(line: Line, side: str) -> Mapping[str, Any] | None:
    """Return an opened part (``public`` or ``sealed``), or None where it is not opened."""
    opened = line.get("opened", {}).get(side)
    return None if opened is None else opened["part"]


def check_chain(archive: Archive) -> Iterator[Finding]:
    """Follow the links from the first act to the head that the manifest names."""
    previous, expected = genesis(archive.compound), 1
    for line in archive.journal:
        if not line.keys() >= RECORD or _is_foreign(archive, line) or _has_more(line):
            yield found("record_malformed", where(line))
            return
        if line["seq"] != expected:
            yield found("gap", where(line), f"{expected} → {line['seq']}")
        if line["prev"] != previous:
            yield found("link_broken", where(line))
        if link(line["compound"], line["seq"], line["prev"], line["public"], line["sealed"]) != line["hash"]:
            yield found("hash_wrong", where(line))
        previous, expected = line["hash"], line["seq"] + 1
    head = archive.manifest["head"]
    if (head["seq"], head["hash"]) != (expected - 1, previous):
        yield found("head_wrong", JOURNAL, f"{expected - 1} / {head['seq']}")


def _is_foreign(archive: Archive, line: Line) -> bool:
    """Say whether a record is of another version or compound, or its number and hash are none."""
    is_ours = line["v"] == VERSION and line["compound"] == archive.compound
    return not (is_ours and type(line["seq"]) is int and isinstance(line["hash"], str))


def _has_more(line: Line) -> bool:
    """Say whether a line holds anything that no hash covers: another name in the record, or beside an opened part."""
    opened: Mapping[str, Any] = line.get("opened", {})
    return not (
        line.keys() <= RECORD | {"opened"}
        and opened.keys() <= {"public", "sealed"}
        and all(one.keys() == {"part", "salt"} for one in opened.values())
    )


def check_openings(archive: Archive) -> Iterator[Finding]:
    """Seal every opened part again and compare; a full export opens all of them."""
    for line in archive.journal:
        for side, seal in (("public", seal_public), ("sealed", seal_sealed)):
            opened = line.get("opened", {}).get(side)
            if opened is None:
                if archive.is_full:
                    yield found("unopened", where(line), side)
                continue
            try:
                again = seal(opened["salt"], opened["part"])
            except MALFORMED:
                again = ""
            if again != line[side]:
                yield found(f"{side}_changed", where(line))


def check_balance(archive: Archive) -> Iterator[Finding]:
    """Add up the public lines of every opened act by fund and commodity (I1)."""
    for line in archive.journal:
        for fund in unbalanced(part_of(line, "public") or {}):
            yield found("unbalanced", where(line), fund)


def unbalanced(part: Mapping[str, Any]) -> list[str]:
    """Return the funds in which the public lines of an act do not add up to nothing."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in part.get("lines", ()):
        sums[one["fund"], one.get("currency", CURRENCY)] += parse_amount(one["amount"])
    return [fund for (fund, _), minor in sorted(sums.items()) if minor]


def check_periods(archive: Archive) -> Iterator[Finding]:
    """Follow the closes: months strictly in order, and no entry in a month after its close."""
    closed = ""
    for line in archive.journal:
        part = part_of(line, "public")
        if part is None:
            continue
        month = month_of_part(part)
        if part["kind"] == "close":
            if month <= closed:
                yield found("close_order", where(line), month)
            closed = max(closed, month)
        elif "voucher" in part and month <= closed:
            yield found("period_locked", where(line), f"{part['voucher']} {part['effective_on']}")


def check_days(archive: Archive) -> Iterator[Finding]:
    """Compare the days of every opened act: an entry's month is its day's, none is dated ahead, no day goes back.

    A clock that was set right may go back over midnight, so one day back says nothing.
    """
    before = date.min
    for line in archive.journal:
        part = part_of(line, "public")
        if part is None:
            continue
        recorded, effective = (date.fromisoformat(part[name]) for name in ("recorded_on", "effective_on"))
        if recorded + _SET_RIGHT < before:
            yield found("recorded_back", where(line), f"{recorded} < {before}")
        before = recorded
        if "voucher" not in part:
            continue
        if not part["voucher"].startswith(f"记-{month_of_part(part)}-") or effective > recorded:
            yield found("dates_differ", where(line), f"{part['voucher']} {effective} {recorded}")


def month_of_part(part: Mapping[str, Any]) -> str:
    """Return the month of an act's effective day."""
    return parse_month(str(part["effective_on"])[:7])


def check_vouchers(archive: Archive) -> Iterator[Finding]:
    """Hash every voucher file; say which published ones were erased."""
    for name, content in sorted(archive.files.items()):
        if name.startswith("vouchers/") and sha256(content) != name.removeprefix("vouchers/"):
            yield found("voucher_changed", name)
    if archive.is_full:
        return  # the facts say which were erased (kept.py)
    parts = [(line, part_of(line, "public") or {}) for line in archive.journal]
    erased = {hashed for _, part in parts for hashed in part.get("erased", ())}
    for line, part in parts:
        for hashed in part.get("vouchers", ()):
            if f"vouchers/{hashed}" not in archive.files:
                code = "voucher_erased" if hashed in erased else "voucher_absent"
                yield found(code, where(line), hashed[:16])


PUBLIC_CHECKS = (
    check_files,
    check_chain,
    check_openings,
    check_balance,
    check_periods,
    check_days,
    check_vouchers,
)


def sound(archive: Archive) -> Iterator[Finding]:
    """Run every check that needs the file alone; a part too damaged to be read is a finding of its own."""
    for check in PUBLIC_CHECKS:
        try:
            yield from first_of(check(archive))
        except MALFORMED as error:
            yield found("record_malformed", JOURNAL, f"{check.__name__}: {type(error).__name__}")


__all__ = [
    "PUBLIC_CHECKS",
    "check_balance",
    "check_chain",
    "check_days",
    "check_files",
    "check_openings",
    "check_periods",
    "check_vouchers",
    "month_of_part",
    "part_of",
    "sound",
    "unbalanced",
    "where",
]
