"""A real server on a free port: what only shows over a socket, and when a process is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx2
import pytest

from tests.api.conftest import HOME, UNIT

BASE = f"/api/v1/compounds/{HOME}"
RECEIPT = {"unit": UNIT, "amount": "10.00", "channel": "cash"}


@dataclass
class Server:
    """A server process, its address, and the environment that it runs in."""

    process: subprocess.Popen[bytes]
    url: str
    environment: dict[str, str]
    lock: Path


def start(books_file: Path, log: int | IO[bytes] = subprocess.DEVNULL, **settings: str) -> Server:
    lock = books_file.with_name("books.db.lock")
    environment = {
        **os.environ,
        "MINGZHANG_DATABASE_URL": f"sqlite:///{books_file}",
        "PYTHONPATH": str(Path.cwd()),
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"],
        env=environment,
        stdout=log,
        stderr=log,
    )
    for _ in range(300):
        if lock.exists() and lock.read_text():
            url = json.loads(lock.read_text())["url"]
            try:
                httpx2.get(f"{url}/healthz")
            except httpx2.TransportError:
                pass
            else:
                return Server(process, url, environment, lock)
        assert process.poll() is None, "the server ended by itself"
        time.sleep(0.1)
    process.kill()
    raise AssertionError("the server did not start")


@pytest.fixture
def server(books_file: Path) -> Iterator[Server]:
    running = start(books_file)
    yield running
    running.process.kill()
    running.process.wait()


def token_of(server: Server) -> str:
    """Issue a token through the running server; the tokens of the fixture are of another clock."""
    command = [sys.executable, "-m", "api.cli.main", "--json", "token", "treasurer"]
    done = subprocess.run(command, env=server.environment, capture_output=True, check=True, timeout=60)
    token: str = json.loads(done.stdout)["token"]
    return token


def post(server: Server, token: str, key: str, body: dict[str, str] = RECEIPT) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return httpx2.post(f"{server.url}{BASE}/receipts", json=body, headers=headers, timeout=60)


def test_concurrent_duplicates_over_the_network_post_once(server: Server) -> None:
    token = token_of(server)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(server, token, "one-and-the-same-key"), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_what_was_acknowledged_survives_a_kill_and_is_not_posted_again(books_file: Path) -> None:
    first = start(books_file)
    token = token_of(first)
    acknowledged = [post(first, token, f"key-before-the-kill-{n:02d}").json()["seq"] for n in range(5)]
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    second = start(books_file)
    try:
        again = [post(second, token, f"key-before-the-kill-{n:02d}") for n in range(5)]
        assert [answer.json()["seq"] for answer in again] == acknowledged
        assert {answer.headers["idempotency-replayed"] for answer in again} == {"true"}
    finally:
        second.process.kill()
        second.process.wait()
    with sqlite3.connect(books_file) as connection:
        assert connection.execute("SELECT count(*) FROM receipt").fetchone() == (5,)
    connection.close()


def test_a_backup_beside_the_server_is_put_on_record_by_it_once(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "api.cli.main", "--json", "backup", "--to", str(tmp_path / "backups")]
    done = subprocess.run(command, env=server.environment, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    at = Path(said["file"]).stem.removeprefix("mingzhang-")
    facts = {"at": at, "bytes": said["bytes"], "compounds": len(said["heads"])}
    where = f"{server.url}/api/v1/machine/backups"
    secret = {"Mingzhang-Local": json.loads(server.lock.read_text())["secret"]}
    again = httpx2.post(where, json=facts, headers=secret)  # as if its answer had got lost
    assert again.status_code == 201
    assert httpx2.post(where, json=facts, headers={"Mingzhang-Local": "guess"}).status_code == 401
    assert httpx2.post(where, json=facts).status_code == 401
    assert httpx2.post(where, json=facts | {"at": "then"}, headers=secret).status_code == 400
    with contextlib.closing(sqlite3.connect(server.lock.with_name("books.db"))) as connection:
        lines = connection.execute("SELECT about FROM audit WHERE what = 'backup_taken'").fetchall()
    assert [json.loads(about) for (about,) in lines] == [facts]


def test_a_body_without_a_length_is_cut_off_at_the_limit(server: Server) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 65_536

    try:
        answer = httpx2.post(
            f"{server.url}{BASE}/entries", content=endless(), headers={"Content-Type": "application/json"}
        )
    except httpx2.TransportError:  # the server hung up while we were still sending: also a refusal
        return
    assert answer.status_code == 413


def test_a_client_that_hangs_up_in_the_middle_does_no_harm(server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"POST {BASE}/receipts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{".encode()
        )
    assert httpx2.get(f"{server.url}/healthz").status_code == 200


def test_a_second_server_on_the_same_books_exits_3(server: Server) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"],
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 3
    assert "另一个进程正在使用账簿" in second.stderr


def test_a_command_goes_through_the_running_server(server: Server) -> None:
    command = [sys.executable, "-m", "api.cli.main", "--as", "treasurer", "-c", HOME, "--json"]
    done = subprocess.run(
        [*command, "receipt", UNIT, "12.00", "--channel", "cash"],
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["number"] == "R-000001"


def test_the_lock_file_is_for_the_servers_account_only_and_emptied_at_the_end(server: Server) -> None:
    assert server.lock.stat().st_mode & 0o777 == 0o600
    server.process.terminate()
    server.process.wait(timeout=20)
    assert server.lock.read_text() == ""
