"""A file that two readers would read as two different ones is not read at all."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.archive.layout import sha256
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnreadable
from reports.archive.verify import verify_export
from reports.archive.writing import zipped
from tests import second_verifier as second
from tests.conftest import Books
from tests.reports.archive.conftest import export
from tests.reports.archive.faulty import bare


def two_in_one(content: bytes, other: bytes) -> bytes:
    """Return a zip whose end record names the first file's directory, and which the second's stands right before."""
    (_, size, begin) = struct.unpack_from("<HII", content, len(content) - 12)
    end = bytearray(other[-22:])
    struct.pack_into("<I", end, 16, begin)
    return content[: begin + size] + other[:-22] + bytes(end)


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "two directories": lambda content: two_in_one(content, zipped({"manifest.json": b"{}"})),
    "something before it": lambda content: b"#!/bin/sh\n" + content,
    "something behind it": lambda content: content + b"\n",
    "a comment": lambda content: content[:-2] + b"\x01\x00x",
    "fewer members than it says": lambda content: content[:-12] + b"\x01\x00" + content[-10:],
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_zip_has_one_directory_with_nothing_before_or_behind(
    copied: Books, tmp_path: Path, name: str
) -> None:
    true = bare(export(copied))
    assert read_export(true).compound == copied.compound
    content = SPOILT[name](true)
    with pytest.raises(ExportUnreadable):
        read_export(content)
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    with pytest.raises(Exception, match=r"two files|zip|decode|unpack|read"):
        second.check(path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"kind":"close"', b'"kind":"expense","kind":"close"'),
        (b'{"compound"', b'{ "compound"'),
        (b'"seq":3,', b'"seq":3.0,'),
        (b"\n", b"\n\n"),
        (b"\n", b"\r\n"),
        ("记".encode(), rb"\u8bb0"),
    ],
)
def test_a_line_of_the_journal_is_written_in_one_way(
    copied: Books, tmp_path: Path, before: bytes, after: bytes
) -> None:
    archive = read_export(bare(export(copied, "public")))
    journal = archive.files["journal.jsonl"].replace(before, after, 1)
    assert journal != archive.files["journal.jsonl"]
    hashes = {**archive.manifest["files"], "journal.jsonl": sha256(journal)}
    manifest = json.dumps({**archive.manifest, "files": hashes}).encode()
    content = zipped({**archive.files, "journal.jsonl": journal, "manifest.json": manifest})
    with pytest.raises(ExportUnreadable):
        verify_export(content)
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"RFC 8785|\d"):
        second.check(path)
