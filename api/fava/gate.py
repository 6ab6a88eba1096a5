"""The ASGI gate: cheap checks on the event loop, before a worker thread is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware

from api.fava.answers import answer_refusal
from api.fava.refusals import BookBusy, BookReadOnly, BookRequestUnreadable
from api.limits import without_body
from api.operating.seen import seen_in
from ledger.errors import Refusal

Scope = MutableMapping[str, Any]  # Any: ASGI says so
Message = MutableMapping[str, Any]  # Any: ASGI says so
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Longest path and query (bytes, percent-encoded: a Chinese character is nine).
_LONGEST_PATH = 1_024
_LONGEST_QUERY = 1_024
#: Requests drawing or waiting at once; more are told to come back.
_MOST_WAITING = 64


class Gate:
    """Read only, of bounded size, of bounded number; everything else is the door's business."""

    def __init__(self, door: Callable[..., Any], workers: int) -> None:
        """Put ``door``, a WSGI application, into ``workers`` threads."""
        # a2wsgi describes ASGI and WSGI with types of its own, which are not compatible with anybody's.
        self._inner: Any = WSGIMiddleware(door, workers=workers)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request to the door."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            return
        seen = seen_in(scope)
        seen.route = "/books"  # until the door knows the page
        head = scope["method"] == "HEAD"
        if head:
            scope, send = {**scope, "method": "GET"}, without_body(send)
        refusal = self._refusal(scope)
        if refusal is not None:
            seen.refusal = refusal.code
            await _send_refusal(refusal, send)
            return
        self._waiting += 1
        try:
            await self._inner(scope, receive, send)
        finally:
            self._waiting -= 1

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Return why the request is not let in, or ``None``."""
        if scope["method"] != "GET":
            return BookReadOnly()
        query = scope.get("query_string", b"")
        path = scope.get("raw_path") or scope["path"].encode()
        if len(path) > _LONGEST_PATH or len(query) > _LONGEST_QUERY:
            return BookRequestUnreadable()
        if not query.isascii() or "\x00" in scope["path"]:
            return BookRequestUnreadable()
        if self._waiting >= _MOST_WAITING:
            return BookBusy()
        return None


async def _send_refusal(refusal: Refusal, send: Send) -> None:
    """Send a refusal as a page."""
    answer = answer_refusal(refusal, api=False)
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
