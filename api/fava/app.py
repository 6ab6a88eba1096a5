"""``create_fava``: the published books as one ASGI application, to be mounted under one prefix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from fava.application import create_app
from fava.context import g
from fava.core.query import IntColumn, QueryResultTable, StrColumn
from fava.json_api import json_success
from flask import Flask, Response, abort, request

from api.fava.assets import asset_version
from api.fava.door import Door, Scope
from api.fava.gate import Gate
from api.fava.pages import PAGES
from api.fava.registry import AdmittedLedger, LiveLedgers
from api.fava.snapshot import BookShelf
from api.fava.theme import patched_loader, url_for
from api.fava.wording import set_words

R = TypeVar("R")


def state_reader(scope: Scope) -> Any:  # Any: whatever the caller's middleware keeps there
    """Return ``request.state.reader`` as a middleware has set it, or ``None`` for a stranger."""
    return scope.get("state", {}).get("reader")


def create_fava(
    shelf: BookShelf[R],
    identify: Callable[[Scope], R | None] = state_reader,
    *,
    workers: int = 3,
    live_ledgers: int = 32,
) -> Gate:
    """Return the ASGI application that shows the shelf's books.

    ``identify`` is called in a worker thread with the ASGI scope, before any book is looked up.
    ``workers`` is how many pages are drawn at once, ``live_ledgers`` how many books stay in memory.
    Raises ``ThemeMismatchError`` if Fava's templates are not the ones that we know how to make safe.
    """
    return Gate(Door(create_guarded_flask(), shelf, identify, LiveLedgers(live_ledgers)), workers)


def create_guarded_flask() -> Flask:
    """Return Fava's Flask application with all that the published book does not have taken out of it.

    It answers nothing by itself: a ledger must have been admitted by the door.
    """
    app = create_app([], read_only=True)
    app.config["LEDGERS"] = AdmittedLedger()
    app.jinja_loader = patched_loader(app.jinja_loader)
    app.add_template_global(url_for, "url_for")
    app.add_template_global(_static_url, "static_url")
    set_words(app)
    for endpoint in app.view_functions:
        if endpoint not in PAGES:
            app.view_functions[endpoint] = _refuse
    app.view_functions["json_api.get_query"] = _count_postings
    app.before_request_funcs.setdefault(None, []).insert(0, _only_known_endpoints)
    return app


def _refuse(**_arguments: str) -> NoReturn:
    """Stand in for a view that the published book does not have."""
    abort(404)


def _only_known_endpoints() -> None:
    """Say no again, in another place than the door: only endpoints on the list, only GET."""
    if request.endpoint not in PAGES or request.method != "GET":
        abort(404)


def _static_url(filename: str) -> str:
    """Return the address of a static file, with a version that follows its content."""
    return f"{request.script_root}/static/{filename}?v={asset_version(filename)}"


def _count_postings() -> Response:
    """Answer the one query of the statistics page, postings by account, without a query language."""
    counts = Counter(
        posting.account for entry in g.filtered.entries for posting in getattr(entry, "postings", None) or ()
    )
    return json_success(
        QueryResultTable([StrColumn("account"), IntColumn("count(account)")], sorted(counts.items())),
    )
