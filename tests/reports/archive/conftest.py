"""Books that have been closed and published, kept as a file to be copied: what exports and paper are tried on."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import migrations
from api.publishing import publish_bulletin
from ledger.actions.attach_voucher import AttachVoucher, attach_voucher
from ledger.intake.voucher_file import read_voucher
from ledger.rules.audit import OF_ACTS, line_hash
from ledger.rules.seal import canonical, link, seal_public, seal_sealed
from ledger.store.registers import bulletins
from ledger.store.scratch import scratch
from ledger.store.session import Database
from ledger.store.tables import Blob
from reports.archive.audited import trail_of
from reports.archive.layout import Archive, Audience, sha256
from reports.archive.redrawn import LANGUAGES, rows_by_table
from reports.archive.writing import write_export, zipped
from reports.book.book import build_month
from reports.book.key import BookKey
from tests.books.sample import play
from tests.conftest import COMMITTEE, Books

DAY = date(2026, 5, 20)


def scan() -> bytes:
    """Return a PDF of one empty page."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written, deterministic_id=True)
    return written.getvalue()


@dataclass(frozen=True)
class Published:
    """A file with the sample's books, three closed months and the first two bulletins, and their papers."""

    path: Path
    papers: dict[str, bytes]


def export(books: Books, audience: Audience = "full", **named: bool) -> bytes:
    """Return the export of books."""
    with books.database.reading() as session:
        return write_export(session, books.compound, DAY, audience, **named)  # type: ignore[arg-type]  # flags


def retold(lines: Iterable[dict[str, Any]], hashes: dict[int, str]) -> list[dict[str, Any]]:
    """Return an audit trail that tells of these acts, by their numbers and hashes, and ends before any other."""
    told: list[dict[str, Any]] = []
    for line in lines:
        about = dict(line["about"])
        if line["what"] in OF_ACTS:
            if about["seq"] not in hashes:
                break
            about["hash"] = hashes[about["seq"]]
        record = {**line, "about": about, "prev": told[-1]["hash"] if told else line["prev"]}
        del record["hash"]
        told.append({**record, "hash": line_hash(record)})
    return told


def resealed(archive: Archive, journal: list[Any], *, commits: bool = True) -> bytes:
    """Return an export in which every hash fits whatever the journal now says, the audit trail's too.

    With ``commits`` publications commit to the books as they now are.
    """
    previous = journal[0]["prev"]
    hashes: dict[int, str] = {}
    for one in journal:
        for row in one["opened"]["sealed"]["part"]["facts"].get("period_close", ()):
            row["audit_head"] = retold(trail_of(archive), hashes)[row["audit_number"] - 1]["hash"]
        if commits:
            _commit_again(archive, journal, one)
        for side, seal in (("public", seal_public), ("sealed", seal_sealed)):
            one[side] = seal(one["opened"][side]["salt"], one["opened"][side]["part"])
        one["prev"] = previous
        previous = one["hash"] = link(one["compound"], one["seq"], previous, one["public"], one["sealed"])
        hashes[one["seq"]] = previous
    return packed(archive, journal)


def _commit_again(archive: Archive, journal: list[Any], publication: dict[str, Any]) -> None:
    """Let a publication commit to the books as the acts before it now draw them, as a forger's software would."""
    part, sealed = (publication["opened"][side]["part"] for side in ("public", "sealed"))
    if "books" not in part:
        return
    known = [one for one in journal if one["seq"] < publication["seq"]]
    so_far = Archive({**archive.manifest, "head": {**known[-1]}}, tuple(known), {})
    with scratch(rows_by_table(so_far)) as session:
        for language in LANGUAGES:
            key = BookKey(archive.compound, "public", language)
            hashed = sha256(build_month(session, key, part["bulletin"]["month"]))
            part["books"][language] = sealed["facts"]["bulletin"][0][f"book_{language}"] = hashed


def packed(archive: Archive, journal: list[Any], **files: bytes) -> bytes:
    """Return an export with another journal, which its audit trail and its manifest fit."""
    trail = retold(trail_of(archive), {one["seq"]: one["hash"] for one in journal})
    audited = {"audit.jsonl": b"".join(canonical(one) + b"\n" for one in trail)} if archive.is_full else {}
    content = {
        **archive.files,
        "journal.jsonl": b"".join(canonical(one) + b"\n" for one in journal),
        **audited,
        **files,
    }
    head = {"seq": journal[-1]["seq"], "hash": journal[-1]["hash"]}
    hashes = {name: sha256(content[name]) for name in sorted(content)}
    return zipped(
        {**content, "manifest.json": canonical({**archive.manifest, "head": head, "files": hashes})}
    )


def furnish(database: Database, compound: str = "guihuayuan") -> Books:
    """Play the sample with a voucher; close three months and publish two of them."""
    books = play(Books(database, compound, date(2026, 1, 5)).open())
    books.act(attach_voucher, AttachVoucher(read_voucher(scan()), "合同扫描件"), by=COMMITTEE)
    for month in ("2026-01", "2026-02"):
        books.act(publish_bulletin, month, None, "")
    return books


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Give the file, to be copied."""
    path = tmp_path_factory.mktemp("published") / "books.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database.engine)
    books = furnish(database)
    with database.reading() as session:
        papers = {
            row.month: session.get_one(Blob, (row.compound, row.sha256)).content
            for row in bulletins(session, books.compound)
        }
    database.close()
    return Published(path, papers)


@pytest.fixture
def copied(published: Published, tmp_path: Path) -> Iterator[Books]:
    """Give the published books in a file of the test's own; today is 20 May."""
    path = tmp_path / "books.db"
    shutil.copy(published.path, path)
    database = Database(f"sqlite:///{path}")
    yield Books(database, "guihuayuan", DAY)
    database.close()
