"""The books of a full export, drawn again from its facts: every byte of both languages is compared.

So is what the publications committed to: the month's file in the public book, and which acts were open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from ledger.store.disclosed import opened_acts
from ledger.store.registers import compound_row
from ledger.store.scratch import scratch
from reports.archive.checks import part_of, where
from reports.archive.findings import MALFORMED, Finding, found
from reports.archive.layout import BOOKS, Archive, sha256
from reports.archive.rows import rows_of
from reports.book.book import build_files, build_month
from reports.book.key import BookKey, Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
Rows = dict[str, list[dict[str, Any]]]


def check_redrawn(archive: Archive) -> Iterator[Finding]:
    """Draw both books from the sealed facts and compare them with the files, byte by byte."""
    try:
        with scratch(rows_by_table(archive)) as session:
            if compound_row(session, archive.compound).name != archive.manifest["name"]:
                yield found("name_differs", "manifest.json", str(archive.manifest["name"]))
            if not archive.is_journal_only:
                yield from _files(archive, session)
            yield from _publications(archive, session)
    except (SQLAlchemyError, *MALFORMED) as error:
        yield found("book_differs", BOOKS, type(error).__name__)


def rows_by_table(archive: Archive) -> Rows:
    """Return the rows of every table that a book is drawn from."""
    found: Rows = {"act": []}
    for line in archive.journal:
        found["act"].append(_act(line))
        for name, rows in rows_of(line).items():
            found.setdefault(name, []).extend(rows)
    newest = archive.manifest["head"]
    closed = max((row["month"] for row in found.get("period_close", ())), default="")
    head = {"seq": newest["seq"], "hash": newest["hash"], "closed_through": closed}
    return {**found, "chain_head": [{"compound": archive.compound, **head}]}


def _act(line: Any) -> dict[str, Any]:
    """Return the columns of an act that can be read; books show neither its salts nor its commitments."""
    public, sealed = part_of(line, "public") or {}, part_of(line, "sealed") or {}
    return {
        "compound": line["compound"],
        "seq": line["seq"],
        "kind": public["kind"],
        "effective_on": date.fromisoformat(public["effective_on"]),
        "recorded_on": date.fromisoformat(public["recorded_on"]),
        "prev": line["prev"],
        "hash": line["hash"],
        **{name: sealed[name] for name in ("recorded_at", "user_id", "role", "body")},
        **dict.fromkeys(("public_salt", "sealed_salt", "public_hash", "sealed_hash"), ""),
    }


def _files(archive: Archive, session: Session) -> Iterator[Finding]:
    today = date.fromisoformat(archive.manifest["as_of"])
    drawn: dict[str, bytes] = {}
    for language in LANGUAGES:
        files = build_files(session, BookKey(archive.compound, "full", language), today)
        drawn |= {f"{BOOKS}{language}/{path}": content for path, content in files.items()}
    here = {name for name in archive.files if name.startswith(BOOKS)}
    for name in sorted(here | set(drawn)):
        if name not in archive.files:
            yield found("book_missing", name)
        elif archive.files[name] != drawn.get(name):
            yield found("book_differs", name, _first_line(archive.files[name], drawn.get(name)))


def _first_line(here: bytes, drawn: bytes | None) -> str:
    """Return the first line that differs, by its number, as the file has it; nothing where no such file is drawn."""
    if drawn is None:
        return ""
    pairs = zip_longest(here.split(b"\n"), drawn.split(b"\n"))
    number, line = next((place, one or b"") for place, (one, other) in enumerate(pairs, 1) if one != other)
    return f"{number}: {line.decode(errors='replace')}"


def _publications(archive: Archive, session: Session) -> Iterator[Finding]:
    for line in archive.journal:
        for row in rows_of(line).get("bulletin", ()):
            if row["opened"] is None:  # published before there were such commitments
                continue
            for language in LANGUAGES:
                drawn = build_month(session, BookKey(archive.compound, "public", language), row["month"])
                if sha256(drawn) != row[f"book_{language}"]:
                    yield found("book_changed", where(line), f"{row['month']} {language}")
            if opened_acts(session, archive.compound, row["opened_after"], row["seq"] - 1) != row["opened"]:
                yield found("opened_wrong", where(line))
