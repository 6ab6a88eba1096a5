"""How a command reaches the books: a server with a token, this machine's server, or in this process.

Only one process may hold an SQLite database. If a server has it, the command talks to that server, with
the secret that the server left in the lock file; else it takes the lock and runs the application itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

from api.house import House, is_current, lock_path, silence
from api.identity import LOCAL_SECRET, LOCAL_USER
from api.settings import Settings
from ledger.errors import StoreUnavailable
from ledger.store.session import Database

_PATIENCE = 10.0  # seconds to wait for another command to end
_LONG = 600.0  # seconds for a long act: an import, a close


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
        self._client = httpx2.Client(base_url=url, timeout=_LONG, trust_env=False)

    def request(
        self, method: str, path: str, *, params: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> httpx2.Response:
        """Send one request; raises ``StoreUnavailable`` if nobody answers."""
        try:
            return self._client.request(
                method, path, params=params, headers=_typed(headers, body), **_sent(body)
            )
        except httpx2.TransportError as error:
            raise StoreUnavailable(why_zh=f"服务器没有应答:{error}", why_en=f"no answer: {error}") from error

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


class InProcess:
    """Requests to the application run inside this process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Build the application on a database that this process holds."""
        from api.app import create_app  # here, so that --help does not build it

        self.app = create_app(settings, database=database, with_books=False)
        self._runner = asyncio.Runner()
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        self._client = httpx2.AsyncClient(transport=transport, base_url="http://localhost", timeout=_LONG)

    def request(
        self, method: str, path: str, *, params: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> httpx2.Response:
        """Answer one request."""
        return self._runner.run(
            self._client.request(method, path, params=params, headers=_typed(headers, body), **_sent(body))
        )

    def close(self) -> None:
        """Let go of the loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()


def _sent(body: Any) -> dict[str, Any]:  # Any: JSON or bytes
    if body is None:
        return {}
    if isinstance(body, bytes):
        return {"content": body}
    return {"content": json.dumps(body, ensure_ascii=False).encode()}


def _typed(headers: Mapping[str, str], body: Any) -> dict[bytes, bytes]:  # Any: JSON or bytes
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
    database = Database(settings.database_url)
    if database.is_sqlite and not database.path.exists():
        raise StoreUnavailable(
            why_zh="账簿还没有建立,请先运行 mingzhang init", why_en="run mingzhang init first"
        )
    note = _held_by(database)
    if note is not None:
        network = OverNetwork(note["url"])
        with contextlib.closing(network):
            yield Connection(network, _local(note["secret"], options), options)
        return
    try:
        if not is_current(database):
            raise StoreUnavailable(
                why_zh="账簿需要升级,请运行 mingzhang init", why_en="run mingzhang init to upgrade"
            )
        inside = InProcess(settings, database)
        house: House = inside.app.state.house
        with contextlib.closing(inside):
            yield Connection(inside, _local(house.local_secret, options), options)
    finally:
        database.close()


def _local(secret: str, options: Options) -> dict[str, str]:
    if options.token:
        return {"Authorization": f"Bearer {options.token}"}
    return {LOCAL_SECRET: secret, LOCAL_USER: options.acting_as or "operator"}


def _held_by(database: Database) -> dict[str, str] | None:
    """Take the lock and return None; or return what the server that has it wrote down.

    Raises:
        StoreUnavailable: another command keeps the books.
    """
    waited = 0.0
    while not database.hold():
        with contextlib.suppress(ValueError, OSError):
            note: dict[str, str] = json.loads(lock_path(database).read_text(encoding="utf-8"))
            return note
        if waited >= _PATIENCE:
            raise StoreUnavailable(
                why_zh="另一个命令正在使用账簿", why_en="another command is using the books"
            )
        time.sleep(0.2)
        waited += 0.2
    silence(database)
    return None
