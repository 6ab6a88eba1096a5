"""The OpenAPI document: what FastAPI derives, with our problems in place of its own errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import PROBLEM_JSON

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "detail_zh", "detail_en"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:mingzhang:problem:period_closed"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_zh": {"type": "string"},
        "detail_en": {"type": "string"},
        "pointer": {"type": "string", "description": "JSON pointer to the field at fault (RFC 6901)"},
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the application; it is made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = _PROBLEM
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        for methods in document["paths"].values():
            for operation in methods.values():
                _refusals(operation["responses"])
        app.openapi_schema = document
    return app.openapi_schema


def _refusals(responses: dict[str, Any]) -> None:
    """Say that every refusal is a problem."""
    responses.pop("422", None)
    responses["default"] = {
        "description": "拒绝 · refused (RFC 9457)",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
