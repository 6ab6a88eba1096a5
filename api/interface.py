"""The OpenAPI document: what FastAPI derives, with the answers of every route and our problems in place of its own.

What a route answers stands in ``api.answers``; every refusal is a problem (RFC 9457).
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.answers.kinds import Described
from api.answers.schema import Shapes
from api.problems import PROBLEM_JSON
from api.writing import KEY

_PARAMETER = re.compile(r"\{(\w+)\}")
#: What everybody may see of a voucher is another file than what was uploaded, and may be none.
_NOT_SO_CALLED = {"read_published_voucher"}
_INSIDE = re.compile(r"/\{(\w+)\}(?:/[^{}]*)?")
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "detail_zh", "detail_en"],
    "properties": {
        "type": {
            "type": "string",
            "pattern": "^urn:mingzhang:problem:[a-z0-9_]+$",
            "examples": ["urn:mingzhang:problem:period_closed"],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_zh": {"type": "string"},
        "detail_en": {"type": "string"},
        "pointer": {"type": "string", "description": "JSON pointer to the field at fault (RFC 6901)"},
        "refused": {
            "type": "array",
            "description": "the cells of a register that were not understood",
            "items": {"$ref": "#/components/schemas/RefusedCell"},
        },
    },
    "additionalProperties": False,
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the application; it is made once."""
    if app.openapi_schema is None:
        from api.answers import ANSWERS  # here: a command starts without all that the routes draw from

        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        shapes = Shapes()
        for methods in document["paths"].values():
            for operation in methods.values():
                _key(operation)
                _answers(operation, ANSWERS.get(operation["operationId"]), shapes)
        _link(document["paths"])
        components["schemas"] = {**schemas, **shapes.named, "Problem": _PROBLEM}
        app.openapi_schema = document
    return app.openapi_schema


def _key(operation: dict[str, Any]) -> None:
    """Say what a key looks like; a dry run does without one, so it is not required."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key":
            parameter["schema"] = {
                "type": "string",
                "pattern": f"^{KEY}$",
                "examples": ["2026-02-10-receipt-0001"],
            }


def _answers(operation: dict[str, Any], described: Described | None, shapes: Shapes) -> None:
    """Say what a route answers, and that every refusal is a problem; one without an answer keeps FastAPI's."""
    if described is not None:
        operation["responses"] = described.responses(shapes)
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "拒绝 · refused (RFC 9457)",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _link(paths: dict[str, Any]) -> None:
    """Say how to go on with what a collection has taken in: where its number in the answer goes in an address."""
    for path, methods in paths.items():
        done = methods.get("post", {}).get("responses", {}).get("201")
        if done is None or "{compound}" not in path:
            continue
        fields = done["content"]["application/json"]["schema"].get("properties", {})
        known = {name: f"$request.path.{name}" for name in _PARAMETER.findall(path)}
        for longer, others in paths.items():
            inside = _INSIDE.fullmatch(longer.removeprefix(path)) if longer.startswith(path) else None
            for operation in others.values() if inside else ():
                field = _called(operation, str(inside and inside[1]), path, fields)
                if field is not None:
                    parameters = {**known, str(inside and inside[1]): f"$response.body#/{field}"}
                    link = {"operationId": operation["operationId"], "parameters": parameters}
                    done.setdefault("links", {})[operation["operationId"]] = link


def _called(operation: dict[str, Any], parameter: str, path: str, fields: dict[str, Any]) -> str | None:
    """Return the field of an answer that a parameter of a longer address takes; None if there is none."""
    singular = path.rpartition("/")[2].removesuffix("s").rpartition("-")[2]
    if operation["operationId"] in _NOT_SO_CALLED:
        return None
    names = (parameter, {"identifier": "id", "number": singular}.get(parameter, "code"))
    taken = next(one["schema"] for one in operation["parameters"] if one["name"] == parameter)
    return next((name for name in names if fields.get(name, {}).get("type") == taken.get("type")), None)
