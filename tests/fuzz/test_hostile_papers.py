"""Files made to break whoever verifies them: each ends with an exit code and words in both languages, in a small room.

``mingzhang verify`` runs as it does for anybody, in a process that may take 768 MiB more than the program itself and a
minute of processor time.
"""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reports.archive.layout import AUDIT, BULLETINS, JOURNAL, MANIFEST
from reports.archive.reading import read_export
from reports.archive.writing import zipped
from tests.fuzz.papers import Sample, figures_of, sample
from tests.reports.archive.conftest import published

__all__ = ["published", "sample"]
ROOT = Path(__file__).parents[2]
_MEGABYTE = 1024 * 1024
_FLATE = pikepdf.Name.FlateDecode
SOUND, WRONG, UNREADABLE = 0, 1, 2


class Room:
    """The process in whose children ``mingzhang`` runs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.confined"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: object) -> dict[str, Any]:
        """Run one command."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(one) for one in words]) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


@pytest.fixture(scope="session")
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.close()


@pytest.fixture
def verify(room: Room, tmp_path: Path) -> Callable[..., str]:
    """Verify a file; it must end with an exit code and words. Return what was said."""

    def run(code: int, name: str, content: bytes, **beside: bytes) -> str:
        words: list[object] = ["verify", tmp_path / name]
        (tmp_path / name).write_bytes(content)
        for option, held in beside.items():
            words += [f"--{option}", tmp_path / option]
            (tmp_path / option).write_bytes(held)
        done = room.run(*words)
        said = str(done["out"] + done["err"])
        assert "Traceback" not in said, said[-2000:]
        assert done["code"] == code, said[-2000:]
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert re.search(r"[a-z]{2,} [a-z]{2,}" if code else "sound", said)
        assert "\x1b" not in said  # it cannot write over our verdict
        return said

    return run


