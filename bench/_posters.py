"""Others who take postings one by one: bare SQLite, Fava, hledger-web, django-hordak. Postings a second, or None."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
import time
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx2
import pysqlite3.dbapi2 as sqlite
from _peers import hordak_seconds

DAY = "2026-01-20"
DEBIT, CREDIT = "Assets:PublicIncome:Bank:Joint01", "Income:PublicIncome:Recycling"
_PLAIN_TABLES = ("act", "posting", "entry", "chain_head", "idempotency")


def bare_rate(filled: Path, folder: Path, count: int) -> float:
    """Return how many postings a second bare SQLite commits durably, one by one: the same rows in the same tables.

    No rule, no trigger, no hash, no server: what one commit for each posting can reach at most on this disk.
    """
    source = sqlite3.connect(filled)
    schema = [
        sql
        for name in _PLAIN_TABLES
        for (sql,) in source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type IN ('table', 'index') "
            "ORDER BY type = 'index'",
            [name],
        )
    ]
    heads = source.execute("SELECT * FROM entry ORDER BY seq LIMIT ?", [count]).fetchall()
    acts = {row[1]: row for row in source.execute("SELECT * FROM act")}
    lines: dict[int, list[tuple[object, ...]]] = {}
    for row in source.execute("SELECT * FROM posting"):
        lines.setdefault(row[1], []).append(row)
    source.close()
    bare = sqlite.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        bare.execute(f"PRAGMA {pragma}")
    for sql in schema:
        bare.execute(sql)
    into = {
        name: f"INSERT INTO {name} VALUES ({','.join('?' * len(row))})"  # noqa: S608 - our own table names
        for name, row in (("act", acts[heads[0][1]]), ("entry", heads[0]), ("posting", lines[heads[0][1]][0]))
    }
    bare.execute("INSERT INTO chain_head VALUES ('bench', 0, '', '')")
    begun = time.perf_counter()
    for place, head in enumerate(heads):
        seq = head[1]
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("UPDATE chain_head SET seq = ?, hash = ? WHERE compound = 'bench'", [seq, acts[seq][-1]])
        bare.execute(into["act"], acts[seq])
        bare.executemany(into["posting"], lines[seq])
        bare.execute(into["entry"], head)
        answer = (
            "bench",
            "treasurer-1",
            f"{place:036x}",
            "f" * 64,
            201,
            b"{}" * 400,
            "/",
            f"{DAY}T04:00:00Z",
        )
        bare.execute("INSERT INTO idempotency VALUES (?,?,?,?,?,?,?,?)", answer)
        bare.execute("COMMIT")
    taken = time.perf_counter() - begun
    bare.close()
    return len(heads) / taken


def fava_rate(entries: int, folder: Path, count: int) -> float:
    """Return how many entries a second Fava's own interface adds, one a request, to a book of so many."""
    from fava.application import create_app

    book = folder / "fava.beancount"
    opened = "".join(f"2026-01-01 open {one} CNY\n" for one in (DEBIT, CREDIT))
    entry = f'{DAY} * "废品回收"\n  {DEBIT}   31.00 CNY\n  {CREDIT}\n'
    book.write_text(f'option "operating_currency" "CNY"\n{opened}{entry * entries}', encoding="utf-8")
    app = create_app([book], load=True)
    server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    posting = [{"account": DEBIT, "amount": "31.00 CNY"}, {"account": CREDIT, "amount": ""}]
    given = {
        "entries": [
            {
                "t": "Transaction",
                "date": DAY,
                "flag": "*",
                "payee": "",
                "narration": "废品回收",
                "tags": [],
                "links": [],
                "meta": {},
                "postings": posting,
            }
        ]
    }
    slug = next(iter(app.config["LEDGERS"].ledgers_by_slug))
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=300) as client:
            return _rate(client, f"/{slug}/api/add_entries", given, count)
    finally:
        server.shutdown()
        thread.join()


class _Quiet(WSGIRequestHandler):
    """A handler that prints nothing."""

    def log_message(self, *_: object) -> None:
        return


def hledger_rate(entries: int, folder: Path, count: int) -> float | None:
    """Return how many transactions a second hledger-web adds to a journal of so many; None without it."""
    if shutil.which("hledger-web") is None:
        print("hledger-web is not installed (Debian: hledger-web)")
        return None
    journal = folder / "all.journal"
    journal.write_text(
        f"{DAY} 废品回收\n    {DEBIT}  31.00 CNY\n    {CREDIT}  -31.00 CNY\n\n" * entries, "utf-8"
    )
    port = _free_port()
    command = ["hledger-web", "--serve-api", "--capabilities=view,add", "-f", str(journal), f"--port={port}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdout=quiet, stderr=quiet, env={"LANG": "C.UTF-8", "PATH": "/usr/bin"}
    ) as web:
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client:
                given = _first(client)
                return _rate(client, "/add", given, count)
        finally:
            web.terminate()


def _first(client: httpx2.Client) -> object:
    """Return the first transaction as hledger-web itself writes it, once it answers."""
    for _ in range(600):
        try:
            return client.get("/transactions").json()[0]
        except (httpx2.TransportError, json.JSONDecodeError):
            time.sleep(0.1)
    raise SystemExit("hledger-web does not answer")


def _rate(client: httpx2.Client, path: str, given: object, count: int) -> float:
    """Return requests a second: the second and later ones, each of which finds the book that the one before changed."""
    client.put(path, json=given).raise_for_status()
    begun = time.perf_counter()
    for _ in range(count):
        client.put(path, json=given).raise_for_status()
    return count / (time.perf_counter() - begun)


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def hordak_rate(folder: Path, count: int) -> float | None:
    """Return how many transactions a second django-hordak commits on PostgreSQL, called directly, one by one."""
    taken = hordak_seconds(count, folder, each=True)
    return None if taken is None else count / taken
