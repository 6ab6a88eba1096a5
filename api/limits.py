"""The outermost door: how long a body may be, of which type, and the headers that every answer carries."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import language_of, problem
from api.refusals import AddressRefused, BodyTooLarge, MediaTypeRefused
from api.settings import Settings
from ledger.errors import Refusal

_API: Final = "/api/"
_UPLOADS: Final = "/units/imports"
_VOUCHERS: Final = "/vouchers"
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_LONGEST_ADDRESS: Final = 8192
_LONGEST_DRAINED: Final = (
    32 * 1024 * 1024
)  # a long body is read and answered; unread, the answer may get lost
_REGISTER_TYPES: Final = frozenset(
    {
        "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "text/csv",
    }
)
#: What a voucher may be called; what it is, its content says.
_VOUCHER_TYPES: Final = frozenset(
    {
        *("application/octet-stream", "application/pdf", "application/xml", "text/xml"),
        *("image/jpeg", "image/png"),
    }
)
#: Our own pages load one style sheet and nothing else; Fava's pages bring a policy of their own.
CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": CONTENT_POLICY,
}


class Limits:
    """ASGI middleware: read the whole body within its limit, then let the application see it.

    The body is kept in the scope under ``body``, for the fingerprint of a write and for uploads.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Stand before ``app``."""
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too long or of the wrong type; pass on the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        try:
            body = await self._body(scope, receive)
        except Refusal as refusal:
            language = language_of(Headers(scope=scope).get("accept-language", ""))
            await problem(refusal, language, {"Connection": "close"})(scope, receive, send)
            return
        if body is None:
            return
        scope["body"] = body
        if scope["method"] == "HEAD":  # this scope is the application's own (api.operating.requests)
            scope["method"], send = "GET", without_body(send)
        await self._app(scope, _replaying(body, receive), send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body; None if the client has gone.

        Raises:
            AddressRefused, BodyTooLarge, MediaTypeRefused: as they say.
        """
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > _LONGEST_ADDRESS:
            raise AddressRefused
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):  # no text of ours holds one
            raise AddressRefused
        headers = Headers(scope=scope)
        types, limit = self._expected(scope["path"])
        said = headers.get("content-length", "0")
        if said.isdecimal() and int(said[:18]) > _LONGEST_DRAINED:
            raise BodyTooLarge(limit=limit)
        parts, length = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            length += len(message.get("body", b""))
            if length <= limit:
                parts.append(message.get("body", b""))
            if length > _LONGEST_DRAINED or not message.get("more_body", False):
                break
        if length > limit:
            raise BodyTooLarge(limit=limit)
        if length and scope["method"] in _WITH_BODY and scope["path"].startswith(_API):
            _check_type(headers.get("content-type", ""), types)
        return b"".join(parts)

    def _expected(self, path: str) -> tuple[frozenset[str], int]:
        """Return which types of file a path takes, none for JSON, and how long a body may be."""
        if path.startswith(_API) and path.endswith(_UPLOADS):
            return _REGISTER_TYPES, self._settings.max_upload_bytes
        if path.startswith(_API) and path.endswith(_VOUCHERS):
            return _VOUCHER_TYPES, self._settings.max_voucher_bytes
        return frozenset(), self._settings.max_body_bytes


def _check_type(content_type: str, types: frozenset[str]) -> None:
    """Refuse a body that is neither JSON nor, where one is expected, a file of these types."""
    kind, _, rest = content_type.partition(";")
    kind = kind.strip().lower()
    if types:
        if kind not in types:
            raise MediaTypeRefused(wanted=", ".join(sorted(types)))
        return
    charset = rest.replace(" ", "").lower()
    if kind != "application/json" or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        raise MediaTypeRefused(wanted="application/json")


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body once, and then whatever comes."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def without_body(send: Send) -> Send:
    """Return a ``send`` for HEAD: the headers of the GET, and no body."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def _with_headers(send: Send) -> Send:
    """Return a ``send`` that adds our headers where the answer has none of that name."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            message["headers"] = headers.raw
        await send(message)

    return send_with_headers
