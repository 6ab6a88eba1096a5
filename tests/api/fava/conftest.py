"""The sample books as served by our application, and by stock Fava for comparison."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from fava import application

from api.fava.app import create_fava
from tests.api.fava.browser import Browser
from tests.api.fava.sample_book import SampleShelf, book_text, sample_entries, snapshot


class Client:
    """A client that speaks ASGI to the mounted application, with the reader's name in a header."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def __call__(
        self, path: str, method: str = "GET", reader: str | None = None, **headers: str
    ) -> httpx2.Response:
        if reader:
            headers["x-reader"] = reader

        async def once() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self._app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://books.test") as client:
                names = {key.replace("_", "-"): value for key, value in headers.items()}
                return await client.request(method, path, headers=names)

        return asyncio.run(once())


def reader_from_header(scope: Mapping[str, Any]) -> str | None:
    value = dict(scope["headers"]).get(b"x-reader")
    return value.decode() if value else None


@pytest.fixture
def shelf() -> SampleShelf:
    return SampleShelf(
        {
            "jinxiu": snapshot("锦绣花园 2026 年公开账", sample_entries()),
            "jinxiu-full": snapshot("锦绣花园 全账", sample_entries()),
            "beicheng": snapshot("北城雅苑 2026 年公开账", sample_entries()),
        },
    )


@pytest.fixture
def site(shelf: SampleShelf) -> FastAPI:
    app = FastAPI()
    app.mount("/books", create_fava(shelf, reader_from_header))
    return app


@pytest.fixture
def get(site: FastAPI) -> Client:
    return Client(site)


@pytest.fixture
def stock_of(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return a maker of Flask test clients: stock Fava, read only, on the sample book and more text."""

    def make(more: str = "") -> Any:
        path = tmp_path / "main.beancount"
        path.write_text(f"{book_text(sample_entries())}\n{more}\n", encoding="utf-8")
        return application.create_app([str(path)], read_only=True, poll_watcher=True).test_client()

    # Fava's cache of URLs belongs to the process, not to the application.
    application._cached_url_for.cache_clear()
    yield make
    application._cached_url_for.cache_clear()


@pytest.fixture
def stock(stock_of: Callable[..., Any]) -> Any:
    return stock_of()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Run a real server for the application and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def served(site: FastAPI) -> Iterator[str]:
    """Return the address of a real server showing the sample books."""
    with serving(site) as address:
        yield address


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed: the pages cannot be looked at in a browser")
    with Browser(program, tmp_path / "profile") as opened:
        yield opened
