"""The one place where a refusal becomes an HTTP problem (RFC 9457), in Chinese or English."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException as StarletteRefusal
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from api.operating.seen import REQUEST_ID, seen_in
from api.refusals import InternalError, MethodRefused, RegisterRefused
from ledger.errors import KeptFileChanged, NotFound, Refusal, RequestMalformed
from ledger.store.outage import outage

PROBLEM_JSON = "application/problem+json"
_log = logging.getLogger(__name__)

#: What a status means, in few words that stay the same: the ``title`` of RFC 9457.
_TITLES = {
    400: ("请求有误", "Malformed request"),
    401: ("请先登录", "Not signed in"),
    403: ("无权办理", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不接受此方法", "Method not offered"),
    409: ("现在不能办理", "Not now"),
    412: ("内容已变", "Changed meanwhile"),
    413: ("内容过大", "Too large"),
    415: ("类型不对", "Unsupported media type"),
    422: ("不合规则", "Refused by a rule"),
    503: ("暂时不可用", "Unavailable"),
}

#: Pydantic's error types in the reader's words; ``{field}`` is the last part of the pointer.
_WORDS = {
    "missing": ("缺少“{field}”", "“{field}” is missing"),
    "extra_forbidden": ("不认识“{field}”", "“{field}” is not known"),
    "json_invalid": ("不是有效的 JSON", "it is not valid JSON"),
    "string_type": ("“{field}”应为文字(带引号)", "“{field}” is text, in quotes"),
    "string_too_long": ("“{field}”太长", "“{field}” is too long"),
    "string_too_short": ("“{field}”太短", "“{field}” is too short"),
    "string_pattern_mismatch": ("“{field}”写法不对", "“{field}” is not written as it should be"),
    "int_type": ("“{field}”应为整数", "“{field}” is a whole number"),
    "int_parsing": ("“{field}”应为整数", "“{field}” is a whole number"),
    "bool_type": ("“{field}”应为 true 或 false", "“{field}” is true or false"),
    "bool_parsing": ("“{field}”应为 true 或 false", "“{field}” is true or false"),
    "list_type": ("“{field}”应为列表", "“{field}” is a list"),
    "too_long": ("“{field}”项数太多", "“{field}” has too many items"),
    "too_short": ("“{field}”项数太少", "“{field}” has too few items"),
    "enum": ("“{field}”不在可选值中", "“{field}” is not one of the choices"),
    "literal_error": ("“{field}”不在可选值中", "“{field}” is not one of the choices"),
    "greater_than_equal": ("“{field}”太小", "“{field}” is too small"),
    "less_than_equal": ("“{field}”太大", "“{field}” is too large"),
    "model_attributes_type": ("内容应为 JSON 对象", "the body is a JSON object"),
}


def language_of(accept: str) -> str:
    """Return ``zh`` or ``en``, whichever ``Accept-Language`` prefers; Chinese if it says nothing."""
    best, chosen = 0.0, "zh"
    for part in accept.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        language = tag.lower().partition("-")[0]
        if language not in ("zh", "en"):
            continue
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > best:
            best, chosen = quality, language
    return chosen


class Problem(Response):
    """A refusal as an answer; it tells whoever watches the request its code."""

    def __init__(self, code: str, content: bytes, status: int, headers: Mapping[str, str], kind: str) -> None:
        """Answer with ``content``."""
        super().__init__(content, status, headers, kind)
        self._code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        seen = seen_in(scope)
        seen.refusal = self._code
        if seen.request:  # an accident is answered outside of what adds it
            self.headers.setdefault(REQUEST_ID, seen.request)
        await super().__call__(scope, receive, send)


def problem(refusal: Refusal, language: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says why the books refuse."""
    titles = _titles(refusal)
    body: dict[str, Any] = {
        "type": f"urn:mingzhang:problem:{refusal.code}",
        "title": titles[0] if language == "zh" else titles[1],
        "status": refusal.status,
        "detail": refusal.detail(language),
        "detail_zh": refusal.detail("zh"),
        "detail_en": refusal.detail("en"),
    }
    if refusal.pointer is not None:
        body["pointer"] = refusal.pointer
    if isinstance(refusal, RegisterRefused):
        body["refused"] = refusal.refused
    answer = Problem(
        refusal.code,
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        refusal.status,
        {"Content-Language": "zh-CN" if language == "zh" else "en", "Cache-Control": "no-store"},
        PROBLEM_JSON,
    )
    answer.headers.update(headers or {})
    if refusal.wait_seconds is not None:
        answer.headers["Retry-After"] = str(refusal.wait_seconds)
    answer.headers.append("Vary", "Accept-Language")
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _titles(refusal: Refusal) -> tuple[str, str]:
    return _TITLES.get(refusal.status, ("出错了", "Failed"))


