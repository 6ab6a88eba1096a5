"""So many requests at a time, and never the question how the server is."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send

from api.admission import Admission

PLACES, REQUESTS = 4, 20


class Crowd:
    """An application that counts who is inside, and keeps them there until it is told to let them go."""

    def __init__(self) -> None:
        self.inside = self.most = self.served = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            self.served += 1
            return
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.go.wait()
        self.inside -= 1
        self.served += 1
        if scope["path"] == "/accident":
            raise RuntimeError


async def nothing(*_message: Any) -> Any:
    raise AssertionError


def asked(door: Admission, path: str) -> asyncio.Task[None]:
    scope = {"type": "http", "path": path}
    return asyncio.create_task(door(scope, nothing, nothing))  # type: ignore[arg-type]  # a coroutine


async def crowded(path: str) -> Crowd:
    """Send many requests at once, and one question; let them go when all have come."""
    crowd = Crowd()
    door = Admission(crowd, PLACES)
    tasks = [asked(door, path) for _ in range(REQUESTS)]
    await asyncio.sleep(0)
    await asked(door, "/healthz")
    assert (crowd.inside, crowd.served) == (PLACES, 1)
    crowd.go.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    return crowd


def test_the_others_wait_outside_until_a_place_is_free() -> None:
    crowd = asyncio.run(crowded("/api/v1/compounds/x/chain/head"))
    assert (crowd.most, crowd.served) == (PLACES, REQUESTS + 1)


def test_an_accident_gives_its_place_back() -> None:
    crowd = asyncio.run(crowded("/accident"))
    assert (crowd.most, crowd.served) == (PLACES, REQUESTS + 1)
