"""What a request shows of itself while it is answered, for its line in the log, its figures and its span.

Nothing here names a person, a unit or a file: a route is its template, a user is an opaque id, a compound is one that
exists, and a refusal is its code.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import Scope

REQUEST_ID: Final = "X-Request-Id"
#: The id of the request that this thread or task works for: whatever is logged on the way carries it.
CURRENT: Final[ContextVar[str | None]] = ContextVar("request", default=None)
_PLACE: Final = "mingzhang.seen"
#: 128 bits in hex, as proxies make them: anything looser could carry a phone number or a name into the log.
_GIVEN: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Seen:
    """One request, as far as it has got."""

    request: str = field(default_factory=lambda: uuid.uuid4().hex)
    route: str = ""
    refusal: str | None = None
    compound: str | None = None
    user: str | None = None


def begin(scope: Scope) -> Seen:
    """Put a new record into the scope, under the id that a proxy gave the request if it is one."""
    given = Headers(scope=scope).get(REQUEST_ID, "").lower()
    seen = Seen(given) if _GIVEN.fullmatch(given) else Seen()
    scope[_PLACE] = seen
    return seen


def seen_in(scope: Any) -> Seen:  # Any: an ASGI scope, by whatever name its reader types it
    """Return the record of a request; one that nobody reads where the request is not watched."""
    found: Seen | None = scope.get(_PLACE)
    return found or Seen("")
