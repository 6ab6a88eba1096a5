"""What machines ask a server all day long: does it live, is it ready, what are its figures."""

from __future__ import annotations

import hmac

from anyio import CapacityLimiter, move_on_after, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.deps import TheHouse
from ledger.errors import NotFound, NotSignedIn

router = APIRouter(include_in_schema=False)
_PATIENCE = 5.0  # seconds
_OFTEN = {"Cache-Control": "no-store"}
#: The threads of requests may all be waiting for the writer; that a server is in such a state is what /readyz tells.
_OWN_THREADS = CapacityLimiter(2)


@router.get("/healthz")
async def live() -> Response:
    """Say that the process lives; it needs neither the database nor a free thread."""
    return JSONResponse({"status": "ok"}, headers=_OFTEN)


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Say whether requests can be answered now, and what is wrong if not: 503."""
    checks = None
    health = request.app.state.health
    if health is not None:
        with move_on_after(_PATIENCE):
            checks = await to_thread.run_sync(health.checks, abandon_on_cancel=True, limiter=_OWN_THREADS)
    if checks is None:
        checks = {"database": {"ok": False, "said": "no answer within five seconds"}}
    is_ready = all(one["ok"] for one in checks.values())
    body = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return JSONResponse(body, 200 if is_ready else 503, headers=_OFTEN)


@router.get("/metrics")
def metrics(request: Request, house: TheHouse) -> Response:
    """Return the figures for Prometheus, to whoever has their token; without one they are not offered.

    Raises:
        NotFound: no token is set, or the server is not watched.
        NotSignedIn: another token, or none.
    """
    wanted, figures = house.settings.metrics_token, request.app.state.metrics
    if not wanted or figures is None:
        raise NotFound(what="/metrics")
    given = request.headers.get("authorization", "").encode("latin-1")
    if not hmac.compare_digest(given, f"Bearer {wanted}".encode()):
        raise NotSignedIn
    return Response(figures.page(), headers={**_OFTEN, "Content-Type": figures.content_type})
