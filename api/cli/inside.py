"""A command without a server: it takes the books for itself and runs the application in its own process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from api.app import create_app
from api.cli.connection import LONG, PATIENCE, PAUSE, sent, typed
from api.house import House, is_current, silence
from api.operating.logs import configure
from api.settings import Settings
from ledger.errors import StoreUnavailable
from ledger.store.session import Database


class InProcess:
    """Requests to the application run inside this process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Build the application on a database that this process holds."""
        self.app = create_app(settings, database=database, with_books=False)
        self._runner = asyncio.Runner()
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        self._client = httpx2.AsyncClient(transport=transport, base_url="http://localhost", timeout=LONG)

    def request(
        self, method: str, path: str, *, params: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> httpx2.Response:
        """Answer one request."""
        return self._runner.run(
            self._client.request(method, path, params=params, headers=typed(headers, body), **sent(body))
        )

    def close(self) -> None:
        """Let go of the loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()


@contextlib.contextmanager
def inside(settings: Settings) -> Iterator[tuple[InProcess, str]]:
    """Take the books, and give the application on them with the secret that lets a command act for anybody.

    Raises:
        StoreUnavailable: the books are not built or not upgraded, or another command keeps them.
    """
    database = Database(settings.database_url, patience=settings.patience_seconds)
    if database.is_sqlite and not database.path.exists():
        raise StoreUnavailable(
            why_zh="账簿还没有建立,请先运行 mingzhang init", why_en="run mingzhang init first"
        )
    hold(database)
    if not logging.getLogger().handlers:  # an accident says where it happened, and nothing of the data
        configure("error", "text", sys.stderr)
    try:
        if not is_current(database):
            raise StoreUnavailable(
                why_zh="账簿需要升级,请运行 mingzhang init", why_en="run mingzhang init to upgrade"
            )
        caller = InProcess(settings, database)
        house: House = caller.app.state.house
        with contextlib.closing(caller):
            yield caller, house.local_secret
    finally:
        database.close()


def hold(database: Database) -> None:
    """Hold the books of this machine; another command that has just taken them is waited for.

    Raises:
        StoreUnavailable: it keeps them.
    """
    waited = 0.0
    while not database.hold():
        if waited >= PATIENCE:
            raise StoreUnavailable(
                why_zh="另一个命令正在使用账簿", why_en="another command is using the books"
            )
        time.sleep(PAUSE)
        waited += PAUSE
    silence(database)
