"""Bring an exported compound into an installation where it is not yet: the same books, the same head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError, InternalError, ProgrammingError
from sqlmodel import Session

from ledger.store import audit, restore
from ledger.store.restore import row_of
from ledger.store.tables import METADATA
from reports.archive.as_json import read_lines
from reports.archive.audited import trail_of
from reports.archive.checks import sound
from reports.archive.facts import facts_sound
from reports.archive.findings import MALFORMED
from reports.archive.layout import BULLETINS, FILES, REGISTERS, Archive, Line, sha256
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnsound
from reports.archive.writing import PERSONAL


def bring_in(session: Session, content: bytes) -> tuple[str, int]:
    """Append every act of a full export; return the compound's code and the number of acts.

    Raises:
        ExportUnsound: it is not a full export, or something in it is wrong; nothing is stored.
        AlreadyExists: the compound is here already.
    """
    archive = read_export(content)
    if not archive.is_full:
        raise ExportUnsound(why_zh="只有完整导出可以导入", why_en="only a full export can be brought in")
    for check in (sound, facts_sound):  # facts are looked at once their seals hold
        fault = next((one for one in check(archive) if not one.is_erased), None)
        if fault is not None:
            raise ExportUnsound(why_zh=f"{fault.zh}({fault.where})", why_en=f"{fault.en} ({fault.where})")
    restore.begin(session, archive.compound)
    try:
        for line in archive.journal:
            restore.append(session, _act(line), line["opened"]["sealed"]["part"]["facts"])
        for line in trail_of(archive):
            audit.put(session.connection(), line)
        _bring_files(session, archive)
    except (
        DataError,
        IntegrityError,
        InternalError,
        ProgrammingError,
        *MALFORMED,
    ) as error:
        why = str(error).partition("\n")[0][:200]  # a constraint or a trigger says which rule is broken
        raise ExportUnsound(why_zh=f"数据库拒绝:{why}", why_en=f"the database refuses it: {why}") from error
    return archive.compound, len(archive.journal)


def _act(line: Line) -> dict[str, Any]:
    """Return the columns of an act from its record and its two parts."""
    opened: Mapping[str, Any] = line["opened"]
    public, sealed = opened["public"]["part"], opened["sealed"]["part"]
    return {
        "compound": line["compound"],
        "seq": line["seq"],
        "kind": public["kind"],
        "effective_on": date.fromisoformat(public["effective_on"]),
        "recorded_on": date.fromisoformat(public["recorded_on"]),
        "recorded_at": sealed["recorded_at"],
        "user_id": sealed["user_id"],
        "role": sealed["role"],
        "body": sealed["body"],
        "source_id": sealed.get("source_id"),
        "public_salt": opened["public"]["salt"],
        "sealed_salt": opened["sealed"]["salt"],
        "prev": line["prev"],
        "public_hash": line["public"],
        "sealed_hash": line["sealed"],
        "hash": line["hash"],
    }


def _bring_files(session: Session, archive: Archive) -> None:
    """Put bulletins and vouchers under their hashes again, and names and remarks where they came with the export."""
    types = _media_types(archive)
    blobs = {
        sha256(content): content
        for name, content in archive.files.items()
        if name.startswith((BULLETINS, FILES))
    }
    rows = [
        {
            "compound": archive.compound,
            "sha256": hashed,
            "media_type": types.get(hashed, "application/pdf"),
            "content": blobs[hashed],
        }
        for hashed in sorted(blobs)
    ]
    restore.put_beside(session, "blob", rows)
    for name in PERSONAL:
        content = archive.files.get(f"{REGISTERS}{name}.jsonl", b"")
        records = list(read_lines(content))
        table = METADATA.tables[name]
        restore.put_beside(
            session, name, [row_of(table, one, archive.compound, one.get("seq", 0)) for one in records]
        )


def _media_types(archive: Archive) -> dict[str, str]:
    """Return what kind of file each voucher is, as it was recorded."""
    types: dict[str, str] = {}
    for line in archive.journal:
        for record in line["opened"]["sealed"]["part"]["facts"].get("voucher", ()):
            types[record["sha256"]] = record["media_type"]
            if record.get("published_sha256"):
                types[record["published_sha256"]] = record.get("published_type", record["media_type"])
    return types
