"""A server that does nothing: one FastAPI route that checks a posting's shape and answers. What HTTP alone takes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fastapi import FastAPI, Response
from pydantic import BaseModel

app = FastAPI()


class Line(BaseModel):
    """One line of an entry."""

    account: str
    amount: str


class Entry(BaseModel):
    """A general entry."""

    effective_on: str
    narration: str
    postings: list[Line]


@app.post("/api/v1/compounds/{compound}/entries", status_code=201)
def post(compound: str, entry: Entry) -> Response:
    """Answer with as many bytes as a posting does, in a thread of the pool, as routes that ask a database do."""
    return Response(
        f"{compound}{len(entry.postings)}".ljust(700).encode(), 201, media_type="application/json"
    )


@contextmanager
def served() -> Iterator[tuple[str, int, str]]:
    """Give the address and the port of this server in its own process, on the same loop and parser as ours."""
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        port = int(one.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "_empty:app", "--port", str(port), "--log-level", "error"]
    with subprocess.Popen(command, cwd=Path(__file__).parent) as server:
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield "127.0.0.1", port, ""
        finally:
            server.terminate()