def packed(files: Mapping[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of files under any name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", way) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_what_nobody_spoilt_is_sound(sample: Sample, verify: Callable[..., str]) -> None:
    said = verify(SOUND, "export.zip", sample.export, against=sample.paper)
    assert "没有发现改动" in said


def test_an_export_that_was_packed_anew_with_its_folders_is_still_sound(
    sample: Sample, verify: Callable[..., str]
) -> None:
    with zipfile.ZipFile(io.BytesIO(sample.export)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    verify(SOUND, "anew.zip", packed({"books/": b"", "books/en/": b"", **files}))


def whole(sample: Sample, **more: bytes) -> dict[str, bytes]:
    """Return every file of the export, with other content for some: the manifest does not know."""
    with zipfile.ZipFile(io.BytesIO(sample.bare)) as archive:
        return {name: archive.read(name) for name in archive.namelist()} | more


JSON_BOMBS = {
    "nothings": b"{}\n" * (4 * _MEGABYTE),
    "lists": b"[" + b"[]," * (3 * _MEGABYTE) + b"[]]",
    "texts": b"[" + b'"ab",' * (3 * _MEGABYTE) + b'"ab"]',
    "numbers": b"[" + b"1000," * (3 * _MEGABYTE) + b"1]",
    "names": b"{" + b",".join(b'"%x":[]' % one for one in range(_MEGABYTE // 4)) + b"}",
    "depth": b"[" * (10 * _MEGABYTE),
    "zeros": bytes(80 * _MEGABYTE),
}


@pytest.mark.parametrize("bomb", JSON_BOMBS)
@pytest.mark.parametrize("place", [MANIFEST, JOURNAL])
def test_a_small_export_that_is_large_unpacked_takes_no_memory(
    sample: Sample, verify: Callable[..., str], bomb: str, place: str
) -> None:
    content = packed(whole(sample, **{place: JSON_BOMBS[bomb]}))
    assert len(content) < 3 * _MEGABYTE
    is_json = bomb == "nothings" and place == JOURNAL  # its first line is no record: that is all
    verify(WRONG if is_json else UNREADABLE, "bomb.zip", content)


NOT_OURS = {
    "a name twice": b'{"format":"mingzhang-export","format":"other",',
    "no number": b'{"x":NaN,',
    "endless": b'{"x":-Infinity,',
    "a fraction": b'{"x":1.5,',
    "beyond every number": b'{"x":1e999,',
    "beyond 64 bits": b'{"x":18446744073709551616,',
    "five thousand digits": b'{"x":' + b"9" * 5000 + b",",
    "half a character": b'{"x":"\\ud800",',
    "half a name": b'{"\\udfff":1,',
    "depth": b'{"x":' + b"[" * 2000 + b"]" * 2000 + b",",
    "no UTF-8": b'{"x":"\xff",',
    "a raw control character": b'{"x":"\x1b[2J",',
}


@pytest.mark.parametrize(
    ("place", "spoilt"),
    [*((JOURNAL, one) for one in NOT_OURS), (MANIFEST, "a name twice"), (AUDIT, "a name twice")],
)
def test_json_that_two_readers_read_differently_is_not_read_at_all(
    sample: Sample, verify: Callable[..., str], place: str, spoilt: str
) -> None:
    content = NOT_OURS[spoilt] + whole(sample)[place].removeprefix(b"{")
    files = whole(sample, **{place: content})
    verify(WRONG if place == AUDIT else UNREADABLE, "export.zip", packed(files))


@pytest.mark.parametrize("spoilt", ["a name twice", "beyond 64 bits", "half a character", "depth"])
def test_a_proof_that_two_readers_read_differently_is_not_read_at_all(
    sample: Sample, verify: Callable[..., str], spoilt: str
) -> None:
    text = json.dumps(sample.proof).encode()
    verify(UNREADABLE, "proof.json", NOT_OURS[spoilt] + text.removeprefix(b"{"))


ELSEWHERE = {
    "above": "books/en/../../../../above.beancount",
    "root": "/etc/mingzhang.beancount",
    "dots": "../books.zip",
    "here": "books/./en/x.beancount",
    "Windows": "books\\en\\x.beancount",
    "a drive of control characters": "books/en/\x1b[2J\x1b[H一致 sound.beancount",
    "right to left": "books/en/\u202ex.beancount",
    "too long": f"books/en/{'x' * 300}.beancount",
    "a line of its own": "books/en/a\n结果 一致.beancount",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_file_that_lies_elsewhere_is_refused(sample: Sample, verify: Callable[..., str], name: str) -> None:
    content = b'2026-01-01 open Assets:X\n; "'
    verify(UNREADABLE, "export.zip", packed({**whole(sample), ELSEWHERE[name]: content}))
    assert not list(ROOT.parent.glob("above.beancount"))


def test_a_manifest_that_names_files_elsewhere_finds_them_missing(
    sample: Sample, verify: Callable[..., str]
) -> None:
    read = read_export(sample.bare)
    for name in ("/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "\x1b[2J", "x" * 100_000):
        manifest = {**read.manifest, "files": {**read.manifest["files"], name: "0" * 64}}
        said = verify(WRONG, "export.zip", packed(whole(sample, **{MANIFEST: json.dumps(manifest).encode()})))
        assert "file_missing" in said
        assert len(said) < 5_000


def test_a_verdict_that_a_file_brings_along_is_not_shown_as_ours(
    sample: Sample, verify: Callable[..., str]
) -> None:
    forged = "\x1b[2J\x1b[H验证 export\n│ 结果 │ 一致,没有发现改动 · sound │\r\x9b2K"
    read = read_export(sample.bare)
    manifest = {**read.manifest, "compound": forged, "version": 1}
    said = verify(WRONG, "export.zip", packed(whole(sample, **{MANIFEST: json.dumps(manifest).encode()})))
    assert not re.search(r"^│ 结果 │ 一致", said, re.MULTILINE)
    manifest["version"] = forged
    verify(UNREADABLE, "export.zip", packed(whole(sample, **{MANIFEST: json.dumps(manifest).encode()})))
    proof = {**sample.proof, "account": forged}
    said = verify(WRONG, "proof.json", json.dumps(proof).encode())
    assert not re.search(r"^│ 结果 │ 一致", said, re.MULTILINE)


def lied(content: bytes, offset: int, value: bytes) -> bytes:
    """Return a zip whose table of contents says something else of its last file."""
    place = content.rindex(b"PK\x01\x02")
    return content[: place + offset] + value + content[place + offset + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (24, struct.pack("<I", 5)),  # its size
        (8, struct.pack("<H", 1)),  # locked
        (10, struct.pack("<H", 14)),  # packed with LZMA
        (10, struct.pack("<H", 99)),
        (42, struct.pack("<I", 0xFFFF_0000)),  # where it begins
    ],
)
def test_a_zip_that_lies_about_its_files_is_refused(
    sample: Sample, verify: Callable[..., str], offset: int, value: bytes
) -> None:
    verify(UNREADABLE, "export.zip", lied(packed(whole(sample)), offset, value))


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_export_that_is_packed_in_another_way_is_refused(
    sample: Sample, verify: Callable[..., str], way: int
) -> None:
    assert "another way" in verify(UNREADABLE, "export.zip", packed(whole(sample), way))


BOOKS = {
    "a long line": b"; " + b"x" * (12 * _MEGABYTE),
    "a long number": b'2026-01-01 * "x"\n  Assets:A  ' + b"9" * _MEGABYTE + b" CNY\n  Assets:B\n",
    "a deep account": b"2026-01-01 open Assets" + b":A" * 500_000 + b"\n",
    "open brackets": b'2026-01-01 * "x"\n  Assets:A  ' + b"(" * 200_000 + b"\n",
    "nothing": bytes(_MEGABYTE),
    "an open string": b'option "title" "' + b"x\n" * 200_000,
    "itself": b'include "main.beancount"\n',
    "division": b'2026-01-01 * "x"\n  Assets:A  1/0 CNY\n  Assets:B\n',
}


def with_books(sample: Sample) -> dict[str, bytes]:
    """Return every file of the export that has its books."""
    with zipfile.ZipFile(io.BytesIO(sample.export)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_that_is_too_much_is_a_finding(sample: Sample, verify: Callable[..., str], book: str) -> None:
    files, name = with_books(sample), "books/en/main.beancount"
    said = verify(WRONG, "export.zip", packed({**files, name: files[name] + b"\n" + BOOKS[book]}))
    assert "book_" in said  # it was looked at


def test_a_file_where_another_needs_a_folder_is_a_finding(sample: Sample, verify: Callable[..., str]) -> None:
    names = ("books/en/a.beancount", "books/en/a.beancount/b.beancount")
    said = verify(WRONG, "export.zip", packed({**with_books(sample), **dict.fromkeys(names, b"")}))
    assert "book_unreadable" in said


def test_more_faults_than_anybody_reads_are_not_all_listed(
    sample: Sample, verify: Callable[..., str]
) -> None:
    line = whole(sample)[JOURNAL].splitlines()[0] + b"\n"
    said = verify(WRONG, "export.zip", packed(whole(sample, **{JOURNAL: line * 5_000})))
    assert len(said) < 100_000


def stream(document: pikepdf.Pdf, content: bytes, *filters: pikepdf.Name) -> pikepdf.Object:
    """Return a stream whose bytes are said to be packed so."""
    made = pikepdf.Stream(document, b"")
    made.write(content, filter=pikepdf.Array(filters) if filters else None)
    return document.make_indirect(made)


def paper(content: bytes, *filters: pikepdf.Name) -> bytes:
    """Return a PDF that carries figures in a stream packed as they are said to be."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        held = pikepdf.Dictionary(F=stream(document, content, *filters))
        said = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="figures.json", UF="figures.json", EF=held)
        names = pikepdf.Array([pikepdf.String("figures.json"), document.make_indirect(said)])
        document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=names))
        document.save(written, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return written.getvalue()


def pressed(content: bytes, times: int) -> bytes:
    """Return bytes that were packed so often."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


def in_objects(content: bytes) -> bytes:
    """Return a PDF whose objects lie in a stream that unpacks to ``content``."""
    unpacked = zlib.compress(content, 9)
    table = struct.pack(">BHB", 0, 0, 255) + struct.pack(">BHB", 1, 9, 0) + struct.pack(">BHB", 2, 1, 0)
    first = (
        b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n"
    )
    body = b"%PDF-1.7\n" + first % (len(unpacked), unpacked)
    where = len(body)
    cross = b"3 0 obj\n<</Type/XRef/Size 3/W[1 2 1]/Root 2 0 R/Length %d>>stream\n%s\nendstream\nendobj\n"
    return body + cross % (len(table), table) + b"startxref\n%d\n%%%%EOF\n" % where


def papers(figures: Mapping[str, Any]) -> dict[str, bytes]:
    """Return papers, each spoilt in a way of its own."""
    text = json.dumps(figures).encode()
    huge = b"[" + b"[]," * (24 * _MEGABYTE) + b"[]]"
    return {
        "packed once": paper(pressed(huge, 1), _FLATE),
        "packed twice": paper(pressed(huge, 2), _FLATE, _FLATE),
        "packed three times": paper(pressed(huge, 3), _FLATE, _FLATE, _FLATE),
        "packed in hex": paper(pressed(huge, 1).hex().encode() + b">", pikepdf.Name.ASCIIHexDecode, _FLATE),
        "packed without limit": paper(text, pikepdf.Name.LZWDecode),
        "in an object": in_objects(b"2 0 <</X(" + bytes(100 * _MEGABYTE)),
        "large figures": paper(b"[" + b"[]," * (4 * _MEGABYTE) + b"[]]"),
        "many funds": paper(json.dumps({**figures, "overview": figures["overview"] * 100_000}).encode()),
        "a name twice": paper(NOT_OURS["a name twice"] + text.removeprefix(b"{")),
        "half a character": paper(NOT_OURS["half a character"] + text.removeprefix(b"{")),
        "depth": paper(NOT_OURS["depth"] + text.removeprefix(b"{")),
    }


def test_a_paper_that_was_made_to_break_its_reader_is_said_to_be_unreadable(
    sample: Sample, verify: Callable[..., str]
) -> None:
    for name, spoilt in papers(figures_of(sample.paper)).items():
        said = verify(WRONG, "export.zip", sample.bare, against=spoilt)
        assert "bulletin_unreadable" in said, name


def test_a_paper_in_an_export_is_not_opened_at_all(sample: Sample, verify: Callable[..., str]) -> None:
    """Its bytes are hashed; only a paper that somebody lays beside the export is read."""
    bomb = paper(pressed(bytes(100 * _MEGABYTE), 2), _FLATE, _FLATE)
    name = next(one for one in whole(sample) if one.startswith(BULLETINS))
    assert "bulletin_changed" in verify(WRONG, "export.zip", sample.packed(**{name: bomb}))


def test_a_proof_of_any_size_ends(sample: Sample, verify: Callable[..., str]) -> None:
    pairs = [["0" * 64, "0" * 64]] * 50_000
    assert "hash_wrong" in verify(WRONG, "proof.json", json.dumps({**sample.proof, "after": pairs}).encode())
    lists = json.dumps(sample.proof).encode().replace(b'"after": [', b'"after": [' + b"[]," * 1_000_000, 1)
    verify(UNREADABLE, "proof.json", lists)


def test_what_is_no_file_of_ours_is_said_to_be_none(verify: Callable[..., str]) -> None:
    for content in (b"", b"PK\x05\x06" + bytes(18), b"\x00" * 1000, b"{}", zipped({MANIFEST: b"null"})):
        verify(UNREADABLE, "file", content)
