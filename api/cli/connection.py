"""How a command reaches the books: a server with a token, this machine's server, or in this process.

Only one process may hold an SQLite database. If a server has it, the command talks to that server, with
the secret that the server left in the lock file; else it takes the lock and runs the application itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx2

from api.cli.loading import loading
from api.local import DEFAULT_USER, LOCAL_SECRET, LOCAL_USER
from api.settings import Settings
from ledger.errors import StoreUnavailable

PATIENCE = 10.0  # seconds to wait for another command to end
PAUSE = 0.2
LONG = 600.0  # seconds for a long act: an import, a close


@dataclass(frozen=True, slots=True)
class Options:
    """What stands before or after any command: whose books, who acts, how to print, where the server is."""

    compound: str | None = None
    acting_as: str | None = None
    as_json: bool = False
    server: str | None = None
    token: str | None = None
    key: str | None = None
    dry_run: bool = False


class Caller(Protocol):
    """Whatever can send one request and wait for the answer."""

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        body: Any,  # Any: JSON or bytes
    ) -> httpx2.Response:
        """Send it."""
        ...


class Connection:
    """One open way to the books."""

    def __init__(self, caller: Caller, headers: Mapping[str, str], options: Options) -> None:
        """Speak through ``caller`` with these credentials."""
        self._caller, self._headers, self._options = caller, headers, options

    def get(self, path: str, **params: str) -> httpx2.Response:
        """Read something."""
        return self._caller.request("GET", path, params=params, headers=self._headers, body=None)

    def post(self, path: str, body: Any = None, **params: str) -> httpx2.Response:  # Any: JSON or bytes
        """Do something, once: under the key given by ``--key``, or a new one."""
        headers = dict(self._headers)
        if self._options.dry_run:
            params["dry_run"] = "true"
        else:
            headers["Idempotency-Key"] = self._options.key or str(uuid.uuid4())
        return self._caller.request("POST", path, params=params, headers=headers, body=body)


class OverNetwork:
    """Requests to a server."""

    def __init__(self, url: str) -> None:
        """Talk to the server at ``url``."""
        self._client = httpx2.Client(base_url=url, timeout=LONG, trust_env=False)

    def request(
        self, method: str, path: str, *, params: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> httpx2.Response:
        """Send one request; raises ``StoreUnavailable`` if nobody answers."""
        try:
            return self._client.request(
                method, path, params=params, headers=typed(headers, body), **sent(body)
            )
        except httpx2.TransportError as error:
            raise StoreUnavailable(why_zh=f"服务器没有应答:{error}", why_en=f"no answer: {error}") from error

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def sent(body: Any) -> dict[str, Any]:  # Any: JSON or bytes
    """Return a body as the client takes it."""
    if body is None:
        return {}
    if isinstance(body, bytes):
        return {"content": body}
    return {"content": json.dumps(body, ensure_ascii=False).encode()}


def typed(headers: Mapping[str, str], body: Any) -> dict[bytes, bytes]:  # Any: JSON or bytes
    """Return the headers as bytes, with the type of the body."""
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    typed = {**headers, "Content-Type": kind} if body is not None else headers
    return {name.encode(): value.encode() for name, value in typed.items()}


@contextlib.contextmanager
def connect(options: Options, settings: Settings) -> Iterator[Connection]:
    """Open the way to the books.

    Raises:
        StoreUnavailable: the server does not answer, the books are not built, or another command holds them.
    """
    if options.server is not None:
        network = OverNetwork(options.server.rstrip("/"))
        headers = {"Authorization": f"Bearer {options.token}"} if options.token else {}
        with contextlib.closing(network):
            yield Connection(network, headers, options)
        return
    note = served(settings.database_url)
    if note is None:
        with loading():
            from api.cli.inside import inside  # here: through a server a command needs no database
        with inside(settings) as (caller, secret):
            yield Connection(caller, _local(secret, options), options)
        return
    network = OverNetwork(note["url"])
    with contextlib.closing(network):
        yield Connection(network, _local(note["secret"], options), options)


def _local(secret: str, options: Options) -> dict[str, str]:
    if options.token:
        return {"Authorization": f"Bearer {options.token}"}
    return {LOCAL_SECRET: secret, LOCAL_USER: options.acting_as or DEFAULT_USER}


def served(database_url: str) -> dict[str, str] | None:
    """Return what a server that has the SQLite file wrote into its lock file; None where there is no such server.

    A note in a file that nobody holds is of a server that was killed.

    Raises:
        StoreUnavailable: another command keeps the books.
    """
    scheme, _, path = database_url.partition("?")[0].partition(":///")
    lock = Path(f"{path}.lock")
    if not scheme.startswith("sqlite") or not lock.exists():
        return None
    waited = 0.0
    with lock.open("rb") as handle:
        while not _is_free(handle.fileno()):
            with contextlib.suppress(ValueError):
                note: dict[str, str] = json.loads(lock.read_text(encoding="utf-8"))
                return note
            if waited >= PATIENCE:
                raise StoreUnavailable(
                    why_zh="另一个命令正在使用账簿", why_en="another command is using the books"
                )
            time.sleep(PAUSE)
            waited += PAUSE
    return None


def _is_free(handle: int) -> bool:
    """Say whether nobody holds a lock file; looking takes the lock for a moment."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(handle, fcntl.LOCK_UN)
    return True
