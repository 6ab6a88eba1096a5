"""What lies beside the chain, in a full export: files and words against their hashes, and what was erased by right.

Something that is not there is *erased* only where an act of the chain says so; else it is missing, and that is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.rules.seal import commitment
from reports.archive.as_json import read_lines
from reports.archive.checks import where
from reports.archive.findings import Finding, found
from reports.archive.layout import BULLETINS, FILES, REGISTERS, Archive
from reports.archive.rows import rows_of

_REMARKS, _PERSONS = f"{REGISTERS}remark.jsonl", f"{REGISTERS}person.jsonl"


def check_kept(archive: Archive) -> Iterator[Finding]:
    """Look for every file that the facts name, and compare every remark with its hash."""
    erased = _erased(archive)
    for line in archive.journal:
        rows = rows_of(line)
        for row in rows.get("voucher", ()):
            for hashed in sorted({row["sha256"], row["published_sha256"]} - {None}):
                if f"{FILES}{hashed}" not in archive.files:
                    code = "voucher_erased" if ("file", hashed) in erased else "voucher_missing"
                    yield found(code, where(line), hashed[:16])
        for row in rows.get("erasure", ()):
            if row["what"] == "person":
                yield found("person_erased", where(line), f"{row['unit']}-{row['debtor']}")
    if _REMARKS in archive.files:
        yield from _remarks(archive, erased)
    if _PERSONS in archive.files:
        yield from _persons(archive)


def _persons(archive: Archive) -> Iterator[Finding]:
    """Look for who every debtor of an imported register is: a row is kept of each, and erasing empties it only."""
    kept = {(one["unit"], one["debtor"]) for one in read_lines(archive.files[_PERSONS])}
    for line in archive.journal:
        if line["opened"]["public"]["part"]["kind"] == "units_imported":
            for row in rows_of(line).get("debtor", ()):
                if (row["unit"], row["number"]) not in kept:
                    yield found("person_missing", where(line), f"{row['unit']}-{row['number']}")


def _erased(archive: Archive) -> set[tuple[str, str]]:
    """Return what the chain says was erased: files by hash, remarks by act."""
    gone = set()
    for line in archive.journal:
        for row in rows_of(line).get("erasure", ()):
            gone.add((row["what"], str(row["sha256"] or row["of_seq"])))
    return gone


def _remarks(archive: Archive, erased: set[tuple[str, str]]) -> Iterator[Finding]:
    kept = {one["seq"]: one for one in read_lines(archive.files[_REMARKS])}
    for line in archive.journal:
        hashes = {
            value
            for rows in rows_of(line).values()
            for row in rows
            for name, value in row.items()
            if name.endswith("_hash") and value is not None
        }
        remark = kept.get(line["seq"])
        if remark is None and hashes:
            is_erased = ("remark", str(line["seq"])) in erased
            yield found("remark_erased" if is_erased else "remark_missing", where(line))
        elif remark is not None and {commitment(remark["salt"], remark["words"])} != hashes:
            yield found("remark_changed", where(line))


def check_bulletins(archive: Archive) -> Iterator[Finding]:
    """Compare every bulletin with the SHA-256 that the act of its publication recorded."""
    known = set()
    for line in archive.journal:
        for row in rows_of(line).get("bulletin", ()):
            name = f"{BULLETINS}{row['month']}-v{row['version']}.pdf"
            known.add(name)
            if name not in archive.files:
                yield found("bulletin_missing", where(line), name)
            elif archive.hash_of(name) != row["sha256"]:
                yield found("bulletin_changed", where(line), name)
    for name in sorted(archive.files):
        if name.startswith(BULLETINS) and name not in known:
            yield found("bulletin_stranger", name)
