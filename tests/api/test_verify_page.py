"""The page that checks a file in a reader's own browser: a good file, and the same file with one thing changed."""

from __future__ import annotations

import base64
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from api import pages
from api.limits import Limits
from api.settings import Settings
from reports.archive.layout import page
from reports.archive.reading import read_export
from reports.archive.writing import zipped
from tests.api.conftest import UNIT, Desk
from tests.api.fava.browser import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed: the page cannot be looked at in a browser")
    with Browser(program, tmp_path / "profile") as opened:
        yield opened


def pages_alone() -> FastAPI:
    """Return our pages behind the same door as in the application, without books."""
    app = FastAPI()
    app.add_middleware(Limits, settings=Settings())
    app.include_router(pages.router)
    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Run a real server for the application and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def lived_in(desk: Desk) -> Desk:
    """Bill a month, take a payment, close the month and publish it."""
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    sent = {"unit": UNIT, "amount": "100.00", "channel": "wechat", "effective_on": "2026-01-12"}
    desk.done("receipts", sent)
    desk.done("periods/2026-01/close")
    desk.done("bulletins/2026-01")
    return desk


def drop(browser: Browser, content: bytes, name: str, paper: str = "") -> dict[str, Any]:
    """Give the page a file, as a reader's choice does, and return what it says."""
    packed = base64.b64encode(content).decode()
    browser.run(
        f"""(() => {{
          document.getElementById('verdict').textContent = '';
          document.getElementById('head').value = {json.dumps(paper)};
          const bytes = Uint8Array.from(atob('{packed}'), (one) => one.charCodeAt(0));
          const given = new DataTransfer();
          given.items.add(new File([bytes], {json.dumps(name)}));
          const input = document.getElementById('file');
          input.files = given.files;
          input.dispatchEvent(new Event('change'));
        }})()"""
    )
    browser.wait_for("document.getElementById('verdict').className !== ''", 60)
    return {
        "good": browser.run("document.getElementById('verdict').className") == "good",
        "codes": browser.run(
            "[...new Set([...document.querySelectorAll('#findings li')].map((one) => one.dataset.code))]"
        ),
        "about": browser.run("document.getElementById('about').innerText"),
    }


def test_the_page_checks_exports_and_proofs_under_its_own_strict_policy(
    lived_in: Desk, browser: Browser
) -> None:
    head = lived_in.head()
    exports = {
        audience: lived_in.get(f"export.zip?audience={audience}").content for audience in ("public", "full")
    }
    line = lived_in.get(f"units/{UNIT}/proofs").json()["items"][-1]
    proof = lived_in.get(line["proof"]).content
    with serving(pages_alone()) as address:
        browser.open(f"{address}/verify.html", width=390, height=844)
        for content in exports.values():
            said = drop(browser, content, "export.zip", f"{head[0]}:{head[1][:16]}")
            assert (said["good"], said["codes"]) == (True, [])
            assert f"{head[0]}:{head[1]}" in said["about"]
        anchor = json.loads(proof)["head"]
        said = drop(browser, proof, "proof.json", f"{anchor['seq']}:{anchor['hash'][:16]}")
        assert (said["good"], said["codes"]) == (True, [])
        assert UNIT in said["about"]
        assert line["amount"] in said["about"]
        assert browser.complaints == []
        assert browser.run("document.documentElement.scrollWidth") <= 390


def test_the_page_from_a_disk_finds_what_was_changed(
    lived_in: Desk, browser: Browser, tmp_path: Path
) -> None:
    content = lived_in.get("export.zip?audience=full").content
    archive = read_export(content)
    place = tmp_path / "verify.html"
    place.write_bytes(archive.files["verify.html"])
    assert archive.files["verify.html"] == page()
    browser.open(place.as_uri())
    manifest = json.dumps(archive.manifest).encode()
    journal = archive.files["journal.jsonl"]
    lines = journal.splitlines(keepends=True)
    trail = archive.files["audit.jsonl"]
    told = trail.splitlines(keepends=True)
    bulletin = next(name for name in archive.files if name.startswith("bulletins/"))
    for code, changed in {
        "public_changed": {"journal.jsonl": journal.replace(b'"kind":"bill"', b'"kind":"bilk"', 1)},
        "sealed_changed": {"journal.jsonl": journal.replace(b'"amount_minor":"', b'"amount_minor":"9', 1)},
        "gap": {"journal.jsonl": b"".join(lines[:3] + lines[4:])},
        "head_wrong": {"journal.jsonl": b"".join(lines[:-1])},
        "hash_wrong": {"journal.jsonl": journal.replace(b'"sealed":"', b'"sealed":"0', 1)},
        "audit_broken": {"audit.jsonl": trail.replace(b'"role":"', b'"role":"x', 1)},
        "audit_cut": {"audit.jsonl": b"".join(told[:5])},
        "audit_untold": {"audit.jsonl": b""},
        "file_changed": {bulletin: b"%PDF-"},
        "file_unlisted": {"more.txt": b""},
    }.items():
        said = drop(browser, zipped({**archive.files, "manifest.json": manifest, **changed}), "export.zip")
        assert not said["good"]
        assert code in said["codes"]
    assert drop(browser, content[:-50], "export.zip")["codes"] == ["unreadable"]
    for given, name, paper, code in (
        (b"%PDF-1.7", "2026-01.pdf", "", "is_bulletin"),
        (content, "export.zip", "214", "head_malformed"),
    ):
        assert drop(browser, given, name, paper)["codes"] == [code]
        assert "没能验证" in browser.run("document.getElementById('verdict').innerText")
    for paper, is_told in (("", True), (f"1:{json.loads(lines[0])['hash']}", False)):
        assert drop(browser, content, "export.zip", paper)["good"]
        assert browser.run("document.getElementById('paper').hidden") is not is_told
    said = drop(browser, content, "export.zip", f"3:{'0' * 16}")
    assert said["codes"] == ["head_differs"]
    assert drop(browser, content, "export.zip", f"999:{'0' * 16}")["codes"] == ["tail_cut"]


def test_a_changed_proof_is_found_also_where_the_browser_lends_no_sha256(
    lived_in: Desk, browser: Browser, tmp_path: Path
) -> None:
    line = lived_in.get(f"units/{UNIT}/proofs").json()["items"][0]
    proof = lived_in.get(line["proof"]).json()
    place = tmp_path / "verify.html"
    place.write_bytes(page())
    for is_hidden in (False, True):
        browser.open(place.as_uri())
        if is_hidden:
            browser.run("Object.defineProperty(crypto, 'subtle', {value: undefined})")
            assert browser.run("crypto.subtle") is None
        assert drop(browser, json.dumps(proof).encode(), "proof.json")["codes"] == ["not_anchored"]
        assert "NOT ANCHORED" in browser.run("document.getElementById('verdict').innerText")
        for code, changed in {
            "proof_wrong": {"line": {**proof["line"], "amount": "1.00"}},
            "proof_line_missing": {"account": "Income:PropertyFee:Fees"},
            "public_changed": {"public": {**proof["public"], "salt": "00" * 16}},
            "hash_wrong": {"after": []},
        }.items():
            said = drop(browser, json.dumps({**proof, **changed}).encode(), "proof.json")
            assert said["codes"] == [code]
            assert not said["good"]
