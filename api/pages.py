"""Our own pages, drawn on the server and readable on a phone: the front page, and the interface's."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.deps import Reading
from api.routes.compounds import shown
from api.routing import Router
from ledger.store.registers import bulletins, closes, compounds
from reports.archive.layout import page

router = Router(include_in_schema=False)
_STATES_TAG = "其他 · Other"


def templates() -> Environment:
    """Return the environment of our templates: everything is escaped, and a forgotten name is an error."""
    return Environment(loader=PackageLoader("api", "templates"), autoescape=True, undefined=StrictUndefined)


@router.get("/")
def front(request: Request, session: Reading) -> HTMLResponse:
    """List the compounds with their open books and newest bulletins."""
    listed = []
    for row in compounds(session):
        published = bulletins(session, row.compound)
        closed = closes(session, row.compound)
        newest = published[-1] if published else None
        listed.append({**shown(row), "newest": newest, "closed_through": max(closed, default="")})
    return _page(request, "front.html", compounds=listed)


@router.get("/docs")
def interface(request: Request) -> HTMLResponse:
    """Describe every route, from the same OpenAPI document that programs read."""
    app: FastAPI = request.app
    document = app.openapi()
    schemas = document.get("components", {}).get("schemas", {})
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or [_STATES_TAG])[0]
            groups.setdefault(tag, []).append(_operation(path, method, operation, schemas))
    return _page(request, "interface.html", groups=groups, version=document["info"]["version"])


@router.get("/pages.css")
def style() -> Response:
    """Return the style sheet of our pages."""
    css = resources.files("api").joinpath("templates", "pages.css").read_text(encoding="utf-8")
    return Response(
        css, headers={"Cache-Control": "public, max-age=3600"}, media_type="text/css; charset=utf-8"
    )


@router.get("/verify.html")
def verifier() -> Response:
    """Return the page that checks an export or a proof in the reader's own browser; it loads nothing else."""
    content = page()
    policy = "; ".join(
        (
            "default-src 'none'",
            *(
                f"{kind}-src '{_digest(content, tag)}'"
                for kind, tag in (("script", "script"), ("style", "style"))
            ),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    return Response(content, 200, headers, "text/html; charset=utf-8")


def _digest(page: bytes, tag: str) -> str:
    """Return the hash by which a policy allows the one inline script or style of a page."""
    inside = page.partition(f"<{tag}>".encode())[2].partition(f"</{tag}>".encode())[0]
    return f"sha256-{base64.b64encode(hashlib.sha256(inside).digest()).decode()}"


def _page(request: Request, template: str, **words: Any) -> HTMLResponse:  # Any: what a template shows
    environment: Environment = request.app.state.templates
    content = environment.get_template(template).render(**words)
    return HTMLResponse(content, headers={"Cache-Control": "no-cache"})


def _operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return what the page says about one route."""
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "text": operation.get("description", ""),
        "roles": operation.get("x-roles", []),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "required": one.get("required", False),
                "type": _type(one["schema"], schemas),
                "text": one.get("description", one["schema"].get("description", "")),
            }
            for one in operation.get("parameters", [])
        ],
        "fields": _fields(body.get("application/json", {}).get("schema", {}), schemas),
        "is_file": "application/octet-stream" in body,
    }


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its reference followed and an optional part taken for the part."""
    if "$ref" in schema:
        found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
        return found
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            return _resolved(choice, schemas)
    return schema


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a body."""
    shape = _resolved(schema, schemas)
    required = shape.get("required", ())
    return [
        {"name": name, "required": name in required, "type": _type(field, schemas)}
        for name, field in shape.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return a type in a few words: its choices, its example, or what its items are."""
    found = _resolved(schema, schemas)
    if "enum" in found:
        return " | ".join(str(one) for one in found["enum"])
    if found.get("type") == "array":
        return f"[{_type(found.get('items', {}), schemas)} …]"
    if found.get("properties"):
        return "{" + ", ".join(found["properties"]) + "}"
    if found.get("examples"):
        return f"“{found['examples'][0]}”"
    return str(found.get("type", "any"))
