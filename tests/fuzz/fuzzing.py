"""Schemathesis let loose on the application: every operation of its document, every check that can hold.

What is generated at random reaches few rules, since no account is called ``0``; so a case that keeps to the document
gets some of its fields, now and then, from the words of a compound that has lived (``lived``).
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import hypothesis
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.core.failures import FailureGroup
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

from tests.api.conftest import HOME
from tests.fuzz.lived import DAYS, STORIES

PHASES = ("examples", "coverage", "fuzzing")
_OFTEN = 0.75
_STORIES, _STEPS = 10, 12  # before chance begins anew; operations in one story
_METHODS = {"get", "post", "put", "patch", "delete"}
_DAYS = {"as_of", "since", "until"}
_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
_KEY = re.compile(r"[A-Za-z0-9._~-]{16,64}")
_REFUSED = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]
_CHECKS: dict[str, Any] = {
    # What a rule refuses (422) depends on the books, and a document cannot say it: which accounts and units there
    # are, what is owed, which months are open.
    "positive_data_acceptance": {"enabled": False},
    # A list that is too long is refused by its bytes (413) before anybody counts it.
    "negative_data_rejection": {"expected-statuses": [str(one) for one in _REFUSED]},
}
#: ``POST /bulletins/{month}.pdf`` is a ``POST /bulletins/{month}`` whose month is malformed: 400 is right.
_SHADOWED = {
    (check, "GET /api/v1/compounds/{compound}/bulletins/{month}.pdf")
    for check in ("unsupported_method", "allow_header_conformance")
}


@dataclass
class Fuzzed:
    """What came of it: how many requests, how they were answered, and what was wrong with the answers."""

    requests: int = 0
    by_status: Counter[int] = field(default_factory=Counter)
    by_phase: Counter[str] = field(default_factory=Counter)
    wrong: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def told(self) -> str:
        """Return it in one line."""
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.by_status.items()))
        phases = ", ".join(f"{name} {count}" for name, count in sorted(self.by_phase.items()))
        return f"{self.requests} requests ({phases}); answers {statuses}; {len(self.wrong)} wrong"


def fuzz(
    app: FastAPI,
    tokens: list[str],
    words: dict[str, list[Any]],
    *,
    seed: int,
    phases: tuple[str, ...] = PHASES,
    examples: int = 1,
    mode: str = "all",
    part: tuple[int, int] = (0, 1),
) -> Fuzzed:
    """Send the application what the document allows and what it forbids, as the holder of one of ``tokens``.

    ``part``: of so many parts of all operations, which one.
    """
    config: dict[str, Any] = {
        "seed": seed,
        "continue-on-failure": True,
        "checks": _CHECKS,
        "generation": {"max-examples": examples, "database": "none", "no-shrink": True, "mode": mode},
        "phases": {name: {"enabled": name in phases} for name in (*PHASES, "stateful")},
    }
    if len(tokens) > 1:  # they are chosen at each call, so the check that takes them away finds them again
        config["checks"] = {**_CHECKS, "ignored_auth": {"enabled": False}}
    elif tokens:
        config["auth"] = {"openapi": {"bearer": {"bearer": tokens[0]}}}
    mine = set(_shuffled(app)[part[0] :: part[1]])
    schema = _schema(app, config).include(lambda context: context.operation.label in mine)
    found = Fuzzed()
    with _filled_in(words, seed, tokens):
        for event in from_schema(schema).execute():
            _note(event, found)
    return found


def tell_stories(
    app: FastAPI, tokens: list[str], words: dict[str, list[Any]], *, seed: int, requests: int
) -> Fuzzed:
    """Let operations follow each other along the links of the document, each by the holder of any of ``tokens``.

    The books remember, so a story told twice ends differently; Hypothesis notices, and another story begins.
    """
    found = Fuzzed()
    checks = {**_CHECKS, "ignored_auth": {"enabled": False}}  # the hook below signs every request anew
    schema = _schema(app, {"seed": seed, "checks": checks})

    class Stories(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        """What may follow what."""

        def validate_response(self, response: Any, case: Any, **named: Any) -> None:
            """Keep what is wrong, and go on."""
            found.requests += 1
            found.by_phase["stateful"] += 1
            found.by_status[response.status_code] += 1
            try:
                super().validate_response(response, case, **named)
            except FailureGroup as group:
                for one in group.exceptions:
                    found.wrong.setdefault((case.operation.label, type(one).__name__, one.title), str(one))

    chosen = settings(
        max_examples=_STORIES,
        stateful_step_count=_STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    with _filled_in(words, seed, tokens):
        for turn in itertools.count():
            if found.requests >= requests:
                break
            with contextlib.suppress(Flaky):
                run_state_machine_as_test(hypothesis.seed(seed + turn)(Stories), settings=chosen)
    return found


def _schema(app: FastAPI, config: dict[str, Any]) -> Any:
    read = schemathesis.Config.from_dict(config)
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=read)


def _shuffled(app: FastAPI) -> list[str]:
    """Return every operation by the name that schemathesis has for it, in an order that neighbours do not share."""
    labels = [
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if method in _METHODS
    ]
    return sorted(labels, key=lambda label: crc32(label.encode()))


def _note(event: Any, found: Fuzzed) -> None:
    """Count what a scenario sent, and keep what was wrong."""
    if isinstance(event, events.NonFatalError):
        found.wrong[event.label, "error", type(event.value).__name__] = str(event.value)
    if isinstance(event, events.FatalError):
        raise event.exception
    if not isinstance(event, events.ScenarioFinished):
        return
    for sent in event.recorder.interactions.values():
        found.requests += 1
        found.by_phase[event.phase.value] += 1
        if sent.response is not None:
            found.by_status[sent.response.status_code] += 1
    for identifier, checks in event.recorder.checks.items():
        label = event.recorder.cases[identifier].value.operation.label
        for check in checks:
            if check.failure_info is not None and (check.name, label) not in _SHADOWED:
                failure = check.failure_info.failure
                said = f"{failure.message}\n{check.failure_info.code_sample}"
                if not _is_tried_without_key(said):
                    found.wrong.setdefault((label, check.name, failure.title), said)


def _is_tried_without_key(said: str) -> bool:
    """Say whether a request was accepted with a malformed key, of which a dry run takes no notice at all."""
    is_accepted = "Invalid component: parameter `Idempotency-Key`" in said
    return is_accepted and re.search(r"[?&]dry_run=(true|1|on|yes|t|y)\b", said, re.IGNORECASE) is not None


@contextlib.contextmanager
def _filled_in(words: dict[str, list[Any]], seed: int, tokens: list[str]) -> Iterator[None]:
    """Give each write a key of its own, some cases words that the compound knows, and one of several tokens."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    keys = itertools.count(1)

    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        path = case.path_parameters
        if path and _CODE.fullmatch(str(path.get("compound", ""))):
            path["compound"] = HOME
        headers = case.headers
        if case.method.upper() == "POST" and _KEY.fullmatch(headers.get("Idempotency-Key", "k" * 16)):
            headers["Idempotency-Key"] = f"fuzz-{seed:08d}-{next(keys):08d}"
        if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
            return
        if len(tokens) > 1:
            headers["Authorization"] = f"Bearer {dice.choice(tokens)}"
        story = STORIES.get(case.operation.definition.raw["operationId"])
        if story is not None and dice.random() < _OFTEN:
            case.body = copy.deepcopy(story)
        else:
            _fill(case.body, words, dice)
        if (
            case.meta.phase.name == TestPhase.STATEFUL
        ):  # addresses come from answers, and what was tried is not there
            case.query.pop("dry_run", None)
        else:
            _fill(path, words, dice)
            _fill(case.query, words, dice)

    schemathesis.hook("before_call")(before_call)
    try:
        yield
    finally:
        schemathesis.hooks.unregister(before_call)


def _fill(held: Any, words: dict[str, list[Any]], dice: random.Random) -> None:
    """Put known words and days into the fields of a case, three times out of four."""
    if isinstance(held, list):
        for one in held:
            _fill(one, words, dice)
    if not isinstance(held, dict):
        return
    for name, value in held.items():
        known = DAYS if name.endswith("_on") or name in _DAYS else words.get(name)
        if known and dice.random() < _OFTEN:
            chosen = dice.choice(known)
            if _is_like(chosen, value):
                held[name] = chosen
        _fill(held[name], words, dice)


def _is_like(chosen: Any, value: Any) -> bool:
    """Say whether a word may stand where a value stood: text for text, a list of text for one."""
    if isinstance(chosen, list):
        return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    return value is None or isinstance(value, type(chosen))
