"""How many requests are worked on at once: as many as there are threads, and connections to the database for.

A request takes a connection in one step and goes on in another, in whatever thread is free. Were more let in than there
are connections, those who have one would wait for a thread, behind those who have a thread and wait for a connection.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

PLACES: Final = 64
_ALWAYS: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class Admission:
    """ASGI middleware: let so many in, and the others wait outside, where they hold nothing."""

    def __init__(self, app: ASGIApp, places: int = PLACES) -> None:
        """Stand before ``app``."""
        self._app, self._places = app, asyncio.Semaphore(places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place; whoever asks how the server is does not wait."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await self._app(scope, receive, send)
            return
        async with self._places:
            await self._app(scope, receive, send)
