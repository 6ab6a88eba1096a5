"""Each known attack on stock Fava by GET alone works there and fails here."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from a2wsgi import WSGIMiddleware
from beancount.core import data
from fastapi import FastAPI
from fava.beans.funcs import hash_entry

from api.fava.ledger import AbsolutePathError, SnapshotLedger
from tests.api.fava.browser import Browser
from tests.api.fava.conftest import Client, serving
from tests.api.fava.sample_book import (
    BANK,
    CLEANING,
    DAY,
    HOSTILE_HTML,
    LIFTS,
    SampleShelf,
    custom,
    meta,
    sample_entries,
    snapshot,
    txn,
)


def test_a_query_cannot_truncate_a_file(stock: Any, get: Client, tmp_path: Path) -> None:
    victim = tmp_path / "precious.db"
    path = f"/jinxiu/api/query?query_string={quote(f'.output {victim}')}"
    victim.write_text("the books")
    stock.get(path)
    stock.application.config["LEDGERS"]["jinxiu"].query_shell.shell.outfile.close()
    assert victim.read_text() == ""
    victim.write_text("the books")
    assert get(f"/books{path}").status_code == 400
    download = f"download-query/query_result.csv?query_string=.output {victim}"
    assert get(f"/books/jinxiu/{download}").status_code == 404
    assert victim.read_text() == "the books"


def test_a_query_cannot_read_a_file(stock: Any, get: Client, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nopen-sesame\n")
    create = quote(f"create table t (word str) using 'csv:{secret}'")
    stock.get(f"/jinxiu/api/query?query_string={create}")
    shell = stock.application.config["LEDGERS"]["jinxiu"].query_shell.shell
    # Another thread's SELECT meets the table in the shell that all requests share.
    assert "open-sesame" in str(shell.context.execute("select word from #t").fetchall())
    shell.context.tables.pop("t").data.close()
    assert get(f"/books/jinxiu/api/query?query_string={create}").status_code == 400


def test_a_query_cannot_change_the_shared_settings(stock: Any, get: Client) -> None:
    path = f"/jinxiu/api/query?query_string={quote('.set boxed true')}"
    shell = stock.application.config["LEDGERS"]["jinxiu"].query_shell.shell
    stock.get(path)
    assert shell.settings.boxed is True
    assert get(f"/books{path}").status_code == 400


@pytest.mark.parametrize("page", ["journal_page?page=1&order=desc", f"account_report?a={LIFTS}"])
def test_text_of_an_entry_is_shown_literally(page: str, stock: Any, get: Client) -> None:
    assert HOSTILE_HTML in stock.get(f"/jinxiu/api/{page}").json["data"]["journal"]
    ours = get(f"/books/jinxiu/api/{page}").json()["data"]["journal"]
    assert "<img" not in ours
    assert ours.count("&lt;img src=x onerror=alert(1)&gt;") >= 3


@pytest.mark.browser
def test_a_narration_runs_no_script_in_the_browser(browser: Browser, served: str, stock: Any) -> None:
    app = FastAPI()
    stock_app: Any = WSGIMiddleware(stock.application, workers=4)  # Any: a2wsgi has its own types
    app.mount("/", stock_app)
    with serving(app) as stock_served:
        browser.open(f"{stock_served}/jinxiu/journal/")
        browser.wait_for("document.querySelector('.journal img')?.complete")
        assert "dialog: 1" in browser.complaints
    browser.complaints.clear()
    browser.open(f"{served}/books/jinxiu/journal/")
    assert HOSTILE_HTML in browser.run("document.querySelector('article').innerText")
    assert browser.run("document.querySelectorAll('.journal img').length") == 0
    ours = [one for one in browser.complaints if stock_served not in one]  # it may still want its favicon
    assert ours == []


@pytest.mark.browser
def test_script_that_got_into_a_page_is_not_run(browser: Browser, served: str) -> None:
    browser.open(f"{served}/books/jinxiu/journal/")
    browser.run("document.querySelector('article').innerHTML = '<img src=x onerror=document.title=1>'")
    browser.wait_for("document.querySelector('article img').complete")
    assert browser.run("document.title") != "1"
    assert any("Content Security Policy" in complaint for complaint in browser.complaints)


HANGS = {
    "account": "((.|.)+)+!",
    "filter": 'any(account:"((.|.)+)+!")',
}


@pytest.mark.parametrize("parameter", HANGS)
def test_a_regular_expression_cannot_hang_the_process(
    parameter: str, stock_of: Callable[..., Any], get: Client, tmp_path: Path
) -> None:
    query = f"{parameter}={quote(HANGS[parameter])}"
    stock_of()
    attack = f"""
        from fava.application import create_app
        app = create_app([{str(tmp_path / "main.beancount")!r}], read_only=True, poll_watcher=True)
        client = app.test_client()
        client.get("/jinxiu/api/income_statement")
        print("ready", flush=True)
        client.get({f"/jinxiu/api/income_statement?{query}"!r})
        print("answered", flush=True)
    """
    with pytest.raises(subprocess.TimeoutExpired) as hung:
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(attack)], timeout=6, capture_output=True, check=False
        )
    assert hung.value.stdout == b"ready\n"
    assert get(f"/books/jinxiu/api/income_statement?{query}").status_code == 400
    assert get(f"/books/jinxiu/income_statement/?{query}").status_code == 400


def test_an_absurd_time_is_not_an_internal_error(stock: Any, get: Client) -> None:
    stock.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert stock.get("/jinxiu/api/income_statement?time=0001 - 9999").status_code == 500
    assert get("/books/jinxiu/api/income_statement?time=0001 - 9999").status_code == 400


def test_metadata_cannot_name_a_file_to_be_read(
    stock_of: Callable[..., Any], get: Client, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("open-sesame\n" * 1_000)
    forged = f'2026-03-18 * "x"\n  filename: "{secret}"\n  {BANK}  1.00 CNY\n  {CLEANING}  -1.00 CNY\n'
    stock = stock_of(forged)
    ledger = stock.application.config["LEDGERS"]["jinxiu"]
    entry = next(txn for txn in ledger.all_entries_by_type.Transaction if txn.narration == "x")
    path = f"/jinxiu/api/source_slice?entry_hash={hash_entry(entry)}"
    assert "open-sesame" in stock.get(path).text
    assert get(f"/books{path}").status_code == 404
    entries = sample_entries(txn(DAY, None, "x", {BANK: "1.00", CLEANING: "-1.00"}, filename=str(secret)))
    with pytest.raises(AbsolutePathError):
        SnapshotLedger(snapshot("x", entries))


def test_a_document_cannot_name_a_file_to_be_served(
    stock_of: Callable[..., Any], get: Client, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<script>open-sesame</script>")
    stock = stock_of(f'2026-03-18 document {BANK} "{secret}"')
    answer = stock.get(f"/jinxiu/document/?filename={secret}")
    assert "open-sesame" in answer.text
    assert "X-Content-Type-Options" not in answer.headers
    answer.close()
    assert get(f"/books/jinxiu/document/?filename={secret}").status_code == 404
    assert get(f"/books/jinxiu/statement/?entry_hash={'0' * 32}&key=document").status_code == 404
    document = data.Document(meta(1), DAY, BANK, str(secret), None, None)
    with pytest.raises(AbsolutePathError):
        SnapshotLedger(snapshot("x", sample_entries(document)))


def test_a_book_cannot_load_code(stock_of: Callable[..., Any], tmp_path: Path) -> None:
    module, trace = tmp_path / "sneaky_extension.py", tmp_path / "trace"
    module.write_text(f"open({str(trace)!r}, 'w').close()\n")
    path_before = list(sys.path)
    try:
        stock_of('2026-01-01 custom "fava-extension" "sneaky_extension"').get("/jinxiu/api/changed")
        assert trace.exists()
    finally:
        sys.path[:] = path_before
        sys.modules.pop("sneaky_extension", None)
    trace.unlink()
    hostile = [
        custom("fava-extension", "sneaky_extension"),
        custom("fava-option", "import-config", str(module)),
        custom("fava-option", "default-file", str(module)),
        custom("fava-option", "use-external-editor", "true"),
    ]
    ledger = SnapshotLedger(snapshot("x", sample_entries(*hostile)))
    assert not trace.exists()
    assert ledger.extensions.extension_details == []
    options = ledger.fava_options
    assert (options.import_config, options.default_file, options.use_external_editor) == (None, None, False)


PLACES = (
    "journal/",
    f"account/{BANK}/",
    "api/ledger_data",
    "api/errors",
    "api/journal_page?page=1&order=asc",
    f"api/account_report?a={BANK}",
    "api/context?entry_hash={hash}",
    "api/options",
    "api/events",
    "api/statistics",
)


def test_no_answer_names_a_place_on_the_server(stock: Any, get: Client, tmp_path: Path) -> None:
    journal = get("/books/jinxiu/api/journal_page?page=1&order=asc").json()["data"]["journal"]
    entry_hash = journal.partition("#context-")[2][:32]
    root = str(Path(__file__).resolve().parents[3])
    assert str(tmp_path) in stock.get("/jinxiu/api/ledger_data").text
    assert str(tmp_path) in stock.get("/jinxiu/journal/").text
    for place in PLACES:
        text = get(f"/books/jinxiu/{place.format(hash=entry_hash)}").text
        for path in (root, str(tmp_path), "site-packages", sys.prefix, str(Path.home()) + "/"):
            assert path not in text, place


def test_the_source_is_not_shown(stock: Any, get: Client) -> None:
    assert "name_assets" in stock.get("/jinxiu/api/source?filename=").text
    assert get("/books/jinxiu/api/source").status_code == 404
    assert get("/books/jinxiu/editor/").status_code == 404
    assert get("/books/jinxiu/download-journal/").status_code == 404


def test_importers_are_not_reachable(stock: Any, get: Client) -> None:
    assert stock.get("/jinxiu/api/imports").status_code == 200
    for path in ("api/imports", "api/extract?filename=/etc/hosts&importer=x", "import/"):
        assert get(f"/books/jinxiu/{path}").status_code == 404


def test_the_whole_journal_is_not_one_answer(stock: Any, get: Client) -> None:
    assert len(stock.get("/jinxiu/api/journal").json["data"]) > 20
    assert get("/books/jinxiu/api/journal").status_code == 404


def test_the_root_does_not_lead_to_a_book(stock: Any, get: Client) -> None:
    assert stock.get("/").headers["Location"].startswith("/jinxiu/")
    assert get("/books/").status_code == 404
    assert get("/books/jump?time=2026", referer="http://elsewhere.example/").status_code == 404


def test_no_page_lists_other_books(get: Client, shelf: SampleShelf) -> None:
    for slug in ("beicheng", "jinxiu"):
        answer = get(f"/books/{slug}/api/ledger_data")
        assert json.loads(answer.text)["data"]["other_ledgers"] == []
    assert "北城" not in answer.text
    assert "beicheng" not in answer.text


def test_a_book_cannot_forge_an_entry_by_its_narration(get: Client) -> None:
    accounts = get("/books/jinxiu/api/ledger_data").json()["data"]["accounts"]
    assert "Assets:X" not in accounts
    rows = get("/books/jinxiu/api/journal_page?page=1&order=desc").json()["data"]["journal"]
    assert "&#34; 2026-01-01 open Assets:X" in rows
