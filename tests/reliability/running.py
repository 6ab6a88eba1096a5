"""Servers of the nursery: started, spoken to, killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.api.conftest import HOME

SECONDS_TO_START = 300  # a machine may be busy with other things


class Nursery:
    """The process that gives birth to servers."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._door = threading.Lock()
        environment = {name: one for name, one in os.environ.items() if not name.startswith("MINGZHANG_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "PYTHONPATH": str(Path.cwd())},
            text=True,
        )

    def serve(self, url: str, **settings: str) -> Served:
        """Start a server on the books at ``url`` and wait until it answers."""
        born, printed = self._bear(url, ["serve", "--port", "0"], settings)
        return Served(self, born, _address(born, printed), printed)

    def run(self, url: str, *words: str, **settings: str) -> tuple[int, str]:
        """Run a command on the books at ``url``; return how it ended and what it printed."""
        born, printed = self._bear(url, list(words), settings)
        ended = int(self.ask({"born": born})["ended"])
        return ended, printed.read_text(encoding="utf-8")

    def _bear(self, url: str, words: list[str], settings: Mapping[str, str]) -> tuple[int, Path]:
        self._count += 1
        printed = self._folder / f"process-{self._count}.txt"
        environment = {"MINGZHANG_DATABASE_URL": url, **settings}
        asked = {"environment": environment, "words": words, "printed": str(printed)}
        return int(self.ask(asked)["born"]), printed

    def ask(self, what: Mapping[str, Any]) -> dict[str, Any]:
        """Send one line and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._door:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
            return answer

    def close(self) -> None:
        """End it; its servers have been ended before."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@dataclass
class Served:
    """One server process."""

    nursery: Nursery
    pid: int
    url: str
    printed: Path
    _ended: int | None = None

    def kill(self) -> None:
        """Let it end as by a power failure, wherever it is."""
        if self._ended is None:
            os.kill(self.pid, signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        """Wait for its end and return how it was: the number of the signal, negative."""
        if self._ended is None:
            self._ended = int(self.nursery.ask({"born": self.pid})["ended"])
        return self._ended


def _address(born: int, printed: Path) -> str:
    """Wait until the server says where it listens and answers there."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        text = printed.read_text(encoding="utf-8", errors="replace") if printed.exists() else ""
        found = re.search(r"http://127\.0\.0\.1:\d+", text)
        if found is not None:
            httpx2.get(f"{found[0]}/healthz", trust_env=False, verify=False, timeout=SECONDS_TO_START)
            return found[0]
        time.sleep(0.01)
    os.kill(born, signal.SIGKILL)
    raise AssertionError(f"the server did not start: {printed.read_text(encoding='utf-8')}")


class Client:
    """Who writes to a server: one connection, one token."""

    def __init__(self, url: str, token: str, compound: str = HOME) -> None:
        signed = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        self.url = f"{url}/api/v1/compounds/{compound}/"
        self._http = httpx2.Client(headers=signed, timeout=SECONDS_TO_START, trust_env=False, verify=False)

    def post(self, path: str, body: Any, key: str, token: str | None = None) -> httpx2.Response:
        """Send one write under a key, as whoever the token is of; bytes are a spreadsheet."""
        headers = {"Idempotency-Key": key}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if isinstance(body, bytes):
            headers["Content-Type"] = "text/csv"
            return self._http.post(self.url + path, content=body, headers=headers)
        return self._http.post(self.url + path, json=body, headers=headers)

    def get(self, path: str) -> httpx2.Response:
        """Read something."""
        return self._http.get(self.url + path)

    def close(self) -> None:
        """Hang up."""
        self._http.close()
