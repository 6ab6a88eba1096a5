"""The page beside the command: what the command refuses, the page refuses by the same name, books and dates apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.archive.layout import page
from reports.archive.writing import zipped
from tests.api.fava.browser import Browser
from tests.api.test_verify_page import browser, drop
from tests.conftest import Books
from tests.reports.archive.conftest import Published, copied, export, published
from tests.reports.archive.faulty import bare, faulty, faulty_in_public
from tests.reports.archive.test_anchors import a_proof, head_of, made_up
from tests.reports.archive.test_one_reading import two_in_one

__all__ = ["browser", "copied", "published"]
pytestmark = pytest.mark.browser


def opened(browser: Browser, folder: Path) -> None:
    """Open the page from a disk."""
    place = folder / "verify.html"
    place.write_bytes(page())
    browser.open(place.as_uri())


def test_the_page_names_every_fault_that_the_command_names(
    copied: Books, browser: Browser, tmp_path: Path
) -> None:
    true = bare(export(copied, with_registers=True))
    opened(browser, tmp_path)
    assert drop(browser, true, "export.zip")["codes"] == []
    for code, content in faulty(true).items():
        said = drop(browser, content, "export.zip")
        assert not said["good"]
        assert code in said["codes"]
    public = export(copied, "public")
    assert drop(browser, public, "export.zip")["codes"] == []
    for code, content in faulty_in_public(public, export(copied)).items():
        assert code in drop(browser, content, "export.zip")["codes"]


def test_the_page_reads_no_zip_that_holds_two_exports(
    copied: Books, browser: Browser, tmp_path: Path
) -> None:
    opened(browser, tmp_path)
    true = bare(export(copied, "public"))
    for content in (two_in_one(true, zipped({"manifest.json": b"{}"})), true + b"\n", b"#!\n" + true):
        assert drop(browser, content, "export.zip")["codes"] == ["unreadable"]


def test_the_page_takes_no_head_before_the_act_for_an_anchor(
    copied: Books, published: Published, browser: Browser, tmp_path: Path
) -> None:
    opened(browser, tmp_path)
    head = head_of(published.papers["2026-02"])
    fake = json.dumps(made_up(copied.compound, head)).encode()
    assert drop(browser, fake, "proof.json")["codes"] == ["not_anchored"]
    assert drop(browser, fake, "proof.json", f"{head['seq']}:{head['hash']}")["codes"] == ["head_elsewhere"]
    proof = a_proof(copied)
    content = json.dumps(proof).encode()
    assert drop(browser, content, "proof.json", f"{proof['head']['seq']}:{proof['head']['hash'][:8]}")["good"]
    before = f"{proof['record']['seq'] - 1}:{proof['record']['prev']}"
    assert drop(browser, content, "proof.json", before)["codes"] == ["head_elsewhere"]
    alone = json.dumps(made_up(copied.compound, head, "-1.00")).encode()
    assert set(drop(browser, alone, "proof.json")["codes"]) == {"proof_wrong", "unbalanced"}
