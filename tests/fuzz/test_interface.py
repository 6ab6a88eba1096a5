"""Schemathesis over the whole interface: no server error, and no answer that the document does not promise.

A run of the tests takes a share of it; ``MINGZHANG_FUZZ=5`` takes all of it for every role, five times over, and
``MINGZHANG_FUZZ_SEED`` lets chance begin elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import Desk
from tests.fuzz.conftest import Lived
from tests.fuzz.effort import SEED, TIMES, examples
from tests.fuzz.fuzzing import PHASES, Fuzzed, fuzz, tell_stories

#: Every kind of caller; ``nobody`` has no token, the stranger is treasurer of another compound.
ROLES = ("treasurer", "committee", "supervisor", "nobody", "trustee", "auditor", "operator", "stranger")
_LONG = TIMES > 1
_ASKED = ROLES if _LONG else ROLES[:4]
_SHARES = 20


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep what the application says of every refused request out of the output."""
    logger = logging.getLogger("api")
    before, logger.level = logger.level, logging.CRITICAL
    yield
    logger.level = before


def told(name: str, found: Fuzzed) -> None:
    """Print the counts, and fail with what was wrong."""
    print(f"\n{name}: {found.told()}")  # noqa: T201 - the counts are the point
    first = [f"{' | '.join(key)}\n{said[:1500]}" for key, said in list(found.wrong.items())[:5]]
    assert not found.wrong, f"{len(found.wrong)} wrong\n" + "\n\n".join(first)


def _tokens(lived: Lived, *roles: str) -> list[str]:
    return [lived.tokens[role] for role in roles if role in lived.tokens]


def _sound(app: FastAPI, lived: Lived) -> None:
    """Whatever was sent, the books are whole: every link of the chain, and every balance by both engines."""
    with TestClient(app) as client:
        checked: dict[str, Any] = Desk(app, client, lived.tokens).get("check").json()
    assert checked["ok"], checked


def test_all_that_the_document_allows_is_answered_as_it_promises(app: FastAPI, lived: Lived) -> None:
    found = fuzz(
        app,
        _tokens(lived, "treasurer"),
        lived.words,
        seed=SEED,
        phases=PHASES if _LONG else ("coverage",),
        examples=examples(2),
        mode="positive",
    )
    told("treasurer, allowed", found)
    assert found.by_status[200] > 100
    assert found.by_status[201] > 0
    _sound(app, lived)


@pytest.mark.parametrize("role", _ASKED)
def test_what_the_document_forbids_is_refused_whoever_asks(app: FastAPI, lived: Lived, role: str) -> None:
    """Each role tries its share of the operations, what is allowed and what is not; at length all of them."""
    found = fuzz(
        app,
        _tokens(lived, role),
        lived.words,
        seed=SEED + ROLES.index(role),
        phases=("coverage", "fuzzing") if _LONG else ("coverage",),
        examples=TIMES,
        part=(0, 1) if _LONG else (ROLES.index(role), _SHARES),
    )
    told(role, found)
    assert found.requests > 100
    assert found.by_status[400] > 0
    _sound(app, lived)


def test_operations_that_follow_each_other_are_answered_as_promised(app: FastAPI, lived: Lived) -> None:
    """Stories along the links, each step by any of the three who keep the books together."""
    tokens = _tokens(lived, "treasurer", "committee", "trustee")
    found = tell_stories(app, tokens, lived.words, seed=SEED, requests=examples(100))
    told("stories", found)
    assert found.by_status[201] > 0
    _sound(app, lived)
