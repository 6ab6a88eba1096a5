"""Schemathesis over the whole interface: no server error, and no answer that the document does not promise.

A run of the tests takes a share of it: what is allowed, by the treasurer, half of the operations on each engine; what
is forbidden, by every kind of caller, each a fortieth of the operations on one engine. ``MINGZHANG_FUZZ=5`` is the
long run: on both engines all that is allowed, and of the rest five fortieths for every caller, which together are all.
With 40 every caller tries all of it, which takes hours. ``MINGZHANG_FUZZ_SEED`` lets chance begin elsewhere, and moves
the shares.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import Desk
from tests.fuzz.conftest import ENGINES, Lived
from tests.fuzz.effort import SEED, TIMES, examples
from tests.fuzz.fuzzing import PHASES, Fuzzed, fuzz, tell_stories

#: Every kind of caller; ``nobody`` has no token, the stranger is treasurer of another compound.
ROLES = ("treasurer", "committee", "supervisor", "nobody", "trustee", "auditor", "operator", "stranger")
_LONG = TIMES > 1
_SHARES = 40
_PIECES = 16  # of what is allowed, in a long run
#: A busy machine takes minutes for a share; this ends what hangs.
pytestmark = pytest.mark.timeout(3600)
Count = Callable[[str, object], None]


def allowed() -> list[tuple[str, tuple[int, int]]]:
    """Return on which engine which part of all operations is tried as the document allows it."""
    if not _LONG:
        return [(engine, ((place + SEED) % 2, 2)) for place, engine in enumerate(ENGINES)]
    return [(engine, (piece, _PIECES)) for engine in ENGINES for piece in range(_PIECES)]


def forbidden() -> list[tuple[str, str, tuple[int, int]]]:
    """Return who tries on which engine which part of all operations against the document."""
    taken = []
    for place, role in enumerate(ROLES):
        first = SEED + place * _SHARES // len(ROLES)
        for share in range(min(TIMES, _SHARES)):
            engines = ENGINES if _LONG else (ENGINES[(place + SEED) % 2],)
            taken += [(role, engine, ((first + share) % _SHARES, _SHARES)) for engine in engines]
    return taken


def named(parts: list[tuple[Any, ...]]) -> list[str]:
    """Return the names of cases."""
    return ["-".join((*words, f"{part[0]}of{part[1]}")) for *words, part in parts]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep what the application says of every refused request out of the output."""
    logger = logging.getLogger("api")
    before, logger.level = logger.level, logging.CRITICAL
    yield
    logger.level = before


def told(name: str, engine: str, found: Fuzzed, count: Count) -> None:
    """Have the counts printed, and fail with what was wrong."""
    count("summed", [f"schemathesis, {name} on {engine}", "requests", found.requests])
    for status, number in found.by_status.items():
        count("summed", ["schemathesis, answers", f"{status // 100}xx", number])
    print(f"\n{name} on {engine}: {found.told()}")  # noqa: T201 - shown where a test fails, or with -s
    first = [f"{' | '.join(key)}\n{said[:1500]}" for key, said in list(found.wrong.items())[:5]]
    assert not found.wrong, f"{len(found.wrong)} wrong\n" + "\n\n".join(first)


def _tokens(lived: Lived, *roles: str) -> list[str]:
    return [lived.tokens[role] for role in roles if role in lived.tokens]


def _sound(app: FastAPI, lived: Lived) -> None:
    """Whatever was sent, the books are whole: every link of the chain, and every balance by both engines."""
    with TestClient(app) as client:
        checked: dict[str, Any] = Desk(app, client, lived.tokens).get("check").json()
    assert checked["ok"], checked


@pytest.mark.parametrize(("engine", "part"), allowed(), ids=named(allowed()))
def test_all_that_the_document_allows_is_answered_as_it_promises(
    app: FastAPI, lived: Lived, engine: str, part: tuple[int, int], record_property: Count
) -> None:
    found = fuzz(
        app,
        _tokens(lived, "treasurer"),
        lived.words,
        seed=SEED,
        phases=PHASES if _LONG else ("coverage",),
        examples=examples(2),
        mode="positive",
        part=part,
    )
    told("treasurer as allowed", engine, found, record_property)
    assert found.by_status[200] > 0
    assert found.by_status[201] > 0
    _sound(app, lived)


@pytest.mark.parametrize(("role", "engine", "part"), forbidden(), ids=named(forbidden()))
def test_what_the_document_forbids_is_refused_whoever_asks(
    app: FastAPI, lived: Lived, role: str, engine: str, part: tuple[int, int], record_property: Count
) -> None:
    """Each role tries its share of the operations, what is allowed and what is not; at length more of them."""
    found = fuzz(
        app,
        _tokens(lived, role),
        lived.words,
        seed=SEED + ROLES.index(role),
        phases=("coverage", "fuzzing") if _LONG else ("coverage",),
        examples=min(TIMES, 10),
        part=part,
    )
    told(role, engine, found, record_property)
    assert found.requests > 0
    assert found.by_status[400] + found.by_status[401] > 0
    _sound(app, lived)


@pytest.mark.parametrize("engine", ENGINES)
def test_operations_that_follow_each_other_are_answered_as_promised(
    app: FastAPI, lived: Lived, engine: str, record_property: Count
) -> None:
    """Stories along the links, each step by any of the three who keep the books together."""
    tokens = _tokens(lived, "treasurer", "committee", "trustee")
    found = tell_stories(app, tokens, lived.words, seed=SEED, requests=min(examples(50), 4_000))
    told("stories of three", engine, found, record_property)
    assert found.by_status[201] > 0
    _sound(app, lived)
