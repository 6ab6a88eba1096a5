"""Our routes: each knows who may use it and what it may be asked, once for all applications of a process."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from enum import Enum
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter

from api.identity import Allowed
from api.refusals import ParameterUnknown


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _dependants(inner)


def parameters_of(route: APIRoute) -> frozenset[str]:
    """Return the names of the query parameters that a route reads."""
    return frozenset(field.alias for one in _dependants(route.dependant) for field in one.query_params)


def allowed_on(route: APIRoute) -> Allowed | None:
    """Return who may use a route; None if everybody may."""
    for one in _dependants(route.dependant):
        if isinstance(one.call, Allowed):
            return one.call
    return None


class Route(APIRoute):
    """A route that refuses parameters it does not read, such as a misspelt ``dry_run``, and says who may use it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **named: Any) -> None:
        """Take what FastAPI's own route takes."""
        super().__init__(path, endpoint, **named)
        allowed = allowed_on(self)
        if allowed is not None:
            said = {"x-roles": sorted(allowed.roles), "security": [{"bearer": []}]}
            self.openapi_extra = {**(self.openapi_extra or {}), **said}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request, as FastAPI asks for it."""
        answer, known = super().get_route_handler(), parameters_of(self)

        async def handle(request: Request) -> Response:
            names = [name for name, _ in request.query_params.multi_items()]
            for name in names:
                if name not in known or names.count(name) > 1:
                    raise ParameterUnknown(name=name[:40])
            return await answer(request)

        return handle


class Router(APIRouter):
    """A list of our routes, each called by the name of its function.

    An application takes them as they are (``app.router.routes``): FastAPI's ``include_router`` would make every route
    anew for every application, while its first request waits.
    """

    def __init__(
        self, prefix: str = "", tags: list[str | Enum] | None = None, *, include_in_schema: bool = True
    ) -> None:
        """Make an empty list."""
        super().__init__(
            prefix=prefix,
            tags=tags,
            include_in_schema=include_in_schema,
            route_class=Route,
            generate_unique_id_function=lambda route: route.name,
        )
