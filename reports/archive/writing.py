"""Write a compound's books into one zip file: the same books, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.rules.audit import OF_ACTS
from ledger.rules.seal import Json, canonical
from ledger.store import audit
from ledger.store.acts import Facts, acts
from ledger.store.disclosed import ENOUGH
from ledger.store.records import fact_record, public_part, record_of, sealed_part
from ledger.store.registers import compound_row, head
from ledger.store.tables import METADATA, Blob
from reports.archive.layout import (
    AUDIT,
    BOOKS,
    BULLETINS,
    FILES,
    FORMAT,
    JOURNAL,
    MANIFEST,
    PAGE,
    REGISTERS,
    VERSION,
    Audience,
    page,
    sha256,
)
from reports.book.book import build_files
from reports.book.key import BookKey, Language

_DAY = (1980, 1, 1, 0, 0, 0)  # the same books give the same bytes
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
#: What names persons, and can be erased: only on request, and only into a full export.
PERSONAL = ("donor", "person", "remark")


def write_export(
    session: Session,
    compound: str,
    today: date,
    audience: Audience,
    *,
    with_registers: bool = False,
    through: int | None = None,
) -> bytes:
    """Return the export as a zip file.

    Args:
        session: a session that sees one state of the books.
        compound: the compound's code.
        today: the day as of which the public book is drawn: its newest batches wait for the day's end.
        audience: ``public`` opens what anybody may read, ``full`` everything.
        with_registers: names and remarks too; only into a full export.
        through: the journal up to this act only; the books are then left out.
    """
    newest, newest_hash = head(session, compound)
    last = newest if through is None else min(through, newest)
    journal = list(_journal(session, compound, last, audience))
    files: dict[str, bytes] = {JOURNAL: b"".join(canonical(line) + b"\n" for line in journal)}
    if through is None:
        files |= _books(session, compound, today, audience)
    files |= _papers(session, compound, audience, last)
    files[PAGE] = page()
    if audience == "full":
        files[AUDIT] = b"".join(canonical(line) + b"\n" for line in _trail(session, compound, through))
    if with_registers and audience == "full":
        files |= _registers(session, compound, last)
    manifest: Json = {
        "format": FORMAT,
        "version": VERSION,
        "audience": audience,
        "compound": compound,
        "name": compound_row(session, compound).name,
        "as_of": today.isoformat(),
        "head": {"seq": last, "hash": journal[-1]["hash"] if journal else newest_hash},
        "files": {name: sha256(files[name]) for name in sorted(files)},
        **({} if through is None else {"journal_only": True}),
    }
    return zipped({MANIFEST: canonical(manifest), **files})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip whose bytes depend on nothing but them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in (MANIFEST, *sorted(set(files) - {MANIFEST})):
            archive.writestr(zipfile.ZipInfo(name, _DAY), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _journal(session: Session, compound: str, through: int, audience: Audience) -> Iterator[dict[str, Any]]:
    for act, facts in acts(session, compound, through):
        opened: dict[str, Json] = {}
        if audience == "full" or opens_publicly(facts):
            opened["public"] = {"part": public_part(act, facts), "salt": act["public_salt"]}
        if audience == "full":
            sealed = sealed_part(act, facts, METADATA.tables)
            opened["sealed"] = {"part": sealed, "salt": act["sealed_salt"]}
        yield {**record_of(act), **({"opened": opened} if opened else {})}


def _trail(session: Session, compound: str, through: int | None) -> Iterator[dict[str, Any]]:
    """Give the lines of the audit trail; with ``through`` until the first that tells of a later act."""
    for line in audit.lines(session, compound):
        if through is not None and line["what"] in OF_ACTS and line["about"]["seq"] > through:
            return
        yield line


def opens_publicly(facts: Facts) -> bool:
    """Say whether the public part of an act may be read by anybody: it carries no unit, or five and more."""
    units = {row["unit"] for rows in facts.values() for row in rows if row.get("unit") is not None}
    return not 0 < len(units) < ENOUGH


def _books(session: Session, compound: str, today: date, audience: Audience) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for language in _LANGUAGES:
        drawn = build_files(session, BookKey(compound, audience, language), today)
        found |= {f"{BOOKS}{language}/{path}": content for path, content in drawn.items()}
    return found


def _papers(session: Session, compound: str, audience: Audience, last: int) -> dict[str, bytes]:
    """Return the files under their hashes: bulletins, and vouchers as this audience may see them."""
    found: dict[str, bytes] = {}
    for row in _rows(session, compound, "bulletin", last, "seq"):
        content = _content(session, compound, row["sha256"])
        if content is not None:
            found[f"{BULLETINS}{row['month']}-v{row['version']}.pdf"] = content
    columns = ("published_sha256",) if audience == "public" else ("published_sha256", "sha256")
    for row in _rows(session, compound, "voucher", last, "seq"):
        for column in columns:
            content = _content(session, compound, row[column]) if row[column] else None
            if content is not None:
                found[f"{FILES}{row[column]}"] = content
    return found


def _rows(session: Session, compound: str, name: str, last: int, *order: str) -> list[dict[str, Any]]:
    table = METADATA.tables[name]
    query = select(table).where(table.c.compound == compound).order_by(*(table.c[one] for one in order))
    if "seq" in table.c:
        query = query.where(table.c.seq <= last)
    return [dict(row) for row in session.execute(query).mappings()]


def _content(session: Session, compound: str, hashed: str) -> bytes | None:
    """Return a file's bytes; None where they were erased."""
    blob = session.get(Blob, (compound, hashed))
    return blob.content if blob else None


def _registers(session: Session, compound: str, last: int) -> dict[str, bytes]:
    found = {}
    for name in PERSONAL:
        table = METADATA.tables[name]
        rows = _rows(session, compound, name, last, *(one.name for one in table.primary_key.columns))
        records = [fact_record(table, row) | ({"seq": row["seq"]} if "seq" in row else {}) for row in rows]
        found[f"{REGISTERS}{name}.jsonl"] = b"".join(canonical(one) + b"\n" for one in records)
    return found
