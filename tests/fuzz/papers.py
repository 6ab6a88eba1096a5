"""An export, a proof and a paper of the same books, and ways to put something else into them."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pikepdf
import pytest
from sqlmodel import col, select

from ledger.store.session import Database
from ledger.store.tables import PostingRow
from reports.archive.layout import MANIFEST, REGISTERS, Archive, sha256
from reports.archive.proof import write_proof
from reports.archive.reading import read_export
from reports.archive.writing import write_export, zipped
from tests.reports.archive.conftest import DAY, Published

#: What a program that trusts its file does not expect to find in it.
STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**400, 1.5, float("inf"), float("nan"), "", "\ud800", "\x00", "9" * 5000),
    *(
        "2026-02-30",
        "0001-01-01",
        "../../etc/passwd",
        [],
        {},
        [[[]]],
        {"part": None},
        {"part": {}, "salt": ""},
    ),
)


class Sample:
    """An export, a proof and a paper of the same books, and the export without its books, which is quick to check."""

    def __init__(self, published: Published) -> None:
        database = Database(f"sqlite:///{published.path}")
        with database.reading() as session:
            self.export = write_export(session, "guihuayuan", DAY, "full")
            read = read_export(self.export)
            named = write_export(session, "guihuayuan", DAY, "full", with_registers=True)
            posted = session.exec(select(PostingRow).where(col(PostingRow.unit).is_not(None))).first()
            assert posted is not None
            self.proof = write_proof(session, "guihuayuan", posted.seq, posted.line)
        database.close()
        self.registers = {
            name: content for name, content in read_export(named).files.items() if name.startswith(REGISTERS)
        }
        self.paper = published.papers["2026-02"]
        bare = {name: content for name, content in read.files.items() if not name.startswith("books/")}
        self.read = Archive({**read.manifest, "journal_only": True}, read.journal, bare)
        self.bare = self.packed()

    def packed(self, journal: list[Any] | None = None, manifest: Any = None, **files: bytes) -> bytes:
        """Return the export without its books, with something else in it, and hashes that fit."""
        lines = journal if journal is not None else list(self.read.journal)
        text = b"".join(written(one) for one in lines)
        content = {**self.read.files, **files, "journal.jsonl": text}
        named = {name: sha256(held) for name, held in content.items()}
        said = {**self.read.manifest, "files": named} if manifest is None else manifest
        return zipped({**content, MANIFEST: json.dumps(said).encode()})


def written(value: Any) -> bytes:
    """Return a line of JSON Lines in the one way to write it (RFC 8785), also of a value that has none."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


@pytest.fixture(scope="session")
def sample(published: Published) -> Sample:
    return Sample(published)


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the address of every value inside of a JSON value."""
    if here:
        yield here
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, held in inside:
        yield from places(held, (*here, name))


def spoilt(value: Any, pick: Callable[[int], int], strange: Any) -> Any:
    """Return a copy with one value replaced, or taken out."""
    found = copy.deepcopy(value)
    chosen = list(places(found))
    *way, last = chosen[pick(len(chosen))]
    held = found
    for step in way:
        held = held[step]
    held[last] = strange
    return found


@cache
def figures_of(paper: bytes) -> dict[str, Any]:
    """Return the figures that a paper carries."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        attached = next(one for name, one in document.attachments.items() if name.endswith(".json"))
        found: dict[str, Any] = json.loads(attached.get_file().read_bytes())
        return found


def with_figures(figures: Any) -> bytes:
    """Return a paper with other figures."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        content = json.dumps(figures).encode()
        document.attachments["figures.json"] = pikepdf.AttachedFileSpec(document, content, filename="f.json")
        document.save(written)
    return written.getvalue()
