"""Exports with one thing wrong: the command names it, and the verifier that imports nothing of ours refuses it too."""

from __future__ import annotations

from pathlib import Path

from reports.archive.verify import verify_export
from tests import second_verifier as second
from tests.conftest import Books
from tests.reports.archive.conftest import export
from tests.reports.archive.faulty import bare, faulty, faulty_in_public


def test_two_verifiers_find_every_fault(copied: Books, tmp_path: Path) -> None:
    path, true = tmp_path / "export.zip", bare(export(copied, with_registers=True))
    path.write_bytes(true)
    assert second.check(path)[1] == []
    assert verify_export(true).is_sound
    for code, content in faulty(true).items():
        assert code in {one.code for one in verify_export(content).faults}
        path.write_bytes(content)
        assert second.check(path)[1], code


def test_two_verifiers_find_what_a_public_export_withholds(copied: Books, tmp_path: Path) -> None:
    path, true = tmp_path / "export.zip", export(copied, "public")
    path.write_bytes(true)
    assert second.check(path)[1] == []
    assert verify_export(true).is_sound
    for code, content in faulty_in_public(true, export(copied)).items():
        assert code in {one.code for one in verify_export(content).faults}
        path.write_bytes(content)
        assert second.check(path)[1], code
