"""A real server under load, killed at random moments and at every named step: nothing lost, nothing doubled.

``KILLS=300`` in the environment makes it the long run: so many random kills an engine, ``CHAPTER`` in the same books.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx2
import pytest

from ledger.store.failpoints import STEPS, VARIABLE
from ledger.store.registers import head
from tests.api.conftest import HOME
from tests.properties.invariants import check_published_books, check_receivables
from tests.reliability.conftest import Place
from tests.reliability.load import Ledger, Load, check_books, retry
from tests.reliability.running import Client, Nursery, Served

KILLS = int(os.environ.get("KILLS", "10"))
CHAPTER = 25
ONLY_IN_GROUPS = {"between_savepoints", "before_waking"}
SEED = 20261122


class Trial:
    """One chapter: books, all that was ever sent to them, and the servers that died over them."""

    def __init__(self, place: Place, nursery: Nursery, seed: int) -> None:
        self.place, self.rng = place, random.Random(seed)  # noqa: S311 - a seed is the point
        self.ledger = Ledger(self.rng)
        self._nursery = nursery
        self.kills = self.retried = 0
        self.acts_before = self._head()
        self._give_garbage_a_price()
        self.acts_before = self._head()

    def run(self, steps: Sequence[str]) -> None:
        """Let one server after the other die under load: at a named step, or for the empty name at any moment.

        Each asks again for what its predecessor left without an answer, and all is checked before its own load begins.
        """
        for step in steps:
            settings = {VARIABLE: f"{step}:{self.rng.randint(1, 12)}"} if step else {}
            served = self._serve(**settings)
            if self._recover(served):
                load = Load(self.ledger, served.url, self.place.token)
                if not step:
                    assert load.begun.wait(60)
                    time.sleep(self.rng.uniform(0, 0.5))
                    served.kill()
                load.join()
            assert served.ended() == -signal.SIGKILL, f"{step} was never reached"
            self.kills += 1
        served = self._serve()
        assert self._recover(served)
        served.kill()

    def _recover(self, served: Served) -> bool:
        """Ask again, and check; say whether the server lived to answer all."""
        with closing(Client(served.url, self.place.token)) as client:
            try:
                self.retried += retry(self.ledger, client)
            except httpx2.TransportError:  # its step came early
                return False
        database = self.place.database()
        with database.reading() as session:
            check_books(session, self.ledger, self.acts_before)
        database.close()
        return True

    def check_at_the_end(self) -> None:
        """Check what takes longer: the index of open charges, and the published books (I12, I13)."""
        today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
        database = self.place.database()
        with database.reading() as session:
            check_receivables(session, HOME, "2026-11")
            check_published_books(session, HOME, today)
        database.close()

    def counts(self) -> str:
        """Say what was done, in figures."""
        told = self.ledger
        return (
            f"{self.place.engine}: {self.kills} kills, {len(told.acknowledged)} acknowledged, 0 lost, 0 doubled; "
            f"{self.retried} sent again, {told.replayed} of them had been committed; refused {dict(told.refused)}"
        )

    def _serve(self, **settings: str) -> Served:
        return self._nursery.serve(self.place.url, MINGZHANG_LOG_LEVEL="error", **settings)

    def _head(self) -> int:
        database = self.place.database()
        with database.reading() as session:
            found = head(session, HOME)[0]
        database.close()
        return found

    def _give_garbage_a_price(self) -> None:
        served = self._serve()
        tariff = {"item": "garbage", "formula": "fixed", "rate": "8", "effective_from": "2026-01-01"}
        with closing(Client(served.url, self.place.token)) as client:
            done = client.post("tariffs", {**tariff, "authority": "表决"}, "crash-test-tariff")
            assert done.status_code == 201
        served.kill()


@pytest.fixture
def trial(place: Place, nursery: Nursery) -> Callable[[int], Trial]:
    """Begin a chapter on the place's books."""
    return lambda seed: Trial(place, nursery, seed)


def chapters() -> list[tuple[int, int]]:
    """Return the chapters of the run: a seed, and how many kills."""
    whole = itertools.repeat(CHAPTER, KILLS // CHAPTER)
    rest = [KILLS % CHAPTER] if KILLS % CHAPTER else []
    return [(SEED + number, kills) for number, kills in enumerate([*whole, *rest])]


@pytest.mark.parametrize(("seed", "kills"), chapters())
def test_a_kill_at_any_moment_loses_and_doubles_nothing(
    trial: Callable[[int], Trial], seed: int, kills: int, record_property: Callable[[str, object], None]
) -> None:
    told = trial(seed)
    told.run([""] * kills)
    told.check_at_the_end()
    record_property("counted", f"crashes, {told.counts()} (random moments, seed {seed})")


def test_a_kill_at_every_named_step_loses_and_doubles_nothing(
    trial: Callable[[int], Trial], engine: str, record_property: Callable[[str, object], None]
) -> None:
    told = trial(SEED - 1)
    told.run([step for step in STEPS if engine == "sqlite" or step not in ONLY_IN_GROUPS])
    told.check_at_the_end()
    record_property("counted", f"crashes, {told.counts()} (named steps)")
