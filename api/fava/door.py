"""The door before Fava, in a worker thread: authorise, look up, check, answer, or let Fava answer.

The order is the security argument: who asks → may they see this book → is there such a page → are its
parameters harmless → has the reader already got it → and only then Fava, with a request that we composed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any, Generic, TypeVar

from fava import __version__ as fava_version
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.test import run_wsgi_app

from api.fava.answers import Answer, answer_refusal
from api.fava.assets import load_asset
from api.fava.ledger import SnapshotLedger
from api.fava.pages import check_page, check_query, is_api
from api.fava.refusals import BookNotFound, BookPageFailed, BookPageNotOffered
from api.fava.registry import ADMITTED, LiveLedgers
from api.fava.snapshot import SLUG, BookShelf
from api.operating.seen import seen_in
from ledger.errors import Refusal

R = TypeVar("R")
Scope = Mapping[str, Any]  # Any: ASGI's scope is a dictionary of everything
Environ = dict[str, Any]  # Any: WSGI's environ is one too
StartResponse = Callable[..., Any]  # Any: WSGI's write callable, which nobody uses

_log = logging.getLogger(__name__)
#: Changes when Fava's or our drawing of the same snapshot changes: part of every page's ETag.
_DRAWING = f"{fava_version}/1"


class Door(Generic[R]):
    """A WSGI application that decides about each request before Fava sees it."""

    def __init__(
        self,
        fava: Flask,
        shelf: BookShelf[R],
        identify: Callable[[Scope], R | None],
        ledgers: LiveLedgers,
    ) -> None:
        """Guard ``fava``; ``identify`` says who asks, from the ASGI scope, and may block."""
        self._fava, self._shelf, self._identify, self._ledgers = fava, shelf, identify, ledgers

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, whole; nothing is streamed."""
        path = _text(environ.get("PATH_INFO", ""))
        try:
            answer = self._static(path, environ) or self._book(path, environ)
        except Refusal as refusal:
            seen_in(environ.get("asgi.scope", {})).refusal = refusal.code
            answer = answer_refusal(refusal, api=is_api(path))
        except Exception:  # noqa: BLE001  # whatever went wrong, the reader must not see how
            _log.exception("a page of the published book failed")
            answer = answer_refusal(BookPageFailed(), api=is_api(path))
        encodings, known = environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", "")
        answer = answer.negotiated(encodings, known)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers())
        return [answer.body]

    def _static(self, path: str, environ: Environ) -> Answer | None:
        """Answer a static file, which says nothing about any book; ``None`` if it is not one."""
        if not path.startswith("/static/"):
            return None
        asset = load_asset(path.removeprefix("/static/"))
        if asset is None:
            raise BookPageNotOffered
        versioned = environ.get("QUERY_STRING", "").startswith("v=") or "-" in path.rpartition("/")[2]
        return Answer(
            200,
            asset.body,
            asset.content_type,
            etag=asset.etag,
            gzipped=asset.gzipped,
            cache="public, max-age=31536000, immutable" if versioned else "no-cache",
        )

    def _book(self, path: str, environ: Environ) -> Answer:
        """Answer a page of a book; raises a ``Refusal``."""
        slug = path.split("/")[1] if path.startswith("/") else ""
        ledger = self._admit(slug, environ.get("asgi.scope", {}))
        endpoint, arguments, full_path = self._resolve(path)
        check_page(endpoint, arguments, ledger)
        page = arguments.get("report_name", endpoint)
        seen_in(environ.get("asgi.scope", {})).route = f"/books/{{book}}/{page}"
        query = check_query(endpoint, environ.get("QUERY_STRING", ""), ledger)
        prefix = environ.get("SCRIPT_NAME", "")
        if endpoint == "index":
            # Fava's own redirect would come from its cache of URLs, which ignores the prefix.
            return Answer.redirect(f"{_text(prefix)}/{slug}/{ledger.fava_options.default_page}")
        if full_path != path:
            return Answer.redirect(f"{_text(prefix)}{full_path}" + (f"?{query}" if query else ""))
        etag = _page_etag(ledger, prefix, path, query)
        if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            return Answer(304, b"", "", etag=etag)
        answer = self._ask_fava(_composed(environ, path, query, (slug, ledger)))
        return Answer(answer[0], answer[1], answer[2], etag=etag if answer[0] == HTTPStatus.OK else None)

    def _admit(self, slug: str, scope: Scope) -> SnapshotLedger:
        """Return the ledger if this reader may see it; an unknown and a hidden book are refused alike."""
        if not SLUG.fullmatch(slug):
            raise BookNotFound
        if not self._shelf.visible(slug, self._identify(scope)):
            raise BookNotFound
        try:
            snapshot = self._shelf.snapshot(slug)
        except KeyError as error:
            raise BookNotFound from error
        seen_in(scope).compound = slug.partition("_")[0]
        return self._ledgers.ledger_for(slug, snapshot)

    def _resolve(self, path: str) -> tuple[str, Mapping[str, str], str]:
        """Return endpoint, arguments and the full path (with the final slash that browsers may leave out)."""
        adapter: MapAdapter = self._fava.url_map.bind("localhost")
        for candidate in (path, f"{path}/"):
            try:
                endpoint, arguments = adapter.match(candidate, method="GET")
            except RequestRedirect:
                continue
            except HTTPException as error:
                raise BookPageNotOffered from error
            return str(endpoint), arguments, candidate
        raise BookPageNotOffered

    def _ask_fava(self, environ: Environ) -> tuple[int, bytes, str]:
        """Return status, body and content type of Fava's answer; its other headers are dropped."""
        chunks, status, headers = run_wsgi_app(self._fava.wsgi_app, environ, buffered=True)
        code = int(status.split(" ", 1)[0])
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BookPageFailed
        if HTTPStatus.MULTIPLE_CHOICES <= code < HTTPStatus.BAD_REQUEST:
            raise BookPageNotOffered
        return code, b"".join(chunks), headers.get("Content-Type", "text/plain")


def _composed(environ: Environ, path: str, query: str, admitted: tuple[str, SnapshotLedger]) -> Environ:
    """Return the request that Fava sees: our path and query, no header of the client, no body, no cookie."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": environ.get("SCRIPT_NAME", ""),
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": environ["wsgi.errors"],
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        ADMITTED: admitted,
    }


def _page_etag(ledger: SnapshotLedger, prefix: str, path: str, query: str) -> str:
    """Name the answer by all that decides it: our drawing, the snapshot, its language and the address."""
    parts = (_DRAWING, ledger.snapshot.etag, str(ledger.fava_options.language), prefix, path, query)
    name = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]
    return f'W/"{name}"'


def _text(wsgi: str) -> str:
    """Return the text behind a WSGI string (bytes shown as Latin-1); bad bytes are replaced."""
    return wsgi.encode("latin-1").decode("utf-8", errors="replace")
