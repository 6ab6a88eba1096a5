"""What the OpenAPI document promises of an answer: every answer that a test gets is held against it."""

from __future__ import annotations

import functools
from typing import Any

import httpx2
import jsonschema_rs
from starlette.routing import Match

from api.app import api_routes, create_app
from api.settings import Settings

PROBLEM = "application/problem+json"


@functools.cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return create_app(Settings(), with_books=False).openapi()


@functools.cache
def validator(path: str, method: str, status: str, media: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return the validator of an answer's JSON; None where the document has no schema for it."""
    operation = document()["paths"][path][method]
    promised = operation["responses"].get(status, operation["responses"]["default"])
    assert media in promised["content"], (
        f"{method} {path} answers {status} {media}, which it does not promise"
    )
    schema = promised["content"][media]["schema"]
    if not media.endswith("json") or not schema:
        return None
    whole = {**schema, "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def errors_of(schema: dict[str, Any], value: Any) -> list[str]:
    """Return where a value breaks a schema of the document."""
    whole = {**schema, "components": document()["components"]}
    found = jsonschema_rs.Draft202012Validator(whole, validate_formats=True).iter_errors(value)
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in found]


def keeps_its_promise(answer: httpx2.Response) -> httpx2.Response:
    """Return an answer of the interface, or fail because it is not what the document promises."""
    request = answer.request
    path = path_of(request.method, request.url.path)
    if path is None or path not in document()["paths"] or not answer.content:
        return answer
    media = answer.headers.get("content-type", "").partition(";")[0]
    held = validator(path, request.method.lower(), str(answer.status_code), media)
    if held is not None:
        found = [
            f"{'/'.join(map(str, one.instance_path))}: {one.message}"
            for one in held.iter_errors(answer.json())
        ]
        assert not found, f"{request.method} {path} {answer.status_code}: {found[:3]}"
    return answer


def path_of(method: str, path: str) -> str | None:
    """Return the path of the route that takes a request; None if none does."""
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    for route in api_routes():
        if route.matches(scope)[0] == Match.FULL:
            return route.path
    return None
