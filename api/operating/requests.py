"""The outermost layer of the application: every request gets an id, one line in the log, its figures and its span."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.operating.seen import CURRENT, REQUEST_ID, Seen, begin
from api.operating.traces import describe, span, trace_id
from api.refusals import InternalError

_log = logging.getLogger(__name__)
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})  # asked for all day long, by machines
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NO_ROUTE: Final = "(none)"


class Watched:
    """ASGI middleware: note how each request ended."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, and note what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen, began, method = begin(scope), time.perf_counter(), scope["method"]
        scope = {
            **scope
        }  # the server's own stays as it came: a HEAD that became a GET inside is still one outside
        status = 0  # none: the client went away

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message.setdefault("headers", [])).setdefault(REQUEST_ID, seen.request)
            await send(message)

        current = CURRENT.set(seen.request)
        try:
            with span("request"):
                try:
                    await self._app(scope, receive, noting)
                except Exception:
                    status, seen.refusal = int(InternalError.status), InternalError.code
                    raise
                finally:
                    _note(scope, seen, method, status, time.perf_counter() - began)
        finally:
            CURRENT.reset(current)


def _note(scope: Scope, seen: Seen, method: str, status: int, seconds: float) -> None:
    """Count the request, describe its span, and write its line."""
    seen.route = seen.route or _template(scope)
    method = method if method in _METHODS else "OTHER"
    metrics = getattr(scope["app"].state, "metrics", None) if "app" in scope else None
    if metrics is not None:
        metrics.answered(method, seen, status, seconds)
    facts: dict[str, Any] = {
        "request": seen.request,
        "method": method,
        "route": seen.route,
        "status": status,
        "refusal": seen.refusal,
        "ms": round(seconds * 1000, 1),
        "compound": seen.compound,
        "user": seen.user,
        "trace": trace_id(),
    }
    describe(f"{method} {seen.route}", facts)
    is_routine = seen.route in _PROBES and seen.refusal is None
    _log.log(logging.DEBUG if is_routine else logging.INFO, "request", extra={"facts": facts})


def _template(scope: Scope) -> str:
    """Return the route's template: the path itself may hold units, names and file names."""
    route = getattr(scope.get("route"), "path", None)
    return str(route) if route is not None else _NO_ROUTE
