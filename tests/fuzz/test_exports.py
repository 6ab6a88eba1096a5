"""Whatever stands in an export, a proof or a paper, it is found out or refused: nothing runs, nothing breaks off."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ledger.rules.seal import canonical
from reports.archive.books import check_books
from reports.archive.layout import AUDIT, MANIFEST, REGISTERS, Archive
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnreadable
from reports.archive.verify import Verified, verify_export, verify_proof
from reports.archive.writing import zipped
from tests.fuzz.effort import examples
from tests.fuzz.papers import STRANGE, Sample, figures_of, sample, spoilt, with_figures, written
from tests.reports.archive.conftest import published

__all__ = ["published", "sample"]

UNHURRIED = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def checked(content: bytes, **named: Any) -> Verified | None:
    """Return what verifying finds; None where the file is refused. Anything else fails the test."""
    try:
        return verify_export(content, **named)
    except ExportUnreadable as refusal:
        assert refusal.detail("zh")
        assert refusal.detail("en")
        return None


PICK = st.integers(0, 10**9).map(lambda number: lambda count: number % count)


@UNHURRIED
@given(pick=PICK, line=st.integers(0, 10**6), strange=st.sampled_from(STRANGE))
def test_any_value_of_the_journal_replaced_is_found_or_refused(
    sample: Sample, pick: Callable[[int], int], line: int, strange: Any
) -> None:
    journal = list(sample.read.journal)
    at = line % len(journal)
    journal[at] = spoilt(journal[at], pick, strange)
    assume(json.dumps(journal[at]) != json.dumps(sample.read.journal[at]))
    done = checked(sample.packed(journal), bulletins=[("paper.pdf", sample.paper)], heads=[(3, "abcdef12")])
    assert done is None or not done.is_sound


def one_replaced(lines: bytes, line: int, pick: Callable[[int], int], strange: Any) -> bytes:
    """Return JSON Lines with one value of one line replaced."""
    held = [json.loads(one) for one in lines.splitlines()]
    at = line % len(held)
    held[at] = spoilt(held[at], pick, strange)
    return b"".join(written(one) for one in held)


@UNHURRIED
@given(pick=PICK, line=st.integers(0, 10**6), strange=st.sampled_from(STRANGE))
def test_any_value_of_the_audit_trail_replaced_is_found_or_refused(
    sample: Sample, pick: Callable[[int], int], line: int, strange: Any
) -> None:
    trail = one_replaced(sample.read.files[AUDIT], line, pick, strange)
    assume(trail != sample.read.files[AUDIT])
    done = checked(sample.packed(**{AUDIT: trail}))
    assert done is None or not done.is_sound


@UNHURRIED
@given(
    pick=PICK,
    line=st.integers(0, 10**6),
    strange=st.sampled_from(STRANGE),
    name=st.sampled_from(["person", "remark"]),
)
def test_any_value_of_a_register_replaced_is_never_an_accident(
    sample: Sample, pick: Callable[[int], int], line: int, strange: Any, name: str
) -> None:
    """Names stand outside of the chain, by right: what is said of a person may be anything, who it is may not."""
    file = f"{REGISTERS}{name}.jsonl"
    done = checked(sample.packed(**{file: one_replaced(sample.registers[file], line, pick, strange)}))
    assert done is None or done.findings is not None


@UNHURRIED
@given(pick=PICK, strange=st.sampled_from(STRANGE))
def test_any_value_of_the_manifest_replaced_is_found_or_refused(
    sample: Sample, pick: Callable[[int], int], strange: Any
) -> None:
    whole = read_export(sample.bare).manifest
    manifest = spoilt(whole, pick, strange)
    checked(sample.packed(manifest=manifest), bulletins=[("paper.pdf", sample.paper)])


@UNHURRIED
@given(pick=PICK, strange=st.sampled_from(STRANGE))
def test_any_value_of_a_proof_replaced_is_found_or_proves_nothing_else(
    sample: Sample, pick: Callable[[int], int], strange: Any
) -> None:
    proof = spoilt(sample.proof, pick, strange)
    assume(json.dumps(proof) != json.dumps(sample.proof))
    try:
        done = verify_proof(json.dumps(proof).encode(), "proof.json", sample.bare, [("p.pdf", sample.paper)])
    except ExportUnreadable:
        return
    true = verify_proof(json.dumps(sample.proof).encode(), "proof.json", sample.bare)
    assert not done.is_sound or (done.proven, done.seq, done.head) == (true.proven, true.seq, true.head)


@UNHURRIED
@given(pick=PICK, strange=st.sampled_from(STRANGE))
def test_any_figure_of_a_paper_replaced_is_never_an_accident(
    sample: Sample, pick: Callable[[int], int], strange: Any
) -> None:
    figures = figures_of(sample.paper)
    paper = with_figures(spoilt(figures, pick, strange))
    done = verify_export(sample.bare, [("paper.pdf", paper)])
    assert not done.is_sound  # it is not the paper that hung


@UNHURRIED
@given(at=st.integers(0, 10**9), noise=st.binary(min_size=1, max_size=40), keep=st.booleans())
def test_damaged_bytes_of_an_export_are_found_or_refused(
    sample: Sample, at: int, noise: bytes, *, keep: bool
) -> None:
    place = at % len(sample.bare)
    rest = sample.bare[place + len(noise) :] if keep else b""
    content = sample.bare[:place] + noise + rest
    assume(content != sample.bare)
    checked(content)


@UNHURRIED
@given(at=st.integers(0, 10**9), noise=st.binary(min_size=1, max_size=40))
def test_damaged_bytes_of_a_paper_are_found(sample: Sample, at: int, noise: bytes) -> None:
    place = at % len(sample.paper)
    paper = sample.paper[:place] + noise + sample.paper[place + len(noise) :]
    assume(paper != sample.paper)
    assert not verify_export(sample.bare, [("paper.pdf", paper)]).is_sound


@pytest.mark.parametrize("paper", [b"", b"%PDF-1.7", b"\x00" * 100, b"[" * 100_000])
def test_what_is_no_paper_is_said_to_be_none(sample: Sample, paper: bytes) -> None:
    (fault,) = verify_export(sample.bare, [("paper.pdf", paper)]).faults
    assert fault.code == "bulletin_unreadable"


def deep(opening: bytes) -> bytes:
    """Return JSON that nests deeper than any reader follows."""
    return opening * 100_000


@pytest.mark.parametrize(
    "files",
    [
        {MANIFEST: deep(b"[")},
        {MANIFEST: deep(b'{"a":')},
        {MANIFEST: b"\xff\xfe"},
        {MANIFEST: b"{}"},
        {MANIFEST: canonical({"format": "mingzhang-export", "version": 1})},
    ],
)
def test_a_zip_that_is_no_export_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(ExportUnreadable):
        verify_export(zipped(files))


def test_a_journal_that_nests_without_end_is_refused(sample: Sample) -> None:
    files = {**sample.read.files, "journal.jsonl": deep(b"[")}
    with pytest.raises(ExportUnreadable):
        verify_export(zipped({**files, MANIFEST: canonical({**sample.read.manifest, "files": {}})}))


def test_an_export_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(MANIFEST, b"{}")
        bomb.writestr("journal.jsonl", bytes(80 * 1024 * 1024))
    with pytest.raises(ExportUnreadable, match="too large unpacked"):
        verify_export(written.getvalue())


HOSTILE_BOOKS = [
    'option "insert_pythonpath" "TRUE"\nplugin "evil"\n',
    'plugin "evil"\n',
    'plugin "beancount.plugins.auto_accounts"\n',
    'option "plugin" "evil"\n',
    'option "documents" "/etc"\n',
    'option "plugin_processing_mode" "raw"\n',
    'include "/etc/passwd"\n',
    'include "../../*.beancount"\n',
    'include "**/*.beancount"\n',
]


@pytest.mark.parametrize("text", HOSTILE_BOOKS)
@pytest.mark.parametrize("place", ["books/en/main.beancount", "books/en/2026/2026-01.beancount"])
def test_nothing_that_an_exported_book_names_is_run_or_read(
    sample: Sample, tmp_path: Path, text: str, place: str
) -> None:
    """Stock Beancount imports a plugin by its name: whoever verifies a stranger's export would run his program."""
    mark = tmp_path / "ran"
    evil = f"open({str(mark)!r}, 'w').write('x')\n__plugins__ = ()\n".encode()
    whole = read_export(sample.export)
    files = {**whole.files, "books/en/evil.py": evil}
    files[place] = text.encode() + files.get(place, b"")
    found = list(check_books(Archive(whole.manifest, whole.journal, files)))
    assert not mark.exists()
    assert any(one.code == "book_unreadable" for one in found)


@UNHURRIED
@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_any_words_in_an_exported_book_are_read_or_found(sample: Sample, text: str) -> None:
    files = {"books/en/main.beancount": text.encode("utf-8", "replace")}
    manifest = {**sample.read.manifest, "journal_only": False}
    list(check_books(Archive(manifest, (), files)))