def pointer_of(location: Sequence[int | str]) -> str:
    """Return the JSON pointer (RFC 6901) of a place in the body, or of a parameter."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location[1:])


def malformed(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """Return the refusal of the first thing that is wrong with a request.

    A shape that refuses in its own words carries its refusal along (``api.shapes``).
    """
    first = errors[0]
    kind, location = str(first["type"]), first["loc"]
    if kind == "json_invalid":  # its location counts characters
        location = ("body",)
    pointer = pointer_of(location)
    carried = first.get("ctx", {}).get("refusal")
    if isinstance(carried, Refusal):
        carried.pointer = pointer
        return carried
    zh, en = _WORDS.get(kind, ("“{field}”无效", "“{field}” is not valid"))
    field = str(location[-1])[:40] if len(location) > 1 else "body"
    return RequestMalformed(pointer=pointer, why_zh=zh.format(field=field), why_en=en.format(field=field))


def _asked_in(request: Request) -> str:
    return language_of(request.headers.get("accept-language", ""))


def _answer(request: Request, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a problem; with a page to whoever opened an address in a browser."""
    language = _asked_in(request)
    answer = problem(refusal, language, headers)
    environment: Environment | None = getattr(request.app.state, "templates", None)
    wants_page = "text/html" in request.headers.get("accept", "")
    if environment is None or request.method not in ("GET", "HEAD") or not wants_page:
        return answer
    title = _titles(refusal)[0]
    page = environment.get_template("refusal.html").render(
        title=title, zh=refusal.detail("zh"), en=refusal.detail("en")
    )
    kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
    shown = Problem(refusal.code, page.encode("utf-8", "replace"), refusal.status, kept, "text/html")
    shown.headers.append("Vary", "Accept")
    return shown


def _on_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    if error.__cause__ is not None and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("the store did not answer", exc_info=error.__cause__)
    if isinstance(error, KeptFileChanged):
        _log.critical("kept_file_changed", extra={"facts": dict(error.facts)})
    return _answer(request, error)


def _on_malformed(request: Request, error: Exception) -> Response:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    return _answer(request, malformed(errors))


def _on_starlette(request: Request, error: Exception) -> Response:
    """Translate what the framework itself refuses: no such page, no such method, an unreadable body."""
    status = error.status_code if isinstance(error, StarletteRefusal) else 500
    headers = error.headers if isinstance(error, StarletteRefusal) else None
    refusal: Refusal
    if status == HTTPStatus.NOT_FOUND:
        refusal = NotFound(what=request.url.path[:80])
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        refusal, headers = MethodRefused(method=request.method[:20]), {"Allow": _methods_at(request)}
    else:
        refusal = RequestMalformed(why_zh="内容无法读取", why_en="the body is not readable")
    return _answer(request, refusal, headers)


def _methods_at(request: Request) -> str:
    """Return the methods that an address takes; the framework names those of the first route at it only."""
    asked = {"type": "http", "path": request.url.path, "root_path": "", "headers": []}
    offered = (
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        if any(
            route.matches({**asked, "method": method})[0] == Match.FULL for route in request.app.router.routes
        )
    )
    return ", ".join(offered)


def _on_store(request: Request, error: Exception) -> Response:
    _log.error("the store did not answer", exc_info=error)
    if not isinstance(error, DBAPIError | NoConnection):
        raise error
    return _answer(request, outage(error))


def _on_accident(request: Request, error: Exception) -> Response:
    """Say that it failed, and nothing of how: the log has the cause."""
    _log.error(
        "an answer failed", exc_info=error, extra={"facts": {"request": seen_in(request.scope).request}}
    )
    return _answer(request, InternalError())


def install(app: FastAPI) -> None:
    """Let every error of the application answer as a problem."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(StarletteRefusal, _on_starlette)
    app.add_exception_handler(OperationalError, _on_store)
    app.add_exception_handler(NoConnection, _on_store)
    app.add_exception_handler(Exception, _on_accident)
